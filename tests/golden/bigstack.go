package main

import "fmt"

func ack(m, n int) int {
	if m == 0 {
		return n + 1
	}
	if n == 0 {
		return ack(m-1, 1)
	}
	return ack(m-1, ack(m, n-1))
}

// Pointers into the stack stay right when it moves.
func deep(n int, up *int, frames *[]*int) int {
	var pad [64]int
	local := n
	pad[n%64] = *up
	p := &local
	if n > 0 {
		r := deep(n-1, p, frames)
		if *p != n || pad[n%64] != *up {
			panic("moved wrong")
		}
		return r + *p
	}
	return *p
}

func big(n int) (s int) {
	var a [20000]int
	for i := range a {
		a[i] = i + n
	}
	if n > 0 {
		s = big(n - 1)
	}
	for i := 0; i < len(a); i += 1000 {
		s += a[i]
	}
	return
}

type large struct{ v [1000]int }

func pass(l large, n int) large {
	l.v[n]++
	if n == 0 {
		return l
	}
	return pass(l, n-1)
}

func withDefer(n int, out *int) {
	if n == 0 {
		return
	}
	defer func() { *out += n }()
	withDefer(n-1, out)
}

func main() {
	fmt.Println(ack(2, 300))
	x := -1
	fmt.Println(deep(20000, &x, nil))
	fmt.Println(big(30))
	l := pass(large{}, 999)
	s := 0
	for _, v := range l.v {
		s += v
	}
	fmt.Println(s)
	o := 0
	withDefer(10000, &o)
	fmt.Println(o)
	res := make(chan int)
	for i := range 10 {
		go func() { y := i; res <- deep(3000+i, &y, nil) }()
	}
	t := 0
	for range 10 {
		t += <-res
	}
	fmt.Println(t)
	m := map[int]int{}
	var f func(int) int
	f = func(n int) int {
		if n < 2 {
			return n
		}
		if v, ok := m[n]; ok {
			return v
		}
		var pad [100]int
		pad[n%100] = f(n-1) % 1000007
		m[n] = (pad[n%100] + f(n-2)) % 1000007
		return m[n]
	}
	fmt.Println(f(5000))
}
