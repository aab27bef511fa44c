package main

import "fmt"

//go:noinline
func isNil(s []int) bool {
	if len(s) > 0 {
		p := &s[0]
		*p = 1
	}
	return s == nil
}

//go:noinline
func find(i int) int { return i }

func tail(b []byte) []byte {
	if len(b) > 0 && b[len(b)-1] == '\r' {
		return b[:len(b)-1]
	}
	return b
}

//go:noinline
func lines(b []byte, i int, eof bool) (int, []byte) {
	if i := find(i); i >= 0 {
		return i + 1, tail(b[:i])
	}
	if eof {
		return len(b), tail(b)
	}
	return 0, nil
}

var at = -1

//go:noinline
func loaded(b []byte) int {
	if i := at; i >= 0 {
		return len(b[:i])
	}
	return -1
}

func main() {
	fmt.Println(isNil(nil), isNil([]int{}), isNil([]int{2}))
	fmt.Println(lines([]byte("a\rb"), 2, false))
	fmt.Println(lines([]byte("a\rb"), -1, true))
	fmt.Println(lines([]byte("a\rb"), -1, false))
	fmt.Println(loaded([]byte("abc")))
}
