// The panic for an unhashable key has the same text in every operation, also on an empty map.
package main

import "fmt"

func try(n string, f func()) {
	defer func() { fmt.Println(n, recover()) }()
	f()
}

var k any = []int{}

func main() {
	m := map[any]int{}
	ms := map[any][]int{}
	try("read", func() { _ = m[k] })
	try("assign", func() { m[k] = 1 })
	try("delete", func() { delete(m, k) })
	try("shl", func() { m[k] <<= 1 })
	try("add", func() { m[k] += 1 })
	try("mul", func() { m[k] *= 2 })
	try("or", func() { m[k] |= 2 })
	try("inc", func() { m[k]++ })
	try("div", func() { m[k] /= 2 })
	try("append", func() { ms[k] = append(ms[k], 1) })
}
