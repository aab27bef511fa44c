package main

import (
	"fmt"
	"hash/maphash"
)

// The stack moves between two hashes of a pointer: what it points to must be on the heap.
//
//go:noinline
func grow(n int) byte {
	var local [1024]byte
	if n == 0 {
		return local[5]
	}
	local[n] = byte(n)
	return grow(n-1) + local[n]
}

type pair struct {
	name string
	p    *int
}

func check(seed maphash.Seed) {
	x := 5
	p, q := &x, pair{"a", &x}
	h1, h2, s1 := maphash.Comparable(seed, p), maphash.Comparable(seed, q), maphash.Comparable(seed, any(p))
	grow(200)
	fmt.Println(h1 == maphash.Comparable(seed, p), h2 == maphash.Comparable(seed, q), s1 == maphash.Comparable(seed, any(p)))
}

func main() {
	seed := maphash.MakeSeed()
	done := make(chan bool)
	go func() {
		check(seed)
		close(done)
	}()
	<-done
}
