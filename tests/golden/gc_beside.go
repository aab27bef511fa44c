// What hands pointers from one place to another while the collector marks beside the program (rt/gc/gc.h): system calls that lose their P, channels of
// all kinds, select, coroutines, timers, weak pointers, finalizers and cleanups, maps, growing and shrinking stacks, goroutines that end. Run with the
// verifier, freed memory overwritten, phases that change at random. Every value carries a sum: one that was freed too early is found.
package main

import (
	"fmt"
	"iter"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"weak"
)

type box struct {
	next *box
	n    int
	sum  int
}

func chain(n int) *box {
	var b *box
	for i := range n {
		b = &box{b, i, i*7 + n}
	}
	return b
}

func (b *box) check(n int) {
	for i := n - 1; i >= 0; i-- {
		if b.n != i || b.sum != i*7+n {
			panic(fmt.Sprint("freed too early: ", i, n, b.n, b.sum))
		}
		b = b.next
	}
	if b != nil {
		panic("too long")
	}
}

// The only pointer to a chain is on the stack of a goroutine that is in a system call, without its P, when marking begins.
func sleeps(rounds int) {
	for i := range rounds / 10 {
		kept := chain(9)
		syscall.Nanosleep(&syscall.Timespec{Nsec: int64(i%7) * 30000}, nil)
		kept.check(9)
	}
}

func pipes(rounds int) {
	r, w, _ := os.Pipe()
	go func() {
		b := make([]byte, 1)
		for range rounds {
			kept := chain(9)
			w.Write(b)
			kept.check(9)
		}
		w.Close()
	}()
	b := make([]byte, 1)
	for kept := chain(11); ; kept = chain(11) {
		if n, _ := r.Read(b); n == 0 {
			return
		}
		kept.check(11)
	}
}

func channels(rounds int) {
	plain, full, back := make(chan *box), make(chan *box, 3), make(chan *box)
	go func() {
		for range rounds {
			select {
			case b := <-plain:
				full <- b
			case b := <-back:
				full <- b
			}
		}
		close(full)
	}()
	go func() {
		for i := range rounds {
			if i%2 == 0 {
				plain <- chain(5)
			} else {
				back <- chain(5)
			}
		}
	}()
	n := 0
	for b := range full {
		b.check(5)
		n++
	}
	if n != rounds {
		panic("lost")
	}
}

func coroutines(rounds int) {
	next, stop := iter.Pull(func(yield func(*box) bool) {
		kept := chain(6)
		for yield(chain(4)) {
			kept.check(6)
			kept = chain(6)
		}
	})
	for range rounds {
		b, _ := next()
		b.check(4)
	}
	stop()
}

func timers(rounds int) {
	done := make(chan *box)
	for range rounds {
		b := chain(3)
		time.AfterFunc(20*time.Microsecond, func() { done <- b })
		(<-done).check(3)
	}
}

func weakPointers(rounds int) {
	var slots [16]weak.Pointer[box]
	kept := make([]*box, 4)
	for i := range rounds {
		b := chain(2)
		slots[i%16] = weak.Make(b)
		kept[i%4] = b
		if b := slots[(i*5)%16].Value(); b != nil {
			b.check(2)
		}
	}
}

var finalized atomic.Int64

func specials(rounds int) {
	for range rounds {
		b := chain(4)
		runtime.SetFinalizer(b, func(b *box) { b.check(4); finalized.Add(1) })
		c := chain(3)
		runtime.AddCleanup(chain(1), func(c *box) { c.check(3); finalized.Add(1) }, c)
	}
}

func maps(rounds int) {
	m := map[int]*box{}
	for i := range rounds {
		m[i%50] = chain(i % 7)
		if b, ok := m[(i*3)%50]; ok {
			j := i
			for j%50 != (i*3)%50 {
				j--
			}
			b.check(j % 7)
		}
		if i%97 == 0 {
			clear(m)
			i := i
			for k := range 50 {
				m[k] = chain((i - (i-k)%50) % 7)
			}
			clear(m)
			m = map[int]*box{}
		}
		if len(m) > 40 {
			delete(m, i%50)
			m[i%50] = chain(i % 7)
		}
	}
}

func deep(n int, b *box) int {
	var local [20]*box
	local[n%20] = b
	if n == 0 {
		runtime.Gosched()
		return 0
	}
	c := chain(2)
	r := deep(n-1, c)
	local[n%20].check(2)
	return r + 1
}

func stacks(rounds int) {
	for i := range rounds / 20 {
		if deep(i%200, chain(2)) != i%200 {
			panic("deep")
		}
		runtime.Gosched()
	}
}

func goroutines(rounds int) {
	var wg sync.WaitGroup
	for range rounds / 10 {
		wg.Add(10)
		for k := range 10 {
			b := chain(k)
			go func() { b.check(k); wg.Done() }()
		}
		wg.Wait()
	}
}

func slices(rounds int) {
	var s []*box
	for i := range rounds {
		s = append(s, chain(3))
		if len(s) > 30 {
			t := make([]*box, 20)
			copy(t, s[11:])
			copy(s, s[5:])
			for _, b := range t {
				b.check(3)
			}
			s = append(t[:i%5], s[:10]...)
		}
	}
	for _, b := range s {
		b.check(3)
	}
}

func main() {
	rounds := 2000
	var wg sync.WaitGroup
	for _, f := range []func(int){sleeps, sleeps, sleeps, sleeps, pipes, channels, coroutines, timers, weakPointers, specials, maps, stacks, goroutines, slices} {
		wg.Go(func() { f(rounds) })
	}
	wg.Go(func() {
		for range 5 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
		}
	})
	wg.Wait()
	for finalized.Load() < int64(rounds) {
		runtime.GC()
	}
	fmt.Println("ok")
}
