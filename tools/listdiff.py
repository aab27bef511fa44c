#!/usr/bin/env python3
"""listdiff.py - compares `list -json` of vole and of the official go, field by field.

usage: listdiff.py VOLE GO [-C dir] [list flags and packages]
Both run with CGO_ENABLED=0. Fields that depend on what is installed or cached (docs/differences.md) are left out.
Exit code 1 if anything differs; a line a kind of difference, with a count and an example.
"""
import json
import os
import subprocess
import sys

SKIP = {"Stale", "StaleReason", "Export", "BuildID"}


def run(program, args, cwd):
    env = dict(os.environ, CGO_ENABLED="0")
    p = subprocess.run([program, "list", "-json"] + args, cwd=cwd, env=env, capture_output=True, text=True)
    out, text, decoder = {}, p.stdout, json.JSONDecoder()
    order, at = [], 0
    while text[at:].strip():
        while text[at].isspace():
            at += 1
        obj, at = decoder.raw_decode(text, at)
        out[obj["ImportPath"]] = obj
        order.append(obj["ImportPath"])
    return out, order, p


def normal(key, value, path):
    if key in ("GoFiles", "CompiledGoFiles") and path.endswith(".test"):
        return "(generated)"
    return value


def main():
    vole, go, args = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]
    cwd = None
    if args[:1] == ["-C"]:
        cwd, args = args[1], args[2:]
    ours, our_order, p = run(vole, args, cwd)
    theirs, their_order, q = run(go, args, cwd)
    kinds = {}

    def note(kind, example):
        kinds.setdefault(kind, []).append(example)

    if p.returncode != q.returncode:
        note("exit code", f"{p.returncode} {q.returncode}")
    if p.stderr != q.stderr:
        note("stderr", f"{p.stderr[-300:]!r} {q.stderr[-300:]!r}")
    for path in sorted(set(ours) ^ set(theirs)):
        note("only in " + ("vole" if path in ours else "go"), path)
    if our_order != their_order and sorted(our_order) == sorted(their_order):
        at = next(i for i, (a, b) in enumerate(zip(our_order, their_order)) if a != b)
        note("order", f"{at}: {our_order[at]} {their_order[at]}")
    for path in sorted(set(ours) & set(theirs)):
        a, b = ours[path], theirs[path]
        for key in sorted((set(a) | set(b)) - SKIP):
            x, y = normal(key, a.get(key), path), normal(key, b.get(key), path)
            if x != y:
                if isinstance(x, list) and isinstance(y, list) and key != "DepsErrors":
                    s, t = {json.dumps(v) for v in x}, {json.dumps(v) for v in y}
                    x, y = sorted(s - t) or "(order)", sorted(t - s) or "(order)"
                note(key, f"{path}: vole {str(x)[:300]}  go {str(y)[:300]}")
    for kind, examples in sorted(kinds.items()):
        print(f"{len(examples):5} {kind}: {examples[0]}")
    print(f"{len(ours)} packages of vole, {len(theirs)} of go, {sum(map(len, kinds.values()))} differences")
    return 1 if kinds else 0


sys.exit(main())
