#!/usr/bin/env python3
"""Operators at the edges of their types, differential: the same operation folded, half folded and not folded.

usage: foldtest.py [--vole V] [--go GO] [--show N] [--keep DIR] [--only int|shift|conv|float|complex]
Every operation stands in four functions: both operands unknown, the left or the right one constant, both constant in local variables
(which the compiler folds). What each yields, or its panic, is one line; vole's lines must be those of the official toolchain."""
import argparse
import os
import subprocess
import sys
import tempfile

WIDTH = {"int8": 8, "int16": 16, "int32": 32, "int64": 64, "int": 64, "uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64, "uint": 64,
         "uintptr": 64}
ARITH = ["+", "-", "*", "/", "%", "&", "|", "^", "&^"]
COMPARE = ["==", "!=", "<", "<=", ">", ">="]
FLOATS = ["0", "negz", "1", "-1", "0.5", "-0.5", "1.5", "-1.5", "2.5", "nan", "inf", "-inf", "1e-45", "-1e-45", "3.4028234e38", "1e-320",
          "16777217", "9007199254740993", "1e30"]
EDGES = ["127", "127.9", "128", "-128.9", "-129", "255.5", "256", "32767.5", "32768", "65535.5", "65536", "2147483647", "2147483647.5",
         "2147483648", "-2147483648.5", "-2147483649", "4294967295", "4294967295.5", "4294967296", "9223372036854774784", "9223372036854775808",
         "-9223372036854775808", "-9223372036854777856", "18446744073709549568", "18446744073709551616", "1e20", "1e300"]
COMPLEX = ["0", "1", "-1", "nan", "inf", "-inf", "negz", "1e300"]
HEAD = '''package main

import (
	"fmt"
	"math"
)

var nan, inf, negz = math.NaN(), math.Inf(1), math.Copysign(0, -1)

func str(v any) string {
	switch v := v.(type) {
	case float64:
		if v != v {
			return "nan"
		}
		return fmt.Sprintf("%x", math.Float64bits(v))
	case float32:
		if v != v {
			return "nan"
		}
		return fmt.Sprintf("%x", math.Float32bits(v))
	case complex128:
		return str(real(v)) + "," + str(imag(v))
	case complex64:
		return str(real(v)) + "," + str(imag(v))
	}
	return fmt.Sprint(v)
}

func try(name string, f func() any) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(name, e)
		}
	}()
	fmt.Println(name, str(f()))
}
'''


