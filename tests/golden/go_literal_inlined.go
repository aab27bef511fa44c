// A literal that a go statement calls with arguments, in a function that is inlined: the caller's copy of the statement calls the
// literal of the function it comes from, which was compiled before.
package main

import "fmt"

func squares(c chan<- int, n int) {
	go func(c chan<- int, n int) {
		defer close(c)
		for i := range n {
			c <- i * i
		}
	}(c, n)
}

func filter[T any](in <-chan T, keep func(T) bool) <-chan T {
	out := make(chan T)
	go func(in <-chan T, out chan<- T, keep func(T) bool) {
		defer close(out)
		for v := range in {
			if keep(v) {
				out <- v
			}
		}
	}(in, out, keep)
	return out
}

func main() {
	for _, n := range []int{3, 5} {
		c := make(chan int)
		squares(c, n)
		sum := 0
		for v := range filter(c, func(v int) bool { return v%2 == 0 }) {
			sum += v
		}
		fmt.Println(n, sum)
	}
	d := make(chan int)
	squares(d, 4)
	for v := range d {
		fmt.Print(v, " ")
	}
	fmt.Println()
}
