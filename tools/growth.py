#!/usr/bin/env python3
"""Does compile time grow with the source only, and is it at most twice gc's?

usage: tools/growth.py [--vole build/vole] [--scale F] [--no-gc] [--rounds N] [PATTERN...]

Each shape is a program of one repeated construct, written at two sizes, the second twice the first. Printed: CPU seconds (user and system,
best of the rounds) of `vole build -p 1` and `go build` of each (less those of an empty program, so what the shape itself costs), the factor
of growth from half the size to the whole, and vole's share of gc's. A shape fails where it grows by more than 2.6 or takes more than
twice gc's CPU (and more than 0.15 s). The official go serves the comparison only; what it has compiled once it takes from its cache, so
each round changes a constant.
"""
import argparse, os, re, resource, subprocess, sys, tempfile, time

SHAPES = {}


def shape(size):
    def add(f):
        SHAPES[f.__name__] = (size, f)
        return f
    return add


def main_of(body, head=""):
    return f"package main\n{head}\nfunc main() {{\n{body}\n}}\n"


def lines(n, text, start=0):
    return "\n".join(text.replace("#", str(i)) for i in range(start, start + n))


# ---- control flow ---------------------------------------------------------------------------------------------------
@shape(800)
def nested_range(n):
    return main_of("s := []int{1}\n_ = s\n" + "for range s {\n" * n + "println()\n" + "}\n" * n)


@shape(2000)
def nested_if(n):
    return main_of("x := 1\n" + "if x > 0 {\nx++\n" * n + "println(x)\n" + "}\n" * n)


@shape(5000)
def nested_blocks(n):
    return main_of("x := 1\n" + "{\nx := x + 1\n_ = x\n" * n + "}\n" * n)


@shape(100000)
def switch_ints(n):
    return ("package main\nfunc f(x int) int {\nswitch x {\n" + lines(n, "case #: return # * 3 + 1") +
            "\n}\nreturn 0\n}\nfunc main() { println(f(7)) }\n")


@shape(20000)
def switch_strings(n):
    return ('package main\nfunc f(x string) int {\nswitch x {\n' + lines(n, 'case "key#": return # * 3 + 1') +
            '\n}\nreturn 0\n}\nfunc main() { println(f("key7")) }\n')


@shape(5000)
def switch_types(n):
    return ("package main\n" + lines(n, "type T# struct{ x [#]int8 }") + "\nfunc f(x any) int {\nswitch x.(type) {\n" +
            lines(n, "case T#: return # * 3 + 1") + "\n}\nreturn 0\n}\nfunc main() { println(f(T7{})) }\n")


@shape(10000)
def switch_calls(n):
    return ("package main\n//go:noinline\nfunc g(x int) int { return x }\nfunc f(x int) (r int) {\nswitch x {\n" +
            lines(n, "case #: r += g(#) + g(x)") + "\n}\nreturn r\n}\nfunc main() { println(f(7)) }\n")


@shape(20000)
def if_chain(n):
    return ("package main\nfunc f(x int) int {\n" + lines(n, "if x == # * 7 { return # }") +
            "\nreturn 0\n}\nfunc main() { println(f(7)) }\n")


@shape(10000)
def else_if_chain(n):
    return ("package main\nfunc f(x, y int) int {\nif x == -1 {\n y = 2 \n}" +
            "".join(f" else if x == {i * 7} {{\ny += {i}\n}}" for i in range(n)) +
            "\nreturn y\n}\nfunc main() { println(f(7, 1)) }\n")


@shape(10000)
def loops(n):
    return ("package main\nfunc f(s []int) (r int) {\n" + lines(n, "for i := range s { r += s[i] * # }") +
            "\nreturn\n}\nfunc main() { println(f([]int{1, 2})) }\n")


@shape(10000)
def gotos(n):
    return ("package main\nfunc f(x int) (r int) {\n" + lines(n, "L#:\nr++\nif x == # + r { goto L# }") +
            "\nreturn\n}\nfunc main() { println(f(7)) }\n")


