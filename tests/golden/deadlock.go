package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	c := make(chan int)
	go func() {
		mu.Lock()
		c <- 1
	}()
	fmt.Println(<-c)
	mu.Lock()
	fmt.Println("never")
}
