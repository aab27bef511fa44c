// One P: a goroutine that was preempted has its turn although others never leave the P idle.
package main

import (
	"fmt"
	"time"
)

func main() {
	done := make(chan int)
	a, b := make(chan int, 1), make(chan int, 1)
	for range 4 {
		go func() {
			for v := range a {
				b <- v
			}
		}()
		go func() {
			for v := range b {
				a <- v
			}
		}()
	}
	a <- 1
	b <- 1
	go func() {
		n := 0
		for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
			for i := range 1000 {
				n += i
			}
		}
		done <- n
	}()
	select {
	case n := <-done:
		fmt.Println("done", n > 0)
	case <-time.After(30 * time.Second):
		fmt.Println("starved")
	}
}
