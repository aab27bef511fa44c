// Goroutines that wait, for bench/published.py: parked N. It says "ready", at a line of its input starts them, says "parked" when all wait, and ends at the next.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"sync"
)

func main() {
	n, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	in := bufio.NewReader(os.Stdin)
	fmt.Println("ready")
	in.ReadString('\n')
	var started sync.WaitGroup
	started.Add(n)
	end := make(chan bool)
	for range n {
		go func() {
			started.Done()
			<-end
		}()
	}
	started.Wait()
	fmt.Println("parked")
	in.ReadString('\n')
	close(end)
}
