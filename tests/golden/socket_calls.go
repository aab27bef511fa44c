// Sockets that are known to be TCP are read and written by recvfrom(2) and sendto(2); where a filter of system calls refuses these, by read and write as
// before. Ends and errors are the same in both. The kernel counts reads only; there are no more than messages, but a few (net_drained.go).
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

type step struct {
	code   uint16
	jt, jf uint8
	k      uint32
}

// refuse makes recvfrom and sendto fail with errno in all threads.
func refuse(errno uint32) error {
	filter := []step{
		{0x20, 0, 0, 0}, // the call's number
		{0x15, 1, 0, syscall.SYS_RECVFROM},
		{0x15, 0, 1, syscall.SYS_SENDTO},
		{0x06, 0, 0, 0x00050000 | errno},
		{0x06, 0, 0, 0x7fff0000},
	}
	program := struct {
		n     uint16
		steps *step
	}{uint16(len(filter)), &filter[0]}
	syscall.AllThreadsSyscall6(syscall.SYS_PRCTL, 38, 1, 0, 0, 0, 0) // PR_SET_NO_NEW_PRIVS
	if _, _, e := syscall.Syscall(317, 1, 1, uintptr(unsafe.Pointer(&program))); e != 0 {
		return e
	}
	return nil
}

// System calls of reading, of this process.
func reads() int {
	text, err := os.ReadFile("/proc/self/io")
	check(err)
	_, after, _ := strings.Cut(string(text), "syscr: ")
	line, _, _ := strings.Cut(after, "\n")
	n, err := strconv.Atoi(line)
	check(err)
	return n
}

func echo(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() { io.Copy(struct{ io.Writer }{c}, struct{ io.Reader }{c}); c.Close() }()
	}
}
func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
func trips(c net.Conn, n int) {
	b := make([]byte, 256)
	for i := range n {
		for k := range b[:100] {
			b[k] = byte(i + k)
		}
		if _, err := c.Write(b[:100]); err != nil {
			check(err)
		}
		_, err := io.ReadAtLeast(c, b[100:], 100)
		check(err)
		for k := range b[:100] {
			if b[100+k] != byte(i+k) {
				check(fmt.Errorf("trip %d: byte %d", i, k))
			}
		}
	}
}

// ends: no bytes, the peer's end, writing to one that has closed.
func ends(l net.Listener) {
	c, err := net.Dial("tcp", l.Addr().String())
	check(err)
	trips(c, 40)
	if n, err := c.Read(nil); n != 0 || err != nil {
		fmt.Println("read of nothing:", n, err)
	}
	if n, err := c.Write(nil); n != 0 || err != nil {
		fmt.Println("write of nothing:", n, err)
	}
	check(c.(*net.TCPConn).CloseWrite())
	if n, err := c.Read(make([]byte, 10)); n != 0 || err != io.EOF {
		fmt.Println("end:", n, err)
	}
	_, err = c.Write([]byte("more"))
	fmt.Println(errors.Is(err, syscall.EPIPE), err.(*net.OpError).Err)
	c.Close()
}

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go echo(l)
	ends(l)
	c, err := net.Dial("tcp", l.Addr().String())
	check(err)
	trips(c, 40)
	least := 2000
	for _, e := range []syscall.Errno{syscall.ENOSYS, syscall.EPERM} {
		if err := refuse(uint32(e)); err != nil {
			fmt.Fprintln(os.Stderr, "no filter:", err) // where filters are not allowed
			least = 0
		}
		trips(c, 40)
	}
	before := reads()
	trips(c, 1000)
	if n := reads() - before; n < least || n > 2600 {
		fmt.Println(n, "reads of 2000 messages")
	}
	ends(l)
	fmt.Println("done")
}
