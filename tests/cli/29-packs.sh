# 29-packs.sh - packs (pack/pack.h): whatever mixture of them a program is made of, it is the one that is made without, and never stale.
export GOCACHE=$PWD/cache GOENV=off GOFLAGS= GOWORK=off
unset GOBIN GOPATH GODEBUG VOLE_NO_UNITS
# same WHAT PACKAGE FLAGS...: PACKAGE built with packs is, byte for byte, what is built without them; it is left in p, its output in o.
same() {
    what=$1 pkg=$2; shift 2
    v build -debug-cache -o p "$@" "$pkg"; cp err said
    is "$rc" 0 "$what: $pkg: $(grep -v '^vole: cache' err | head -3)"
    grep -q 'units: nothing leads' said && fail "$what: $pkg: packs of no use: $(grep 'nothing leads' said | head -1)"
    VOLE_NO_UNITS=1 "$VOLE" build -a -o q "$@" "$pkg" 2>err || fail "$what: $pkg: without packs: $(head -3 err)"
    cmp p q >differs 2>&1 || fail "$what: $pkg: $(cat differs)"
    ./p >o 2>&1; echo "exit $?" >>o
    ./q >oq 2>&1; echo "exit $?" >>oq
    cmp -s o oq || fail "$what: $pkg: the output differs: $(diff o oq | head -3)"
    checks=$((checks + 3))
}
# both WHAT FLAGS...: same, for the two programs.
both() { w=$1; shift; same "$w" ./a "$@"; cp o oa; same "$w" ./b "$@"; cp o ob; }
used() { sed -n 's/.*units: \([0-9]*\) functions from packs, \([0-9]*\) made/\1/p' said; }
made() { sed -n 's/.*units: \([0-9]*\) functions from packs, \([0-9]*\) made/\2/p' said; }
mkdir m; cd m || exit 1
mkdir a b gen shape dep asm inits deep data
printf 'module example.com/m\n\ngo 1.26\n' >go.mod
cat >gen/gen.go <<'P'
// Package gen is generic: its instances are made for whoever needs them.
package gen

import (
	"cmp"
	"fmt"
	"iter"
)

type Number interface{ ~int | ~int64 | ~float64 }

func Sum[T Number](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return
}

type List[T any] struct {
	head *node[T]
	n    int
}
type node[T any] struct {
	v    T
	next *node[T]
}

func (l *List[T]) Push(v T) { l.head, l.n = &node[T]{v, l.head}, l.n+1 }
func (l *List[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		i := 0
		for n := l.head; n != nil; n = n.next {
			if !yield(i, n.v) {
				return
			}
			i++
		}
	}
}
func (l *List[T]) String() string { return fmt.Sprintf("%T of %d", l, l.n) }

func Map[K comparable, V any, W any](m map[K]V, f func(V) W) map[K]W {
	out := make(map[K]W)
	for k, v := range m {
		out[k] = f(v)
	}
	return out
}

// Local types differ from instance to instance.
func Local[T any](v T) any {
	type local struct {
		V    T
		Next *local
	}
	return local{V: v}
}

func Max[T cmp.Ordered](a, b T) T {
	defer func() { recover() }()
	if a > b {
		return a
	}
	return b
}

type Tree[K cmp.Ordered, V any] struct {
	Left, Right *Tree[K, V]
	Key         K
	Val         V
}

func (t *Tree[K, V]) Put(k K, v V) *Tree[K, V] {
	switch {
	case t == nil:
		return &Tree[K, V]{Key: k, Val: v}
	case k < t.Key:
		t.Left = t.Left.Put(k, v)
	case k > t.Key:
		t.Right = t.Right.Put(k, v)
	default:
		t.Val = v
	}
	return t
}
func (t *Tree[K, V]) Walk(f func(K, V)) {
	if t != nil {
		t.Left.Walk(f)
		f(t.Key, t.Val)
		t.Right.Walk(f)
	}
}

func Zero[T any]() (z T) { return }
func Name[T any]() string { return fmt.Sprintf("%T", *new(T)) }
P
cat >shape/shape.go <<'P'
package shape

import (
	"fmt"
	"strings"
)

type Shape interface {
	Area() float64
	Name() string
	hidden() string
}
type base struct{ name string }

func (b *base) Name() string   { return b.name }
func (b *base) hidden() string { return "shape." + b.name }
func (b base) Upper() string   { return strings.ToUpper(b.name) }

type Square struct {
	*base
	Side float64
}
type Circle struct {
	base
	R    float64
	Meta struct{ A, B int }
}

func (s Square) Area() float64  { return s.Side * s.Side }
func (c *Circle) Area() float64 { return c.R * c.R * Pi }

const Pi = 3

func New(side float64) Shape { return Square{&base{"square"}, side} }
func NewCircle(r float64) *Circle {
	c := &Circle{R: r}
	c.name = "circle"
	return c
}
func Hidden(s any) string {
	if h, ok := s.(interface{ hidden() string }); ok {
		return h.hidden()
	}
	return "none"
}

type Point struct{ X, Y int32 }
type Key struct {
	P Point
	S string
	I any
}
type Alias = map[Key][]Point
type GAlias[T any] = struct{ F T }

func (p Point) Add(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }
func (p *Point) Move(x int32)     { p.X += x }
func (p Point) String() string    { return fmt.Sprint("<", p.X, ",", p.Y, ">") }

type Kind uint8

const (
	None Kind = iota
	Some
	_
	Many
)

func (k Kind) String() string { return [...]string{"none", "some", "?", "many"}[k] }

