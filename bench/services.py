#!/usr/bin/env python3
"""Services of net/http under load, beside gc in one run: bench/http built by both, the servers in turns.

usage: services.py [--go PATH] [--vole PATH] [--seconds N] [--rounds N] [--connections N,N] [--procs N] [ROW...]
Rows: hello, json (an order of 440 bytes is taken apart and sent back), file (16 KB by http.FileServer), tls (hello over TLS 1.3), h2 (hello over HTTP/2
and TLS, ten streams a connection; one with more than 1,000 connections, as each is to have answers while it is measured). Connections are kept.
Load comes from wrk (h2: h2load of Debian's nghttp2-client), one thread, on loopback.
For each: requests per second of the server's CPU time (user and system), the 99th percentile of the latency, the server's peak memory; of several rounds the
medians. With more than 1,000 connections over TLS load comes from h2load, also of HTTP/1.1, which warms up until all handshakes are made: these are not
counted, but in the memory. Then the geometric mean of the ratios. Each connection is a descriptor on both sides: 10,000 need a hard limit of 20,100 or more.
"""
import argparse, math, os, re, resource, shutil, socket, statistics, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = ("hello", "json", "file", "tls", "h2")
BODY = ('{"id":4711,"customer":"Ada Lovelace, 12 St. James\'s Square, London","paid":true,"total":0,"lines":['
        + ",".join('{"product":"punched cards, box %d","quantity":%d,"price":%d.25}' % (i, i + 1, 10 * i) for i in range(5))
        + '],"labels":{"region":"eu","channel":"post","priority":"high"}}')
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}


def ticks(pid):
    f = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")


