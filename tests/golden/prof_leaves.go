package main

import (
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

// Where stacks of the block and mutex profiles begin, and that a finalizer is seen while it runs.

func lockLong(mu *sync.Mutex, wait chan bool) {
	mu.Lock()
	wait <- true
	time.Sleep(20 * time.Millisecond)
	mu.Unlock()
}
func readLong(mu *sync.RWMutex, wait chan bool) {
	mu.Lock()
	wait <- true
	time.Sleep(20 * time.Millisecond)
	mu.Unlock()
}

//go:noinline
func blockMutex() {
	var mu sync.Mutex
	wait := make(chan bool, 1)
	go lockLong(&mu, wait)
	<-wait
	mu.Lock()
}

//go:noinline
func blockRead() {
	var mu sync.RWMutex
	wait := make(chan bool, 1)
	go readLong(&mu, wait)
	<-wait
	mu.RLock()
}

//go:noinline
func blockSend(c chan int) {
	go func() { time.Sleep(20 * time.Millisecond); <-c }()
	c <- 1
}

//go:noinline
func blockSelect(c, d chan int) {
	go func() { time.Sleep(20 * time.Millisecond); <-c }()
	select {
	case c <- 1:
	case <-d:
	}
}

//go:noinline
func blockCond() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	mu.Lock()
	go func() { time.Sleep(20 * time.Millisecond); mu.Lock(); c.Signal(); mu.Unlock() }()
	c.Wait()
}

// leaf is the innermost function of the first stack in the profile that has fn, and the file it is in.
func leaf(profile, fn string) string {
	var b strings.Builder
	pprof.Lookup(profile).WriteTo(&b, 1)
	for _, rec := range strings.Split(b.String(), "\n\n") {
		for rec != "" && rec[0] != '#' {
			_, rec, _ = strings.Cut(rec, "\n")
		}
		if !strings.Contains(rec, fn) {
			continue
		}
		line, _, _ := strings.Cut(rec, "\n")
		f := strings.Fields(line)
		name, _, _ := strings.Cut(f[2], "+")
		file, _, _ := strings.Cut(f[3][strings.LastIndex(f[3], "/")+1:], ":")
		return name + " " + file
	}
	return "none"
}

//go:noinline
func finalize(running, done chan bool) {
	running <- true
	<-done
}

func setFinalizer(running, done chan bool) {
	runtime.SetFinalizer(new(*int), func(**int) { finalize(running, done) })
}

func main() {
	runtime.SetMutexProfileFraction(1)
	runtime.SetBlockProfileRate(1)
	blockMutex()
	blockRead()
	c := make(chan int)
	blockSend(c)
	blockSelect(c, make(chan int))
	blockCond()
	for _, fn := range []string{"Mutex", "Read", "Send", "Select", "Cond"} {
		fmt.Println("block", fn, leaf("block", "main.block"+fn))
	}
	for _, fn := range []string{"lockLong", "readLong"} {
		fmt.Println("mutex", fn, leaf("mutex", "main."+fn))
	}
	running, done := make(chan bool), make(chan bool)
	setFinalizer(running, done)
	runtime.GC()
	<-running
	time.Sleep(time.Millisecond)
	var b strings.Builder
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	buf := make([]byte, 1<<16)
	buf = buf[:runtime.Stack(buf, true)]
	fmt.Println("finalizer in the profile", strings.Contains(b.String(), "main.finalize+"), "in the traceback", strings.Contains(string(buf), "main.finalize("))
	fmt.Println("goroutines", runtime.NumGoroutine())
	close(done)
	for i := 0; i < 100 && strings.Contains(string(buf), "main.finalize("); i++ {
		time.Sleep(time.Millisecond)
		buf = buf[:cap(buf)]
		buf = buf[:runtime.Stack(buf, true)]
	}
	fmt.Println("after", strings.Contains(string(buf), "main.finalize("), strings.Contains(string(buf), "inalizer"))
}
