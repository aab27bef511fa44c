package main

import "fmt"

func main() {
	b := []byte("abc")
	for i, c := range string(b) {
		b[2] = 'z'
		fmt.Println(i, string(c))
	}
	for i, c := range []byte("héy") {
		fmt.Println(i, c)
	}
	x := []byte("k")
	m := map[string]int{"k": 1}
	fmt.Println(string(x) == "k", string(x) < "l", m[string(x)], string(x)+"w")
	switch string(x) {
	case "k", "q":
		fmt.Println("in", len(string(x)))
	}
	fmt.Println([]byte(string(x)+"1")[1], string(x) != "", string(x[:0]) == "")
	type S string
}
