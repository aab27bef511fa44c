// make with a length that is not known and a capacity that is: in the frame if it does not escape.
package main

import (
	"crypto/sha3"
	"fmt"
	"testing"
)

type T struct {
	p *int
	s string
}

var keep any

//go:noinline
func sum(n int) (s int) {
	b := make([]byte, n, 64)
	for i := range b[:cap(b)] {
		s += int(b[:64][i])
	}
	b = append(b, 7)
	return s + len(b) + cap(b)
}

//go:noinline
func pointers(n uint8) (s int) {
	v := make([]T, n, 10)
	x := 5
	for i := range v {
		if v[i].p != nil || v[i].s != "" {
			panic("not zero")
		}
		v[i] = T{&x, "s"}
	}
	for _, t := range v {
		s += *t.p + len(t.s)
	}
	return s + cap(v)
}

//go:noinline
func escapes(n int) []int { return make([]int, n, 3) }

//go:noinline
func nothing(n int) int { return cap(make([]struct{}, n, 3)) }

func try(f func() int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(r)
		}
	}()
	fmt.Println(f())
}

func main() {
	for _, n := range []int{0, 5, 63, 64, 65, -1, 1 << 62} {
		try(func() int { return sum(n) })
		try(func() int { return len(escapes(n)) })
		try(func() int { return nothing(n) })
	}
	for _, n := range []uint8{0, 3, 10, 11, 255} {
		try(func() int { return pointers(n) })
	}
	n := uint64(1 << 63)
	try(func() int { return len(make([]int, n, 8)) })
	fmt.Println(testing.AllocsPerRun(100, func() { sum(60) }), testing.AllocsPerRun(100, func() { pointers(9) }))
	fmt.Println(testing.AllocsPerRun(100, func() {
		h := sha3.New256()
		h.Write([]byte("ABC"))
		keep = nil
		if h.Sum(make([]byte, 0, 32))[0] == 0 {
			panic("digest")
		}
	}))
}
