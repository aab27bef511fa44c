#!/usr/bin/env python3
"""Benchmarks: vole and the official toolchain side by side in one run; ratios gc / vole (above 1: vole is better).

usage: run.py [--go PATH] [--vole PATH] [--rounds N] [names...]     CPU seconds are user+system, the least of N rounds.
"""
import argparse, math, os, resource, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MEASURE = os.path.join(HERE, "..", "build", "measure")  # tools/measure.c
BUILD_ONLY = {"server"}


def measure(cmd, env=None, cwd=None, timeout=300):
    """(exit code, CPU seconds, peak KiB, output) of one command."""
    with tempfile.TemporaryFile() as out, tempfile.NamedTemporaryFile("r") as used:
        subprocess.run([MEASURE, used.name, *cmd], stdout=out, stderr=subprocess.DEVNULL, env=env, cwd=cwd,
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (timeout, timeout)))
        code, user, system, peak = used.read().split()
        out.seek(0)
        return int(code), float(user) + float(system), int(peak), out.read()


def best(cmd, rounds, **kw):
    rs = [measure(cmd, **kw) for _ in range(rounds)]
    return rs[0][0], min(r[1] for r in rs), min(r[2] for r in rs), rs[0][3]


def build(tool, src, exe, env, flags=()):
    return measure([*tool, "build", *flags, "-o", exe, src], env=env, cwd=HERE)


def throughput(go, vole, env, rounds, tmp):
    """bench/asm: what upstream has in assembly, case by case. The toolchains' programs take turns, and turns at being first: a machine that
    gets slower or faster during the rounds favours neither. The best of all rounds counts. False: not built."""
    exes = [os.path.join(tmp, "asm.gc"), os.path.join(tmp, "asm.vole")]
    for tool, exe in zip((go, vole), exes):
        if build([tool], os.path.join(HERE, "asm", "main.go"), exe, env)[0] != 0:
            print(f"asm        {tool} does not build it")
            return False
    rates = [{}, {}]
    pairs = list(zip(exes, rates))
    for r in range(rounds):
        for exe, best_of in pairs if r % 2 == 0 else pairs[::-1]:
            for line in measure([exe])[3].decode().splitlines():
                name, rate = line.split()
                best_of[name] = max(best_of.get(name, 0), float(rate))
    print(f"{'throughput':22} {'gc':>12} {'vole':>12} {'vole/gc':>8}")
    for name, rate in rates[0].items():
        print(f"{name:22} {rate:12.5g} {rates[1].get(name, 0):12.5g} {rates[1].get(name, 0) / rate:8.3f}")
    return rates[0].keys() == rates[1].keys()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO") or shutil.which("go"))
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("names", nargs="*")
    a = p.parse_args()
    if not a.go:
        sys.exit("bench: no official go: set OFFICIAL_GO or --go")
    vole = os.path.abspath(a.vole)
    env = dict(os.environ, GOFLAGS="", GOTOOLCHAIN="local", CGO_ENABLED="0", GO111MODULE="")
    names = sorted(f[:-3] for f in os.listdir(HERE) if f.endswith(".go"))
    names = [n for n in names if not a.names or n in a.names]
    print(f"{'program':10} {'gc cpu':>8} {'vole cpu':>8} {'gc/vole':>8}   {'gc mem':>8} {'vole mem':>8} {'gc/vole':>8}   {'gc size':>8} {'vole size':>9} {'gc/vole':>8}")
    ratios, bad = [], 0
    with tempfile.TemporaryDirectory() as tmp:
        for n in names:
            src, g, v = os.path.join(HERE, n + ".go"), os.path.join(tmp, n + ".gc"), os.path.join(tmp, n + ".vole")
            strip = ["-ldflags=-s -w"]
            if build([a.go], src, g, env, strip)[0] != 0:
                sys.exit(f"bench: the official toolchain does not build {n}")
            if build([vole], src, v, env, strip)[0] != 0:
                print(f"{n:10} vole does not build it")
                bad += 1
                continue
            size = f"{os.path.getsize(g) / 1024:7.0f}K {os.path.getsize(v) / 1024:8.0f}K {os.path.getsize(g) / os.path.getsize(v):8.2f}"
            if n in BUILD_ONLY:
                print(f"{n:10} {'':>56}   {size}")
                continue
            rounds = 20 if n == "hello" else a.rounds
            gr, vr = best([g], rounds), best([v], rounds)
            if gr[0] != 0 or vr[0] != gr[0] or vr[3] != gr[3]:
                print(f"{n:10} WRONG: exit {vr[0]} want {gr[0]}" + ("" if vr[3] == gr[3] else ", output differs"))
                bad += 1
                continue
            ratio = gr[1] / max(vr[1], 1e-6)
            if n != "hello":
                ratios.append(ratio)
            print(f"{n:10} {gr[1]:7.3f}s {vr[1]:7.3f}s {ratio:8.2f}   {gr[2]:7}K {vr[2]:7}K {gr[2] / vr[2]:8.2f}   {size}", flush=True)
        if ratios:
            print(f"geometric mean of gc's CPU time over vole's, {len(ratios)} programs: {math.exp(sum(map(math.log, ratios)) / len(ratios)):.3f}")
        if not a.names or "asm" in a.names:
            bad += not throughput(a.go, vole, env, a.rounds, tmp)
        for n in ("hello", "server"):
            if a.names and n not in a.names:
                continue
            src = os.path.join(HERE, n + ".go")
            cache = dict(env, GOCACHE=os.path.join(tmp, "cache"))
            g, v = build([a.go], src, os.path.join(tmp, "x"), cache), build([vole], src, os.path.join(tmp, "y"), env, ["-a"])
            shutil.rmtree(os.path.join(tmp, "cache"), ignore_errors=True)
            print(f"build of {n} from an empty cache: gc {g[1]:.2f} CPU s, vole {v[1]:.3f} CPU s" + (f", ratio {g[1] / v[1]:.1f}" if v[0] == 0 else " (failed)"), flush=True)
    sys.exit(bad > 0)


main()
