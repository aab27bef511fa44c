"""Measurements of bench/published.py: a process from its start to its first good answer, its memory, what it does under load, and what waiting costs.

Times are of the monotonic clock, processes are started by posix_spawn. A wrong answer, a process that ends by itself and a load with one failed request raise
Failed: a figure is of what worked, or there is none.
"""
import json, os, re, select, shutil, signal, socket, subprocess, threading, time

LIMIT = 120  # seconds that anything may take to answer
ORDER = {"id": 4711, "customer": "Ada Lovelace, 12 St. James's Square, London", "paid": True, "total": 0,
         "lines": [{"product": "punched cards, box %d" % i, "quantity": i + 1, "price": 10 * i + 0.25} for i in range(5)]}
ADDED = dict(ORDER, total=sum(l["quantity"] * l["price"] for l in ORDER["lines"]))
BODY = json.dumps(ORDER, separators=(",", ":"))
GET = ("GET /items/3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", {"id": 3, "name": "item 3", "price": 3.5, "tags": ["new", "small"]})
POST = ("POST /orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY), ADDED)
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}
TICK = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """Why there is no figure."""


def percentile(values, p):
    """The nearest rank: the least value that p percent of them do not exceed."""
    s = sorted(values)
    return s[max(0, -(-len(s) * p // 100) - 1)]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def complete(data):
    """The body of a whole answer with status 200, None of one that has not ended."""
    head, gap, body = data.partition(b"\r\n\r\n")
    if not gap: return None
    if not re.match(rb"HTTP/1\.1 200\b", head): raise Failed("it answered: " + data[:200].decode("latin-1"))
    if m := re.search(rb"(?i)\r\ncontent-length: *(\d+)", head): return body[:int(m[1])] if len(body) >= int(m[1]) else None
    if not re.search(rb"(?i)\r\ntransfer-encoding: *chunked", head): raise Failed("an answer without a length")
    out = b""
    while True:
        size, gap, body = body.partition(b"\r\n")
        if not gap or len(body) < int(size, 16) + 2: return None
        if int(size, 16) == 0: return out
        out, body = out + body[:int(size, 16)], body[int(size, 16) + 2:]


def exchange(port, request):
    """One request on a connection of its own; OSError if nobody listens or the connection ends early."""
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as s:
        s.sendall(request.encode())
        data = b""
        while True:
            part = s.recv(65536)
            if not part: raise ConnectionError("closed")
            data += part
            if (body := complete(data)) is not None: return body


class Server:
    """A service that runs: started when this is made, ended by stop()."""

    def __init__(self, command, log):
        self.port, self.log, self.ended = free_port(), log, False
        words = [*command, str(self.port)]
        out = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        files = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, log, out, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)]
        self.began = time.monotonic()
        self.pid = os.posix_spawn(words[0], words, os.environ, file_actions=files, setsid=True)

    def first_answer(self, request, expected):
        """Milliseconds from the start of the process to the whole answer. It asks again after a hundredth of the time that has passed."""
        while True:
            try:
                body = exchange(self.port, request)
                passed = time.monotonic() - self.began
                break
            except OSError: passed = time.monotonic() - self.began
            if passed > LIMIT: raise Failed("no answer in %d s: %s" % (LIMIT, self.said()))
            pid, self.usage = self.reap(os.WNOHANG)
            if pid: raise Failed("it ended by itself: " + self.said())
            time.sleep(min(max(passed / 100, 5e-5), 2e-3))
        if json.loads(body) != expected: raise Failed("a wrong answer: " + body[:200].decode("latin-1"))
        return passed * 1e3

    def said(self):
        return open(self.log, errors="replace").read()[-300:].strip() or "it said nothing"

    def reap(self, how):
        pid, _, usage = os.wait4(self.pid, how)
        self.ended = self.ended or pid == self.pid
        return pid, usage

    def stop(self):
        """Milliseconds of processor time that it used in its life."""
        if not self.ended:
            os.killpg(self.pid, signal.SIGKILL)
            _, self.usage = self.reap(0)
        return (self.usage.ru_utime + self.usage.ru_stime) * 1e3

    def __enter__(self): return self
    def __exit__(self, *_): self.stop()


def family(pid):
    """The process and those that it started."""
    found = [pid]
    for p in found:
        for task in os.listdir("/proc/%d/task" % p):
            try: found += map(int, open("/proc/%d/task/%s/children" % (p, task)).read().split())
            except OSError: pass  # a thread that ended, or a kernel without the file
    return found


def memory(pid):
    """Resident and proportional megabytes (10^6) of the process and its children."""
    rss = pss = 0
    for p in family(pid):
        at = "/proc/%d/smaps_rollup" % p
        text = open(at if os.path.exists(at) else at[:-len("_rollup")]).read()  # not every kernel has the sums
        rss += sum(map(int, re.findall(r"^Rss:\s+(\d+)", text, re.M)))
        pss += sum(map(int, re.findall(r"^Pss:\s+(\d+)", text, re.M)))
    return rss * 1024 / 1e6, pss * 1024 / 1e6


def processor(pid):
    """Seconds of processor time so far."""
    total = 0
    for p in family(pid):
        f = open("/proc/%d/stat" % p).read().rsplit(")", 1)[1].split()
        total += int(f[11]) + int(f[12])
    return total / TICK


def read_wrk(text):
    """(requests a second, 99th percentile in ms, requests) of what wrk printed."""
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    if "Non-2xx" in text or errors and any(map(int, errors.groups())): raise Failed("wrk: " + " ".join(text.split())[:400])
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", text).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), float(number) * UNITS[unit], int(re.search(r"(\d+) requests in", text)[1])


def load(server, seconds, connections, tmp):
    """wrk for one second after the other: {seconds: [(at, requests/s, p99 ms, resident MB, requests, processor s)], peak: MB, end: (RSS, PSS)}."""
    if not shutil.which("wrk"): raise Failed("wrk is not installed")
    script = os.path.join(tmp, "post.lua")
    open(script, "w").write("wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [[%s]]\n" % BODY)
    words = ["wrk", "-t1", "-c%d" % connections, "-d1", "--timeout", "20", "--latency", "-s", script, "http://127.0.0.1:%d/orders" % server.port]
    samples, over, began = [], threading.Event(), time.monotonic()

    def watch():
        while not over.wait(0.2): samples.append(memory(server.pid)[0])

    watcher = threading.Thread(target=watch)
    watcher.start()
    out = []
    try:
        for _ in range(seconds):
            before = processor(server.pid)
            p = subprocess.run(words, capture_output=True, text=True)
            if p.returncode: raise Failed("wrk: " + p.stderr.strip()[:300])
            rate, p99, n = read_wrk(p.stdout)
            out.append((time.monotonic() - began, rate, p99, memory(server.pid)[0], n, processor(server.pid) - before))
        end = memory(server.pid)
    finally:
        over.set()
        watcher.join()
    return {"seconds": out, "peak": max([*samples, end[0]]), "end": end}


def kernel_stacks():
    return int(re.search(r"KernelStack:\s+(\d+) kB", open("/proc/meminfo").read())[1])


def parked(command, n):
    """What n that wait cost: {bytes: resident, tables: page tables, kernel: stacks of the kernel (of the whole machine, before and after), us: until all wait} of each."""
    def tables(pid): return int(re.search(r"VmPTE:\s+(\d+)", open("/proc/%d/status" % pid).read())[1])

    def line(p, expected):
        if not select.select([p.stdout], [], [], LIMIT)[0]: raise Failed("nothing in %d s" % LIMIT)
        if (said := p.stdout.readline().strip()) != expected: raise Failed((said + " " + p.stderr.read()[:300]).strip() or "it ended by itself")

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
        try:
            line(p, "ready")
            before = memory(p.pid)[0], tables(p.pid), kernel_stacks()
            began = time.monotonic()
            p.stdin.write("\n")
            p.stdin.flush()
            line(p, "parked")
            took = time.monotonic() - began
            time.sleep(0.2)
            after = memory(p.pid)[0], tables(p.pid), kernel_stacks()
        finally: p.kill()
    return {"n": n, "bytes": (after[0] - before[0]) * 1e6 / n, "tables": (after[1] - before[1]) * 1024 / n, "kernel": max(0, after[2] - before[2]) * 1024 / n, "us": took * 1e6 / n}
