// Package main lets an evil plugin do what it can: attack PLUGIN FOLDER.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"example.com/process/api"
	"example.com/process/checks"
	"vole/plugin/process"
)

var (
	file *os.File
)

func start(spec process.Spec) *process.Process {
	spec.File = file
	p, err := process.Start(spec)
	checks.Must(err)
	return p
}

func main() {
	var err error
	file, err = os.Open(os.Args[1])
	checks.Must(err)
	if len(os.Args) == 3 && os.Args[2] == "victim" {
		victim()
		return
	}
	os.Setenv("SECRET", "of the host")
	dir := os.Args[2]
	calls(dir)
	files(dir)
	noFiles(dir)
	unenforceable(dir)
	network(dir)
	resources()
	writers()
	inits()
	ends()
	kills()
	rubbish()
	checks.Done("all contained")
}

// ---- system calls

type attempt struct {
	what string
	nr   int
	args [6]uintptr
}

func calls(dir string) {
	p := start(process.Spec{Read: []string{dir}, Write: []string{dir}, Connect: []uint16{1}, Listen: []uint16{1}})
	defer p.Close()
	raw := checks.Lookup[func(int, [6]uintptr) (uintptr, int)](p, "Raw")
	host, all := uintptr(os.Getpid()), ^uintptr(0)
	const anonymous, shared = syscall.MAP_ANON, syscall.MAP_SHARED
	for _, a := range []attempt{
		{"kill host", syscall.SYS_KILL, [6]uintptr{host, 9}}, {"kill all", syscall.SYS_KILL, [6]uintptr{all, 9}}, {"kill its group", syscall.SYS_KILL, [6]uintptr{0, 9}},
		{"kill host with upper half", syscall.SYS_KILL, [6]uintptr{host | 1<<40, 9}}, {"tgkill host", syscall.SYS_TGKILL, [6]uintptr{host, host, 9}}, {"tkill host", syscall.SYS_TKILL, [6]uintptr{host, 9}},
		{"rt_sigqueueinfo", syscall.SYS_RT_SIGQUEUEINFO, [6]uintptr{host, 9}}, {"rt_tgsigqueueinfo", 297, [6]uintptr{host, host, 9}}, {"pidfd_open", 434, [6]uintptr{host}}, {"pidfd_send_signal", 424, [6]uintptr{0, 9}},
		{"ptrace host", syscall.SYS_PTRACE, [6]uintptr{16, host}}, {"ptrace me", syscall.SYS_PTRACE, [6]uintptr{0}}, {"process_vm_readv", 310, [6]uintptr{host}}, {"process_vm_writev", 311, [6]uintptr{host}},
		{"process_madvise", 440, [6]uintptr{}}, {"kcmp", 312, [6]uintptr{host}}, {"pidfd_getfd", 438, [6]uintptr{}},
		{"mount", syscall.SYS_MOUNT, [6]uintptr{}}, {"umount2", syscall.SYS_UMOUNT2, [6]uintptr{}}, {"pivot_root", syscall.SYS_PIVOT_ROOT, [6]uintptr{}}, {"chroot", syscall.SYS_CHROOT, [6]uintptr{}}, {"open_tree", 428, [6]uintptr{}}, {"fsopen", 430, [6]uintptr{}},
		{"bpf", 321, [6]uintptr{}}, {"perf_event_open", 298, [6]uintptr{}}, {"kexec_load", syscall.SYS_KEXEC_LOAD, [6]uintptr{}}, {"init_module", syscall.SYS_INIT_MODULE, [6]uintptr{}}, {"keyctl", syscall.SYS_KEYCTL, [6]uintptr{}}, {"add_key", syscall.SYS_ADD_KEY, [6]uintptr{}},
		{"userfaultfd", 323, [6]uintptr{}}, {"unshare", syscall.SYS_UNSHARE, [6]uintptr{syscall.CLONE_NEWUSER}}, {"setns", 308, [6]uintptr{}},
		{"fork", syscall.SYS_FORK, [6]uintptr{}}, {"vfork", syscall.SYS_VFORK, [6]uintptr{}}, {"clone a process", syscall.SYS_CLONE, [6]uintptr{uintptr(syscall.SIGCHLD)}}, {"clone with a namespace", syscall.SYS_CLONE, [6]uintptr{0x3d0f00 | syscall.CLONE_NEWUSER}},
		{"clone with upper half", syscall.SYS_CLONE, [6]uintptr{0xd0f00 | 1<<33}}, {"clone3", 435, [6]uintptr{}}, {"execve", syscall.SYS_EXECVE, [6]uintptr{}}, {"execveat", 322, [6]uintptr{}}, {"memfd_create", 319, [6]uintptr{}},
		{"io_uring_setup", 425, [6]uintptr{8}}, {"io_uring_enter", 426, [6]uintptr{}}, {"io_setup", syscall.SYS_IO_SETUP, [6]uintptr{8}},
		{"set parent's death signal", syscall.SYS_PRCTL, [6]uintptr{1, 0}}, {"dumpable", syscall.SYS_PRCTL, [6]uintptr{4, 1}}, {"seccomp by prctl", syscall.SYS_PRCTL, [6]uintptr{22, 2}}, {"set_mm", syscall.SYS_PRCTL, [6]uintptr{35, 1}}, {"seccomp", 317, [6]uintptr{1}},
		{"F_SETOWN", syscall.SYS_FCNTL, [6]uintptr{1, syscall.F_SETOWN, host}}, {"F_SETSIG", syscall.SYS_FCNTL, [6]uintptr{1, 10, 9}}, {"O_ASYNC", syscall.SYS_FCNTL, [6]uintptr{1, syscall.F_SETFL, syscall.O_ASYNC}}, {"F_NOTIFY", syscall.SYS_FCNTL, [6]uintptr{1, 1026, 0}},
		{"setuid", syscall.SYS_SETUID, [6]uintptr{0}}, {"setresuid", syscall.SYS_SETRESUID, [6]uintptr{0, 0, 0}}, {"capset", syscall.SYS_CAPSET, [6]uintptr{}}, {"setrlimit", syscall.SYS_SETRLIMIT, [6]uintptr{}}, {"prlimit of host", syscall.SYS_PRLIMIT64, [6]uintptr{host}},
		{"setpriority", syscall.SYS_SETPRIORITY, [6]uintptr{}}, {"sched_setaffinity", syscall.SYS_SCHED_SETAFFINITY, [6]uintptr{host}}, {"sched_setscheduler", syscall.SYS_SCHED_SETSCHEDULER, [6]uintptr{host}},
		{"shared memory", syscall.SYS_MMAP, [6]uintptr{0, 4096, 3, anonymous | shared, all}}, {"shmget", syscall.SYS_SHMGET, [6]uintptr{0, 4096}}, {"mq_open", syscall.SYS_MQ_OPEN, [6]uintptr{}}, {"semget", syscall.SYS_SEMGET, [6]uintptr{}}, {"mlock", syscall.SYS_MLOCK, [6]uintptr{}},
		{"personality", syscall.SYS_PERSONALITY, [6]uintptr{}}, {"modify_ldt", syscall.SYS_MODIFY_LDT, [6]uintptr{}}, {"ioctl", syscall.SYS_IOCTL, [6]uintptr{1, 0x5412}}, {"name_to_handle_at", 303, [6]uintptr{}}, {"open_by_handle_at", 304, [6]uintptr{}},
		{"inotify", syscall.SYS_INOTIFY_INIT1, [6]uintptr{}}, {"fanotify", 300, [6]uintptr{}}, {"quotactl", syscall.SYS_QUOTACTL, [6]uintptr{}}, {"reboot", syscall.SYS_REBOOT, [6]uintptr{}}, {"syslog", syscall.SYS_SYSLOG, [6]uintptr{}}, {"sethostname", syscall.SYS_SETHOSTNAME, [6]uintptr{}},
		{"settimeofday", syscall.SYS_SETTIMEOFDAY, [6]uintptr{}}, {"landlock", 444, [6]uintptr{}}, {"pipe2", syscall.SYS_PIPE2, [6]uintptr{}}, {"mknod", syscall.SYS_MKNODAT, [6]uintptr{}}, {"setsid", syscall.SYS_SETSID, [6]uintptr{}}, {"setpgid", syscall.SYS_SETPGID, [6]uintptr{}},
		{"UDP", syscall.SYS_SOCKET, [6]uintptr{2, 2}}, {"UDP 6", syscall.SYS_SOCKET, [6]uintptr{10, 2}}, {"raw", syscall.SYS_SOCKET, [6]uintptr{2, 3, 1}}, {"unix", syscall.SYS_SOCKET, [6]uintptr{1, 1}}, {"netlink", syscall.SYS_SOCKET, [6]uintptr{16, 3}}, {"packet", syscall.SYS_SOCKET, [6]uintptr{17, 3}},
		{"SCTP", syscall.SYS_SOCKET, [6]uintptr{2, 1, 132}}, {"MPTCP", syscall.SYS_SOCKET, [6]uintptr{2, 1, 262}}, {"vsock", syscall.SYS_SOCKET, [6]uintptr{40, 1}}, {"alg", syscall.SYS_SOCKET, [6]uintptr{38, 5}}, {"smc", syscall.SYS_SOCKET, [6]uintptr{43, 1}}, {"stream with other bits", syscall.SYS_SOCKET, [6]uintptr{2, 1 | 1<<40}},
		{"socketpair", syscall.SYS_SOCKETPAIR, [6]uintptr{1, 1}}, {"sendto, which can connect", syscall.SYS_SENDTO, [6]uintptr{}}, {"sendmsg", syscall.SYS_SENDMSG, [6]uintptr{}}, {"sendmmsg", 307, [6]uintptr{}}, {"setsockopt of a protocol", syscall.SYS_SETSOCKOPT, [6]uintptr{0, 6, 31}},
		{"a call of x32", 0x40000000 | 999, [6]uintptr{}},
	} {
		if a.nr&0x40000000 != 0 { // ends the process
			q := start(process.Spec{})
			raw := checks.Lookup[func(int, [6]uintptr) (uintptr, int)](q, "Raw")
			checks.Check(a.what, errors.Is(checks.Call(func() { raw(a.nr, a.args) }), process.ErrEnded))
			q.Close()
			continue
		}
		var r uintptr
		var errno int
		err := checks.Call(func() { r, errno = raw(a.nr, a.args) })
		denied := errno == int(syscall.EPERM) || a.nr == 435 && errno == int(syscall.ENOSYS) || a.what == "MPTCP" && errno == int(syscall.EPROTONOSUPPORT)
		checks.Check(a.what, err == nil && denied, r, syscall.Errno(errno), err)
	}
	checks.Check("descriptors handed over", checks.Lookup[func() int](p, "Open")() <= 7, checks.Lookup[func() int](p, "Open")())
	for _, e := range checks.Lookup[func() []string](p, "Environ")() {
		checks.Check("environment", !strings.Contains(e, "SECRET"), e)
	}
}

