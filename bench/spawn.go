// Goroutine creation: a million short ones.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var wg sync.WaitGroup
	var n atomic.Int64
	for r := 0; r < 20; r++ {
		for i := 0; i < 50_000; i++ {
			wg.Add(1)
			go func() {
				n.Add(int64(i))
				wg.Done()
			}()
		}
		wg.Wait()
	}
	fmt.Println(n.Load())
}
