// Command stops does something that stops the world, N times, beside goroutines that are busy in one way: how long does it take?
//
// usage: stops OPERATION LOAD PROCS N [MICROSECONDS BETWEEN]
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

type node struct{ l, r *node }

var procs int

var operations = map[string]func(i int){
	"procs":    func(i int) { runtime.GOMAXPROCS(procs + i%2) },
	"memstats": func(int) { var m runtime.MemStats; runtime.ReadMemStats(&m) },
	"percent":  func(i int) { debug.SetGCPercent(100 + 100*(i%2)) },
	"limit":    func(i int) { debug.SetMemoryLimit(1<<40 + int64(i)) },
	"gc":       func(int) { runtime.GC() },
	"stack":    func(int) { runtime.Stack(buf, true) },
	"profile":  func(int) { pprof.Lookup("goroutine").Count(); runtime.GoroutineProfile(records) },
	"yield":    func(int) { runtime.Gosched() },
}
var buf = make([]byte, 1<<20)
var records = make([]runtime.StackRecord, 1000)

func tree(d int) *node {
	if d == 0 {
		return new(node)
	}
	return &node{tree(d - 1), tree(d - 1)}
}

var sink [64]any
var total atomic.Int64

var loads = map[string]func(id int){
	"small": func(id int) { sink[id] = new([2]int) },
	"tree":  func(id int) { sink[id] = tree(8) },
	"1k":    func(id int) { sink[id] = make([]byte, 1024) },
	"64k":   func(id int) { sink[id] = make([]byte, 64<<10) },
	"1m":    func(id int) { sink[id] = make([]byte, 1<<20) },
	"map": func(id int) {
		m := map[int]int{}
		for i := range 100 {
			m[i] = i
		}
		sink[id] = m
	},
	"text": func(id int) { sink[id] = strings.Repeat("x", 100) + strconv.Itoa(id) + fmt.Sprint(id, "y") },
	"copy": func(id int) { copy(copies[id][:], copies[id+1][:]) },
	"loop": func(id int) {
		n := 0
		for i := range 1 << 16 {
			n += i ^ n
		}
		total.Add(int64(n))
	},
}
var copies = make([][64 << 10]byte, 65)

func main() {
	op, load := operations[os.Args[1]], loads[os.Args[2]]
	procs, _ = strconv.Atoi(os.Args[3])
	n, _ := strconv.Atoi(os.Args[4])
	if op == nil || procs < 1 || n < 1 || load == nil && os.Args[2] != "none" {
		fmt.Println("usage: stops OPERATION LOAD PROCS N")
		os.Exit(2)
	}
	gap := 0
	if len(os.Args) > 5 {
		gap, _ = strconv.Atoi(os.Args[5])
	}
	runtime.GOMAXPROCS(procs)
	var done atomic.Bool
	left := make(chan int)
	busy := 16
	if load == nil {
		busy = 0
	}
	for id := range busy {
		go func() {
			for !done.Load() {
				load(id)
			}
			left <- 1
		}()
	}
	time.Sleep(20 * time.Millisecond)
	took := make([]time.Duration, n)
	begin := time.Now()
	for i := range took {
		t := time.Now()
		op(i)
		took[i] = time.Since(t)
		if gap > 0 {
			time.Sleep(time.Duration(gap) * time.Microsecond)
		}
	}
	all := time.Since(begin)
	if gap > 0 {
		all = 0
		for _, t := range took {
			all += t
		}
	}
	done.Store(true)
	for range busy {
		<-left
	}
	slices.Sort(took)
	fmt.Println(all.Nanoseconds(), took[n/2].Nanoseconds(), took[n*9/10].Nanoseconds(), took[n-1].Nanoseconds())
}
