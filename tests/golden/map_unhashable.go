package main

import "fmt"

func try(f func()) {
	defer func() { e := recover(); fmt.Printf("%T %v\n", e, e) }()
	f()
}

type key struct {
	a int
	b any
}

func main() {
	var e any = []int{1}
	m := map[any]int{}
	k := key{1, e}
	mk := map[key]string{}
	var mn map[any]bool
	try(func() { m[e]++ })
	try(func() { m[e] = 2 })
	try(func() { _ = m[e] })
	try(func() { delete(m, e) })
	try(func() { _, ok := m[e]; fmt.Println(ok) })
	try(func() { mk[k] = "x" })
	try(func() { fmt.Println(mk[k]) })
	try(func() { fmt.Println(mn[e]) })
	m[1] = 2
	mk[key{}] = "z"
	try(func() { m[e] += 3 })
	try(func() { fmt.Println(m[e]) })
	try(func() { delete(m, e) })
	try(func() { mk[k] = "x" })
	try(func() { fmt.Println(mk[k]) })
	try(func() { m[struct{ f func() }{}] = 2 })
	try(func() { m[[2]any{1, map[int]int{}}] = 2 })
	try(func() { fmt.Println(any(k) == any(k)) })
	try(func() { fmt.Println(e == e) })
	try(func() { fmt.Println(any([1]any{e}) == any([1]any{e})) })
}
