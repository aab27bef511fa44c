// Two Ps: goroutines that compute have like shares of the processor though the world is stopped again and again, long before a time slice has gone.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

var sink atomic.Int64

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func main() {
	var (
		stop  atomic.Bool
		count [8]atomic.Int64
		wg    sync.WaitGroup
	)
	for i := range count {
		wg.Go(func() {
			x := 1
			for !stop.Load() {
				for j := range 20000 {
					x = x*3 + j
				}
				count[i].Add(1)
			}
			sink.Add(int64(x))
		})
	}
	for end := cpu() + 2*time.Second; cpu() < end; {
		runtime.GC()
	}
	stop.Store(true)
	wg.Wait()
	least, sum := count[0].Load(), int64(0)
	for i := range count {
		n := count[i].Load()
		least, sum = min(least, n), sum+n
	}
	if least*24 < sum {
		fmt.Println("shares: least", least, "of", sum)
		return
	}
	fmt.Println("ok")
}
