// Package main is a service that does what lines on its standard input ask for, with a line for each. Built by vole and by the official go.
package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// node is a kilobyte with a pointer to mark.
type node struct {
	next *node
	data [1016]byte
}

var (
	live  []*node // lists of a megabyte
	waste [64]*node
)

func megabyte() *node {
	var n *node
	for range 1024 {
		n = &node{next: n}
	}
	return n
}

// answer is what a command leads to: live N, churn N (megabytes), limit, procs, cycles.
func answer(words []string) string {
	n := 0
	if len(words) > 1 {
		n, _ = strconv.Atoi(words[1])
	}
	switch words[0] {
	case "live":
		for len(live) < n {
			live = append(live, megabyte())
		}
		clear(live[n:])
		live = live[:n]
		return strconv.Itoa(len(live))
	case "churn":
		for range n * 1024 {
			waste[0] = &node{next: nil}
		}
		return "done"
	case "limit":
		if l := debug.SetMemoryLimit(-1); l < math.MaxInt64 {
			return strconv.FormatInt(l>>20, 10)
		}
		return "none"
	case "procs":
		return strconv.Itoa(runtime.GOMAXPROCS(0))
	case "cycles":
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return strconv.Itoa(int(s.NumGC))
	}
	return "what?"
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		fmt.Println(answer(strings.Fields(in.Text())))
	}
}
