#!/usr/bin/env python3
"""From a saved file to the first answer of the changed program: `vole watch` against Air with the official go, in one run.

Usage: bench/watch.py --vole build/vole [--air air] [--go DIR] [--rounds 20] [--only http|gin|patches|idle] [--patches 100 --wrk] [--delay 0]
A net/http service and the Gin service of examples/gin; a handler's text is edited, and the port is asked until it says so. Both watchers do the
same edits in turn; so does `vole watch -patch=false`, which starts the program anew each time, as `vole watch` does only if it must: behind that, an edit of a function that
has run at the start is measured, with both. Air runs with `delay` as given (its default is 1000 ms), exclude_unchanged and send_interrupt, as its own example has them.
Then: CPU time and memory of vole's resident process at rest for --idle seconds, in a module of 3,000 files.
Prints medians in ms, and the ratio. Exit code 1 if vole is not ten times quicker, or slower than 300 ms.
"""
import argparse, json, os, re, shutil, signal, socket, statistics, subprocess, sys, tempfile, time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HTTP = """package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/version", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "version 0000") })
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
"""
AIR = """[build]
cmd = "go build -o ./tmp/main ."
entrypoint = ["./tmp/main"]
delay = %d
send_interrupt = true
exclude_unchanged = true
stop_on_error = true
"""


