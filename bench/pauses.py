#!/usr/bin/env python3
"""How long the collector holds a program up: bench/pauses beside gc in one run, the programs in turns.

usage: pauses.py [--go PATH] [--vole PATH] [--mb N,N] [--shapes S,S] [--seconds N] [--procs N] [--rounds N] [--vole-env K=V]
For each shape and size of what lives: the longest and the middle pause that the runtime counts, operations of some 200 allocations (middle, 99.9th
percentile, longest), how late a sleeper of 100 us wakes (99th), operations per CPU second, peak memory. Of several rounds the least counts.
On a machine that others use too, a pause is as long as it takes until the other thread gets a CPU: compare with gc's of the same run.
"""
import argparse, os, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MEASURE = os.path.join(HERE, "..", "build", "measure")
COLUMNS = ("pause.max", "pause.p50", "op.p50", "op.p999", "op.max", "late.p99")


def run(exe, shape, mb, seconds, env):
    with tempfile.NamedTemporaryFile("r") as used:
        out = subprocess.run([MEASURE, used.name, exe, shape, str(mb), str(seconds)], stdout=subprocess.PIPE, env=env, check=True, text=True).stdout
        _, user, system, peak = used.read().split()
    r = {k: int(v) for k, v in (w.split("=") for w in out.split())}
    r["rate"] = r["op.n"] / (float(user) + float(system))
    r["peak"] = int(peak) >> 10
    return r


def least(rounds):
    r = {k: min(x[k] for x in rounds) for k in COLUMNS + ("peak",)}
    r["rate"] = max(x["rate"] for x in rounds)
    r["pause.n"] = rounds[0]["pause.n"]
    return r


def show(name, r):
    print(f"{name:16}" + "".join(f"{r[c] / 1e6:10.3f}" for c in COLUMNS) + f"{r['rate']:10.0f}{r['peak']:9}{r['pause.n']:7}", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO") or shutil.which("go"))
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--mb", default="64,1024")
    p.add_argument("--shapes", default="tree,map,slice")
    p.add_argument("--seconds", type=int, default=3)
    p.add_argument("--procs", default="2")
    p.add_argument("--rounds", type=int, default=1)
    p.add_argument("--vole-env", action="append", default=[], metavar="K=V")
    a = p.parse_args()
    if not a.go:
        sys.exit("pauses: no official go: set OFFICIAL_GO or --go")
    env = dict(os.environ, GOFLAGS="", GOTOOLCHAIN="local", CGO_ENABLED="0", GO111MODULE="off", GOMAXPROCS=a.procs)
    with tempfile.TemporaryDirectory() as tmp:
        exes = [("gc", a.go, os.path.join(tmp, "gc"), env), ("vole", os.path.abspath(a.vole), os.path.join(tmp, "vole"), dict(env, **dict(e.split("=", 1) for e in a.vole_env)))]
        for name, tool, exe, _ in exes:
            if subprocess.run([tool, "build", "-o", exe, "main.go"], cwd=os.path.join(HERE, "pauses"), env=env).returncode:
                sys.exit(f"pauses: {name} does not build it")
        print(f"{'ms':16}" + "".join(f"{c:>10}" for c in COLUMNS) + f"{'op/CPUs':>10}{'peak MB':>9}{'cycles':>7}")
        for shape in a.shapes.split(","):
            for mb in a.mb.split(","):
                rounds = [[run(exe, shape, mb, a.seconds, e) for _, _, exe, e in exes] for _ in range(a.rounds)]
                for i, (name, _, _, _) in enumerate(exes):
                    show(f"{shape} {mb} {name}", least([r[i] for r in rounds]))
    return 0


sys.exit(main())
