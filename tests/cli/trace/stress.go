package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"syscall"
	"time"
)

// main writes a trace of a thousand goroutines that wait for and wake each other in every way; with "flight" before the name, that of a flight recorder.
func main() {
	if len(os.Args) == 3 {
		flight(os.Args[2])
		return
	}
	f, _ := os.Create(os.Args[1])
	if err := trace.Start(f); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if err := trace.Start(f); err == nil || !trace.IsEnabled() {
		fmt.Println("started twice")
		os.Exit(1)
	}
	ctx, task := trace.NewTask(context.Background(), "all")
	var wg sync.WaitGroup
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	ch := make(chan int)
	stop := make(chan bool)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() { io.Copy(c, c); c.Close() }()
		}
	}()
	go func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(3 * time.Millisecond):
				runtime.GOMAXPROCS(1 + i%4)
			}
		}
	}()
	go func() {
		for {
			select {
			case <-stop:
				return
			case v := <-ch:
				_ = v
			}
		}
	}()
	var sink [][]byte
	for i := 0; i < 1000; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			switch i % 8 {
			case 0:
				time.Sleep(time.Duration(i%7) * time.Millisecond)
				ch <- i
			case 1:
				for k := 0; k < 20; k++ {
					syscall.Getpid()
					os.Stat("/")
				}
			case 2:
				runtime.LockOSThread()
				ts := syscall.Timespec{Nsec: 1000000}
				syscall.Nanosleep(&ts, nil)
				if i%16 == 2 {
					runtime.UnlockOSThread()
				}
			case 3:
				defer func() { recover() }()
				trace.WithRegion(ctx, "panicky", func() { var m map[int]int; m[1] = 2 })
			case 4:
				if i%5 != 0 {
					return
				}
				c, err := net.Dial("tcp", ln.Addr().String())
				if err != nil {
					panic(err)
				}
				fmt.Fprintf(c, "hello")
				b := make([]byte, 5)
				io.ReadFull(c, b)
				c.Close()
			case 5:
				mu.Lock()
				sink = append(sink, make([]byte, 10000))
				mu.Unlock()
				cond.Broadcast()
			case 6:
				x := 0
				for k := 0; k < 3000000; k++ {
					x += k
				}
				trace.Log(ctx, "x", "done")
			case 7:
				mu.Lock()
				if len(sink) < 50 {
					cond.Wait()
				}
				mu.Unlock()
				if i%63 == 0 {
					runtime.GC()
				}
				next(20)
			}
		}()
	}
	wg.Wait()
	close(stop)
	ln.Close()
	task.End()
	trace.Stop()
	f.Close()
}
