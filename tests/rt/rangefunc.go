package main

import "iter"

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}
func bad(yield func(int) bool) { yield(1); yield(2) }

func deferring() (s string) {
	for i := range count(3) {
		defer func() { s += string(rune('0' + i)) }()
	}
	defer func() { s += "-" }()
	return "r"
}
func early(k int) int {
	for i := range count(10) {
		if i == k {
			return i * 100
		}
	}
	return -1
}
func recovers() (s string) {
	defer func() {
		s = recover().(error).Error()
	}()
	for range bad {
		break
	}
	return
}
func panics() (s string) {
	defer func() { s = recover().(string) }()
	for i := range count(5) {
		defer func() { println("deferred in loop", i) }()
		if i == 1 {
			panic("body")
		}
	}
	return
}

func main() {
	println(deferring(), early(4), early(40))
	println(recovers())
	println(panics())
	next, stop := iter.Pull(count(3))
	for {
		v, ok := next()
		if !ok {
			break
		}
		println(v)
	}
	stop()
	next2, stop2 := iter.Pull2(func(yield func(string, int) bool) {
		defer println("cleanup")
		for yield("a", 1) {
		}
	})
	println(next2())
	stop2()
	println(next2())
}
