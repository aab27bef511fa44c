// Iterators over methods, of Go 1.26: they reach what no other code names.
package main

import (
	"fmt"
	"reflect"
)

type T struct{ n int }

func (t T) Add(x int) int  { return t.n + x }
func (t *T) Set(x int)     { t.n = x }
func (T) hidden()          {}
func (t T) Unused() string { return "unused" }

type S struct{ v int }

func (s S) Val() int { return s.v }

func main() {
	for m := range reflect.TypeFor[*T]().Methods() {
		fmt.Println(m.Name, m.Type)
	}
	for m, v := range reflect.ValueOf(S{3}).Methods() {
		fmt.Println(m.Name, v.Call(nil)[0])
	}
}
