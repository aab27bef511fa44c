package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
)

func order() {
	for i := range 5 {
		defer fmt.Print(i, " ")
	}
	defer func(s string) { fmt.Print(s, " ") }("first")
}

func named() (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
			n *= 2
		}
	}()
	n = 21
	var p *int
	*p = 1
	return 0, nil
}

func nested() (s string) {
	defer func() {
		s += fmt.Sprint(" outer:", recover())
	}()
	defer func() {
		defer func() { s += fmt.Sprint("inner:", recover()) }()
		panic("second")
	}()
	panic("first")
}

func replace() (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	defer panic("new")
	panic("old")
}

func notDirect() (r any) {
	defer func() { r = recover() }()
	defer func() {
		func() {
			if recover() != nil {
				fmt.Println("wrong: recovered by a function called by the deferred one")
			}
		}()
	}()
	panic("x")
}

type myErr struct{ code int }

func (e *myErr) Error() string { return fmt.Sprint("code ", e.code) }

func try(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case error:
			err = r
		default:
			err = fmt.Errorf("%v (%T)", r, r)
		}
	}()
	f()
	return
}

func goexit() {
	done := make(chan string, 2)
	go func() {
		defer close(done)
		defer func() { done <- fmt.Sprint("goexit ", recover()) }()
		runtime.Goexit()
	}()
	fmt.Println(<-done)
}

func loopDefer(n int) (s int) {
	for i := 0; i < n; i++ {
		if i%3 == 0 {
			defer func() { s += i }()
		}
	}
	return 1
}

func deep(n int) {
	if n == 0 {
		panic(errors.New("deep"))
	}
	defer func() { count++ }()
	deep(n - 1)
}

var count int

func main() {
	order()
	fmt.Println()
	fmt.Println(named())
	fmt.Println(nested())
	fmt.Println(replace())
	fmt.Println(notDirect())
	a, z, i := []int{1, 2}, 0, 5
	var e any = "str"
	var m map[string]int
	for _, f := range []func(){
		func() { _ = a[i] }, func() { _ = 1 / z }, func() { _ = a[i:] }, func() { _ = e.(int) }, func() { _ = e.(fmt.Stringer) },
		func() { m["a"] = 1 }, func() { panic(&myErr{3}) }, func() { panic(fmt.Sprint("s")) }, func() { _ = make([]int, i-10) },
		func() { _ = [2]int(a[:1]) }, func() { panic(nil) }, func() { var c chan int; close(c) }, func() {},
		func() { _ = strings.Repeat("x", i-6) },
	} {
		err := try(f)
		var re runtime.Error
		var me *myErr
		fmt.Println(err, errors.As(err, &re), errors.As(err, &me))
	}
	goexit()
	fmt.Println(loopDefer(10))
	fmt.Println(try(func() { deep(1000) }), count)
	err := fmt.Errorf("wrap %w and %w", os.ErrNotExist, &myErr{4})
	fmt.Println(err, errors.Is(err, os.ErrNotExist), errors.Unwrap(err))
	fmt.Println(errors.Join(errors.New("a"), nil, errors.New("b")))
}
