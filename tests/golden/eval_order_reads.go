// Reads beside calls: which values are those before the call is open in the language; the expected output is that of gc.
package main

import "fmt"

var (
	x, i = 1, 1
	str  = "abc"
	s    = []int{10, 20, 30, 40, 50}
	e    any
	m    map[string]int
	tr   []int
)

func reset() int {
	x, i, str, s, e, m, tr = 1, 1, "abc", []int{10, 20, 30, 40, 50}, 7, map[string]int{"k": 1}, []int{0}
	return 0
}

func g() int {
	x, i, str, e = 2, 2, "xyzw", 8
	s[1] = 77
	s = s[1:]
	m = map[string]int{"k": 3}
	tr = append(tr, 0)
	return 0
}

type T struct{ v, w int }

func main() {
	reset()
	fmt.Println("len", len(s)+g())
	reset()
	fmt.Println("slice", len(s[i:])+g())
	reset()
	fmt.Println("assert", e.(int)+g())
	reset()
	a, _ := str[i:], g()
	fmt.Printf("string slice %q\n", a)
	reset()
	fmt.Println("min", min(x, 9)+g())
	reset()
	fmt.Println("map", m["k"]+g())
	reset()
	p, _ := [2]int(s), g()
	fmt.Println("toarray", p[1])
	reset()
	q := append([]int{}, len(tr), g())
	fmt.Println("append", q[0])
	reset()
	b := []any{make([]int, x), g()}
	fmt.Println("make", len(b[0].([]int)))
	reset()
	d := []any{T{x, 1}, g()}
	fmt.Println("composite", d[0].(T).v)
}
