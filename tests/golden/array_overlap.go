package main

import "fmt"

// *p = *q copies as if through a temporary, also where the arrays are parts of one that lie over each other.
type ptrs [6]*int

//go:noinline
func move3(p, q *[3]byte) { *p = *q }

//go:noinline
func move6(p, q *[6]uint16) { *p = *q }

//go:noinline
func move7(p, q *[7]uint32) { *p = *q }

//go:noinline
func move32(p, q *[32]byte) { *p = *q }

//go:noinline
func move100(p, q *[100]byte) { *p = *q }

//go:noinline
func move300(p, q *[300]byte) { *p = *q }

//go:noinline
func movePtrs(p, q *[4]*int) { *p = *q }

//go:noinline
func moveStrings(p, q *[3]string) { *p = *q }

func fill[E any](n int, f func(i int) E) (a, b []E) {
	for i := 0; i < n; i++ {
		a = append(a, f(i))
		b = append(b, a[i])
	}
	return
}

func check[E comparable](what string, n, width int, f func(i int) E, move func(s []E, to, from int)) {
	for shift := 1; shift < width; shift++ {
		for _, dir := range []bool{false, true} {
			got, want := fill(n, f)
			to, from := 1+shift, 1
			if dir {
				to, from = from, to
			}
			move(got, to, from)
			copy(want[to:to+width], want[from:from+width])
			for i := range got {
				if got[i] != want[i] {
					fmt.Println("FAIL", what, shift, dir, i, got[i], want[i])
					return
				}
			}
		}
	}
	fmt.Println("ok", what)
}

func main() {
	check("3 bytes", 9, 3, func(i int) byte { return byte(i) },
		func(s []byte, to, from int) { move3((*[3]byte)(s[to:]), (*[3]byte)(s[from:])) })
	check("6 uint16", 16, 6, func(i int) uint16 { return uint16(i) },
		func(s []uint16, to, from int) { move6((*[6]uint16)(s[to:]), (*[6]uint16)(s[from:])) })
	check("7 uint32", 16, 7, func(i int) uint32 { return uint32(i) },
		func(s []uint32, to, from int) { move7((*[7]uint32)(s[to:]), (*[7]uint32)(s[from:])) })
	check("32 bytes", 70, 32, func(i int) byte { return byte(i) },
		func(s []byte, to, from int) { move32((*[32]byte)(s[to:]), (*[32]byte)(s[from:])) })
	check("100 bytes", 210, 100, func(i int) byte { return byte(i) },
		func(s []byte, to, from int) { move100((*[100]byte)(s[to:]), (*[100]byte)(s[from:])) })
	check("300 bytes", 610, 300, func(i int) byte { return byte(i) },
		func(s []byte, to, from int) { move300((*[300]byte)(s[to:]), (*[300]byte)(s[from:])) })
	cells := make([]int, 20)
	check("pointers", 12, 4, func(i int) *int { return &cells[i] },
		func(s []*int, to, from int) { movePtrs((*[4]*int)(s[to:]), (*[4]*int)(s[from:])) })
	check("strings", 9, 3, func(i int) string { return fmt.Sprint("s", i) },
		func(s []string, to, from int) { moveStrings((*[3]string)(s[to:]), (*[3]string)(s[from:])) })
}
