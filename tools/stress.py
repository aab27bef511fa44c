#!/usr/bin/env python3
"""Tests drawn at random, under the runtime's stress switches, for a time: golden programs, GOROOT/test (what it runs), tests of the library and of modules;
with --only plugins,patches hosts that load and unload plugins, and programs that are changed while they run.

usage: stress.py [--vole BIN] [--seconds N] [--seed N] [--only KIND,...] [-j N] [ROW...]      a ROW: switches of VOLEDEBUG, or procs=N alone
       stress.py --again KIND/NAME [--times N] ROW                                            one test
Each row takes --seconds. Of a row `schedrand=R`, R is drawn anew for each run; GOMAXPROCS is drawn from 1, 2 and 8 where the row has no procs=N. Programs are
built so that words of frames that no stack map may name are recognized by `verify`. What fails is run again, three times the same way and twice without
the switches: if it fails without them too, it is told and not counted. A program that takes more than --limit seconds and still uses the CPU is slow, not
wrong; one that does not use it hangs, and its goroutines are in the report. Reports are in build/stress/. Last line: N runs, N failed, N slow, N fail without too.
"""
import argparse, concurrent.futures, json, os, random, re, shutil, signal, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path[:0] = [HERE, ROOT + "/tests"]
import conformance, golden, stdtests

ROWS = ["gcstress=50,clobberfree=1,verify=1", "verify=1,clobberfree=1", "schedrand=R", "stackmove=1", "gcphase=30,verify=1,clobberfree=1", "procs=1", "procs=2", "procs=8"]
MODULES = """github.com/google/btree@v1.1.3 github.com/google/go-cmp@v0.7.0 github.com/google/uuid@v1.6.0 github.com/gorilla/mux@v1.8.1 github.com/gorilla/websocket@v1.5.3
    github.com/spf13/cobra@v1.10.2 github.com/spf13/pflag@v1.0.10 github.com/spf13/cast@v1.10.0 github.com/tidwall/gjson@v1.20.3 github.com/tidwall/btree@v1.8.2
    github.com/julienschmidt/httprouter@v1.3.0 github.com/stretchr/testify@v1.11.1 github.com/rs/zerolog@v1.35.1 github.com/klauspost/compress@v1.20.4
    github.com/hashicorp/golang-lru@v1.0.2 github.com/hashicorp/go-version@v1.9.0 github.com/dgraph-io/ristretto@v0.2.0""".split()


