package main

import (
	"fmt"
	"syscall"
	"unsafe"
)

// Equality of structs looks at lengths and numbers before it reads what strings point to, and keeps comparisons that may panic in place.
type num struct {
	s string
	i int
}

type strs struct{ s, t string }

type mixed struct {
	s string
	e any
	i int
}

type nested struct {
	n num
	f float64
	b [2]string
	k int8
}

func unreadable(n int) string {
	b, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	if err := syscall.Mprotect(b, syscall.PROT_NONE); err != nil {
		panic(err)
	}
	return unsafe.String(&b[n], 3)
}

func equal(a, b any) (result string) {
	defer func() {
		if e := recover(); e != nil {
			result = fmt.Sprint(e)
		}
	}()
	return fmt.Sprint(a == b)
}

func main() {
	x, y := unreadable(0), unreadable(1)
	fmt.Println(equal(num{x, 1}, num{y, 2}))
	fmt.Println(equal(strs{x, "a"}, strs{y, "aa"}))
	fmt.Println(equal(strs{"a", x}, strs{"b", y}))
	f := func() {}
	fmt.Println(equal(mixed{"a", f, 1}, mixed{"b", f, 2}))
	fmt.Println(equal(mixed{"a", f, 1}, mixed{"a", f, 2}))
	fmt.Println(equal(mixed{"a", 1, 1}, mixed{"a", 1, 2}), equal(mixed{"a", 1, 1}, mixed{"a", 1, 1}))
	fmt.Println(equal(nested{}, nested{}), equal(nested{k: 1}, nested{}), equal(nested{b: [2]string{1: "x"}}, nested{}))
}
