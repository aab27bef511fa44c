// Half a million weak pointers, and cleanups: what died is found when its span is swept or its handle is read, not in the pause, which
// took five milliseconds and more. The values are right at once.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"
	"weak"
)

type T struct{ a, b *int }

// What a million and a half dependent multiplications take, about one millisecond and a half.
func unit() time.Duration {
	least := time.Hour
	for k := range 10 {
		t, x := time.Now(), uint64(k)
		for range 1_500_000 {
			x = x*6364136223846793005 + 1
		}
		if x == 1 {
			panic(x)
		}
		least = min(least, time.Since(t))
	}
	return least
}

func main() {
	var keep []*T
	var ws []weak.Pointer[T]
	var n atomic.Int64
	count := 500000
	if os.Getenv("VOLEDEBUG") != "" { // stress switches: a collection at every other allocation
		count = 5000
	}
	for range count {
		t := &T{}
		keep = append(keep, t)
		ws = append(ws, weak.Make(t))
		if len(keep)%50 == 1 {
			runtime.AddCleanup(t, func(int) { n.Add(1) }, 0)
		}
	}
	runtime.GC()
	var s, s0 debug.GCStats
	debug.ReadGCStats(&s0)
	for range 6 {
		runtime.GC()
	}
	debug.ReadGCStats(&s)
	p := s.Pause[:s.NumGC-s0.NumGC]
	slices.Sort(p)
	if unit := unit(); p[0] > unit && os.Getenv("VOLEDEBUG") == "" {
		fmt.Println("the shortest of", len(p), "pauses took", p[0], "of", unit)
	}
	for i := range keep {
		if i%2 == 0 {
			keep[i] = nil
		}
	}
	runtime.GC()
	dead := 0
	for _, w := range ws {
		if w.Value() == nil {
			dead++
		}
	}
	for range 1000 {
		if n.Load() == int64(count/50) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Println(dead*2 == count, n.Load()*50 == int64(count))
	runtime.KeepAlive(keep)
}
