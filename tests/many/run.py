#!/usr/bin/env python3
"""Two hundred programs one after the other in one process (build/manydrv): the same executables as those of a process each, the same
errors, and memory that does not grow.

run.py [--few] BUILD     --few: a dozen programs, nothing about memory (a sanitizer's build)
The programs are those of tests/golden, each a package of a module, with some between them that do not compile.
Prints 'N passed, N failed, 0 skipped' last.
"""
import argparse, os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HUGE_PAGE = 2 << 20  # what large arenas grow by
GOLDEN = os.path.join(HERE, "..", "golden")
BAD = {
    "bad_types": 'package main\n\nimport "m/shared"\n\nfunc main() { var s string = shared.Three(); _ = s }\n',
    "bad_syntax": "package main\n\nfunc main() { if }\n",
    "bad_shared": 'package main\n\nimport "m/wrong"\n\nfunc main() { wrong.F() }\n',
    "bad_without": 'package main\n\nimport "m/shared"\n\nfunc Main() { println(shared.Three()) }\n',
    "bad_large": "package main\n\nvar a [1 << 40]byte\n\nfunc main() { println(a[len(a)-1]) }\n",
    "good_shared": 'package main\n\nimport "m/shared"\n\nfunc main() { println(shared.Three(), shared.Local[int](), shared.Local[string]()) }\n',
}
SHARED = """package shared

import "fmt"

func Three() int { return 3 }

// Local has a type of its own for each T.
func Local[T any]() string {
	type pair struct{ a, b T }
	return fmt.Sprintf("%T", []pair{{}})
}
"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w", encoding="utf-8", errors="surrogateescape").write(text)


def make_module(top, few):
    write(os.path.join(top, "go.mod"), "module m\n\ngo 1.26\n")
    write(os.path.join(top, "shared/s.go"), SHARED)
    write(os.path.join(top, "wrong/w.go"), "package wrong\n\nfunc F() int { return nothing }\n")
    names = sorted(n[:-3] for n in os.listdir(GOLDEN) if n.endswith(".go"))
    names = names[:: max(1, len(names) // (8 if few else 46))]
    for n in names:
        text = open(os.path.join(GOLDEN, n + ".go"), encoding="utf-8", errors="surrogateescape").read()
        write(os.path.join(top, n, "main.go"), text)
    for n in BAD:
        write(os.path.join(top, n, "main.go"), BAD[n])
    order = []
    for i, n in enumerate(names):
        order.append("./" + n)
        if i % (len(names) // len(BAD)) == 0 and i // (len(names) // len(BAD)) < len(BAD):
            order.append("./" + sorted(BAD)[i // (len(names) // len(BAD))])
    return order


class Drive:
    def __init__(self, build, top):
        self.build, self.top = build, top

    def __call__(self, order, cache="off", threads=2):
        cmd = [os.path.join(self.build, "manydrv"), self.build, cache, str(threads), "off", *order]
        p = subprocess.run(cmd, cwd=self.top, capture_output=True, text=True, errors="replace", timeout=3000)
        lines = [l.rsplit(" ", 1) for l in p.stdout.splitlines()]
        if p.returncode != 0 or len(lines) != len(order):
            raise SystemExit(f"manydrv: exit {p.returncode} after {len(lines)} of {len(order)}\n{p.stderr[-3000:]}")
        return [l[0] for l in lines], [int(l[1]) for l in lines], p.stderr


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, what, bad):
        self.passed += not bad
        self.failed += bool(bad)
        if bad:
            print(f"FAIL {what}: {bad}")


def grown(memory, first):
    """What is wrong with the memory of so many programs, of which the first ones had something new each; or None."""
    at, end, more = memory[first - 1], memory[-1], len(memory) - first
    bad = end - at > more * 10 * 1024 + HUGE_PAGE
    return f"{at} bytes after {first} programs, {end} after {len(memory)}" if bad else None


def differ(got, want):
    return "\n".join(f"{i}: {g}, alone {w}" for i, (g, w) in enumerate(zip(got, want)) if g != w)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--few", action="store_true")
    ap.add_argument("build")
    a = ap.parse_args()
    check = Checks()
    with tempfile.TemporaryDirectory() as top:
        order = make_module(os.path.join(top, "m"), a.few)
        drive = Drive(os.path.abspath(a.build), os.path.join(top, "m"))
        alone, said = {}, {}
        for x in order:
            out, _, err = drive([x])
            alone[x], said[x] = out[0], err
        bad = sum(v.endswith("failed") for v in alone.values())
        check("programs that do not compile", bad != len(BAD) - 1 and f"{bad} failed: {alone}")
        rounds = 2 if a.few else 200 // len(order) + 1
        many = order * rounds + order[:1]
        want = [alone[x] for x in many]
        got, memory, err = drive(many)
        check(f"{len(many)} programs in one process", differ(got, want))
        # What the packages of a program have is told once, whoever imports them; the program's own errors each time it is built.
        check("errors", sorted(set(err.splitlines())) != sorted(set("".join(said.values()).splitlines())) and err)
        if not a.few:
            check("memory", grown(memory, len(order)))
        for threads in 1, 2:
            cache = os.path.join(top, f"cache{threads}")
            got, _, _ = drive(many[: len(order) + 8], cache, threads)
            check(f"with an empty cache, -p {threads}", differ(got, want))
            got, memory, _ = drive(many, cache, threads)
            check(f"with a full cache, -p {threads}", differ(got, want))
            if not a.few:
                check("memory, full cache", grown(memory, len(order)))
    print(f"{check.passed} passed, {check.failed} failed, 0 skipped")
    return check.failed > 0


sys.exit(main())
