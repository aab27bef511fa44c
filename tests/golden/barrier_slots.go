package main

import "fmt"

// A comparison of a word of the frame in a function with write barriers: it names a slot where the test of the barrier names a symbol.

type node struct {
	next *node
	v    int
}

var list *node

//go:noinline
func keep(n *node, i int, x int32) int32 {
	var a [5]int32 // as many bytes as that name has
	a[i&3] = x
	for k := range a {
		if a[1] == 5 {
			n.next = list
			list = n
		}
		a[(i+k)&3]++
	}
	if a[2] == 7 && list != nil {
		list.next = nil
	}
	return a[0]
}

func main() {
	fmt.Println(keep(&node{v: 1}, 1, 5))
	for n := range 3 {
		if list != nil {
			fmt.Println(n, list.v)
			list = list.next
		}
	}
}
