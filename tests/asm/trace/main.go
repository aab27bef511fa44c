// Panics, faults and lists of callers through assembly. What "ill" prints is checked by tests/cli/16-asm.sh.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

func nilload(p *int) int
func callback(n int)
func ill()

//go:noinline
func back(n int) {
	if n == 5 {
		panic("in back")
	}
	pc := make([]uintptr, 20)
	fr := runtime.CallersFrames(pc[:runtime.Callers(0, pc)])
	for {
		f, more := fr.Next()
		if f.Function[0] == 'm' {
			fmt.Println(f.Function, filepath.Base(f.File), f.Line)
		}
		if !more {
			break
		}
	}
}

func main() {
	if len(os.Args) > 1 {
		ill()
	}
	func() {
		defer func() { fmt.Println(recover()) }()
		nilload(nil)
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		callback(5)
	}()
	callback(6)
	f := callback
	f(6)
	done := make(chan bool)
	go func() { defer close(done); defer callback(6) }()
	<-done
}
