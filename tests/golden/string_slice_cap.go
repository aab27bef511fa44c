// Capacities of []byte(s) and []rune(s) are those of gc: 32 in the frame, exactly the length of a constant.
package main

import "fmt"

var sink any
var gs string

//go:noinline
func str(n int) string { return string(make([]byte, n)) }

type B byte
type Bs []byte
type S string

func main() {
	for _, n := range []int{0, 1, 5, 31, 32, 33, 40} {
		s := str(n)
		b := []byte(s)
		for i := range b {
			b[i]++
		}
		b1 := append([]byte(s), 'x')
		bs := Bs(S(s))
		bs = append(bs, 1)
		fmt.Println(n, cap(b), cap(b1), cap(bs), cap(append([]byte(s+"a"), s...)))
	}
	x := []rune("const éé 0123456789012345678901234567890123456789")
	fmt.Println(len(x), cap(x))
	y := []rune("const éé 0123456789012345678901234567890123456789")
	sink = y
	fmt.Println(len(y), cap(y))
	z := []rune("abcde")
	z[0]++
	sink = z
	fmt.Println(len(z), cap(z))
	z1 := []rune("abcde")
	z1[0]++
	fmt.Println(len(z1), cap(z1))
	z2 := append([]rune("abcde"), 'x')
	fmt.Println(len(z2), cap(z2))
	w := []byte("abcde")
	w[0]++
	fmt.Println(len(w), cap(w))
	w2 := append([]byte("abcde"), 'x')
	fmt.Println(len(w2), cap(w2))
	w3 := append([]byte(""), "xyz"...)
	fmt.Println(len(w3), cap(w3))
	w4 := append([]byte(""), "xyz"...)
	sink = w4
	fmt.Println(len(w4), cap(w4))
	var keep [][]rune
	for i := range 3 {
		r := []rune(str(i))
		keep = append(keep, r)
	}
	fmt.Println(cap(keep[1]))
	var last []rune
	for i := range 3 {
		last = []rune(str(i))
	}
	fmt.Println(cap(last))
	f := func(s string) []rune { return []rune(s) }
	fmt.Println(cap(f("abc")), cap(f(str(3))))
}
