// A program that does more than allocate keeps a small heap, below the least goal that is told.
package main

import (
	"fmt"
	"os"
	"runtime"
)

var sink []byte

func state() (m runtime.MemStats) {
	runtime.ReadMemStats(&m)
	return m
}

func main() {
	before, most := state(), uint64(0)
	for range 600 { // 38 MB, with 400 ms of work or more
		for range 32 {
			sink = make([]byte, 2048)
			for range 20 {
				for i := range sink {
					sink[i] += byte(i)
				}
			}
		}
		most = max(most, state().HeapAlloc)
	}
	after := state()
	n, few := after.NumGC-before.NumGC, os.Getenv("VOLEDEBUG") == "" // stress switches collect more often
	if most > 3<<20 || n < 10 || few && n > 60 {
		fmt.Println(most>>10, "KB at most,", n, "collections")
	}
	if after.NextGC < 4<<20 {
		fmt.Println("goal:", after.NextGC)
	}
}
