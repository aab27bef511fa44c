package main

import (
	"fmt"
	"os"
	"plugin"
	"runtime"
	"time"

	"example.com/basic/api"
)

func get[T any](p *plugin.Plugin, name string) T {
	s, err := p.Lookup(name)
	if err != nil {
		panic(err)
	}
	return s.(T)
}

var keep any
var keepFn func()
var keepStr string

//go:noinline
func use(p *plugin.Plugin) {
	fmt.Println(get[func(int, int) int](p, "Add")(1, 2), *get[*int](p, "Count"), *get[*string](p, "Name"))
}

//go:noinline
func hold(p *plugin.Plugin, kind int) {
	switch kind {
	case 0:
		keep = get[func() any](p, "Value")()
	case 1:
		keepStr = get[func() string](p, "Str")()
	case 2:
		keepFn = get[func() func()](p, "Fn")()
	case 3:
		keep = get[func(int) any](p, "Slice")(1000)
	case 4:
		keep = get[func(int) any](p, "Ptrs")(100)
	case 5:
		keep = map[any]any{1: get[func() any](p, "Value")()}
	case 6:
		c := make(chan any, 1)
		c <- get[func() any](p, "Value")()
		keep = c
	case 7:
		x := new([64]int)
		runtime.SetFinalizer(x, func(*[64]int) { get[func() string](p, "Str")() })
		f := get[func() func()](p, "Fn")()
		runtime.AddCleanup(x, func(int) { f() }, 1)
		keep = x
	case 14:
		x := new([64]int)
		runtime.AddCleanup(x, func(f func()) { f() }, get[func() func()](p, "Fn")())
		keep = x
	case 15:
		x := new([64]int)
		f := get[func() func()](p, "Fn")()
		runtime.SetFinalizer(x, func(*[64]int) { f() })
		keep = x
	case 8:
		keep = get[func(int) func() int](p, "Counter")(1)
	case 9:
		keep = [1]func() int{get[func(int, int) func() int](p, "Sum")(1, 2)}
	case 10:
		keep = map[string]func() int{"a": get[func(int) func() int](p, "Bound")(1)}
	case 11:
		keep = get[func(int) func() int](p, "BoundPtr")(1)
	case 12:
		keep = get[func(func() int) func() int](p, "Nested")(func() int { return 1 })
	case 13:
		get[func(func(func() int), int)](p, "Later")(func(f func() int) { keep = f }, 1)
	}
}
func release() { keep, keepFn, keepStr = nil, nil, "" }

func main() {
	p, err := plugin.Open(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	use(p)
	for k := range 16 {
		hold(p, k)
		fmt.Println(k, p.Close())
		release()
	}
	c := make(chan int)
	get[func(chan int)](p, "Go")(c)
	<-c
	fmt.Println(p.Close())
	c <- 1
	runtime.Gosched()
	runtime.GC()
	runtime.GC()
	fmt.Println(p.Close())
	_, err = p.Lookup("Add")
	fmt.Println(err, p.Close())
	for range 3 {
		p, err = plugin.Open(os.Args[1])
		if err != nil {
			panic(err)
		}
		use(p)
		if err := p.Close(); err != nil {
			panic(err)
		}
	}
	q, err := plugin.Open(os.Args[2])
	if err != nil {
		panic(err)
	}
	fmt.Println(q.Close())
	delete(api.Registry, "upper")
	fmt.Println(q.Close())
	p, err = plugin.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	time.AfterFunc(time.Hour, get[func() func()](p, "Fn")())
	fmt.Println(p.Close())
}
