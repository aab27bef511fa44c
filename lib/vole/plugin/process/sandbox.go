package process

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// sandbox is what holds a process, as far as this system can.
type sandbox struct {
	ruleset    int // a Landlock ruleset; -1: none
	rulesFlags uint64
	limits     []limit
	filter     []uint64
	group      *ownedGroup
	missing    []string
}

// newSandbox prepares all that the child then only has to put on itself. An error: something that was asked for cannot be had.
func (p *Process) newSandbox(fds *descriptors) (*sandbox, error) {
	s := &p.spec
	b := &sandbox{ruleset: -1}
	files, net := len(s.Read)+len(s.Write) > 0, len(s.Connect)+len(s.Listen) > 0
	if err := b.landlock(s, fds); err != nil {
		return nil, err
	}
	if !seccompWorks() {
		b.lack("a filter of system calls (seccomp)")
	} else {
		b.filter = newFilter(map[grant]bool{filesRead: files, filesWrite: len(s.Write) > 0, netAny: net, netConnect: len(s.Connect) > 0, netListen: len(s.Listen) > 0})
	}
	b.setLimits(s)
	b.controlGroup(s)
	if err := b.refusal(s); err != nil {
		b.group.remove()
		return nil, err
	}
	return b, nil
}

// refusal is the error if something is missing that must not be.
func (b *sandbox) refusal(s *Spec) error {
	if len(b.missing) == 0 || s.BestEffort {
		return nil
	}
	return &Error{Text: "this system cannot enforce: " + strings.Join(b.missing, "; ")}
}

func (b *sandbox) lack(what string) { b.missing = append(b.missing, what) }

// ---- seccomp

const (
	sysSeccomp         = 317
	seccompActionAvail = 2
)

func seccompWorks() bool {
	action := uint32(actionKill)
	_, _, errno := syscall.RawSyscall(sysSeccomp, seccompActionAvail, 0, uintptr(unsafe.Pointer(&action)))
	return errno == 0
}

// ---- Landlock

// Rights of files, by the version of Landlock that knows them.
const (
	fsExecute = 1 << iota
	fsWriteFile
	fsReadFile
	fsReadDir
	fsRemoveDir
	fsRemoveFile
	fsMakeChar
	fsMakeDir
	fsMakeReg
	fsMakeSock
	fsMakeFifo
	fsMakeBlock
	fsMakeSym
	fsRefer
	fsTruncate
	fsIoctlDev
	fsVersion1 = fsRefer - 1

	netBind      = 1
	netConnectTo = 2

	scopeAll = 1 | 2 // abstract sockets, signals

	ruleBeneath = 1
	rulePort    = 2
)

const (
	readRights  = fsReadFile | fsReadDir
	writeRights = readRights | fsWriteFile | fsRemoveDir | fsRemoveFile | fsMakeDir | fsMakeReg | fsMakeSym | fsRefer | fsTruncate
	fileRights  = fsExecute | fsWriteFile | fsReadFile | fsTruncate | fsIoctlDev // those that a rule for a file, no folder, may have
)

type rulesetAttr struct{ fs, net, scoped uint64 }

// landlockVersion is the kernel's; 0: it has none.
func landlockVersion() int {
	v, _, errno := syscall.RawSyscall(sysLandlockCreate, 0, 0, 1)
	if errno != 0 {
		return 0
	}
	return int(v)
}

func (b *sandbox) landlock(s *Spec, fds *descriptors) error {
	version := landlockVersion()
	files, net := len(s.Read)+len(s.Write) > 0, len(s.Connect)+len(s.Listen) > 0
	for _, need := range []struct {
		of      bool
		version int
		what    string
	}{
		{files, 1, "which files may be read and written (Landlock)"}, {files, 3, "which files may be cut off (Landlock 3)"}, {net, 4, "which TCP ports may be used (Landlock 4)"},
	} {
		if need.of && version < need.version {
			b.lack(need.what)
		}
	}
	if version == 0 { // without files and network the filter of system calls forbids all that Landlock would
		return nil
	}
	a := rulesetAttr{fs: fsVersion1}
	size := uintptr(8)
	for _, right := range []struct {
		version int
		fs      uint64
	}{{2, fsRefer}, {3, fsTruncate}, {5, fsIoctlDev}} {
		if version >= right.version {
			a.fs |= right.fs
		}
	}
	if version >= 4 {
		a.net, size = netBind|netConnectTo, 16
	}
	if version >= 6 {
		a.scoped, size = scopeAll, 24
	}
	fd, _, errno := syscall.RawSyscall(sysLandlockCreate, uintptr(unsafe.Pointer(&a)), size, 0)
	if errno != 0 {
		return os.NewSyscallError("landlock_create_ruleset", errno)
	}
	b.ruleset = fds.add(int(fd))
	for _, path := range s.Read {
		if err := b.allowPath(path, readRights&a.fs); err != nil {
			return err
		}
	}
	for _, path := range s.Write {
		if err := b.allowPath(path, writeRights&a.fs); err != nil {
			return err
		}
	}
	if version < 4 {
		return nil
	}
	for _, port := range s.Connect {
		if err := b.allowPort(port, netConnectTo); err != nil {
			return err
		}
	}
	for _, port := range s.Listen {
		if err := b.allowPort(port, netBind); err != nil {
			return err
		}
	}
	return nil
}

