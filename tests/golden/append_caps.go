// The capacities of slices that grow from nothing and do not escape: the first elements lie in 32 bytes of the frame, as with gc.
// With VOLEDEBUG the collector and moves of the stack look at them.
package main

import (
	"fmt"
	"runtime"
	"testing"
)

var n = 3

type S3 struct{ a, b, c int }
type S5 struct{ a, b, c, d, e int }

//go:noinline
func ints() (r []int) {
	var c [12]int
	var s []int
	for i := range 12 {
		s = append(s, i)
		c[i] = cap(s)
	}
	return c[:]
}

//go:noinline
func bytes_() (r []int) {
	var c [70]int
	var s []byte
	for i := range 70 {
		s = append(s, byte(i))
		c[i] = cap(s)
	}
	return c[:]
}

//go:noinline
func s3() (r []int) {
	var c [6]int
	var s []S3
	for i := range 6 {
		s = append(s, S3{})
		c[i] = cap(s)
	}
	return c[:]
}

//go:noinline
func s5() (r []int) {
	var c [6]int
	var s []S5
	for i := range 6 {
		s = append(s, S5{})
		c[i] = cap(s)
	}
	return c[:]
}

//go:noinline
func strs() (r []int) {
	var c [6]int
	var s []string
	for i := range 6 {
		s = append(s, "x")
		c[i] = cap(s)
	}
	return c[:]
}

//go:noinline
func makezero() []int {
	var c [6]int
	s := make([]int, 0)
	for i := range 6 {
		s = append(s, i)
		c[i] = cap(s)
	}
	return c[:]
}

//go:noinline
func makevar(n int) []int {
	var c [6]int
	s := make([]int, 0, n)
	for i := range 6 {
		s = append(s, i)
		c[i] = cap(s)
	}
	return c[:]
}

//go:noinline
func makelen(n int) []int { s := make([]int, n); return []int{len(s), cap(s)} }

//go:noinline
func lit() []int {
	var c [6]int
	s := []int{}
	for i := range 6 {
		s = append(s, i)
		c[i] = cap(s)
	}
	return c[:]
}

//go:noinline
func one() []int { s := []int{1}; s = append(s, 2); return []int{cap(s)} }

//go:noinline
func two() []int {
	var s []int
	s = append(s, 1)
	t := append(s, 2)
	var u []int
	u = append(u, t...)
	u = append(u, 5)
	return []int{cap(s), cap(t), cap(u)}
}

//go:noinline
func many() []int {
	var s []int
	s = append(s, 1, 2, 3, 4, 5)
	var t []int
	t = append(t, 1, 2, 3)
	return []int{cap(s), cap(t)}
}

//go:noinline
func spread(x []int) []int {
	var s []int
	s = append(s, x...)
	t := append([]int(nil), x...)
	return []int{cap(s), cap(t)}
}

//go:noinline
func param(s []int) []int { s = append(s, 1); return []int{cap(s)} }

//go:noinline
func loop() []int {
	var c []int
	for i := range 3 {
		var s []int
		s = append(s, i)
		c = append(c, cap(s))
		s = append(s, i, i, i, i)
		c = append(c, cap(s))
	}
	return c
}

//go:noinline
func ptrs() (r []int) {
	var c [6]int
	var s []*int
	for i := range 6 {
		s = append(s, &c[i])
		c[i] = cap(s)
	}
	return append([]int{}, c[:]...)
}

//go:noinline
func reset() (r []int) {
	var c [6]int
	var s []int
	for i := range 6 {
		s = append(s, i)
		c[i] = cap(s)
		if i == 2 {
			s = nil
		}
	}
	return c[:]
}

//go:noinline
func deep(n int) int {
	var pad [32]int
	if n == 0 {
		runtime.GC()
		return 0
	}
	return deep(n-1) + pad[n&31] + 1
}

//go:noinline
func live() string { // pointers in the buffer are found and adjusted
	var names []*string
	for i := range 4 {
		s := fmt.Sprint("name", i)
		names = append(names, &s)
	}
	deep(500)
	out := ""
	for _, s := range names {
		out += *s + " "
	}
	return out
}

//go:noinline
func kept() (out [3][]int) { // two slices never share it
	var s []int
	for i := range 3 {
		s = append(s[:0:0], i)
		if i == 0 {
			s = append(s, 7)
		}
		out[i] = append([]int{}, s...)
		s = nil
	}
	return out
}

//go:noinline
func aliases() []int {
	var s []int
	var all [3][]int
	for i := range 3 {
		s = append(s, i)
		all[i] = s
		s = s[:0:0]
	}
	return []int{all[0][0], all[1][0], all[2][0]}
}

//go:noinline
func recovered() (r []int) {
	var s []int
	defer func() {
		recover()
		for _, x := range s {
			r = append(r, x)
		}
	}()
	for i := range 3 {
		s = append(s, i)
	}
	panic("x")
}

type B struct{ v []int }

//go:noinline
func field() (r []int) {
	var c [6]int
	var b B
	for i := range 6 {
		b.v = append(b.v, i)
		c[i] = cap(b.v)
	}
	return c[:]
}

func main() {
	fmt.Println("ints", ints())
	fmt.Println("bytes", bytes_())
	fmt.Println("s3", s3())
	fmt.Println("s5", s5())
	fmt.Println("strs", strs())
	fmt.Println("makezero", makezero())
	fmt.Println("makevar", makevar(n), makevar(5), makelen(3), makelen(5), makelen(0))
	fmt.Println("lit", lit())
	fmt.Println("one", one())
	fmt.Println("two", two())
	fmt.Println("many", many())
	fmt.Println("spread", spread([]int{1}), spread([]int{1, 2, 3, 4, 5}))
	fmt.Println("param", param(nil), param([]int{1}))
	fmt.Println("loop", loop())
	fmt.Println("ptrs", ptrs())
	fmt.Println("reset", reset())
	fmt.Println("field", field())
	fmt.Println("live", live())
	fmt.Println("kept", kept())
	fmt.Println("aliases", aliases())
	fmt.Println("recovered", recovered())
	fmt.Println("allocations", testing.AllocsPerRun(100, func() { one(); two(); loop0() }))
}

//go:noinline
func loop0() int {
	var s []byte
	for i := range 32 {
		s = append(s, byte(i))
	}
	return len(s)
}
