// Memory of a peak is given back soon, also by a program that does nothing then, or next to nothing, and needs no collection: large and small objects,
// goroutines with their stacks, timers and places in queues, and the records that the runtime keeps of them.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

func resident() int {
	b, _ := os.ReadFile("/proc/self/statm")
	n, _ := strconv.Atoi(string(bytes.Fields(b)[1]))
	return n * 4 >> 10
}

func falls(megabytes int) bool {
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if resident() < megabytes {
			return true
		}
	}
	fmt.Println(resident(), "MB")
	return false
}

type node struct {
	l, r *node
	v    [2]int
}

func tree(d int) *node { // 2 MB: 15
	if d == 0 {
		return &node{}
	}
	return &node{tree(d - 1), tree(d - 1), [2]int{d, d}}
}

var less = 1 // under stress switches, which collect at any allocation: so much less of all

var large [][]byte
var small []*node

//go:noinline
func heap() {
	for i := 0; i < 200/less; i++ {
		b := make([]byte, 1<<20)
		for k := range b {
			b[k] = 1
		}
		large = append(large, b)
		if i&1 == 0 {
			small = append(small, tree(15))
		}
	}
	large = append([][]byte(nil), large[:10]...)
	for i := range small {
		if i%20 != 0 {
			small[i] = nil
		}
	}
}

//go:noinline
func goroutines() {
	n, peak := 100_000/less, 200/less
	var all sync.WaitGroup
	gate := make(chan bool)
	for i := 0; i < n; i++ {
		all.Go(func() {
			time.Sleep(time.Millisecond)
			<-gate
		})
	}
	for i := 0; resident() < peak && i < 100; i++ {
		time.Sleep(100 * time.Millisecond)
	}
	if resident() < peak {
		fmt.Println("no peak")
	}
	close(gate)
	all.Wait()
}

func main() {
	most := 28
	if os.Getenv("VOLEDEBUG") != "" {
		most, less = 90, 10 // it collects all the time: what the next cycle may need is kept
	}
	heap()
	fmt.Println(falls(most), len(large), len(small)*less)
	goroutines()
	fmt.Println(falls(most))
}
