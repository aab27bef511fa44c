package main

// Arguments in tracebacks: words, braces by type, ten things, five braces deep; nothing that a parameter never was.

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"unsafe"
)

var sink any
var buf [4096]byte

// What the caller's frame is shown as; pointers that are none of a program's small numbers are P.
func shown(skip int) string {
	text := string(buf[:runtime.Stack(buf[:], false)])
	return tidy(strings.Split(text, "\n")[1+2*skip])
}
func tidy(line string) string {
	return regexp.MustCompile(`0x[0-9a-f]{5,}`).ReplaceAllString(line, "P")
}

type inner struct {
	b byte
	s string
}
type T struct {
	n  int32
	in inner
	e  struct{}
	f  float32
}

//go:noinline
func words(a int8, b uint16, c int32, d int64, e bool, f float64, g float32, h uintptr) {
	s := shown(1)
	fmt.Println(s, a, b, c, d, e, f, g, h)
}

//go:noinline
func parts(s string, b []byte, i any, c complex64, m map[int]int) {
	l := shown(1)
	fmt.Println(l, len(s), len(b), i != nil, c, len(m))
}

//go:noinline
func structs(t T, a [2]int, z [0]int, q struct{}, one [1]int) {
	l := shown(1)
	fmt.Println(l, t, a, z, q, one)
}

//go:noinline
func eleven(a, b, c, d, e, f, g, h, i, j, k int) {
	l := shown(1)
	fmt.Println(l, a+b+c+d+e+f+g+h+i+j+k)
}

//go:noinline
func large(a [12]int16, b int) {
	l := shown(1)
	fmt.Println(l, a, b)
}

//go:noinline
func deep(a [1][1][1][1][1][1]int, b bool) {
	l := shown(1)
	fmt.Println(l, a, b)
}

//go:noinline
func (t *T) pointer(n int) {
	l := shown(1)
	fmt.Println(l, t.n, n)
}

//go:noinline
func (t T) value(n int) {
	l := shown(1)
	fmt.Println(l, t.n, n)
}

type shower interface{ pointer(int) }

//go:noinline
func generic[A, B any](a A, b B) {
	l := shown(1)
	fmt.Println(l, a, b)
}

//go:noinline
func taken(x int, y int) {
	p := &x
	l := shown(1)
	*p += y
	m := shown(1)
	fmt.Println(l, m, x, *p)
}

//go:noinline
func dead(a, b int) string { // nothing has kept them
	return shown(1) + " " + fmt.Sprint(b)
}

//go:noinline
func variadic(first int, rest ...int) {
	l := shown(1)
	fmt.Println(l, first, rest)
}

// The value of a parameter that changes is what it was, or is not known: never what a slot was used for later.
//go:noinline
func changes(n int, s string) {
	for i := 0; i < 3; i++ {
		n += i
		s = s + "x"
		l := shown(1)
		if !strings.Contains(l, "changes(0x64, ") && !strings.Contains(l, "changes(_, ") {
			fmt.Println("wrong:", l)
		}
		sink = []int{n, len(s)}
	}
	fmt.Println(n, s)
}

//go:noinline
func faults(p *T, k int, s string) int32 {
	if k > 5 {
		return p.n + int32(len(s))
	}
	return 0
}

//go:noinline
func far(p *T, k int) string { return p.in.s[k:] }

func recovers(f func()) {
	defer func() {
		r := recover()
		text := string(buf[:runtime.Stack(buf[:], false)])
		for _, l := range strings.Split(text, "\n") {
			if strings.HasPrefix(l, "main.f") || strings.HasPrefix(l, "panic(") {
				fmt.Println(tidy(l))
			}
		}
		fmt.Println(r)
	}()
	f()
}

func main() {
	words(-1, 2, 3, 4, true, 1.5, 2, 0x1234)
	parts("four", []byte{1, 2, 3}, &sink, complex(1, 0), nil)
	t := T{7, inner{8, "nine"}, struct{}{}, 1}
	structs(t, [2]int{10, 11}, [0]int{}, struct{}{}, [1]int{12})
	eleven(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	large([12]int16{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 13)
	deep([1][1][1][1][1][1]int{}, true)
	t.pointer(3)
	t.value(4)
	var s shower = &t
	s.pointer(5)
	generic(1.0, "ab")
	generic([]int32{1}, uint8(200))
	taken(1, 16)
	fmt.Println(dead(1, 2))
	variadic(1, 2, 3)
	changes(100, "")
	n := 20
	func(a int, b string) {
		l := shown(1)
		fmt.Println(l, a, b, n)
	}(len(os.Args)+1, "c")
	done := make(chan bool)
	go func(a int8) {
		l := shown(1)
		fmt.Println(l, a)
		done <- true
	}(-2)
	<-done
	recovers(func() { faults(nil, 6, "abc") })
	recovers(func() { far(nil, 7) })
	recovers(func() { far((*T)(unsafe.Pointer(uintptr(8))), 7) })
	recovers(func() { panic("text") })
}
