#!/usr/bin/env python3
"""Order of evaluation, enumerated: every operand beside a call in every statement, every left side in every assignment.

usage: evalorder.py [--vole V] [--go GO] [--locals] [--panics] [--show N] [--keep DIR] [--emit]
       --emit prints the program and ends; else both toolchains run it and the lines that differ are printed.
Each form is a function of its own: the state is reset, the statement runs (its call changes all of the state),
and what it read, or the state it left, is one line of output. --panics: the operands panic; the line tells whether before
or after the call. --locals: the state is local variables that the call's closure captures.
gc runs without inlining: with it the entries of map literals are read at other times."""
import argparse
import os
import re
import subprocess
import sys
import tempfile

STATE = [  # name, type, first value, value that the call g() leaves, value with which operands panic
    ("x", "int", "1", "2", "-1"),
    ("i", "int", "1", "2", "99"),
    ("z", "int", "3", "4", "0"),
    ("u", "uint", "1", "2", "99"),
    ("b", "byte", "7", "8", "9"),
    ("t", "bool", "true", "false", "true"),
    ("f", "float64", "1.5", "2.5", "-1.5"),
    ("c", "complex128", "complex(1, 2)", "complex(3, 4)", "complex(1, 2)"),
    ("str", "string", '"abcd"', '"uvwxyz"', '"a"'),
    ("bs", "[]byte", '[]byte("ab")', '[]byte("uvw")', "nil"),
    ("rs", "[]rune", '[]rune("ab")', '[]rune("uvw")', "nil"),
    ("s", "[]int", "[]int{10, 20, 30, 40, 50}", "[]int{11, 21, 31, 41}", "nil"),
    ("ss", "[][]int", "[][]int{{1, 2}, {3, 4}, {5, 6}}", "[][]int{{11, 12}, {13, 14}, {15, 16}}", "nil"),
    ("a", "[4]int", "[4]int{1, 2, 3, 4}", "[4]int{5, 6, 7, 8}", "[4]int{}"),
    ("a2", "[4]int", "[4]int{1, 2, 3, 4}", "[4]int{1, 2, 3, 4}", "[4]int{}"),
    ("ap", "*[4]int", "&[4]int{1, 2, 3, 4}", "&[4]int{5, 6, 7, 8}", "nil"),
    ("st", "T", "T{1, 2}", "T{3, 4}", "T{}"),
    ("w", "W", 'W{"a", 1.5, nil, 1}', 'W{"b", 2.5, nil, 2}', "W{e: []int{}}"),
    ("p", "*T", "&T{1, 2}", "&T{3, 4}", "nil"),
    ("pp", "*P", "&P{&T{1, 2}}", "&P{&T{3, 4}}", "&P{}"),
    ("ip", "*int", "nw(5)", "nw(6)", "nil"),
    ("e", "any", "7", "8", '"no"'),
    ("es", "any", '"k"', '"l"', "[]int{}"),
    ("et", "any", "T{1, 2}", "T{3, 4}", '"no"'),
    ("ep", "any", "&T{1, 2}", "&T{3, 4}", '"no"'),
    ("iv", "I", "T{1, 2}", "T{3, 4}", "nil"),
    ("m", "map[string]int", 'map[string]int{"k": 1, "abcd": 5}', 'map[string]int{"k": 3, "l": 9}', "nil"),
    ("mi", "map[int]int", "map[int]int{1: 1, 2: 2}", "map[int]int{1: 11, 2: 12}", "nil"),
    ("ma", "map[any]int", "map[any]int{1: 1, 2: 2, 7: 7}", "map[any]int{1: 11, 2: 12, 8: 8}", "nil"),
    ("m2", "map[string][]int", 'map[string][]int{"k": {1, 2}}', 'map[string][]int{"k": {3, 4}}', "nil"),
    ("mp", "map[int]*T", "map[int]*T{1: {1, 2}, 2: {3, 4}}", "map[int]*T{1: {5, 6}, 2: {7, 8}}", "nil"),
    ("mt", "map[int]T", "map[int]T{1: {1, 2}, 2: {3, 4}}", "map[int]T{1: {5, 6}, 2: {7, 8}}", "nil"),
    ("fn", "func() int", "func() int { return 1 }", "func() int { return 2 }", "nil"),
    ("ch", "chan int", "mkch(1, 2)", "mkch(3, 4, 5)", "nil"),
]
OPERANDS = [  # text, type; in the panic state many of them panic
    ("x", "int"), ("s[i]", "int"), ("s[1]", "int"), ("p.v", "int"), ("*ip", "int"), ("a[i]", "int"), ("ap[i]", "int"),
    ("st.v", "int"), ("pp.p.v", "int"), ("ss[i][0]", "int"), ("len(s)", "int"), ("cap(s)", "int"), ("len(str)", "int"),
    ("len(m)", "int"), ("len(ch)", "int"), ("cap(ch)", "int"), ("len(ss[i])", "int"), ("len(s[i:])", "int"), ("x + 1", "int"), ("-x", "int"),
    ("x * i", "int"), ("x / z", "int"), ("x % z", "int"), ("x << i", "int"), ("8 >> x", "int"), ("m[\"k\"]", "int"),
    ("m[str]", "int"), ("mi[x]", "int"), ("ma[x]", "int"), ("ma[e]", "int"), ("ma[es]", "int"), ("m2[\"k\"][0]", "int"),
    ("mp[x].v", "int"), ("mt[x].v", "int"), ("m[string(bs)]", "int"), ("e.(int)", "int"), ("et.(T).v", "int"), ("ep.(*T).v", "int"), ("min(x, 9)", "int"),
    ("max(x, i, z)", "int"), ("int(f)", "int"), ("int(str[i])", "int"), ("int(b)", "int"), ("T{x, 1}.v", "int"),
    ("[2]int{x, 1}[0]", "int"), ("[]int{x, 1}[0]", "int"), ("[2]int(s)[1]", "int"), ("(*[2]int)(s)[1]", "int"), ("len([]rune(str))", "int"),
    ("len(string(bs))", "int"), ("len([]byte(str))", "int"), ("len(append(s, x))", "int"), ("(&T{x, 1}).v", "int"), ("copy(a[:], s)", "int"),
    ("h(x)", "int"), ("p.M()", "int"), ("st.M()", "int"), ("iv.M()", "int"), ("fn()", "int"), ("<-ch", "int"),
    ("int(real(c))", "int"), ("len(str[i:])", "int"), ("len(str + \"x\")", "int"), ("a[len(s)-4]", "int"), ("s[x:][0]", "int"),
    ("t", "bool"), ("!t", "bool"), ("x == 1", "bool"), ("x < i", "bool"), ("x == 1 && i == 1", "bool"), ("x > 1 || i > 1", "bool"),
    ("!(x == 1 && i == 1)", "bool"), ("e == any(7)", "bool"), ("e == 7", "bool"), ("e == es", "bool"), ("w.e == es", "bool"), ("st == T{1, 2}", "bool"), ("a == a2", "bool"),
    ("w == W{\"a\", 1.5, nil, 1}", "bool"), ("*p == st", "bool"), ("str == \"abcd\"", "bool"), ("str < \"m\"", "bool"), ("string(bs) == \"ab\"", "bool"),
    ("p == nil", "bool"), ("iv == I(st)", "bool"), ("iv == nil", "bool"), ("s == nil", "bool"), ("f == 1.5", "bool"), ("c == complex(1, 2)", "bool"),
    ("b", "byte"), ("str[i]", "byte"), ("bs[i]", "byte"), ("byte(x)", "byte"), ("b + 1", "byte"),
    ("f", "float64"), ("f * 2", "float64"), ("float64(x)", "float64"), ("real(c)", "float64"), ("imag(c)", "float64"), ("min(f, 9)", "float64"),
    ("c", "complex128"), ("c * c", "complex128"), ("complex(f, 1)", "complex128"),
    ("str", "string"), ("str[i:]", "string"), ("str + \"x\"", "string"), ("string(bs)", "string"), ("string(rs)", "string"), ("string(rune(64 + x))", "string"), ("min(str, \"zz\")", "string"),
    ("es.(string)", "string"), ("[2]string{str, str}[0]", "string"),
    ("e", "any"), ("any(x)", "any"), ("any(st)", "any"), ("any(*p)", "any"), ("any(s[i])", "any"), ("any(b)", "any"), ("any(iv)", "any"), ("iv", "I"), ("I(st)", "I"), ("I(*p)", "I"), ("et.(I)", "I"),
    ("st", "T"), ("*p", "T"), ("T{x, i}", "T"), ("T{v: x}", "T"), ("et.(T)", "T"), ("mt[x]", "T"), ("[2]T{{x, 1}, st}[0]", "T"), ("w", "W"), ("a", "[4]int"), ("*ap", "[4]int"), ("[2]int(s)", "[2]int"), ("[2]int{x, i}", "[2]int"),
    ("[1]int{x}", "[1]int"), ("struct{ v int }{x}", "struct{ v int }"),
    ("&T{x, i}", "*T"), ("p", "*T"), ("&st", "*T"), ("ep.(*T)", "*T"), ("mp[x]", "*T"), ("&s[i]", "*int"), ("&p.v", "*int"), ("&a[i]", "*int"), ("ip", "*int"), ("new(x)", "*int"), ("new(int)", "*int"), ("(*[2]int)(s)", "*[2]int"),
    ("s", "[]int"), ("s[i:]", "[]int"), ("s[:i]", "[]int"), ("s[:]", "[]int"), ("s[i:2:3]", "[]int"), ("a[i:]", "[]int"), ("ap[i:]", "[]int"), ("[]int{x, i}", "[]int"), ("make([]int, x)", "[]int"),
    ("append(s, x)", "[]int"), ("append([]int{}, len(s))", "[]int"), ("m2[\"k\"]", "[]int"), ("[]byte(str)", "[]byte"), ("[]rune(str)", "[]rune"), ("make([]int, 1, i)", "[]int"),
    ("m", "map[string]int"), ("map[string]int{\"a\": x}", "map[string]int"), ("map[any]int{e: x}", "map[any]int"), ("make(map[int]int, x)", "map[int]int"),
    ("fn", "func() int"), ("func() int { return x }", "func() int"), ("p.M", "func() int"), ("st.M", "func() int"), ("iv.M", "func() int"), ("(*p).M", "func() int"), ("s[i] + s[1]", "int"), ("s[x] * p.v", "int"), ("[]any{x, e, st}", "[]any"), ("[]any{s[i], len(s), str[1:]}", "[]any"),
]
COMPARABLE = ("bool", "byte", "float64", "complex128", "string", "any", "I", "T", "W", "[4]int", "[2]int", "[1]int", "*T", "*int", "int")
VALUE = [  # statements around OP (its type TY) and a call
    "pr(two(OP, g()))", "r1, r2 := []any{OP, g()}, 0; pr(r1, r2)", "v, _ := OP, g(); pr(v)", "var v, _ any = OP, g(); pr(v)",
    "pr(func() (TY, int) { return OP, g() }())", "pr(func() (any, int) { return OP, g() }())", "pr(OP, g())",
    "pr(typed[TY](OP, g()))", "pr(struct { v TY; n int }{OP, g()}.v)", "pr((&struct { v any; n int }{OP, g()}).v)",
    "pr([2]any{0: OP, 1: g()}[0])", "pr(map[string]any{\"a\": OP, \"b\": g()}[\"a\"])", "defer pr2(OP, g())", "pr(append([]any{}, OP, g())[0])",
    "var v TY; v, a2[g()&1] = OP, 3; pr(v)", "k := []TY{OP}; k[0], _ = OP, g(); pr(k[0])", "pr(two(OP, <-gch()))", "pr(two(h2(OP), g()))", "pr(two(OP, TT{}.G(g())))", "pr(T{}.two(OP, g()))",
]
EQ = ["pr((OP == OP) == (g() == 0))", "if (OP) == lit(OP, g()) { pr(1) } else { pr(0) }", "switch (OP) { case lit(OP, g()): pr(1); default: pr(0) }"]
INT = ["pr(OP + g())", "pr(OP - z*g())", "pr((OP) == g()+1)", "if (OP) < g()+2 { pr(1) } else { pr(0) }", "pr(OP | (x + g()))", "pr([]int{5, 6, 7, 8, 9, 10}[(OP&1) + g()])",
       "pr(OP << gu())", "pr((OP & 3) << gu())", "for k := (OP) + g(); k >= 0; k = -1 { pr(k) }", "pr(OP*g() + x)", "pr(s[(OP&1):][g()])", "pr(float64(OP) + gf())"]
