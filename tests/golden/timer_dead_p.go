// A channel timer that waits in no heap belongs to the heap of the P that made it; GOMAXPROCS shrinks, and a receive puts it there.
package main

import (
	"runtime"
	"sync"
	"time"
)

func main() {
	runtime.GOMAXPROCS(8)
	var wg sync.WaitGroup
	ts := make([]*time.Timer, 64)
	for i := range ts {
		wg.Go(func() {
			for k := 0; k < 2000; k++ {
				runtime.Gosched()
			}
			ts[i] = time.NewTimer(300 * time.Millisecond)
		})
	}
	wg.Wait()
	runtime.GOMAXPROCS(1)
	for _, t := range ts {
		<-t.C
	}
	println("done")
}
