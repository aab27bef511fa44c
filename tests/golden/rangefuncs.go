package main

import (
	"fmt"
	"iter"
	"slices"
)

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Print("[end] ")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func zip[A, B any](a iter.Seq[A], b iter.Seq[B]) iter.Seq2[A, B] {
	return func(yield func(A, B) bool) {
		next, stop := iter.Pull(b)
		defer stop()
		for x := range a {
			y, ok := next()
			if !ok || !yield(x, y) {
				return
			}
		}
	}
}

func find(n int) (r string) {
	defer func() { r += "!" }()
	for i := range count(10) {
		for j := range count(10) {
			defer func() { r += fmt.Sprint(".", i) }()
			if i*j == n {
				return fmt.Sprint(i, "*", j)
			}
			if j > i {
				break
			}
		}
	}
	return "none"
}

func labels() (s int) {
outer:
	for i := range count(5) {
		for j := range count(5) {
			switch {
			case j == 2:
				continue outer
			case i == 3:
				break outer
			}
			s += i*10 + j
		}
	}
	return
}

func bad(yield func(int) bool) {
	yield(1)
	yield(2)
}

type tree struct {
	l, r *tree
	v    int
}

func (t *tree) all() iter.Seq[int] {
	return func(yield func(int) bool) { t.push(yield) }
}
func (t *tree) push(y func(int) bool) bool {
	return t == nil || t.l.push(y) && y(t.v) && t.r.push(y)
}

func main() {
	for i := range count(4) {
		if i == 1 {
			continue
		}
		fmt.Print(i, " ")
	}
	fmt.Println()
	fmt.Println(find(6), find(97))
	fmt.Println(labels())
	for a, b := range zip(count(5), slices.Values([]string{"x", "y", "z"})) {
		fmt.Print(a, b, " ")
	}
	fmt.Println()
	t := &tree{&tree{nil, nil, 1}, &tree{&tree{nil, nil, 3}, nil, 4}, 2}
	fmt.Println(slices.Collect(t.all()))
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		for x := range bad {
			fmt.Print(x, " ")
			break
		}
	}()
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		for x := range count(3) {
			if x == 1 {
				panic("in the body")
			}
		}
	}()
	next, stop := iter.Pull2(slices.All([]string{"a", "b"}))
	fmt.Println(next())
	stop()
	fmt.Println(next())
	var fs []func()
	for i := range count(3) {
		fs = append(fs, func() { fmt.Print(i, ",") })
	}
	for _, f := range fs {
		f()
	}
	for range 2 {
		fmt.Print("r")
	}
	for i := range uint8(3) {
		fmt.Printf("%T%d ", i, i)
	}
	func() {
		for range func(yield func() bool) { yield() } {
			fmt.Println("no variables")
		}
	}()
	go func() {}()
	p, pstop := iter.Pull(count(100))
	sum := 0
	for range 50 {
		v, _ := p()
		sum += v
	}
	pstop()
	fmt.Println(sum)
}
