// runtime/metrics reads the list of goroutines without a lock while it grows.
package main

import (
	"runtime/metrics"
	"sync"
)

func main() {
	s := []metrics.Sample{{Name: "/sched/goroutines/runnable:goroutines"}, {Name: "/sched/goroutines/waiting:goroutines"}}
	go func() {
		for {
			metrics.Read(s)
		}
	}()
	var wg sync.WaitGroup
	hold := make(chan bool)
	for i := 0; i < 25000; i++ {
		wg.Go(func() { <-hold })
	}
	close(hold)
	wg.Wait()
}
