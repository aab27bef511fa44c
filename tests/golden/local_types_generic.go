package main

import "fmt"

type intish interface{ ~int }
type Int int

func F[A intish]() {
	add := func(x any) { fmt.Printf("%T\n", x) }
	type T[B intish] struct{}
	type Int int
	add(T[int]{})
	add(T[Int]{})
	add(T[A]{})
	add(Int(0))
	type U[_ any] int
	type V U[int]
	type W V
	add(W(0))
	add(U[int](0))
	add(T[V]{})
	add(T[W]{})
	add(T[U[Int]]{})
	func() {
		type L struct{ a A }
		add(L{})
		add(T[Int]{})
	}()
}
func main() {
	type Loc int
	F[int]()
	F[Int]()
	F[Loc]()
}
