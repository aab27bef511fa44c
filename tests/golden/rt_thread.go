package main

import (
	"fmt"
	"iter"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

func rss() int {
	b, _ := os.ReadFile("/proc/self/statm")
	var a, r int
	fmt.Sscan(string(b), &a, &r)
	return r * 4 / 1024
}

func main() {
	// locked threads
	var wg sync.WaitGroup
	for i := 0; i < 20; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runtime.LockOSThread()
			id := syscall.Gettid()
			for k := 0; k < 100; k++ {
				runtime.Gosched()
				if k%10 == 0 {
					time.Sleep(100 * time.Microsecond)
				}
				if syscall.Gettid() != id {
					panic("moved")
				}
			}
			if i%2 == 0 {
				runtime.UnlockOSThread()
			}
		}()
	}
	wg.Wait()
	fmt.Println("locked ok")
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; ; i++ {
			if !yield(i) {
				return
			}
		}
	})
	s := 0
	for i := 0; i < 100000; i++ {
		v, _ := next()
		s += v
	}
	stop()
	fmt.Println("pull", s)
	var keep [][]byte
	for i := 0; i < 200; i++ {
		b := make([]byte, 1<<20)
		for k := range b {
			b[k] = 1
		}
		keep = append(keep, b)
	}
	r1 := rss()
	keep = nil
	runtime.GC()
	time.Sleep(3 * time.Second)
	r2 := rss()
	debug.FreeOSMemory()
	r3 := rss()
	fmt.Println("rss", r1 > 190, r2 < 100, r3 < 30)
	debug.SetMemoryLimit(50 << 20)
	debug.SetGCPercent(-1)
	var k2 [][]byte
	for i := 0; i < 2000; i++ {
		k2 = append(k2, make([]byte, 100<<10))
		if len(k2) > 100 {
			k2 = nil
		}
	}
	fmt.Println("limit", rss() < 70)
	done := make(chan bool)
	go func() {
		for i := 0; ; i++ {
			if i < 0 {
				done <- true
			}
		}
	}()
	runtime.GC()
	fmt.Println("preempted")
	pr, pw, _ := os.Pipe()
	go func() { time.Sleep(time.Millisecond); pw.Write([]byte("x")) }()
	b := make([]byte, 1)
	pr.Read(b)
	fmt.Println(string(b), runtime.NumGoroutine())
	var st debug.GCStats
	debug.ReadGCStats(&st)
	fmt.Println(st.NumGC > 0, len(st.Pause) > 0)
}
