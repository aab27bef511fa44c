package process

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// started is a child that was started: by a thread that lives as long as the child, since the child ends with it (PR_SET_PDEATHSIG counts threads).
type started struct {
	pid    int
	mu     sync.Mutex
	reaped bool
	status syscall.WaitStatus
	usage  syscall.Rusage
	exited chan struct{}
	tail   tail
	output sync.WaitGroup
}

// childSpec is what rt/plugin/child.h says; the filter follows.
type childSpec struct {
	magic, size uint64
	program     uint64
	ruleset     int64
	rulesFlags  uint64
	firstClosed int64
	nlimits     uint64
	nfilter     uint64
	limits      [16]limit
	filter      uint64 // room for a pointer
}

type limit struct{ resource, soft, hard uint64 }

const childMagic = 0x31646c6968636576

// programSum tells one program from another: the child must be this one.
func programSum() uint64

const (
	sysMemfdCreate = 319
	memfdCloexec   = 1
	memfdSealing   = 2
	fAddSeals      = 1033
	sealAll        = 1 | 2 | 4
	sealWrite      = 8
)

// memoryFile makes a file of memory.
func memoryFile(name string, size int64) (int, error) {
	b := append([]byte(name), 0)
	fd, _, errno := syscall.Syscall(sysMemfdCreate, uintptr(unsafe.Pointer(&b[0])), memfdCloexec|memfdSealing, 0)
	if errno != 0 {
		return -1, os.NewSyscallError("memfd_create", errno)
	}
	if err := syscall.Ftruncate(int(fd), size); err != nil {
		syscall.Close(int(fd))
		return -1, os.NewSyscallError("ftruncate", err)
	}
	return int(fd), nil
}

func seal(fd, seals int) error {
	_, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), fAddSeals, uintptr(seals))
	if errno != 0 {
		return os.NewSyscallError("sealing memory", errno)
	}
	return nil
}

func duplicate(f *os.File) (*os.File, error) {
	fd, _, errno := syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), syscall.F_DUPFD_CLOEXEC, 0)
	if errno != 0 {
		return nil, os.NewSyscallError("dup", errno)
	}
	return os.NewFile(fd, f.Name()), nil
}

// descriptors are closed when a start is over.
type descriptors []int

func (d *descriptors) add(fd int) int {
	*d = append(*d, fd)
	return fd
}
func (d *descriptors) keep(fd int) {
	*d = slices.DeleteFunc(*d, func(x int) bool { return x == fd })
}
func (d *descriptors) close() {
	for _, fd := range *d {
		syscall.Close(fd)
	}
}

// start starts the process and what belongs to it.
func (p *Process) start() error {
	var fds descriptors
	defer fds.close()
	memory, err := memoryFile("vole plugin memory", memSize)
	if err != nil {
		return err
	}
	fds.add(memory)
	if err := seal(memory, sealAll); err != nil { // or the child could make it shorter under us
		return err
	}
	at, _, errno := syscall.Syscall6(syscall.SYS_MMAP, 0, memSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED, uintptr(memory), 0)
	if errno != 0 {
		return os.NewSyscallError("mmap", errno)
	}
	p.memory = *(*unsafe.Pointer)(unsafe.Pointer(&at))
	p.side = newSide(p.memory, true, p.spec.Message)
	p.side.limitCalls(callsAtOnce(p.spec.Threads))
	// calls may be in it as long as something leads to the link
	runtime.AddCleanup(p.side.link, func(at uintptr) { syscall.Syscall(syscall.SYS_MUNMAP, at, memSize, 0) }, at)
	if err := p.spawn(&fds, memory); err != nil {
		return err
	}
	p.side.violated = func(what string) { p.kill("it broke the rules: " + what) }
	p.side.late = func() { p.kill("a call took too long") }
	p.side.cause = p.ended
	go p.side.work()
	go p.watch()
	go p.watchThreads()
	return nil
}

func (p *Process) spawn(fds *descriptors, memory int) (err error) {
	linked.Store(&childMain)
	box, err := p.newSandbox(fds)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			box.group.remove()
		}
	}()
	spec, err := specFile(fds, box)
	if err != nil {
		return err
	}
	var in, out, errs [2]int
	for _, pipe := range []*[2]int{&in, &out, &errs} {
		if err := syscall.Pipe2(pipe[:], syscall.O_CLOEXEC); err != nil {
			return os.NewSyscallError("pipe2", err)
		}
		fds.add(pipe[0]) // of the input: nothing is ever to be read
		fds.add(pipe[1])
	}
	rules := box.ruleset
	if rules < 0 {
		rules = spec // closed there like all others that mean nothing
	}
	attr := &syscall.ProcAttr{
		Dir:   "/",
		Env:   append([]string{"VOLE_PLUGIN_PROCESS=3"}, p.spec.Env...),
		Files: []uintptr{uintptr(in[0]), uintptr(out[1]), uintptr(errs[1]), uintptr(spec), p.spec.File.Fd(), uintptr(memory), uintptr(rules)},
		Sys:   &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setsid: true},
	}
	c, err := p.begin(attr, box)
	runtime.KeepAlive(p.spec.File)
	if err != nil {
		return err
	}
	fds.keep(out[0])
	fds.keep(errs[0])
	p.child, p.missing, p.group = c, box.missing, box.group
	c.output.Add(2)
	go c.copy(out[0], p.spec.Stdout)
	go c.copy(errs[0], writers2{&c.tail, p.spec.Stderr})
	return nil
}

