// The system gives no memory any more, whatever it is asked for: Go's message, and the program's end.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

var uses = map[string]func(){
	"large objects": func() {
		var all [][]byte
		for {
			all = append(all, make([]byte, 4<<20))
		}
	},
	"small objects": func() {
		all := map[int]*[100]int{}
		for i := 0; ; i++ {
			all[i] = new([100]int)
		}
	},
	"timers": func() {
		for {
			time.AfterFunc(time.Hour, func() {})
		}
	},
	"stack": func() {
		var f func(n int) int
		f = func(n int) int { return f(n+1) + 1 }
		f(0)
	},
}

func main() {
	if len(os.Args) > 1 {
		if os.Args[2] == "data" {
			syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: 24 << 20, Max: 24 << 20})
		} else { // what is reserved can still be used, nothing else can be mapped
			syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20})
		}
		runtime.GC()
		uses[os.Args[1]]()
	}
	for _, run := range []string{"large objects/data", "small objects/data", "timers/data", "stack/data", "small objects/address space", "timers/address space"} {
		name, limit, _ := strings.Cut(run, "/")
		text, err := exec.Command("/proc/self/exe", name, limit).CombinedOutput()
		if strings.HasPrefix(string(text), "runtime: failed to create new OS thread") {
			continue // a thread was wanted first
		}
		if !strings.HasPrefix(string(text), "runtime: out of memory: cannot allocate ") || !strings.Contains(string(text), "\nfatal error: out of memory\n") || fmt.Sprint(err) != "exit status 2" {
			fmt.Println(run, err, string(text[:min(len(text), 300)]))
		}
	}
	fmt.Println("done")
}