type Cycle struct {
	Next *Cycle
	F    func(*Cycle) Cycler
	M    map[string]*Cycle
}
type Cycler interface{ Cycle() *Cycle }

func (c *Cycle) Cycle() *Cycle { return c.Next }

type Reflected struct{ N int }

func (r Reflected) Double(k int) int { return r.N * k }
func (r Reflected) Unused() string   { return "by name" }
P
cat >dep/dep.go <<'P'
package dep

import (
	_ "embed"
	"errors"
	"runtime"
	"strings"
)

//go:embed text
var Text string

//go:embed text
var bytes []byte

const Const = 10

var With = "with"
var Without string
var Table = map[string]func(int) int{
	"inc": func(x int) int { return x + 1 },
	"dbl": func(x int) int { return x * 2 },
	"cst": func(x int) int { return Const },
}
var unused = map[string]int{"never": 1, "reached": 2}
var Big [1 << 14]int
var Filled = [512]int{3: 1, 511: 2}
var fn = func() func() int { n := 0; return func() int { n++; return n } }()

type Struct struct {
	A int8
	B int64
	C int8
}

func Small(x int) int { return x + 1 }
func Body() string    { return strings.Repeat("body", 2) + string(bytes[:1]) }
func Count() int      { return fn() + fn() }

var ErrDep = errors.New("dep")

func Panics(x int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(ErrDep, r.(error))
		}
	}()
	Big[x&1]++
	var a []int
	_ = a[x]
	return nil
}

func Where() string {
	_, file, line, _ := runtime.Caller(0)
	return file + ":" + string(rune('0'+line%10))
}

type hid struct{}

func (hid) hidden() string { return "dep.hidden" }

var Hid any = hid{}

func (s Struct) Get() int64 { return s.B }
P
cat >dep/line.go <<'P'
package dep

import "runtime"

//line generated.y:70
func Generated() string {
	_, file, _, _ := runtime.Caller(0)
	return file
}
P
echo text >dep/text
cat >asm/asm.go <<'P'
package asm

import _ "unsafe"

func Add(x, y int64) int64

func FromAsm(x int64) int64 { return x*100 + limit }

func CallGo(x int64) int64

var limit int64 = 7

//go:linkname nanotime runtime.nanotime
func nanotime() int64

func Now() bool { return nanotime() > 0 }
P
cat >asm/asm_amd64.s <<'P'
#include "textflag.h"

TEXT ·Add(SB),NOSPLIT,$0-24
	MOVQ x+0(FP), AX
	ADDQ y+8(FP), AX
	MOVQ AX, ret+16(FP)
	RET

TEXT ·CallGo(SB),0,$16-16
	MOVQ x+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ·FromAsm(SB)
	MOVQ 8(SP), AX
	MOVQ AX, ret+8(FP)
	RET
P
cat >inits/a.go <<'P'
package inits

var X = y + 1
var y = f("y", 10)
var Order []string

func f(s string, n int) int { Order = append(Order, s); return n }
func init()                 { f("init1", 0) }
func init()                 { f("init2", 0) }
P
cat >inits/b.go <<'P'
package inits

var z = f("z", X)

func init() { f("b", z) }
func Last() int { return z }
P
cat >deep/deep.go <<'P'
package deep

import (
	"example.com/m/dep"
	"example.com/m/gen"
	"example.com/m/shape"
)

// Instances with types of other packages, that both programs also have.
func Points() string {
	var l gen.List[shape.Point]
	l.Push(shape.Point{1, 2})
	l.Push(shape.Point{3, 4})
	s := l.String()
	for i, p := range l.All() {
		if i == 1 {
			s += p.String()
		}
	}
	return s
}
func Keep(x int) int { return dep.Small(x) + dep.Const }

type Embeds struct {
	shape.Circle
	*dep.Struct
}
P
cat >a/main.go <<'P'
package main

import (
	"example.com/m/asm"
	"example.com/m/deep"
	"example.com/m/dep"
	"example.com/m/gen"
	"example.com/m/inits"
	"example.com/m/shape"
	"fmt"
	"os"
	"reflect"
	"strings"
)

type mine struct{ shape.Point }

func main() {
	fmt.Println(gen.Sum(1, 2, 3), gen.Sum(1.5, 2), gen.Max("a", "b"), gen.Max(shape.Some, shape.Many))
	fmt.Println(deep.Points(), deep.Keep(1), dep.Text, dep.Body(), dep.Count(), dep.Const)
	var l gen.List[mine]
	l.Push(mine{shape.Point{5, 6}})
	fmt.Println(l.String(), gen.Local(mine{}), gen.Local(3), gen.Name[shape.GAlias[int]]())
	fmt.Printf("%T %T\n", gen.Local(shape.Some), gen.Local(mine{}))
	s := shape.New(2)
	area, add := s.Area, shape.Point.Add
	fmt.Println(area(), add(shape.Point{1, 1}, shape.Point{2, 2}), shape.Hidden(s), shape.Hidden(dep.Hid))
	m := shape.Alias{}
	m[shape.Key{shape.Point{1, 2}, "k", 3}] = []shape.Point{{9, 9}}
	fmt.Println(m[shape.Key{shape.Point{1, 2}, "k", 3}], m[shape.Key{shape.Point{1, 2}, "k", "3"}] == nil)
	r := reflect.ValueOf(shape.Reflected{4})
	name := strings.Join([]string{"Dou", "ble"}, "")
	fmt.Println(r.MethodByName(name).Call([]reflect.Value{reflect.ValueOf(5)})[0].Int())
	for k, f := range dep.Table {
		if k == "cst" {
			fmt.Println(k, f(3))
		}
	}
	fmt.Println(asm.Add(40, 2), asm.CallGo(5), asm.Now(), inits.X, inits.Last(), inits.Order)
	fmt.Println(dep.Panics(5), dep.With, dep.Without, dep.Where(), dep.Generated())
	fmt.Fprintln(os.Stdout, dep.Struct{A: 1, B: 2, C: 3}, dep.Filled[511], len(dep.Big))
	c := &shape.Cycle{}
	c.Next = c
	var y shape.Cycler = c
	fmt.Println(y.Cycle() == c, c == c.Next)
	e := deep.Embeds{*shape.NewCircle(2), &dep.Struct{B: 8}}
	fmt.Println(e.Area(), e.Name(), e.Get(), e.Upper())
	var t *gen.Tree[string, shape.Kind]
	for i, s := range []string{"x", "c", "q"} {
		t = t.Put(s, shape.Kind(i))
	}
	t.Walk(func(k string, v shape.Kind) { fmt.Print(k, v, " ") })
	fmt.Println()
}
P
cat >b/main.go <<'P'
package main

