"""The fixed part of gogen.py's programs: PRELUDE (hashes, generic helpers), and templates(r): tests whose numbers come from r."""

PRELUDE = r'''package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"os"
	"reflect"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

var (
	_     = json.Marshal
	_     = errors.New
	_     = bits.Len
	_     = slices.Sort[[]int]
	_     = sort.Ints
	_     = strconv.Itoa
	_     = strings.ToUpper
	_     sync.Mutex
	_     = time.Second
	_     = reflect.TypeOf
	_     = runtime.GC
	_     = math.Abs
	trace = os.Getenv("TRACE") != ""
	H     uint64
	zero  int
	zeroF float64
)

func mu(v uint64) {
	H = (H ^ v) * 0x100000001b3
	H ^= H >> 29
	if trace {
		_, _, line, _ := runtime.Caller(1)
		fmt.Println("   ", line, v)
	}
}

func mf(f float64) {
	if f != f {
		mu(0x7ff8000000000001)
		return
	}
	mu(math.Float64bits(f))
}
func mc(c complex128) { mf(real(c)); mf(imag(c)) }
func mb(b bool) {
	if b {
		mu(1)
	} else {
		mu(2)
	}
}
func ms(s string) {
	h := uint64(len(s))
	for i := 0; i < len(s); i++ {
		h = h*31 + uint64(s[i])
	}
	mu(h)
	if trace {
		fmt.Printf("    %q\n", s)
	}
}
func ma(v any) {
	switch v := v.(type) {
	case nil:
		mu(7)
	case string:
		ms(v)
	case float64:
		mf(v)
	case float32:
		mf(float64(v))
	case bool:
		mb(v)
	case int:
		mu(uint64(v))
	case error:
		ms(v.Error())
	case fmt.Stringer:
		ms(v.String())
	default:
		ms(fmt.Sprintf("%T", v))
	}
}

func caught() {
	if e := recover(); e != nil {
		if trace {
			fmt.Println("    caught:", e)
		}
		if _, ok := e.(runtime.Error); ok {
			mu(1234) // which of two operands panics first is open
			return
		}
		ms(fmt.Sprint(e))
	}
}

func msg(e any) string {
	if k := reflect.ValueOf(e).Kind(); k == reflect.Func || k == reflect.Pointer && reflect.TypeOf(e).Elem().Kind() == reflect.Int {
		return fmt.Sprintf("%T", e)
	}
	return fmt.Sprintf("%T %v", e, e)
}

func try(name string, f func()) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Printf("%s panic: %v\n", name, e)
		}
		fmt.Printf("%s %016x\n", name, H)
	}()
	H = 14695981039346656037
	f()
}

type integer interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint | ~uintptr
}

// f2i converts what fits.
func f2i[T integer](f float64) T {
	if !(f > -100 && f < 100) {
		return T(math.Float64bits(f) >> 40)
	}
	if f < 0 {
		return -T(-f)
	}
	return T(f)
}

//go:noinline
func keep[T any](v T) T { return v }

func ptrTo[T any](v T) *T { return &v }

func sel[T any](c bool, a, b T) T {
	if c {
		return a
	}
	return b
}

func substr(s string, i, j int) string {
	n := len(s)
	i = int(uint(i) % uint(n+1))
	j = int(uint(j) % uint(n+1))
	if i > j {
		i, j = j, i
	}
	return s[i:j]
}

func head[T any](s []T, n int) []T {
	if len(s) > n {
		return s[:n]
	}
	return s
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	ks := make([]K, 0, len(m))
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}

func reduce[T, A any](s []T, a A, f func(A, T) A) A {
	for _, x := range s {
		a = f(a, x)
	}
	return a
}

func mapped[T, U any](s []T, f func(T) U) []U {
	var out []U
	for _, x := range s {
		out = append(out, f(x))
	}
	return out
}

func filtered[S ~[]T, T any](s S, f func(T) bool) S {
	var out S
	for _, x := range s {
		if f(x) {
			out = append(out, x)
		}
	}
	return out
}

func sorted[T cmp.Ordered](s []T) []T {
	out := append([]T(nil), s...)
	sort.SliceStable(out, func(i, j int) bool { return cmp.Less(out[i], out[j]) })
	if !slices.IsSortedFunc(out, cmp.Compare[T]) {
		ms("not sorted")
	}
	return out
}

type node[K cmp.Ordered, V any] struct {
	k           K
	v           V
	left, right *node[K, V]
}
type tree[K cmp.Ordered, V any] struct {
	root *node[K, V]
	n    int
}

func (t *tree[K, V]) put(k K, v V) {
	p := &t.root
	for *p != nil {
		switch c := cmp.Compare(k, (*p).k); {
		case c < 0:
			p = &(*p).left
		case c > 0:
			p = &(*p).right
		default:
			(*p).v = v
			return
		}
	}
	*p = &node[K, V]{k: k, v: v}
	t.n++
}
func (t *tree[K, V]) all(yield func(K, V) bool) {
	var walk func(n *node[K, V]) bool
	walk = func(n *node[K, V]) bool {
		return n == nil || walk(n.left) && yield(n.k, n.v) && walk(n.right)
	}
	walk(t.root)
}
func (t *tree[K, V]) keys() []K {
	ks := make([]K, 0, t.n)
	for k := range t.all {
		ks = append(ks, k)
	}
	return ks
}

func treeOf[K cmp.Ordered, V any](s []V, f func(V) K) *tree[K, V] {
	t := new(tree[K, V])
	for _, v := range s {
		t.put(f(v), v)
	}
	return t
}

func seq(n, step int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i * step) {
				return
			}
		}
	}
}
'''

