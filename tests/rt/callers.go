package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

func where() string {
	_, file, line, ok := runtime.Caller(1)
	return fmt.Sprint(filepath.Base(file), ":", line, " ", ok)
}

type T struct{}

func (T) M() string         { return top() }
func (*T) P() string        { return top() }
func gen[X any](x X) string { return top() }

//go:noinline
func top() string {
	pc, _, line, _ := runtime.Caller(1)
	return runtime.FuncForPC(pc).Name() + fmt.Sprint(":", line)
}

func all() []string {
	pcs := make([]uintptr, 32)
	n := runtime.Callers(1, pcs)
	fr := runtime.CallersFrames(pcs[:n])
	var out []string
	for {
		f, more := fr.Next()
		if strings.HasPrefix(f.Function, "runtime.") {
			f.Line = 0
		}
		out = append(out, fmt.Sprint(f.Function, ":", f.Line))
		if !more || f.Function == "main.main" {
			return out
		}
	}
}

type I interface{ M() string }

func main() {
	fmt.Println(where())
	fmt.Println(T{}.M(), (&T{}).P(), gen(1), gen("s"))
	var i I = &T{}
	fmt.Println(i.M())
	func() { fmt.Println(top()) }()
	fmt.Println(strings.Join(func() []string { return all() }(), " "))
	buf := make([]byte, 2000)
	s := string(buf[:runtime.Stack(buf, false)])
	fmt.Println(strings.HasPrefix(s, "goroutine 1 [running]:\nmain.main()\n\t"))
	defer func() {
		recover()
		fmt.Println(strings.Join(all(), " "))
	}()
	var p *int
	*p = 1
}
