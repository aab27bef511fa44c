package main

import "fmt"

type E struct{ code int }

func (e E) Error() string { return fmt.Sprint("E", e.code) }

//go:noinline
func fail(n int) {
	if n == 0 {
		panic(E{7})
	}
	fail(n - 1)
}

func main() {
	fmt.Println("start")
	wait := make(chan int)
	go fail(3)
	<-wait
}