import (
	"example.com/m/deep"
	"example.com/m/dep"
	"example.com/m/gen"
	"example.com/m/inits"
	"example.com/m/shape"
	"fmt"
	"sort"
)

type hid struct{}

func (hid) hidden() string { return "main.hidden" }

func main() {
	fmt.Println(gen.Sum(1, 2), gen.Sum[int64](4), deep.Keep(2), dep.Small(4), dep.Const, dep.With)
	c := shape.NewCircle(2)
	var s shape.Shape = c
	switch x := s.(type) {
	case shape.Square:
		fmt.Println("square", x)
	case *shape.Circle:
		fmt.Println("circle", x.Area(), x.Upper(), x.Name(), x.Meta)
	}
	move := (*shape.Point).Move
	p := shape.Point{1, 1}
	move(&p, 4)
	add := p.Add
	fmt.Println(p, add(p), shape.Hidden(hid{}), shape.Hidden(s))
	var l gen.List[shape.Point]
	l.Push(p)
	for i, q := range l.All() {
		fmt.Println(i, q)
	}
	ks := gen.Map(map[string]int{"a": 1, "b": 2}, func(x int) string { return fmt.Sprint(x * dep.Const) })
	var names []string
	for k, v := range ks {
		names = append(names, k+v)
	}
	sort.Strings(names)
	fmt.Println(names, inits.Order, dep.Panics(7), dep.Table["inc"](4))
	type local struct{ a, b any }
	set := map[local]bool{{1, "x"}: true}
	fmt.Println(set[local{1, "x"}], set[local{1, 2}], gen.Zero[shape.Point](), dep.Struct{A: 1}.Get())
	fmt.Printf("%v %T %s\n", gen.Local(p), gen.Local("s"), dep.Text)
	var t *gen.Tree[string, shape.Kind]
	t = t.Put("k", shape.Some)
	t.Walk(func(k string, v shape.Kind) { fmt.Println(k, v) })
}
P
# One after the other: A, B, A changed, B; each takes what the other left.
both 'empty cache'
has oa '^square\|<3,3> shape.square dep.hidden\|^4 <3,3> shape.square none' 'A'; has oa '^42 507 true 11 11 \[y z init1 init2 b\]' 'A'; has oa 'dep/dep.go:' 'A'; has ob '^circle 12 CIRCLE circle' 'B'; has ob '^<5,1> <10,2> none shape.circle' 'B'
sed -i 's/gen.Max("a", "b")/gen.Max("c", "b"), gen.Sum[int64](3)/' a/main.go; both 'A is changed'; has oa '^6 3.5 c 3 many' 'A is changed'
same 'from packs alone' ./a -ldflags=-X=example.com/m/dep.none=1
checks=$((checks + 1)); [ "$(made)" -lt 5 ] && [ "$(used)" -gt 300 ] || fail "from packs alone: $(grep units: said)"
# Edits of a dependency, one on top of the other.
edit() { what=$1 file=$2; shift 2; sed -i "$@" $file; both "$what"; }
edit 'a body' dep/dep.go 's/"body", 2/"soul", 3/'; has oa 'soulsoulsoul' 'a body'
edit 'a constant' dep/dep.go 's/Const = 10/Const = 20/'; has oa '^cst 20' 'a constant'; has ob '^3 4 23 5 20 with' 'a constant'
edit 'an inlined body' dep/dep.go 's/return x + 1 }$/return x + 3 }/'; has ob '^3 4 25 7 20 with' 'an inlined body'
edit 'order of fields' dep/dep.go '/^type Struct/,/^}/{s/A int8/C int64/;s/C int8/A int16/}'; has oa '^{3 2 1}' 'order of fields'
edit 'a method more' dep/dep.go '$afunc (s Struct) String() string { return "struct!" }'; has oa '^struct!' 'a method more'
edit 'a method less' dep/dep.go '$d'; has oa '^{3 2 1}' 'a method less'
edit 'a method for reflection' shape/shape.go 's/return r.N \* k/return r.N - k/'; has oa '^-1$' 'a method for reflection'
edit 'an instance' gen/gen.go 's/s += x/s += x + x/'; has oa '^12 7 c 6 many' 'an instance'; has ob '^6 8 ' 'an instance'
edit 'a local type' gen/gen.go 's/V    T$/W, V T/'; has oa 'gen.local\[' 'a local type'
edit 'an initialiser' inits/a.go 's/f("y", 10)/f("y", 11) + len(Order)/'; has ob '\[y z init1 init2 b\]' 'an initialiser'
edit 'order of initialisation' inits/a.go 's/^func init() \(.*\)init1/func init() \1first/'; has ob '\[y z first init2 b\]' 'order of initialisation'
edit 'a variable with a value' dep/dep.go 's/^var Without string/var Without = "now"/'; has oa ' with now ' 'a variable with a value'; sed -i 's/^var Without.*/var Without string/' dep/dep.go
edit 'a function in a map' dep/dep.go 's/return Const }/return -Const }/'; has oa '^cst -20' 'a function in a map'
edit 'a blank line' dep/dep.go '3a\\n'; edit 'a comment at the end' dep/dep.go '$a// end'
echo other >dep/text; both 'an embedded file'; has oa ' other$' 'an embedded file'; has ob ' other$' 'an embedded file'
edit 'assembly' asm/asm_amd64.s 's/ADDQ y+8(FP), AX/SUBQ y+8(FP), AX/'; has oa '^38 507 true' 'assembly'
edit 'a variable of assembly' asm/asm.go 's/limit int64 = 7/limit int64 = 8/'; has oa '^38 508 true' 'a variable of assembly'
mv dep/dep.go dep/renamed.go; both 'another file name'; has oa 'dep/renamed.go:' 'another file name'
printf '//go:build extra\n\npackage dep\n\nfunc init() { With = "extra" }\n' >dep/extra.go; both 'a file with a tag'; has oa ' with ' 'a file with a tag'
both '-tags' -tags=extra; has oa ' extra ' '-tags'; has ob ' extra$' '-tags'; both 'no -tags'; has oa ' with ' 'no -tags'
sed -i 's/go 1.26/go 1.21/' go.mod; v build -o p ./a; is "$rc" 1 'go 1.21: a function as range'; has err 'requires go1.23' 'go 1.21'
sed -i 's/go 1.21/go 1.24/' go.mod; both 'go 1.24'; sed -i 's/go 1.24/go 1.26/' go.mod; both 'go 1.26'
# Flags of the tools, of some packages or all.
for f in -N -l all=-N 'all=-N -l' example.com/m/gen=-N example.com/m/shape=-l example.com/m/deep=-l -B; do both "-gcflags=$f" "-gcflags=$f"; done
both 'no flags again'
both '-X' '-ldflags=-X example.com/m/dep.With=x1 -X example.com/m/dep.Without=x2'; has oa ' x1 x2 ' '-X'; has ob ' x1$' '-X'; both 'no -X'; has oa ' with  ' 'no -X'
both '-X other' '-ldflags=-X example.com/m/dep.With=y1'; has oa ' y1  ' '-X other'
both '-s -w' '-ldflags=-s -w'; both '-asmflags' -asmflags=-D=SOMETHING
GOFLAGS=-tags=extra both 'GOFLAGS'; has oa ' extra ' 'GOFLAGS'; GOFLAGS= ; export GOFLAGS; both 'no GOFLAGS'; has oa ' with ' 'no GOFLAGS'
GOAMD64=v3; export GOAMD64; both 'GOAMD64'; unset GOAMD64
both '-trimpath' -trimpath; has oa ' example.com/m/dep/renamed.go:' '-trimpath'; both 'no -trimpath'
# The same module in another folder: its packs are shared, its lines are its own.
cd ..; cp -r m n; cd n || exit 1
both 'another folder'; has oa "$PWD/dep/renamed.go:" 'another folder'; has oa 'generated.y' 'another folder, //line'
checks=$((checks + 1)); [ "$(made)" -lt 5 ] || fail "another folder: packs are not shared: $(grep units: said)"
both 'another folder, -trimpath' -trimpath; cp p ../pb; (cd ../m && "$VOLE" build -trimpath -o p ./b); cmp -s ../m/p ../pb || fail '-trimpath in two folders'
sed -i 's/return x + 3 }/return x + 4 }/' dep/renamed.go; both 'an edit there'; cd ../m; both 'and back'; has ob '^6 8 25 7 20 with' 'and back'
# The same package in another module, and at another path.
cd ..; cp -r n k; cd k; grep -rl example.com/m . | xargs sed -i 's,example.com/m,example.org/k,'; both 'another module path'
cd ../m; mkdir two; sed 's/^func Sum/func Other() {}\n\nfunc Sum/' gen/gen.go >two/gen.go; sed -i 's,example.com/m/gen",example.com/m/two",;s/gen\./two./;s/^package gen/package two/' two/gen.go
sed -i 's,"example.com/m/gen",gen "example.com/m/two",' b/main.go; both 'a package at another path'
# An error after packs, and what it was before.
echo 'func broken() int { return "" }' >>dep/renamed.go; v build -o p ./a; is "$rc" 1 'an error'; sed -i '$d' dep/renamed.go; both 'no error any more'
# Builds at once with an empty cache, and of programs that share packs.
rm -rf "$GOCACHE"
for i in 1 2 3; do for x in a b; do "$VOLE" build -o p$x$i ./$x 2>err$x$i & done; wait; done
for i in 1 2 3; do for x in a b; do
    VOLE_NO_UNITS=1 "$VOLE" build -a -o q ./$x && cmp -s p$x$i q || fail "at once: $x $i: $(head -3 err$x$i)"
    checks=$((checks + 1)); [ $i = 3 ] && sed -i "s/return x + 3 }/return x + 3 } \/\/ $x/" dep/renamed.go
