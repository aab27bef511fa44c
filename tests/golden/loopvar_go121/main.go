package main

import "fmt"

// A module of Go 1.21: loop variables are declared once for the loop.
func main() {
	var fs []func() int
	var ps []*int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { return i })
	}
	for i, v := range []int{7, 8} {
		fs = append(fs, func() int { return 10*i + v })
		ps = append(ps, &v)
	}
	for i, v := range [3]int{1, 2, 3} {
		fs = append(fs, func() int { i++; v++; return 10*i + v })
	}
	for k, v := range map[string]int{"a": 5} {
		fs = append(fs, func() int { return len(k) + v })
	}
	ch := make(chan int, 2)
	ch <- 1
	ch <- 2
	close(ch)
	for v := range ch {
		fs = append(fs, func() int { return v })
	}
	for i, r := range "xy" {
		fs = append(fs, func() int { return i + int(r) })
	}
	for i := range ps {
		fs = append(fs, func() int { return i })
	}
	var x, y int
	for x, y = range []int{4, 5} {
	}
	for _, f := range fs {
		fmt.Print(f(), " ")
	}
	fmt.Println(*ps[0], *ps[1], x, y)
}
