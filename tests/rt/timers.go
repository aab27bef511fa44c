package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

func main() {
	t0 := time.Now()
	<-time.After(20 * time.Millisecond)
	d := time.Since(t0)
	fmt.Println(d >= 20*time.Millisecond, d < 2*time.Second)
	t := time.NewTimer(time.Hour)
	fmt.Println(len(t.C), cap(t.C), t.Stop(), t.Stop(), t.Reset(time.Millisecond))
	<-t.C
	fmt.Println(t.Stop())
	t.Reset(time.Nanosecond)
	time.Sleep(5 * time.Millisecond)
	t.Reset(time.Hour) // drops the value that was due
	select {
	case <-t.C:
		fmt.Println("stale")
	default:
		fmt.Println("no stale value")
	}
	tk := time.NewTicker(2 * time.Millisecond)
	for i := 0; i < 3; i++ {
		<-tk.C
	}
	tk.Stop()
	var wg sync.WaitGroup
	wg.Add(1)
	time.AfterFunc(time.Millisecond, func() { fmt.Println("func"); wg.Done() })
	wg.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(5 * time.Second):
		fmt.Println("late")
	}
	c := make(chan int)
	go func() { time.Sleep(time.Millisecond); c <- 1 }()
	select {
	case v := <-c:
		fmt.Println(v)
	case <-time.After(5 * time.Second):
		fmt.Println("late")
	}
}