done; done
both 'after builds at once'
# A package that pushes a function into another by name.
mkdir push pull; printf 'package pull\n\nfunc Pulled(x int) int\n' >pull/p.go; : >pull/empty.s
printf 'package push\n\nimport _ "unsafe"\n\n//go:linkname pushed example.com/m/pull.Pulled\nfunc pushed(x int) int { return x * 2 }\n' >push/p.go
mkdir c; printf 'package main\n\nimport (\n\t"example.com/m/pull"\n\t_ "example.com/m/push"\n)\n\nfunc main() { println(pull.Pulled(21)) }\n' >c/main.go
same 'a pushed function' ./c; has o '^42' 'a pushed function'; sed -i 's/x \* 2/x * 3/' push/p.go; same 'a pushed function' ./c; has o '^63' 'a pushed function'; sed -i 's/21/22/' c/main.go; same 'a pushed function' ./c; has o '^66' 'a pushed function'
# What belongs to no package has the same name whoever asks first: the iterator of a map that a closure keeps.
mkdir e f g; printf 'package e\n\nfunc Keys(m map[string]int) func(func(string) bool) {\n\treturn func(yield func(string) bool) {\n\t\tfor k := range m {\n\t\t\tif !yield(k) {\n\t\t\t\treturn\n\t\t\t}\n\t\t}\n\t}\n}\n' >e/e.go; sed 's/^package e/package f/' e/e.go >f/f.go
printf 'package main\n\nimport (\n\t"example.com/m/e"\n\t"example.com/m/f"\n)\n\nfunc main() {\n\tfor k := range e.Keys(map[string]int{"e": 1}) {\n\t\tprintln(k)\n\t}\n\tfor k := range f.Keys(map[string]int{"f": 1}) {\n\t\tprintln(k)\n\t}\n}\n' >g/main.go
same 'iterators of two packages' ./g; sed -i '/m\/e"/d; /range e.Keys/,/^\t}/d' g/main.go; same 'iterators of one package' ./g; has o '^f$' 'iterators'
# Places for the masks of large types, which are alike: each descriptor has its own, whether it comes from a pack or not.
mkdir h1 h2 h3 x y; for i in 1 2 3; do printf "package h$i\n\ntype T [20000]*int\ntype U [30000]*int\n\nfunc New() (any, any) { return new(T), new(U) }\n" >h$i/h.go; done
printf 'package main\n\nimport "example.com/m/h2"\n\nfunc main() {\n\tfor range 2 {\n\t\t_, _ = h2.New()\n\t}\n\tprintln("y")\n}\n' >y/main.go
printf 'package main\n\nimport (\n\t"example.com/m/h1"\n\t"example.com/m/h2"\n\t"example.com/m/h3"\n)\n\nvar keep [6]any\n\nfunc main() {\n\tkeep[0], keep[1] = h1.New()\n\tkeep[2], keep[3] = h2.New()\n\tkeep[4], keep[5] = h3.New()\n\tprintln("x")\n}\n' >x/main.go
same 'a large type' ./y; same 'large types' ./x; sed -i '$a// end' h3/h.go; same 'large types' ./x; sed -i '$a// end' h1/h.go; same 'large types' ./x
# A package without optimisation tells nothing of its parameters: what is given to it escapes, packs or not.
mkdir -p ../told/dep && cd ../told && printf 'module told\n\ngo 1.26\n' >go.mod
printf 'package dep\n\nvar Keep *int\n\n//go:noinline\nfunc Store(p, q *int) { Keep = p; *q++ }\n' >dep/p.go
printf 'package main\n\nimport "told/dep"\n\n//go:noinline\nfunc f(n int) {\n\tx, y := n, n\n\tdep.Store(&x, &y)\n}\n\nfunc main() {\n\tf(7)\n\tprintln(*dep.Keep)\n}\n' >main.go
same 'no summary' . -gcflags=told/dep=-N; echo '// again' >>main.go; same 'no summary, from a pack' . -gcflags=told/dep=-N
# Assembly of packages that nobody edits stands in their packs: functions, names of one file, variables, calls of Go and of other assembly, headers.
mkdir -p ../vend && cd ../vend && mkdir -p a b vendor/ex.com/x/low vendor/ex.com/push && printf 'module vend\n\ngo 1.26\n\nrequire ex.com/x v1.0.0\nrequire ex.com/push v1.0.0\n' >go.mod
printf '# ex.com/push v1.0.0\n## explicit; go 1.20\nex.com/push\n# ex.com/x v1.0.0\n## explicit; go 1.20\nex.com/x\nex.com/x/low\n' >vendor/modules.txt
cat >vendor/ex.com/x/x.go <<'P'
package x

