package process

import "syscall"

// The filter of system calls: a program of classic BPF that looks at the number and arguments of each. What no rule allows fails with EPERM; calls of another
// architecture end the process. There are rules for what the runtime needs, and for what was granted.

// grant is when a rule counts.
type grant int

const (
	always grant = iota
	filesRead
	filesWrite
	netConnect
	netListen
	netAny
)

// test: an argument's lower half, as far as mask goes, must be value; its upper half 0.
type test struct {
	arg         int
	mask, value uint32
}

type rule struct {
	nr    int
	when  grant
	tests []test
}

// ownPid is replaced by the number of the process when it has one (rt/os/linux/confine.c).
const ownPid = 0x7fffffff

// threadFlags are those of a new thread of this process (rt/os/linux/sys.c); without them it would be a process.
const threadFlags = syscall.CLONE_VM | syscall.CLONE_FS | syscall.CLONE_FILES | syscall.CLONE_SIGHAND | syscall.CLONE_SYSVSEM | syscall.CLONE_THREAD | syscall.CLONE_SETTLS

const all = 0xffffffff

// Numbers that package syscall lacks.
const (
	sysGetrandom       = 318
	sysStatx           = 332
	sysFaccessat2      = 439
	sysRenameat2       = 316
	sysPreadv          = 295
	sysPwritev         = 296
	sysClone3          = 435
	sysLandlockCreate  = 444
	sysLandlockAddRule = 445
)

func is(arg int, value uint32) test { return test{arg, all, value} }

