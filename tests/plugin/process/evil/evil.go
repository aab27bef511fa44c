// Package main is a plugin that does what it should not.
package main

import (
	"math/rand"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"example.com/process/api"
	"vole/plugin/process"
)

func main() {}

func init() {
	process.Register(&api.Failure{})
	switch os.Getenv("INIT") {
	case "hang":
		for {
		}
	case "sleep":
		time.Sleep(time.Hour)
	case "exit":
		os.Exit(0)
	case "panic":
		panic("in init")
	case "kill":
		syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
	}
}

// Raw is any system call.
func Raw(nr int, a [6]uintptr) (uintptr, int) {
	r, _, errno := syscall.RawSyscall6(uintptr(nr), a[0], a[1], a[2], a[3], a[4], a[5])
	return r, int(errno)
}

// RawText is one whose argument number at is a path.
func RawText(nr, at int, text string, a [6]uintptr) (uintptr, int) {
	b := append([]byte(text), 0)
	a[at] = uintptr(unsafe.Pointer(&b[0]))
	r, errno := Raw(nr, a)
	runtime.KeepAlive(b)
	return r, errno
}

func Read(path string) (string, error) {
	b, err := os.ReadFile(path)
	return string(b), err
}

func Write(path, text string) error { return os.WriteFile(path, []byte(text), 0o644) }
func Append(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		_, err = f.Write([]byte("more"))
		f.Close()
	}
	return err
}
func List(path string) (int, error) {
	l, err := os.ReadDir(path)
	return len(l), err
}

// Fill makes a file of so many megabytes.
func Fill(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	b := make([]byte, 1<<20)
	for range n {
		if _, err := f.Write(b); err != nil {
			return err
		}
	}
	return nil
}
func Link(from, to string) error    { return os.Link(from, to) }
func Symlink(from, to string) error { return os.Symlink(from, to) }
func Rename(from, to string) error  { return os.Rename(from, to) }
func Remove(path string) error      { return os.Remove(path) }
func Mkdir(path string) error       { return os.Mkdir(path, 0o755) }
func Chmod(path string) error       { return os.Chmod(path, 0o777) }
func Truncate(path string) error    { return os.Truncate(path, 0) }
func TruncateByOpen(path string) error {
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_TRUNC, 0)
	if err == nil {
		f.Close()
	}
	return err
}

func Dial(network, address string) error {
	c, err := net.DialTimeout(network, address, 2*time.Second)
	if err == nil {
		_, err = c.Write([]byte("hello"))
		c.Close()
	}
	return err
}

func Listen(network, address string) error {
	l, err := net.Listen(network, address)
	if err == nil {
		l.Close()
	}
	return err
}

func Environ() []string { return os.Environ() }

func Memory() {
	var keep [][]byte
	for {
		b := make([]byte, 1<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		keep = append(keep, b)
	}
}

// Mapped takes memory from the kernel itself; the number of bytes that it got.
func Mapped(shared bool) int64 {
	flags := syscall.MAP_PRIVATE | syscall.MAP_ANON
	if shared {
		flags = syscall.MAP_SHARED | syscall.MAP_ANON
	}
	total := int64(0)
	for total < 4<<30 {
		if _, _, errno := syscall.RawSyscall6(syscall.SYS_MMAP, 0, 1<<20, syscall.PROT_READ|syscall.PROT_WRITE, uintptr(flags), ^uintptr(0), 0); errno != 0 {
			break
		}
		total += 1 << 20
	}
	return total
}

func Threads() {
	for range 10000 {
		go func() {
			ts := syscall.Timespec{Sec: 1000}
			syscall.Nanosleep(&ts, nil)
		}()
	}
	select {}
}

// Clones makes threads behind the runtime's back: each begins in the middle of this function.
func Clones() {
	const flags = syscall.CLONE_VM | syscall.CLONE_FS | syscall.CLONE_FILES | syscall.CLONE_SIGHAND | syscall.CLONE_SYSVSEM | syscall.CLONE_THREAD | syscall.CLONE_SETTLS
	for range 100000 {
		syscall.RawSyscall6(syscall.SYS_CLONE, flags, 0, 0, 0, 0, 0)
	}
}

// Forks is how many processes came of a thousand attempts.
func Forks() int {
	n := 0
	for range 1000 {
		if pid, _, errno := syscall.RawSyscall(syscall.SYS_FORK, 0, 0, 0); errno == 0 {
			if pid == 0 {
				syscall.Exit(0)
			}
			n++
		}
	}
	return n
}

// Descriptors is how many it can have.
func Descriptors() int {
	n := 0
	for ; n < 100000; n++ {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, 1, syscall.F_DUPFD_CLOEXEC, 0); errno != 0 {
			break
		}
	}
	return n
}