import (
	"ex.com/x/low"
	_ "unsafe"
)

const Step = 3

type T struct{ A, B int64 }

//go:noescape
func Sum(p *T) int64
func Twice(x int64) int64
func Low(x int64) int64
func Ready() int64
func Pushed(x int64) int64
func Pulled(x int64) int64

var Var int64
var Zero int64

func fromAsm(x int64) int64 { return low.Plus(x) + Zero }

//go:linkname later ex.com/x/low.Later
func later(x int64) int64 { return x * 7 }
P
cat >vendor/ex.com/x/a_amd64.s <<'P'
#include "textflag.h"
#include "go_asm.h"
#include "x.h"

DATA table<>+0(SB)/8, $ADDED
GLOBL table<>(SB), RODATA|NOPTR, $8
DATA ·Var+0(SB)/8, $100
GLOBL ·Var(SB), NOPTR, $8

TEXT ·Sum(SB),NOSPLIT,$0-16
	MOVQ p+0(FP), BX
	MOVQ T_A(BX), AX
	ADDQ T_B(BX), AX
	ADDQ $const_Step, AX
	ADDQ table<>(SB), AX
	ADDQ ·Zero(SB), AX
	MOVQ AX, ret+8(FP)
	RET

TEXT ·Ready(SB),NOSPLIT,$0-8
	MOVQ runtime·mainStarted(SB), AX
	MOVQ table<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET
