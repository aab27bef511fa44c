package main

import (
	"errors"
	"fmt"
)

type T struct{ v []int }

func (t *T) get(i int) int { return t.v[i] }

func level2(t *T) int {
	defer fmt.Println("deferred in level2")
	return t.get(5)
}

func level1() {
	defer func() {
		r := recover()
		fmt.Println("again:", r)
		panic(fmt.Errorf("wrapped: %w", errors.Join(r.(error))))
	}()
	level2(&T{[]int{1}})
}

func main() {
	level1()
}
