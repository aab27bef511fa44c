#!/usr/bin/env python3
"""Golden programs and error tests: builds every program of a folder with vole and compares what it does.

tests/golden/NAME.go, or a folder NAME/ (a module): expected stdout in NAME.out, stderr in NAME.err (each line a substring that
must occur in this order), exit code in NAME.code (default 0), arguments in NAME.args, environment in NAME.env.
tests/errors/NAME.go: every line with `// ERROR "regexp"` must give an error that matches, and no other line may.
tests/known.txt names tests that are known to fail, with the reason: they are shown and do not count against the exit code.
-u rewrites the .out files of golden programs. Prints 'N passed, N failed, 0 skipped' last; a failure shows what differed.
"""
import argparse, concurrent.futures, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def read(path, default=""):
    return open(path, encoding="utf-8", errors="surrogateescape").read() if os.path.exists(path) else default


def run(cmd, timeout, **kw):
    try:
        p = subprocess.run(cmd, capture_output=True, timeout=10 * timeout,  # a hang: a busy machine is slow
                           stdin=subprocess.DEVNULL, **kw)
        return p.returncode, p.stdout.decode("utf-8", "surrogateescape"), p.stderr.decode("utf-8", "surrogateescape")
    except subprocess.TimeoutExpired as e:
        return "timeout", (e.stdout or b"").decode(errors="replace"), (e.stderr or b"").decode(errors="replace")


def build(vole, src, flags, exe):
    """'' or what went wrong."""
    what, cwd = ([src], HERE) if src.endswith(".go") else (["."], src)
    rc, out, err = run([vole, "build", *flags, "-o", exe, *what], 120, cwd=cwd)
    return "" if rc == 0 else f"build: exit {rc}\n{out}{err}"


def environment(base, more):
    env = dict(os.environ)
    for e in read(base + ".env").split("\n") + more:  # switches of both
        name, eq, value = e.partition("=")
        if name == "VOLEDEBUG" and name in env:
            value = env[name] + "," + value
        if eq:
            env[name] = value
    return env


def golden(vole, src, a):
    base = src[:-3] if src.endswith(".go") else src
    with tempfile.TemporaryDirectory() as tmp:
        exe = os.path.join(tmp, "prog")
        bad = build(vole, src, a.flags.split(), exe)
        if bad:
            return bad
        rc, out, err = run([exe, *read(base + ".args").split()], 60, cwd=tmp, env=environment(base, a.env))
    if a.u and rc == 0:
        open(base + ".out", "w", encoding="utf-8", errors="surrogateescape").write(out)
    return judge(base, rc, out, err)


def judge(base, rc, out, err):
    """'' or how this differs from what the files beside the test want."""
    want_rc = int(read(base + ".code", "0"))
    bad = []
    if rc != want_rc:
        bad.append(f"exit {rc}, want {want_rc}\n{err[-2000:]}")
    if out != read(base + ".out"):
        bad.append(f"stdout:\n{out[-1500:]}\nwant:\n{read(base + '.out')[-1500:]}")
    at = 0
    for line in filter(None, read(base + ".err").split("\n")):
        i = err.find(line, at)
        if i < 0:
            bad.append(f"stderr lacks {line!r}:\n{err[-1500:]}")
            break
        at = i + len(line)
    return "\n".join(bad)


def errors(vole, src, a):
    name, lines = os.path.basename(src), read(src).split("\n")
    rc, out, err = run([vole, "build", "-gcflags=-e", "-o", "/dev/null", src], 60)
    got = {}
    for l in err.split("\n"):
        m = re.match(r"(?!\s)(?:.*/)?" + re.escape(name) + r":(\d+):\d+: (.*)", l)
        if m:
            got.setdefault(int(m[1]), []).append(m[2])
    bad = []
    for n, l in enumerate(lines, 1):
        m = re.search(r"// ERROR (.*)$", l)
        if not m:
            continue
        here = got.pop(n, [])
        wanted = [(x or y).replace('\\"', '"') for x, y in re.findall(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`', m[1])]
        bad += [f"line {n}: unexpected: {g}" for g in here if not any(re.search(rx, g) for rx in wanted)]
        for rx in wanted:
            if not any(re.search(rx, g) for g in here):
                bad.append(f"line {n}: no error matches {rx!r}, got {here}")
    bad += [f"line {n}: unexpected: {m}" for n, ms in got.items() for m in ms]
    if rc == 0 or not isinstance(rc, int) or rc > 1:
        bad.append(f"exit {rc}\n{err[-500:]}")
    return "\n".join(bad)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--flags", default="", help="extra build flags")
    p.add_argument("--env", action="append", default=[], metavar="K=V", help="environment of the programs")
    p.add_argument("-j", type=int, default=os.cpu_count())
    p.add_argument("-u", action="store_true", help="rewrite expected outputs")
    p.add_argument("names", nargs="*", help="only tests whose name contains one of these")
    a = p.parse_args()
    vole = os.path.abspath(a.vole)
    jobs = []
    for kind, fn in (("golden", golden), ("errors", errors)):
        d = os.path.join(HERE, kind)
        for f in sorted(os.listdir(d)) if os.path.isdir(d) else []:
            path = os.path.join(d, f)
            if (f.endswith(".go") or os.path.isdir(path)) and (not a.names or any(n in kind + "/" + f for n in a.names)):
                jobs.append((kind + "/" + f, fn, path))
    known = dict((l.split(None, 1) + [""])[:2] for l in read(os.path.join(HERE, "known.txt")).split("\n") if l and l[0] != "#")
    failed = expected = 0
    with concurrent.futures.ThreadPoolExecutor(a.j) as pool:
        for name, bad in zip((j[0] for j in jobs), pool.map(lambda j: j[1](vole, j[2], a), jobs)):
            if bad and name in known:
                expected += 1
                print(f"known {name}: {known[name]}", flush=True)
            elif bad:
                failed += 1
                print(f"FAIL {name}\n    " + bad.replace("\n", "\n    "), flush=True)
            elif name in known:
                print(f"FIXED {name}: passes, but is in known.txt: {known[name]}", flush=True)
    print(f"{len(jobs) - failed - expected} passed, {failed + expected} failed, 0 skipped"
          + (f" ({expected} failures are known)" if expected else ""))
    sys.exit(failed > 0 or not jobs)


if __name__ == "__main__":
    main()
