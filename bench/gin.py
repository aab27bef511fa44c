#!/usr/bin/env python3
"""The Gin service of examples/gin: built by vole with an empty module cache, by the official go in the same checkout, under load.

Usage: bench/gin.py --vole build/vole --go OFFICIAL [--seconds 5] [--rounds 3] [--cache]
1. A copy of examples/gin, GOMODCACHE empty: `vole build` downloads and builds (--cache: the user's cache instead).
2. `go build` right after it must print nothing, download nothing, change nothing in the checkout and the module cache.
3. wrk on both servers in turn: requests per second of the server's CPU time (user and system), as a ratio to gc's.
Exit code 1 if a step fails or the ratio is below 1.
"""
import argparse, hashlib, os, re, shutil, socket, subprocess, sys, tempfile, time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def tree(root):
    out = {}
    for d, _, files in os.walk(root):
        for f in files:
            p = os.path.join(d, f)
            if "/cache/lock" not in p and not p.endswith(".lock"): out[p] = hashlib.sha256(open(p, "rb").read()).hexdigest()
    return out


def cpu(pid):
    f = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")


def load(binary, seconds, path):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen([binary], env=dict(os.environ, PORT=str(port)), stdout=subprocess.PIPE, text=True)
    server.stdout.readline()
    url = "http://127.0.0.1:%d%s" % (port, path)
    subprocess.run(["wrk", "-t1", "-c32", "-d1", url], capture_output=True, check=True)
    before = cpu(server.pid)
    text = subprocess.run(["wrk", "-t1", "-c32", "-d%d" % seconds, url], capture_output=True, text=True, check=True).stdout
    used = cpu(server.pid) - before
    server.kill()
    server.wait()
    if "Non-2xx" in text or "Socket errors" in text: sys.exit("wrk: " + text)
    return int(re.search(r"(\d+) requests in", text).group(1)) / used


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", required=True)
    p.add_argument("--go", required=True)
    p.add_argument("--seconds", type=int, default=5)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--cache", action="store_true")
    o = p.parse_args()
    tmp = tempfile.mkdtemp(prefix="gin")
    work = tmp + "/gin"
    shutil.copytree(os.path.join(TOP, "examples/gin"), work)
    env = dict(os.environ, CGO_ENABLED="0", GOFLAGS="-buildvcs=false")
    if not o.cache: env["GOMODCACHE"] = tmp + "/mod"
    start = time.monotonic()
    run = subprocess.run([os.path.abspath(o.vole), "build", "-o", tmp + "/v"], cwd=work, env=env, capture_output=True, text=True)
    print("vole build: exit code %d, %.2f s, %d lines of 'go: downloading'" % (run.returncode, time.monotonic() - start, run.stderr.count("go: downloading")))
    if run.returncode: sys.exit(run.stderr)
    before = tree(work), tree(env.get("GOMODCACHE", work))
    run = subprocess.run([o.go, "build", "-o", tmp + "/g"], cwd=work, env=env, capture_output=True, text=True)
    quiet = run.returncode == 0 and not run.stderr
    after = tree(work), tree(env.get("GOMODCACHE", work))
    changed = sorted(p.replace(tmp, "") for b, a in zip(before, after) for p in {*a, *b} if a.get(p) != b.get(p))
    same = not changed
    print("go build after it: exit code %d, %s, %s" % (run.returncode, "silent" if quiet else run.stderr[:500], "nothing changed" if same else "changed: " + " ".join(changed[:5])))
    ratios = {}
    for path in ("/items/3", "/ping"):
        got = {"v": [], "g": []}
        for _ in range(o.rounds):
            for which in got: got[which].append(load(tmp + "/" + which, o.seconds, path))
        v, g = max(got["v"]), max(got["g"])
        ratios[path] = v / g
        print("%-9s requests per CPU second: vole %.0f, gc %.0f: %.2f" % (path, v, g, v / g))
    subprocess.run(["chmod", "-R", "u+w", tmp])
    shutil.rmtree(tmp)
    return 0 if quiet and same and min(ratios.values()) >= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