# ---- straight lines -------------------------------------------------------------------------------------------------
@shape(50000)
def long_function(n):
    return ("package main\n//go:noinline\nfunc g(x int) int { return x }\nfunc f(x int) (y int) {\n" +
            lines(n // 5, "x += g(#)\nif x > # {\ny = x * y\n}\nx ^= y") + "\nreturn\n}\nfunc main() { println(f(7)) }\n")


@shape(50000)
def straight_line(n):
    return ("package main\nfunc f(x, y int) int {\n" + lines(n // 2, "x = x*y + #\ny ^= x") +
            "\nreturn x\n}\nfunc main() { println(f(7, 3)) }\n")


@shape(20000)
def variables(n):
    return ("package main\nfunc f(x int) int {\nv0 := x\n" +
            "\n".join(f"v{i} := v{i - 1}*x + {i}" for i in range(1, n)) + "\nreturn " +
            " + ".join(f"v{i}" for i in range(0, n, 7)) + f" + v{n - 1}" + "\n}\nfunc main() { println(f(7)) }\n")


@shape(10000)
def live_across_calls(n):
    return ("package main\n//go:noinline\nfunc g(x int) int { return x }\nfunc f(x int) (r int) {\n" +
            lines(n, "v# := g(#)") + "\n" + lines(n, "r = r * 3 + v#") + "\nreturn\n}\nfunc main() { println(f(7)) }\n")


@shape(10000)
def pointers_across_calls(n):
    return ("package main\n//go:noinline\nfunc g(x int) *int { return new(int) }\nfunc f(x int) (r int) {\n" +
            lines(n, "v# := g(#)") + "\n" + lines(n, "r += *v#") + "\nreturn\n}\nfunc main() { println(f(7)) }\n")


@shape(20000)
def calls(n):
    return main_of(lines(n, 'x = g(x, "#")') + "\nprintln(x)",
                   "//go:noinline\nfunc g(x int, s string) int { return x + len(s) }\nvar x int")


@shape(5000)
def printlns(n):
    return 'package main\nimport "fmt"\nfunc main() {\nx := 1\n' + lines(n, 'fmt.Println("line", #, x)') + "\n}\n"


@shape(10000)
def appends(n):
    return main_of("var s []string\n" + lines(n, 's = append(s, "#")') + "\nprintln(len(s))")


@shape(10000)
def map_stores(n):
    return main_of("m := map[string]int{}\n" + lines(n, 'm["#"] = #') + "\nprintln(len(m))")


@shape(5000)
def defers(n):
    return main_of(lines(n, "defer g(#)"), "//go:noinline\nfunc g(x int) {}")


@shape(5000)
def closures(n):
    return main_of("x := 0\n" + lines(n, "f# := func(a int) int { x += a; return x * # }\nsink = f#") + "\nprintln(x)",
                   "var sink func(int) int")


@shape(5000)
def closures_inlined(n):
    return main_of("x := 0\n" + lines(n, "func() { x += # }()") + "\nprintln(x)")


@shape(10000)
def inlined_calls(n):
    return main_of("x := 1\n" + lines(n, "x = g(x, #)") + "\nprintln(x)", "func g(a, b int) int { if a > b { return a - b }\nreturn a + b }")


@shape(300)
def nested_closures(n):
    return main_of("x := 0\n" + "func() {\nx++\n" * n + "}()\n" * n + "println(x)")


@shape(5000)
def struct_copies(n):
    return ("package main\ntype T struct{ a, b, c, d, e, f, g, h string }\n//go:noinline\nfunc g(t T) T { return t }\nfunc main() {\nvar t T\n" +
            lines(n, "t = g(t)\nt.a = \"#\"") + "\nprintln(t.a)\n}\n")


# ---- expressions ----------------------------------------------------------------------------------------------------
@shape(20000)
def concat_constant(n):
    return main_of("println(len(" + " + ".join(f'"part {i}"' for i in range(n)) + "))")


@shape(5000)
def concat_variable(n):
    return main_of('s := "x"\nfor range 1 { s += "y" }\nprintln(len(' + " + ".join("s" for i in range(n)) + "))")


@shape(5000)
def sum_expression(n):
    return main_of("x := 1\nfor range 3 { x++ }\nprintln(" + " + ".join(f"x*{i}" for i in range(n)) + ")")


@shape(3000)
def deep_parens(n):
    return main_of("x := 1\nfor range 3 { x++ }\nprintln(" + "(x + " * n + "1" + ")" * n + ")")


@shape(5000)
def and_chain(n):
    return main_of("x := 1\nfor range 3 { x++ }\nprintln(" + " && ".join(f"x != {i + 100}" for i in range(n)) + ")")


@shape(10000)
def or_condition(n):
    return ("package main\nfunc f(x int) int {\nif " + " || ".join(f"x == {i * 3}" for i in range(n)) +
            " { return 1 }\nreturn 2\n}\nfunc main() { println(f(1)) }\n")


@shape(5000)
def and_or_nested(n):
    return ("package main\nfunc f(x, y int) bool {\nreturn " + "(x > 3 && (y < 2 || " * (n // 2) + "x < 5" + "))" * (n // 2) +
            "\n}\nfunc main() { println(f(1, 2)) }\n")


@shape(3000)
def nested_calls(n):
    return main_of("println(" + "g(" * n + "1" + ")" * n + ")", "//go:noinline\nfunc g(x int) int { return x + 1 }")


@shape(5000)
def method_chain(n):
    return main_of("t := &T{}\nt" + ".m(1)" * n + "\nprintln(t.n)",
                   "type T struct{ n int }\n//go:noinline\nfunc (t *T) m(x int) *T { t.n += x; return t }")


@shape(5000)
def value_chain(n):
    return main_of("var t T\nprintln(t" + ".m(1).o()" * (n // 2) + ".n)", "type T struct{ n, k int; s string }\n"
                   "func (t T) m(x int) T { t.n += x; return t }\n//go:noinline\nfunc (t T) o() T { return t }")


# ---- literals -------------------------------------------------------------------------------------------------------
@shape(1000000)
def array_ints(n):
    return "package main\nvar a = [...]int{\n" + ",\n".join(str(i * 7) for i in range(n)) + "}\nfunc main() { println(a[3]) }\n"


@shape(200000)
def slice_strings(n):
    return "package main\nvar a = []string{\n" + ",\n".join(f'"s{i}"' for i in range(n)) + "}\nfunc main() { println(a[3]) }\n"


@shape(50000)
def slice_structs(n):
    return ("package main\ntype T struct { a int; s string; p *int; l []int }\nvar x int\nvar a = []T{\n" +
            lines(n, '{#, "s#", &x, []int{#, 2}},') + "}\nfunc main() { println(a[3].s) }\n")


@shape(50000)
def slice_pointers(n):
    return ("package main\ntype T struct { a int; s string }\nvar a = []*T{\n" + lines(n, '{#, "s#"},') +
            "}\nfunc main() { println(a[3].s) }\n")


@shape(20000)
def slice_interfaces(n):
    return "package main\nvar a = []any{\n" + lines(n, '#, "s#",') + "}\nfunc main() { println(len(a)) }\n"


@shape(5000)
def slice_functions(n):
    return "package main\nvar a = []func(int) int{\n" + lines(n, "func(x int) int { return x + # },") + "}\nfunc main() { println(a[3](1)) }\n"


@shape(20000)
def map_strings(n):
    return "package main\nvar m = map[string]int{\n" + lines(n, '"k#": #,') + '}\nfunc main() { println(m["k3"]) }\n'


@shape(20000)
def map_structs(n):
    return ("package main\ntype T struct{ a int; s []string }\nvar m = map[int]T{\n" + lines(n, '#: {#, []string{"a#"}},') +
            "}\nfunc main() { println(m[3].a) }\n")


@shape(8000)
def nested_maps(n):
    return ("package main\ntype M map[string]M\nvar m = M{\n" + '"k": {' * n + "}," * 0 + "}" * n + "}\nfunc main() { println(len(m)) }\n")


@shape(1000)
def nested_maps_any(n):
    return ("package main\nvar m = map[string]any{\n" + '"k": map[string]any{' * n + "}" * n + "}\nfunc main() { println(len(m)) }\n")


@shape(5000)
def maps_in_map(n):
    return ("package main\nvar m = map[string]map[string]int{\n" + lines(n, '"k#": {"a": #, "b": 2},') +
            "}\nfunc main() { println(len(m)) }\n")


@shape(10000)
def local_slice(n):
    return main_of("x := 1\na := []int{\n" + lines(n, "x + #,") + "}\nprintln(a[3])")


@shape(20000)
def local_structs(n):
    return main_of("a := []T{\n" + lines(n, '{#, "s#", nil},') + "}\nprintln(a[3].s)", "type T struct { a int; s string; p *int }")


@shape(3000)
def nested_pointers(n):
    return "package main\ntype T struct{ n *T; x int }\nvar t = " + "&T{" * n + "nil, 1" + "}, 2" .join([""] * n) + "}\nfunc main() { println(t.x) }\n"


# ---- declarations ---------------------------------------------------------------------------------------------------
@shape(10000)
def constants(n):
    return ("package main\nconst (\nC0 = iota\n" + "\n".join(f"C{i} = C{i - 1} + 1" for i in range(1, n)) +
            f"\n)\nfunc main() {{ println(C{n - 1}) }}\n")


@shape(20000)
def globals_chain(n):
    return ("package main\nvar v0 = 1\n" + "\n".join(f"var v{i} = v{i - 1} + 1" for i in range(1, n)) +
            f"\nfunc main() {{ println(v{n - 1}) }}\n")


@shape(5000)
def globals_called(n):
    return ("package main\n//go:noinline\nfunc g(x int) int { return x }\nvar v0 = 1\n" +
            "\n".join(f"var v{i} = g(v{i - 1})" for i in range(1, n)) + f"\nfunc main() {{ println(v{n - 1}) }}\n")


@shape(10000)
def methods(n):
    return ("package main\ntype T struct{ x int }\n" + lines(n, "func (t *T) M#(a int) int { return t.x + a*# }") +
            "\nfunc main() {\nt := &T{}\n" + lines(n, "t.x += t.M#(1)") + "\nprintln(t.x)\n}\n")


@shape(2000)
def methods_iface(n):
    return ("package main\ntype T struct{ x int }\n" + lines(n, "func (t *T) M#(a int) int { return t.x + a*# }") +
            "\ntype I interface {\n" + lines(n, "M#(int) int") + "\n}\nvar i I = &T{}\nfunc main() {\nx := 0\n" +
            lines(n, "x += i.M#(1)") + "\nprintln(x)\n}\n")


@shape(10000)
def types(n):
    return ("package main\n" + lines(n, "type T# struct{ a, b int; c string }\nfunc (t T#) String() string { return t.c }") +
            "\ntype S interface{ String() string }\nvar all []S\nfunc main() {\n" + lines(n, "all = append(all, T#{})") + "\nprintln(len(all))\n}\n")


@shape(5000)
def fields(n):
    return "package main\ntype T struct {\n" + lines(n, "F# int") + "\n}\nvar t T\nfunc main() {\n" + lines(n, "t.F# += #") + "\nprintln(t.F3)\n}\n"


@shape(1000)
def embedded(n):
    return ("package main\ntype T0 struct{ x int }\nfunc (t *T0) M() int { return t.x }\n" +
            "\n".join(f"type T{i} struct{{ T{i - 1}; y{i} int }}" for i in range(1, n)) +
            f"\nvar i interface{{ M() int }} = &T{n // 10}{{}}\nfunc main() {{ println(i.M()) }}\n")


@shape(5000)
def embedded_wide(n):
    return ("package main\n" + lines(n, "type E# struct{ x# int }\nfunc (e *E#) M#() int { return e.x# }") + "\ntype T struct {\n" +
            lines(n, "E#") + "\n}\nvar t T\nvar i any = &t\nfunc main() { println(t.M3(), t.x7, i != nil) }\n")


@shape(20000)
def functions(n):
    return ("package main\n" + "\n".join(f"//go:noinline\nfunc f{i}(x int) int {{ return f{i + 1}(x) + 1 }}" for i in range(n)) +
            f"\nfunc f{n}(x int) int {{ return x }}\nfunc main() {{ println(f0(1)) }}\n")


@shape(5000)
def functions_inlined(n):
    return ("package main\n" + "\n".join(f"func f{i}(x int) int {{ return f{i + 1}(x) }}" for i in range(n)) +
            f"\n//go:noinline\nfunc f{n}(x int) int {{ return x }}\nfunc main() {{ println(f0(1)) }}\n")


@shape(2000)
def instances_inlined(n):
    return ("package main\n" + "\n".join(f"func f{i}[T any](x T) T {{ return f{i + 1}(x) }}" for i in range(n)) +
            f"\n//go:noinline\nfunc f{n}[T any](x T) T {{ return x }}\nfunc main() {{ println(f0(1), f0(\"a\")) }}\n")


@shape(5000)
def functions_mutual(n):
    return ("package main\n" + "\n".join(f"func f{i}(x int) int {{ if x == 0 {{ return {i} }}; return f{(i + 1) % n}(x-1) + f{(i * 7 + 3) % n}(x/2) }}"
                                            for i in range(n)) + "\nfunc main() { println(f0(3)) }\n")


@shape(2000)
def instances(n):
    return ("package main\ntype L[T any] struct{ v []T }\nfunc (l *L[T]) Add(x T) { l.v = append(l.v, x) }\n" +
            lines(n, "type T# struct{ a [#]byte }") + "\nfunc main() {\n" +
            lines(n, "l# := &L[T#]{}\nl#.Add(T#{})\nn += len(l#.v)") + "\nprintln(n)\n}\nvar n int\n")


# ---- measuring ------------------------------------------------------------------------------------------------------
def cpu(cmd, cwd):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    limit = ["timeout", "120"]
    p = subprocess.run(limit + cmd, cwd=cwd, capture_output=True, text=True, env={**os.environ, "GOMAXPROCS": "2"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, None if p.returncode == 0 else ((p.stderr or p.stdout).strip() or f"exit {p.returncode}").split("\n")[-1][:150]


def build(cmd, text, tmp, rounds):
    best, error = 1e9, None  # the text is new each time: neither takes it from a cache
    for r in range(rounds):
        with open(os.path.join(tmp, "x.go"), "w") as f:
            f.write(f"{text}\nconst Varied = {time.time_ns()}\n")
        used, error = cpu(cmd + ["-o", os.path.join(tmp, "x"), "x.go"], tmp)
        best = min(best, used)
        if error:
            break
    return best, error


def measure(name, a, tmp, vole, empty):
    size, make = SHAPES[name]
    size = max(2, int(size * a.scale))
    bad, row = False, [f"{name:22}{size:9}"]
    v, error = {}, None
    for n in (size // 2, size):
        v[n], e = build([vole, "build", "-p", "1"], make(n), tmp, a.rounds)
        v[n] = max(v[n] - empty[0], 0.0)
        error = error or e
    growth = v[size] / max(v[size // 2], 0.02)
    row.append(f"{v[size]:8.2f} s  x{growth:5.2f}")
    bad = bool(error) or (growth > 2.6 and v[size] > 0.15)
    if not a.no_gc:
        g, e = build(["go", "build"], make(size), tmp, a.rounds)
        g = max(g - empty[1], 0.001)
        row.append(f"   gc {g:8.2f} s" + (f"   {v[size] / g:6.2f}" if not e else f"   gc: {e}"))
        bad |= not e and v[size] > 2 * g and v[size] > 0.15
    if error:
        row.append("  ERROR " + error)
    print("".join(row) + ("   <--" if bad else ""), flush=True)
    return bad


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--vole", default="build/vole")
    ap.add_argument("--scale", type=float, default=1.0)
    ap.add_argument("--rounds", type=int, default=1)
    ap.add_argument("--no-gc", action="store_true")
    ap.add_argument("patterns", nargs="*")
    a = ap.parse_args()
    vole = os.path.abspath(a.vole)
    bad = 0
    with tempfile.TemporaryDirectory() as tmp:
        text = "package main\nfunc main() { println() }\n"
        empty = (build([vole, "build", "-p", "1"], text, tmp, 3)[0], 0 if a.no_gc else build(["go", "build"], text, tmp, 3)[0])
        print(f"{'shape':22}{'size':>9}{'vole':>10}  growth   gc            vole/gc   (an empty program: {empty[0]:.2f}, {empty[1]:.2f} s)")
        for name in SHAPES:
            if not a.patterns or any(re.search(p, name) for p in a.patterns):
                bad += measure(name, a, tmp, vole, empty)
    print(f"{bad} shapes grow too fast or take too long")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
