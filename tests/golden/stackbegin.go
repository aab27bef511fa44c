package main

import (
	"fmt"
	"os"
	"unsafe"
)

// Goroutines of a function that nearly always needs more than the smallest stack begin with more: what they have on it stays where it is. Where only
// some need more, or none, they work as well.

//go:noinline
func fill(depth int) byte {
	var room [1 << 10]byte
	for i := range room {
		room[i] = byte(depth)
	}
	if depth > 0 {
		return fill(depth-1) + room[depth]
	}
	return room[5]
}

//go:noinline
func place(p *int) uintptr { return uintptr(unsafe.Pointer(p)) }

//go:noinline
func moved(depth int) (bool, byte) {
	var here int
	before := place(&here)
	sum := fill(depth)
	return place(&here) != before, sum
}

//go:noinline
func run(n int, depth func(i int) int) (moves int, sum int) {
	type result struct {
		moved bool
		sum   byte
	}
	c := make(chan result)
	for i := range n {
		go func() {
			m, s := moved(depth(i))
			c <- result{m, s}
		}()
		r := <-c
		if r.moved {
			moves++
		}
		sum += int(r.sum)
	}
	return
}

func main() {
	stress := os.Getenv("VOLEDEBUG") != "" // stacks move at other times too
	const n = 960
	run(n, func(int) int { return 1 })
	moves, sum := run(n, func(int) int { return 1 })
	fmt.Println("all need more:", stress || moves > 0 && moves < n/8, sum)
	run(n, func(i int) int { return i / 3 % 2 })
	moves, sum = run(n, func(i int) int { return i / 3 % 2 })
	fmt.Println("half do:", stress || moves > n/3, sum)
	_, sum = run(n, func(i int) int { return i % 20 })
	fmt.Println("some need much more:", sum)
}
