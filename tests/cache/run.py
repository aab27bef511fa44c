#!/usr/bin/env python3
"""Caches elsewhere: a GOCACHEPROG program (prog.py) and HTTP servers in Bazel's protocol, good ones and bad ones, behind src/cache.

Usage: run.py BUILD. nginx with WebDAV is used where it is installed. Last line: 'N passed, N failed, N skipped'.
"""
import hashlib, http.server, os, shutil, socket, subprocess, sys, tempfile, threading, time

DRV = os.path.join(os.path.abspath(sys.argv[1]), "cachedrv")
PROG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "prog.py")
top = tempfile.mkdtemp()
passed, failed, skipped = 0, 0, 0
ENV = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}


def check(ok, what):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok: print(f"FAIL {what}")


def drv(*args, here=None):
    """(lines of output, error text, seconds) with a local cache of its own."""
    folder = here or tempfile.mkdtemp(dir=top)
    start = time.time()
    p = subprocess.run([DRV, *args[:2], folder, *args[2:]], capture_output=True, text=True, timeout=120, env=ENV)
    if p.returncode: return [f"exit {p.returncode}"], p.stderr, 0
    return p.stdout.split("\n")[:-1], p.stderr, time.time() - start


def told_once(err, what):
    return err.count("going on without it") == 1 and what in err and err.count("\n") == 1


# ---- a program
def prog(fault=""):
    return "-prog", f"{sys.executable} {PROG} {top}/kept {fault}".strip()


os.mkdir(top + "/kept")
for fault in ("", "newlines", "together", "curt"):
    shutil.rmtree(top + "/kept"); os.mkdir(top + "/kept")
    out, err, _ = drv(*prog(fault), "get", "a", "put", "a", "one", "put", "b", "3000000*", "get", "a", "get", "b", "get", "c")
    check(out[0] == "miss" and out[1] == "one" and out[2].startswith("3000000 bytes") and out[3] == "miss" and not err, f"program {fault}: {out} {err}")
    other, err, _ = drv(*prog(fault), "get", "a", "get", "b", "get", "c")
    check(other == out[1:] and not err, f"program {fault}, another machine: {other} {err}")
folder = tempfile.mkdtemp(dir=top)
drv(*prog(), "get", "b", here=folder)
out, err, _ = drv("-prog", "/none/there", "get", "b", here=folder)
check(out[0].startswith("3000000 bytes") and not err, f"what was found stays here: {out} {err}")
out, err, _ = drv(*prog("readonly"), "put", "z", "new", "get", "z")
check(out == ["new"] and not err, f"a program that only reads: {out} {err}")
out, err, _ = drv(*prog(), "get", "z"); check(out == ["miss"], "it kept nothing")
out, err, _ = drv(*prog("writeonly"), "get", "a", "put", "y", "new"); check(out == ["miss"] and not err, f"a program that only writes: {out} {err}")
out, err, _ = drv(*prog(), "get", "y"); check(out == ["new"], "it kept it")
for fault, words in {"dies": "it ended", "garbage": "not understood", "binary": "not understood", "endless": "", "error": "no room", "other": "another question",
                     "gone": "not a directory", "nameless": "names no file", "folder": "not an entry", "damages": "damaged", "nothing": "knows no commands"}.items():
    out, err, took = drv(*prog(fault), "get", "c", "get", "a", "get", "b", "put", "k", "v", "get", "k")
    check(out == ["miss", "miss", "miss", "v"] and told_once(err, words) and took < 10, f"program {fault}: {out} {err} {took:.1f} s")
for fault in ("silent", "hangs"):
    out, err, took = drv(*prog(fault), "get", "c", "get", "a", "get", "b", "put", "k", "v", "get", "k")
    check(out == ["miss", "miss", "miss", "v"] and told_once(err, "does not answer") and 9 < took < 15, f"program {fault}: {out} {err} {took:.1f} s")
out, err, took = drv(*prog("stays"), "get", "a"); check(out == ["one"] and not err and took < 15, f"a program that does not end: {out} {err} {took:.1f} s")
out, err, _ = drv("-prog", "/none/there", "get", "a", "get", "b", "put", "a", "1"); check(out == ["miss", "miss"] and told_once(err, "cannot be started"), f"no program: {out} {err}")
check(not subprocess.run(["pgrep", "-f", PROG], capture_output=True).stdout, "no program is left")


