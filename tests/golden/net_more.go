// A write that sendfile(2) follows goes out with it (rt/sched/netpoll.c): one packet; and a write that nothing follows waits for nothing.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type both struct {
	conn, peer *net.TCPConn
	file       *os.File
	body       []byte
}

func option(c *net.TCPConn, name, value int) int {
	got := 0
	must(c.SyscallConn()).Control(func(fd uintptr) {
		if value >= 0 {
			if err := syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, name, value); err != nil {
				panic(err)
			}
		}
		got = must(syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, name))
	})
	return got
}

// Packets with data that were sent: tcpi_data_segs_out.
func packets(c *net.TCPConn) (n int) {
	must(c.SyscallConn()).Control(func(fd uintptr) {
		var info [256]byte
		size := uint32(len(info))
		if _, _, e := syscall.Syscall6(syscall.SYS_GETSOCKOPT, fd, syscall.IPPROTO_TCP, syscall.TCP_INFO, uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0); e != 0 {
			panic(e)
		}
		n = int(*(*uint32)(unsafe.Pointer(&info[156])))
	})
	return n
}

func (b *both) expect(text []byte) {
	got := make([]byte, len(text))
	must(io.ReadFull(b.peer, got))
	if !bytes.Equal(got, text) {
		panic(fmt.Sprintf("%.40q is not %.40q", got, text))
	}
}

// A head, and the file behind it, n times: the peer has it whole before the next.
func (b *both) serve(n int) {
	for i := range n {
		head := fmt.Appendf(nil, "head %d\n", i)
		must(b.file.Seek(0, io.SeekStart))
		must(b.conn.Write(head))
		must(b.conn.ReadFrom(b.file))
		b.expect(append(head, b.body...))
	}
}

// The least time until the peer has a head behind which then does something else. Held back by the kernel it would be 200 ms.
func (b *both) prompt(what string, then func(arrived *atomic.Bool)) {
	least := time.Hour
	for range 20 {
		b.serve(5)
		var arrived atomic.Bool
		done := make(chan time.Duration)
		start := time.Now()
		go func() {
			b.expect([]byte("lonely"))
			took := time.Since(start)
			arrived.Store(true)
			done <- took
		}()
		must(b.conn.Write([]byte("lonely")))
		then(&arrived)
		least = min(least, <-done)
	}
	fmt.Println(what, least < 150*time.Millisecond)
}

func main() {
	l := must(net.Listen("tcp", "127.0.0.1:0"))
	c := make(chan net.Conn, 1)
	go func() { c <- must(l.Accept()) }()
	b := &both{peer: must(net.Dial("tcp", l.Addr().String())).(*net.TCPConn), body: bytes.Repeat([]byte("0123456789abcde\n"), 200)}
	b.conn = (<-c).(*net.TCPConn)
	b.file = must(os.CreateTemp("", "net_more"))
	defer os.Remove(b.file.Name())
	must(b.file.Write(b.body))

	b.serve(10)
	before := packets(b.conn)
	b.serve(100)
	sent := packets(b.conn) - before
	fmt.Println("a packet an answer:", sent >= 100 && sent < 150)

	b.prompt("waiting", func(*atomic.Bool) {})
	b.prompt("sleeping", func(*atomic.Bool) { time.Sleep(time.Millisecond) })
	b.prompt("another system call", func(arrived *atomic.Bool) {
		syscall.Getppid()
		for !arrived.Load() {
		}
	})
	b.prompt("computing", func(arrived *atomic.Bool) {
		for !arrived.Load() {
		}
	})
	b.prompt("a file without more", func(arrived *atomic.Bool) {
		must(b.file.Seek(0, io.SeekEnd))
		must(b.conn.ReadFrom(b.file))
		for !arrived.Load() {
		}
	})

	b.serve(5)
	must(b.conn.Write([]byte("one ")))
	must(b.conn.Write([]byte("two ")))
	must(b.file.Seek(0, io.SeekStart))
	must(b.conn.ReadFrom(b.file))
	must(b.conn.Write([]byte(" three")))
	b.expect([]byte("one two " + string(b.body) + " three"))
	fmt.Println("in order")

	b.serve(5)
	option(b.conn, syscall.TCP_CORK, 1)
	must(b.conn.Write([]byte("held")))
	fmt.Println("corked by the program:", option(b.conn, syscall.TCP_CORK, -1))
	option(b.conn, syscall.TCP_CORK, 0)
	b.expect([]byte("held"))

	b.serve(5)
	must(b.conn.Write([]byte("last")))
	b.conn.Close()
	fmt.Printf("%s\n", must(io.ReadAll(b.peer)))
}
