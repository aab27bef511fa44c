// Maps: integer and string keys, insertion, lookup, deletion, iteration.
package main

import (
	"fmt"
	"strconv"
)

func main() {
	m := map[int]int{}
	for i := 0; i < 2_000_000; i++ {
		m[i*7919%1_000_003] += i
	}
	s := 0
	for i := 0; i < 4_000_000; i++ {
		s += m[i]
	}
	for i := 0; i < 500_000; i++ {
		delete(m, i)
	}
	w := map[string]int{}
	keys := make([]string, 50_000)
	for i := range keys {
		keys[i] = "key" + strconv.Itoa(i)
	}
	for r := 0; r < 40; r++ {
		for _, k := range keys {
			w[k] += r
		}
	}
	for _, v := range w {
		s += v
	}
	fmt.Println(len(m), len(w), s)
}
