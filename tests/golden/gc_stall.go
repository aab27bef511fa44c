// A loop that does nothing but allocate has no safe point but the allocation itself, and whoever wants to stop the world must find one there at once:
// with a collector beside the program a cycle of a small heap stood still for seconds, until a signal happened to hit the loop and not the
// runtime's waiting. So a few turns of the loop took longer than all others, and whoever waited slept 50 us at a time, again and again: on a busy
// machine turns take long as well, but without that many sleeps.
package main

import (
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"
)

var (
	words = []byte("a sentence of some forty bytes, or rather a hundred of them")
	sink  []byte
)

func loop(n int) time.Duration {
	t := time.Now()
	for range n {
		var b []byte
		for range 3 {
			b = append(b, words...)
		}
		sink = b
	}
	return time.Since(t)
}

func main() {
	done := make(chan bool)
	go func() {
		const n = 40
		times := 500000
		if os.Getenv("VOLEDEBUG") != "" { // stress switches: a collection at every other allocation, and no clock
			times = 1000
		}
		var turns [n]time.Duration
		var total time.Duration
		for i := range turns {
			turns[i] = loop(times)
			total += turns[i]
		}
		slices.Sort(turns[:])
		var used syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &used)
		if times == 500000 && total > 4*n*turns[n/2] && used.Nvcsw > 50000 {
			fmt.Println("stands still:", n, "turns took", total, "half of them less than", turns[n/2], "the longest", turns[n-1], "sleeps", used.Nvcsw)
		} else {
			fmt.Println("ok")
		}
		close(done)
	}()
	<-done
}
