package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
)

// Goroutines that were stopped for a stop of the world go on although others yield for ever.
func main() {
	const rounds, workers, patience = 20, 6, 50_000_000
	runtime.GOMAXPROCS(2)
	var yields, begun, left atomic.Int64
	for range 4 {
		go func() {
			for {
				yields.Add(1)
				runtime.Gosched()
			}
		}()
	}
	var m runtime.MemStats
	for range rounds {
		begun.Store(0)
		left.Store(workers)
		for range workers {
			go func() {
				begun.Add(1)
				for range 20 {
					spin()
				}
				left.Add(-1)
			}()
		}
		for begun.Load() == 0 {
			runtime.Gosched()
		}
		runtime.ReadMemStats(&m)
		for end := yields.Load() + patience; left.Load() > 0 && yields.Load() < end; {
			runtime.Gosched()
		}
		if n := left.Load(); n > 0 {
			fmt.Println(n, "do not go on")
			return
		}
	}
	fmt.Println("all went on")
}

//go:noinline
func spin() {
	for i := range 100_000 {
		sum += i
	}
}

var sum int
