// One P: a loop in a function without calls or frame is preempted, by the scheduler and by a collection.
package main

import (
	"fmt"
	"runtime"
	"time"
)

var n int

func spin() {
	for {
		n++
	}
}

func main() {
	go func() {
		for {
		}
	}()
	go spin()
	time.Sleep(30 * time.Millisecond)
	runtime.GC()
	fmt.Println("done", n > 0)
}