BOOL = ["pr((OP) == (g() == 0))", "if (OP) && g() == 0 { pr(1) } else { pr(0) }", "pr((OP) || g() == 0)", "pr(OP == (g() == 0 && OP))"]
STRING = ["pr(OP + gs())", "pr((OP) == gs())", "if (OP) < gs() { pr(1) } else { pr(0) }", "switch (OP) { case gs(): pr(1); default: pr(0) }", "pr(OP + \"-\" + gs() + str)", "pr(m[OP + gs()])"]
LEFT = ["x", "s[i]", "s[1]", "s[len(s)-1]", "p.v", "*ip", "a[i]", "a[1]", "ap[i]", "st.v", "pp.p.v", "ss[i][0]", "ss[1][i]", "m[\"k\"]", "m[str]", "mi[x]", "ma[x]", "ma[e]", "ma[es]", "ma[[2]int{x, i}]", "ma[st]",
        "m2[\"k\"][0]", "m2[\"k\"][i]", "mp[x].v", "mp[1].v", "m[string(bs)]", "m[str[i:]]", "m[str+\"x\"]", "et2(et).v", "ep.(*T).v", "s[i:][0]", "s[min(i, 1)]", "ss[len(ss)-1][len(s)-4]", "(*p).w", "(&st).v", "*&x",
        "(*[2]int)(s)[1]", "a[len(str)-3]", "s[m[\"k\"]]", "s[e.(int)&1]", "append(s, x)[1]", "[]*T{p}[0].v", "s[h(x)]", "mi[len(s)]", "ma[len(s)]", "s[x+z-3]", "s[z/x-2]"]