def peak_kb(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", open("/proc/%d/status" % pid).read()).group(1))


def write_inputs(tmp):
    open(os.path.join(tmp, "page.html"), "w").write("<p>static</p>\n" * 1170)
    open(os.path.join(tmp, "post.lua"), "w").write("wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [[%s]]\n" % BODY)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wrk(url, connections, seconds, script):
    command = ["wrk", "-t1", "-c%d" % connections, "-d%d" % seconds, "--timeout", "60", "--latency"] + script + [url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    if failed or errors and any(map(int, errors.groups())): sys.exit("services.py: wrk of %s: %s" % (url, text))
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", text).groups()
    return int(re.search(r"(\d+) requests in", text).group(1)), float(number) * UNITS[unit]


# h2load has no percentiles: the log of its requests has (start in us, status, latency in us). It tells at once when it begins and ends to measure.
# Requests, the 99th percentile, the server's CPU time meanwhile, and whether each connection had an answer.
def h2load(url, options, connections, seconds, warm_up, tmp, cpu):
    log = os.path.join(tmp, "h2.log")
    if os.path.exists(log): os.remove(log)
    command = ["h2load", "-t1", "-c%d" % connections, "-D%d" % seconds, "--warm-up-time=%d" % warm_up, "--log-file=" + log] + options + [url]
    marks, text = [cpu()], ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as p:
        for line in p.stdout:
            if line.startswith(("Main benchmark duration is started", "Main benchmark duration is over")): marks.append(cpu())
            text += line
    if p.returncode != 0 or re.search(r"(\d+) failed, (\d+) errored", text).groups() != ("0", "0"): sys.exit("services.py: h2load: " + text)
    latencies = sorted(int(l.split("\t")[2]) for l in open(log))
    least = float(re.search(r"req/s +: +([\d.]+)", text).group(1))
    return len(latencies), latencies[len(latencies) * 99 // 100] / 1e3, marks[-1] - marks[-2], least > 0


# Requests a second of the server's CPU, and p99.
def measure(run, connections, seconds, cpu):
    before = cpu()
    requests, p99 = run(connections, seconds)
    return requests / (cpu() - before), p99


# Thousands of handshakes come before the first answer, and how long they take depends on the machine: warming up takes longer until each connection has
# answers while it is measured.
def measure_warm(run, seconds):
    warm_up = 20
    while True:
        requests, p99, used, all_answered = run(seconds, warm_up)
        if all_answered: return requests / used, p99
        warm_up *= 2
        if warm_up > 320: sys.exit("services.py: connections without an answer in %d s" % (warm_up / 2 + seconds))


def load(exe, row, connections, a, tmp):
    port, file = free_port(), os.path.join(tmp, "page.html")
    secure = row in ("tls", "h2")
    env = dict(os.environ, **({"GOMAXPROCS": str(a.procs)} if a.procs else {}))
    server = subprocess.Popen([exe, "127.0.0.1:%d" % port, file] + (["tls"] if secure else []), stdout=subprocess.PIPE, env=env, text=True)
    try:
        server.stdout.readline()
        url = "%s://127.0.0.1:%d/" % ("https" if secure else "http", port) + {"json": "echo", "file": "files/page.html"}.get(row, "hello")
        script = ["-s", os.path.join(tmp, "post.lua")] if row == "json" else []
        cpu = lambda: ticks(server.pid)
        many = connections > 1000
        options = ["-m1" if many else "-m10"] if row == "h2" else ["--h1", "-m1"]
        run = (lambda n, s: h2load(url, options, n, s, 0, tmp, cpu)[:2]) if row == "h2" else (lambda n, s: wrk(url, n, s, script))
        run(16, 1)  # caches of both sides
        if secure and many: rate, p99 = measure_warm(lambda s, w: h2load(url, options, connections, s, w, tmp, cpu), max(a.seconds, 10))
        else: rate, p99 = measure(run, connections, a.seconds, cpu)
        return rate, p99, peak_kb(server.pid)
    finally:
        server.kill()
        server.wait()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--go", default="go")
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--seconds", type=int, default=4)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--connections", default="64,10000")
    p.add_argument("--procs", type=int, default=0)
    p.add_argument("rows", nargs="*", metavar="ROW")
    a = p.parse_args()
    if bad := [r for r in a.rows if r not in ROWS]: p.error("no such row: " + " ".join(bad))
    for tool in ("wrk", "h2load"):
        if not shutil.which(tool): sys.exit("services.py: %s is not installed (Debian: wrk, nghttp2-client)" % tool)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    tmp = tempfile.mkdtemp(prefix="http-bench")
    try:
        write_inputs(tmp)
        exes = {}
        for name, tool in (("gc", a.go), ("vole", a.vole)):
            exes[name] = os.path.join(tmp, name)
            env = dict(os.environ, CGO_ENABLED="0", GOFLAGS="")
            subprocess.run([tool, "build", "-o", exes[name], os.path.join(HERE, "http", "main.go")], env=env, check=True)
        report(exes, a, tmp)
    finally: shutil.rmtree(tmp)


def report(exes, a, tmp):
    print("%-6s %6s | %9s %9s %6s | %8s %8s %6s | %7s %7s %6s" % ("row", "conns", "gc r/cpus", "vole", "ratio", "gc p99", "vole", "ratio", "gc MB", "vole", "ratio"))
    ratios = []
    for connections in map(int, a.connections.split(",")):
        for row in a.rows or ROWS:
            got = {name: [] for name in exes}
            for i in range(a.rounds):
                for name in sorted(exes, reverse=i % 2 == 1): got[name].append(load(exes[name], row, connections, a, tmp))
            (gr, gp, gm), (vr, vp, vm) = ([statistics.median(x[k] for x in got[name]) for k in range(3)] for name in ("gc", "vole"))
            ratios.append((vr / gr, vp / gp, vm / gm))
            print("%-6s %6d | %9.0f %9.0f %6.2f | %8.2f %8.2f %6.2f | %7.1f %7.1f %6.2f" % (row, connections, gr, vr, vr / gr, gp, vp, vp / gp, gm / 1024, vm / 1024, vm / gm), flush=True)
    means = [math.exp(sum(math.log(r[k]) for r in ratios) / len(ratios)) for k in range(3)]
    print("geometric means: requests per CPU second %.2f (more is better), p99 %.2f, memory %.2f" % tuple(means))


if __name__ == "__main__":
    main()