def cpu_seconds(session):
    ticks = 0
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                words = open(f"/proc/{d}/stat").read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(words[3]) == session:
                ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def execute(cmd, cwd, env, limit):
    """(exit code, 'slow' or 'hangs'; stdout; stderr). The process's session ends with it."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        p = subprocess.Popen(cmd, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
        try:
            rc = p.wait(limit)
        except subprocess.TimeoutExpired:
            before = cpu_seconds(p.pid)
            time.sleep(15)
            rc = p.poll()
            if rc is None:
                rc = "slow" if cpu_seconds(p.pid) - before > 0.2 else "hangs"
                if rc == "hangs":
                    p.send_signal(signal.SIGQUIT)
                    time.sleep(5)
        try:
            os.killpg(p.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        p.wait()
        texts = []
        for f in (out, err):
            f.seek(0)
            texts.append(f.read(16 << 20).decode("utf-8", "surrogateescape"))
    return rc, *texts


class Golden:
    """tests/golden"""

    def __init__(self, a):
        self.a, d = a, ROOT + "/tests/golden"
        self.names = [f for f in sorted(os.listdir(d)) if f.endswith(".go") or os.path.isdir(os.path.join(d, f))]

    def run(self, name, env, rng):
        src = ROOT + "/tests/golden/" + name
        base, exe = src[:-3] if src.endswith(".go") else src, f"{self.a.work}/golden-{name}.exe"
        if not os.path.exists(exe):
            new = f"{exe}.{threading.get_ident()}"
            bad = golden.build(self.a.vole, src, [], new)
            if bad:
                return bad
            os.rename(new, exe)
        with tempfile.TemporaryDirectory(dir=self.a.work) as tmp:
            all_env = golden.environment(base, [f"{k}={v}" for k, v in env.items() if k != "GOMAXPROCS"])
            if "GOMAXPROCS=" not in golden.read(base + ".env"):
                all_env.update({k: v for k, v in env.items() if k == "GOMAXPROCS"})
            rc, out, err = execute([exe, *golden.read(base + ".args").split()], tmp, all_env, self.a.limit)
            return "slow" if rc == "slow" else golden.judge(base, rc, out, err)


class Folder(conformance.Runner):
    def command(self, phase, t, cmd, cwd, env):
        if phase != "run":
            return super().command(phase, t, cmd, cwd, env)
        rc, out, err = execute(cmd, cwd, dict(self.goenv, PWD=cwd, **self.local.env), self.limit)
        if rc:
            raise conformance.Failed(rc if rc == "slow" else "run", f"exit {rc}\n{out}{err}")
        return out + err


class Test:
    """GOROOT/test, what is run"""

    def __init__(self, a):
        source = os.path.realpath(a.goroot + "/test")
        known = conformance.known_failures(ROOT + "/tests/conformance_known.txt")
        run = [t for t in conformance.load(source) if t.kind in conformance.CLASSES["run"] and not t.out and t.name not in known]
        self.tests = {t.name: t for t in run}
        self.names = sorted(self.tests)
        work = a.work + "/conformance"
        os.makedirs(work)
        shutil.copytree(source, work + "/test")
        os.symlink(os.path.realpath(a.goroot + "/src"), work + "/src")
        self.runner = Folder(argparse.Namespace(memory=0, vole=a.vole, flags="", timeout=600, goroot=a.goroot, env=[]), work)
        self.runner.local, self.runner.limit = threading.local(), a.limit

    def run(self, name, env, rng):
        self.runner.local.env = env
        r = self.runner(self.tests[name])
        return "" if r["status"] == "pass" else "slow" if r["phase"] == "slow" else f"{r['phase']}: {r['message']}"


class Tests:
    """Packages with tests of their own: {name: folder}. Some test functions of one are drawn."""

    def __init__(self, a, folders):
        self.a, self.folders, self.names = a, folders, sorted(folders)
        self.lock, self.lists = threading.Lock(), {}

    def built(self, name):
        """(executable, its tests), or what went wrong"""
        exe, cwd = f"{self.a.work}/{re.sub('[^a-zA-Z0-9.]', '_', name)}.test", self.folders[name]
        with self.lock:
            if name in self.lists:
                return self.lists[name]
        env = dict(os.environ, GOFLAGS="-mod=mod", GOROOT=self.a.goroot) if self.a.modules_root in cwd else dict(os.environ, GOROOT=self.a.goroot)
        p = subprocess.run([self.a.vole, "test", "-c", "-vet=off", "-o", exe, "."], cwd=cwd, capture_output=True, text=True, env=env)
        got = p.stdout + p.stderr
        if os.path.exists(exe):
            rc, out, err = execute([exe, "-test.list=^Test"], cwd, dict(os.environ), 60)
            got = exe, [l for l in out.split("\n") if l.startswith("Test")]
        elif "no test files" in got or "build constraints exclude all" in got:
            got = exe, []
        with self.lock:
            self.lists[name] = got
        return got

    def run(self, name, env, rng):
        got = self.built(name)
        if isinstance(got, str):
            return "build: " + got
        exe, tests = got
        some = rng.sample(tests, min(len(tests), 6))
        if not some:
            return ""
        words = [exe, "-test.short", "-test.timeout=0", "-test.run=^(" + "|".join(some) + ")$"]
        cwd = self.folders[name]
        rc, out, err = execute(words, cwd, dict(os.environ, GOROOT=self.a.goroot, PATH=self.a.work + "/conformance/bin:" + os.environ["PATH"], PWD=cwd, **env), self.a.limit)
        return "" if rc == 0 else "slow" if rc == "slow" else f"exit {rc}: {' '.join(words[1:])}\n{out}{err}"


def library(a):
    src, folders = os.path.realpath(a.goroot + "/src"), {}
    for d, dirs, files in os.walk(src):
        dirs[:] = [x for x in dirs if x not in ("testdata", "cmd", "vendor")]
        pkg = os.path.relpath(d, src)
        if any(f.endswith("_test.go") for f in files) and not any(stdtests.fnmatch.fnmatch(pkg, g) for g in stdtests.SKIP):
            folders[pkg] = d
    return Tests(a, folders)


def modules(a):
    folders = {}
    env = dict(os.environ, GOFLAGS="-mod=mod", GO111MODULE="on")
    for m in MODULES:
        p = subprocess.run([a.vole, "mod", "download", "-json", m], capture_output=True, cwd="/", env=env)
        source = json.loads(p.stdout or b"{}").get("Dir")
        if not source:
            print(f"left out {m}: {p.stderr.decode().strip()[-200:]}", flush=True)
            continue
        root = os.path.join(a.modules_root, m)
        shutil.copytree(source, root)
        subprocess.run(["chmod", "-R", "u+w", root])
        for d, dirs, files in os.walk(root):
            dirs[:] = [x for x in dirs if x not in ("testdata", "vendor") and x[0] not in "_." and not os.path.exists(os.path.join(d, x, "go.mod"))]
            if any(f.endswith("_test.go") for f in files):
                folders[os.path.relpath(d, a.modules_root)] = d
    return Tests(a, folders)


class Plugins:
    """Hosts of tests/plugin: plugins that are loaded, called, swapped and unloaded beside goroutines that allocate."""

    def __init__(self, a):
        self.a, self.top = a, a.work + "/plugins"
        sys.path.insert(0, ROOT + "/tests/plugin")
        import manager, run
        r = run.Run(a.vole, a.goroot)
        tops = {k: os.path.join(self.top, k) for k in ("unload", "manager", "basic")}
        for t in tops.values():
            os.makedirs(t)
        files = run.unload_prepare(r, tops["unload"])
        ok = files and manager.prepare(r, tops["manager"])
        shutil.copytree(os.path.join(run.HERE, "basic"), tops["basic"], dirs_exist_ok=True)
        ok = ok and r.build(tops["basic"], "-o", "host.exe", "./host") and r.build(tops["basic"], "-buildmode=plugin", "-o", "p.so", "./plug")
        if not ok:
            sys.exit("stress: plugins are not built")
        self.cases = {"unload": (tops["unload"], ["./many.exe", "60", *files]), "swaps": (tops["manager"], ["./host.exe", tops["manager"], "swaps", "10"]),
                      "ranges": (tops["manager"], ["./host.exe", tops["manager"], "ranges,life,panics", "0"]), "basic": (tops["basic"], ["./host.exe", "p.so"])}
        self.want = {"basic": golden.read(os.path.join(run.HERE, "basic/expected.txt"))}
        self.names = sorted(self.cases)

    def run(self, name, env, rng):
        cwd, words = self.cases[name]
        with tempfile.TemporaryDirectory(dir=self.top) as copy:  # logs
            shutil.copytree(cwd, copy, dirs_exist_ok=True)
            words = [w.replace(cwd, copy) for w in words]
            rc, out, err = execute(words, copy, dict(os.environ, **env), 2 * self.a.limit)
        bad = rc or "FAIL" in out or name in self.want and out + err != self.want[name]
        return "slow" if rc == "slow" else f"exit {rc}\n{out}{err}" if bad else ""


class Patches:
    """The forms of tests/patch: edits of a program that runs."""

    def __init__(self, a):
        self.a = a
        sys.path.insert(0, ROOT + "/tests/patch")
        import auto, forms
        self.names = sorted(n for n in dict(forms.FORMS, **auto.AUTO) if n != "many")

    def run(self, name, env, rng):
        words = [sys.executable, ROOT + "/tests/patch/run.py", self.a.vole, name]
        all_env = {k: v for k, v in dict(os.environ, GOMAXPROCS=env["GOMAXPROCS"]).items() if k != "VOLE_SSA_POISON"}  # built from units, as it is everywhere
        rc, out, err = execute(words + (["--debug", env["VOLEDEBUG"]] if "VOLEDEBUG" in env else []), self.a.work, all_env, 4 * self.a.limit)
        return "" if rc == 0 else "slow" if rc == "slow" else f"exit {rc}\n{out}{err}"


KINDS = {"golden": Golden, "test": Test, "library": library, "modules": modules, "plugins": Plugins, "patches": Patches}
WHOLE = "golden,test,library,modules"


class Stress:
    def __init__(self, a):
        self.a, self.lock, self.count = a, threading.Lock(), dict(runs=0, failed=0, slow=0, without=0)
        self.kinds = {k: KINDS[k](a) for k in a.only}

    def environment(self, row, rng):
        env = {"GOMAXPROCS": str(rng.choice((1, 2, 8)))}
        if row.startswith("procs="):
            env["GOMAXPROCS"] = row[6:]
        elif row:
            env["VOLEDEBUG"] = row.replace("schedrand=R", f"schedrand={rng.randrange(1, 1 << 30)}")
        return env

    def one(self, kind, name, env, seed):
        """The test functions that are drawn are the same for the same seed."""
        return self.kinds[kind].run(name, env, random.Random(seed))

    def tell(self, kind, name, env, seed, bad):
        without = {k: v for k, v in env.items() if k != "VOLEDEBUG"}
        plain = sum(bool(self.one(kind, name, without, seed)) for _ in range(2)) if "VOLEDEBUG" in env else 0
        same = sum(bool(self.one(kind, name, env, seed)) for _ in range(3))
        words = " ".join(f"{k}={v}" for k, v in env.items())
        with self.lock:
            self.count["without" if plain else "failed"] += 1
            path = f"{self.a.reports}/{seed}.txt"
            open(path, "w", errors="surrogateescape").write(f"{words} {kind}/{name}\n{bad}\n")
            print(f"{'fails without too' if plain else 'FAIL'} {kind}/{name} {words} (again {same} of 3, without {plain} of 2): {path}\n    {interesting(bad)}", flush=True)

    def draw(self, row, seed):
        rng = random.Random(seed)
        kind = rng.choices(list(self.kinds), [len(k.names) ** 0.5 for k in self.kinds.values()])[0]
        name = rng.choice(self.kinds[kind].names)
        env = self.environment(row, rng)
        start = time.time()
        bad = self.one(kind, name, env, seed)
        with self.lock:
            self.count["runs"] += 1
            self.count["slow"] += bad == "slow"
            if bad == "slow" or self.a.v:
                print(f"{bad or 'pass'} {kind}/{name} {env} {time.time() - start:.1f} s", flush=True)
        if bad and bad != "slow":
            self.tell(kind, name, env, seed, bad)

    def row(self, row, k):
        print(f"==== {row}", flush=True)
        end, n, lock = time.time() + self.a.seconds, [0], threading.Lock()

        def draws():
            while time.time() < end:
                with lock:
                    n[0] += 1
                    seed = (self.a.seed * 100 + k) * 1000000 + n[0]
                self.draw(row, seed)
        with concurrent.futures.ThreadPoolExecutor(self.a.j) as pool:
            for f in [pool.submit(draws) for _ in range(self.a.j)]:
                f.result()
        print(f"     {n[0]} runs", flush=True)


def interesting(text):
    lines = [l for l in text.split("\n") if l.strip()]
    best = [l for l in lines if re.search(r"fatal error|panic:|SIG|runtime:|hangs|--- FAIL|found bad|want", l)]
    return " | ".join((best or lines)[:3])[:300]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", default=ROOT + "/build/vole")
    p.add_argument("--seconds", type=float, default=600)
    p.add_argument("--seed", type=int, default=int(time.time()) % 100000)
    p.add_argument("--only", default=WHOLE, help=f"kinds of {', '.join(KINDS)}; default {WHOLE}")
    p.add_argument("--limit", type=float, default=60)
    p.add_argument("--again", metavar="KIND/NAME")
    p.add_argument("--times", type=int, default=20)
    p.add_argument("-j", type=int, default=os.cpu_count())
    p.add_argument("-v", action="store_true")
    p.add_argument("rows", nargs="*")
    a = p.parse_args()
    a.vole, a.only = os.path.abspath(a.vole), a.again.split("/")[:1] if a.again else a.only.split(",")
    a.goroot = subprocess.run([a.vole, "env", "GOROOT"], capture_output=True, text=True).stdout.strip()
    a.reports = os.path.join(os.path.dirname(a.vole), "stress")
    os.makedirs(a.reports, exist_ok=True)
    os.environ.update(VOLE_SSA_POISON="1", GOTOOLCHAIN="local", CGO_ENABLED="0")
    print(f"seed {a.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="stress-") as a.work:
        a.modules_root = a.work + "/modules"
        s = Stress(a)
        for k, row in enumerate(a.rows or ROWS):
            if a.again:
                name = a.again.split("/", 1)[1]
                for i in range(a.times):
                    env = s.environment(row, random.Random(a.seed + i))
                    bad = s.one(a.only[0], name, env, a.seed + i)
                    s.count["runs"] += 1
                    s.count["failed"] += bool(bad and bad != "slow")
                    if bad:
                        print(env, bad[-3000:], flush=True)
            else:
                s.row(row, k)
    c = s.count
    print(f"{c['runs']} runs, {c['failed']} failed, {c['slow']} slow, {c['without']} fail without the switches too")
    return c["failed"] > 0 or not c["runs"]


if __name__ == "__main__":
    sys.exit(main())
