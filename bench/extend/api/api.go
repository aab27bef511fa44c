// Package api is what a host and its extension have in common, and how hosts report.
package api

import (
	"fmt"
	"time"
)

// An Extension does two things: one is all call, the other has data that must come across.
type Extension interface {
	Add(a, b int) int
	Upper(s string) string
}

// Text is what Upper gets.
const Text = "the quick brown fox jumps over the lazy dog, again and again, until"

// Report measures both and prints a line: microseconds from begin until the extension was ready, nanoseconds of a call of each.
func Report(begin time.Time, x Extension) {
	ready := time.Since(begin)
	if x.Add(2, 3) != 5 || x.Upper("abc") != "ABC" {
		panic("it does not work")
	}
	sum := 0
	add := measure(func(n int) {
		for i := range n {
			sum = x.Add(sum, i)
		}
	})
	upper := measure(func(n int) {
		for range n {
			sum += len(x.Upper(Text))
		}
	})
	fmt.Printf("%.1f %.2f %.2f\n", float64(ready.Nanoseconds())/1e3, add, upper)
}

// measure is the best of five, of at least 20 ms each.
func measure(f func(n int)) float64 {
	best, n := 1e18, 1
	for round := 0; round < 5; {
		begin := time.Now()
		f(n)
		d := time.Since(begin)
		if d < 20*time.Millisecond {
			n *= 2
			continue
		}
		best = min(best, float64(d.Nanoseconds())/float64(n))
		round++
	}
	return best
}
