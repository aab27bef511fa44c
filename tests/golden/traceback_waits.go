package main

// What a goroutine that waits is shown to be in: the function of the library's that waits, as in gc's tracebacks.

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
)

type E struct{}

func (E) Error() string { panic("in Error") }

var l, _ = net.Listen("tcp", "127.0.0.1:0")
var mu sync.Mutex
var rw, held sync.RWMutex
var wg sync.WaitGroup
var cond = sync.NewCond(new(sync.Mutex))

func waitSleep()  { time.Sleep(time.Hour) }
func waitAccept() { l.Accept() }
func waitMutex()  { mu.Lock() }
func waitRead()   { held.RLock() }
func waitWrite()  { rw.Lock() }
func waitGroup()  { wg.Wait() }
func waitCond()   { cond.L.Lock(); cond.Wait() }

// The functions of a goroutine down to main's, without arguments.
func names(text string) string {
	var all []string
	for i, line := range strings.Split(text, "\n") {
		if i == 0 {
			line = line[strings.Index(line, "["):]
			if c := strings.Index(line, ","); c >= 0 {
				line = line[:c] + "]:"
			}
			all = append(all, line)
			continue
		}
		if strings.HasPrefix(line, "\t") {
			continue
		}
		name, _, _ := strings.Cut(line, "(")
		if strings.HasPrefix(line, "sync.(*") || strings.HasPrefix(line, "internal/sync.(*") || strings.HasPrefix(line, "internal/poll.(*") || strings.HasPrefix(line, "net.") {
			continue
		}
		all = append(all, name)
		if strings.HasPrefix(name, "main.") {
			break
		}
	}
	return strings.Join(all, " ")
}

func main() {
	if len(os.Args) > 1 {
		panic(E{})
	}
	mu.Lock()
	rw.RLock()
	held.Lock()
	wg.Add(1)
	for _, f := range []func(){waitSleep, waitAccept, waitMutex, waitRead, waitWrite, waitGroup, waitCond} {
		go f()
	}
	buf := make([]byte, 1<<16)
	var lines []string
	for range 200 {
		time.Sleep(10 * time.Millisecond)
		lines = nil
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(g, "main.wait") && !strings.Contains(g, "[runn") {
				lines = append(lines, names(g))
			}
		}
		if len(lines) == 7 {
			break
		}
	}
	sort.Strings(lines)
	fmt.Println(strings.Join(lines, "\n"))

	// The method of *E that calls E's is made by the compiler.
	cmd := exec.Command("/proc/self/exe", "x")
	cmd.Env = []string{"GOTRACEBACK=system"}
	out, _ := cmd.CombinedOutput()
	_, rest, _ := strings.Cut(string(out), "main.(*E).Error(")
	_, rest, _ = strings.Cut(rest, "\n\t")
	place, _, _ := strings.Cut(rest, " ")
	fmt.Println("wrapper", place)
}
