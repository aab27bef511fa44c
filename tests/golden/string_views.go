package main

import (
	"bytes"
	"fmt"
	"testing"
)

type name string
type raw []byte

func main() {
	a, b := bytes.Repeat([]byte("x"), 100), bytes.Repeat([]byte("x"), 100)
	n := 0
	count := func(f func()) { fmt.Println(testing.AllocsPerRun(100, f)) }
	count(func() {
		if string(a) == string(b) {
			n++
		}
	})
	count(func() {
		if string(a) < "y" {
			n++
		}
	})
	count(func() {
		if "x" != string(b) {
			n++
		}
	})
	count(func() {
		if name(raw(a)) > name(b) {
			n++
		}
	})
	count(func() {
		if bytes.Equal(a, b) && bytes.Index(a, b) == 0 {
			n++
		}
	})
	count(func() {
		switch string(a) {
		case "x":
			n++
		case "y":
			n += 3
		}
	})
	count(func() {
		for range []byte(name("hello")) {
			n++
		}
	})
	fmt.Println(n)
}
