// Goroutines in loops without calls while others allocate and the collector must stop the world.
package main

import (
	"runtime"
	"sync/atomic"
)

var stop atomic.Bool
var sink []byte

func main() {
	runtime.GOMAXPROCS(4)
	var counts [3]int
	for i := range counts {
		go func() {
			x := 1
			for {
				x = x*3 + 1
				if x == 0 {
					counts[i] = x
				}
			}
		}()
	}
	for i := range 200 {
		sink = make([]byte, 1<<20)
		if i%10 == 0 {
			runtime.GC()
		}
		runtime.Gosched()
	}
	stop.Store(true)
	println("collected")
}
