#!/usr/bin/env python3
"""How long what stops the world takes beside goroutines that are busy: bench/stops beside gc in one run, the programs in turns.

usage: stops.py [--go PATH] [--vole PATH] [--operations O,O] [--loads L,L] [--procs N,N] [--n N] [--gap US] [--rounds N]
Operations, loads: bench/stops/main.go. Microseconds, medians of the rounds: all --n operations, the middle one, the 90th percentile, the longest.
--gap: time between two of them; without, they are one right behind the other, so that the others hardly begin again in between.
"""
import argparse, os, shutil, statistics, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ("all", "p50", "p90", "longest")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO") or shutil.which("go"))
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--before", help="another vole to compare with")
    p.add_argument("--operations", default="procs,memstats,gc,stack")
    p.add_argument("--loads", default="small,64k,map,text,copy")
    p.add_argument("--procs", default="1,2,8")
    p.add_argument("--n", default="40")
    p.add_argument("--gap", default="1000")
    p.add_argument("--rounds", type=int, default=3)
    a = p.parse_args()
    if not a.go:
        sys.exit("stops: no official go: set OFFICIAL_GO or --go")
    env = dict(os.environ, GOFLAGS="", GOTOOLCHAIN="local", CGO_ENABLED="0", GO111MODULE="off")
    with tempfile.TemporaryDirectory() as tmp:
        exes = {}
        for name, tool in (("gc", a.go), ("before", a.before), ("vole", os.path.abspath(a.vole))):
            if not tool:
                continue
            exes[name] = os.path.join(tmp, name)
            if subprocess.run([tool, "build", "-o", exes[name], "main.go"], cwd=os.path.join(HERE, "stops"), env=env).returncode:
                sys.exit(f"stops: {name} does not build it")
        print(f"{'us':30}" + "".join(f"{c:>10}" for c in COLUMNS))
        for op in a.operations.split(","):
            for load in a.loads.split(","):
                for procs in a.procs.split(","):
                    rounds = {name: [] for name in exes}
                    for _ in range(a.rounds):
                        for name, exe in exes.items():
                            out = subprocess.run([exe, op, load, procs, a.n, a.gap], stdout=subprocess.PIPE, env=env, check=True, text=True).stdout
                            rounds[name].append([int(w) for w in out.split()])
                    for name, rows in rounds.items():
                        print(f"{op + ' ' + load + ' ' + procs:24}{name:6}" + "".join(f"{statistics.median(r[i] for r in rows) / 1e3:10.0f}" for i in range(4)), flush=True)
    return 0


sys.exit(main())
