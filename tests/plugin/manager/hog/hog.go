// A plugin that takes memory in all ways.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"example.com/manager/api"
)

type hog struct{ made int }

func (*hog) Version() int          { return 1 }
func (*hog) Call(n int) (int, int) { return 1, n }

type node struct {
	next *node
	pad  [6]int
}

var (
	list   *node
	blocks [][]byte
	names  = map[string]string{}
	nested = map[int]map[int]*node{}
	text   string
	chans  []chan [64]int
	timers []*time.Timer
	shared sync.Map
	weaks  []weak.Pointer[node]
	pool   = sync.Pool{New: func() any { return new([1 << 16]byte) }}
	number atomic.Int64
)

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// attacks never come back by themselves.
var attacks = map[string]func(){
	"one slice":       func() { blocks = append(blocks, make([]byte, 1<<40)) },
	"one slice less":  func() { blocks = append(blocks, make([]byte, 17<<20)) },
	"one of pointers": func() { blocks = append(blocks, make([][]byte, 1<<36)[0]) },
	"one map":         func() { names = make(map[string]string, 1<<34) },
	"one channel":     func() { chans = append(chans, make(chan [64]int, 1<<28)) },
	"one append":      func() { blocks = append(blocks, append([]byte(nil), make([]byte, 1<<35)...)) },
	"one repeat":      func() { text = strings.Repeat("x", 1<<35) },
	"one grow":        func() { blocks = slices.Grow(blocks, 1<<32) },
	"list": func() {
		for {
			list = &node{next: list}
		}
	},
	"slices": func() {
		for {
			blocks = append(blocks, make([]byte, 10000))
		}
	},
	"large slices": func() {
		for {
			blocks = append(blocks, make([]byte, 100000))
		}
	},
	"append": func() {
		var b []int
		for i := 0; ; i++ {
			b = append(b, i)
			number.Store(int64(len(b)))
		}
	},
	"map": func() {
		for i := 0; ; i++ {
			names[fmt.Sprint("name", i)] = "x"
		}
	},
	"maps of maps": func() {
		for i := 0; ; i++ {
			m := nested[i%1000]
			if m == nil {
				m = map[int]*node{}
				nested[i%1000] = m
			}
			m[i] = &node{}
		}
	},
	"sync.Map": func() {
		for i := 0; ; i++ {
			shared.Store(i, &node{})
		}
	},
	"strings": func() {
		for text = "x"; ; {
			text += text + "y"
		}
	},
	"channels": func() {
		for {
			chans = append(chans, make(chan [64]int, 100))
		}
	},
	"interfaces": func() {
		for i := 0; ; i++ {
			api.Keep(i + 1000)
		}
	},
	"blocks for the host": func() {
		for {
			api.Keep(make([]byte, 1000))
		}
	},
	"goroutines": func() {
		for range 100 {
			go func() {
				var mine [][]byte
				for {
					mine = append(mine, make([]byte, 1000))
					runtime.Gosched()
				}
			}()
		}
		for {
			runtime.Gosched()
		}
	},
	"recover": func() {
		for {
			stubborn()
		}
	},
	"deferred": func() {
		defer func() {
			defer func() {
				for {
					list = &node{next: list}
				}
			}()
			for {
				list = &node{next: list}
			}
		}()
		for {
			list = &node{next: list}
		}
	},
	"finalizers": func() {
		for {
			n := &node{next: list}
			runtime.SetFinalizer(n, func(n *node) { n.next = nil; runtime.SetFinalizer(n, func(*node) {}) })
			list = n
		}
	},
	"cleanups": func() {
		n := &node{}
		for i := 0; ; i++ {
			runtime.AddCleanup(n, func(int) {}, i)
		}
	},
	"weak pointers": func() {
		for {
			n := &node{next: list}
			list = n
			weaks = append(weaks, weak.Make(n))
		}
	},
	"timers": func() {
		for {
			timers = append(timers, time.AfterFunc(time.Hour, func() {}))
		}
	},
	"Buffer": func() { // the library reads, and appends
		var b bytes.Buffer
		b.ReadFrom(endless{})
	},
	"Builder": func() {
		var b strings.Builder
		for {
			b.WriteString("hello")
		}
	},
	"bufio": func() {
		var list []*bufio.Writer
		for {
			list = append(list, bufio.NewWriterSize(nil, 1<<12))
			number.Store(int64(len(list)))
		}
	},
	"json": func() { // small objects of the library's, at once: input of 6 MB
		var v any
		json.Unmarshal([]byte("["+strings.Repeat("{},", 2<<20)+"{}]"), &v)
		for {
			list = &node{next: list}
		}
	},
	"fragments": func() { // one object of each page stays
		var all [][]*node
		for {
			var l []*node
			for range 1000 {
				l = append(l, &node{})
			}
			for i := range l {
				if i%100 != 0 {
					l[i] = nil
				}
			}
			all = append(all, l)
			number.Store(int64(len(all)))
		}
	},
	"stacks": func() {
		for range 100 {
			go deep(1 << 40)
		}
		deep(1 << 40)
	},
	"many stacks": func() {
		for {
			go func() { deep(20); time.Sleep(200 * time.Millisecond) }()
		}
	},
	"a stack in a call": func() { deep(1 << 40) },
}

//go:noinline
func deep(n int) int {
	var pad [64]int
	if n > 0 {
		pad[n%64] = deep(n - 1)
	}
	return pad[n%7]
}

func stubborn() {
	defer func() { recover() }()
	defer func() {
		defer func() { recover() }()
		blocks = append(blocks, make([]byte, 1000))
		panic("another")
	}()
	for range 100 {
		blocks = append(blocks, make([]byte, 1000))
	}
}

func (h *hog) Do(what string, in []byte) (string, error) {
	if f := attacks[what]; f != nil {
		defer api.Log.Deferred.Add(1)
		f()
		return "", nil
	}
	switch what {
	case "names":
		var list []string
		for name := range attacks {
			list = append(list, name)
		}
		slices.Sort(list)
		return strings.Join(list, ","), nil
	case "churn": // hundreds of MB, of which little lives
		for i := range 3000 {
			b := make([]byte, 100000)
			b[i] = 1
			list = &node{next: list}
			if i%100 == 0 {
				list = nil
			}
			pool.Put(pool.Get())
			text = strings.Repeat("y", i)
		}
	case "value":
		return strings.Repeat("value ", 1000), nil
	case "keep":
		for range 100 {
			api.Keep(bytes.Repeat([]byte("kept "), 200))
		}
	case "hold":
		blocks = append(blocks, make([]byte, 4<<20))
	case "drop":
		blocks = nil
	case "wait":
		go func() {
			mine := make([]byte, 1<<20)
			time.Sleep(time.Hour)
			runtime.KeepAlive(mine)
		}()
	}
	return "done " + what, nil
}

func (h *hog) Health() error { return nil }

var Filter api.Filter = &hog{}

func main() {}
