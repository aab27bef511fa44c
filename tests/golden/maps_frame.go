// Maps that lie in the frame: they grow, are iterated, cleared, passed down a growing stack, and looked at by the collector.
package main

import (
	"fmt"
	"runtime"
	"testing"
)

//go:noinline
func count(s string) int {
	m := map[rune]int{}
	for _, r := range s {
		m[r]++
	}
	return len(m)
}

type big struct{ a [200]byte }

//go:noinline
func bigs(n int) (t int) {
	m := make(map[big]*big)
	for i := range n {
		var k big
		k.a[3] = byte(i)
		m[k] = &big{}
	}
	for k, v := range m {
		t += int(k.a[3]) + int(v.a[0])
	}
	delete(m, big{})
	clear(m)
	return t + len(m)
}

//go:noinline
func hint(n int) int {
	m := make(map[int]string, n)
	for i := range n {
		m[i] = fmt.Sprint(i)
	}
	runtime.GC()
	t := 0
	for k, v := range m {
		t += k + len(v)
	}
	return t
}

//go:noinline
func deep(n int, m map[int]*int) int {
	var pad [1000]byte
	pad[n%1000] = 1
	if n == 0 {
		runtime.GC()
		return 0
	}
	k := n
	m[n%5] = &k
	l := map[string]*int{"a": &k}
	r := deep(n-1, m) + *l["a"] + int(pad[5])
	return r + *m[n%5]*0
}

func escapes() map[int]int { return map[int]int{1: 2} }

//go:noinline
func loop(n int) (t int) {
	var keep []map[int]int
	for i := range n {
		m := map[int]int{i: i}
		if i%3 == 0 {
			keep = append(keep, map[int]int{i: 1})
		}
		t += len(m) + m[i]
	}
	for _, m := range keep {
		for k := range m {
			t += k
		}
	}
	return
}

func main() {
	a := func(f func()) float64 { return testing.AllocsPerRun(20, f) }
	fmt.Println(a(func() { count("hello") }), a(func() { count("abcdefghijklmnopq") }) > 0, a(func() { _ = escapes() }))
	fmt.Println(a(func() { bigs(0) }), a(func() { loop(1) }))
	fmt.Println(count("hello"), bigs(5), bigs(50), hint(3), hint(9), hint(1000), loop(20), deep(3000, map[int]*int{}))
	done := make(chan int)
	for g := range 4 {
		go func() { done <- deep(500+g, make(map[int]*int)) + loop(100) + hint(20) }()
	}
	s := 0
	for range 4 {
		s += <-done
	}
	fmt.Println(s)
}
