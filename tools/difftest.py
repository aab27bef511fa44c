#!/usr/bin/env python3
"""Differential tests: random programs (gogen.py) or given files, vole's builds against the official toolchain's.

Each program is built with the official go, and with vole by default, with -gcflags=all=-N and -gcflags=all=-l; stdout, exit code and the panic or
fatal line of stderr must agree. --env runs vole's programs under a stress switch as well (VOLEDEBUG=gcstress=50,clobberfree=1).
A program that differs is kept as OUT/SEED.go and, with --reduce, cut down (declarations, blocks, lines) to OUT/SEED.min.go while it still
differs in the same way. The official go: OFFICIAL_GO or on PATH.
Prints 'N programs agree, N differ' last; the exit code is 1 if any differs.
"""
import argparse, concurrent.futures, os, re, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OFFICIAL = dict(GOTOOLCHAIN="local", GOFLAGS="-mod=mod", CGO_ENABLED="0", GO111MODULE="on", GOWORK="off")
FLAGS = ["", "-gcflags=all=-N", "-gcflags=all=-l"]


def run(cmd, timeout, **kw):
    try:
        p = subprocess.run(cmd, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL, **kw)
        return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return "timeout", "", ""


def failure_line(err):
    m = re.search(r"^(panic: .*|fatal error: .*)$", err, re.M)
    return re.sub(r"0x[0-9a-f]+", "0x?", m[1]) if m else ""


def behaviour(exe, env=None, timeout=30):
    rc, out, err = run([exe], timeout, env=env and dict(os.environ, **env))
    return rc, out, failure_line(err)


def official(src, exe, a):
    rc, out, err = run([a.go, "build", "-o", exe, src], 300, env=dict(os.environ, **OFFICIAL))
    return rc == 0, out + err


def vole(src, exe, flags, a):
    rc, out, err = run([a.vole, "build", *filter(None, flags.split()), "-o", exe, src], 120)
    return rc, out + err


def variants(a):
    """(build flags, environment) of every way to run vole's program."""
    envs = [dict(e.split("=", 1) for e in group.split(";")) for group in a.env]
    out = [(f, None) for f in a.flags] if not a.only_env else []
    return out + [(a.flags[0], e) for e in envs]


def compare(src, a, tmp, ways=None):
    """-> (state, [(way, what differs)]); state: ok, differ, invalid (the official toolchain rejects it or it takes too long)."""
    exe = os.path.join(tmp, "o")
    ok, msg = official(src, exe, a)
    if not ok:
        return "invalid", [(None, msg)]
    want = behaviour(exe)
    if want[0] == "timeout":
        return "invalid", [(None, "takes too long")]
    bad, built = [], {}
    for way in ways or variants(a):
        flags, env = way
        if flags not in built:
            built[flags] = vole(src, os.path.join(tmp, "v"), flags, a)
            if built[flags][0] != 0:
                bad.append((way, f"build: exit {built[flags][0]}: {built[flags][1][:1000]}"))
                continue
        elif built[flags][0] != 0 or len(built) > 1 and vole(src, os.path.join(tmp, "v"), flags, a)[0] != 0:
            continue
        got = behaviour(os.path.join(tmp, "v"), env, 120 if env else 30)
        if got != want:
            bad.append((way, explain(want, got)))
    return ("differ" if bad else "ok"), bad


def explain(want, got):
    w, g = want[1].split("\n"), got[1].split("\n")
    o = []
    if want[0] != got[0] or want[2] != got[2]:
        o.append(f"exit {got[0]} {got[2]!r}, want {want[0]} {want[2]!r}")
    o += [f"line {i + 1}: {y!r}, want {x!r}" for i, (x, y) in enumerate(zip(w, g)) if x != y][:6]
    if len(w) != len(g):
        o.append(f"{len(g)} lines, want {len(w)}")
    return "\n    ".join(o)


# ---- reduction ---------------------------------------------------------------------------------------------------------------------

