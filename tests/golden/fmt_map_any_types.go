// As fmt_map_any_order, with most basic types and named ones.
package main

import "fmt"

type A int
type B string
type C bool

func main() {
	fmt.Println(map[any]int{1: 1, "a": 1, int8(1): 1, true: 1, 1.5: 1, A(3): 1, B("x"): 1, C(true): 1, [1]int{1}: 1, struct{ a int }{1}: 1, uint8(1): 1, 'x': 1, int64(2): 1, complex(1, 2): 1})
}
