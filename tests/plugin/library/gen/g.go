package main

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
)

type Tree[K cmp.Ordered, V any] struct {
	l, r *Tree[K, V]
	k    K
	v    V
}

func (t *Tree[K, V]) Put(k K, v V) *Tree[K, V] {
	if t == nil {
		return &Tree[K, V]{k: k, v: v}
	}
	if k < t.k {
		t.l = t.l.Put(k, v)
	} else {
		t.r = t.r.Put(k, v)
	}
	return t
}
func (t *Tree[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { t.walk(yield) }
}
func (t *Tree[K, V]) walk(y func(K, V) bool) bool {
	return t == nil || t.l.walk(y) && y(t.k, t.v) && t.r.walk(y)
}
func Walk() string {
	var t *Tree[string, int]
	for i, s := range strings.Fields("the quick brown fox") {
		t = t.Put(s, i)
	}
	var b strings.Builder
	for k, v := range t.All() {
		fmt.Fprint(&b, k, v, " ")
	}
	next, stop := iter.Pull2(t.All())
	defer stop()
	k, _, _ := next()
	return b.String() + k
}
func Sorted() []string { return slices.Sorted(maps.Keys(map[string]int{"z": 1, "a": 2})) }

type Rec struct {
	A int `x:"y"`
	B []string
}

func (Rec) Hello(s string) string { return "hello " + s }
func Reflect() string {
	v := reflect.ValueOf(Rec{1, nil})
	out := v.MethodByName("Hello").Call([]reflect.Value{reflect.ValueOf("r")})
	st := reflect.StructOf([]reflect.StructField{{Name: "Q", Type: reflect.TypeFor[int]()}})
	fn := reflect.MakeFunc(reflect.TypeFor[func(int) int](), func(a []reflect.Value) []reflect.Value { return []reflect.Value{reflect.ValueOf(int(a[0].Int() * 2))} })
	return fmt.Sprint(out[0], st, v.Type().Field(0).Tag.Get("x"), fn.Interface().(func(int) int)(21), reflect.TypeFor[map[Rec2][]Rec]())
}

type Rec2 struct{ X any }

func Caller() string {
	_, file, line, ok := runtime.Caller(0)
	return fmt.Sprint(file[strings.LastIndex(file, "/")+1:], ":", line, ok)
}
func Nested() (s string) {
	defer func() {
		defer func() { s += fmt.Sprint(recover()) }()
		s = fmt.Sprint(recover())
		panic("second")
	}()
	panic("first")
}
func Goexit() string {
	c := make(chan string, 1)
	go func() {
		defer func() { c <- "exited" }()
		runtime.Goexit()
	}()
	return <-c
}
