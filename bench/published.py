#!/usr/bin/env python3
"""The tables that are published about services, taken anew in one run on one machine: Go by vole and by gc beside Java, Python and Node.

usage: published.py [--quick] [--write] [--vole PATH] [--go PATH] [--java PATH] [--cache DIR] [--only SERVICE,...] [--tables NAME,...] ...

One small JSON service (bench/published: two routes) as Go (vole, gc), Java (Javalin, Spring Boot), Python (FastAPI with uvicorn, Flask with waitress) and Node
(http, Express). Tables:
  start   from the start of the process to the first good answer over loopback HTTP
  memory  resident and proportional memory, idle and under load
  cold    a process from zero for each request, as serverless platforms have it
  parked  goroutines that wait beside threads of C and Java: memory of each
  load    requests a second, 99th percentile and memory, second by second, under wrk
Dependencies come by mvn, pip and npm with pinned versions into --cache at the first run. What is not installed is left out, and that is said. --write puts the
tables into docs/services.md and draws docs/images/*.svg. A whole run takes less than five minutes once the cache is filled, --quick one or two.
"""
import argparse, datetime, json, os, platform, re, shutil, signal, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
sys.path[0] = os.path.join(HERE, "published")  # bench/ has nothing to import
import measure, page, services
from measure import Failed, GET, POST, Server
from services import Missing

TABLES = ("start", "memory", "cold", "parked", "load")


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "vole-published")
    p.add_argument("--quick", action="store_true", help="few repetitions, short loads, fewer threads")
    p.add_argument("--write", action="store_true", help="rewrite the page and the pictures")
    p.add_argument("--page", default=os.path.join(TOP, "docs", "services.md"), help="the page that --write rewrites; pictures go into images/ beside it")
    p.add_argument("--vole", default=os.path.join(TOP, "build", "vole"))
    p.add_argument("--go", default="go", help="the official go")
    p.add_argument("--java", help="else JAVA_HOME's, else the newest installed")
    p.add_argument("--python", default=os.path.realpath(sys.executable))
    p.add_argument("--cache", default=cache, help="folder for what mvn, pip and npm fetch")
    p.add_argument("--only", help="services, by comma: " + ", ".join(s.key for s in services.SERVICES))
    p.add_argument("--tables", default=",".join(TABLES), help="by comma")
    p.add_argument("--rounds", type=int, help="starts of each service (5; quick 2)")
    p.add_argument("--cold-seconds", type=float, help="time for the cold requests of each (10; quick 1)")
    p.add_argument("--seconds", type=int, help="of load for each (12; quick 3)")
    p.add_argument("--connections", type=int, default=32)
    p.add_argument("--cores", type=int, default=2, help="that services and load generator share")
    p.add_argument("--save", metavar="FILE", help="the figures as JSON")
    p.add_argument("--read", metavar="FILE", help="print and draw figures that --save wrote; measure nothing")
    a = p.parse_args()
    for name, quick, whole in (("rounds", 2, 5), ("cold_seconds", 1, 10), ("seconds", 3, 12)):
        if getattr(a, name) is None: setattr(a, name, quick if a.quick else whole)
    if a.rounds < 1 or a.seconds < 1 or a.connections < 1 or a.cores < 1: p.error("there must be at least one of each")
    a.tables = a.tables.split(",")
    if bad := set(a.tables) - set(TABLES): p.error("no such table: " + ", ".join(sorted(bad)))
    a.only = a.only.split(",") if a.only else [s.key for s in services.SERVICES]
    if bad := set(a.only) - {s.key for s in services.SERVICES}: p.error("no such service: " + ", ".join(sorted(bad)))
    return a


def say(text):
    print("published: " + text, file=sys.stderr, flush=True)


def processor_name():
    m = re.search(r"model name\s*:\s*(.+)", open("/proc/cpuinfo").read())
    return m[1].strip() if m else platform.machine()


