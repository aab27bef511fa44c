// Memory of a peak is given back soon, also by a program that does nothing then, or next to nothing, and needs no collection.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

func resident() int {
	b, _ := os.ReadFile("/proc/self/statm")
	n, _ := strconv.Atoi(string(bytes.Fields(b)[1]))
	return n * 4 >> 10
}

var keep [][]byte

//go:noinline
func heap() {
	for i := 0; i < 200; i++ {
		b := make([]byte, 1<<20)
		for k := range b {
			b[k] = 1
		}
		keep = append(keep, b)
	}
	keep = append([][]byte(nil), keep[:10]...)
}

func main() {
	heap()
	n := 0
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if n = resident(); n < 50 {
			break
		}
	}
	fmt.Println(n < 50, len(keep))
}
