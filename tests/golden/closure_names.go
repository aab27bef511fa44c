// Closures in inlined functions and methods, generic ones too: the names that gc gives them.
package main

import (
	"fmt"
	"runtime"
)

func fname() string {
	pcs := make([]uintptr, 1)
	runtime.Callers(2, pcs)
	f, _ := runtime.CallersFrames(pcs).Next()
	return f.Function
}

//go:noinline
func h(f func()) { f() }

func plain() {
	h(func() { fmt.Println("plain", fname()); h(func() { fmt.Println("plain2", fname()) }) })
}
func two() { plain(); h(func() { fmt.Println("two", fname()) }) }

type G[T any] struct{ v T }

func (g *G[T]) M() { h(func() { fmt.Println("gm", fname()) }) }
func F[T any](v T) { h(func() { fmt.Println("f", fname()) }) }
func D()           { defer println("d", fname()); go fmt.Print() }

func main() {
	h(func() { plain(); h(func() { fmt.Println("in", fname()) }); plain() })
	two()
	new(G[int]).M()
	new(G[runtime.Error]).M()
	F(1)
	h(func() { F(""); two() })
	D()
}