// Open is how many descriptors are open.
func Open() (n int) {
	for fd := range uintptr(4096) {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, fd, syscall.F_GETFD, 0); errno == 0 {
			n++
		}
	}
	return n
}

func Loop() {
	for {
	}
}

func Flood(n int) {
	b := make([]byte, 1<<16)
	for ; n > 0; n -= len(b) {
		os.Stdout.Write(b)
		os.Stderr.Write(b)
	}
}

// Half dies while it answers.
func Half(after int) []byte {
	time.AfterFunc(time.Duration(after)*time.Microsecond, func() { syscall.Kill(syscall.Getpid(), syscall.SIGKILL) })
	return make([]byte, 8<<20)
}

func Big(n int) []byte { return make([]byte, n) }

func Echo(x *api.Item) *api.Item { return x }
func Many(l api.Logger, n int) []api.Logger {
	out := make([]api.Logger, n)
	for i := range out {
		out[i] = &own{i}
	}
	return out
}

type own struct{ i int }

func (o *own) Log(string, ...any) int { return o.i }

func NilError() error { return (*api.Failure)(nil) }

// Deep answers with what is nested deeply.
func Deep(n int) *api.Item {
	var x *api.Item
	for range n {
		x = &api.Item{Next: x}
	}
	return x
}

func Call(l api.Logger, n int) int { return l.Log("%d", n) }

var stop atomic.Bool

// memory is where the memory of both processes is: what a granted interface leads to knows it.
func memory(l api.Logger) []uint32 {
	type remote struct {
		methods, of unsafe.Pointer
		side        **[8]uintptr // its first word leads to the link, whose first word is a bell
	}
	r := (*remote)((*[2]unsafe.Pointer)(unsafe.Pointer(&l))[1])
	bell := (*r.side)[0] &^ 4095
	return unsafe.Slice((*uint32)(*(*unsafe.Pointer)(unsafe.Pointer(&bell))), (4096+2*64*(256<<10))/4)
}

// Rubbish writes into the memory of both, in a way that depends on the seed, until the process ends.
func Rubbish(l api.Logger, seed int64) int {
	words := memory(l)
	if words[0] == 0xffffffff {
		return -1
	}
	go func() {
		r := rand.New(rand.NewSource(seed))
		values := []uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 1 << 30, 1 << 31, 0x7fffffff, 0xffffffff, 1<<31 | 4, 1<<31 | 1, 64, 256 << 10, 256<<10 - 64, 256<<10 - 63}
		slot := func() int { return (4096 + r.Intn(4)*(256<<10) + r.Intn(2)*64*(256<<10)) / 4 }
		for i := 0; ; i++ {
			v := values[r.Intn(len(values))]
			if r.Intn(4) == 0 {
				v = r.Uint32()
			}
			var at int
			switch kind := seed % 6; {
			case kind == 0: // the bells
				at = r.Intn(1024)
			case kind == 1: // states and sizes of the slots that are used first
				at = slot() + r.Intn(2)
			case kind == 2: // sizes alone
				at = slot() + 1
			case kind == 3: // messages
				at = slot() + 16 + r.Intn(32)
			case kind == 4: // requests that nobody sent
				at = slot() + []int{0, 1, 16, 17, 18, 19, 20, 21}[r.Intn(8)]
				atomic.OrUint32(&words[512], 1<<r.Intn(32))
				atomic.AddUint32(&words[512+16], 1)
			default: // every word
				at = r.Intn(len(words))
				if i%2 == 0 {
					at = i / 2 % len(words)
				}
			}
			atomic.StoreUint32(&words[at], v)
			if seed%4 == 0 && i%64 == 0 {
				syscall.RawSyscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&words[at])), 1, 64, 0, 0, 0)
			}
			if i%1000 == 0 {
				runtime.Gosched()
			}
		}
	}()
	return 0
}
