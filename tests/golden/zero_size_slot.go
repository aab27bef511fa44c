// What is received from a channel of empty structs lies at an address without bytes: the collector must not take a goroutine that waits there for
// one that waits for the variable beside it, which was never set (VOLE_SSA_POISON=1 and VOLEDEBUG=verify=1 tell).
package main

import (
	"fmt"
	"runtime"
)

type job struct {
	done chan struct{}
	err  error
}

//go:noinline
func flush(ch chan *job, end chan int, n *int) {
	defer func() { end <- 1 }()
	for j := range ch {
		<-j.done
		*n++
		if j.err != nil {
			for range ch { // its variable has no name
			}
			return
		}
	}
}

//go:noinline
func choose(a chan struct{}, b chan [0]*int, c chan *job) (s string) {
	select {
	case <-a:
		s = "a"
	case x := <-b:
		s = fmt.Sprint("b", len(x))
	case j := <-c:
		s = fmt.Sprint("c", j.err)
		select {
		case <-c:
		case a <- struct{}{}:
		}
	}
	return s
}

func main() {
	for range 20 {
		ch, end := make(chan *job), make(chan int)
		n := 0
		go flush(ch, end, &n)
		for range 5 {
			j := &job{done: make(chan struct{})}
			ch <- j
			runtime.Gosched()
			runtime.GC()
			close(j.done)
		}
		close(ch)
		<-end
		if n != 5 {
			fmt.Println("jobs", n)
		}
	}
	for i := range 3 {
		a, b, c, done := make(chan struct{}), make(chan [0]*int), make(chan *job), make(chan string)
		go func() { done <- choose(a, b, c) }()
		runtime.Gosched()
		runtime.GC()
		switch i {
		case 0:
			a <- struct{}{}
		case 1:
			b <- [0]*int{}
		case 2:
			c <- &job{}
			runtime.Gosched()
			runtime.GC()
			<-a
		}
		fmt.Println(<-done)
	}
}
