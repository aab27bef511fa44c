// Profiles: memory with every allocation sampled, blocking, locks, goroutines with labels, CPU.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

type node struct {
	next *node
	pad  [3]int
}

var kept, dropped []*node
var big []byte

//go:noinline
func keep() {
	for i := 0; i < 1000; i++ {
		kept = append(kept, new(node))
	}
}

//go:noinline
func drop() {
	for i := 0; i < 500; i++ {
		dropped = append(dropped, new(node))
	}
	clear(dropped)
}

//go:noinline
func large() { big = make([]byte, 1<<20) }

func name(stack []uintptr) string {
	frames := runtime.CallersFrames(stack)
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "main.") || !more {
			return f.Function
		}
	}
}

func memory() {
	runtime.GC()
	p := make([]runtime.MemProfileRecord, 1000)
	n, ok := runtime.MemProfile(p, true)
	fmt.Println("memory", ok)
	for _, f := range []string{"main.keep", "main.drop", "main.large"} {
		size, allocs, frees := map[string]int64{"main.large": 1 << 20}[f], int64(0), int64(0)
		if size == 0 {
			size = 32
		}
		for _, r := range p[:n] {
			if name(r.Stack()) == f && r.AllocBytes == size*r.AllocObjects {
				allocs += r.AllocObjects
				frees += r.FreeObjects
			}
		}
		fmt.Println(f, allocs, frees)
	}
	if n, ok := runtime.MemProfile(nil, true); n == 0 || ok {
		fmt.Println("room for", n, ok)
	}
}

//go:noinline
func waits(c chan int) { <-c }

func events() {
	runtime.SetBlockProfileRate(1)
	fmt.Println("mutex", runtime.SetMutexProfileFraction(1), runtime.SetMutexProfileFraction(-1))
	c := make(chan int)
	go func() { time.Sleep(20 * time.Millisecond); c <- 1 }()
	waits(c)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Go(func() { mu.Lock(); time.Sleep(10 * time.Millisecond); mu.Unlock() })
	}
	wg.Wait()
	p := make([]runtime.BlockProfileRecord, 100)
	n, ok := runtime.BlockProfile(p)
	for _, r := range p[:n] {
		if name(r.Stack()) == "main.waits" {
			fmt.Println("block", ok, r.Count, r.Cycles >= 15e6)
		}
	}
	n, ok = runtime.MutexProfile(p)
	waited := int64(0)
	for _, r := range p[:n] {
		waited += r.Cycles
	}
	fmt.Println("contention", ok, waited >= 20e6)
	runtime.SetBlockProfileRate(0)
	runtime.SetMutexProfileFraction(0)
}

//go:noinline
func spin() (n int) {
	for t := time.Now(); time.Since(t) < 400*time.Millisecond; {
		for i := 0; i < 100000; i++ {
			n += i ^ n
		}
	}
	return n
}

func cpu() {
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		fmt.Println(err)
	}
	fmt.Println("twice:", pprof.StartCPUProfile(io.Discard))
	pprof.Do(context.Background(), pprof.Labels("job", "spinning"), func(context.Context) { spin() })
	pprof.StopCPUProfile()
	z, err := gzip.NewReader(&b)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := io.ReadAll(z)
	fmt.Println("cpu", err, bytes.Contains(text, []byte("main.spin")), bytes.Contains(text, []byte("spinning")))
}

func goroutines() {
	done := make(chan int)
	pprof.Do(context.Background(), pprof.Labels("who", "sleeper"), func(context.Context) { go waits(done) })
	time.Sleep(10 * time.Millisecond)
	var b strings.Builder
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	close(done)
	fmt.Println("goroutines", strings.Contains(b.String(), `labels: {"who":"sleeper"}`), strings.Contains(b.String(), "main.waits"))
}

func main() {
	runtime.MemProfileRate = 1
	dropped = make([]*node, 0, 500)
	keep()
	drop()
	large()
	memory()
	runtime.MemProfileRate = 0
	events()
	cpu()
	goroutines()
}