// rules: several of one call are alternatives.
var rules = []rule{
	// memory: shared only what descriptor 5 leads to, which is the memory of both; shared memory without a file would not count against the limit
	{nr: syscall.SYS_MMAP, tests: []test{{3, syscall.MAP_TYPE, syscall.MAP_PRIVATE}}},
	{nr: syscall.SYS_MMAP, tests: []test{is(3, syscall.MAP_SHARED), is(4, fdMemory)}},
	{nr: syscall.SYS_MPROTECT}, {nr: syscall.SYS_MUNMAP}, {nr: syscall.SYS_MADVISE},
	// threads, signals to itself, time
	{nr: syscall.SYS_CLONE, tests: []test{is(0, threadFlags)}},
	{nr: syscall.SYS_TGKILL, tests: []test{is(0, ownPid)}},
	{nr: syscall.SYS_KILL, tests: []test{is(0, ownPid)}},
	{nr: syscall.SYS_RT_SIGACTION}, {nr: syscall.SYS_RT_SIGPROCMASK}, {nr: syscall.SYS_RT_SIGRETURN}, {nr: syscall.SYS_SIGALTSTACK},
	{nr: syscall.SYS_ARCH_PRCTL}, {nr: syscall.SYS_FUTEX}, {nr: syscall.SYS_SCHED_YIELD}, {nr: syscall.SYS_SCHED_GETAFFINITY},
	{nr: syscall.SYS_NANOSLEEP}, {nr: syscall.SYS_CLOCK_NANOSLEEP}, {nr: syscall.SYS_CLOCK_GETTIME}, {nr: syscall.SYS_CLOCK_GETRES}, {nr: syscall.SYS_GETTIMEOFDAY},
	{nr: syscall.SYS_SETITIMER}, {nr: syscall.SYS_TIMER_CREATE}, {nr: syscall.SYS_TIMER_SETTIME}, {nr: syscall.SYS_TIMER_DELETE},
	{nr: syscall.SYS_RESTART_SYSCALL}, {nr: syscall.SYS_EXIT}, {nr: syscall.SYS_EXIT_GROUP},
	// what it is
	{nr: syscall.SYS_GETPID}, {nr: syscall.SYS_GETTID}, {nr: syscall.SYS_GETUID}, {nr: syscall.SYS_GETEUID}, {nr: syscall.SYS_GETGID}, {nr: syscall.SYS_GETEGID},
	{nr: syscall.SYS_GETRUSAGE}, {nr: syscall.SYS_UNAME}, {nr: sysGetrandom},
	{nr: syscall.SYS_PRLIMIT64, tests: []test{is(0, 0), is(2, 0)}}, {nr: syscall.SYS_GETRLIMIT},
	{nr: syscall.SYS_PRCTL, tests: []test{is(0, 15)}}, // PR_SET_NAME
	// descriptors that it has
	{nr: syscall.SYS_READ}, {nr: syscall.SYS_WRITE}, {nr: syscall.SYS_READV}, {nr: syscall.SYS_WRITEV}, {nr: syscall.SYS_PREAD64}, {nr: sysPreadv},
	{nr: syscall.SYS_CLOSE}, {nr: syscall.SYS_FSTAT}, {nr: syscall.SYS_LSEEK}, {nr: syscall.SYS_POLL},
	{nr: syscall.SYS_FCNTL, tests: []test{is(1, syscall.F_GETFD)}}, {nr: syscall.SYS_FCNTL, tests: []test{is(1, syscall.F_SETFD)}},
	{nr: syscall.SYS_FCNTL, tests: []test{is(1, syscall.F_GETFL)}}, {nr: syscall.SYS_FCNTL, tests: []test{is(1, syscall.F_DUPFD_CLOEXEC)}},
	{nr: syscall.SYS_FCNTL, tests: []test{is(1, syscall.F_SETFL), {2, syscall.O_ASYNC, 0}}}, // no owner, no signals: F_SETOWN would reach others
	{nr: syscall.SYS_EPOLL_CREATE1}, {nr: syscall.SYS_EPOLL_CTL}, {nr: syscall.SYS_EPOLL_PWAIT}, {nr: syscall.SYS_EPOLL_WAIT}, {nr: syscall.SYS_EVENTFD2},

	// files: Landlock decides which
	{nr: syscall.SYS_OPENAT, when: filesRead}, {nr: syscall.SYS_OPEN, when: filesRead}, {nr: syscall.SYS_NEWFSTATAT, when: filesRead}, {nr: sysStatx, when: filesRead},
	{nr: syscall.SYS_STAT, when: filesRead}, {nr: syscall.SYS_LSTAT, when: filesRead}, {nr: syscall.SYS_ACCESS, when: filesRead}, {nr: syscall.SYS_FACCESSAT, when: filesRead},
	{nr: sysFaccessat2, when: filesRead}, {nr: syscall.SYS_GETDENTS64, when: filesRead}, {nr: syscall.SYS_READLINK, when: filesRead}, {nr: syscall.SYS_READLINKAT, when: filesRead},
	{nr: syscall.SYS_GETCWD, when: filesRead}, {nr: syscall.SYS_FADVISE64, when: filesRead},
	{nr: syscall.SYS_PWRITE64, when: filesWrite}, {nr: sysPwritev, when: filesWrite}, {nr: syscall.SYS_FTRUNCATE, when: filesWrite}, {nr: syscall.SYS_FALLOCATE, when: filesWrite},
	{nr: syscall.SYS_FSYNC, when: filesWrite}, {nr: syscall.SYS_FDATASYNC, when: filesWrite}, {nr: syscall.SYS_FLOCK, when: filesWrite},
	{nr: syscall.SYS_MKDIR, when: filesWrite}, {nr: syscall.SYS_MKDIRAT, when: filesWrite}, {nr: syscall.SYS_RMDIR, when: filesWrite},
	{nr: syscall.SYS_UNLINK, when: filesWrite}, {nr: syscall.SYS_UNLINKAT, when: filesWrite}, {nr: syscall.SYS_SYMLINKAT, when: filesWrite}, {nr: syscall.SYS_LINKAT, when: filesWrite},
	{nr: syscall.SYS_RENAME, when: filesWrite}, {nr: syscall.SYS_RENAMEAT, when: filesWrite}, {nr: sysRenameat2, when: filesWrite},

	// TCP over IPv4 and IPv6: no other protocol, Multipath TCP neither, which Landlock does not see; no sendto, which can connect
	{nr: syscall.SYS_SOCKET, when: netAny, tests: []test{is(0, syscall.AF_INET), {1, socketType, syscall.SOCK_STREAM}, is(2, 0)}},
	{nr: syscall.SYS_SOCKET, when: netAny, tests: []test{is(0, syscall.AF_INET), {1, socketType, syscall.SOCK_STREAM}, is(2, syscall.IPPROTO_TCP)}},
	{nr: syscall.SYS_SOCKET, when: netAny, tests: []test{is(0, syscall.AF_INET6), {1, socketType, syscall.SOCK_STREAM}, is(2, 0)}},
	{nr: syscall.SYS_SOCKET, when: netAny, tests: []test{is(0, syscall.AF_INET6), {1, socketType, syscall.SOCK_STREAM}, is(2, syscall.IPPROTO_TCP)}},
	{nr: syscall.SYS_CONNECT, when: netConnect}, {nr: syscall.SYS_BIND, when: netListen}, {nr: syscall.SYS_LISTEN, when: netListen},
	{nr: syscall.SYS_ACCEPT4, when: netListen}, {nr: syscall.SYS_GETSOCKNAME, when: netAny}, {nr: syscall.SYS_GETPEERNAME, when: netAny}, {nr: syscall.SYS_SHUTDOWN, when: netAny},
	{nr: syscall.SYS_GETSOCKOPT, when: netAny},
	{nr: syscall.SYS_SETSOCKOPT, when: netAny, tests: []test{is(1, syscall.SOL_SOCKET), is(2, syscall.SO_REUSEADDR)}},
	{nr: syscall.SYS_SETSOCKOPT, when: netAny, tests: []test{is(1, syscall.SOL_SOCKET), is(2, syscall.SO_BROADCAST)}},
	{nr: syscall.SYS_SETSOCKOPT, when: netAny, tests: []test{is(1, syscall.SOL_SOCKET), is(2, syscall.SO_KEEPALIVE)}},
	{nr: syscall.SYS_SETSOCKOPT, when: netAny, tests: []test{is(1, syscall.SOL_SOCKET), is(2, syscall.SO_LINGER)}},
	{nr: syscall.SYS_SETSOCKOPT, when: netAny, tests: []test{is(1, syscall.IPPROTO_TCP), is(2, syscall.TCP_NODELAY)}},
	{nr: syscall.SYS_SETSOCKOPT, when: netAny, tests: []test{is(1, syscall.IPPROTO_TCP), is(2, syscall.TCP_KEEPIDLE)}},
	{nr: syscall.SYS_SETSOCKOPT, when: netAny, tests: []test{is(1, syscall.IPPROTO_TCP), is(2, syscall.TCP_KEEPINTVL)}},
	{nr: syscall.SYS_SETSOCKOPT, when: netAny, tests: []test{is(1, syscall.IPPROTO_TCP), is(2, syscall.TCP_KEEPCNT)}},
	{nr: syscall.SYS_SETSOCKOPT, when: netAny, tests: []test{is(1, syscall.IPPROTO_IPV6), is(2, syscall.IPV6_V6ONLY)}},
}