P
cat >vendor/ex.com/x/b_amd64.s <<'P'
#include "textflag.h"

DATA table<>+0(SB)/8, $2
GLOBL table<>(SB), RODATA|NOPTR, $8

TEXT ·Twice(SB),0,$16-16
	MOVQ x+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ·fromAsm(SB)
	MOVQ 8(SP), AX
	IMULQ table<>(SB), AX
	MOVQ AX, ret+8(FP)
	RET

TEXT ·Low(SB),0,$16-16
	MOVQ x+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ex·com∕x∕low·Double(SB)
	MOVQ 8(SP), AX
	MOVQ AX, ret+8(FP)
	RET
P
echo '#define ADDED 1000' >vendor/ex.com/x/x.h
printf 'package low\n\nimport _ "unsafe"\n\nfunc Double(x int64) int64\nfunc Plus(x int64) int64 { return x + 1 }\nfunc Later(x int64) int64\n\n//go:linkname Nano runtime.nanotime\nfunc Nano() int64\n' >vendor/ex.com/x/low/low.go
printf 'TEXT \302\267Double(SB),4,$0-16\n\tMOVQ x+0(FP), AX\n\tADDQ AX, AX\n\tMOVQ AX, ret+8(FP)\n\tRET\n' >vendor/ex.com/x/low/low_amd64.s
printf 'package push\n\nimport _ "unsafe"\n\n//go:linkname pushed ex.com/x.Pushed\nfunc pushed(x int64) int64 { return x * 5 }\n' >vendor/ex.com/push/p.go
sed -i 's/runtime·mainStarted/·Var/' vendor/ex.com/x/a_amd64.s
printf 'package main\n\nimport (\n\t"ex.com/x"\n\t"ex.com/x/low"\n\t_ "ex.com/push"\n)\n\nfunc main() {\n\tt := x.T{1, 2}\n\tprintln(x.Sum(&t), x.Twice(20), x.Low(4), x.Pushed(9), x.Var, low.Later(2), low.Nano() > 0)\n}\n' >a/main.go
printf 'package main\n\nimport (\n\t"ex.com/x"\n\t_ "ex.com/push"\n)\n\nfunc main() { println(x.Ready(), x.Pushed(2), x.Twice(1)) }\n' >b/main.go
vend() { what=$1; both "$what" -trimpath; echo '// edit' >>a/main.go; echo '// edit' >>b/main.go; both "$what, again" -trimpath; }
rm -rf "$GOCACHE"
vend 'assembly of others'; has oa '^1006 42 8 45 100 14 true' 'assembly of others'; has ob '^1000 10 4' 'assembly of others'
checks=$((checks + 1)); [ "$(made)" -lt 5 ] || fail "assembly of others: made again: $(grep units: said)"
sed -i 's/MOVQ 8(SP), AX/MOVQ 8(SP), AX; INCQ AX/' vendor/ex.com/x/b_amd64.s; vend 'their assembly is edited'; has oa '^1006 44 9 45' 'their assembly is edited'
echo '#define ADDED 2000' >vendor/ex.com/x/x.h; vend 'their header is edited'; has oa '^2006 44 9' 'their header is edited'; has ob '^2000 10 6' 'their header is edited'
sed -i 's/Step = 3/Step = 4/' vendor/ex.com/x/x.go; vend 'a constant of go_asm.h'; has oa '^2007 44' 'a constant of go_asm.h'
sed -i 's/x \* 5/x * 6/' vendor/ex.com/push/p.go; vend 'a push is edited'; has oa '^2007 44 9 54' 'a push is edited'
sed -i 's/IMULQ table/IMULQ $FACTOR, AX\n\tIMULQ table/; 1i #include "../inc.h"' vendor/ex.com/x/b_amd64.s; echo '#define FACTOR 10' >vendor/ex.com/inc.h
vend 'a file elsewhere is included'; has ob '^2000 12 60$' 'a file elsewhere is included'; echo '#define FACTOR 20' >vendor/ex.com/inc.h; vend 'it is edited'; has ob '^2000 12 120$' 'it is edited'
printf 'package x\n\nimport _ "unsafe"\n\n//go:linkname pulled ex.com/x.Pulled\nfunc pulled(x int64) int64 { return -x }\n' >vendor/ex.com/x/more.go; sed -i 's/low.Later(2)/x.Pulled(3)/; /x\/low/d; s/, low.Nano() > 0//' a/main.go
vend 'a push more'; has oa ' 100 -3$' 'a push more'
mkdir pub; printf 'package pub\n\nfunc P() int64 { return 0 }\n' >pub/p.go; sed -i 's,^import (,import (\n\t"vend/pub",; s/low.Plus(x)/low.Plus(x) + pub.P()/' vendor/ex.com/x/x.go
vend 'others import what is edited'; has ob '^2000 12 120$' 'others import what is edited'; sed -i 's/INCQ AX/ADDQ $2, AX/' vendor/ex.com/x/b_amd64.s; vend 'and their assembly is'; has ob '^2000 12 160$' 'and their assembly is'
sed -i 's/return 0/return 1/' pub/p.go; vend 'and what they import'; has ob '^2000 12 200$' 'and what they import'
# Keys by function: an edit makes anew what it concerns, in any package, and a comment makes nothing.
made_is() { n=$(made); checks=$((checks + 1)); [ "$n" -le "$2" ] && { [ "$2" = 0 ] || [ "$n" -gt 0 ]; } || fail "$1: $n functions made, at most $2"; }
mkdir -p ../keys/mid ../keys/low; cd ../keys || exit 1
printf 'module example.com/keys\n\ngo 1.26\n' >go.mod
cat >low/low.go <<'P'
package low