def values(t):
    w = WIDTH[t]
    lo, hi = (0, 2**w - 1) if t[0] == "u" else (-(2**(w - 1)), 2**(w - 1) - 1)
    vs = {lo, lo + 1, hi - 1, hi, 0, 1, 2, 3, 7, 10, 64, 2**(w // 2), 2**(w // 2) - 1, -1, -2, -3, -8, hi // 2 + 1}
    return sorted(v for v in vs if lo <= v <= hi)


def float_text(v, t):
    """The value as an expression of type t that the compiler may fold."""
    if "nan" in v: return f"{t}(math.NaN())"
    if "inf" in v: return f"{t}(math.Inf({-1 if v[0] == '-' else 1}))"
    if v == "negz": return f"-{t}(zero{t})" if False else f"{t}(math.Copysign(0, -1))"
    return f"{t}({v})"


class Out:
    def __init__(self):
        self.text, self.calls, self.n = [HEAD], [], 0

    def form(self, name, body, args=""):
        """One function; body returns its value."""
        self.n += 1
        self.text.append(f"\nfunc f{self.n}() any {{ {body} }}\n")
        self.calls.append(f'try("{name}", f{self.n})')

    def pair(self, ta, a, tb, b, op, name, constant=True):
        expr = f"{{}} {op} {{}}"
        la, lb = f"{ta}({a})" if constant else float_text(a, ta), f"{tb}({b})" if constant else float_text(b, tb)
        bad_const = op in ("/", "%") and b in (0, "0") or op in ("<<", ">>") and str(b)[0] == "-"
        key = (ta, tb, op)
        fn = "op" + str(len(self.fns)) if key not in self.fns else self.fns[key]
        if key not in self.fns:
            self.fns[key] = fn
            res = "bool" if op in COMPARE else ta
            self.text.append(f"\n//go:noinline\nfunc {fn}(a {ta}, b {tb}) {res} {{ return {expr.format('a', 'b')} }}\n")
        self.form(name + " unknown", f"return {fn}({la}, {lb})")
        self.form(name + " folded", f"a, b := {la}, {lb}; return {expr.format('a', 'b')}")
        if constant or not (set("nife") & set(str(b)) - {"e"}):
            if not bad_const: self.half("r", ta, f"{tb}({b})" if constant else lb, op, a, la, name)
        self.half("l", tb, la, op, b, lb, name)

    fns = {}

    def half(self, side, t, const, op, v, lv, name):
        key = (side, t, const, op)
        if key not in self.fns:
            self.fns[key] = fn = "op" + str(len(self.fns))
            e = f"v {op} {const}" if side == "r" else f"{const} {op} v"
            res = "bool" if op in COMPARE else (t if side == "r" else const.split("(")[0])
            self.text.append(f"\n//go:noinline\nfunc {fn}(v {t}) {res} {{ return {e} }}\n")
        self.form(f"{name} half {side}", f"return {self.fns[key]}({lv})")

    def program(self):
        parts = [self.calls[i:i + 500] for i in range(0, len(self.calls), 500)]
        for i, p in enumerate(parts): self.text.append(f"\nfunc main{i}() {{\n\t" + "\n\t".join(p) + "\n}\n")
        return "".join(self.text) + "\nfunc main() {\n" + "".join(f"\tmain{i}()\n" for i in range(len(parts))) + "}\n"


def ints(o):
    for t in WIDTH:
        vs = values(t)
        for op in ARITH + COMPARE:
            for a in vs[::1 if op in "/%*" else 2] + [vs[-1]]:
                for b in vs if op in "/%*" else vs[::2]: o.pair(t, a, t, b, op, f"{t} {a} {op} {b}")
        for v in vs:
            for u in "-^":
                o.form(f"{t} {u}{v}", f"a := {t}({v}); return {u}a")


def shifts(o):
    for t, w in WIDTH.items():
        for tc in ["int8", "uint8", "int", "uint64", "uint16"]:
            cw = WIDTH[tc]
            hi = 2**cw - 1 if tc[0] == "u" else 2**(cw - 1) - 1
            for c in sorted({0, 1, w - 1, w, w + 1, 63, 64, 65, hi, -1, -(2**(cw - 1))}):
                if not (0 if tc[0] == "u" else -(2**(cw - 1))) <= c <= hi: continue
                for a in values(t)[::3] + [values(t)[-1]]:
                    for op in ("<<", ">>"): o.pair(t, a, tc, c, op, f"{t} {a} {op} {tc} {c}")


def conv_form(o, t, u, lit, name):
    key = ("conv", t, u)
    if key not in o.fns:
        o.fns[key] = "op" + str(len(o.fns))
        o.text.append(f"\n//go:noinline\nfunc {o.fns[key]}(v {t}) {u} {{ return {u}(v) }}\n")
    o.form(name + " unknown", f"return {o.fns[key]}({lit})")
    o.form(name + " folded", f"a := {lit}; return {u}(a)")


def conversions(o):
    nums = list(WIDTH) + ["float32", "float64"]
    for t in WIDTH:
        for u in nums:
            for v in sorted(set(values(t)) | {x for x in (2**24 + 1, 2**53 + 1, 2**63 + 1025, 2**63 + 1024, 2**64 - 1024, 2**40 + 2**16 + 1)
                                             if x in range(values(t)[0], values(t)[-1] + 1)}):
                conv_form(o, t, u, f"{t}({v})", f"{t} {v} to {u}")
        for v in values(t): o.form(f"{t} {v} string", f"a := {t}({v}); return string(rune(a))")
    for t in ("float32", "float64"):
        for u in nums:
            for v in FLOATS + EDGES:
                if t == "float32" and v == "1e300": continue
                conv_form(o, t, u, float_text(v, t), f"{t} {v} to {u}")


def floats(o):
    for t in ("float32", "float64"):
        for op in ["+", "-", "*", "/"] + COMPARE:
            for a in FLOATS:
                for b in FLOATS: o.pair(t, a, t, b, op, f"{t} {a} {op} {b}", False)
        for a in FLOATS:
            o.form(f"{t} -{a}", f"a := {float_text(a, t)}; return -a")
            for b in FLOATS:
                for f in ("min", "max"): o.form(f"{t} {f} {a} {b}", f"a, b := {float_text(a, t)}, {float_text(b, t)}; return {f}(a, b)")


def complexes(o):
    vals = [(a, b) for a in COMPLEX for b in COMPLEX]
    for t, f in (("complex128", "float64"), ("complex64", "float32")):
        for op in ("+", "-", "*", "/", "==", "!="):
            key = (t, op)
            o.fns[key] = fn = "op" + str(len(o.fns))
            o.text.append(f"\n//go:noinline\nfunc {fn}(a, b {t}) {'bool' if op in COMPARE else t} {{ return a {op} b }}\n")
            for i, a in enumerate(vals):
                for b in vals[i % 3::3]:
                    if f == "float32" and "1e300" in a + b: continue
                    la, lb = (f"complex({float_text(x, f)}, {float_text(y, f)})" for x, y in (a, b))
                    name = f"{t} {a} {op} {b}"
                    o.form(name + " unknown", f"return {fn}({la}, {lb})")
                    o.form(name + " folded", f"a, b := {la}, {lb}; return a {op} b")


GROUPS = {"int": ints, "shift": shifts, "conv": conversions, "float": floats, "complex": complexes}


def run(cmd, src, exe):
    r = subprocess.run(cmd + ["-o", exe, src], capture_output=True, text=True)
    if r.returncode: sys.exit(f"{cmd[0]}: {r.stderr[:3000]}")
    return subprocess.run([exe], capture_output=True, text=True).stdout.splitlines()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--vole", default="build/vole")
    ap.add_argument("--go", default="go")
    ap.add_argument("--show", type=int, default=30)
    ap.add_argument("--keep")
    ap.add_argument("--only", choices=GROUPS)
    a = ap.parse_args()
    code = 0
    for name, fill in GROUPS.items():
        if a.only and name != a.only: continue
        o = Out()
        o.fns = {}
        fill(o)
        with tempfile.TemporaryDirectory() as d:
            src = os.path.join(a.keep or d, f"fold_{name}_main.go")
            with open(src, "w") as f: f.write(o.program())
            want = run([a.go, "build"], src, os.path.join(d, "go"))
            got = run([a.vole, "build"], src, os.path.join(d, "vole"))
        bad = [(w, g) for w, g in zip(want, got) if w != g]
        for w, g in bad[:a.show]: print(f"gc    {w}\nvole  {g}")
        print(f"{name}: {len(want)} forms, {len(bad)} differ" + ("" if len(want) == len(got) else f"; {len(got)} lines from vole"))
        code |= bool(bad or len(want) != len(got))
    return code


if __name__ == "__main__":
    sys.exit(main())
