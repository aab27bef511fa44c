// Goroutines that can never run again are found, those that something reachable may wake are not.
package main

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

type waiter struct {
	ch   chan int
	next *waiter
}

// locked is no object without pointers below 16 bytes: those share their memory with others, and their fate.
type locked struct {
	sync.Mutex
	name string
}

var (
	global   = make(chan int)
	globalMu sync.Mutex
	kept     *waiter
	timed    = make(chan bool)
)

func start(f func()) { go f() }

//go:noinline
func leaks() {
	start(func() { leakSend(make(chan int)) })
	start(func() { leakRecv(make(chan int)) })
	start(func() { leakSelect(make(chan int), make(chan string)) })
	start(func() { leakMutex(new(locked)) })
	start(func() { leakRLock(new(sync.RWMutex)) })
	start(func() { leakWLock(new(sync.RWMutex)) })
	start(func() { leakWaitGroup(new(sync.WaitGroup)) })
	start(func() { leakCond(sync.NewCond(new(sync.Mutex))) })
	start(leakNilSend)
	start(leakNilRecv)
	start(leakEmpty)
	// Two that only reach each other.
	a, b := make(chan int), make(chan int)
	start(func() { leakPair(a, b) })
	start(func() { leakPair(b, a) })
	// A chain whose head nobody reaches.
	c, d := make(chan int), make(chan int)
	start(func() { leakHead(c, d) })
	start(func() { leakTail(d) })
	// A channel that was dropped with its owner.
	start(func() { leakRange(owner()) })
}

func leakSend(c chan int)             { c <- 1 }
func leakRecv(c chan int)             { <-c }
func leakMutex(m *locked)             { m.Lock(); m.Lock() }
func leakRLock(m *sync.RWMutex)       { m.Lock(); m.RLock() }
func leakWLock(m *sync.RWMutex)       { m.RLock(); m.Lock() }
func leakWaitGroup(w *sync.WaitGroup) { w.Add(1); w.Wait() }
func leakCond(c *sync.Cond)           { c.L.Lock(); c.Wait() }
func leakNilSend()                    { var c chan int; c <- 1 }
func leakNilRecv()                    { var c chan int; <-c }
func leakEmpty()                      { select {} }
func leakPair(a, b chan int)          { <-a; b <- 1 }
func leakHead(c, d chan int)          { <-c; d <- 1 }
func leakTail(d chan int)             { <-d }
func leakSelect(c chan int, d chan string) {
	select {
	case <-c:
	case d <- "x":
	}
}
func owner() chan int { return make(chan int, 1) }
func leakRange(c chan int) {
	for range c {
	}
}

//go:noinline
func alive() {
	start(func() { aliveGlobal(global) })
	start(aliveGlobalMutex)
	start(aliveTimer)
	start(aliveAfter)
	// Reached over an object, an interface, a closure of a reachable goroutine, a map.
	kept = &waiter{next: &waiter{ch: make(chan int)}}
	c := kept.next.ch
	start(func() { aliveObject(c) })
	// A goroutine that waits for a reachable channel reaches the next one's, and that the next.
	x, y, z := make(chan int), make(chan int), make(chan int)
	start(func() { aliveFirst(global, x) })
	start(func() { aliveSecond(x, y) })
	start(func() { aliveSecond(y, z) })
	start(func() { aliveThird(z) })
	// What a finalizer may do.
	w := &waiter{ch: make(chan int)}
	f := w.ch
	runtime.SetFinalizer(w, func(w *waiter) { close(w.ch) })
	start(func() { aliveFinalizer(f) })
	keep = w
	// A timer's function reaches it.
	t := make(chan int)
	time.AfterFunc(time.Hour, func() { close(t) })
	start(func() { aliveTimerFunc(t) })
	// One that sleeps does.
	s := make(chan int)
	start(func() { aliveSleeper(s) })
	start(func() { aliveOfSleeper(s) })
	// A condition whose lock is held elsewhere but that is reachable itself.
	start(func() { aliveCond(cond) })
}

var (
	keep *waiter
	cond = sync.NewCond(new(sync.Mutex))
)

func aliveGlobal(c chan int) { <-c }
func aliveGlobalMutex()      { globalMu.Lock() }
func aliveTimer()            { <-time.NewTimer(time.Hour).C }
func aliveAfter() {
	select {
	case <-time.After(time.Hour):
	case <-make(chan int):
	}
}
func aliveObject(c chan int)    { c <- 1 }
func aliveFirst(c, d chan int)  { <-c; close(d) }
func aliveSecond(c, d chan int) { <-c; close(d) }
func aliveThird(c chan int)     { <-c }
func aliveFinalizer(c chan int) { <-c }
func aliveTimerFunc(c chan int) { <-c }
func aliveSleeper(c chan int)   { time.Sleep(time.Hour); close(c) }
func aliveOfSleeper(c chan int) { <-c }
func aliveCond(c *sync.Cond)    { c.L.Lock(); c.Wait() }

func settle() {
	for i := 0; i < 50; i++ {
		runtime.Gosched()
		time.Sleep(100 * time.Microsecond)
	}
}

// report is what the profile says: functions and how many goroutines are in them.
func report(debug int) string {
	var b bytes.Buffer
	if err := pprof.Lookup("goroutineleak").WriteTo(&b, debug); err != nil {
		panic(err)
	}
	return b.String()
}

func main() {
	globalMu.Lock()
	leaks()
	alive()
	settle()
	runtime.GC()
	text := report(1)
	for _, name := range []string{"leakSend", "leakRecv", "leakSelect", "leakMutex", "leakRLock", "leakWLock", "leakWaitGroup", "leakCond", "leakNilSend",
		"leakNilRecv", "leakEmpty", "leakPair", "leakHead", "leakTail", "leakRange", "alive"} {
		fmt.Println(name, strings.Count(text, "main."+name+"+"))
	}
	fmt.Println("alive of any kind", strings.Count(text, "main.alive"))
	fmt.Println(strings.SplitN(text, "\n", 2)[0], pprof.Lookup("goroutineleak").Count())
	stacks := report(2)
	fmt.Println("shown:", strings.Count(stacks, "(leaked)]:"), strings.Contains(stacks, "[chan receive (leaked)]:"), strings.Contains(stacks, "[sync.Mutex.Lock (leaked)]:"))
	// What was reachable may go on, and what is no longer reachable has leaked since.
	kept, keep = nil, nil
	globalMu.Unlock()
	close(global)
	settle()
	text = report(1)
	fmt.Println("first", strings.Count(text, "main.aliveFirst+"), "third", strings.Count(text, "main.aliveThird+"), "object", strings.Count(text, "main.aliveObject+"))
	runtime.KeepAlive(cond)
}
