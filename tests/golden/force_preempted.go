// Who asks for a whole collection from C, and is asked to give way meanwhile, goes on to its end: it turned on the spot for ever.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type node struct{ left, right *node }

func tree(n int) *node {
	if n == 0 {
		return &node{}
	}
	return &node{tree(n - 1), tree(n - 1)}
}

func main() {
	runtime.GOMAXPROCS(2)
	live := tree(18)
	for range 4 { // more than there are Ps: time slices end
		go func() {
			for {
			}
		}()
	}
	for range 10 {
		debug.FreeOSMemory()
		old := debug.SetGCPercent(-1)
		debug.SetGCPercent(old)
	}
	fmt.Println(live.left != nil)
}
