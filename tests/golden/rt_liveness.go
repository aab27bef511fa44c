package main

// What keeps objects alive: variables on the stack that are still used, not those that are not any more.

import (
	"fmt"
	"reflect"
	"runtime"
	"unsafe"
	"weak"
)

type node struct {
	next *node
	pad  [5]int
}
type big struct { // too large for registers
	a, b, c *node
	n       [4]int
}

func gone(w weak.Pointer[node]) bool {
	runtime.GC()
	return w.Value() == nil
}

//go:noinline
func touch(p *big) { sink += p.n[0] }

var sink int

//go:noinline
func fresh() (*node, weak.Pointer[node]) {
	n := &node{}
	return n, weak.Make(n)
}

// A variable whose address was taken is dead behind its last use.
//
//go:noinline
func addressTaken() (bool, bool) {
	var b big
	n, w := fresh()
	b.a = n
	touch(&b)
	alive := gone(w)
	touch(&b)
	return alive, gone(w)
}

// Only a pointer leads to it.
//
//go:noinline
func throughPointer() (bool, bool) {
	var x, y big
	n, w := fresh()
	x.b = n
	p := &x
	if sink < 0 {
		p = &y
	}
	alive := gone(w)
	touch(p)
	return alive, gone(w)
}

// One variable on the stack leads to another one.
type outer struct {
	in *big
	n  [6]int
}

//go:noinline
func inner(o *outer) *node { return o.in.c }

//go:noinline
func chained() (bool, bool) {
	var x big
	n, w := fresh()
	x.c = n
	o := outer{in: &x}
	n = nil
	alive := gone(w)
	sink += len(inner(&o).pad)
	return alive, gone(w)
}

// The caller does not use it again, the callee uses it once.
//
//go:noinline
func callee(b *big, w weak.Pointer[node]) (bool, bool) {
	alive := gone(w)
	touch(b)
	return alive, gone(w)
}

//go:noinline
func inCallee() (bool, bool) {
	n, w := fresh()
	b := big{a: n}
	return callee(&b, w)
}

// Arguments on the stack.
//
//go:noinline
func onStack(b big, w weak.Pointer[node]) (bool, bool) {
	alive := gone(w)
	touch(&b)
	return alive, gone(w)
}

//go:noinline
func arguments() (bool, bool) {
	n, w := fresh()
	return onStack(big{c: n}, w)
}

// A deferred function uses it, also when the frame has faulted.
//
//go:noinline
func deferred() (alive, dead bool) {
	var b big
	n, w := fresh()
	b.a = n
	defer func() {
		recover()
		alive = gone(w)
		touch(&b)
		b.a = nil
		dead = gone(w)
	}()
	n = nil
	var nothing *big
	sink += nothing.n[2]
	return
}

// A new variable in every turn of a loop.
//
//go:noinline
func loop() (int, int) {
	early, late := 0, 0
	for range 5 {
		n, w := fresh()
		b := big{b: n}
		if gone(w) {
			early++
		}
		touch(&b)
		if gone(w) {
			late++
		}
	}
	return early, late
}

// Named results on the stack and in registers of functions that recover.
//
//go:noinline
func results(w *weak.Pointer[node]) (b big, q *node) {
	defer func() { recover() }()
	q, *w = fresh()
	b.a = q
	runtime.GC()
	panic("x")
}

// The stack grows and moves while pointers lead to variables of many frames.
//
//go:noinline
func deep(n int, up *outer) int {
	var pad [10]int
	x := big{a: &node{}, n: [4]int{n}}
	o := outer{in: &x, n: [6]int{pad[n%10]}}
	if n == 0 {
		runtime.GC()
		return up.in.n[0]
	}
	r := deep(n-1, &o) + up.in.n[0]
	if x.a == nil || o.in != &x {
		panic("moved")
	}
	return r
}

//go:noinline
//go:uintptrescapes
func (o outer) method(p ...uintptr) bool { return callback() }

var callback func() bool

//go:noinline
func asInteger() (bool, bool) {
	n, w := fresh()
	callback = func() bool { return gone(w) }
	alive := outer{}.method(1, uintptr(unsafe.Pointer(n)))
	return alive, gone(w)
}

//go:noinline
//go:uintptrescapes
func byInteger(c chan bool, p uintptr, more ...uintptr) { c <- callback() }

func goAndDefer() (a, b bool) {
	c := make(chan bool, 1)
	n, w := fresh()
	m, v := fresh()
	callback = func() bool { return gone(w) || gone(v) }
	go byInteger(c, uintptr(unsafe.Pointer(n)), 1, uintptr(unsafe.Pointer(m)))
	n, m = nil, nil
	a = <-c
	n, w = fresh()
	m, v = fresh()
	func() {
		defer byInteger(c, uintptr(unsafe.Pointer(n)), uintptr(unsafe.Pointer(m)))
	}()
	return a, <-c
}

var made []weak.Pointer[node]

//go:noinline
func number() uintptr {
	runtime.GC()
	n, w := fresh()
	made = append(made, w)
	return uintptr(unsafe.Pointer(n))
}

//go:noinline
func both(p, q unsafe.Pointer) bool {
	return made[0].Value() == (*node)(p) && made[1].Value() == (*node)(q)
}

// An integer that becomes a pointer in the same expression.
func integerResults() bool { return both(unsafe.Pointer(number()), unsafe.Pointer(number())) }

// A goroutine that has not started in reflect's stub.
func stubs() int {
	c := make(chan int, 20)
	for i := range 20 {
		f := reflect.MakeFunc(reflect.TypeFor[func(int)](), func(a []reflect.Value) []reflect.Value {
			c <- int(a[0].Int())
			return nil
		}).Interface().(func(int))
		g := reflect.MakeFunc(reflect.TypeFor[func()](), func([]reflect.Value) []reflect.Value {
			c <- 1
			return nil
		}).Interface().(func())
		go f(i)
		go g()
		runtime.GC()
	}
	s := 0
	for range 40 {
		s += <-c
	}
	return s
}

func main() {
	fmt.Println(addressTaken())
	fmt.Println(throughPointer())
	fmt.Println(chained())
	fmt.Println(inCallee())
	fmt.Println(arguments())
	fmt.Println(deferred())
	fmt.Println(loop())
	var w weak.Pointer[node]
	b, q := results(&w)
	fmt.Println(b.a == q, q == w.Value(), q != nil)
	runtime.KeepAlive(&b)
	x := big{n: [4]int{7}}
	done := make(chan int)
	go func() { done <- deep(2000, &outer{in: &x}) }()
	fmt.Println(<-done)
	fmt.Println(asInteger())
	fmt.Println(goAndDefer())
	fmt.Println(integerResults())
	fmt.Println(stubs())
}
