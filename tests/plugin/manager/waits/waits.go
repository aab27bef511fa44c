// A plugin whose goroutines wait.
package main

import (
	"bufio"
	"context"
	"io"
	"iter"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/manager/api"
)

type waiter struct{}

func (waiter) Version() int          { return 1 }
func (waiter) Call(n int) (int, int) { return 1, n }

var (
	mu   sync.Mutex
	rw   sync.RWMutex
	wg   sync.WaitGroup
	once sync.Once
	done = make(chan int)
	full = make(chan string, 1)
)

func reader() (*io.PipeReader, *io.PipeWriter) { return io.Pipe() }

// waits for ever; all end with the plugin.
var waits = map[string]func(){
	"receive":   func() { <-done },
	"receive 2": func() { _, _ = <-done },
	"send":      func() { make(chan [40]int) <- [40]int{1} },
	"send full": func() { full <- "a"; full <- "b" },
	"range": func() {
		for range done {
			api.Log.Activated.Add(1)
		}
	},
	"nil receive": func() { var c chan int; <-c },
	"nil send":    func() { var c chan int; c <- 1 },
	"select": func() {
		select {
		case <-done:
		case full <- "c":
			select {
			case <-done:
			case full <- "d":
			}
		case <-time.After(time.Hour):
		}
	},
	"select one": func() {
		for {
			select {
			case <-done:
			case <-time.Tick(time.Hour):
			}
		}
	},
	"select none": func() { select {} },
	"sleep":       func() { time.Sleep(time.Hour) },
	"sleeps": func() {
		for {
			time.Sleep(time.Millisecond)
		}
	},
	"gives way": func() {
		for {
			runtime.Gosched()
		}
	},
	"Mutex":     func() { mu.Lock(); mu.Lock() },
	"two locks": func() { m := new(sync.Mutex); m.Lock(); defer m.Unlock(); m.Lock() },
	"RWMutex":   func() { rw.RLock(); defer rw.RUnlock(); rw.Lock() },
	"RWMutex R": func() { m := new(sync.RWMutex); m.Lock(); m.RLock() },
	"WaitGroup": func() { wg.Add(1); wg.Wait() },
	"Once":      func() { once.Do(func() { <-done }) },
	"OnceFunc":  func() { sync.OnceFunc(func() { <-done })() }, // panics anew, with nil
	"pipe":      func() { r, _ := reader(); r.Read(make([]byte, 10)) },
	"pipe write": func() {
		_, w := reader()
		bufio.NewWriterSize(w, 16).WriteString(strings.Repeat("x", 100))
	},
	"ReadAll": func() { r, _ := reader(); io.ReadAll(r) },
	"context": func() { ctx, stop := context.WithCancel(context.Background()); defer stop(); <-ctx.Done() },
	"accept": func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		defer l.Close()
		l.Accept()
	},
	"read": func() {
		l, _ := net.Listen("tcp", "127.0.0.1:0")
		defer l.Close()
		c, _ := net.Dial("tcp", l.Addr().String())
		defer c.Close()
		c.Read(make([]byte, 10))
	},
	"recovers": func() {
		for {
			func() {
				defer func() { recover() }()
				<-done
			}()
		}
	},
	"deferred waits": func() {
		defer func() { <-done }()
		<-done
	},
	"deferred goroutine": func() {
		defer func() { go func() { <-done }() }()
		<-done
	},
	"host's channel": func() { <-api.Chan },
	"host's Mutex":   func() { api.Mu.Lock(); api.Mu.Unlock() },
	"deep":           func() { deep(1000) },
	"captured":       func() { s := strings.Repeat("s", 100); defer func() { use(s) }(); <-done },
}

//go:noinline
func use(s string) { api.Log.Config.Store(int64(len(s))) }

//go:noinline
func deep(n int) {
	var pad [20]int
	if n == 0 {
		<-done
	} else {
		defer func() { pad[n%20]++ }()
		deep(n - 1)
	}
}

// held cannot be ended.
var held = map[string]func(){
	"host's RWMutex": func() { api.RW.RLock(); defer api.RW.RUnlock() },
	"host's code":    func() { api.Wait() },
	"Cond": func() {
		var m sync.Mutex
		c := sync.NewCond(&m)
		m.Lock()
		defer m.Unlock()
		api.Keep(func() { m.Lock(); c.Broadcast(); m.Unlock() })
		c.Wait()
	},
	"Pull": func() {
		next, stop := iter.Pull(func(yield func(int) bool) { yield(1); yield(2) })
		next()
		api.Keep(stop)
	},
}

func (waiter) Do(what string, in []byte) (string, error) {
	names := func(m map[string]func()) string {
		var list []string
		for name := range m {
			list = append(list, name)
		}
		slices.Sort(list)
		return strings.Join(list, ",")
	}
	switch what {
	case "names":
		return names(waits), nil
	case "held":
		return names(held), nil
	}
	run := waits[what]
	if run == nil {
		run = held[what]
	}
	f := func() {
		defer api.Log.Deferred.Add(1)
		run()
	}
	if in == nil {
		go f()
	} else {
		f()
	}
	return "", nil
}

var Filter api.Filter = waiter{}

func main() {}
