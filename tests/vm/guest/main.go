// Package main runs in the virtual machine, as root: what no machine without control groups of version 2 shows. A verdict a line: "ok NAME", "FAIL NAME: why",
// "note TEXT"; the last line is END and how many verdicts there were. Its parts: memory and processors of a service (memory.go), processes of plugins (plugins.go). guest [PART...]
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	root = "/sys/fs/cgroup"
	user = 1000 // an unprivileged one
)

var verdictsSaid int // by the one goroutine that checks

func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// check prints a verdict.
func check(name string, ok bool, more ...any) {
	verdictsSaid++
	if ok {
		say("ok %s", name)
		return
	}
	say("FAIL %s: %s", name, strings.Join(strings.Fields(fmt.Sprint(more...)), " "))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// ---- control groups

type group string // its folder

// newGroup makes one below another, or the root; settings are file and value in turn.
func newGroup(parent group, name string, settings ...string) group {
	g := group(filepath.Join(string(parent), name))
	must(os.MkdirAll(string(g), 0o755))
	g.set(settings...)
	return g
}

func (g group) set(settings ...string) {
	for pair := range slices.Chunk(settings, 2) {
		if err := os.WriteFile(filepath.Join(string(g), pair[0]), []byte(pair[1]), 0); err != nil {
			check(fmt.Sprintf("setting %s of %s to %s", pair[0], g, pair[1]), false, err)
		}
	}
}

func (g group) get(file string) string {
	b, err := os.ReadFile(filepath.Join(string(g), file))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(b))
}

// number is a value of a file, or of its line that begins with key.
func (g group) number(file, key string) int64 {
	for line := range strings.Lines(g.get(file)) {
		f := strings.Fields(line)
		if key == "" || f[0] == key {
			n, _ := strconv.ParseInt(f[len(f)-1], 10, 64)
			return n
		}
	}
	return -1
}

// remove ends all that is in it, and the group with those below.
func (g group) remove() {
	os.WriteFile(filepath.Join(string(g), "cgroup.kill"), []byte("1"), 0)
	soon(func() bool {
		var down func(path string)
		down = func(path string) {
			entries, _ := os.ReadDir(path)
			for _, e := range entries {
				if e.IsDir() {
					down(filepath.Join(path, e.Name()))
				}
			}
			syscall.Rmdir(path)
		}
		down(string(g))
		_, err := os.Stat(string(g))
		return err != nil
	})
}

// soon waits until it is so; false: it is not after a minute, on a machine that may be slow.
func soon(so func() bool) bool {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if so() {
			return true
		}
	}
	return so()
}

// in makes a command that begins its life in a group, as a user.
func (g group) in(uid int, env []string, words ...string) *exec.Cmd {
	c := exec.Command(words[0], words[1:]...)
	c.Env = append([]string{"PATH=/bin", "HOME=/tmp", "TMPDIR=/tmp"}, env...)
	c.SysProcAttr = &syscall.SysProcAttr{}
	if g != "" {
		fd, err := syscall.Open(string(g), syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
		must(err) // closed with this program: a few dozen
		c.SysProcAttr.UseCgroupFD, c.SysProcAttr.CgroupFD = true, fd
	}
	if uid != 0 {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}
	}
	return c
}

// patience is how long a program may take on a machine that is emulated and shared.
const patience = 4 * time.Minute

// run runs a program to its end; one that has none tells where it is.
func (g group) run(uid int, env []string, words ...string) (string, error) {
	c := g.in(uid, env, words...)
	slow := time.AfterFunc(patience, func() {
		c.Process.Signal(syscall.SIGQUIT)
		time.Sleep(10 * time.Second)
		c.Process.Kill()
	})
	defer slow.Stop()
	out, err := c.CombinedOutput()
	return string(out), err
}

// ---- services

type service struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string
	died  bool
}

func (g group) service(program string, env ...string) *service {
	s := &service{cmd: g.in(0, env, program), lines: make(chan string)}
	var err error
	s.in, err = s.cmd.StdinPipe()
	must(err)
	out, err := s.cmd.StdoutPipe()
	must(err)
	must(s.cmd.Start())
	go func() {
		for l := bufio.NewScanner(out); l.Scan(); {
			s.lines <- l.Text()
		}
		close(s.lines)
	}()
	return s
}

// ask is the answer to a command; "died" if there is none.
func (s *service) ask(command string) string {
	if _, err := io.WriteString(s.in, command+"\n"); err == nil {
		if answer, ok := <-s.lines; ok {
			return answer
		}
	}
	s.died = true
	return "died"
}

// becomes: the answer is soon this.
func (s *service) becomes(command, want string) (string, bool) {
	got := ""
	return got, soon(func() bool { got = s.ask(command); return got == want || s.died }) && got == want
}

// end says how it ended.
func (s *service) end() string {
	s.in.Close()
	err := s.cmd.Wait()
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

func main() {
	parts := map[string]func(){"memory": memory, "procs": procs, "plugins": plugins, "groups": groups}
	group(root).set("cgroup.subtree_control", "+memory +pids +cpu")
	for _, name := range []string{"memory", "procs", "plugins", "groups"} {
		if len(os.Args) < 2 || slices.Contains(os.Args[1:], name) {
			parts[name]()
		}
	}
	say("END %d", verdictsSaid)
}
