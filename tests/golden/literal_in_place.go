package main

import (
	"compress/flate"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
)

func main() {
	old := debug.SetMaxStack(1 << 16)
	defer debug.SetMaxStack(old)
	var wg sync.WaitGroup
	b := make([]byte, 1<<20)
	for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			zw, err := flate.NewWriter(io.Discard, level)
			if err != nil {
				fmt.Println(level, err)
			}
			zw.Write(b)
			zw.Close()
		}()
	}
	wg.Wait()
	fmt.Println("ok")
}
