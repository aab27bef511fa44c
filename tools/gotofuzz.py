#!/usr/bin/env python3
"""Random functions made of labels and gotos, most of them with irreducible loops: vole's results against the official toolchain's.

usage: gotofuzz.py [--vole V] [--go GO] [--funcs N] [--keep DIR] SEED...
A function is a list of labelled blocks that compute with its variables and jump, on a condition or not, to any block; fuel ends it.
One program has N functions, each called with several arguments; a line is the sum of what a call left in the variables."""
import argparse
import os
import random
import subprocess
import sys
import tempfile

VARS = ["a", "b", "c", "d"]
OPS = ["+", "-", "*", "&", "|", "^"]


def expr(r, depth=0):
    k = r.randrange(6)
    if k < 2 or depth > 2: return r.choice(VARS)
    if k == 2: return str(r.randrange(-9, 100))
    if k == 3: return f"s[{expr(r, 3)}&7]"
    if k == 4: return f"({expr(r, depth + 1)} {r.choice(['<<', '>>'])} ({expr(r, 3)} & 15))"
    return f"({expr(r, depth + 1)} {r.choice(OPS)} {expr(r, depth + 1)})"


def cond(r):
    return f"{expr(r, 2)} {r.choice(['<', '<=', '==', '!=', '>', '>='])} {expr(r, 2)}"


def statement(r):
    k = r.randrange(8)
    if k == 0: return f"s[{r.choice(VARS)}&7] = {expr(r)}"
    if k == 1: return f"if {cond(r)} {{ {r.choice(VARS)} = {expr(r)} }}"
    if k == 2: return f"{r.choice(VARS)}++"
    if k == 3: return f"if uint({r.choice(VARS)}) < uint(len(t)) {{ {r.choice(VARS)} += t[{r.choice(VARS)}&3] }}"
    if k == 4: return f"p = &q[{r.choice(VARS)}&1]"
    if k == 5: return f"*p += {expr(r, 2)}; {r.choice(VARS)} ^= *p"
    return f"{r.choice(VARS)} = {expr(r)}"


def function(r, name):
    n = r.randrange(3, 12)
    out = [f"func {name}(a, b, c, d int, s *[8]int, t []int) int {{\n\tfuel := 60\n\tvar q [2]int\n\tp := &q[0]\n\tif {cond(r)} {{ goto L{r.randrange(n)} }}\n"]
    for i in range(n):
        out.append(f"L{i}:\n\tif fuel--; fuel < 0 {{ goto end }}\n")
        out += [f"\t{statement(r)}\n" for _ in range(r.randrange(4))]
        for _ in range(r.randrange(3)): out.append(f"\tif {cond(r)} {{ goto L{r.randrange(n)} }}\n")
        if r.randrange(4) == 0: out.append(f"\tgoto L{r.randrange(n)}\n")
    used = "".join(out)
    for i in range(n):
        if f"goto L{i} " not in used and f"goto L{i}\n" not in used: out.append(f"\tif fuel > 1000 {{ goto L{i} }}\n")
    return "".join(out) + "end:\n\treturn a ^ b*3 ^ c*5 ^ d*7 ^ q[0]*11 ^ q[1]*13 ^ *p\n}\n"


def program(seed, n):
    r = random.Random(seed)
    fs = [function(r, f"f{i}") for i in range(n)]
    calls = "".join(f'\tfor i := range 6 {{ s = [8]int{{1, 2, 3, 4, 5, i}}; fmt.Println("f{i}", i, f{i}(i, 3-i, i*i, 7, &s, t), s) }}\n' for i in range(n))
    return "package main\n\nimport \"fmt\"\n\n" + "\n".join(fs) + "\nfunc main() {\n\tvar s [8]int\n\tt := []int{5, 6, 7, 8}\n" + calls + "}\n"


def run(cmd, src, exe):
    r = subprocess.run(cmd + ["-o", exe, src], capture_output=True, text=True)
    if r.returncode: sys.exit(f"{src}: {cmd[0]}: {r.stdout}{r.stderr[:3000]}")
    return subprocess.run([exe], capture_output=True, text=True).stdout.splitlines()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--vole", default="build/vole")
    ap.add_argument("--go", default="go")
    ap.add_argument("--funcs", type=int, default=150)
    ap.add_argument("--keep")
    ap.add_argument("seeds", nargs="*", type=int, default=[1])
    a = ap.parse_args()
    lines = differ = 0
    for seed in a.seeds:
        with tempfile.TemporaryDirectory() as d:
            src = os.path.join(a.keep or d, f"goto{seed}.go")
            with open(src, "w") as f: f.write(program(seed, a.funcs))
            want, got = run([a.go, "build"], src, os.path.join(d, "go")), run([a.vole, "build"], src, os.path.join(d, "vole"))
        bad = [(w, g) for w, g in zip(want, got) if w != g]
        for w, g in bad[:5]: print(f"seed {seed}\ngc    {w}\nvole  {g}")
        lines += len(want)
        differ += len(bad) + abs(len(want) - len(got))
    print(f"{lines} calls, {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