# ---- HTTP
class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store, fault, seen = {}, "", []

    def log_message(self, *a): pass

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + (50 if self.fault == "short" and body else 0)))
        self.end_headers()
        self.wfile.write(body)
        if self.fault == "short": self.close_connection = True

    def do_GET(self):
        self.seen.append("GET " + self.path)
        if self.fault.isdigit(): return self.answer(int(self.fault), b"no")
        if self.fault == "closes": self.close_connection = True; return
        if self.fault == "slow": time.sleep(13)
        body = self.store.get(self.path)
        if body is None: return self.answer(404)
        if self.fault == "damages" and "/cas/" in self.path: body = body[:-1] + bytes([body[-1] ^ 1])
        if self.fault == "cuts" and "/cas/" in self.path: body = body[:-1]
        if self.fault == "lost" and "/cas/" in self.path: return self.answer(404)
        if self.fault == "nonsense" and "/ac/" in self.path: body = bytes(range(200))
        if self.fault == "huge" and "/ac/" in self.path: body = b"x" * 10000000
        self.answer(200, body)

    def do_PUT(self):
        self.seen.append("PUT " + self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.fault.isdigit(): return self.answer(int(self.fault), b"no")
        if "/cas/" in self.path and hashlib.sha256(body).hexdigest() != self.path.rsplit("/", 1)[1]: return self.answer(400)
        self.store[self.path] = body
        self.answer(200)


class Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, *a): pass


server = Quiet(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()


def exercise(url, what):
    out, err, _ = drv("-url", url, "get", "a", "put", "a", "one", "put", "b", "3000000*", "get", "a", "get", "b", "get", "c")
    check(out[0] == "miss" and out[1:2] == ["one"] and out[2].startswith("3000000 bytes") and out[3] == "miss" and not err, f"{what}: {out} {err}")
    other, err, _ = drv("-url", url, "get", "a", "get", "b", "get", "c")
    check(other == out[1:] and not err, f"{what}, another machine: {other} {err}")


for path in ("", "/", "/team/x"):
    Server.store.clear()
    exercise(f"http://127.0.0.1:{server.server_port}{path}", "server" + path)
url = f"http://127.0.0.1:{server.server_port}/team/x"
check(sorted(p.rsplit("/", 1)[0] for p in Server.store) == ["/team/x/ac"] * 2 + ["/team/x/cas"] * 2, f"places: {sorted(Server.store)}")
for fault, words in {"500": "500", "401": "401", "403": "403", "302": "302", "closes": "EOF", "damages": "blob is not", "cuts": "blob is not", "nonsense": "not understood",
                     "huge": "longer than", "short": "EOF", "slow": ""}.items():
    Server.fault = fault
    out, err, took = drv("-url", url, "get", "a", "get", "b", "put", "k", "v", "get", "k")
    check(out == ["miss", "miss", "v"] and told_once(err, words) and took < 14, f"server {fault}: {out} {err} {took:.1f} s")
Server.fault = "lost"
out, err, _ = drv("-url", url, "get", "a"); check(out == ["miss"] and not err, f"a blob that was removed: {out} {err}")
Server.fault = ""
closed = socket.socket(); closed.bind(("127.0.0.1", 0))
out, err, _ = drv("-url", f"http://127.0.0.1:{closed.getsockname()[1]}", "get", "a", "put", "a", "1", "get", "a")
check(out == ["miss", "1"] and told_once(err, "connection refused"), f"no server: {out} {err}")
out, err, _ = drv("-url", "ftp://x/y", "get", "a"); check(out == ["exit 1"] and "unsupported scheme" in err, f"another scheme: {out} {err}")

nginx = shutil.which("nginx") or ("/usr/sbin/nginx" if os.path.exists("/usr/sbin/nginx") else "")
if nginx and "dav" in subprocess.run([nginx, "-V"], capture_output=True, text=True).stderr:
    port = socket.socket(); port.bind(("127.0.0.1", 0)); n = port.getsockname()[1]; port.close()
    os.makedirs(top + "/dav/data"); os.makedirs(top + "/dav/tmp"); os.chmod(top, 0o755)
    user = "user root;" if os.getuid() == 0 else ""
    open(top + "/nginx.conf", "w").write(f"""{user} daemon off; pid {top}/nginx.pid; error_log {top}/nginx.log; events {{}}
http {{ access_log off; client_body_temp_path {top}/dav/tmp; proxy_temp_path {top}/p; fastcgi_temp_path {top}/f; uwsgi_temp_path {top}/u; scgi_temp_path {top}/s;
server {{ listen 127.0.0.1:{n}; root {top}/dav/data; client_max_body_size 1g; location / {{ dav_methods PUT; create_full_put_path on; }} }} }}\n""")
    p = subprocess.Popen([nginx, "-c", top + "/nginx.conf", "-p", top], stderr=subprocess.DEVNULL)
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", n)).close(); break
        except OSError: time.sleep(0.1)
    exercise(f"http://127.0.0.1:{n}/vole", "nginx")
    check(len([f for _, _, fs in os.walk(top + "/dav/data") for f in fs]) == 4, "nginx: four files")
    p.terminate(); p.wait()
else:
    print("skipped nginx: it is not installed"); skipped += 1
shutil.rmtree(top, ignore_errors=True)
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0)
