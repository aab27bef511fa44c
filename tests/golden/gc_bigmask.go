package main

import (
	"fmt"
	"runtime"
)

type T struct {
	a   *int
	big [40000]uint32
	b   *int
	c   []int
	e   [3]*int
}

func val(n int) *int { p := new(int); *p = n; return p }

//go:noinline
func mk() *T {
	t := new(T)
	t.a, t.b, t.c, t.e[2] = val(1), val(2), []int{3, *val(3)}, val(4)
	return t
}

type S struct {
	x [70000]*int
	y [9000]string
}

var g T
var gs S

func main() {
	t := mk()
	s := new(S)
	s.x[69999] = val(7)
	s.y[8999] = fmt.Sprint("seven", *val(7))
	ts := make([]T, 3)
	ts[2].b = val(9)
	g.b = val(10)
	gs.y[8999] = fmt.Sprint("ten", 10)
	m := map[int]*T{1: mk()}
	var keep []*int
	for i := 0; i < 50; i++ {
		runtime.GC()
		for j := 0; j < 1000; j++ {
			keep = append(keep, val(-1))
		}
		keep = keep[:0]
	}
	fmt.Println(*t.a, *t.b, t.c, *t.e[2], *s.x[69999], s.y[8999], *ts[2].b, *g.b, gs.y[8999], *m[1].b)
}
