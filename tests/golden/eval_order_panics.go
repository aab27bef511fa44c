// Which comes first, a panic of an operand or the call beside it: as in gc.
package main

import "fmt"

type T struct{ v int }

func (T) M(int) {}

func g() int           { fmt.Print(" call"); return 1 }
func two(a any, b int) {}
func try(n string, f func()) {
	fmt.Print(n, ":")
	defer func() { recover(); fmt.Println(" panic") }()
	f()
}

var s []int
var e any = 3
var i = 9
var u, v any = []int{}, []int{}
var m = map[any]int{}

func main() {
	try("slice", func() { two(s[i:], g()) })
	try("assert", func() { two(e.(string), g()) })
	try("make", func() { two(make([]int, -i), g()) })
	try("compare", func() { two(u == v, g()) })
	try("method", func() { e.(T).M(g()) })
	try("map key", func() { two(m[[]int{}], g()) })
}
