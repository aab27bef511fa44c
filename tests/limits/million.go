// A million goroutines parked on one channel, then all of them woken: the count of those that ran.
package main

import "sync"

func main() {
	const n = 1_000_000
	var started, done sync.WaitGroup
	gate := make(chan struct{})
	sums := make(chan int, 64)
	started.Add(n)
	done.Add(n)
	for i := range n {
		go func() {
			started.Done()
			<-gate
			if i%100_000 == 0 {
				sums <- i
			}
			done.Done()
		}()
	}
	started.Wait()
	close(gate)
	done.Wait()
	close(sums)
	total := 0
	for s := range sums {
		total += s
	}
	println("parked and woken", n, total)
}