// ---- files

func denied(err error) bool {
	return err != nil && (errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "permission denied") || strings.Contains(err.Error(), "not permitted") || strings.Contains(err.Error(), "cross-device"))
}

func files(dir string) {
	read, write, secret := filepath.Join(dir, "read"), filepath.Join(dir, "write"), filepath.Join(dir, "secret")
	for _, d := range []string{read, write} {
		checks.Must(os.MkdirAll(d, 0o755))
	}
	checks.Must(os.WriteFile(secret, []byte("secret"), 0o644))
	checks.Must(os.WriteFile(read+"/in", []byte("in"), 0o644))
	checks.Must(os.Symlink(secret, read+"/link"))
	p := start(process.Spec{Read: []string{read}, Write: []string{write}})
	defer p.Close()
	one := func(name string) func(string) error { return checks.Lookup[func(string) error](p, name) }
	two := func(name string) func(string, string) error {
		return checks.Lookup[func(string, string) error](p, name)
	}
	readFile := checks.Lookup[func(string) (string, error)](p, "Read")
	text, err := readFile(read + "/in")
	checks.Check("granted file", text == "in" && err == nil, text, err)
	checks.Check("granted folder", two("Write")(write+"/new", "x") == nil && two("Rename")(write+"/new", write+"/newer") == nil && one("Append")(write+"/newer") == nil)
	checks.Check("granted folders", one("Mkdir")(write+"/d") == nil && two("Rename")(write+"/newer", write+"/d/x") == nil && one("Remove")(write+"/d/x") == nil)
	own, err := os.Executable()
	checks.Must(err)
	host, self := strconv.Itoa(os.Getpid()), strconv.Itoa(p.Pid())
	for _, path := range []string{secret, read + "/../secret", read + "/link", "/etc/passwd", "/proc/" + host + "/mem", "/proc/" + host + "/environ", "/proc/" + host + "/maps", "/proc/self/mem", "/proc/self/maps",
		"/proc/self/environ", "/proc/" + self + "/mem", "/proc/self/exe", "/proc/thread-self/mem", "/dev/mem", "/dev/zero", "/sys/kernel/profiling", own} {
		_, err := readFile(path)
		checks.Check("read "+path, denied(err) || errors.Is(err, os.ErrNotExist) && !checks.Exists(path), err)
		checks.Check("open to truncate "+path, denied(one("TruncateByOpen")(path)) || !checks.Exists(path))
	}
	checks.Must(os.Symlink(secret, write+"/hostlink"))
	for _, path := range []string{secret, write + "/../secret", write + "/hostlink", read + "/in", read + "/new", "/tmp/evil", "/proc/self/oom_score_adj", "/proc/" + host + "/oom_score_adj"} {
		checks.Check("write "+path, denied(two("Write")(path, "evil")))
		checks.Check("remove "+path, path == write+"/hostlink" || denied(one("Remove")(path)) || !checks.Exists(path))
		checks.Check("chmod "+path, denied(one("Chmod")(path)) || !checks.Exists(path))
		checks.Check("truncate "+path, denied(one("Truncate")(path)) || !checks.Exists(path))
	}
	checks.Check("symlink", two("Symlink")(secret, write+"/mylink") == nil)
	_, err = readFile(write + "/mylink")
	checks.Check("read through its own symlink", denied(err), err)
	checks.Check("hard link", denied(two("Link")(secret, write+"/hard")))
	checks.Check("hard link of a readable file", denied(two("Link")(read+"/in", write+"/hard")))
	checks.Check("rename from outside", denied(two("Rename")(secret, write+"/stolen")))
	checks.Check("rename to outside", denied(two("Rename")(write+"/mylink", dir+"/out")))
	_, err = checks.Lookup[func(string) (int, error)](p, "List")(dir)
	checks.Check("list", denied(err), err)
	b, _ := os.ReadFile(secret)
	checks.Check("the secret is what it was", string(b) == "secret")
	b, _ = os.ReadFile(read + "/in")
	checks.Check("what is read only is what it was", string(b) == "in")
	p2, err := process.Start(process.Spec{File: file, Read: []string{dir + "/missing"}})
	checks.Check("a path that is missing", p2 == nil && errors.Is(err, os.ErrNotExist), err)
}

