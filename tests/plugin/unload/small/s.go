package main

import "fmt"

type T struct{ N int }

var Count int
var Name = fmt.Sprint("small", 1)

func Add(a, b int) int { Count++; return a + b }
func Value() any       { return T{1} }
func Str() string      { return "constant of the plugin" }
func Fn() func()       { return func() { Count++ } }
func Block(c chan int) { <-c }
func Slice(n int) any  { return make([]T, n) }
func Ptrs(n int) any   { return make([]*T, n) }
func Go(c chan int)    { go func() { c <- 1; <-c }() }

// Objects that carry their type, which only variables of the plugin lead to.
var Table = map[string]*T{}
var Long = make([]*T, 1000)

func init() {
	for i := range 100 {
		Table[fmt.Sprint(i)] = &T{i}
		Long[i] = &T{i}
	}
}

// Function values that only their code leads to the plugin.
func (t T) Get() int                  { return t.N }
func (t *T) Inc() int                 { t.N++; return t.N }
func Counter(n int) func() int        { return func() int { n++; return n } }
func Sum(a, b int) func() int         { return func() int { return a + b } }
func Bound(n int) func() int          { return T{n}.Get }
func BoundPtr(n int) func() int       { return (&T{n}).Inc }
func Nested(f func() int) func() int  { return func() int { return f() + 1 } }
func Later(f func(func() int), n int) { defer f(func() int { return n }) }
