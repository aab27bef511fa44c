package main

import (
	"fmt"
	"runtime"
)

// An address of runtime.Callers is one frame; those of inlined calls around it are in addresses of their own.
func inner() []uintptr {
	pcs := make([]uintptr, 10)
	n := runtime.Callers(1, pcs)
	return pcs[:n]
}
func mid() []uintptr { return inner() }

func main() {
	for _, pc := range mid() {
		f := runtime.CallersFrames([]uintptr{pc})
		for {
			fr, more := f.Next()
			fmt.Print(" ", fr.Function)
			if !more {
				break
			}
		}
		fmt.Println()
	}
}
