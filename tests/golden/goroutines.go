package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

type account struct {
	mu  sync.Mutex
	sum int
}

func worker(id int, jobs <-chan int, out chan<- [2]int, wg *sync.WaitGroup) {
	defer wg.Done()
	for j := range jobs {
		s := 0
		for i := 1; i <= j; i++ {
			s += i * i
			if i%64 == 0 {
				runtime.Gosched()
			}
		}
		out <- [2]int{j, s}
	}
	_ = id
}

func sieve(n int) []int {
	ch := make(chan int)
	done := make(chan struct{})
	go func() {
		for i := 2; ; i++ {
			select {
			case ch <- i:
			case <-done:
				return
			}
		}
	}()
	var ps []int
	src := ch
	for range n {
		p := <-src
		ps = append(ps, p)
		next := make(chan int)
		go func(in, out chan int) {
			for {
				select {
				case v := <-in:
					if v%p != 0 {
						select {
						case out <- v:
						case <-done:
							return
						}
					}
				case <-done:
					return
				}
			}
		}(src, next)
		src = next
	}
	close(done)
	return ps
}

func main() {
	jobs, out := make(chan int, 4), make(chan [2]int)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go worker(i, jobs, out, &wg)
	}
	go func() {
		for i := range 200 {
			jobs <- i
		}
		close(jobs)
		wg.Wait()
		close(out)
	}()
	res := make([]int, 200)
	n := 0
	for r := range out {
		res[r[0]] = r[1]
		n++
	}
	fmt.Println(n, res[3], res[199])

	var a account
	var count atomic.Int64
	var w2 sync.WaitGroup
	for range 1000 {
		w2.Go(func() {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.sum++
			count.Add(2)
		})
	}
	w2.Wait()
	fmt.Println(a.sum, count.Load())
	fmt.Println(sieve(30))

	var once sync.Once
	for range 3 {
		once.Do(func() { fmt.Println("once") })
	}
	var rw sync.RWMutex
	m := map[int]int{}
	var w3 sync.WaitGroup
	for i := range 50 {
		w3.Go(func() {
			rw.Lock()
			m[i%10] += i
			rw.Unlock()
			rw.RLock()
			_ = m[0]
			rw.RUnlock()
		})
	}
	w3.Wait()
	fmt.Println(m)
	cond := sync.NewCond(&sync.Mutex{})
	turn := 0
	var w4 sync.WaitGroup
	for i := range 5 {
		w4.Go(func() {
			cond.L.Lock()
			for turn != i {
				cond.Wait()
			}
			fmt.Print(i, " ")
			turn++
			cond.Broadcast()
			cond.L.Unlock()
		})
	}
	w4.Wait()
	fmt.Println()
}
