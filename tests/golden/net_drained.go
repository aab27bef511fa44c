// A read of a socket that is known to be empty is not made (rt/sched/netpoll.c): nothing that arrives is missed for that, whatever it comes with.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func pair(network, address string) (a, b net.Conn) {
	l := must(net.Listen(network, address))
	defer l.Close()
	c := make(chan net.Conn, 1)
	go func() { c <- must(l.Accept()) }()
	a = must(net.Dial(network, l.Addr().String()))
	return a, <-c
}

// rounds of "n bytes there, n bytes back", after which each side knows its socket for one that empties.
func rounds(a, b net.Conn, n int) {
	var all sync.WaitGroup
	all.Go(func() {
		buf := make([]byte, 100)
		for range n {
			k := must(b.Read(buf))
			must(b.Write(buf[:k]))
		}
	})
	buf := make([]byte, 100)
	for i := range n {
		must(fmt.Fprintf(a, "request %d", i))
		k := must(a.Read(buf))
		if string(buf[:k]) != fmt.Sprintf("request %d", i) {
			panic(string(buf[:k]))
		}
	}
	all.Wait()
}

func raw(c net.Conn, f func(fd int)) {
	must(c.(syscall.Conn).SyscallConn()).Control(func(fd uintptr) { f(int(fd)) })
}

// what reads until the end of the stream.
func rest(c net.Conn) string {
	c.SetReadDeadline(time.Now().Add(time.Minute))
	text, err := io.ReadAll(c)
	return fmt.Sprintf("%q %v", text, err)
}

func main() {
	a, b := pair("tcp", "127.0.0.1:0")
	rounds(a, b, 1000) // how many reads they take: socket_calls.go

	// deadlines: one that passes, one that is moved, one in the past
	buf := make([]byte, 100)
	for range 20 {
		a.SetReadDeadline(time.Now().Add(time.Millisecond))
		if _, err := a.Read(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
			fmt.Println("no deadline:", err)
		}
		a.SetReadDeadline(time.Time{})
		go func() { time.Sleep(time.Millisecond); a.SetReadDeadline(time.Unix(1, 0)) }()
		if _, err := a.Read(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
			fmt.Println("no deadline:", err)
		}
		a.SetReadDeadline(time.Time{})
		rounds(a, b, 5)
	}

	// what was only looked at is still there
	must(b.Write([]byte("look")))
	must(a.(syscall.Conn).SyscallConn()).Read(func(fd uintptr) bool {
		n, _, err := syscall.Recvfrom(int(fd), buf[:2], syscall.MSG_PEEK)
		return err != syscall.EAGAIN && n == 2
	})
	fmt.Printf("%q\n", buf[:must(a.Read(buf))])
	// a callback may ask a socket that is empty, and is told so
	rounds(a, b, 20)
	must(a.(syscall.Conn).SyscallConn()).Read(func(fd uintptr) bool {
		_, err := syscall.Read(int(fd), buf)
		fmt.Println(err)
		return true
	})
	// some of it is taken by somebody else
	must(b.Write([]byte("part and rest")))
	must(a.(syscall.Conn).SyscallConn()).Read(func(fd uintptr) bool {
		n, err := syscall.Read(int(fd), buf[:4])
		return err == nil && n == 4
	})
	fmt.Printf("%q\n", buf[:must(a.Read(buf))])
	// a buffer that is just filled, with more behind it
	must(b.Write([]byte("12345678")))
	must(io.ReadFull(a, buf[:4]))
	fmt.Printf("%q\n", buf[:must(a.Read(buf[:4]))])

	// the peer sends without being asked: nothing is lost, however it is cut
	const size = 1 << 20
	go func() {
		block := make([]byte, 700)
		for n := 0; n < size; n += len(block) {
			must(b.Write(block))
			if n%7000 == 0 {
				runtime.Gosched()
			}
		}
		b.(*net.TCPConn).CloseWrite()
	}()
	fmt.Println(must(io.Copy(io.Discard, a)) >= size)
	// half closed: the other direction goes on
	must(a.Write([]byte("still")))
	fmt.Printf("%q\n", buf[:must(b.Read(buf))])
	a.Close()
	fmt.Println(rest(b))
	b.Close()

	for i := range 50 { // data and end at once, told of together or one by one
		a, b := pair("tcp", "127.0.0.1:0")
		rounds(a, b, 10)
		must(b.Write([]byte("last words")))
		if i%2 == 1 {
			time.Sleep(time.Millisecond)
		}
		b.Close()
		if got := rest(a); got != `"last words" <nil>` {
			fmt.Println(got)
		}
		a.Close()
	}
	for i := range 20 { // a reset
		a, b := pair("tcp", "127.0.0.1:0")
		rounds(a, b, 10)
		b.(*net.TCPConn).SetLinger(0)
		go func() {
			time.Sleep(time.Duration(i%3) * time.Millisecond)
			b.Close()
		}()
		a.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := a.Read(buf); !errors.Is(err, syscall.ECONNRESET) {
			fmt.Println("no reset:", err)
		}
		a.Close()
	}
	for i := range 20 { // urgent data: reading stops before it, though there is more
		a, b := pair("tcp", "127.0.0.1:0")
		rounds(a, b, 10)
		must(b.Write([]byte("before")))
		raw(b, func(fd int) {
			if err := syscall.Sendto(fd, []byte("!"), syscall.MSG_OOB, nil); err != nil {
				panic(err)
			}
		})
		must(b.Write([]byte("behind")))
		if i%2 == 1 {
			time.Sleep(time.Millisecond)
		}
		a.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := io.ReadFull(a, buf[:12]); err != nil || string(buf[:12]) != "beforebehind" {
			fmt.Printf("%q %v\n", buf[:12], err)
		}
		a.Close()
		b.Close()
	}
	// a file of the same number as a connection that was prepared for reading and not read
	for range 20 {
		a, b := pair("tcp", "127.0.0.1:0")
		rounds(a, b, 10)
		var number int
		must(a.(syscall.Conn).SyscallConn()).Read(func(fd uintptr) bool { number = int(fd); return true })
		a.Close()
		r := must(os.Open("/dev/null"))
		if n, err := r.Read(buf); n != 0 || err != io.EOF {
			fmt.Println(number, n, err)
		}
		r.Close()
		b.Close()
	}
	// borders between messages: a descriptor comes with the first, the second is there as well
	dir := must(os.MkdirTemp("", "drained"))
	defer os.RemoveAll(dir)
	u, v := pair("unix", dir+"/socket")
	rounds(u, v, 20)
	must(v.Write([]byte("one")))
	_, _, err := v.(*net.UnixConn).WriteMsgUnix([]byte("two"), syscall.UnixRights(0), nil)
	if err != nil {
		panic(err)
	}
	must(v.Write([]byte("three")))
	u.SetReadDeadline(time.Now().Add(time.Minute))
	_, err = io.ReadFull(u, buf[:11])
	fmt.Printf("%q %v\n", buf[:11], err)

	// less than SO_RCVLOWAT says comes without an event: all reads are made from then on
	for n := 10; n < 30; n++ {
		x, y := pair("tcp", "127.0.0.1:0")
		rounds(x, y, n)
		raw(y, func(fd int) {
			if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVLOWAT, 10); err != nil {
				panic(err)
			}
		})
		must(x.Write([]byte("little")))
		time.Sleep(time.Millisecond)
		y.SetReadDeadline(time.Now().Add(10 * time.Second))
		if got := string(buf[:must(y.Read(buf))]); got != "little" {
			fmt.Println(got)
		}
		x.Close()
		y.Close()
	}
}
