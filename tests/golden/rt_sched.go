package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// scheduler and timer torture
func main() {
	var n atomic.Int64
	var wg sync.WaitGroup
	for i := 0; i < 200; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			t := time.NewTimer(time.Hour)
			for k := 0; k < 200; k++ {
				t.Reset(time.Duration(k%5) * 10 * time.Microsecond)
				select {
				case <-t.C:
				case <-time.After(time.Duration(k%7) * 10 * time.Microsecond):
					if !t.Stop() {
						select {
						case <-t.C:
							panic("stale")
						default:
						}
					}
				}
				n.Add(1)
			}
		}()
	}
	tk := time.NewTicker(50 * time.Microsecond)
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-tk.C:
				tk.Reset(30 * time.Microsecond)
			case <-stop:
				return
			}
		}
	}()
	c := sync.NewCond(&sync.Mutex{})
	ready := 0
	for i := 0; i < 50; i++ {
		wg.Add(1)
		go func() {
			c.L.Lock()
			ready++
			c.Wait()
			c.L.Unlock()
			wg.Done()
		}()
	}
	for {
		c.L.Lock()
		r := ready
		c.L.Unlock()
		if r == 50 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	c.Broadcast()
	wg.Wait()
	close(stop)
	var rw sync.RWMutex
	m := map[int]int{}
	for i := 0; i < 20; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := 0; k < 2000; k++ {
				if k%10 == 0 {
					rw.Lock()
					m[k]++
					rw.Unlock()
				} else {
					rw.RLock()
					_ = m[k]
					rw.RUnlock()
				}
			}
		}()
	}
	wg.Wait()
	fmt.Println(n.Load(), len(m))
}
