// What a program with much live memory feels of the collector: usage: pauses SHAPE MEGABYTES SECONDS. Two goroutines: one allocates at full speed and
// replaces parts of what lives, one sleeps 100 microseconds at a time. Prints name=value: pauses as the runtime counts them, operations of 200
// allocations, how late the sleeper woke. ns.
package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"
)

type node struct {
	l, r *node
	v    [2]int
}

func tree(d int) *node {
	if d == 0 {
		return &node{}
	}
	return &node{tree(d - 1), tree(d - 1), [2]int{d, d}}
}

// Each shape: a megabyte of it, and the replacement of a small part of one.
type shape struct {
	make    func() any
	replace func(one any, n int)
}

var shapes = map[string]shape{
	"tree": {func() any { return tree(14) }, func(one any, n int) {
		x := one.(*node)
		for i := 0; i < 8; i++ {
			if n>>i&1 == 0 {
				x = x.l
			} else {
				x = x.r
			}
		}
		x.l = tree(4)
	}},
	"map": {func() any {
		m := map[int]*node{}
		for i := 0; i < 12000; i++ {
			m[i] = &node{}
		}
		return m
	}, func(one any, n int) {
		m := one.(map[int]*node)
		for i := 0; i < 50; i++ {
			k := (n*50 + i) % 12000
			delete(m, k)
			m[k] = &node{}
		}
	}},
	"slice": {func() any {
		s := make([]*node, 26000)
		for i := range s {
			s[i] = &node{}
		}
		return s
	}, func(one any, n int) {
		s := one.([]*node)
		for i := 0; i < 50; i++ {
			s[(n*50+i)%len(s)] = &node{}
		}
	}},
}

func quantiles(name string, d []time.Duration) {
	if len(d) == 0 {
		d = append(d, 0)
	}
	slices.Sort(d)
	fmt.Printf("%s.n=%d %s.p50=%d %s.p99=%d %s.p999=%d %s.max=%d\n", name, len(d), name, d[len(d)/2], name, d[len(d)*99/100], name,
		d[len(d)*999/1000], name, d[len(d)-1])
}

func sleeper(stop *bool, done chan []time.Duration) {
	var late []time.Duration
	for !*stop {
		t := time.Now()
		time.Sleep(100 * time.Microsecond)
		late = append(late, max(0, time.Since(t)-100*time.Microsecond))
	}
	done <- late
}

func main() {
	s := shapes[os.Args[1]]
	megabytes, _ := strconv.Atoi(os.Args[2])
	seconds, _ := strconv.Atoi(os.Args[3])
	live := make([]any, megabytes)
	for i := range live {
		live[i] = s.make()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stop, done := false, make(chan []time.Duration)
	go sleeper(&stop, done)
	var ops []time.Duration
	for n, end := 0, time.Now().Add(time.Duration(seconds)*time.Second); ; n++ {
		t := time.Now()
		if t.After(end) {
			break
		}
		tree(7) // 255 objects, dead at once
		s.replace(live[n%megabytes], n)
		ops = append(ops, time.Since(t))
	}
	stop = true
	late := <-done
	runtime.ReadMemStats(&after)
	var pauses []time.Duration
	for i := before.NumGC; i < after.NumGC && i < before.NumGC+256; i++ {
		pauses = append(pauses, time.Duration(after.PauseNs[i%256]))
	}
	quantiles("pause", pauses)
	quantiles("op", ops)
	quantiles("late", late)
	runtime.KeepAlive(live)
}
