// Generics: a heap, a map function and a list over type parameters.
package main

import (
	"cmp"
	"fmt"
)

type heap[T any] struct {
	less func(a, b T) bool
	v    []T
}

func (h *heap[T]) push(x T) {
	h.v = append(h.v, x)
	for i := len(h.v) - 1; i > 0; {
		p := (i - 1) / 2
		if !h.less(h.v[i], h.v[p]) {
			break
		}
		h.v[i], h.v[p] = h.v[p], h.v[i]
		i = p
	}
}

func (h *heap[T]) pop() T {
	x := h.v[0]
	n := len(h.v) - 1
	h.v[0] = h.v[n]
	h.v = h.v[:n]
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			return x
		}
		if c+1 < n && h.less(h.v[c+1], h.v[c]) {
			c++
		}
		if !h.less(h.v[c], h.v[i]) {
			return x
		}
		h.v[i], h.v[c] = h.v[c], h.v[i]
		i = c
	}
}

func apply[T, U any](v []T, f func(T) U) []U {
	out := make([]U, 0, len(v))
	for _, x := range v {
		out = append(out, f(x))
	}
	return out
}

func largest[T cmp.Ordered](v []T) T {
	m := v[0]
	for _, x := range v {
		m = max(m, x)
	}
	return m
}

func main() {
	seed := uint32(7)
	h := heap[int]{less: func(a, b int) bool { return a < b }}
	g := heap[string]{less: func(a, b string) bool { return a < b }}
	sum := 0
	for i := 0; i < 1_500_000; i++ {
		seed = seed*1664525 + 1013904223
		h.push(int(seed >> 8))
		if i%10 == 0 {
			g.push(fmt.Sprint(seed))
		}
	}
	for len(h.v) > 0 {
		sum ^= h.pop()
	}
	last := ""
	for len(g.v) > 0 {
		last = g.pop()
	}
	v := make([]int, 1000)
	for i := range v {
		v[i] = i
	}
	best := 0.0
	for r := 0; r < 5000; r++ {
		best = largest(apply(v, func(i int) float64 { return float64(i) * 1.5 }))
	}
	fmt.Println(sum, last, best)
}
