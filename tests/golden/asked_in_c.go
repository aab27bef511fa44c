package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// Loops that have no safe point but what they call in the runtime's C code: with one P, and without signals, whoever else is runnable gets its turn only if
// that code looks whether the goroutine was asked to give way.

var done atomic.Bool
var small *[2]int
var slice []byte
var text string
var n int

var loops = []struct {
	name string
	body func()
}{
	{"new", func() {
		for !done.Load() {
			small = new([2]int)
		}
	}},
	{"make", func() {
		for k := 1000; !done.Load(); {
			slice = make([]byte, k)
		}
	}},
	{"large make", func() {
		for k := 1 << 20; !done.Load(); {
			slice = make([]byte, k)
		}
	}},
	{"append", func() {
		for from := make([]byte, 100); !done.Load(); {
			slice = append([]byte(nil), from...)
		}
	}},
	{"call", func() {
		for !done.Load() {
			n += runtime.NumGoroutine()
		}
	}},
}

func main() {
	runtime.GOMAXPROCS(1)
	for _, l := range loops {
		done.Store(false)
		ended := make(chan bool)
		go func() {
			l.body()
			ended <- true
		}()
		for range 3 {
			time.Sleep(time.Millisecond)
		}
		done.Store(true)
		<-ended
		fmt.Println(l.name)
	}
}
