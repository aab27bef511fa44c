// Pointers that lie far apart: words without any are skipped, and large objects are looked through in pieces that begin in the middle of an element.
package main

import (
	"fmt"
	"runtime"
)

type at63 struct {
	v [63]int
	p *int
}
type at64 struct {
	v [64]int
	p *int
	w [64]int
	q *int
}
type at65 struct {
	p *int
	v [64]int
	q *int
}
type far struct {
	p *int
	v [2047]int
	q *int
	w [4096]int
	r *int
	x [70]int
}
type odd struct {
	v [509]int
	p *int
	w [3]int
	q *int
	x [700]int
	r *int
}

var (
	data struct {
		v [3000]int
		p *int
		w [127]int
		q *int
	}
	bss [40]odd
)

func number(n int) *int { p := new(int); *p = n; return p }

func main() {
	a, b, c, d, e := make([]at63, 300), make([]at64, 200), make([]at65, 200), make([]far, 5), make([]odd, 50)
	one := &far{}
	var all []**int
	for i := range a {
		all = append(all, &a[i].p)
	}
	for i := range b {
		all = append(all, &b[i].p, &b[i].q)
	}
	for i := range c {
		all = append(all, &c[i].p, &c[i].q)
	}
	for i := range d {
		all = append(all, &d[i].p, &d[i].q, &d[i].r)
	}
	for i := range e {
		all = append(all, &e[i].p, &e[i].q, &e[i].r)
	}
	for i := range bss {
		all = append(all, &bss[i].p, &bss[i].q, &bss[i].r)
	}
	all = append(all, &one.p, &one.q, &one.r, &data.p, &data.q)
	for i, p := range all {
		*p = number(i)
	}
	for range 3 {
		runtime.GC()
		for range 10_000 {
			number(-1)
		}
	}
	bad := 0
	for i, p := range all {
		if **p != i {
			bad++
		}
	}
	fmt.Println(len(all), "pointers,", bad, "to what was freed")
	runtime.KeepAlive(one)
}
