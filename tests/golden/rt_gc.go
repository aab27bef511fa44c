package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
	"weak"
)

type obj struct {
	a [4]int
	p *int
}

func main() {
	fmt.Println("hi", os.Args[1:])
	var wg sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for i := 0; i < 1000; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := 0; k < 100; k++ {
				mu.Lock()
				n++
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println(n)
	fin := make(chan int, 10)
	func() {
		o := &obj{}
		runtime.SetFinalizer(o, func(o *obj) { fin <- 1 })
		p := &obj{}
		runtime.AddCleanup(p, func(x int) { fin <- x }, 7)
	}()
	w := weak.Make(&obj{})
	runtime.GC()
	fmt.Println("weak", w.Value() == nil)
	s := 0
	for i := 0; i < 2; i++ {
		select {
		case x := <-fin:
			s += x
		case <-time.After(time.Second):
			fmt.Println("timeout")
		}
	}
	fmt.Println(s)
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	fmt.Println(ms.HeapAlloc < 10<<20, ms.Sys < 100<<20, ms.Mallocs-ms.Frees < 100000)
	tk := time.NewTicker(time.Millisecond)
	for i := 0; i < 5; i++ {
		<-tk.C
	}
	tk.Stop()
	var pool sync.Pool
	pool.Put(&obj{})
	runtime.GC()
	runtime.GC()
	fmt.Println(pool.Get())
	tm := time.NewTimer(time.Millisecond)
	time.Sleep(3 * time.Millisecond)
	fmt.Println(tm.Stop(), len(tm.C))
	ch := make(chan bool)
	time.AfterFunc(time.Millisecond, func() { ch <- true })
	fmt.Println(<-ch)
	defer func() {
		e := recover()
		fmt.Println(e)
	}()
	var p *obj
	fmt.Println(p.a[2])
}
