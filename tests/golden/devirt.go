// Calls of interface methods whose receiver's type the function shows: all forms of receivers, nil, order, tracebacks, allocations.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"runtime"
	"strings"
	"testing"
)

type I interface {
	Get() int
	Set(int) I
	name() string
}
type J interface{ Get() int }

type P struct{ n int }

func (p *P) Get() int     { return p.n }
func (p *P) Set(n int) I  { p.n = n; return p }
func (p *P) name() string { return "P" }

type V struct{ a, b, c int }

func (v V) Get() int     { return v.a + v.b + v.c }
func (v V) Set(n int) I  { v.a = n; return v }
func (v V) name() string { return "V" }

type D struct{ p *P } // stands in the interface's data word itself

func (d D) Get() int     { return d.p.n * 2 }
func (d D) Set(n int) I  { d.p.n = n; return d }
func (d D) name() string { return "D" }

type E struct { // promoted methods
	x int
	*P
}
type EV struct {
	x int
	V
}
type EI struct {
	x int
	I
}
type F func() int

func (f F) Get() int { return f() }

type N int

func (n N) Get() int { return int(n) }

type M map[string]int

func (m M) Get() int { return len(m) }

func newP(n int) I { return &P{n} }
func newV(n int) I { return V{n, n, n} }
func maybe(b bool) I {
	if b {
		return &P{7}
	}
	return nil
}
func either(b bool) I {
	if b {
		return &P{8}
	}
	return &P{9}
}
func mixed(b bool) I {
	if b {
		return &P{10}
	}
	return V{1, 2, 3}
}
func pair() (I, error) { return &P{11}, nil }

func receivers() {
	var i I = &P{1}
	fmt.Println(i.Get(), i.Set(2).Get(), i.name())
	i2 := newV(3)
	fmt.Println(i2.Get(), i2.Set(4).Get(), i2.Get(), i2.name())
	var i3 I = D{&P{5}}
	fmt.Println(i3.Get(), i3.Set(6).Get(), i3.name())
	var e I = E{1, &P{20}}
	fmt.Println(e.Get(), e.Set(21).Get(), e.Get(), e.name())
	var pe I = &E{1, &P{22}}
	fmt.Println(pe.Get(), pe.Set(23).Get(), pe.Get(), pe.name())
	var ev I = &EV{1, V{1, 1, 1}}
	fmt.Println(ev.Get(), ev.Set(23).Get(), ev.Get(), ev.name())
	var ei I = EI{1, newP(30)}
	fmt.Println(ei.Get(), ei.Set(31).Get(), ei.name())
	var f J = F(func() int { return 40 })
	var n J = N(41)
	var m J = M{"a": 1}
	var pv J = &V{5, 5, 5}
	fmt.Println(f.Get(), n.Get(), m.Get(), pv.Get())
}

func ways(b bool) {
	i := either(b)
	var j J = i
	k := j.(I)
	fmt.Println(i.Get(), j.Get(), k.Get(), mixed(b).Get())
	p, err := pair()
	fmt.Println(p.Get(), err)
	l, ok := j.(interface{ name() string })
	fmt.Println(l.name(), ok)
	var z I
	for x := range 3 {
		if x == 1 {
			z = &P{50}
		}
		if z != nil {
			fmt.Println(x, z.Get())
		}
	}
	y := newP(60)
	defer func(v int) { fmt.Println("deferred", v, y.Get()) }(y.Get())
	defer y.Set(61)
	get := y.Get
	y.Set(62)
	fmt.Println(get())
	c := make(chan int)
	go func(w I) { c <- w.Get() }(y)
	fmt.Println(<-c)
	y = newP(63)
}

func try(name string, f func()) {
	defer func() {
		r := recover()
		if e, ok := r.(runtime.Error); ok {
			fmt.Println(name, "runtime error:", e)
			return
		}
		fmt.Println(name, r)
	}()
	f()
}

func said(n int) int { fmt.Println("said", n); return n }

