package hot

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

var enabled bool

// loaded is what C fills in (rt/plugin/patch.h).
type loaded struct {
	error, subject                                        *byte
	ran                                                   int
	goroutine                                             int
	inits                                                 *uint32
	ninits, functions, running, modules, retired, stopped int
	head, file                                            unsafe.Pointer
	fileSize                                              int
	lookups                                               *[256]unsafe.Pointer
}

func load(fd, size int, out *loaded) bool
func apply(out *loaded) bool
func done(out *loaded)
func sweep(out *loaded)
func lookups() *[256]unsafe.Pointer // package runtime's
func socket() string                // where the watcher is
func notes() int                    // the memory file of abi/patch.h, or -1
func notesSize() int
func wait(fd int)                 // until there is something to read
func newSystemGoroutine(f func()) // does not count as one of the program's

// The messages and the answer of abi/patch.h.
type message struct{ size uint64 }
type answer struct {
	good, modules uint32
	stopped       uint64
	text          [240]byte
}

func init() {
	name := socket()
	if name == "" {
		return
	}
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_SEQPACKET|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return
	}
	fd = outOfTheWay(fd)
	if syscall.Connect(fd, &syscall.SockaddrUnix{Name: "@" + name}) != nil {
		syscall.Close(fd)
		return
	}
	enabled = true
	if file := notes(); file >= 0 {
		m := message{uint64(notesSize())}
		syscall.Sendmsg(fd, bytesOf(&m), syscall.UnixRights(file), nil, 0)
		syscall.Close(file)
	}
	newSystemGoroutine(func() { serve(fd) })
}

// outOfTheWay leaves the lowest descriptors to the program.
func outOfTheWay(fd int) int {
	const above = 500
	high, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_DUPFD_CLOEXEC, above)
	if errno != 0 {
		return fd
	}
	syscall.Close(fd)
	return int(high)
}

func bytesOf[T any](p *T) []byte { return unsafe.Slice((*byte)(unsafe.Pointer(p)), unsafe.Sizeof(*p)) }

// serve waits for patches until the watcher goes. What is done then is done by a goroutine that counts.
func serve(fd int) {
	for number := 1; ; {
		var m message
		control := make([]byte, syscall.CmsgSpace(4))
		wait(fd)
		n, nc, _, _, err := syscall.Recvmsg(fd, bytesOf(&m), control, syscall.MSG_CMSG_CLOEXEC|syscall.MSG_DONTWAIT)
		if err == syscall.EINTR || err == syscall.EAGAIN {
			continue
		}
		if err != nil || n == 0 {
			syscall.Close(fd)
			return
		}
		file := received(control[:nc])
		if file < 0 || n != int(unsafe.Sizeof(m)) {
			continue
		}
		applied := make(chan bool)
		go func() { applied <- take(fd, file, int(m.size), number) }()
		if <-applied {
			number++
		}
	}
}

// take is one patch. If it does not hold, the watcher starts the program again.
func take(fd, file, size, number int) bool {
	var out loaded
	good := patch(file, size, &out)
	syscall.Close(file)
	event := Event{number, out.functions, out.running}
	reply(fd, good, &out)
	if good {
		reloaded(event)
		clean(&out)
	}
	return good
}

func received(control []byte) int {
	list, err := syscall.ParseSocketControlMessage(control)
	if err != nil || len(list) != 1 {
		return -1
	}
	fds, err := syscall.ParseUnixRights(&list[0])
	if err != nil || len(fds) != 1 {
		return -1
	}
	return fds[0]
}

// patch initializes the variables that are new before anything can use them.
func patch(fd, size int, out *loaded) bool {
	const wait = 10 * time.Millisecond
	good := load(fd, size, out)
	if good {
		for _, entry := range unsafe.Slice(out.inits, out.ninits) {
			code := uintptr(entry)
			p := &code
			(*(*func())(unsafe.Pointer(&p)))()
		}
		// who is in a changed function for a moment has left it at the second or third look
		for i := 0; ; i++ {
			if good = apply(out); good || out.goroutine == 0 || i == 3 {
				break
			}
			time.Sleep(wait)
			out.error, out.subject = nil, nil
		}
	}
	return good
}

func text(p *byte) string {
	n := 0
	for p != nil && *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
		n++
	}
	return string(unsafe.Slice(p, n))
}

func reply(fd int, good bool, out *loaded) {
	a := answer{stopped: uint64(out.stopped)}
	what := text(out.error)
	switch {
	case good && out.running == 1:
		what = "a call of the old version goes on"
	case good && out.running > 1:
		what = decimal(out.running) + " calls of old versions go on"
	case out.ran != 0:
		what = text(out.subject) + " " + what
	case out.goroutine == 1:
		what = "the main goroutine is in " + text(out.subject) + ", which changed"
	case out.goroutine != 0:
		what = "goroutine " + decimal(out.goroutine) + " runs " + text(out.subject) + ", which changed"
	}
	if good {
		a.good = 1
	}
	copy(a.text[:len(a.text)-1], what)
	done(out)
	a.modules = uint32(out.modules)
	syscall.Write(fd, bytesOf(&a))
}

func decimal(n int) string {
	s := ""
	for ; n > 0 || s == ""; n /= 10 {
		s = string(rune('0'+n%10)) + s
	}
	return s
}

// clean takes patches out of memory that newer ones replaced, many at a time: it stops the program for about as long as a collection would.
func clean(out *loaded) {
	const many = 16
	if out.retired < many {
		return
	}
	runtime.GC()
	runtime.GC() // what was garbage for the first is swept for the second
	out.lookups = lookups()
	sweep(out)
}