// begin starts the child in its group. It may have been made and still not take processes: where it and this program's have no group above both that this user may
// change, where it has gone meanwhile, where the system call for it is missing. Then it is done without, if that may be.
func (p *Process) begin(attr *syscall.ProcAttr, box *sandbox) (*started, error) {
	if box.group != nil {
		attr.Sys.UseCgroupFD, attr.Sys.CgroupFD = true, box.group.fd
		c, err := startChild(attr)
		if err == nil {
			return c, nil
		}
		attr.Sys.UseCgroupFD = false
		box.group.remove()
		box.group = nil
		box.withoutGroup(&p.spec, "starting the process in it: "+err.Error())
		if err := box.refusal(&p.spec); err != nil {
			return nil, err
		}
	}
	c, err := startChild(attr)
	return c, os.NewSyscallError("starting the process", err)
}

func startChild(attr *syscall.ProcAttr) (*started, error) {
	c := &started{exited: make(chan struct{})}
	begun := make(chan error, 1)
	go c.run(attr, begun)
	return c, <-begun
}

// run is the thread that starts the child and waits for it.
func (c *started) run(attr *syscall.ProcAttr, begun chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pid, err := syscall.ForkExec(executable(), []string{"vole-plugin"}, attr)
	c.pid = pid
	begun <- err
	if err != nil {
		return
	}
	for {
		// that it ended is seen before its number is free for another
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, waitPid, uintptr(pid), 0, syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		if errno != syscall.EINTR {
			break
		}
	}
	c.mu.Lock()
	c.reaped = true
	syscall.Wait4(pid, &c.status, 0, &c.usage)
	c.mu.Unlock()
	close(c.exited)
}

const waitPid = 1

func (c *started) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.reaped {
		syscall.Kill(c.pid, syscall.SIGKILL)
	}
}

// childMain refers to what the runtime calls in a child: without a reference it would not be in the program.
var (
	childMain = child
	linked    atomic.Pointer[func()]
)

// executable is this program's file. Without /proc it is the path that it was started by; the child says if that is another program by now.
func executable() string {
	const own = "/proc/self/exe"
	if _, err := os.Lstat(own); err == nil {
		return own
	}
	const execFn = 31 // AT_EXECFN
	for v := getAuxv(); len(v) >= 2; v = v[2:] {
		if v[0] != execFn {
			continue
		}
		p := *(**byte)(unsafe.Pointer(&v[1]))
		n := 0
		for *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
			n++
		}
		if path, err := filepath.Abs(string(unsafe.Slice(p, n))); err == nil {
			return path
		}
	}
	return own
}

//go:linkname getAuxv runtime.getAuxv
func getAuxv() []uintptr

func specFile(fds *descriptors, box *sandbox) (int, error) {
	s := childSpec{magic: childMagic, program: programSum(), ruleset: -1, rulesFlags: box.rulesFlags, firstClosed: fdCount, nfilter: uint64(len(box.filter))}
	s.size = uint64(unsafe.Sizeof(s))
	if box.ruleset >= 0 {
		s.ruleset = fdRules
	} else {
		s.firstClosed = fdRules
	}
	s.nlimits = uint64(copy(s.limits[:], box.limits))
	b := append([]byte(nil), unsafe.Slice((*byte)(unsafe.Pointer(&s)), unsafe.Sizeof(s))...)
	b = append(b, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(box.filter))), 8*len(box.filter))...)
	fd, err := memoryFile("vole plugin limits", int64(len(b)))
	if err != nil {
		return -1, err
	}
	fds.add(fd)
	if n, err := syscall.Pwrite(fd, b, 0); err != nil || n != len(b) {
		return -1, errors.New("plugin process: writing the limits")
	}
	return fd, seal(fd, sealAll|sealWrite)
}

// outputDelay is how long the end of a process waits for what it wrote.
const outputDelay = time.Second

// watch waits for the end.
func (p *Process) watch() {
	c := p.child
	<-c.exited
	written := make(chan bool)
	go func() {
		c.output.Wait()
		close(written)
	}()
	select {
	case <-written:
	case <-time.After(outputDelay): // a writer of the host's that does not take it: nobody waits for that
	}
	p.mu.Lock()
	if !p.closed {
		p.err = p.reason()
	}
	p.mu.Unlock()
	p.group.remove()
	close(p.done)
	p.side.end()
}

// reason says why the process ended; p.mu is held.
func (p *Process) reason() error {
	text := "the process has ended: "
	switch s := p.child.status; {
	case p.why != "":
		text += p.why
	case s.Signaled() && s.Signal() == syscall.SIGKILL && p.group.outOfMemory() != "":
		text += p.group.outOfMemory()
	case s.Signaled():
		text += "signal: " + s.Signal().String()
	default:
		text += "exit status " + strconv.Itoa(s.ExitStatus())
	}
	e := &Error{Text: text, Trace: p.child.tail.String(), cause: errEnded}
	if p.why == "a call took too long" {
		e.cause = errors.Join(errEnded, errTime)
	}
	return e
}

// ended is the error of calls when the process is gone.
func (p *Process) ended() error {
	<-p.done
	if p.err != nil {
		return p.err
	}
	return &Error{Text: "the process was closed", cause: errEnded}
}

// ---- output

func (c *started) copy(fd int, to io.Writer) {
	defer c.output.Done()
	f := os.NewFile(uintptr(fd), "output of a plugin")
	defer f.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := f.Read(b)
		if n > 0 && to != nil {
			to.Write(b[:n])
		}
		if err != nil {
			return
		}
	}
}

// tail keeps the last bytes that are written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailSize = 8 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, b[max(0, len(b)-tailSize):]...)
	if n := len(t.b) - tailSize; n > 0 {
		t.b = append(t.b[:0], t.b[n:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.b)
}

// writers2 is two writers, of which the second may be missing.
type writers2 struct {
	a, b io.Writer
}

func (w writers2) Write(p []byte) (int, error) {
	w.a.Write(p)
	if w.b != nil {
		w.b.Write(p)
	}
	return len(p), nil
}
