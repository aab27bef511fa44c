package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

func try(c chan int) string {
	select {
	case v, ok := <-c:
		return fmt.Sprint("got ", v, ok)
	default:
		return "empty"
	}
}

func main() {
	c := make(chan int, 1)
	fmt.Println(try(c))
	c <- 7
	fmt.Println(try(c))
	close(c)
	fmt.Println(try(c))

	var none chan int
	select {
	case <-none:
		fmt.Println("never")
	case <-time.After(time.Millisecond):
		fmt.Println("timeout")
	}

	evens, odds, quit := make(chan int), make(chan int), make(chan bool)
	go func() {
		for i := range 100 {
			if i%2 == 0 {
				evens <- i
			} else {
				odds <- i
			}
		}
		close(quit)
	}()
	e, o := 0, 0
loop:
	for {
		select {
		case v := <-evens:
			e += v
		case v := <-odds:
			o += v
		case <-quit:
			break loop
		}
	}
	fmt.Println(e, o)

	// Both directions at once: each value is sent or received, never both.
	a, b := make(chan int), make(chan int)
	go func() {
		for i := range 50 {
			select {
			case a <- i:
			case b <- -i:
			}
		}
		close(a)
		close(b)
	}()
	pos, n := 0, 0
	for a != nil || b != nil {
		select {
		case v, ok := <-a:
			if !ok {
				a = nil
				continue
			}
			pos += v
			n++
		case v, ok := <-b:
			if !ok {
				b = nil
				continue
			}
			pos -= v
			n++
		}
	}
	fmt.Println(pos, n)

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	fmt.Println(ctx.Err(), errors.Is(ctx.Err(), context.DeadlineExceeded))
	ctx2, cancel2 := context.WithCancelCause(context.Background())
	cancel2(errors.New("my reason"))
	<-ctx2.Done()
	fmt.Println(ctx2.Err(), context.Cause(ctx2))
	tick := time.NewTicker(time.Millisecond)
	for i := 0; i < 3; i++ {
		<-tick.C
	}
	tick.Stop()
	t := time.AfterFunc(time.Hour, func() {})
	fmt.Println(t.Stop(), t.Stop())
	defer func() { fmt.Println(recover()) }()
	close(c)
}