// unenforceable: what cannot be had is an error, or is told.
func unenforceable(dir string) {
	_, err := process.Start(process.Spec{File: file, Cgroup: dir + "/nogroup"})
	checks.Check("no control group", strings.Contains(fmt.Sprint(err), "cannot enforce: control group "+dir+"/nogroup"), err)
	p, err := process.Start(process.Spec{File: file, Cgroup: dir + "/nogroup", BestEffort: true})
	checks.Check("best effort", err == nil && len(p.Missing()) == 1 && p.Cgroup() == "", err)
	if err == nil {
		p.Close()
	}
}

func noFiles(dir string) {
	p := start(process.Spec{})
	defer p.Close()
	raw := checks.Lookup[func(int, int, string, [6]uintptr) (uintptr, int)](p, "RawText")
	for _, a := range []struct {
		what   string
		nr, at int
		errno  syscall.Errno
	}{{"openat", syscall.SYS_OPENAT, 1, syscall.EACCES}, {"open", syscall.SYS_OPEN, 0, syscall.EPERM}, {"stat", syscall.SYS_STAT, 0, syscall.EPERM}, {"newfstatat", syscall.SYS_NEWFSTATAT, 1, syscall.EPERM},
		{"readlink", syscall.SYS_READLINK, 0, syscall.EPERM}, {"access", syscall.SYS_ACCESS, 0, syscall.EPERM}, {"mkdir", syscall.SYS_MKDIR, 0, syscall.EPERM}, {"creat", syscall.SYS_CREAT, 0, syscall.EPERM},
		{"openat2", 437, 1, syscall.EPERM}, {"chdir", syscall.SYS_CHDIR, 0, syscall.EPERM}, {"truncate", syscall.SYS_TRUNCATE, 0, syscall.EPERM}, {"statfs", syscall.SYS_STATFS, 0, syscall.EPERM}} {
		_, errno := raw(a.nr, a.at, dir+"/secret", [6]uintptr{})
		checks.Check("without files: "+a.what, syscall.Errno(errno) == a.errno, syscall.Errno(errno))
	}
	checks.Check("without network", denied(checks.Lookup[func(string, string) error](p, "Dial")("tcp", "127.0.0.1:1")))
}

