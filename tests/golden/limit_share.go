// A memory limit below what lives: collecting does not take all of the CPU time, and settings that change do not collect.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

type node struct{ l, r *node }

func tree(d int) *node {
	if d == 0 {
		return new(node)
	}
	return &node{tree(d - 1), tree(d - 1)}
}

var sink any

func cycles() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.NumGC)
}

func main() {
	stressed := os.Getenv("VOLEDEBUG") != ""
	n := cycles()
	for i := range 50 {
		debug.SetGCPercent(100 + 100*(i%2))
		debug.SetMemoryLimit(1<<40 + int64(i))
	}
	if n = cycles() - n; n > 2 && !stressed {
		fmt.Println("50 settings:", n, "cycles")
	}
	if debug.SetGCPercent(-1); debug.SetGCPercent(100) != -1 {
		fmt.Println("off?")
	}
	keep := tree(20) // 32 MB
	if stressed {
		return
	}
	debug.SetMemoryLimit(24 << 20)
	n = cycles()
	for range 120 << 20 / 240 { // 120 MB
		sink = tree(3)
	}
	if n = cycles() - n; n > 30 { // 14; 45 without, gc 33
		fmt.Println("120 MB allocated:", n, "cycles")
	}
	runtime.KeepAlive(keep)
}
