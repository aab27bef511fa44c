// && and || are evaluated in their order among calls, also where they contain none.
package main

import "fmt"

var x, y = 1, 1

func set() int { x, y = 2, 2; return 0 }

func two(a bool, b int) { fmt.Println(a, b) }

func ret() (bool, int) { return x > 1 && y > 1, set() }

func main() {
	two(x > 1 && y > 1, set()) // argument
	x, y = 1, 1
	a, b := x > 1 || y > 1, set() // assignment
	fmt.Println(a, b)
	x, y = 1, 1
	fmt.Println(ret()) // return
	x, y = 1, 1
	s := struct {
		a bool
		b int
	}{x > 1 && y > 1, set()} // composite literal
	fmt.Println(s.a, s.b)
	x, y = 1, 1
	two((x == 1 && y == 1) == (set() == 0), 0) // operands of ==
}
