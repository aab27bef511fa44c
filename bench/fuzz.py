#!/usr/bin/env python3
"""Fuzzing by vole and by the official toolchain side by side: ten targets (bench/fuzz) with a planted failure each.

usage: fuzz.py [--go PATH] [--vole PATH] [--parallel N] [--execs N] [--rounds N] [--limit SECONDS] [TARGET...]

"execs/s" are executions for a second of CPU time, planted failures being quiet (-fuzztime=Nx, the least of --rounds): what the machine does besides
does not count. "found" is the CPU time, and the executions, until the planted failure is found, median of --rounds ("-": not within
--limit seconds). Both programs are built with -fuzz first and start from the same seeds with empty caches; what they try is random. The
mean of the ratios is geometric.
"""
import argparse, math, os, re, resource, shutil, statistics, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def run(program, target, folder, words, env, limit=None):
    """Output and CPU seconds of one fuzzing run in a fresh folder."""
    cache, work = tempfile.mkdtemp(dir=folder), tempfile.mkdtemp(dir=folder)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [program, "-test.run=^$", f"-test.fuzz=^{target}$", f"-test.fuzzcachedir={cache}", *words]
    r = subprocess.run(words, cwd=work, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=limit and limit + 60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    shutil.rmtree(cache)
    shutil.rmtree(work)
    return r.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def executions(out):
    return max([int(n) for n in re.findall(r"execs: (\d+)", out)] + [0])


def speed(program, target, a, folder):
    env = dict(os.environ, PLANTED="no")
    out, cpu = run(program, target, folder, [f"-test.fuzztime={a.execs}x", "-test.fuzzminimizetime=10x", f"-test.parallel={a.parallel}"], env)
    if "PASS" not in out: sys.exit(f"{program} {target}: {out[-500:]}")
    return executions(out) / cpu


def find(program, target, a, folder):
    out, cpu = run(program, target, folder, [f"-test.fuzztime={a.limit}s", "-test.fuzzminimizetime=10x", f"-test.parallel={a.parallel}"],
                   os.environ, a.limit)
    return (cpu, executions(out)) if "planted" in out else (math.inf, executions(out))


def build(tool, folder, name):
    to = os.path.join(folder, name)
    subprocess.run([tool, "test", "-c", "-fuzz=.", "-o", to, "."], cwd=os.path.join(HERE, "fuzz"), check=True,
                   env=dict(os.environ, GOWORK="off", GOFLAGS=""))
    return to


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--go", default="go")
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--parallel", type=int, default=1)
    p.add_argument("--execs", type=int, default=200000)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--limit", type=int, default=20)
    p.add_argument("--no-find", action="store_true", help="executions only")
    p.add_argument("targets", nargs="*")
    a = p.parse_args()
    folder = tempfile.mkdtemp()
    source = open(os.path.join(HERE, "fuzz", "targets_test.go")).read()
    programs = [build(os.path.abspath(t) if os.sep in t else t, folder, n) for t, n in ((a.go, "by_go"), (a.vole, "by_vole"))]
    ratios, late = [], []
    print(f"{'target':10} {'execs/s go':>11} {'vole':>8} {'ratio':>6}   found by go         by vole")
    for target in a.targets or re.findall(r"^func (Fuzz\w+)", source, re.M):
        speeds = [[], []]
        for _ in range(a.rounds):
            for k in 0, 1: speeds[k].append(speed(programs[k], target, a, folder))
        best = [max(s) for s in speeds]
        ratios.append(best[1] / best[0])
        print(f"{target:10} {best[0]:11.0f} {best[1]:8.0f} {ratios[-1]:6.2f}  ", end="", flush=True)
        if not a.no_find:
            found = [[], []]
            for _ in range(a.rounds):
                for k in 0, 1: found[k].append(find(programs[k], target, a, folder))
            mid = [statistics.median(x[0] for x in f) for f in found]
            text = [f"{m:.2f} s ({statistics.median(x[1] for x in f):.0f})" if m < math.inf else "-" for m, f in zip(mid, found)]
            print(f"{text[0]:20}{text[1]}", end="")
            if mid[1] > mid[0]: late.append(target)
        print(flush=True)
    print(f"executions a second, vole to go: {math.exp(statistics.mean(map(math.log, ratios))):.2f}, least {min(ratios):.2f}")
    if not a.no_find: print("found later than by go: " + (", ".join(late) or "none"))
    shutil.rmtree(folder)


main()
