// The operands of the left side against a call on the right: gc reads variables after it, len() and map elements before it.
package main

import "fmt"

type T struct{ v int }

var a []int
var p *T

func reset() { a = []int{0, 0, 0}; p = &T{} }

func f() int {
	a = []int{0, 0, 0, 0}
	p = &T{}
	return 7
}

func two() (int, error) { return f(), nil }

func main() {
	var err error
	var ok bool
	m := map[int]int{7: 7}
	reset()
	a[0], err = two()
	fmt.Println("two", a[0], err)
	reset()
	p.v, err = two()
	fmt.Println("field", p.v)
	reset()
	a[len(a)-1], err = two()
	fmt.Println("last", a)
	reset()
	a[0], ok = m[f()]
	fmt.Println("comma", a[0], ok)
	reset()
	a[0] = 1
	g := func() uint { f(); a[0] = 7; return 1 }
	a[0] <<= g()
	fmt.Println("shl", a[0])
	reset()
	a[len(a)-1] = f()
	fmt.Println("single-last", a)
}
