// Reads of variables and calls in one statement: the language leaves their order open, programs are tested with that of gc.
package main

import "fmt"

var g = []int{1, 2, 3}
var gm = map[string]int{}
var gp = &struct{ x int }{1}

func mod(v int) int { g = []int{10, 20, 30}; gp = &struct{ x int }{v}; gm = map[string]int{}; return v }

func reset() { g = []int{1, 2, 3}; gp = &struct{ x int }{1}; gm = map[string]int{} }

func main() {
	g[0] = mod(5)
	fmt.Println(g)
	reset()
	g[0], g[1] = mod(5), 7
	fmt.Println(g)
	reset()
	gp.x = mod(6)
	fmt.Println(gp.x)
	reset()
	gp.x, g[2] = mod(6), mod(8)
	fmt.Println(gp.x, g)
	reset()
	gm["a"] = mod(3)
	fmt.Println(gm)
	reset()
	gm["a"], gm["b"] = mod(3), 4
	fmt.Println(gm)
	reset()
	x := []int{g[0], mod(1), g[0]}
	fmt.Println(x)
	reset()
	fmt.Println(g[0]+mod(1), g[0])
	reset()
	y := g[0] + mod(1)*g[1]
	fmt.Println(y)
	reset()
	g[mod(1)] = g[0]
	fmt.Println(g)
	reset()
	g[0] += mod(2)
	fmt.Println(g)
	reset()
	gp.x += mod(2)
	fmt.Println(gp.x)
	l := []int{1, 2}
	f := func() int { l = append([]int{9}, l...); return 0 }
	l[f()], l[1] = 50, 60
	fmt.Println(l)
	l[1], l[f()] = 51, 61
	fmt.Println(l)
	a, b := l[0], f()
	fmt.Println(a, b)
	p := &l
	(*p)[0], (*p)[1] = f(), f()
	fmt.Println(l)
	s := struct{ l []int }{[]int{1}}
	h := func() int { s.l = []int{7, 8}; return 1 }
	s.l[0], s.l[h()] = 3, 4
	fmt.Println(s)
	var arr [3]int
	k := func() int { arr[0] = 5; return 2 }
	arr[1], arr[k()] = arr[0], arr[0]
	fmt.Println(arr)
	n := 1
	inc := func() int { n++; return n }
	v := []int{n, inc(), n, inc()}
	fmt.Println(v, n+inc(), fmt.Sprint(n, inc(), n))

	c, d, e := n, inc(), n
	fmt.Println(c, d, e)
	z := [2]int{n, inc()}
	w := struct{ a, b int }{n, inc()}
	fmt.Println(z, w)
	r := func() (int, int, int) { return n, inc(), n }
	fmt.Println(r())
	q := n*10 + inc()
	t := func(a, b int) int { return a*100 + b }(n, inc())
	fmt.Println(q, t)
}
