package main

import (
	"fmt"
	"os"
	"plugin"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"example.com/basic/api"
)

// many OPENS FILE...: opens and closes plugins again and again beside goroutines that allocate and call them.
func rss() int {
	b, _ := os.ReadFile("/proc/self/statm")
	var size, res int
	fmt.Sscan(string(b), &size, &res)
	return res * 4
}

//go:noinline
func work(p *plugin.Plugin) int {
	s, err := p.Lookup("Add")
	if err != nil {
		panic(err)
	}
	add := s.(func(int, int) int)
	var wg sync.WaitGroup
	var sum atomic.Int64
	for i := range 4 {
		wg.Go(func() { sum.Add(int64(add(i, 1))) })
	}
	wg.Wait()
	v, _ := p.Lookup("Value")
	x := v.(func() any)()
	if fmt.Sprint(x) != "{1}" {
		panic(fmt.Sprint(x))
	}
	return int(sum.Load())
}

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	files := os.Args[2:]
	stop := make(chan bool)
	var churn sync.WaitGroup
	for range 3 {
		churn.Go(func() {
			var keep [100]*api.Event
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				keep[i%100] = &api.Event{ID: i, Tags: map[string]string{"a": strconv.Itoa(i)}, Next: keep[(i+50)%100]}
				if i%7 == 0 {
					keep[i%100].Next = nil
				}
			}
		})
	}
	first, refused := 0, 0
	for i := range n {
		p, err := plugin.Open(files[i%len(files)])
		if err != nil {
			panic(err)
		}
		if work(p) != 10 {
			panic("sum")
		}
		for k := 0; ; k++ {
			if err = p.Close(); err == nil {
				break
			}
			refused++
			if k == 50 {
				panic(err)
			}
			runtime.Gosched()
		}
		if i == n/10 {
			first = rss()
		}
	}
	close(stop)
	churn.Wait()
	last := rss()
	fmt.Println(n, "loads and unloads, refused first:", refused, "memory", first, last)
	if last > first*3/2+8192 {
		fmt.Println("memory grows")
		os.Exit(1)
	}
}
