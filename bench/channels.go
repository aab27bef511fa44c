// Channels: a prime sieve of goroutines, buffered and unbuffered traffic, select.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func generate(ch chan<- int) {
	for i := 2; ; i++ {
		ch <- i
	}
}

func filter(in <-chan int, out chan<- int, prime int) {
	for {
		if i := <-in; i%prime != 0 {
			out <- i
		}
	}
}

func main() {
	ch := make(chan int)
	go generate(ch)
	last := 0
	for i := 0; i < 800; i++ {
		last = <-ch
		next := make(chan int)
		go filter(ch, next, last)
		ch = next
	}
	data, done := make(chan int, 64), make(chan bool)
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := 0
	for w := 0; w < 4; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case v := <-data:
					mu.Lock()
					sum += v
					mu.Unlock()
				case <-done:
					return
				}
			}
		}()
	}
	for i := 0; i < 500_000; i++ {
		data <- i
	}
	for len(data) > 0 {
		runtime.Gosched()
	}
	close(done)
	wg.Wait()
	fmt.Println(last, sum)
}