// ---- network

func listen(network, address string) (net.Listener, uint16) {
	l, err := net.Listen(network, address)
	checks.Must(err)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.Copy(io.Discard, c)
			c.Close()
		}
	}()
	if a, ok := l.Addr().(*net.TCPAddr); ok {
		return l, uint16(a.Port)
	}
	return l, 0
}

func network(dir string) {
	yes, granted := listen("tcp4", "127.0.0.1:0")
	no, other := listen("tcp4", "127.0.0.1:0")
	sock, _ := listen("unix", filepath.Join(dir, "socket"))
	free, serve := listen("tcp4", "127.0.0.1:0")
	free.Close()
	for _, l := range []net.Listener{yes, no, sock} {
		defer l.Close()
	}
	p := start(process.Spec{Connect: []uint16{granted}, Listen: []uint16{serve}})
	defer p.Close()
	dial, serveAt := checks.Lookup[func(string, string) error](p, "Dial"), checks.Lookup[func(string, string) error](p, "Listen")
	at := func(port uint16) string { return fmt.Sprintf("127.0.0.1:%d", port) }
	checks.Check("granted port", dial("tcp", at(granted)) == nil, dial("tcp", at(granted)))
	checks.Check("granted port to listen on", serveAt("tcp", at(serve)) == nil, serveAt("tcp", at(serve)))
	checks.Check("other port", denied(dial("tcp", at(other))), dial("tcp", at(other)))
	checks.Check("other port over IPv6", denied(dial("tcp", fmt.Sprintf("[::ffff:127.0.0.1]:%d", other))))
	checks.Check("other port to listen on", denied(serveAt("tcp", at(other+1))), serveAt("tcp", at(other+1)))
	checks.Check("any port to listen on", denied(serveAt("tcp", ":0")), serveAt("tcp", ":0"))
	checks.Check("UDP", denied(dial("udp", at(granted))))
	checks.Check("unix", denied(dial("unix", filepath.Join(dir, "socket"))))
	checks.Check("abstract unix", denied(dial("unix", "@abstract")))
	checks.Check("name", dial("tcp", fmt.Sprintf("localhost.localdomain.invalid:%d", granted)) != nil)
}

