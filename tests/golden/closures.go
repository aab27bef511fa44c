package main

import "fmt"

type op func(int) int

func (f op) twice() op { return func(x int) int { return f(f(x)) } }

func counter() (inc func() int, get func() int) {
	n := 0
	return func() int { n++; return n }, func() int { return n }
}

func fib() func() int {
	a, b := 0, 1
	return func() int {
		defer func() { a, b = b, a+b }()
		return a
	}
}

type T struct{ v int }

func (t T) Val(k int) int  { return t.v + k }
func (t *T) Ptr(k int) int { t.v += k; return t.v }

type I interface{ Val(int) int }

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func main() {
	inc, get := counter()
	inc()
	inc()
	fmt.Println(get())
	f := fib()
	for range 10 {
		fmt.Print(f(), " ")
	}
	fmt.Println()
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i *= 10; return i })
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
	t := T{1}
	mv, pv := t.Val, t.Ptr
	t.v = 100
	fmt.Println(mv(1), pv(5), t.v, T.Val(t, 2), (*T).Ptr(&t, 3), I.Val(t, 1))
	var i I = t
	iv := i.Val
	i = T{-1}
	fmt.Println(iv(0), i.Val(0))
	fmt.Println(op(func(x int) int { return x*x + 1 }).twice().twice()(1))
	var rec func(int) int
	rec = func(n int) int {
		if n < 2 {
			return 1
		}
		return n * rec(n-1)
	}
	fmt.Println(rec(15))
	x, y := 1, "a"
	func() {
		x := x + 1
		y += fmt.Sprint(x)
	}()
	fmt.Println(x, y)
	fmt.Println(compose(func(x int) int { return x + 1 }, t.Val, func(x int) int { return -x })(3))
	arr := [4]int{1, 2, 3, 4}
	g := func() (s int) {
		for i := range arr {
			s += arr[i]
		}
		return
	}
	arr[0] = 50
	fmt.Println(g())
	type big struct{ a [40]int }
	var b big
	h := func(i int) *int { return &b.a[i] }
	*h(3) = 9
	fmt.Println(b.a[3])
	var nilf func()
	defer func() { fmt.Println("recovered:", recover()) }()
	nilf()
}
