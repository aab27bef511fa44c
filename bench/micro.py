#!/usr/bin/env python3
"""What single operations cost: bench/micro built by gc and by vole, row by row in turns; ratios vole / gc (below 1: vole is quicker).

usage: micro.py [--go PATH] [--vole PATH] [--rounds N] [--vole-env K=V] [WORD...]     WORD: only rows whose names contain one of them
Both do each row equally often (as often as gc does it in some 60 ms), each in a process of its own; every second round begins with the other. ns of an
operation by the clock and by the CPU's time: the medians of the rounds; the ratio is that of the medians. The bar is issue 11's: for rows of two Ps (P2) by the
clock, for the others by the CPU's time, which is the same on an idle machine and says more on one that others use.
"""
import argparse, os, shutil, statistics, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HALF = ("spawn", "switch", "round trip")


def run(exe, row, n, env):
    return subprocess.run([exe, row, str(n)], stdout=subprocess.PIPE, env=env, check=True, text=True).stdout.split()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO") or shutil.which("go"))
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--vole-env", action="append", default=[], metavar="K=V")
    p.add_argument("words", nargs="*")
    a = p.parse_args()
    if not a.go:
        sys.exit("micro: no official go: set OFFICIAL_GO or --go")
    env = dict(os.environ, GOFLAGS="", GOTOOLCHAIN="local", CGO_ENABLED="0", GO111MODULE="off")
    above = 0
    with tempfile.TemporaryDirectory() as tmp:
        both = [(a.go, os.path.join(tmp, "gc"), env), (os.path.abspath(a.vole), os.path.join(tmp, "vole"), dict(env, **dict(e.split("=", 1) for e in a.vole_env)))]
        for tool, exe, _ in both:
            if subprocess.run([tool, "build", "-o", exe, "main.go"], cwd=os.path.join(HERE, "micro"), env=env).returncode:
                sys.exit(f"micro: {tool} does not build it")
        names = subprocess.run([both[0][1]], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
        print(f"{'ns':24}{'gc':>9}{'vole':>9}{'ratio':>7}{'gc CPU':>10}{'vole CPU':>9}{'ratio':>7}{'bar':>6}")
        for row in names:
            if a.words and not any(w in row for w in a.words):
                continue
            n = int(run(both[0][1], row, 0, env)[0])
            got = [[], []]
            for r in range(a.rounds):
                for i in (0, 1) if r % 2 == 0 else (1, 0):
                    got[i].append([float(x) for x in run(both[i][1], row, n, both[i][2])])
            wall, cpu = [[statistics.median(x[k] for x in g) for g in got] for k in (0, 1)]
            bar = 0.5 if row.startswith(HALF) else 0.8
            ratio, used = wall[1] / wall[0], cpu[1] / max(cpu[0], 1e-9)
            missed = (ratio if row.endswith("P2") else used) > bar
            above += missed
            print(f"{row:24}{wall[0]:9.1f}{wall[1]:9.1f}{ratio:7.2f}{cpu[0]:10.1f}{cpu[1]:9.1f}{used:7.2f}{bar:6.1f}" + (" *" if missed else ""), flush=True)
    print(f"{above} rows above their bar (*)")
    return 0


sys.exit(main())
