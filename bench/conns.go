// Connections under contention: 50 of them over loopback, each with goroutines that write, read, move its deadlines and close it while the others go on;
// then with deadlines that pass at once, all of them spinning.
package main

import (
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	connections = 50
	messages    = 400
	deadlines   = 2000
	rounds      = 5
	spins       = 500
)

var received atomic.Int64

func pair(l net.Listener) (net.Conn, net.Conn) {
	c := make(chan net.Conn, 1)
	go func() {
		s, err := l.Accept()
		if err != nil {
			panic(err)
		}
		c <- s
	}()
	d, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	return d, <-c
}

// What was sent arrives, whatever the deadlines do: they lie far ahead. Who is left over is woken by the close.
func talk(l net.Listener) {
	a, b := pair(l)
	var work, rest sync.WaitGroup
	for _, c := range []net.Conn{a, b} {
		work.Go(func() {
			for i := 0; i < messages; i++ {
				if _, err := c.Write([]byte("sixteen bytes...")); err != nil {
					panic(err)
				}
			}
		})
		work.Go(func() {
			buf := make([]byte, 64)
			for n := 0; n < messages*16; {
				k, err := c.Read(buf)
				if err != nil {
					panic(err)
				}
				n += k
			}
			received.Add(messages)
		})
		work.Go(func() {
			for i := 0; i < deadlines; i++ {
				t := time.Now().Add(time.Minute + time.Duration(i))
				switch i % 3 {
				case 0:
					c.SetDeadline(t)
				case 1:
					c.SetReadDeadline(t)
				default:
					c.SetWriteDeadline(t)
				}
			}
		})
		rest.Go(func() {
			work.Wait()
			var one [1]byte
			c.Read(one[:]) // until it is closed by the other side, or by us
		})
		rest.Go(func() {
			work.Wait()
			c.Close()
		})
	}
	rest.Wait()
}

// Both sides read with deadlines of 0, 5 and 10 us, and are closed while the other still writes.
func spin(l net.Listener) {
	a, b := pair(l)
	var work sync.WaitGroup
	for _, c := range []net.Conn{a, b} {
		work.Go(func() {
			buf := make([]byte, 16)
			for i := 0; i < spins; i++ {
				c.SetReadDeadline(time.Now().Add(time.Duration(i%3) * 5 * time.Microsecond))
				c.Read(buf)
			}
			c.Close()
		})
		work.Go(func() {
			for i := 0; i < spins; i++ {
				c.SetWriteDeadline(time.Now().Add(time.Second))
				if _, err := c.Write(buffer[:1]); err != nil {
					return
				}
			}
		})
	}
	work.Wait()
}

var buffer [16]byte

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	for r := 0; r < rounds; r++ {
		var all sync.WaitGroup
		for i := 0; i < connections; i++ {
			all.Go(func() { talk(l) })
		}
		all.Wait()
		for i := 0; i < connections; i++ {
			all.Go(func() { spin(l) })
		}
		all.Wait()
	}
	fmt.Println(received.Load())
}