// allowPath: what the path leads to now; what it leads to later does not matter.
func (b *sandbox) allowPath(path string, rights uint64) error {
	const oPath = 0x200000
	fd, err := syscall.Open(path, oPath|syscall.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "plugin process: granting", Path: path, Err: err}
	}
	defer syscall.Close(fd)
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return &os.PathError{Op: "plugin process: granting", Path: path, Err: err}
	}
	if st.Mode&syscall.S_IFMT != syscall.S_IFDIR {
		rights &= fileRights
	}
	var rule [12]byte // packed: rights, descriptor
	*(*uint64)(unsafe.Pointer(&rule)) = rights
	*(*int32)(unsafe.Pointer(&rule[8])) = int32(fd)
	return b.addRule(ruleBeneath, unsafe.Pointer(&rule))
}

func (b *sandbox) allowPort(port uint16, rights uint64) error {
	rule := [2]uint64{rights, uint64(port)}
	return b.addRule(rulePort, unsafe.Pointer(&rule))
}

func (b *sandbox) addRule(kind uintptr, rule unsafe.Pointer) error {
	_, _, errno := syscall.RawSyscall6(sysLandlockAddRule, uintptr(b.ruleset), kind, uintptr(rule), 0, 0, 0)
	if errno != 0 {
		return os.NewSyscallError("landlock_add_rule", errno)
	}
	return nil
}

// ---- limits

const (
	limitCPU     = 0
	limitSize    = 1
	limitData    = 2
	limitStack   = 3
	limitCore    = 4
	limitFiles   = 7
	limitLocked  = 8
	limitQueues  = 12
	stackSize    = 8 << 20
	threadsCheck = 100 * time.Millisecond
)

// setLimits: memory is what may be written and is the process's own, not address space, of which the runtime reserves much.
func (b *sandbox) setLimits(s *Spec) {
	add := func(resource int, soft, hard uint64) {
		var now syscall.Rlimit
		if syscall.Getrlimit(resource, &now) == nil { // only root may raise what it has
			soft, hard = min(soft, now.Max), min(hard, now.Max)
		}
		b.limits = append(b.limits, limit{uint64(resource), soft, hard})
	}
	add(limitData, uint64(s.Memory), uint64(s.Memory))
	add(limitStack, stackSize, stackSize)
	add(limitCore, 0, 0)
	add(limitLocked, 0, 0)
	add(limitQueues, 0, 0)
	add(limitFiles, uint64(s.Files), uint64(s.Files))
	add(limitSize, uint64(s.FileSize), uint64(s.FileSize))
	if s.CPU > 0 {
		seconds := uint64((s.CPU + time.Second - 1) / time.Second)
		add(limitCPU, seconds, seconds+1)
	}
}

// watchThreads ends a process that has more threads than it may. The runtime there has the same limit; this is for threads that it does not make.
func (p *Process) watchThreads() {
	path := fmt.Sprintf("/proc/%d/stat", p.child.pid)
	t := time.NewTicker(threadsCheck)
	defer t.Stop()
	for {
		select {
		case <-p.child.exited:
			return
		case <-t.C:
		}
		if n := threadsOf(path); n > p.spec.Threads+threadsOfRuntime {
			p.kill(fmt.Sprintf("it had %d threads", n))
			return
		}
	}
}

// callsAtOnce is how many calls in each direction a process with so many threads can take: each may block one.
func callsAtOnce(threads int) int { return min(slotCount, (threads-16)/2) }

// threadsOfRuntime are those that do not run goroutines.
const threadsOfRuntime = 8

func threadsOf(path string) int {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ") // behind the name
	f := strings.Fields(rest)
	if len(f) < 18 {
		return 0
	}
	n, _ := strconv.Atoi(f[17])
	return n
}
