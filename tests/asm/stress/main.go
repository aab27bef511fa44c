// Assembly that has every register in use while collections, preemption, profiling signals and stack growth go on; callbacks from assembly.
package main

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

func spin(n int) int
func sum(p []int) int
func each(p []int, f func(int))
func deep(n int, p *int) int
func fault(p *int)

type T struct{ v int }

func add(t *T, n int) int

func (t *T) Add(n int) int { return add(t, n) }

//go:noinline
func callfn(f func(int), v int) { f(v) }

//go:noinline
func deepGo(n int, p *int) int {
	var pad [40]int
	pad[n%40] = n
	if n == 0 {
		*p++
		return *p
	}
	return deep(n-1, p) + pad[n%40] - n
}

func main() {
	var prof bytes.Buffer
	pprof.StartCPUProfile(&prof)
	var wg sync.WaitGroup
	bad := make(chan string, 100)
	for g := 0; g < 8; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 60; i++ {
				if spin(200000) != 200000 {
					bad <- "spin"
				}
				p := make([]int, 1000)
				for j := range p {
					p[j] = j
				}
				if sum(p) != 499500 {
					bad <- "sum"
				}
				got := 0
				each(p, func(v int) {
					got += v
					if v%100 == 0 {
						runtime.Gosched()
						_ = make([]byte, 4096)
					}
				})
				if got != 499500 {
					bad <- "each"
				}
				done := make(chan int)
				go func() {
					x := 5
					done <- deep(500, &x)*10 + x
				}()
				if v := <-done; v != 66 {
					bad <- fmt.Sprint("deep ", v)
				}
				func() {
					defer func() {
						if e, ok := recover().(runtime.Error); !ok || e.Error() != "runtime error: invalid memory address or nil pointer dereference" {
							bad <- fmt.Sprint("fault ", e)
						}
					}()
					fault(nil)
				}()
			}
		}()
	}
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
				time.Sleep(time.Millisecond)
			}
		}
	}()
	wg.Wait()
	close(stop)
	pprof.StopCPUProfile()
	close(bad)
	for b := range bad {
		fmt.Println("bad:", b)
	}
	t := &T{4}
	fmt.Println(t.Add(3), (*T).Add(t, 5))
	f := t.Add
	fmt.Println(f(1), reflect.ValueOf(t).MethodByName("Add").Call([]reflect.Value{reflect.ValueOf(10)})[0])
	fmt.Println(reflect.ValueOf(spin).Call([]reflect.Value{reflect.ValueOf(7)})[0])
	fmt.Println(prof.Len() > 0)
	if len(os.Args) > 1 {
		os.WriteFile(os.Args[1], prof.Bytes(), 0666)
	}
}
