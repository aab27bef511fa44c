package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// Loops that are nearly all the time in a block operation, which is no safe point: who asks them to give way need not hit the moment between two of them.

var done atomic.Bool

func main() {
	runtime.GOMAXPROCS(1)
	a, b := make([]byte, 16<<20), make([]byte, 16<<20)
	for i, loop := range []func(){
		func() {
			for !done.Load() {
				copy(a, b)
			}
		},
		func() {
			for !done.Load() {
				clear(a)
			}
		},
	} {
		done.Store(false)
		ended := make(chan bool)
		go func() {
			loop()
			ended <- true
		}()
		for range 5 {
			time.Sleep(time.Millisecond)
		}
		done.Store(true)
		<-ended
		fmt.Println(i)
	}
	var all runtime.MemStats
	done.Store(false)
	ended := make(chan bool)
	go func() { // the world, too
		for !done.Load() {
			copy(a, b)
		}
		ended <- true
	}()
	runtime.GOMAXPROCS(2)
	for range 20 {
		runtime.ReadMemStats(&all)
	}
	done.Store(true)
	<-ended
	fmt.Println(len(a) == len(b), all.HeapInuse > 32<<20)
	defer func() { fmt.Println(recover()) }() // of a nil pointer: its caller is blamed as ever
	var p *[1 << 20]byte
	copy(a, p[:])
}
