package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"sync"

	"example.com/basic/api"
)

type upper struct{ n int }

func (u *upper) Name() string { return "upper" }
func (u *upper) Apply(s string) (string, error) {
	u.n++
	api.Calls.Add(1)
	if s == "bad" {
		return "", fmt.Errorf("apply %q: %w", s, ErrBad)
	}
	return strings.ToUpper(s), nil
}

var ErrBad = errors.New("bad line")

func init() { api.Register(&upper{}) }

func MakeEvents(n int) *api.Event {
	var head *api.Event
	for i := range n {
		head = &api.Event{ID: i, Tags: map[string]string{"k": fmt.Sprint(i)}, Next: head}
	}
	return head
}

func Panics(kind int) {
	switch kind {
	case 0:
		panic("from the plugin")
	case 1:
		var p *api.Event
		p.ID = 1
	case 2:
		a := []int{1}
		_ = a[kind]
	case 3:
		var m map[string]int
		m["x"] = 1
	case 4:
		var f api.Filter
		f.Name()
	case 5:
		var x any = 5
		_ = x.(string)
	case 6:
		panic(ErrBad)
	}
}

func Recovers() (s string) {
	defer func() { s = fmt.Sprint("recovered: ", recover()) }()
	Panics(1)
	return
}

func Stack() string { return string(debug.Stack()) }

func Work(n int) int {
	var wg sync.WaitGroup
	ch := make(chan int)
	for i := range n {
		wg.Go(func() {
			var b strings.Builder
			for k := range 200 {
				b.WriteString(strings.Repeat("x", k))
			}
			ch <- b.Len() + i
			runtime.Gosched()
		})
	}
	go func() { wg.Wait(); close(ch) }()
	sum := 0
	for v := range ch {
		sum += v
	}
	return sum
}

func JSON(v any) (string, error) { b, err := json.Marshal(v); return string(b), err }

func Key() any { return api.Pair[string, int]{"a", 1} }

type local struct{ A, B int }

func Local() any { return local{1, 2} }

func Sorted(s []string) []string {
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] })
	return s
}

var Seq = func(yield func(int) bool) {
	for i := range 5 {
		if !yield(i) {
			return
		}
	}
}

var Deep func(n int) int

func init() {
	Deep = func(n int) int {
		var pad [100]int
		if n == 0 {
			runtime.GC()
			return 0
		}
		pad[n%100] = n
		return Deep(n-1) + pad[n%100] - n + 1
	}
}

// Nothing takes no room.
var Nothing struct{}
