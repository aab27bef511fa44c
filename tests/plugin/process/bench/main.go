// Package main measures calls of a plugin in a process of its own, beside calls in the process and net/rpc over a Unix socket: bench PLUGIN.
package main

import (
	"fmt"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"plugin"
	"sort"
	"sync"
	"time"

	"example.com/process/api"
	"example.com/process/checks"
	"vole/plugin/process"
)

const rounds = 5

// per is the median time of a call, in rounds of about a tenth of a second.
func per(f func(n int)) time.Duration {
	n := 1
	for begin := time.Now(); time.Since(begin) < 100*time.Millisecond; n *= 2 {
		f(n)
	}
	var all []time.Duration
	for range rounds {
		begin := time.Now()
		f(n / 2)
		all = append(all, time.Since(begin)/time.Duration(max(n/2, 1)))
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all[rounds/2]
}

// Remote is what net/rpc serves.
type Remote struct{}
type Pair struct{ A, B int }

func (Remote) Add(p Pair, sum *int) error            { *sum = p.A + p.B; return nil }
func (Remote) Bytes(in []byte, out *[]byte) error    { *out = in; return nil }
func (Remote) Echo(in api.Item, out *api.Item) error { *out = in; return nil }

func serve(path string) {
	s := rpc.NewServer()
	checks.Must(s.Register(Remote{}))
	l, err := net.Listen("unix", path)
	checks.Must(err)
	c, err := l.Accept()
	checks.Must(err)
	s.ServeConn(c)
}

func dial() (*rpc.Client, func()) {
	dir, err := os.MkdirTemp("", "bench")
	checks.Must(err)
	path := dir + "/socket"
	server := exec.Command(os.Args[0], "serve", path)
	checks.Must(server.Start())
	for {
		c, err := rpc.Dial("unix", path)
		if err == nil {
			return c, func() { c.Close(); server.Wait(); os.RemoveAll(dir) }
		}
		time.Sleep(time.Millisecond)
	}
}

func main() {
	if os.Args[1] == "serve" {
		serve(os.Args[2])
		return
	}
	f, err := os.Open(os.Args[1])
	checks.Must(err)
	var starts []time.Duration
	for range 11 {
		begin := time.Now()
		p, err := process.Start(process.Spec{File: f, Stderr: os.Stderr})
		checks.Must(err)
		starts = append(starts, time.Since(begin))
		p.Close()
	}
	sort.Slice(starts, func(i, j int) bool { return starts[i] < starts[j] })
	fmt.Printf("start, plugin loaded and initialized: %v\n", starts[len(starts)/2].Round(10*time.Microsecond))

	own, err := plugin.Open(os.Args[1])
	checks.Must(err)
	p, err := process.Start(process.Spec{File: f, Stderr: os.Stderr})
	checks.Must(err)
	c, stop := dial()
	symbol, err := own.Lookup("Add")
	checks.Must(err)
	direct := symbol.(func(int, int) int)
	var add func(int, int) int
	checks.Must(p.Lookup("Add", &add))
	var filter api.Filter
	checks.Must(p.Lookup("Filter", &filter))
	var bytes func([]byte) []byte
	checks.Must(p.Lookup("Bytes", &bytes))
	var echo func(*api.Item) *api.Item
	checks.Must(p.Lookup("Echo", &echo))
	var back func(func(int) (int, error), int) (int, error)
	checks.Must(p.Lookup("Back", &back))
	show := func(what string, f func()) {
		fmt.Printf("%-44s %10v\n", what, per(func(n int) {
			for range n {
				f()
			}
		}).Round(time.Nanosecond))
	}
	show("in the process: func(int, int) int", func() { direct(1, 2) })
	show("process of its own: func(int, int) int", func() { add(1, 2) })
	show("process of its own: method of an interface", func() { filter.Sum(1) })
	show("process of its own: with a call back", func() { back(func(n int) (int, error) { return n, nil }, 1) })
	var sum int
	show("net/rpc, Unix socket: two ints", func() { checks.Must(c.Call("Remote.Add", Pair{1, 2}, &sum)) })
	item := &api.Item{ID: 1, Name: "a name", Tags: map[string][]string{"a": {"b", "c"}}, At: time.Now(), Blob: make([]byte, 100)}
	show("process of its own: a structure there and back", func() { echo(item) })
	show("net/rpc: a structure there and back", func() { var out api.Item; checks.Must(c.Call("Remote.Echo", item, &out)) })
	for _, n := range []int{1 << 10, 60 << 10, 1 << 20} {
		b := make([]byte, n)
		show(fmt.Sprintf("process of its own: %d KB there and back", n>>10), func() { bytes(b) })
		var out []byte
		show(fmt.Sprintf("net/rpc: %d KB there and back", n>>10), func() { checks.Must(c.Call("Remote.Bytes", b, &out)) })
	}
	fmt.Printf("%-44s %10v\n", "process of its own: 16 goroutines at once", per(func(n int) {
		var w sync.WaitGroup
		for range 16 {
			w.Go(func() {
				for range n/16 + 1 {
					add(1, 2)
				}
			})
		}
		w.Wait()
	}).Round(time.Nanosecond))
	p.Close()
	stop()
}
