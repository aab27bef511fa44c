package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"weak"
)

type node struct {
	l, r *node
	v    int
	pad  []byte
	s    string
	i    any
}

func build(d int) *node {
	if d == 0 {
		return &node{v: 1, pad: make([]byte, 10), s: strings.Repeat("x", 3), i: d}
	}
	return &node{build(d - 1), build(d - 1), d, nil, fmt.Sprint(d), &d}
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	s := n.v + len(n.pad) + len(n.s)
	if p, ok := n.i.(*int); ok {
		s += *p
	}
	return s + n.l.sum() + n.r.sum()
}

func main() {
	old := debug.SetGCPercent(20)
	fmt.Println(old)
	keep := build(12)
	want := keep.sum()
	for range 20 {
		if build(9) == nil {
			panic("nil")
		}
	}
	fmt.Println(keep.sum() == want, want)
	var wg sync.WaitGroup
	sums := make([]int, 4)
	for i := range 4 {
		wg.Go(func() {
			m := map[string]*node{}
			for j := range 3000 {
				k := fmt.Sprint(j % 500)
				m[k] = &node{v: j, s: k, l: m[fmt.Sprint((j+1)%500)]}
				if m[k].l != nil {
					m[k].l.l = nil
				}
			}
			for _, n := range m {
				sums[i] += n.v + len(n.s)
			}
		})
	}
	wg.Wait()
	fmt.Println(sums)
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	fmt.Println(ms.NumGC > 3, ms.HeapAlloc < 200<<20, ms.Mallocs > 100000)
	fin := make(chan int, 1)
	func() {
		x := &node{v: 42}
		runtime.SetFinalizer(x, func(n *node) { fin <- n.v })
	}()
	clean := make(chan string, 1)
	var w weak.Pointer[node]
	func() {
		x := &node{v: 1, pad: make([]byte, 100)}
		w = weak.Make(x)
		fmt.Println(w.Value().v)
		runtime.AddCleanup(x, func(s string) { clean <- s }, "cleaned")
		runtime.KeepAlive(x)
	}()
	runtime.GC()
	fmt.Println(<-fin)
	runtime.GC()
	fmt.Println(<-clean, w.Value() == nil)
	var chain *node
	for i := range 200000 {
		chain = &node{l: chain, v: i}
	}
	runtime.GC()
	n := 0
	for c := chain; c != nil; c = c.l {
		n++
	}
	fmt.Println(n)
	s := make([][]byte, 0)
	for i := range 300 {
		s = append(s, make([]byte, 100000))
		s[i][i] = byte(i)
		if i >= 10 {
			s[i-10] = nil
		}
	}
	fmt.Println(s[299][299])
	var pool = sync.Pool{New: func() any { return new([64]int) }}
	for i := range 1000 {
		a := pool.Get().(*[64]int)
		a[0] = i
		pool.Put(a)
	}
	runtime.KeepAlive(keep)
}