import "fmt"

var Names = map[string]int{"a": 1, "b": 2}
var seen = register("low")
var kept any

func register(s string) string { return s + "!" }

func Long(n int) (s int) {
	for i := range n {
		s += i * 3
		if s > 100000 {
			fmt.Println("long", s, seen)
			defer fmt.Println("large")
		}
	}
	return s
}

func Short(n int) int { return n + 1 }

func Keep(p *int) int {
	defer func() {}()
	if kept == 7 {
		fmt.Println(*p)
	}
	return *p
}

func Even(n int) bool { defer func() {}(); return n == 0 || Odd(n-1) }
func Odd(n int) bool  { defer func() {}(); return n != 0 && Even(n-1) }

func Gen[T any](v T) string { return fmt.Sprint(v) + "." }
P
cat >mid/mid.go <<'P'
package mid

import "example.com/keys/low"

func Use(n int) int { return low.Long(n) + low.Short(n) }
func Own(n int) int { x := n; return low.Keep(&x) }
func Two(n int) bool { return low.Even(n) && low.Gen(n) != "" }
P
cat >main.go <<'P'
package main

import (
	"fmt"

	"example.com/keys/low"
	"example.com/keys/mid"
)

func main() {
	fmt.Println(mid.Use(10), mid.Own(4), mid.Two(4), low.Names["a"], low.Gen("g"))
}
P
edit() { what=$1 file=$2; shift 2; sed -i "$@" $file; same "$what" .; }
same 'keys: empty cache' .
edit 'keys: a comment above' low/low.go 's|^func Long|// Long is.\nfunc Long|'; made_is 'a comment above' 0
edit 'keys: a comment above all' low/low.go '1i// Package low.'; made_is 'a comment above all' 0
edit 'keys: a body that nobody inlines' low/low.go 's/i \* 3/i * 4/'; made_is 'a body' 1
edit 'keys: a body that callers inline' low/low.go 's/n + 1/n + 2/'; made_is 'an inlined body' 3
edit 'keys: a generic body' low/low.go 's/"\."/":"/'; made_is 'a generic body' 5; has o ' g:$' 'a generic body'
edit 'keys: it becomes small' low/low.go '/^func Long/,/^}/{/for i/,/^\t}/d}'; has o '^12 4 true' 'it becomes small'
edit 'keys: and large' low/low.go '/^func Long/a\	for i := range n {\n\t\tdefer fmt.Print(i)\n\t}'; has o '^987654321012 4 true' 'and large'
edit 'keys: a parameter leaks' low/low.go 's/^\tif kept == 7 {/\tkept = p\n&/'; made_is 'a parameter leaks' 4
edit 'keys: and does not' low/low.go '/kept = p$/d'; made_is 'and does not' 4
edit 'keys: functions that call each other' low/low.go 's/return n == 0 ||/return n <= 0 ||/'; made_is 'functions that call each other' 3
edit 'keys: a function that calls back' low/low.go 's/^func Short(n int) int { return n + 2 }/func Short(n int) int { if n > 1e9 { return Long(n) }; return n + 2 }/;/^func Long/a\	if n > 1<<40 { return Short(n) }'
edit 'keys: a function more' low/low.go '$afunc More() {}'
edit 'keys: moved' low/low.go '/^func Short/{h;d};${G}'
# What was built as it is is not checked again; what changed is, and what imports it, reached or not.
mkdir -p ../known/low ../known/high && cd ../known && printf 'module known\n\ngo 1.26\n' >go.mod
printf 'package low\n\nfunc F(x int) int { return x }\nfunc G() string { return "low" }\n' >low/l.go
printf 'package high\n\nimport "known/low"\n\nvar V = low.G()\n\nfunc Unreached() int { return low.F(1) }\n' >high/h.go
printf 'package main\n\nimport "known/high"\n\nfunc main() { println(high.V) }\n' >main.go
refused() { v build -o p .; is "$rc" 1 "$1"; has err "$2" "$1"; is "$(grep -c '^[^#[:space:]]' err)" 1 "$1: one error"; }
same 'all of it' .; echo '// edit' >>main.go; same 'main is edited' .; has o '^low$' 'main is edited'
sed -i 's/F(x int) int { return x }/F(x string) int { return 1 }/' low/l.go; refused 'a package is broken by what it imports' '^high/h.go:7:37: cannot use 1'
echo '// edit' >>main.go; refused 'it is still' '^high/h.go:7:37: cannot use 1'
sed -i 's/F(x string) int { return 1 }/F(x int) int { return x }/' low/l.go; same 'it is good again' .
sed -i 's/{ return low.F(1) }/{ unused := 1; return low.F(1) }/' high/h.go; refused 'an unreached function is broken' '^high/h.go:7:24: declared and not used: unused'
sed -i 's/unused := 1; //' high/h.go; echo '// edit' >>main.go; same 'it is mended' .
printf 'package high\n\nimport "os"\n' >high/more.go; refused 'a file more' '^high/more.go:3:8: "os" imported and not used'; rm high/more.go; echo '// edit' >>main.go; same 'a file less' .
sed -i 's/go 1.26/go 1.17/' go.mod; printf 'package high\n\nfunc Generic[T any](x T) {}\n' >high/more.go; v build -o p .; is "$rc" 1 'a language version'; has err 'requires go1.18' 'a language version'
sed -i 's/go 1.17/go 1.26/' go.mod; same 'another language version' .; sed -i 's/go 1.26/go 1.17/' go.mod; v build -o p .; is "$rc" 1 'the language version before'; has err 'requires go1.18' 'the language version before'
sed -i 's/go 1.17/go 1.26/' go.mod; sed -i 's/"low"/"new"/' low/l.go; same 'what it is made of changes' .; has o '^new$' 'what it is made of changes'
# Data of two packages' assembly with one name and content (masks of aes and gcm) lies in one order, whatever was there first.
mkdir -p ../masks/a ../masks/b; cd ../masks || exit 1
printf 'module example.com/masks\n\ngo 1.26\n' >go.mod
ctr='cipher.NewCTR(b, make([]byte, 16)).XORKeyStream(out, out)'
body() { printf 'package main\n\nimport (\n\t"crypto/aes"\n\t"crypto/cipher"\n)\n\nfunc main() {\n\tb, _ := aes.NewCipher(make([]byte, 16))\n\tout := make([]byte, 40)\n%s\n\tprintln(out[0])\n}\n' "$1"; }
body "	$ctr" >a/main.go; body "	g, _ := cipher.NewGCM(b)
	println(len(g.Seal(nil, make([]byte, 12), out, nil)))
	$ctr" >b/main.go
