// Sorting: sort.Slice, slices.Sort, sort.Sort over an interface.
package main

import (
	"fmt"
	"slices"
	"sort"
)

type byLast []string

func (s byLast) Len() int           { return len(s) }
func (s byLast) Less(i, j int) bool { return s[i][len(s[i])-1:]+s[i] < s[j][len(s[j])-1:]+s[j] }
func (s byLast) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }

func main() {
	seed := uint32(42)
	rnd := func() int { seed = seed*1664525 + 1013904223; return int(seed >> 4) }
	a := make([]int, 2_000_000)
	for i := range a {
		a[i] = rnd()
	}
	b := append([]int(nil), a...)
	slices.Sort(a)
	sort.Slice(b, func(i, j int) bool { return b[i] > b[j] })
	w := make([]string, 100_000)
	for i := range w {
		w[i] = fmt.Sprint(rnd())
	}
	sort.Sort(byLast(w))
	fmt.Println(a[0], b[0], w[0])
}
