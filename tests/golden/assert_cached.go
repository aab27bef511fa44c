package main

import "fmt"

type A interface{ Foo() int }
type B interface{ Bar() }
type T struct{ x int }

func (t T) Foo() int { return t.x }

//go:noinline
func f(x any) int {
	switch y := x.(type) {
	case A:
		return y.Foo()
	case B:
		return -1
	case error:
		return -2
	}
	return -3
}

//go:noinline
func g(x any) int { return x.(A).Foo() }
func main() {
	for range 3 {
		fmt.Println(f(T{4}), f(&T{5}), f(1), f(nil), f(fmt.Errorf("x")), g(T{7}), g(&T{9}))
	}
	defer func() { fmt.Println(recover()); defer func() { fmt.Println(recover()) }(); g(nil) }()
	g(3)
}