def setting(a):
    """What is known before anything is measured."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:a.cores])
    return {"date": datetime.date.today().isoformat(), "cpu": processor_name(), "kernel": "%s %s" % (platform.system(), platform.release().split("-")[0]), "cores": len(cores[:a.cores]), "all_cores": len(cores),
            "memory_gb": page.draw.number(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9), "load_before": "%.2f" % os.getloadavg()[0], "quick": a.quick, "rounds": a.rounds,
            "seconds": a.seconds, "connections": a.connections, "cold_seconds": a.cold_seconds, "cold_most": 5 if a.quick else 100, "body": len(measure.BODY), "services": [], "parked": [], "left_out": []}


class Run:
    def __init__(self, a, tmp):
        self.a, self.tmp, self.figures = a, tmp, setting(a)
        self.machine = services.Machine(a, tmp, say)
        self.log = os.path.join(tmp, "log")

    def leave_out(self, name, reason):
        line = page.public("%s: %s" % (name, reason))
        self.figures["left_out"].append(line)
        say("left out: " + line)

    def each(self, what, do):
        """`do` for each service that is still here; one that fails has no figure of this kind, and that is said."""
        for s in self.figures["services"]:
            if what in s["failed"]: continue
            try: do(s)
            except (Failed, OSError) as e:
                s["failed"].append(what)
                for k in (what, what + "_cpu"): s.pop(k, None)
                self.leave_out("%s (%s)" % (s["name"], what), e)

    def prepare(self):
        for s in services.SERVICES:
            if s.key not in self.a.only: continue
            try: command = s.make(self.machine)
            except Missing as e: self.leave_out(s.name, e)
            else: self.figures["services"].append({"key": s.key, "name": s.name, "language": s.language, "command": command, "failed": []})
        self.each("services", self.tried)
        self.figures["services"] = [s for s in self.figures["services"] if not s["failed"]]

    def tried(self, s):
        """Both routes answer right; after it the files are in the page cache."""
        with Server(s["command"], self.log) as server:
            for request in (GET, POST): server.first_answer(*request)

    def start(self):
        say("start")
        for _ in range(self.a.rounds): self.each("start", self.start_once)

    def start_once(self, s):
        with Server(s["command"], self.log) as server:
            took = server.first_answer(*GET)
            cpu = server.stop()
        s.setdefault("start", []).append(took)
        s.setdefault("start_cpu", []).append(cpu)

    def cold(self):
        say("cold requests")
        self.each("cold", self.cold_each)

    def cold_each(self, s):
        s["cold"], s["cold_cpu"], end = [], [], time.monotonic() + self.a.cold_seconds
        while len(s["cold"]) < 3 or len(s["cold"]) < self.figures["cold_most"] and time.monotonic() < end:
            with Server(s["command"], self.log) as server:
                s["cold"].append(server.first_answer(*POST))
                s["cold_cpu"].append(server.stop())

    def serve(self):
        """Idle memory and load, of one process each."""
        with_load = "load" in self.a.tables or "memory" in self.a.tables
        if with_load and not shutil.which("wrk"):
            self.leave_out("load", "wrk is not installed (Debian: wrk)")
            with_load = False

        def idle(s):
            say("memory%s: %s" % (" and load" * with_load, s["name"]))
            with Server(s["command"], self.log) as server:
                for _ in range(3): server.first_answer(*GET)
                time.sleep(1)
                s["idle"] = measure.memory(server.pid)
                if not with_load: return
                try: s["load"] = measure.load(server, self.a.seconds, self.a.connections, self.tmp)
                except Failed as e: self.leave_out(s["name"] + " (load)", e)
        self.each("idle", idle)

    def parked(self):
        for key, name, n, make in services.PARKED:
            if self.a.quick: n //= 10
            say("{:,} times {}".format(n, name))
            try: got = measure.parked(make(self.machine, n), n)
            except (Missing, Failed, OSError) as e: self.leave_out(name, e)
            else: self.figures["parked"].append(dict(got, key=key, name=name))

    def whole(self):
        began = time.monotonic()
        self.prepare()
        ready = time.monotonic()
        if "start" in self.a.tables: self.start()
        if "memory" in self.a.tables or "load" in self.a.tables: self.serve()
        if "cold" in self.a.tables: self.cold()
        if "parked" in self.a.tables: self.parked()
        if shutil.which("wrk"): self.machine.versions["wrk"] = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.split(" [")[0].replace("wrk ", "")
        self.figures["versions"] = dict(self.machine.versions)
        self.figures["took"] = "%d s of measuring after %d s of preparing" % (time.monotonic() - ready, ready - began)
        for s in self.figures["services"]: s.pop("command")
        return self.figures


def write(f, at):
    folder = os.path.join(os.path.dirname(os.path.abspath(at)), "images")
    text = page.rewritten(open(at).read(), f, "images")
    os.makedirs(folder, exist_ok=True)
    for name, svg in page.pictures(f).items(): open(os.path.join(folder, name), "w").write(svg)
    open(at, "w").write(text)
    say("written: %s, %s" % (at, folder))


def measured(a):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="published") as tmp: return Run(a, tmp).whole()


def main():
    a = options()
    f = json.load(open(a.read)) if a.read else measured(a)
    if a.save:
        with open(a.save, "w") as out: json.dump(f, out, indent=1)
    for t in page.tables(f): print(page.printed(t) + "\n")
    print("\n".join(page.about(f)))
    if a.write: write(f, a.page)
    return 0 if f["services"] or f["parked"] else 1


if __name__ == "__main__":
    sys.exit(main())