rm -rf "$GOCACHE"; both 'masks of one content'; rm -rf "$GOCACHE"; same 'masks of one content, the other first' ./b; same 'masks of one content, the other first' ./a
# A call of a method value is direct, whichever program of the cache had the value's wrapper first (crypto/ecdsa.signFIPSDeterministic).
mkdir -p ../bound/sign ../bound/serve; cd ../bound || exit 1
printf 'module example.com/bound\n\ngo 1.26\n' >go.mod
printf 'package main\n\nimport (\n\t"crypto"\n\t"crypto/ecdsa"\n\t"crypto/elliptic"\n\t"crypto/rand"\n)\n\nfunc main() {\n\tk, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)\n\ts, _ := k.Sign(rand.Reader, make([]byte, 32), crypto.SHA256)\n\tprintln(len(s) > 60)\n}\n' >sign/main.go
printf 'package main\n\nimport "net/http"\n\nfunc main() { println(len(http.ListenAndServeTLS("256.1.1.1:1", "no", "such", nil).Error()) > 0) }\n' >serve/main.go
rm -rf "$GOCACHE"; same 'a method value in a function' ./sign; has o '^true$' 'a method value in a function'; same 'a method value, by packs of another program' ./serve
# What callers inline has no code in a pack until somebody refers to it: as a value, by an interface, in a table, behind go and defer, from code that was inlined.
mkdir -p ../inlined/lib ../inlined/use && cd ../inlined && printf 'module inlined\n\ngo 1.26\n' >go.mod
cat >lib/l.go <<'P'
package lib

type T struct{ n int }

func (t T) Get() int       { return t.n }
func (t *T) Put(n int)     { t.n = n }
func New(n int) *T         { return &T{n} }
func Small(n int) int      { return n + 1 }
func Twice(n int) int      { return Small(Small(n)) }
func Counter() func() int  { n := 0; return func() int { n++; return n } }
func Pick(i int) int       { return [...]func(int) int{Small, Twice}[i](i) }
func Of[E any](e E) []E    { return []E{e} }
func Value() func(int) int { return Twice }
P
echo 'package use

import "inlined/lib"

func Loop(n int) (s int) {
	for i := range n {
		s += lib.Small(i) + lib.Pick(i&1)
	}
	return s + len(lib.Of(n))
}' >use/u.go
program() { mkdir -p $1; printf 'package main\n\nimport "inlined/lib"\n%b\nfunc main() {\n\tt := lib.New(1)\n\tc := lib.Counter()\n\tprintln(lib.Twice(3), t.Get(), c(), len(lib.Of(1)))\n%s\n}\n' "$3" "$2" >$1/main.go; }
program calls '	t.Put(2); println(t.Get())' ''
program value '	f := []func(int) int{lib.Small, lib.Value()}; println(f[t.Get()-1](4), f[t.Get()](4))' ''
program iface '	g, p := any(*t).(interface{ Get() int }), any(t).(interface{ Put(int) }); p.Put(5); println(g.Get(), t.Get())' ''
program later '	defer t.Put(3); go lib.Small(2); h := lib.Counter; println(h()())' ''
program method '	get, put := lib.T.Get, t.Put; put(8); println(get(*t), len(made(any(7))))' '\nvar made = lib.Of[any]\n'
program other '	println(use.Loop(9))' 'import "inlined/use"\n'
all='calls value iface later method other'
for first in $all; do
	rm -rf "$GOCACHE"
	for p in $first $all $first; do same "inlined: $p after $first" ./$p; done
done
rm -rf "$GOCACHE"; same 'inlined: calls alone' ./calls; VOLE_UNITS=1 "$VOLE" build -debug-cache -o p ./value 2>err
is "$(sed -n 's/.*made inlined\/lib\.//p' err | sort | tr '\n' ' ')" 'Of[int] Small Twice Value ' 'inlined: the code of what is a value now is made, and what was not there'
echo '// again' >>value/main.go; VOLE_UNITS=1 "$VOLE" build -debug-cache -o p ./value 2>err; is "$(grep -c 'made inlined/lib' err)" 0 'inlined: it stays'
sed -i 's/n + 1/n + 2/' lib/l.go; for p in $all; do same "inlined: $p with another body" ./$p; done; has o '^' 'inlined: output'