ASSIGN = ["L = g() + 7", "L, err = two1()", "L, x2 = g(), 3", "x2, L = 3, g()", "L += g() + 7", "L <<= gu()", "L, ok = mg[g()]", "L, ok = <-gch()", "L, ok = ga().(int)", "L /= g() + 1", "L |= g() + 4",
          "L = len(s) + g()", "L = x + g()", "L, L = 3, g()", "L, x2 = len(s), g()", "x2, L = len(s), g()+x", "L, x2 = x, i", "L = L + g()", "L %= g() + 2", "L, y2 = two2()", "L = int(gf())"]
HEAD = '''package main

import (
	"fmt"
	"sort"
)

type T struct{ v, w int }
type W struct {
	s string
	f float64
	e any
	n int
}
type P struct{ p *T }
type TT struct{}
type I interface{ M() int }

func (t T) M() int                { return t.v }
func (t T) two(v any, n int) any  { return two(v, n) }
func (TT) G(n int) int            { return n }
func nw(v int) *int               { return &v }
func mkch(v ...int) chan int {
	c := make(chan int, 4)
	for _, n := range v {
		c <- n
	}
	return c
}
func two(v any, n int) any          { return fix(v) }
func typed[V any](v V, n int) any   { return fix(v) }
func lit[V any](v V, n int) V       { return v }
func h(n int) int                   { return n }
func h2[V any](v V) V               { return v }
func et2(v any) *T                  { t := v.(T); return &t }

var log string

// What v holds now.
func fix(v any) any {
	switch v := v.(type) {
	case nil, int, bool, byte, float64, complex128, string, T, W, [4]int, [2]int, [1]int, struct{ v int }:
		return v
	case *T:
		if v == nil {
			return "nil"
		}
		return fmt.Sprint("&", *v)
	case *int:
		if v == nil {
			return "nil"
		}
		return fmt.Sprint("&", *v)
	case *[2]int:
		return fmt.Sprint(v)
	case []int:
		return fmt.Sprint(v, len(v))
	case []any:
		l := []any{}
		for _, v := range v {
			l = append(l, fix(v))
		}
		return fmt.Sprint(l)
	case map[any]int: // fmt sorts keys of different types by the addresses of the types
		l := []string{}
		for k, v := range v {
			l = append(l, fmt.Sprint(k, ":", v))
		}
		sort.Strings(l)
		return fmt.Sprint(l)
	case []byte, []rune, map[string]int, map[int]int:
		return fmt.Sprint(v)
	case func() int:
		return fmt.Sprint("f", v())
	}
	return fmt.Sprintf("%T", v)
}
func pr(v ...any) {
	for _, v := range v {
		log += fmt.Sprint(" ", fix(v))
	}
}
func pr2(v any, n int) { pr(v) }
func pre() { log = "" }
func end(n string) {
	if r := recover(); r != nil {
		log += fmt.Sprint(" ", r)
	}
	fmt.Println(n + ":" + log)
}
'''