const socketType = ^uint32(syscall.SOCK_CLOEXEC | syscall.SOCK_NONBLOCK)

// refusals are errors other than EPERM: programs do something else then.
var refusals = []struct {
	nr    int
	tests []test
	errno syscall.Errno
}{
	{sysClone3, nil, syscall.ENOSYS},
	{syscall.SYS_SOCKET, []test{is(2, 262)}, syscall.EPROTONOSUPPORT}, // Multipath TCP
	{syscall.SYS_OPENAT, nil, syscall.EACCES},
}

// Instructions of classic BPF, and what the kernel lets it see: number, architecture, arguments.
const (
	bpfLoad      = 0x20 // of a word at k
	bpfAnd       = 0x54
	bpfEqual     = 0x15
	bpfAtLeast   = 0x35
	bpfReturn    = 0x06
	seenNumber   = 0
	seenArch     = 4
	seenArgs     = 16
	archAmd64    = 0xc000003e
	x32          = 0x40000000
	actionAllow  = 0x7fff0000
	actionErrno  = 0x00050000
	actionKill   = 0x80000000
	filterLength = 2048
)

func bpf(code uint16, k uint32, yes, no uint8) uint64 {
	return uint64(code) | uint64(yes)<<16 | uint64(no)<<24 | uint64(k)<<32
}

// when adds: if the number and all tests are right, the action; else what follows.
func when(prog []uint64, nr int, tests []test, action uint32) []uint64 {
	n := 1 // instructions behind the one that is looked at, up to the action's end
	for _, t := range tests {
		n += 4
		if t.mask != all {
			n++
		}
	}
	prog = append(prog, bpf(bpfLoad, seenNumber, 0, 0), bpf(bpfEqual, uint32(nr), 0, uint8(n)))
	for _, t := range tests {
		n -= 2
		prog = append(prog, bpf(bpfLoad, uint32(seenArgs+8*t.arg+4), 0, 0), bpf(bpfEqual, 0, 0, uint8(n)))
		n -= 2
		prog = append(prog, bpf(bpfLoad, uint32(seenArgs+8*t.arg), 0, 0))
		if t.mask != all {
			n--
			prog = append(prog, bpf(bpfAnd, t.mask, 0, 0))
		}
		prog = append(prog, bpf(bpfEqual, t.value, 0, uint8(n)))
	}
	return append(prog, bpf(bpfReturn, action, 0, 0))
}

// newFilter is the program for what was granted.
func newFilter(granted map[grant]bool) []uint64 {
	prog := []uint64{
		bpf(bpfLoad, seenArch, 0, 0), bpf(bpfEqual, archAmd64, 1, 0), bpf(bpfReturn, actionKill, 0, 0),
		bpf(bpfLoad, seenNumber, 0, 0), bpf(bpfAtLeast, x32, 0, 1), bpf(bpfReturn, actionKill, 0, 0),
	}
	for _, r := range rules {
		if r.when == always || granted[r.when] {
			prog = when(prog, r.nr, r.tests, actionAllow)
		}
	}
	for _, r := range refusals {
		prog = when(prog, r.nr, r.tests, actionErrno|uint32(r.errno))
	}
	return append(prog, bpf(bpfReturn, actionErrno|uint32(syscall.EPERM), 0, 0))
}