INT_TYPES = ["int8", "int16", "int32", "int64", "int", "uint8", "uint16", "uint32", "uint64", "uint"]
BITS = dict(int8=8, int16=16, int32=32, int64=64, int=64, uint8=8, uint16=16, uint32=32, uint64=64, uint=64)


def bounds(t):
    b = BITS[t]
    return (-(1 << b - 1), (1 << b - 1) - 1) if t[0] == "i" else (0, (1 << b) - 1)


def constant(r, t, nonzero=False):
    lo, hi = bounds(t)
    v = r.choice([r.randint(lo, hi), r.randint(max(lo, -20), 20), 1 << r.randrange(BITS[t] - 1), (1 << r.randrange(BITS[t] - 1)) + 1, hi, lo, hi - 1])
    return v if v or not nonzero else 3


def samples(r, t):
    lo, hi = bounds(t)
    vs = {0, 1, 2, 3, 7, hi, lo, hi - 1, lo + 1, hi // 2, hi // 2 + 1, 100} | {constant(r, t) for _ in range(10)}
    if lo < 0:
        vs |= {-1, -2, -7, -100}
    return ", ".join(str(v) for v in sorted(vs))


def division(r, k):
    t = r.choice(INT_TYPES)
    cs = [constant(r, t, True) for _ in range(12)]
    o = [f"func division{k}() {{", f"\tfor _, x := range []{t}{{{samples(r, t)}}} {{"]
    for c in cs:
        o.append(f"\t\tmu(uint64(x / ({c})))")
        o.append(f"\t\tmu(uint64(x % ({c})))")
        if r.random() < 0.5:
            o.append(f"\t\tmb(x%({c}) == {r.choice([0, 0, 1])})")
        if r.random() < 0.4:
            o.append(f"\t\tmu(uint64(x * ({c})))")
        if r.random() < 0.4:
            o.append(f"\t\tmb(x {r.choice(['<', '<=', '>', '>=', '=='])} ({c}))")
        if r.random() < 0.3:
            o.append(f"\t\tmu(uint64((x &^ ({c})) + (x | ({c}))))")
    o += [f"\t\tfor _, y := range []{t}{{{samples(r, t)}}} {{", "\t\t\tif y != 0 {", "\t\t\t\tmu(uint64(x/y))", "\t\t\t\tmu(uint64(x%y))", "\t\t\t}", "\t\t}", "\t}", "}"]
    return o


def shifts(r, k):
    t, c = r.choice(INT_TYPES), r.choice(INT_TYPES)
    n = r.randrange(70)
    return [f"func shifts{k}() {{", f"\tfor _, x := range []{t}{{{samples(r, t)}}} {{",
            f"\t\tfor _, s := range []{c}{{0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 127}} {{",
            "\t\t\tmu(uint64(x << s))", "\t\t\tmu(uint64(x >> s))", "\t\t\tmu(uint64(x << (s & 31)))", "\t\t\tmu(uint64(x >> (s % 16)))",
            f"\t\t\tmu(uint64((x << s) >> {n}))", f"\t\t\tmu(uint64((x >> {n}) << s))",
            f"\t\t\tif s < {BITS[t]} {{ mu(uint64(x<<s | x>>({BITS[t]}-s))) }}", f"\t\t\tmu(uint64(int64(x) >> (s&63)))", f"\t\t\tmu(uint64(uint32(x) << s))",
            "\t\t}", f"\t\tmu(uint64(x<<{n} ^ x>>{r.randrange(70)}))", "\t}", "}"]


def conversions(r, k):
    ts = [r.choice(INT_TYPES) for _ in range(5)]
    o = [f"func conversions{k}() {{", f"\tfor _, x := range []{ts[0]}{{{samples(r, ts[0])}}} {{"]
    chain = "x"
    for t in ts[1:]:
        chain = f"{t}({chain})"
        o.append(f"\t\tmu(uint64({chain}))")
    o += ["\t\tmf(float64(x))", "\t\tmf(float64(float32(x)))", "\t\tmf(float64(float32(uint64(x))))", "\t\tmf(float64(uint64(x)))", f"\t\tmu(uint64({r.choice(INT_TYPES)}(float64(x%100))))" if ts[0][0] == "u" else f"\t\tmu(uint64({r.choice(INT_TYPES[:5])}(float64(x%100))))",
          "\t\tif y := float64(x); y > -9e18 && y < 9e18 { mu(uint64(int64(y * 0.75))); mu(uint64(int64(float32(y) / 3))) }",
          "\t\tif y := float64(x); y >= 0 && y < 1.8e19 { mu(uint64(y)); mu(uint64(uint64(y) >> 3)) }", "\t}", "}"]
    return o


def floats(r, k):
    t = r.choice(["float32", "float64"])
    vals = "0, negz, 1, -1, inf, -inf, nan, 0.1, 1e-30, 1e30, 3.5, -2.5, 16777217, 5e-324*big, " + ", ".join(repr(r.uniform(-1e6, 1e6)) for _ in range(4))
    return [f"func floats{k}() {{", f"\tvar z {t}", "\tinf, negz, big := 1/z, -z, z+1", "\tnegz = z * -1", "\tnan := inf - inf", f"\tvs := []{t}{{{vals}}}".replace("5e-324*big", "big/3"),
            "\tfor _, x := range vs {", "\t\tmb(x == x); mf(float64(-x)); mb(math.Signbit(float64(x))); mf(math.Sqrt(float64(x))); mf(float64(x*x - x))",
            "\t\tmf(math.Floor(float64(x))); mf(math.Ceil(float64(x))); mf(math.Trunc(float64(x))); mf(math.Round(float64(x))); mf(math.RoundToEven(float64(x))); mf(math.Abs(float64(x)))",
            "\t\tmf(math.Copysign(float64(x), -1)); ms(strconv.FormatFloat(float64(x), 'g', -1, 64)); ms(fmt.Sprint(x)); ms(fmt.Sprintf(\"%8.3f|%e|%x|%+g\", x, x, x, x))",
            "\t\tmf(math.Sin(float64(x))); mf(math.Atan2(float64(x), 2)); mf(math.FMA(float64(x), 3, 1)); mf(math.Cbrt(float64(x))); mf(math.Mod(float64(x), 3))",
            "\t\tfor _, y := range vs {", "\t\t\tmb(x < y); mb(x <= y); mb(x > y); mb(x >= y); mb(x == y); mb(x != y); mb(!(x < y))",
            "\t\t\tmf(float64(x + y)); mf(float64(x - y)); mf(float64(x * y)); mf(float64(x / y)); mf(float64(min(x, y))); mf(float64(max(x, y))); mf(math.Max(float64(x), float64(y)))",
            "\t\t\tif x < y && !(x >= y) { mu(1) } else if x > y || x == y { mu(2) } else { mu(3) }", "\t\t\tc := complex(x, y)", "\t\t\tmc(complex128(c * c)); mc(complex128(c / complex(y, 1))); mb(c == c)", "\t\t}", "\t}", "}"]


def switches(r, k):
    t = r.choice(INT_TYPES)
    lo, hi = bounds(t)
    cs = sorted({r.choice([r.randint(max(lo, -5), 30), constant(r, t)]) for _ in range(r.choice([3, 8, 20]))})
    o = [f"func switches{k}() {{", f"\tf := func(x {t}) int {{", "\t\tswitch x {"]
    for i, c in enumerate(cs):
        o += [f"\t\tcase {c}:", f"\t\t\treturn {i * 3}"] if r.random() < 0.8 or c == cs[-1] else [f"\t\tcase {c}:", f"\t\t\tmu({i})", "\t\t\tfallthrough"]
    o += ["\t\tdefault:", "\t\t\treturn -1", "\t\t}"]
    if o[-5].strip() == "fallthrough":
        o.insert(-4, "")
    o += ["\t}", f"\tfor _, x := range []{t}{{{samples(r, t)}}} {{ mu(uint64(f(x))) }}", f"\tfor _, x := range []{t}{{{', '.join(map(str, cs))}}} {{ mu(uint64(f(x))) }}",
          f"\tfor i := 0; i < 60; i++ {{ mu(uint64(f({t}(i) - {r.choice([0, 10]) if t[0] == 'i' else 0}))) }}"]
    words = sorted({"".join(r.choice("abcé") for _ in range(r.randint(0, 9))) for _ in range(12)})
    o += ["\tg := func(s string) int {", "\t\tswitch s {"]
    for i, w in enumerate(words[:8]):
        o += [f'\t\tcase "{w}":', f"\t\t\treturn {i}"]
    o += ["\t\t}", "\t\treturn len(s) + 100", "\t}", f"\tfor _, s := range []string{{{', '.join(chr(34) + w + chr(34) for w in words)}}} {{ mu(uint64(g(s))); mu(uint64(g(s + \"a\"))) }}", "}"]
    return o


def recursion(r, k):
    frame, depth = r.choice([1, 7, 64, 300, 1500]), r.randint(50, 3000)
    return [f"func deep{k}(n int, p *int, s string, acc [3]int) (r int, e error) {{", f"\tvar buf [{frame}]int", "\tfor i := range buf { buf[i] = n*i + *p }", "\t*p += n",
            "\tdefer func() { r += buf[n%len(buf)] & 0xff }()" if r.random() < 0.5 else "\tmb(n < 3)",
            "\tif n == 0 { return len(s) + acc[1], errors.New(s) }", "\tacc[n%3] += n", f"\tx, err := deep{k}(n-1, &buf[len(buf)-1], s, acc)",
            "\treturn x + buf[n%len(buf)] + *p + acc[n%3], err", "}", f"func recursion{k}() {{", f"\tvar start = {r.randint(1, 99)}",
            f"\tv, err := deep{k}({depth}, &start, \"deep\", [3]int{{1, 2, 3}})", "\tmu(uint64(v)); ma(err); mu(uint64(start))",
            "\tdone := make(chan int)", f"\tgo func() {{ y := 5; v, _ := deep{k}({depth // 2}, &y, \"go\", [3]int{{}}); done <- v + y }}()", "\tmu(uint64(<-done))", "}"]


def many_args(r, k):
    ts = [r.choice(["int", "int8", "uint16", "float64", "float32", "string", "[]int", "bool", "any", "[3]int32", "*int", "complex128", "struct{ A int8; B float32 }", "struct{}", "[1]string", "func() int"]) for _ in range(r.randint(6, 24))]
    vals = {"int": "{i}-9", "int8": "-{i}", "uint16": "{i}00", "float64": "{i}.5", "float32": "-{i}.25", "string": "\"s{i}\"", "[]int": "[]int{{{i}, 2}}", "bool": "{i}&1 == 0", "any": "any({i})", "[3]int32": "[3]int32{{{i}, -1, 7}}",
            "*int": "ptrTo({i})", "complex128": "complex({i}, -{i})", "struct{ A int8; B float32 }": "struct{{ A int8; B float32 }}{{ {i}, 0.5 }}", "struct{}": "struct{{}}{{}}", "[1]string": "[1]string{{\"a{i}\"}}",
            "func() int": "func() int {{ return {i} + zero }}"}
    show = lambda n, t: f"*{n}" if t == "*int" else f"{n}()" if t == "func() int" else n
    order = list(range(len(ts)))
    r.shuffle(order)
    res = ", ".join(ts[j] for j in order)
    o = ["//go:noinline", f"func manyf{k}({', '.join(f'a{i} {t}' for i, t in enumerate(ts))}) ({res}) {{", "\truntime.GC()" if r.random() < 0.2 else "\tmu(5)",
         f"\treturn {', '.join(f'a{j}' for j in order)}", "}", f"func many{k}() {{", f"\tf := manyf{k}", "\tfor i := 0; i < 2; i++ {",
         f"\t\t{', '.join(f'r{j}' for j in order)} := f({', '.join(vals[t].format(i=i) for i, t in enumerate(ts))})",
         f"\t\tms(fmt.Sprint({', '.join(show(f'r{j}', ts[j]) for j in order)}))", "\t}",
         f"\tdefer func({', '.join(f'b{i} {t}' for i, t in enumerate(ts))}) {{ ms(fmt.Sprint({', '.join(show(f'b{i}', t) for i, t in enumerate(ts))})) }}({', '.join(vals[t].format(i=i) for i, t in enumerate(ts))})",
         f"\tout := reflect.ValueOf(f).Call([]reflect.Value{{{', '.join(f'reflect.ValueOf(&[]{t}{{{vals[t].format(i=i)}}}[0]).Elem()' for i, t in enumerate(ts))}}})",
         "\tfor _, v := range out { if v.Kind() != reflect.Pointer && v.Kind() != reflect.Func { ms(fmt.Sprint(v)) } }",
         f"\tgo func({', '.join(f'c{i} {t}' for i, t in enumerate(ts))}) {{ }}({', '.join(vals[t].format(i=i) for i, t in enumerate(ts))})", "}"]
    return o


def fmt_verbs(r, k):
    vals = ["42", "-7", "uint8(200)", "3.14159", "float32(0.1)", "complex(1, -2)", '"hi\\n"', "'x'", "true", "[]int{1, -2}", '[]string{"a", "b"}', 'map[string]int{"b": 2, "a": 1}', "[2]bool{true}", "struct{ A int; B string }{1, \"x\"}",
            "[]byte(\"bytes\")", "any(nil)", "error(errors.New(\"e\"))", "time.Duration(1234567890)", "&struct{ P *int; Q []any }{nil, []any{1, \"z\", nil}}", "[]any{1, 2.5, nil, []int(nil)}", "uintptr(77)", "rune(0x4e16)", "int64(math.MinInt64)", "[3]byte{1, 2, 3}"]
    o = [f"func fmts{k}() {{"]
    for _ in range(14):
        verb = "%" + r.choice(["", "+", "-", "#", " ", "0", "+0", "-#"]) + r.choice(["", "", "8", "3", "20"]) + r.choice(["", "", ".2", ".0", ".10"]) + r.choice("vvvvTdxXobeEfgGsqcUtpwz" if False else "vvvvTdxXobeEfgGsqcUt")
        o.append(f'\tms(fmt.Sprintf("{verb}|%[1]v", {r.choice(vals)}))')
    o += [f"\tvar a, b int; var s string; n, err := fmt.Sscanf(\"{r.randint(-99, 99)}:{r.randint(0, 1000)} word\", \"%d:%x %s\", &a, &b, &s)", "\tms(fmt.Sprint(n, err, a, b, s))", "\tms(fmt.Sprintln(a, b, s, \"x\", 1, 2, true))", "}"]
    return o


def jsons(r, k):
    fields, vals = [], []
    kinds = {"int": "{v}", "string": "\"s<{v}>\"", "float64": "{v}.25", "bool": "true", "[]int": "[]int{{{v}}}", "map[string]int": "map[string]int{{\"k\": {v}, \"a\": 1}}", "*int": "ptrTo({v})", "[]string": "nil", "any": "any(\"x\")", "[2]uint8": "[2]uint8{{1, 2}}",
             "map[int]string": "map[int]string{{{v}: \"q\", -1: \"n\"}}", "time.Duration": "{v}", "[]byte": "[]byte(\"b{v}\")", "struct{ X, y int }": "struct{{ X, y int }}{{ {v}, 2 }}", "json.Number": "\"{v}\"", "int8": "-{v}", "uint64": "{v}<<40"}
    for i in range(r.randint(2, 9)):
        t = r.choice(list(kinds))
        tag = r.choice(["", "", f'`json:"f{i},omitempty"`', f'`json:"F_{i}"`', '`json:"-"`', f'`json:"n{i},string"`' if t in ("int", "bool", "float64", "string") else "", f'`json:",omitzero"`'])
        fields.append(f"\tF{i} {t} {tag}")
        if r.random() < 0.8:
            vals.append(f"F{i}: " + kinds[t].format(v=r.randint(1, 60)))
    emb = r.random() < 0.4
    return [f"type jsonE{k} struct {{ E, F0 int }}", f"type json{k} struct {{"] + fields + ([f"\tjsonE{k}"] if emb else []) + [f"\tNext *json{k}", "}", f"func jsonT{k}() {{", f"\tv := json{k}{{{', '.join(vals)}}}", f"\tw := json{k}{{Next: &v}}",
            "\tb, err := json.Marshal(w)", "\tms(string(b)); ms(fmt.Sprint(err))", f"\tvar back json{k}", "\tms(fmt.Sprint(json.Unmarshal(b, &back)))", "\tb2, _ := json.MarshalIndent(&back, \"\", \" \")", "\tms(string(b2))",
            "\tvar x any", "\tms(fmt.Sprint(json.Unmarshal(b, &x), x))", f"\tms(fmt.Sprint(json.Unmarshal([]byte(`{{\"F0\": {r.choice(['1', 'true', '[]', '{}', '1e400', chr(34) * 2])}, \"Next\": 5}}`), &back)))",
            "\twalk(reflect.ValueOf(v), 4)", "\tms(fmt.Sprintf(\"%+v\", v.Next == nil)); ms(fmt.Sprint(reflect.DeepEqual(v, *w.Next), reflect.TypeOf(v).NumField(), reflect.TypeOf(v).Size()))", "}"]


WALK = '''
func walk(v reflect.Value, d int) {
	if d == 0 || !v.IsValid() {
		return
	}
	ms(v.Kind().String() + v.Type().String())
	switch v.Kind() {
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			ms(v.Type().Field(i).Name + string(v.Type().Field(i).Tag))
			walk(v.Field(i), d-1)
		}
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len(); i++ {
			walk(v.Index(i), d-1)
		}
	case reflect.Pointer, reflect.Interface:
		walk(v.Elem(), d-1)
	case reflect.Map:
		ks := v.MapKeys()
		sort.Slice(ks, func(i, j int) bool { return fmt.Sprint(ks[i]) < fmt.Sprint(ks[j]) })
		for _, k := range ks {
			walk(k, d-1)
			walk(v.MapIndex(k), d-1)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		mu(uint64(v.Int()))
	case reflect.Float64, reflect.Float32:
		mf(v.Float())
	case reflect.String:
		ms(v.String())
	}
}
'''


def defers(r, k):
    n, m = r.randint(1, 12), r.randint(1, 5)
    return [f"func deferf{k}(n int) (r int, s string, err error) {{", "\tdefer func() {", "\t\tif e := recover(); e != nil { r += 1000; err = fmt.Errorf(\"got %v\", e) }", "\t\ts += \"!\"", "\t}()",
            "\tfor i := 0; i < n; i++ {", "\t\tdefer func(j int) { r = r*3 + i + j }(i * 2)", f"\t\tif i == {m} {{", "\t\t\tdefer func() {", "\t\t\t\tdefer func() { mb(recover() != nil) }()", f"\t\t\t\tif n > {m + 2} {{ panic(fmt.Sprint(\"inner\", n)) }}", "\t\t\t}()", "\t\t}", "\t}",
            "\tr, s = n, strconv.Itoa(n)", f"\tif n % 3 == {r.randrange(3)} {{ panic(n) }}", f"\tif n % 4 == {r.randrange(4)} {{ var a []int; _ = a[n] }}", "\treturn r + 1, s + \"x\", nil", "}", f"func defers{k}() {{",
            f"\tfor i := 0; i < {n + 3}; i++ {{ a, b, c := deferf{k}(i); mu(uint64(a)); ms(b); ms(fmt.Sprint(c)) }}",
            "\tfunc() {", "\t\tdefer caught()", "\t\tdefer func() { panic(fmt.Sprint(\"second\", recover())) }()", "\t\tpanic(" + r.choice(["1", 'errors.New("first")', '"str"', "[]int(nil)", "3.5"]) + ")", "\t}()", "}"]


def lists(r, k):
    n, gc = r.randint(10, 400), r.randint(5, 60)
    return [f"type list{k} struct {{ v int; name string; next *list{k}; back []*list{k}; m map[int]*list{k} }}", f"func lists{k}() {{", f"\tvar head *list{k}", f"\tvar all []*list{k}", f"\tfor i := 0; i < {n}; i++ {{",
            f"\t\thead = &list{k}{{v: i * {r.randint(1, 99)}, name: strings.Repeat(\"n\", i%7) + strconv.Itoa(i), next: head, m: map[int]*list{k}{{}}}}", "\t\tif i%3 == 0 { all = append(all, head) }",
            "\t\tif len(all) > 0 { head.back = append(head.back, all[i%len(all)]); head.m[i] = all[0] }", f"\t\tif i % {gc} == 0 {{ runtime.GC() }}", f"\t\tif i % {r.randint(7, 30)} == 3 && len(all) > 4 {{ all = all[2:] }}", "\t}",
            "\tfor p, i := head, 0; p != nil; p, i = p.next, i+1 { mu(uint64(p.v + len(p.back))); ms(p.name); for _, b := range p.back { mu(uint64(b.v)) }; for k, q := range p.m { mu(uint64(k)); ms(q.name) } }", "}"]


def workers(r, k):
    n, w = r.randint(3, 60), r.randint(1, 6)
    return [f"func workers{k}() {{", f"\tin, out := make(chan int, {r.randint(0, 4)}), make(chan [2]int)", "\tvar wg sync.WaitGroup", "\tvar mtx sync.Mutex", "\ttotal := 0", f"\tfor w := 0; w < {w}; w++ {{", "\t\twg.Add(1)", "\t\tgo func() {", "\t\t\tdefer wg.Done()",
            f"\t\t\tfor x := range in {{ s := make([]string, 0, 3); for j := 0; j < x%5; j++ {{ s = append(s, strconv.Itoa(x*j)) }}; mtx.Lock(); total += x; mtx.Unlock(); out <- [2]int{{x, len(strings.Join(s, \",\")) + {r.randint(1, 9)}}} }}", "\t\t}()", "\t}",
            f"\tgo func() {{ for i := 0; i < {n}; i++ {{ in <- i }}; close(in); wg.Wait(); close(out) }}()", f"\tres := make([]int, {n})", "\tticks := 0", "\ttimeout := time.After(time.Minute)", "loop:", "\tfor {", "\t\tselect {", "\t\tcase p, ok := <-out:", "\t\t\tif !ok { break loop }", "\t\t\tres[p[0]] = p[1]; ticks++",
            "\t\tcase <-timeout:", "\t\t\tms(\"timeout\")", "\t\t\tbreak loop", "\t\t}", "\t}", "\tmu(uint64(ticks)); mu(uint64(total)); ms(fmt.Sprint(res))", "}"]


def strs(r, k):
    s = "".join(r.choice(["a", "b", " ", "é", "世", "\\xff", "\\n", "Z", "0", ","]) for _ in range(r.randint(0, 30)))
    return [f"func strs{k}() {{", f"\ts := \"{s}\"", "\tfor i, c := range s { mu(uint64(i)); mu(uint64(c)) }", "\tfor i := range len(s) { mu(uint64(s[i])) }", "\tms(fmt.Sprint([]rune(s), []byte(s))); ms(string([]rune(s))); ms(strings.ToUpper(s)); ms(fmt.Sprintf(\"%q %x %+q\", s, s, s))",
            "\tms(fmt.Sprint(strings.Fields(s), len(strings.Split(s, \",\")), strings.Index(s, \"b\"), strings.LastIndex(s, \"a\"), strings.Count(s, \"\"), strings.Replace(s, \"a\", \"<>\", 2), strings.Title(s), strings.TrimLeft(s, \"ab \"), strings.EqualFold(s, strings.ToUpper(s))))",
            "\tvar sb strings.Builder", f"\tfor i := 0; i < {r.randint(1, 40)}; i++ {{ sb.WriteString(s); sb.WriteByte(byte(i)); fmt.Fprintf(&sb, \"%d,\", i) }}", "\tms(sb.String())", "\tm := map[string]int{}", "\tfor i := 0; i <= len(s); i++ { m[s[:i]]++; m[s[i:]] += i; m[string([]byte(s)[i:])] ^= 3 }",
            "\tfor _, k := range sortedKeys(m) { ms(k); mu(uint64(m[k])) }", "\tt := \"\"", "\tfor i := 0; i < 20; i++ { t = t + s[:len(s)/2] + strconv.Quote(string(rune(i*97))); if t > s+\"b\" { t = t[len(t)/2:] } }", "\tms(t); mb(t < s); mb(t == s+\"\"); mb(s+t != t+s)",
            f"\tfor _, q := range []string{{\"12\", \"-99999999999999999999\", \"0x1f\", \"1e3\", \"{r.randint(-10**12, 10**12)}\", \"\", \"nan\", \"1_000\", \".5\"}} {{ a, e1 := strconv.ParseInt(q, 0, {r.choice([8, 16, 32, 64])}); b, e2 := strconv.ParseFloat(q, {r.choice([32, 64])}); c, e3 := strconv.Atoi(q); ms(fmt.Sprint(a, e1, b, e2, c, e3)) }}",
            f"\ttm := time.Unix({r.randint(-10**10, 10**10)}, {r.randint(0, 10**9)}).UTC()", "\tms(tm.Format(time.RFC3339Nano)); ms(tm.Format(\"Mon Jan _2 15:04:05.000 2006 MST\")); ms(tm.AddDate(1, -5, 40).String()); ms(tm.Truncate(time.Hour).Weekday().String()); ms(fmt.Sprint(tm.YearDay(), tm.Unix(), tm.Sub(tm.Add(-90*time.Minute))))", "}"]


def arrays(r, k):
    n, m = r.choice([1, 2, 4, 7, 40, 200]), r.randint(1, 4)
    t = r.choice(["int8", "uint16", "int32", "int", "float32", "string", "[2]int16", "struct{ a int8; b int32 }"])
    z = {"string": "strconv.Itoa(i)", "[2]int16": "[2]int16{int16(i), -1}", "struct{ a int8; b int32 }": "struct{ a int8; b int32 }{int8(i), int32(-i)}"}.get(t, f"{t}(i)")
    return [f"type arr{k} struct {{ x int8; a [{n}]{t}; p *int; s []{t}; in struct {{ b [{m}]{t}; f float32 }} }}", f"func arrMod{k}(v arr{k}, i int) arr{k} {{ v.a[i%{n}] = v.in.b[i%{m}]; v.in.b[(i+1)%{m}] = v.a[(i*7)%{n}]; v.x++; v.s = append(v.s, v.a[0]); return v }}",
            f"func arrays{k}() {{", f"\tvar v arr{k}", f"\tfor i := range v.a {{ v.a[i] = {z} }}", f"\tfor i := range v.in.b {{ v.in.b[i] = {z} }}", "\tw := v", f"\tfor i := 0; i < {r.randint(1, 20)}; i++ {{ w = arrMod{k}(w, i); q := &w; *q, v = v, *q; if i%2 == 0 {{ v, w = w, v }} }}",
            "\tms(fmt.Sprintf(\"%v %v %v %v\", v.x, v.a, v.s, v.in)); ms(fmt.Sprintf(\"%v %v %v %v\", w.x, w.a, w.s, w.in))", "\tmb(v.a == w.a); mb(v.in == w.in); mb(v.in.b == v.in.b)", f"\tm := map[[{n}]{t}]int{{v.a: 1}}", "\tm[w.a] += 2", "\tm[v.a] += 4", "\tmu(uint64(len(m))); mu(uint64(m[v.a]))",
            f"\tvar e any = v.a; _, ok := m[e.([{n}]{t})]; mb(ok); mb(e == any(w.a)); mb(e == any(v.a))", f"\ts := v.a[:]; s2 := s[len(s)/2:]; copy(s, s2); copy(s2, s); ms(fmt.Sprint(s, v.a)); pa := (*[{min(n, 2)}]{t})(s); pa[0] = w.a[{n - 1}]; ms(fmt.Sprint(v.a, [{min(n, 2)}]{t}(s)))",
            f"\tch := make(chan arr{k}, 1); ch <- v; x := <-ch; ms(fmt.Sprint(x.a, x.in)); fn := func() [{n}]{t} {{ return x.a }}; x.a[0] = w.a[0]; ms(fmt.Sprint(fn()))", "\tfor i, y := range v.a { v.a[len(v.a)-1-i] = y; }; ms(fmt.Sprint(v.a))", "}"]


def panics(r, k):
    """One operation that may panic each, with its message."""
    n, i, j = r.randint(0, 6), r.randint(-3, 9), r.randint(-3, 9)
    t = r.choice(["int8", "uint8", "int16", "int", "int64", "uint32"])
    ops = ["mu(uint64(s[i]))", "mu(uint64(a[i&15]))", "mu(uint64(len(s[i:])))", "mu(uint64(len(s[:i])))", "mu(uint64(len(s[i:j])))", "mu(uint64(len(s[i:j:j+1])))", "mu(uint64(len(str[i:])))", "mu(uint64(str[j]))", "mu(uint64(len(str[i:j])))",
           "mu(uint64(x / y))", "mu(uint64(x % y))", "mu(uint64(*p))", "m[\"a\"] = 1", "ms(e.(string))", "mu(uint64(e.(int)))", "ms(e.(fmt.Stringer).String())", "mb(e == any(s))", "mm[e]++", "close(ch)", "mu(uint64(len(make([]int, i))))",
           "mu(uint64(cap(make([]int, 2, j))))", "mu(uint64(x << (i)))", "mu(uint64(len((*[4]int)(s))))", "mu(uint64(st.v))", "fn()", "panic(e)", "panic(fmt.Errorf(\"wrapped %w\", errors.New(\"x\")))", "panic(nil)", "var st2 fmt.Stringer; ms(st2.String())",
           "s[i], s[0] = 7, 8", "mu(uint64(len(append(s[:i], 3))))", "mu(uint64(strings.Repeat(\"ab\", j)[0]))", "mu(uint64(copy(s[i:], s)))", "for q := range s[j:] { mu(uint64(q)) }"]
    o = [f"func panicOps{k}() {{", f"\ts, str, i, j := make([]int, {n}, {n + 2}), \"hello\"[:{min(n, 5)}], keep({i}), keep({j})", "\tvar a [10]int", f"\tvar x, y {t} = 100, {t}(i/2)", "\tvar p *int", "\tvar m map[string]int", f"\tvar e any = {r.choice(['nil', '5', 's', '2.5', 'a', 'func() {}', 'map[int]int{}', 'ptrTo(3)'])}",
         "\tmm := map[any]int{}", f"\tvar ch chan int{r.choice(['', ' = make(chan int)'])}", "\tvar st *struct { pad [2]int; v int }", "\tvar fn func()",
         "\tshow := func(f func()) { defer func() { if e := recover(); e != nil { ms(msg(e)); _, isErr := e.(error); mb(isErr) } }(); f() }", "\t_, _, _, _, _, _, _, _, _, _, _, _, _, _, _ = s, str, i, j, a, x, y, p, m, e, mm, ch, st, fn, show"]
    for op in ops:
        o.append(f"\tshow(func() {{ {op} }})")
    return o + ["\tms(fmt.Sprint(s, m, len(mm)))", "}"]


TEMPLATES = [("panicOps", panics, 2), ("division", division, 2), ("shifts", shifts, 2), ("conversions", conversions, 2), ("floats", floats, 1), ("switches", switches, 2), ("recursion", recursion, 1), ("many", many_args, 2), ("fmts", fmt_verbs, 1), ("jsonT", jsons, 1),
             ("defers", defers, 1), ("lists", lists, 1), ("workers", workers, 1), ("strs", strs, 1), ("arrays", arrays, 2)]


def templates(r):
    out, names = [WALK], []
    for name, fn, n in TEMPLATES:
        for k in range(n):
            out += fn(r, k)
            names.append(f"{name}{k}")
    return "\n".join(out), names