def kind_of(what):
    return "build" if what.startswith("build:") else "exit" if what.startswith("exit") else "output"


class Reducer:
    def __init__(self, a, way, kind, tmp):
        self.a, self.way, self.kind, self.tmp, self.tries = a, way, kind, tmp, 0

    def interesting(self, lines):
        self.tries += 1
        src = os.path.join(self.tmp, "r.go")
        open(src, "w", encoding="utf-8", errors="surrogateescape").write("\n".join(lines))
        flags, env = self.way
        exe = os.path.join(self.tmp, "rv")
        rc, msg = vole(src, exe, flags, self.a)
        if (rc != 0) != (self.kind == "build") or (rc == 1 and self.kind == "build" and "not supported" not in msg and not self.a.rejects):
            return False
        if self.kind == "build":
            return official(src, os.path.join(self.tmp, "ro"), self.a)[0]
        if not official(src, os.path.join(self.tmp, "ro"), self.a)[0]:
            return False
        want = behaviour(os.path.join(self.tmp, "ro"), timeout=10)
        got = behaviour(exe, env, 20)
        return want[0] != "timeout" and want != got and (self.kind == "exit" or got[0] == want[0])

    @staticmethod
    def closing(lines, i):
        """The line that closes the bracket opened on line i, or i."""
        depth = 0
        for k in range(i, len(lines)):
            depth += lines[k].count("{") + lines[k].count("(") - lines[k].count("}") - lines[k].count(")")
            if depth <= 0:
                return k
        return i

    def pieces(self, lines):
        """Line ranges that can go as a whole: top-level declarations first."""
        out, i = [], 0
        while i < len(lines):
            j = self.closing(lines, i)
            out.append((i, j + 1))
            i = j + 1
        return out

    def reachable(self, lines):
        """The declarations that main mentions, directly or not."""
        ps = self.pieces(lines)
        texts = ["\n".join(lines[i:j]) for i, j in ps]
        words = [set(re.findall(r"\w+", t)) for t in texts]
        names = []
        for t in texts:
            m = re.match(r"(?:func (?:\([^)]*\) )?|type |var |const )(\w+)", t)
            names.append(m[1] if m else None)
        keep = {k for k, n in enumerate(names) if n in (None, "main")}
        work = list(keep)
        while work:
            seen = words[work.pop()]
            for k, n in enumerate(names):
                if k not in keep and n in seen:
                    keep.add(k)
                    work.append(k)
        return [l for k, (i, j) in enumerate(ps) if k in keep for l in lines[i:j]]

    def drop_tests(self, lines):
        """Only the tests of main that differ."""
        at = [i for i, l in enumerate(lines) if re.match(r'\ttry\("', l)]
        size = max(1, len(at) // 2)
        while at and size:
            k = 0
            while k < len(at):
                gone = set(at[k:k + size])
                t = self.reachable([l for i, l in enumerate(lines) if i not in gone])
                if self.interesting(t):
                    lines = t
                    at = [i for i, l in enumerate(lines) if re.match(r'\ttry\("', l)]
                else:
                    k += size
            size //= 2
        return lines

    def drop_chunks(self, lines):
        """Runs of whole statements, long ones first."""
        size = 32
        while size:
            i = len(lines) - 2
            while i > 0:
                j, n = i, 0
                while n < size and j < len(lines):
                    j, n = self.closing(lines, j) + 1, n + 1
                t = lines[:i] + lines[j:]
                if lines[i].strip() not in ("", ")", "}") and not lines[i].startswith(("package", "func main", "import")) and self.balanced(t) and self.interesting(t):
                    lines = t
                i = min(i - max(1, size // 2), len(lines) - 2)
            size //= 4
        return lines

    @staticmethod
    def balanced(lines):
        depth = 0
        for l in lines:
            depth += l.count("{") - l.count("}")
            if depth < 0:
                return False
        return depth == 0

    def unwrap(self, lines):
        """Bodies in the place of their statements."""
        i = len(lines) - 1
        while i > 0:
            j = self.closing(lines, i)
            if j > i + 1 and not lines[i].startswith(("func", "type", "var", "import")):
                t = lines[:i] + lines[i + 1:j] + lines[j + 1:]
                if self.balanced(t) and self.interesting(t):
                    lines = t
            i -= 1
        return lines

    def shrink(self, text):
        lines = [l for l in text.split("\n") if l.strip()]
        if not self.interesting(lines):
            return None
        lines = self.drop_tests(lines)
        before = None
        while before != lines:
            before = lines
            lines = self.drop_chunks(lines)
            t = self.reachable(lines)
            lines = t if t != lines and self.interesting(t) else lines
            lines = self.unwrap(lines)
        return "\n".join(lines) + "\n"


def one(job, a):
    name, text = job
    with tempfile.TemporaryDirectory(prefix="vole-diff-") as tmp:
        src = os.path.join(tmp, "p.go")
        open(src, "w", encoding="utf-8", errors="surrogateescape").write(text() if callable(text) else text)
        state, bad = compare(src, a, tmp)
        if state == "differ":
            os.makedirs(a.out, exist_ok=True)
            shutil.copy(src, os.path.join(a.out, f"{name}.go"))
            if a.reduce:
                r = Reducer(a, bad[0][0], kind_of(bad[0][1]), tmp)
                small = r.shrink(open(src, encoding="utf-8", errors="surrogateescape").read())
                if small:
                    open(os.path.join(a.out, f"{name}.min.go"), "w", encoding="utf-8", errors="surrogateescape").write(small)
        return name, state, bad


def seeds(spec):
    lo, _, hi = spec.partition("-")
    return range(int(lo), int(hi or lo) + 1)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO") or shutil.which("go"))
    p.add_argument("--out", default="build/diff", help="where programs that differ are kept")
    p.add_argument("--reduce", action="store_true")
    p.add_argument("--rejects", action="store_true", help="reduce also programs that vole rejects with an ordinary error")
    p.add_argument("--flags", action="append", help="vole's build flags (repeat; default: none, -gcflags=all=-N, -gcflags=all=-l)")
    p.add_argument("--env", action="append", default=[], metavar="K=V[;K=V]", help="one more run with this environment")
    p.add_argument("--only-env", action="store_true", help="no run without --env")
    p.add_argument("-n", type=int, default=24, help="random functions a program")
    p.add_argument("-j", type=int, default=1)
    p.add_argument("-v", action="store_true")
    p.add_argument("what", nargs="*", default=["1-20"], help="seeds (7, 1-100) or .go files")
    a = p.parse_args()
    if not a.go:
        sys.exit("difftest.py: no official go command: set OFFICIAL_GO")
    a.vole, a.go, a.out = os.path.abspath(a.vole), os.path.abspath(a.go), os.path.abspath(a.out)
    a.flags = a.flags or FLAGS
    sys.path.insert(0, HERE)
    import gogen
    jobs = []
    for w in a.what:
        if w.endswith(".go"):
            jobs.append((os.path.basename(w)[:-3], open(w, encoding="utf-8", errors="surrogateescape").read()))
        else:
            jobs += [(str(s), lambda s=s: gogen.Gen(s, a.n).program()) for s in seeds(w)]
    count = {"ok": 0, "differ": 0, "invalid": 0}
    with concurrent.futures.ThreadPoolExecutor(a.j) as pool:
        for name, state, bad in pool.map(lambda j: one(j, a), jobs):
            count[state] += 1
            if state != "ok" or a.v:
                print(f"{name}: {state}", flush=True)
            for way, what in bad:
                print(f"  {way}: {what}", flush=True)
    print(f"{count['ok']} programs agree, {count['differ']} differ" + (f", {count['invalid']} are not valid" if count["invalid"] else ""))
    sys.exit(count["differ"] > 0)


main()
