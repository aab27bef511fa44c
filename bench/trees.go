// Allocation: binary trees, many small objects, a collector at work.
package main

import "fmt"

type node struct{ left, right *node }

func build(d int) *node {
	if d == 0 {
		return &node{}
	}
	return &node{build(d - 1), build(d - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	const max = 17
	long := build(max)
	for d := 4; d <= max; d += 4 {
		n := 1 << (max - d + 4)
		total := 0
		for i := 0; i < n; i++ {
			total += build(d).count()
		}
		fmt.Println(n, d, total)
	}
	fmt.Println(long.count())
}
