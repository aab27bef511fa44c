// A program that is idle between two short pieces of work costs a wake-up for each, and the monitor thread few more.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// How often threads of this program gave up the processor by themselves.
func waits() (n int) {
	files, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil || len(files) == 0 {
		panic("no threads in /proc")
	}
	for _, f := range files {
		text, _ := os.ReadFile(f)
		_, after, found := strings.Cut(string(text), "\nvoluntary_ctxt_switches:")
		if !found {
			continue // the thread has just ended
		}
		line, _, _ := strings.Cut(after, "\n")
		k, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			panic(err)
		}
		n += k
	}
	return n
}

func main() {
	const naps = 100
	time.Sleep(50 * time.Millisecond) // whatever the start had to do
	before := waits()
	for range naps {
		time.Sleep(3 * time.Millisecond)
		for end := time.Now().Add(time.Millisecond); time.Now().Before(end); {
		}
	}
	if n := waits() - before; n < naps || n > 5*naps {
		fmt.Println("threads waited", n, "times in", naps, "naps")
		return
	}
	fmt.Println("ok")
}
