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
