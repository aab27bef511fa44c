#!/usr/bin/env python3
"""Programs that are kept running and replaced: build/servedrv (src/serve/) with programs that vole built, and others.

Each case starts a driver, gives it orders and waits for its events; nothing depends on how long anything takes. Usage: run.py BUILD
[PATTERN...]; --wrk N: as many changes under the load of wrk (which must be installed). Last line: 'N passed, N failed, N skipped'.
"""
import fnmatch, os, queue, shutil, signal, socket, subprocess, sys, tempfile, threading, time, traceback

HERE = os.path.dirname(os.path.abspath(__file__))
HANG = 300  # seconds without progress


class Skip(Exception):
    pass


def free_port():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    p = s.getsockname()[1]
    s.close()
    return p


def is_free(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind(("127.0.0.1", port))
        s.listen()
        return True
    except OSError:
        return False
    finally:
        s.close()


def until(what, f):
    """f() as soon as it is true."""
    end = time.monotonic() + HANG
    while not (v := f()):
        assert time.monotonic() < end, f"hangs: {what}"
        time.sleep(0.005)
    return v


def ask(address, path="/"):
    """The words that a server answers with; an OSError or AssertionError if it does not."""
    s = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
    s.settimeout(HANG)
    try:
        s.connect(address)
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        got = b""
        while b := s.recv(65536):
            got += b
    finally:
        s.close()
    assert got.startswith(b"HTTP/1.1 200"), got
    return got.split(b"\r\n\r\n", 1)[1].decode().strip()


class Load(threading.Thread):
    """Requests one after the other until it is stopped; what failed is kept."""

    def __init__(self, address, path="/"):
        super().__init__()
        self.address, self.path, self.count, self.failed, self.end = address, path, 0, [], False
        self.start()

    def run(self):
        while not self.end:
            try:
                ask(self.address, self.path)
                self.count += 1
            except (OSError, AssertionError) as e:
                self.failed.append(repr(e))

    def stop(self):
        self.end = True
        self.join()


class Driver:
    def __init__(self, *flags):
        self.p = subprocess.Popen([BUILD + "/servedrv", *map(str, flags)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.events, self.seen = queue.Queue(), []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for l in self.p.stdout:
            w = l.rstrip("\n").split(" ", 6)
            if len(w) < 7:
                continue  # more lines of output
            self.events.put((w[0], int(w[1]), int(w[2]), int(w[3]), int(w[4]), int(w[5]), w[6]))
        self.events.put(None)

    def tell(self, *words):
        self.p.stdin.write(" ".join(map(str, words)) + "\n")

    def wait(self, kind):
        """The next event of that kind; those before it are kept in seen."""
        while True:
            try:
                e = self.events.get(timeout=HANG)
            except queue.Empty:
                raise AssertionError(f"hangs: waiting for {kind}, after {self.seen[-3:]}")
            assert e, f"the driver ended, waiting for {kind}, after {self.seen[-3:]}"
            self.seen.append(e)
            if e[0] == kind:
                return e

    def web(self, *args):
        self.tell("start", TOP + "/web", *args)

    def close(self):
        if self.p.poll() is None:
            self.p.stdin.close()
        self.p.wait()


def replace(d, address, network, where, changes=12, mode=""):
    """A program that is replaced while it is asked all the time: nobody notices but by the version."""
    d.web(network, where, "v0", mode)
    d.wait("ready")
    loads = [Load(address), Load(address), Load(address, "/slow")]
    for i in range(1, changes + 1):
        d.web(network, where, f"v{i}", mode)
        pid = d.wait("ready")[1]
        d.wait("replaced")
        assert ask(address) == f"v{i} {pid}"
    for l in loads:
        l.stop()
    assert not any(l.failed for l in loads), [l.failed[:3] for l in loads]
    assert all(l.count > 0 for l in loads)
    d.tell("stop")
    d.wait("stopped")
    assert not any(e[0] in ("killed", "ended", "failed") for e in d.seen), d.seen


# ---- cases ------------------------------------------------------------------------------------------------------------

def case_tcp4(d):
    p = free_port()
    replace(d, ("127.0.0.1", p), "tcp", f"127.0.0.1:{p}")
    assert is_free(p)


def case_all_interfaces(d):
    p = free_port()
    replace(d, ("127.0.0.1", p), "tcp", f":{p}", 4)
    assert is_free(p)


def case_tcp4_any(d):
    p = free_port()
    replace(d, ("127.0.0.1", p), "tcp4", f":{p}", 4)
    assert is_free(p)


def case_unix(d):
    path = f"{TOP}/unix.sock"
    replace(d, path, "unix", path)
    assert not os.path.exists(path)


def case_unix_removed_first(d):
    path = f"{TOP}/removed.sock"
    replace(d, path, "unix", path, 6, "remove")
    assert not os.path.exists(path)


def case_second_bind_is_an_error(d):
    p = free_port()
    for v in ("v1", "v2"):
        d.web("tcp", f"127.0.0.1:{p}", v, "twice")
        d.wait("ready")
        until(v, lambda: ask(("127.0.0.1", p)).startswith(v))
        assert "address already in use" in ask(("127.0.0.1", p), "/second")


def case_listens_again(d):
    p = free_port()
    for v in ("v1", "v2", "v3"):
        d.web("tcp", f"127.0.0.1:{p}", v, "again")
        d.wait("ready")
        until(v, lambda: ask(("127.0.0.1", p)).startswith(v))
    assert not [e for e in d.seen if e[0] == "ended"]


def case_another_address(d):
    """The port of the version before is free as soon as that is gone."""
    p, q = free_port(), free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v1")
    d.wait("ready")
    d.web("tcp", f"127.0.0.1:{q}", "v2")
    d.wait("replaced")
    until("the port is free", lambda: is_free(p))
    assert ask(("127.0.0.1", q)).startswith("v2")


def case_options_differ(d):
    """tcp4 :p is not what tcp :p (both families) was: the program gets the error that it would get."""
    p = free_port()
    d.web("tcp", f":{p}", "v1")
    d.wait("ready")
    d.web("tcp4", f":{p}", "v2")
    e = d.wait("ended")
    assert e[2] == 1 and e[5] == 1 and ask(("127.0.0.1", p)).startswith("v1")


def case_deaf(d):
    p = free_port()
    for i in range(3):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}", "deaf")
        d.wait("ready")
        if i:
            assert d.wait("killed")[4] == 1
            d.wait("replaced")
    d.tell("stop")
    d.wait("stopped")
    assert is_free(p)


def case_child_in_another_session(d):
    p, q = free_port(), free_port()
    for v in ("v1", "v2"):
        d.web("tcp", f"127.0.0.1:{p}", v, "child", f"127.0.0.1:{q}")
        d.wait("ready")
        until("the child", lambda: not is_free(q))
    d.tell("stop")
    d.wait("stopped")
    assert is_free(p) and is_free(q)


def case_new_one_crashes(d):
    p = free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v1")
    pid = d.wait("ready")[1]
    d.web("tcp", f"127.0.0.1:{p}", "v2", "crash")
    e = d.wait("ended")
    assert e[2] == 3 and e[5] == 1 and ask(("127.0.0.1", p)) == f"v1 {pid}"
    d.tell("start", TOP + "/none")
    assert "no such file" in d.wait("failed")[6] and ask(("127.0.0.1", p)) == f"v1 {pid}"
    d.web("tcp", f"127.0.0.1:{p}", "v3")
    d.wait("replaced")
    assert ask(("127.0.0.1", p)).startswith("v3")


def case_crash_frees_the_port(d):
    p = free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v1")
    os.kill(d.wait("ready")[1], signal.SIGKILL)
    e = d.wait("ended")
    assert e[2] == -9 and e[5] == 0
    until("the port is free", lambda: is_free(p))


def case_overtaken(d):
    """Starts in quick succession: the last one serves, nothing else is left."""
    p = free_port()
    for i in range(20):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}")
    until("the last", lambda: not is_free(p) and ask(("127.0.0.1", p)).startswith("v19"))
    d.tell("stop")
    d.wait("stopped")
    assert is_free(p)


def case_watcher_killed(d):
    p, q = free_port(), free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v1", "child", f"127.0.0.1:{q}")
    d.wait("ready")
    until("the child", lambda: not is_free(q))
    d.p.kill()
    until("nothing is left", lambda: is_free(p) and is_free(q))


def case_nobody_answers(d):
    p = free_port()
    w = subprocess.Popen([TOP + "/web", "tcp", f"127.0.0.1:{p}", "v1"], env=dict(os.environ, VOLE_SOCKETS="vole-nobody.1"))
    try:
        until("it serves", lambda: not is_free(p))
        assert ask(("127.0.0.1", p)).startswith("v1")
    finally:
        w.terminate()
        assert w.wait() == 0


def case_listen_fds(d):
    d.close()
    p = free_port()
    d = Driver("-listen", f"127.0.0.1:{p}", "-ready", 1)
    load = Load(("127.0.0.1", p))
    for i in range(5):
        d.tell("start", sys.executable, HERE + "/prog/fds.py", f"v{i}")
        d.wait("ready")
        until("it serves", lambda: ask(("127.0.0.1", p)).startswith(f"v{i}"))
    load.stop()
    assert load.count
    d.close()
    assert is_free(p)


def case_replaced_after_the_end(d):
    """Programs that know of nothing: the next starts when the one before is gone, and is ready when it answers."""
    d.close()
    p = free_port()
    d = Driver("-replace", "-plain", "-address", f"127.0.0.1:{p}")
    for i in range(4):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}")
        d.wait("ready")
        assert ask(("127.0.0.1", p)).startswith(f"v{i}")
    assert sum(e[0] == "replaced" for e in d.seen) == 3
    d.close()
    assert is_free(p)