SETUP = """
var table = fill()

func fill() string { return line() }

//go:noinline
func line() string { return "setup 0000" }
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as s:
            s.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            got = b""
            while chunk := s.recv(65536):
                got += chunk
            return got.decode(errors="replace")
    except OSError:
        return ""


def wait_for(port, text, limit=120):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if text in ask(port):
            return True
        time.sleep(0.002)
    return False


class Watcher:
    def __init__(self, name, argv, folder, env):
        self.name, self.folder, self.port = name, folder, free_port()
        self.file, self.times = os.path.join(folder, "main.go"), {"version": [], "setup": []}
        self.log = open(folder + ".log", "w")
        self.process = subprocess.Popen(argv, cwd=folder, env=dict(env, PORT=str(self.port)), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        if not wait_for(self.port, "version 0000", 600):
            sys.exit("%s: no answer at the start: %s" % (name, open(folder + ".log").read()[-2000:]))
        time.sleep(2)

    def edit(self, n, what="version"):
        text = re.sub(what + r" \d{4}", what + " %04d" % n, open(self.file).read())
        begin = time.monotonic()
        with open(self.file, "w") as f:
            f.write(text)
        if not wait_for(self.port, what + " %04d" % n):
            sys.exit("%s: no answer after a save: %s" % (self.name, open(self.folder + ".log").read()[-2000:]))
        self.times[what].append((time.monotonic() - begin) * 1000)
        time.sleep(0.5)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


def make(kind, folder):
    if kind == "http":
        os.makedirs(folder)
        open(folder + "/go.mod", "w").write("module x.org/w\n\ngo 1.26\n")
        open(folder + "/main.go", "w").write(HTTP.replace('"version 0000")', '"version 0000 ", table)') + SETUP)
        return
    shutil.copytree(os.path.join(TOP, "examples/gin"), folder)
    text = open(folder + "/main.go").read()
    route = '\tr.GET("/version", func(c *gin.Context) { c.String(200, "version 0000 "+table) })\n'
    at = re.search(r"\n(\s*)(\w+) := gin\.\w+\(\)\n", text)
    if not at:
        sys.exit("examples/gin/main.go makes no engine with gin.New() or gin.Default()")
    text = text[: at.end()] + route.replace("r.GET", at[2] + ".GET") + text[at.end() :] + SETUP
    open(folder + "/main.go", "w").write(text)


def compare(kind, o, tmp):
    env = dict(os.environ, CGO_ENABLED="0", GOFLAGS="-buildvcs=false", GIN_MODE="release")
    watchers = []
    for name, argv in (("vole", [os.path.abspath(o.vole), "watch"]), ("start", [os.path.abspath(o.vole), "watch", "-patch=false"]), ("air", [o.air])):
        if not argv[0]:
            continue
        folder = os.path.join(tmp, kind + "-" + name)
        make(kind, folder)
        if name == "air":
            open(folder + "/.air.toml", "w").write(AIR % o.delay)
        watchers.append(Watcher(name, argv, folder, env))
    for n in range(1, o.rounds + 1):
        for w in watchers:
            w.edit(n)
    for n in range(1, o.rounds + 1):
        for w in watchers:
            if w.name != "air":
                w.edit(n, "setup")
    for w in watchers:
        w.end()
    median = {w.name: statistics.median(w.times["version"]) for w in watchers}
    for what in ("version", "setup"):
        for w in watchers:
            if t := w.times[what]:
                print("%-5s %-5s %-7s median %7.1f ms, least %7.1f, most %7.1f" % (kind, w.name, {"version": "handler"}.get(what, what), statistics.median(t), min(t), max(t)))
    if "air" not in median:
        return median["vole"] < 300
    print("%-5s Air needs %.1f times as long" % (kind, median["air"] / median["vole"]))
    return median["vole"] < 300 and median["air"] >= 10 * median["vole"]


def cpu_ms(pid):
    f = open("/proc/%d/schedstat" % pid).read().split()
    tasks = os.listdir("/proc/%d/task" % pid)
    return sum(int(open("/proc/%d/task/%s/schedstat" % (pid, t)).read().split()[0]) for t in tasks) / 1e6


def idle(o, tmp):
    folder = tmp + "/idle"
    os.makedirs(folder)
    open(folder + "/go.mod", "w").write("module x.org/w\n\ngo 1.26\n")
    imports = []
    for d in range(60):
        os.makedirs("%s/d%d" % (folder, d))
        imports.append('import _ "x.org/w/d%d"' % d)
        for f in range(50):
            open("%s/d%d/f%d.go" % (folder, d, f), "w").write("package d%d\n\nfunc F%d() int { return %d }\n" % (d, f, f))
    open(folder + "/main.go", "w").write(HTTP.replace("import (", "\n".join(imports) + "\n\nimport ("))
    w = Watcher("vole", [os.path.abspath(o.vole), "watch"], folder, dict(os.environ, GOFLAGS="-buildvcs=false"))
    time.sleep(3)
    before = cpu_ms(w.process.pid)
    time.sleep(o.idle)
    used = (cpu_ms(w.process.pid) - before) * 60 / o.idle
    status = open("/proc/%d/status" % w.process.pid).read()
    memory = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
    print("idle  vole  %.2f ms of CPU a minute, %.1f MB, 3,000 files" % (used, memory))
    w.end()
    return used <= 10 and memory <= 60


def patches(o, tmp):
    """A handler is patched again and again while wrk asks: failed requests, the program's memory, how long it stood still."""
    folder, events = tmp + "/patches", []
    make("http", folder)
    port = free_port()
    with subprocess.Popen([os.path.abspath(o.vole), "watch", "-json"], cwd=folder, env=dict(os.environ, GOFLAGS="-buildvcs=false", PORT=str(port)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as w:
        if not wait_for(port, "version 0000", 600):
            sys.exit("patches: no answer")
        pid = next(json.loads(line)["Pid"] for line in w.stdout if '"ready"' in line)
        memory = lambda: int(re.search(r"RssAnon:\s+(\d+)", open("/proc/%d/status" % pid).read())[1])
        load = subprocess.Popen(["wrk", "-t1", "-c20", "-d3600s", "http://127.0.0.1:%d/version" % port], stdout=subprocess.PIPE, text=True) if o.wrk else None
        sizes = []
        for n in range(1, o.patches + 1):
            text = open(folder + "/main.go").read()
            open(folder + "/main.go~", "w").write(re.sub(r"version \d{4}", "version %04d" % n, text))
            os.rename(folder + "/main.go~", folder + "/main.go")
            e = next(e for e in map(json.loads, w.stdout) if e["Action"] in ("patched", "ready", "build-failed", "exit"))
            if e["Action"] != "patched" or not wait_for(port, "version %04d" % n, 5):
                if load:
                    load.kill()
                sys.exit("patches: patch %d: %s" % (n, e))
            events.append(e)
            sizes.append(memory())
        report, failed = "", 0
        if load:
            load.send_signal(signal.SIGINT)
            report = load.communicate()[0]
            failed = sum(map(int, re.findall(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report)[0])) if "Socket errors" in report else 0
            failed += int(m[1]) if (m := re.search(r"Non-2xx or 3xx responses: (\d+)", report)) else 0
        w.terminate()
    stood = sorted(e["StoppedUs"] for e in events)
    quarter = len(sizes) // 4
    print("patches %d: save to patched median %d ms, stood still median %d us, most %d us; memory %d KB, then %d KB; patches in memory at most %d"
          % (o.patches, statistics.median(e["Ms"] for e in events), stood[len(stood) // 2], stood[-1], max(sizes[quarter:2 * quarter] or sizes), max(sizes[-quarter:]), max(e["Modules"] for e in events)))
    if load:
        print("patches: %s requests, %d failed" % (re.search(r"(\d+) requests in", report)[1], failed))
    return not failed


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", required=True)
    p.add_argument("--air", default=shutil.which("air"))
    p.add_argument("--go", help="folder of the official go, for Air's PATH")
    p.add_argument("--rounds", type=int, default=20)
    p.add_argument("--delay", type=int, default=0)
    p.add_argument("--idle", type=int, default=20)
    p.add_argument("--patches", type=int, default=100)
    p.add_argument("--wrk", action="store_true", help="ask while functions are patched")
    p.add_argument("--only", action="append")
    o = p.parse_args()
    if o.go:
        os.environ["PATH"] = o.go + ":" + os.environ["PATH"]
    tmp = tempfile.mkdtemp(prefix="watch")
    good = True
    for kind in ("http", "gin"):
        if not o.only or kind in o.only:
            good &= compare(kind, o, tmp)
    if not o.only or "patches" in o.only:
        good &= patches(o, tmp)
    if not o.only or "idle" in o.only:
        good &= idle(o, tmp)
    shutil.rmtree(tmp, ignore_errors=True)
    sys.exit(not good)


main()
