// A small GOGC and a small heap: a megabyte at least is allocated between two collections (GOGC=1 here; 3241 collections before). How many
// there are at least is up to the machine: six were seen on a busy one. The runtime's stress switches collect as often as they like.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
)

var sink [4][]byte
var live [10000][]byte

func main() {
	for i := range live {
		live[i] = make([]byte, 100)
	}
	var wg sync.WaitGroup
	for w := range sink {
		wg.Go(func() {
			for i := range 100000 {
				sink[w] = make([]byte, 64+i%512)
			}
		})
	}
	wg.Wait()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println(m.NumGC > 0 && (m.NumGC < 400 || os.Getenv("VOLEDEBUG") != ""), m.TotalAlloc>>20 >= 120)
}
