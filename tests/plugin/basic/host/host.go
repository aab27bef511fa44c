package main

import (
	"errors"
	"fmt"
	"os"
	"plugin"
	"reflect"
	"runtime"
	"strings"

	"example.com/basic/api"
)

func get[T any](p *plugin.Plugin, name string) T {
	s, err := p.Lookup(name)
	if err != nil {
		panic(err)
	}
	return s.(T)
}

func main() {
	p, err := plugin.Open(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(*get[*struct{}](p, "Nothing"))
	f := api.Registry["upper"]
	fmt.Println(f.Apply("hello"))
	_, err = f.Apply("bad")
	bad := *get[*error](p, "ErrBad")
	fmt.Println(err, errors.Is(err, bad), api.Calls.Load())
	n := 0
	e := get[func(int) *api.Event](p, "MakeEvents")(1000)
	runtime.GC()
	for ; e != nil; e = e.Next {
		n += len(e.Tags["k"])
	}
	fmt.Println(n)
	panics := get[func(int)](p, "Panics")
	for i := range 7 {
		func() {
			defer func() {
				r := recover()
				_, isErr := r.(runtime.Error)
				fmt.Printf("%d %T %v %v\n", i, r, r, isErr)
			}()
			panics(i)
		}()
	}
	fmt.Println(get[func() string](p, "Recovers")())
	st := get[func() string](p, "Stack")()
	for _, l := range strings.Split(st, "\n") {
		if strings.Contains(l, "plug.Stack") || strings.Contains(l, "plug.go:") || strings.Contains(l, "main.main") {
			fmt.Println(strings.TrimSpace(l[strings.LastIndex(l, "/")+1:]))
		}
	}
	fmt.Println(get[func(int) int](p, "Work")(50))
	fmt.Println(get[func(any) (string, error)](p, "JSON")(struct {
		X int `json:"x"`
		Y []string
	}{1, []string{"a"}}))
	k := get[func() any](p, "Key")()
	m := map[any]int{api.Pair[string, int]{"a", 1}: 42}
	fmt.Println(m[k], k.(fmt.Stringer).String(), k == any(api.Pair[string, int]{"a", 1}))
	l := get[func() any](p, "Local")()
	fmt.Printf("%T %+v %s\n", l, l, reflect.TypeOf(l).PkgPath())
	fmt.Println(get[func([]string) []string](p, "Sorted")([]string{"b", "c", "a"}))
	for v := range *get[*func(func(int) bool)](p, "Seq") {
		fmt.Print(v, " ")
	}
	fmt.Println((*get[*func(int) int](p, "Deep"))(20000))
	fn := get[func() any](p, "Local")
	fmt.Println(runtime.FuncForPC(reflect.ValueOf(fn).Pointer()).Name())
	if len(os.Args) > 2 {
		panics(1)
	}
}
