// What stays in the frame: allocations of each form as gc has them.
package main

import (
	"fmt"
	"os"
	"reflect"
	"testing"
	"unique"
	"weak"
)

type buf struct{ b, c []byte }

func newBuf() *buf { return &buf{b: make([]byte, 0, 64)} }

func (x *buf) reset(n int) *buf {
	if cap(x.b) < n {
		x.b = make([]byte, n)
		return x
	}
	x.b = x.b[:n]
	x.c = x.b
	return x
}

//go:noinline
func (x *buf) shrink() { x.b = x.b[1:] }

//go:noinline
func variable(n int) int {
	s := make([]uint32, n)
	t := make([]byte, 0, n)
	for i := range s {
		s[i] = uint32(i)
		t = append(t, byte(i))
	}
	return int(s[n-1]) + len(t)
}

//go:noinline
func inLoop(n int) (sum int) {
	for i := 1; i < n; i++ {
		s := make([]byte, i)
		for k := range s {
			sum += int(s[k])
			s[k] = 1
		}
	}
	return
}

type cursor struct{ at int }

//go:noinline
func (c *cursor) next() int { c.at++; return c.at }

//go:noinline
func localClosures(n int) int {
	a, b := cursor{1}, cursor{2}
	step := func(c *cursor) int {
		if n < 0 {
			panic("negative")
		}
		for i := 0; i < n; i++ {
			c.next()
		}
		return c.at
	}
	return step(&a) + step(&b)
}

func retry(fn func(int, []byte) (int, error), fd int, p []byte) (int, error) {
	for {
		n, err := fn(fd, p)
		if err != again {
			return n, err
		}
	}
}

var again error

//go:noinline
func fill(fd int, p []byte) (int, error) { p[0] = byte(fd); return len(p), os.ErrInvalid }

//go:noinline
func byValue() int {
	p := make([]byte, 16)
	n, _ := retry(fill, 3, p)
	return n + int(p[0])
}

var sink any

//go:noinline
func keep(x ...any) {
	for _, v := range x {
		sink = v
	}
}

func boxed() func() {
	s, i, f := "abc", 2000, 2.5
	return func() { keep2(s, i, f) }
}

//go:noinline
func keep2(s any, i any, f any) { sink = s; sink = i; sink = f }

func panics(n int) (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	return fmt.Sprint(len(make([]byte, n)))
}

func panicsCap(n, c int) (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	x := make([]byte, n, c)
	return fmt.Sprint(len(x))
}

var obj = new([4]int)

func main() {
	zeros := func(name string, f func()) { fmt.Println(name, testing.AllocsPerRun(50, f)) }
	zeros("reset", func() { newBuf().reset(20) })
	zeros("shrink", func() { x := newBuf().reset(20); x.shrink() })
	zeros("variable, little", func() { variable(8) })
	zeros("variable, more", func() { variable(9) })
	zeros("variable, large", func() { variable(200) })
	zeros("in a loop", func() { inLoop(30) })
	zeros("closures", func() { localClosures(5) })
	zeros("function value", func() { byValue() })
	zeros("constants in interfaces", boxed())
	zeros("weak", func() { weak.Make(obj) })
	zeros("map", func() { reflect.DeepEqual(3, 3) })
	m := reflect.ValueOf(map[string]int{"a": 1})
	zeros("inlined constructor", func() {
		for iter := m.MapRange(); iter.Next(); {
		}
	})
	long := []byte("a string that does not fit into thirty-two bytes")
	zeros("unique", func() { unique.Make(string(long)) })
	one := 1
	zeros("a variable in one", func() { one++; keep(one + 1000) })
	fmt.Println(variable(8), inLoop(40), localClosures(5), byValue())
	fmt.Println(panics(-1), panicsCap(5, 4), panicsCap(-1, 4), panicsCap(1, -1), panicsCap(3, 7))
}