def case_output(d):
    d.close()
    d = Driver("-output", "-plain")
    d.tell("start", "echo", "some", "words")
    d.wait("ended")
    assert [e[6] for e in d.seen if e[0] == "output"] == ["some words"], d.seen
    d.close()


def wrk_changes(n):
    """N changes under wrk, whose connections are kept, or made anew for each request."""
    for header in ("Connection: close", "X: y"):
        p, d = free_port(), Driver()
        d.web("tcp", f"127.0.0.1:{p}", "v0")
        d.wait("ready")
        w = subprocess.Popen(["wrk", "-t1", "-c16", "-d3600s", "-H", header, f"http://127.0.0.1:{p}/"], stdout=subprocess.PIPE, text=True)
        began = time.monotonic()
        for i in range(n):
            d.web("tcp", f"127.0.0.1:{p}", f"v{i}")
            d.wait("replaced")
        took = time.monotonic() - began
        w.send_signal(signal.SIGINT)
        print(f"{n} changes in {took:.1f} s, {header}:\n{w.communicate()[0]}")
        d.close()


def main():
    global BUILD, TOP
    args = sys.argv[1:]
    BUILD, TOP = os.path.abspath(args.pop(0)), tempfile.mkdtemp(prefix="vole-serve-")
    good = bad = skipped = 0
    try:
        subprocess.run([BUILD + "/vole", "build", "-o", TOP + "/web", HERE + "/prog/web.go"], check=True)
        if args[:1] == ["--wrk"]:
            return wrk_changes(int(args[1]))
        for name in [n[5:] for n in globals() if n.startswith("case_")]:
            if args and not any(fnmatch.fnmatch(name, a) for a in args):
                continue
            d = Driver()
            try:
                globals()["case_" + name](d)
                good += 1
            except Skip as e:
                print(f"skipped {name}: {e}")
                skipped += 1
            except Exception:
                bad += 1
                print(f"FAIL {name}\n{traceback.format_exc()}")
            d.close()
    finally:
        shutil.rmtree(TOP)
    print(f"{good} passed, {bad} failed, {skipped} skipped")
    return bad > 0


sys.exit(main())
