"""The examples of plugins, as their pages say: a log processor whose stages come and go under load, a policy engine whose rules are swapped. Used by run.py."""
import base64, json, os, shutil, subprocess, threading, time, urllib.request

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class Host:
    """A program that runs; what it says on standard error is awaited. It hangs if it says nothing for a minute."""
    def __init__(self, cwd, *words):
        self.out = open(os.path.join(cwd, "out.txt"), "wb")
        self.p = subprocess.Popen(words, cwd=cwd, stdout=self.out, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.p.stderr:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed: self.changed.notify_all()

    def wait(self, text, after=0):
        """The place behind the line that has the text; 0: it did not come."""
        with self.changed:
            while True:
                for i in range(after, len(self.lines)):
                    if text in self.lines[i]: return i + 1
                n = len(self.lines)
                if not self.reader.is_alive() or not self.changed.wait(60) and len(self.lines) == n: return 0

    def writes(self, more):
        """So many bytes of output later; what a stage buffers included. It hangs if nothing comes for a minute."""
        size = lambda: os.fstat(self.out.fileno()).st_size
        to, last, since = size() + more, size(), time.monotonic()
        while last < to and self.p.poll() is None and time.monotonic() - since < 60:
            time.sleep(0.01)
            if size() != last: last, since = size(), time.monotonic()

    def end(self):
        self.p.wait()
        self.reader.join()
        self.out.close()


def build(r, top, host, plugins):
    ok = r.build(top, "-o", "host.exe", "./host") and r.build(top, "-o", "builtin.exe", "./builtin")
    ok = ok and all([r.build(top, "-buildmode=plugin", "-o", os.path.basename(p) + ".so", "./" + p) for p in plugins])
    if not ok: return False
    for words in (("keygen", "-o", "keys"), ("sign", "-key", "keys.key", *[os.path.basename(p) + ".so" for p in plugins])):
        r.check("vole plugin " + words[0], r.command(r.vole, "plugin", *words, cwd=top)[0] == 0)
    for p in plugins:
        said = r.command(r.vole, "tool", "plugin", os.path.basename(p) + ".so", cwd=top)[1]
        r.check(p + " can reach nothing", "capabilities\t0\n" in said, said)
    return True


def logproc(r, top):
    shutil.copytree(os.path.join(TOP, "examples/logproc"), top)
    if not build(r, top, "logproc", ("plugins/filter", "plugins/encrypt", "plugins/ship")): return
    os.mkdir(top + "/plugins.d")
    put = lambda so, name: (shutil.copy(f"{top}/{so}.so", top + "/new"), os.rename(top + "/new", f"{top}/plugins.d/{name}.so"))
    h = Host(top, "./host.exe", "-load", "20000", "-seconds", "3600")
    steps = ((lambda: put("filter", "10-filter"), "activate 10-filter"), (lambda: put("ship", "30-ship"), "activate 30-ship"), (lambda: put("encrypt", "20-encrypt"), "activate 20-encrypt"),
             (lambda: put("encrypt", "20-encrypt"), "swap 20-encrypt"), (lambda: os.remove(top + "/plugins.d/20-encrypt.so"), "unload 20-encrypt"),
             (lambda: open(top + "/plugins.d/40-none.so", "w").write("no plugin"), "verify 40-none"), (lambda: os.remove(top + "/plugins.d/10-filter.so"), "unload 10-filter"))
    at = 0
    for step, said in steps:
        step()
        at = h.wait(said, at)
        r.check("logproc: " + said, at, "\n".join(h.lines))
        if not at: break
        h.writes(150000)
    h.p.terminate()
    h.end()
    words = h.lines[-1].split()
    r.check("logproc: to the end", h.p.returncode == 0 and words[-1] == "failed" and words[-2] == "0", h.lines[-1])
    out = open(top + "/out.txt", "rb").read().split(b"\n")[:-1]
    r.check("logproc: all lines that it counts are there", len(out) == int(words[4]), f"{len(out)}: {h.lines[-1]}")
    plain = [l for l in out if l.startswith(b"level=")]
    sealed = [l for l in out if not l.startswith(b"level=")]
    seen = {tuple(l.split()[1:3]) for l in plain}
    r.check("logproc: none twice", len(seen) == len(plain))
    r.check("logproc: lines through each of the stages", any(b"password=***" in l for l in plain) and any(b"password=secret" in l for l in plain) and sealed)
    r.check("logproc: what is sealed is whole", all(len(base64.b64decode(l, validate=True)) > 28 for l in sealed))
    lost = int(words[1]) - len(out)
    r.check("logproc: only debug lines are dropped", 0 < lost <= int(words[1]) // 4, h.lines[-1])
    p = subprocess.run(["./builtin.exe"], cwd=top, input="level=debug a\nlevel=info b\n", capture_output=True, text=True)
    r.check("logproc/builtin", p.returncode == 0 and len(p.stdout.split()) == 1, p.stdout + p.stderr)


def policy(r, top):
    shutil.copytree(os.path.join(TOP, "examples/policy"), top)
    if not build(r, top, "policy", ("policies/office", "policies/lockdown")): return
    shutil.copy(top + "/office.so", top + "/whole.so")
    with open(top + "/other.so", "wb") as f: f.write(open(top + "/lockdown.so", "rb").read()[:-128]) # its signature taken away

    def put(**config):
        with open(top + "/new", "w") as f: json.dump(config, f)
        os.rename(top + "/new", top + "/policy.json")

    put(plugin="office.so", settings={"from": "8", "to": "18"})
    h = Host(top, "./host.exe", "-trust", "keys.pub", "-listen", "localhost:0")
    at = h.wait("listening on")
    if not at: return r.check("policy: starts", False, "\n".join(h.lines))
    url = "http://" + h.lines[at - 1].split()[-1] + "/decide?user=ann&action=write&resource=door&hour=9"
    ask = lambda: json.load(urllib.request.urlopen(url))
    stop, answers = threading.Event(), []

    def load(): # each answer is one of the rules', whole
        while not stop.is_set(): answers.append(ask()["Rule"])
    threads = [threading.Thread(target=load) for _ in range(4)]
    for t in threads: t.start()
    first = "office hours 8 to 18"
    r.check("policy: first rules", ask()["Rule"] == first)
    rows = (("other rules", dict(plugin="lockdown.so", settings={"only": "bob"}), "swap rules", "locked down to bob"),
            ("no signature", dict(plugin="other.so", settings={"only": "ann"}), "verify rules: ", "locked down to bob"),
            ("settings that are refused", dict(plugin="lockdown.so", settings={}), "activate rules 1.0.0: ", "locked down to bob"),
            ("rules that are gone come back", dict(plugin="office.so", settings={"from": "10", "to": "18"}), "swap rules", "not between 10 and 18"),
            ("other settings of the same rules", dict(plugin="office.so", settings={"from": "9", "to": "18"}), "swap rules", "office hours 9 to 18"),
            ("a version that is none of theirs", dict(plugin="whole.so", version=">=2", settings={"from": "1", "to": "2"}), "is not in", "office hours 9 to 18"))
    for name, config, said, rule in rows:
        put(**config)
        at = h.wait(said, at)
        r.check("policy: " + name, at and ask()["Rule"] == rule, "\n".join(h.lines))
        if not at: break
    stop.set()
    for t in threads: t.join()
    known = {first} | {row[3] for row in rows}
    r.check("policy: each answer is one rule's", answers and set(answers) <= known, str(set(answers) - known))
    h.p.terminate()
    h.end()
    r.check("policy: ends", h.p.returncode == 0, str(h.p.returncode))
    p = subprocess.run(["./builtin.exe", "ann", "write", "door", "9"], cwd=top, capture_output=True, text=True)
    r.check("policy/builtin", json.loads(p.stdout)["Rule"] == first, p.stdout + p.stderr)


def stage(r, top):
    logproc(r, top + "/logproc")
    policy(r, top + "/policy")