def state(col, op="="):
    return "\t" + ", ".join(s[0] for s in STATE) + f" {op} " + ", ".join(s[col] for s in STATE) + "\n"


def calls(local, panics):
    """g() and its relatives, as functions or closures."""
    body = "log += \" call\"\n" + (state(3) if not panics else "") + "\treturn 0\n"
    fs = [("g", "int", body), ("gu", "uint", "g(); return 2"), ("gf", "float64", "g(); return 0"), ("gs", "string", "g(); return \"abcd\""), ("ga", "any", "g(); return 5"),
          ("gch", "chan int", "g(); return mkch(0)"), ("two1", "(int, error)", "return g() + 7, nil"), ("two2", "(int, int)", "return g() + 7, 8")]
    return "".join(f"\t{n} := func() {r} {{ {b} }}\n" if local else f"func {n}() {r} {{ {b} }}\n" for n, r, b in fs)


def forms(panics, without):
    for f in all_forms(panics):
        if f not in without: yield f


def all_forms(panics):
    for op, ty in OPERANDS:
        stmts = list(VALUE)
        if ty in COMPARABLE: stmts += EQ
        stmts += {"int": INT, "bool": BOOL, "string": STRING}.get(ty, [])
        for s in stmts:
            yield s.replace("OP", op).replace("TY", ty), ""
    for l in LEFT:
        for s in ASSIGN:
            if "&st)" in l and panics: continue
            yield s.replace("L", l), "\tleft()\n"