// ---- resources

func resources() {
	before := time.Now()
	for _, a := range []struct {
		name string
		spec process.Spec
	}{
		{"Memory", process.Spec{Memory: 64 << 20, CallTimeout: 20 * time.Second}}, {"Threads", process.Spec{Threads: 40, CallTimeout: 20 * time.Second}}, {"Clones", process.Spec{CallTimeout: 5 * time.Second}},
		{"Loop", process.Spec{CallTimeout: 300 * time.Millisecond}}, {"Loop", process.Spec{CPU: time.Second, CallTimeout: 20 * time.Second}},
	} {
		p := start(a.spec)
		err := checks.Call(checks.Lookup[func()](p, a.name))
		checks.Check(a.name, errors.Is(err, process.ErrEnded), err)
		<-p.Done()
		if a.spec.Memory != 0 {
			checks.Check(a.name+" reason", strings.Contains(p.Err().(*process.Error).Trace, "memory"), p.Err().(*process.Error).Trace)
		}
		p.Close()
	}
	checks.Check("in time", time.Since(before) < 30*time.Second, time.Since(before))
	p := start(process.Spec{Memory: 64 << 20, Files: 20})
	defer p.Close()
	checks.Check("forks", checks.Lookup[func() int](p, "Forks")() == 0)
	n := checks.Lookup[func(bool) int64](p, "Mapped")
	checks.Check("mapped memory", n(false) <= 64<<20)
	checks.Check("shared mapped memory", n(true) == 0)
	checks.Check("descriptors", checks.Lookup[func() int](p, "Descriptors")() <= 20)
	q := start(process.Spec{CallTimeout: 20 * time.Second})
	defer q.Close()
	checks.Check("flood", checks.Call(func() { checks.Lookup[func(int)](q, "Flood")(50 << 20) }) == nil)
	big := checks.Lookup[func(int) []byte](q, "Big")
	var err error
	checks.Check("too long an answer", checks.Call(func() { big(20 << 20) }) != nil)
	checks.Check("goes on", checks.Call(func() { checks.Check("big", len(big(1<<20)) == 1<<20) }) == nil, err)
	deep := checks.Lookup[func(int) *api.Item](q, "Deep")
	checks.Check("too deep an answer", checks.Call(func() { deep(100000) }) != nil)
	checks.Must(process.Register(&api.Failure{}))
	var e *process.Error
	err = checks.Lookup[func() error](q, "NilError")()
	checks.Check("an error that is nil", errors.As(err, &e) && strings.Contains(err.Error(), "nil pointer"), errors.As(err, &e))
	many := checks.Lookup[func(api.Logger, int) []api.Logger](q, "Many")
	checks.Check("too many references", checks.Call(func() { many(nil, 100000) }) != nil)
	checks.Check("many references", checks.Call(func() { checks.Check("many", many(nil, 1000)[999].Log("") == 999) }) == nil)
}

