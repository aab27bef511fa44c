// Deferred calls that a return makes itself: which run, in which order, what they see and change, panics and recovers among them, Goexit, stacks that move.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
)

//go:noinline
func order(early bool) (s string) {
	defer func() { s += "1" }()
	if early {
		return "early "
	}
	defer func() { s += "2" }()
	if s == "x" {
		defer func() { s += "never" }()
	}
	defer func() { s += "3" }()
	return "late "
}

//go:noinline
func many() (n int) {
	defer func() { n = n*10 + 1 }()
	defer func() { n = n*10 + 2 }()
	defer func() { n = n*10 + 3 }()
	defer func() { n = n*10 + 4 }()
	defer func() { n = n*10 + 5 }()
	return 9
}

//go:noinline
func returns(k int) (n int) { // more returns than are worth calls of their own
	defer func() { n += 1000 }()
	defer func() { n *= 2 }()
	defer func() { n++ }()
	switch k {
	case 0:
		return 10
	case 1:
		return 11
	case 2:
		return 12
	case 3:
		return 13
	}
	if k < 10 {
		return 14
	}
	if k < 20 {
		return 15
	}
	return 16
}

//go:noinline
func value(f func()) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s += fmt.Sprint(" recovered ", r)
		}
	}()
	defer f() // of a variable; nil: it panics when it is called, not here
	f = nil
	return "value"
}

//go:noinline
func panics() (s string) { // a deferred function panics at the return: the others run, one recovers
	defer func() { s += " last" }()
	defer func() {
		s += fmt.Sprint(" got ", recover())
	}()
	defer func() { panic("at return") }()
	defer func() { s += " first" }()
	return "returned"
}

//go:noinline
func again() (s string) { // panic in the body, and another in a deferred function
	defer func() { s = fmt.Sprint(recover()) }()
	defer func() { panic("second") }()
	panic("first")
}

// recover helps only in what the panic calls: not in a deferred function's own deferred functions at its return.
//
//go:noinline
func inner() (s string) {
	defer func() { s += fmt.Sprint(" outer ", recover()) }()
	defer func() {
		defer func() { s += fmt.Sprint("inner ", recover()) }()
	}()
	panic("p")
}

type locked struct {
	mu sync.Mutex
	n  int
}

//go:noinline
func (l *locked) add(k int) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k < 0 {
		return l.n, errors.New("negative")
	}
	l.n += k
	return l.n, nil
}

//go:noinline
func grow(n int) int {
	var room [256]byte
	room[n&255] = 1
	if n == 0 {
		return int(room[0])
	}
	return grow(n-1) + int(room[n&255])
}

//go:noinline
func moved() (n int) { // the stack moves between defer and return
	x := 5
	p := &x
	defer func() { n += *p }()
	defer func() { n += grow(500) }()
	grow(2000)
	runtime.GC()
	*p = 7
	return 1000
}

//go:noinline
func loops(n int) (s string) {
	defer func() { s += "." }()
	for i := 0; i < n; i++ {
		defer func() { s += fmt.Sprint(i) }()
	}
	return ""
}

//go:noinline
func labels(n int) (s string) {
outer:
	for i := 0; ; i++ {
		switch {
		case i == n:
			break outer
		case i > 3:
			goto done
		}
	}
	defer func() { s += "deferred" }()
	return "left "
done:
	return "done"
}

type big struct{ a, b, c, d, e int }

//go:noinline
func large() (b big, err error) {
	defer func() { b.c, err = b.a+b.e, errors.New("set") }()
	return big{1, 2, 3, 4, 5}, nil
}

//go:noinline
func fault(p *int) (n int) {
	defer func() {
		if recover() != nil {
			n = -1
		}
	}()
	defer func() { n += 100 }()
	n = 7
	n = *p
	return n
}

func caller() (s string) {
	defer func() {
		pc := make([]uintptr, 1)
		runtime.Callers(2, pc)
		f, _ := runtime.CallersFrames(pc).Next()
		s = f.Function[strings.LastIndex(f.Function, ".")+1:]
	}()
	return ""
}

func main() {
	fmt.Println(order(true), order(false), many(), loops(3), labels(2), labels(9))
	for _, k := range []int{0, 1, 2, 3, 5, 15, 25} {
		fmt.Print(returns(k), " ")
	}
	fmt.Println()
	fmt.Println(value(func() { fmt.Print("called ") }), value(nil))
	fmt.Println(panics(), again(), inner())
	var l locked
	fmt.Println(l.add(3))
	fmt.Println(l.add(-1))
	fmt.Println(l.add(4))
	fmt.Println(moved())
	fmt.Println(large())
	n := 5
	fmt.Println(fault(&n), fault(nil), caller())
	var done sync.WaitGroup
	done.Go(func() {
		defer fmt.Println("goexit 1")
		defer func() { defer runtime.Goexit() }()
		fmt.Println("returns")
	})
	done.Wait()
}
