#!/usr/bin/env python3
"""Benchmarks of the library's own tests: vole and the official toolchain in one run; the geometric mean of vole's time over gc's (below 1: vole is quicker).

usage: libbench.py [--go PATH] [--vole PATH] [--rounds N] [--time D] [--match REGEX] [--slowest N] [packages...]

Both test programs are built first; then they run in turn, N rounds, and the least time an operation of each benchmark counts (what benchstat
would call its best case; noise of a busy machine falls on both). Without packages: strings sort encoding/json regexp compress/flate math/big net/http.
"""
import argparse, math, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = ["strings", "sort", "encoding/json", "regexp", "compress/flate", "math/big", "net/http"]


def run(program, folder, a, best):
    """Least ns/op by name into `best`."""
    p = subprocess.run([program, "-test.run=^$", "-test.bench=" + a.match, "-test.benchtime=" + a.time, "-test.timeout=0", "-test.short"],
                       capture_output=True, text=True, cwd=folder)
    for m in re.finditer(r"^(Benchmark\S+)\s+\d+\s+([0-9.e+]+) ns/op", p.stdout, re.M):
        ns = float(m[2])
        best[m[1]] = min(best.get(m[1], ns), ns)
    if p.returncode: print(f"{program}: exit {p.returncode}: {p.stderr[-300:]}{p.stdout[-300:]}", file=sys.stderr)


def compare(package, root, top, a):
    """Ratios vole / gc of the benchmarks that both have."""
    names, results = {}, {}
    for tool, path in (("vole", a.vole), ("go", a.go)):
        names[tool] = os.path.join(top, package.replace("/", "_") + "." + tool)
        p = subprocess.run([path, "test", "-c", "-vet=off", "-o", names[tool], package], capture_output=True, text=True)
        if p.returncode: sys.exit(f"{path} test -c {package}: {p.stderr}")
        results[tool] = {}
    for _ in range(a.rounds):
        for tool in names: run(names[tool], os.path.join(root, "src", package), a, results[tool])
    both = sorted(set(results["vole"]) & set(results["go"]))
    return {n: results["vole"][n] / results["go"][n] for n in both if results["go"][n] > 0 and results["vole"][n] > 0}


def mean(ratios):
    return math.exp(sum(math.log(r) for r in ratios) / len(ratios)) if ratios else float("nan")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--go", default="go")
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--time", default="50ms")
    p.add_argument("--match", default=".")
    p.add_argument("--slowest", type=int, default=10, help="benchmarks to name of each package")
    p.add_argument("packages", nargs="*", default=PACKAGES)
    a = p.parse_args()
    root = subprocess.run([a.go, "env", "GOROOT"], capture_output=True, text=True).stdout.strip()
    everything = []
    with tempfile.TemporaryDirectory() as top:
        for package in a.packages or PACKAGES:
            r = compare(package, root, top, a)
            everything.append(mean(r.values()))
            print(f"{package:16} {everything[-1]:.3f} of {len(r)} benchmarks", flush=True)
            for n in sorted(r, key=r.get, reverse=True)[:a.slowest]: print(f"    {r[n]:6.2f} {n}", flush=True)
    print(f"{'mean of packages':16} {mean(everything):.3f}")


if __name__ == "__main__":
    main()
