package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

type key struct {
	a int
	s string
	f [2]float64
}

func main() {
	m := map[key]int{}
	for i := range 1000 {
		m[key{i % 100, fmt.Sprint(i % 10), [2]float64{float64(i % 4), 0}}] += i
	}
	fmt.Println(len(m))
	s := 0
	for k, v := range m {
		s += k.a*7 + v
	}
	fmt.Println(s)
	big := make(map[int]int)
	for i := range 20000 {
		big[i*i] = i
	}
	for i := 0; i < 20000; i += 2 {
		delete(big, i*i)
	}
	ok := 0
	for i := range 20000 {
		if v, in := big[i*i]; in == (i%2 == 1) && (!in || v == i) {
			ok++
		}
	}
	fmt.Println(len(big), ok)

	// Deleting and adding while ranging: every old entry that stays is seen once.
	seen := map[int]int{}
	r := map[int]bool{}
	for i := range 500 {
		r[i] = true
	}
	for k := range r {
		if k < 500 {
			seen[k]++
		}
		if k%2 == 0 {
			delete(r, k+1)
		}
		r[k+100000] = true
		if len(r) > 5000 {
			break
		}
	}
	once := true
	for _, n := range seen {
		once = once && n == 1
	}
	fmt.Println(once)

	nan := map[float64]int{math.NaN(): 1, math.NaN(): 2, 0: 3}
	nan[math.Copysign(0, -1)] = 4
	fmt.Println(len(nan), nan[0], nan[math.NaN()])
	clear(nan)
	fmt.Println(len(nan))

	var nilmap map[string]int
	fmt.Println(nilmap["x"], len(nilmap))
	delete(nilmap, "x")
	func() {
		defer func() { fmt.Println(recover()) }()
		nilmap["x"] = 1
	}()
	ifs := map[any]string{1: "int", int8(1): "int8", "1": "string", [1]int{1}: "array", struct{}{}: "struct", nil: "nil"}
	fmt.Println(ifs[1], ifs[int8(1)], ifs["1"], ifs[[1]int{1}], ifs[struct{}{}], ifs[nil], ifs[uint(1)] == "")
	func() {
		defer func() { fmt.Println(recover()) }()
		ifs[[]int{1}] = "slice"
	}()
	keys := slices.Sorted(maps.Keys(map[string]int{"z": 1, "a": 2, "m": 3}))
	fmt.Println(keys)
	c := maps.Clone(map[int]string{1: "x"})
	c[2] = "y"
	fmt.Println(c, maps.Equal(c, map[int]string{1: "x", 2: "y"}))
	nested := map[string]map[string][]int{}
	for i := range 6 {
		k := string(rune('a' + i%2))
		if nested[k] == nil {
			nested[k] = map[string][]int{}
		}
		nested[k]["v"] = append(nested[k]["v"], i)
	}
	fmt.Println(nested)
	type P struct{ x, y int }
	pm := map[string]*P{"p": {1, 2}}
	pm["p"].x++
	fmt.Println(*pm["p"])
	small := map[uint32]string{1: "a", 2: "b", 3: "c"}
	for k := range small {
		delete(small, k)
	}
	fmt.Println(len(small))
}