def program(local, panics, without=()):
    first = 4 if panics else 2
    out = [HEAD, "var (\n\tx2, y2 int\n\terr error\n\tok bool\n\tmg = map[int]int{0: 5}\n)\n"]
    names = [s[0] for s in STATE if s[0] not in ("fn", "ch", "bs", "rs", "et", "ep", "iv", "pp", "ap", "p", "ip", "mp", "mt", "ss", "m2", "w")]
    left = "pr(" + ", ".join(names) + ", x2, y2, ok, fmt.Sprint(ss, m2))\n"
    left += "\tif p != nil && pp.p != nil && ap != nil { pr(*p, *pp.p, *ap) }; if ip != nil { pr(*ip) }; for k := 1; k < 3; k++ { if mp[k] != nil { pr(*mp[k]) } }\n\tif v, ok := ep.(*T); ok { pr(*v) }"
    if not local:
        out += [f"var {n} {t}\n" for n, t, *_ in STATE]
        out += [calls(False, panics), "func left() {\n\t" + left + "\n}\n", "func reset() {\n" + state(first) + "}\n"]
    n = 0
    mains = []
    for stmt, after in forms(panics, without):
        out.append(f"func f{n}() {{\n\tpre()\n\tdefer end({quote(stmt)})\n")
        if local:
            out.append("".join(f"\tvar {a} {t}\n" for a, t, *_ in STATE) + state(first) + "\t_ = []any{" + ", ".join(s[0] for s in STATE) + "}\n" + calls(True, panics))
            out.append("\t_, _, _, _, _, _, _ = gu, gf, gs, ga, gch, two1, two2\n\tleft := func() { " + left + " }\n\t_ = left\n")
        else: out.append("\treset()\n")
        out.append("\tx2, y2, ok, err = 0, 0, false, nil\n" + f"\t{stmt}\n{after}}}\n")
        mains.append(f"\tf{n}()\n")
        n += 1
    return "".join(out) + "func main() {\n" + "".join(mains) + "}\n"


