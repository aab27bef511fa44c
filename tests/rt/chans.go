package main

import (
	"runtime"
	"sync"
)

func fib(n int) <-chan int {
	c := make(chan int)
	go func() {
		a, b := 0, 1
		for i := 0; i < n; i++ {
			c <- a
			a, b = b, a+b
		}
		close(c)
	}()
	return c
}

func sieve(n int) (r int) {
	ch := make(chan int)
	go func() {
		for i := 2; ; i++ {
			ch <- i
		}
	}()
	for i := 0; i < n; i++ {
		p := <-ch
		r = p
		next := make(chan int)
		go func(in, out chan int) {
			for {
				if v := <-in; v%p != 0 {
					out <- v
				}
			}
		}(ch, next)
		ch = next
	}
	return
}

type msg struct {
	s string
	v []int
	r chan<- string
}

func main() {
	s := 0
	for v := range fib(20) {
		s += v
	}
	println(s)
	println(sieve(200))
	b := make(chan string, 3)
	b <- "a"
	b <- "b"
	println(len(b), cap(b), <-b, <-b)
	close(b)
	v, ok := <-b
	println(v == "", ok)
	// select: all kinds
	c1, c2 := make(chan int), make(chan string, 1)
	select {
	case <-c1:
		println("bad")
	case c2 <- "x":
		println("sent")
	}
	select {
	case c1 <- 1:
		println("bad")
	case x := <-c2:
		println("got", x)
	default:
		println("bad")
	}
	select {
	case <-c1:
	default:
		println("default")
	}
	var nilc chan int
	select {
	case <-nilc:
	case nilc <- 1:
	default:
		println("nil default")
	}
	// many goroutines
	var wg sync.WaitGroup
	work, res := make(chan msg), make(chan string)
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for m := range work {
				n := 0
				for _, x := range m.v {
					n += x
				}
				m.r <- m.s + string(rune('0'+n%10))
			}
		}()
	}
	go func() {
		for i := 0; i < 100; i++ {
			work <- msg{"m", []int{i, i + 1}, res}
		}
		close(work)
		wg.Wait()
		close(res)
	}()
	count := map[string]int{}
	for r := range res {
		count[r]++
	}
	println(len(count), count["m1"], count["m3"])
	// selects in a storm, with closes
	const N = 50
	chs := make([]chan int, 5)
	for i := range chs {
		chs[i] = make(chan int, i%3)
	}
	done := make(chan struct{})
	total := make(chan int)
	for g := 0; g < 5; g++ {
		go func() {
			sum := 0
			for {
				select {
				case v := <-chs[0]:
					sum += v
				case v := <-chs[1]:
					sum += v
				case v := <-chs[2]:
					sum += v
				case v := <-chs[3]:
					sum += v
				case v := <-chs[4]:
					sum += v
				case <-done:
					total <- sum
					return
				}
			}
		}()
	}
	var ws sync.WaitGroup
	for g := 0; g < 5; g++ {
		ws.Add(1)
		go func() {
			defer ws.Done()
			for i := 1; i <= N; i++ {
				select {
				case chs[g] <- i:
				case chs[(g+1)%5] <- i:
				}
				if i%7 == 0 {
					runtime.Gosched()
				}
			}
		}()
	}
	ws.Wait()
	sum := 0
	drain := true
	for drain {
		drain = false
		for _, c := range chs {
			if len(c) > 0 {
				drain = true
			}
		}
		runtime.Gosched()
	}
	close(done)
	for g := 0; g < 5; g++ {
		sum += <-total
	}
	println(sum)
	// sync
	var mu sync.Mutex
	var rw sync.RWMutex
	cond := sync.NewCond(&mu)
	ready, x := 0, 0
	var wg2 sync.WaitGroup
	for i := 0; i < 10; i++ {
		wg2.Add(1)
		go func() {
			defer wg2.Done()
			mu.Lock()
			ready++
			for x == 0 {
				cond.Wait()
			}
			mu.Unlock()
			for j := 0; j < 100; j++ {
				rw.Lock()
				x++
				rw.Unlock()
				rw.RLock()
				_ = x
				rw.RUnlock()
			}
		}()
	}
	for {
		mu.Lock()
		if ready == 10 {
			x = 1
			mu.Unlock()
			break
		}
		mu.Unlock()
		runtime.Gosched()
	}
	cond.Broadcast()
	wg2.Wait()
	println(x)
	var once sync.Once
	for i := 0; i < 3; i++ {
		once.Do(func() { println("once") })
	}
}
