// A deadline that is set anew at the moment at which the old one is due does not fire.
package main

import (
	"fmt"
	"net"
	"time"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		c, _ := l.Accept()
		for b := make([]byte, 1); ; {
			if _, err := c.Read(b); err != nil {
				return
			}
			c.Write(b)
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	bad, b := 0, make([]byte, 1)
	for n := range 3000 {
		d := time.Duration(20+n%40) * time.Microsecond
		c.SetReadDeadline(time.Now().Add(d))
		for s := time.Now(); time.Since(s) < d+time.Duration(n/40%64)*250; {
		}
		c.SetReadDeadline(time.Now().Add(time.Hour))
		c.Write(b)
		if _, err := c.Read(b); err != nil {
			bad++
			c.SetReadDeadline(time.Time{})
			c.Read(b)
		}
	}
	fmt.Println(bad, "timeouts")
}