func nils() {
	try("never", func() { var i I; fmt.Println(i.Get()) })
	try("maybe", func() { i := maybe(false); fmt.Println(i.Get()) })
	try("maybe not", func() { i := maybe(true); fmt.Println(i.Get()) })
	try("order", func() { i := maybe(false); i.Set(said(1)) })
	try("pointer", func() { var p *P; var i I = p; fmt.Println(i.name()); i.Get() })
	try("value", func() { var v *V; var i I = v; fmt.Println(i.Get()) })
	try("embedded", func() { var i I = E{}; fmt.Println(i.name()); i.Get() })
	try("embedded pointer", func() { var e *E; var i I = e; i.Get() })
	try("embedded interface", func() { var i I = EI{}; i.Get() })
	try("assert", func() { var i J = N(1); i.(I).Get() })
	try("later", func() {
		var i I
		set := func() { i = V{1, 1, 1} }
		i = &P{70}
		set()
		fmt.Println(i.name())
	})
}

type T struct{ depth int }

func (t *T) Where() string {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	var names []string
	for {
		f, more := frames.Next()
		names = append(names, strings.TrimPrefix(f.Function, "main."))
		if !more || f.Function == "main.main" {
			return strings.Join(names, " < ")
		}
	}
}

type ET struct {
	x int
	*T
}
type Where interface{ Where() string }

func (v V) Fail() { panic("V.Fail") }

func traces() {
	var w Where = &T{}
	fmt.Println(w.Where())
	w = nil
	var e Where = ET{0, &T{}}
	fmt.Println(e.Where())
	var p Where = &ET{0, &T{}}
	fmt.Println(p.Where())
}

type R struct{}

func (R) Catch() { fmt.Println("caught", recover()) }

type ER struct {
	x int
	R
}

func recovers() {
	func() {
		var c interface{ Catch() } = R{}
		defer c.Catch()
		panic(1)
	}()
	func() {
		var c interface{ Catch() } = &ER{}
		defer c.Catch()
		panic(2)
	}()
	try("not caught", func() {
		var c interface{ Catch() } = R{}
		defer func() { c.Catch() }()
		defer func() { var c interface{ Catch() } = &ER{}; c.Catch() }()
		panic(3)
	})
}

type Rec struct{ left int }

func (r Rec) Count() int {
	if r.left == 0 {
		return 0
	}
	var c interface{ Count() int } = Rec{r.left - 1}
	return 1 + c.Count()
}

type Stringers[T fmt.Stringer] struct{ v T }

func (s Stringers[T]) String() string { var x fmt.Stringer = s.v; return "<" + x.String() + ">" }

type S string

func (s S) String() string { return string(s) }

type Err struct{ code int }

func (e *Err) Error() string { return fmt.Sprint("code ", e.code) }
func (e *Err) Unwrap() error { return errors.ErrUnsupported }
func fail(n int) (err error) {
	if n > 1 {
		err = &Err{n}
		n += len(err.Error())
		err = fmt.Errorf("%d: %w", n, err)
	}
	return
}

//go:noinline
func sum(data []byte) [32]byte {
	var h hash.Hash = sha256.New()
	h.Write(data)
	var s [32]byte
	h.Sum(s[:0])
	return s
}

func main() {
	receivers()
	ways(true)
	ways(false)
	nils()
	traces()
	recovers()
	var c interface{ Count() int } = Rec{5}
	fmt.Println(c.Count(), Stringers[Stringers[S]]{Stringers[S]{"x"}}.String())
	err := fail(3)
	fmt.Println(err, errors.Is(err, errors.ErrUnsupported), fail(0))
	data := []byte("devirtualised")
	fmt.Printf("%x\n", sum(data))
	fmt.Println(testing.AllocsPerRun(100, func() { sum(data) }))
	fmt.Println(testing.AllocsPerRun(100, func() {
		var i I = &P{1}
		i.Set(2)
		var v J = &V{1, 2, 3}
		if i.Get()+v.Get() != 8 {
			panic("sum")
		}
	}))
}
