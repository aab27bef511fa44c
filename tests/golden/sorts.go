package main

import (
	"cmp"
	"container/heap"
	"container/list"
	"container/ring"
	"fmt"
	"math/rand"
	"slices"
	"sort"
)

type byLen []string

func (b byLen) Len() int           { return len(b) }
func (b byLen) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLen) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

type intHeap []int

func (h intHeap) Len() int           { return len(h) }
func (h intHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h intHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *intHeap) Push(x any)        { *h = append(*h, x.(int)) }
func (h *intHeap) Pop() any {
	o := *h
	x := o[len(o)-1]
	*h = o[:len(o)-1]
	return x
}

type rec struct {
	k int
	v string
}

func main() {
	r := rand.New(rand.NewSource(1))
	xs := r.Perm(5000)
	ys := slices.Clone(xs)
	sort.Ints(xs)
	slices.SortFunc(ys, func(a, b int) int { return cmp.Compare(b, a) })
	fmt.Println(sort.IntsAreSorted(xs), xs[17], ys[17], slices.IsSortedFunc(ys, func(a, b int) int { return b - a }))
	w := byLen{"ccc", "a", "bb", "dddd", "e", "ff"}
	sort.Stable(w)
	fmt.Println(w, sort.IsSorted(w))
	sort.Sort(sort.Reverse(sort.StringSlice(w)))
	fmt.Println(w)
	rs := []rec{{2, "a"}, {1, "b"}, {2, "c"}, {1, "d"}, {0, "e"}}
	sort.SliceStable(rs, func(i, j int) bool { return rs[i].k < rs[j].k })
	fmt.Println(rs)
	i, ok := slices.BinarySearchFunc(rs, 2, func(r rec, k int) int { return r.k - k })
	fmt.Println(i, ok, sort.SearchInts(xs, 4321), sort.Search(100, func(i int) bool { return i*i >= 50 }))
	h := &intHeap{5, 2, 8}
	heap.Init(h)
	for _, x := range ys[:20] {
		heap.Push(h, x%13)
	}
	(*h)[3] = -1
	heap.Fix(h, 3)
	for h.Len() > 0 {
		fmt.Print(heap.Pop(h), " ")
	}
	fmt.Println()
	l := list.New()
	for i := range 5 {
		l.PushFront(i)
	}
	l.MoveToBack(l.Front())
	for e := l.Front(); e != nil; e = e.Next() {
		fmt.Print(e.Value, " ")
	}
	rg := ring.New(3)
	for i := range 3 {
		rg.Value = i
		rg = rg.Next()
	}
	rg.Do(func(x any) { fmt.Print(x, ";") })
	fmt.Println()
	s := []int{3, 1, 4, 1, 5, 9, 2, 6}
	fmt.Println(slices.Index(s, 4), slices.Contains(s, 7), slices.Compact(slices.Sorted(slices.Values(s)))[:3])
	s = slices.Insert(s, 2, 100, 200)
	s = slices.Delete(s, 0, 1)
	fmt.Println(s, slices.Equal(s, s[:3]), slices.Compare(s, s[1:]), slices.Repeat([]int{1}, 3), slices.Concat(s[:1], s[7:]))
	for c := range slices.Chunk(s, 4) {
		fmt.Print(c)
	}
	fmt.Println()
	t := s[1:3:4]
	t = append(t, -1)
	t = append(t, -2)
	t[0] = 77
	fmt.Println(s, t, len(t), cap(s[1:3:4]), copy(s, s[2:]), s)
}
