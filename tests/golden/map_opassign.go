package main

import "fmt"

func main() {
	m := map[string]string{"a": "x"}
	for i := 0; i < 5; i++ {
		m["a"] += m["b"] + "y"
		m[fmt.Sprint(i%2)] += "z"
	}
	n := map[int]int{}
	f := func() int { n[1] = 100; delete(n, 2); return 7 }
	n[1] += f()
	n[2] -= f()
	n[3] |= 5
	n[4] <<= 3
	n[1]++
	d := map[any]float64{}
	d[2]--
	d[2] *= 4
	c := map[[2]int]complex128{}
	c[[2]int{1, 2}] += 3i
	c[[2]int{1, 2}] *= c[[2]int{1, 2}]
	func() {
		defer func() { fmt.Println(recover(), len(n)) }()
		n[9] /= len(n) - len(n)
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		var z map[string]int
		z["a"]++
	}()
	big := map[int]int{}
	for i := 0; i < 1000; i++ {
		big[i*7%501] += i
		big[i] -= big[i/2]
	}
	sum := 0
	for k, v := range big {
		sum += k ^ v
	}
	fmt.Println(m, n, d, c, sum, len(big))
}