def quote(s): return '`' + s + '`'


def invalid(go, text, panics, without, src, exe):
    """The forms in which gc finds errors: operand and statement do not fit."""
    r = subprocess.run([go, "build", "-gcflags=-e", "-o", exe, src], capture_output=True, text=True)
    lines, bad, all_of = text.splitlines(), set(), list(forms(panics, without))
    for m in re.finditer(r":(\d+):\d+: (.*)", r.stderr):
        at = int(m[1]) - 1
        while at >= 0 and not re.match(r"func f\d+\(", lines[at]): at -= 1
        if at < 0: sys.exit(r.stderr[:2000])
        bad.add(all_of[int(re.match(r"func f(\d+)", lines[at])[1])])
    if r.returncode and not bad: sys.exit(r.stderr[:3000])
    return bad


def valid_program(go, local, panics, src, exe):
    without = set()
    while True:
        text = program(local, panics, without)
        with open(src, "w") as f: f.write(text)
        bad = invalid(go, text, panics, without, src, exe)
        if not bad: return text
        without |= bad


def run(cmd, src, exe):
    r = subprocess.run(cmd + ["-o", exe, src], capture_output=True, text=True)
    if r.returncode: sys.exit(f"{cmd[0]}: {r.stderr[:3000]}")
    return subprocess.run([exe], capture_output=True, text=True).stdout.splitlines()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--vole", default="build/vole")
    ap.add_argument("--go", default="go")
    ap.add_argument("--locals", action="store_true")
    ap.add_argument("--panics", action="store_true")
    ap.add_argument("--emit", action="store_true")
    ap.add_argument("--show", type=int, default=40)
    ap.add_argument("--keep")
    a = ap.parse_args()
    with tempfile.TemporaryDirectory() as d:
        src = os.path.join(a.keep or d, "evalorder_main.go")
        text = valid_program(a.go, a.locals, a.panics, src, os.path.join(d, "go"))
        if a.emit: return print(text, end="")
        want = run([a.go, "build", "-gcflags=-l"], src, os.path.join(d, "go"))
        got = run([a.vole, "build"], src, os.path.join(d, "vole"))
    bad = [(w, g) for w, g in zip(want, got) if w != g]
    for w, g in bad[:a.show]: print(f"gc    {w}\nvole  {g}")
    print(f"{len(want)} forms, {len(bad)} differ" + ("" if len(want) == len(got) else f"; {len(got)} lines from vole"))
    return 1 if bad or len(want) != len(got) else 0


if __name__ == "__main__":
    sys.exit(main())
