package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go io.Copy(c, c)
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	b := make([]byte, 5)
	for i := 0; i < 1000; i++ {
		fmt.Fprintf(c, "hello")
		io.ReadFull(c, b)
	}
	fmt.Println(string(b))
	c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	_, err = c.Read(b)
	fmt.Println(os.IsTimeout(err))
	out, err := exec.Command("/bin/echo", "exec", "works").CombinedOutput()
	fmt.Println(string(out), err)
	sig := make(chan os.Signal, 1)
	signal.Notify(sig, syscall.SIGUSR1)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println(<-sig)
}
