package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

type K struct {
	a int
	s string
	i any
}

func main() {
	m := map[string]int{}
	for i := 0; i < 1000; i++ {
		m[fmt.Sprint("k", i)] = i
	}
	s := 0
	for k, v := range m {
		if len(k) > 0 {
			s += v
		}
	}
	for i := 0; i < 1000; i += 2 {
		delete(m, fmt.Sprint("k", i))
	}
	fmt.Println(len(m), s, m["k7"], m["k8"])
	mk := map[K]float64{{1, "a", 2}: 1, {1, "a", "x"}: 2}
	mk[K{1, "a", 2.0}]++
	fmt.Println(len(mk), mk[K{1, "a", 2}], mk[K{1, "a", "x"}])
	mf := map[float64]int{}
	mf[math.NaN()] = 1
	mf[math.NaN()] = 2
	mf[0.0] = 3
	z := 0.0
	mf[-z] = 4
	fmt.Println(len(mf), mf[0])
	clear(mf)
	fmt.Println(len(mf))
	mi := map[int32]struct{}{5: {}}
	_, ok := mi[5]
	_, ok2 := mi[6]
	fmt.Println(ok, ok2)
	ma := map[any]string{1: "int", "1": "string", int8(1): "int8", [2]int{1, 2}: "arr", 1.0: "f", nil: "nil"}
	fmt.Println(ma[1], ma["1"], ma[int8(1)], ma[[2]int{1, 2}], ma[1.0], ma[nil], len(ma))
	c := maps.Clone(m)
	c["new"] = 1
	fmt.Println(len(m), len(c), slices.Sorted(maps.Keys(map[int]bool{3: true, 1: true})))
	type big struct{ x [300]byte }
	mb := map[int]big{}
	mb[1] = big{}
	fmt.Println(len(mb[2].x), len(mb))
	mp := map[*int]int{}
	p := new(int)
	mp[p] = 9
	fmt.Println(mp[p], mp[nil])
	var nilm map[string]int
	fmt.Println(nilm["x"], len(nilm))
	delete(nilm, "x")
	fmt.Println(map[string][]int{"b": {2}, "a": {1}})
}
