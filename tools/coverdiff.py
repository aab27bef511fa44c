#!/usr/bin/env python3
"""coverdiff.py - coverage profiles of library packages by vole and by the official go: the same blocks, the same counts.

usage: coverdiff.py [--mode set|count|atomic] [--blocks] [PACKAGE...]
  --blocks  counts may differ (tests that depend on time or on chance)
Tests run with -short. Prints a line a package and the first lines that differ; exit 1 if any package differs.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

PACKAGES = """strings sort bufio bytes container/heap container/list container/ring encoding/json encoding/csv encoding/hex
encoding/base64 encoding/xml path/filepath text/template regexp go/parser math/big net/url html/template archive/tar
compress/flate strconv errors context""".split()


def profile(program, mode, package, path):
    """Block -> count; None if the tests failed or there is no profile."""
    words = [program, "test", "-short", "-covermode=" + mode, "-coverprofile=" + str(path), package]
    run = subprocess.run(words, capture_output=True, text=True)
    if run.returncode:
        sys.stdout.write(run.stdout + run.stderr)
        return None, ""
    lines = path.read_text().splitlines()
    assert lines[0] == "mode: " + mode, lines[0]
    return dict(line.rsplit(" ", 1) for line in lines[1:]), run.stdout.split("coverage: ")[-1].strip()


def compare(ours, theirs, blocks_only):
    """Lines that tell the differences."""
    out = ["- " + b for b in theirs if b not in ours] + ["+ " + b for b in ours if b not in theirs]
    if not blocks_only:
        out += [f"! {b} {n}, not {theirs[b]}" for b, n in ours.items() if b in theirs and theirs[b] != n]
    return out


def main():
    top = pathlib.Path(__file__).resolve().parent.parent
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", default=str(top / "build/vole"))
    p.add_argument("--go", default="go", help="the official one")
    p.add_argument("--mode", default="set")
    p.add_argument("--blocks", action="store_true")
    p.add_argument("packages", nargs="*", default=PACKAGES)
    o = p.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as tmp:
        for package in o.packages:
            path = pathlib.Path(tmp) / "profile"
            (ours, said), (theirs, told) = (profile(g, o.mode, package, path) for g in (o.vole, o.go))
            if ours is None or theirs is None:
                print(f"{package}: FAILED")
                bad += 1
                continue
            diff = compare(ours, theirs, o.blocks) + ([f"! {said}, not {told}"] if said != told and not o.blocks else [])
            print(f"{package}: {len(theirs)} blocks, {told}: {'same' if not diff else f'{len(diff)} DIFFER'}", flush=True)
            print("".join("  " + line + "\n" for line in diff[:8]), end="")
            bad += bool(diff)
    print(f"{len(o.packages) - bad} of {len(o.packages)} packages the same")
    return bad > 0


if __name__ == "__main__":
    os.environ.pop("GOFLAGS", None)
    sys.exit(main())
