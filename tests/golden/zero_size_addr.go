package main

import "fmt"

type none struct{}

var x, y [0]int
var s none
var p, q = new([0]int), new([0]int)
var list = []*none{&s, new(none)}
var i any = s

func main() {
	fmt.Println(p == q, &x == p, &y == p, len(x), list[0] == list[1], i == any(none{}))
	x = [0]int{}
	s = none{}
	fmt.Println(fmt.Sprintf("%p", &x) == fmt.Sprintf("%p", &s))
}
