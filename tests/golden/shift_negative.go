// A shift by a count that the compiler knows to be negative panics like any other.
package main

import "fmt"

func try(f func() int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("recovered:", r)
		}
	}()
	fmt.Println(f())
}
func sh(x, n int) int { return x << n }

func main() {
	try(func() int { k := -1; return 1 << k })
	try(func() int { return sh(5, -1) })
	try(func() int { k := int8(-3); x := 4; x >>= k; return x })
	try(func() int { k := -1; _ = 1 << k; return 0 })
}