// stuck is a writer that never returns.
type stuck struct{}

func (stuck) Write([]byte) (int, error) { select {} }

func writers() {
	p := start(process.Spec{Stdout: stuck{}, CallTimeout: 300 * time.Millisecond})
	err := checks.Call(func() { checks.Lookup[func(int)](p, "Flood")(50 << 20) })
	checks.Check("a writer that takes nothing", errors.Is(err, process.ErrTimeout), err)
	before := time.Now()
	p.Close()
	checks.Check("ends all the same", time.Since(before) < 10*time.Second)
}

func inits() {
	for _, how := range []string{"hang", "sleep", "exit", "panic", "kill"} {
		before := time.Now()
		p, err := process.Start(process.Spec{File: file, Env: []string{"INIT=" + how}, StartTimeout: 500 * time.Millisecond})
		var e *process.Error
		panicked := errors.As(err, &e) && e.Panic && strings.Contains(e.Text, "in init") && strings.Contains(e.Trace, "evil.go")
		checks.Check("init "+how, p == nil && (errors.Is(err, process.ErrEnded) || how == "panic" && panicked) && time.Since(before) < 5*time.Second, err)
	}
}

// ends: the process dies while it answers, and is killed while it is called.
func ends() {
	for _, after := range []int{0, 200, 500, 1000, 1500, 2000, 3000, 5000} {
		p := start(process.Spec{})
		half := checks.Lookup[func(int) []byte](p, "Half")
		err := checks.Call(func() { half(after) })
		checks.Check("dies in an answer", err == nil || errors.Is(err, process.ErrEnded), err)
		<-p.Done()
		p.Close()
	}
	p := start(process.Spec{})
	echo := checks.Lookup[func(*api.Item) *api.Item](p, "Echo")
	var wait sync.WaitGroup
	var ended atomic.Int32
	for range 100 {
		wait.Go(func() {
			for {
				if err := checks.Call(func() { echo(&api.Item{Blob: make([]byte, 1000)}) }); err != nil {
					checks.Check("killed", errors.Is(err, process.ErrEnded), err)
					ended.Add(1)
					return
				}
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	syscall.Kill(p.Pid(), syscall.SIGKILL)
	wait.Wait()
	checks.Check("all calls end", ended.Load() == 100)
	checks.Check("reason", strings.Contains(fmt.Sprint(p.Err()), "killed"), p.Err())
}

// victim is a host that is killed.
func victim() {
	p := start(process.Spec{})
	loop := checks.Lookup[func()](p, "Loop")
	fmt.Println(p.Pid())
	loop()
}

func kills() {
	for range 5 {
		host := exec.Command(os.Args[0], os.Args[1], "victim")
		out, err := host.StdoutPipe()
		checks.Must(err)
		checks.Must(host.Start())
		var pid int
		fmt.Fscan(out, &pid)
		time.Sleep(10 * time.Millisecond)
		alive := syscall.Kill(pid, 0) == nil
		host.Process.Kill()
		host.Wait()
		gone := false
		for range 100 {
			if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err != nil || strings.Contains(string(b), ") Z ") {
				gone = true
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		checks.Check("a killed host leaves no process", pid != 0 && alive && gone, pid, alive, gone)
	}
}

// ---- rubbish

type logger struct{ n atomic.Int64 }

func (l *logger) Log(format string, args ...any) int { return int(l.n.Add(1)) }

func rubbish() {
	goroutines := runtime.NumGoroutine()
	seeds, ended, answered := 18, 0, 0
	if n, err := strconv.Atoi(os.Getenv("SEEDS")); err == nil {
		seeds = n
	}
	for seed := range seeds {
		p := start(process.Spec{CallTimeout: 500 * time.Millisecond})
		l := &logger{}
		var at func(api.Logger, int64) int
		checks.Must(p.Lookup("Rubbish", &at))
		echo := checks.Lookup[func(*api.Item) *api.Item](p, "Echo")
		back := checks.Lookup[func(api.Logger, int) int](p, "Call")
		many := checks.Lookup[func(api.Logger, int) []api.Logger](p, "Many")
		// what it writes may be this answer already
		if err := checks.Call(func() {
			if at(l, int64(seed)) == 0 {
				answered++
			}
		}); err != nil {
			checks.Check("rubbish", errors.Is(err, process.ErrEnded) || isOurs(err), err)
		}
		var wait sync.WaitGroup
		until := time.Now().Add(300 * time.Millisecond)
		for g := range 4 {
			wait.Go(func() {
				for time.Now().Before(until) {
					err := checks.Call(func() {
						switch g {
						case 0:
							echo(&api.Item{Name: "n", Tags: map[string][]string{"a": {"b"}}, Any: []any{1, "x"}, Next: &api.Item{}})
						case 1:
							back(l, 1)
						case 2:
							echo(&api.Item{Blob: make([]byte, 1<<20)})
						case 3:
							for _, x := range many(l, 3) {
								if x != nil {
									x.Log("x")
								}
							}
						}
					})
					if errors.Is(err, process.ErrEnded) {
						return
					}
				}
			})
		}
		finished := make(chan bool)
		go func() { wait.Wait(); close(finished) }()
		select {
		case <-finished:
		case <-time.After(20 * time.Second):
			checks.Check("calls end", false, seed)
			return
		}
		if p.Err() != nil {
			ended++
		}
		p.Close()
	}
	checks.Check("rubbish begins", answered > 0)
	checks.Check("rubbish was noticed", ended > 0)
	time.Sleep(200 * time.Millisecond)
	runtime.GC()
	checks.Check("no goroutines are left", runtime.NumGoroutine() <= goroutines+20, runtime.NumGoroutine(), goroutines)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	checks.Check("memory", m.HeapSys < 1<<30, m.HeapSys)
}

func isOurs(err error) bool {
	var e *process.Error
	return errors.As(err, &e)
}
