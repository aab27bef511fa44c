// Lines and files of frames that are inlined three deep across files, some of them behind //line directives.
package main

import (
	"fmt"
	"path"
	"runtime"
	"strings"

	"line_tables/in"
)

//go:noinline
func where() int {
	var pcs [20]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if f.Function == "main.init.0" {
			more = false // who calls it is not said here
		}
		if !strings.HasPrefix(f.Function, "main.") && !strings.HasPrefix(f.Function, "line_tables") {
			break
		}
		fmt.Printf(" %s %s:%d", f.Function, path.Base(f.File), f.Line)
		if !more {
			break
		}
	}
	fmt.Println()
	return 1
}

type box[T any] struct{ v T }

func (b box[T]) get() int { return in.Outer(where) }

type outer struct{ *box[int] }
type getter interface{ get() int }

var initialised = in.Outer(where)

func init() { in.Inner(where) }

func main() {
	in.Outer(where)
	in.Directed(where)
	grammar(1)
	func() { in.Middle(where) }()
	defer func() { in.Inner(where) }()
	var g getter = outer{&box[int]{1}}
	g.get()
	box[string]{}.get()
	file, line := runtime.FuncForPC(in.PC()).FileLine(in.PC())
	fmt.Println(path.Base(file), line)
	faulting()
}

func faulting() {
	defer func() {
		recover()
		var pcs [20]uintptr
		frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
		for f, more := frames.Next(); more; f, more = frames.Next() {
			if strings.HasPrefix(f.Function, "line_tables") || f.Function == "main.faulting" {
				fmt.Printf(" %s %s:%d", f.Function, path.Base(f.File), f.Line)
			}
		}
		fmt.Println()
	}()
	in.Fault(nil)
}
