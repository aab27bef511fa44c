// Channel timers and tickers that are due, and that nobody has looked at: Stop and Reset say that they were pending, and leave no value behind.
package main

import (
	"fmt"
	"time"
)

func main() {
	bad := 0
	for i := 0; i < 200; i++ {
		t := time.NewTimer(time.Microsecond)
		k := time.NewTicker(time.Microsecond)
		time.Sleep(20 * time.Microsecond)
		if i%2 == 0 {
			if !t.Stop() {
				bad++
			}
			k.Stop()
		} else {
			if !t.Reset(time.Hour) {
				bad++
			}
			k.Reset(time.Hour)
		}
		select {
		case <-t.C:
			bad++
		case <-k.C:
			bad++
		default:
		}
		if t.Stop() != (i%2 == 1) {
			bad++
		}
	}
	fmt.Println(bad)
}
