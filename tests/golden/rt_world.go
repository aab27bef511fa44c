// Stopping the world from many goroutines at once, while the number of Ps changes: nobody who waits for his turn may keep the P that the one before
// him needs.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	var m runtime.MemStats
	for i := 0; i < 8; i++ {
		wg.Go(func() {
			for k := 0; k < 60; k++ {
				switch (i + k) % 4 {
				case 0:
					runtime.GOMAXPROCS(1 + k%8)
				case 1:
					runtime.GC()
				case 2:
					debug.SetGCPercent(100)
				default:
					mem := m
					runtime.ReadMemStats(&mem)
				}
			}
		})
	}
	wg.Wait()
	fmt.Println("done")
}
