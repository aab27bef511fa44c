// append(s, make([]T, n)...) makes no slice in between, clears what it uncovers and checks n as gc does.
package main

import (
	"fmt"
	"testing"
)

var sink []byte

//go:noinline
func ext(s []byte, n int) []byte { return append(s, make([]byte, n)...) }

//go:noinline
func extp(s []*int, n int) []*int { return append(s, make([]*int, n)...) }

func main() {
	b := make([]byte, 10, 11)
	fmt.Println(testing.AllocsPerRun(100, func() { sink = ext(b, 300) }))
	fmt.Println(testing.AllocsPerRun(100, func() { sink = ext(b, 1) }))
	c := make([]byte, 4, 8)
	d := append(c, 1, 2, 3)
	_ = d
	fmt.Println(ext(c, 3), cap(ext(nil, 5)), cap(ext(b, 300)))
	var p [3]*int
	x := 1
	p[0], p[1], p[2] = &x, &x, &x
	fmt.Println(extp(p[:1], 2)[1:], p[1])
	defer func() { fmt.Println(recover()) }()
	func() {
		defer func() { fmt.Println(recover()) }()
		n := -1
		ext(b, n)
	}()
	n := 1 << 62
	ext(b, n)
}
