#!/usr/bin/env python3
"""Peak memory of builds: vole's, and the official go's (that of its largest process).

usage: bench/mem.py [--vole VOLE] [--go GO] [PACKAGE ...]

Builds bench/hello.go and bench/server.go, and each PACKAGE as it is named in the current folder (a module that requires it), with
nothing cached. Prints a line each: peak MB of vole, of go, CPU seconds of vole; '-' where there is no go or a build fails.
The last line is 'N passed, N failed'.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def measured(measure, argv, tmp):
    """(exit code, CPU seconds, peak MB of the largest process); build/measure is small, so that its own size does not count."""
    out = os.path.join(tmp, "figures")
    env = dict(os.environ, GOCACHE=os.path.join(tmp, "cache"))
    subprocess.run([measure, out] + argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rc, user, system, peak = open(out).read().split()
    return int(rc), float(user) + float(system), int(peak) / 1024


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    a.add_argument("--go", default=os.environ.get("OFFICIAL_GO") or shutil.which("go"))
    a.add_argument("packages", nargs="*", metavar="PACKAGE")
    o = a.parse_args()
    vole = os.path.abspath(o.vole)
    measure = os.path.join(os.path.dirname(vole), "measure")
    failed = 0
    wanted = [os.path.join(HERE, "hello.go"), os.path.join(HERE, "server.go")] + o.packages
    print(f"{'':40} {'vole MB':>8} {'go MB':>8} {'vole s':>7}")
    for what in wanted:
        figures = []
        for tool in [vole, o.go]:
            with tempfile.TemporaryDirectory() as tmp:
                run = measured(measure, [tool, "build", "-a", "-o", os.path.join(tmp, "x"), what], tmp) if tool else (1, 0, 0)
            figures.append(run)
        failed += figures[0][0] != 0
        peaks = [f"{f[2]:8.0f}" if f[0] == 0 else f"{'-':>8}" for f in figures]
        print(f"{os.path.basename(what):40} {peaks[0]} {peaks[1]} {figures[0][1]:7.2f}", flush=True)
    print(f"{len(wanted) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
