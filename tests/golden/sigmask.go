// No thread of a program blocks signals: the one that starts threads has its mask back afterwards, and preemption reaches all.
// A thread that is just starting does, so the threads are looked at again for a while.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

func blocked() (threads, blocking int) {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		fmt.Println(err)
	}
	for _, t := range tasks {
		status, _ := os.ReadFile("/proc/self/task/" + t.Name() + "/status")
		for line := range bytes.Lines(status) {
			if mask, ok := bytes.CutPrefix(line, []byte("SigBlk:\t")); ok && string(mask) != "0000000000000000\n" {
				blocking++
			}
		}
	}
	return len(tasks), blocking
}

func main() {
	runtime.GOMAXPROCS(4)
	var started, done sync.WaitGroup
	stop := make(chan struct{})
	for range 6 {
		started.Add(1)
		done.Go(func() {
			runtime.LockOSThread()
			started.Done()
			<-stop
		})
	}
	started.Wait()
	threads, blocking := blocked()
	for range 100 {
		if blocking == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
		threads, blocking = blocked()
	}
	fmt.Println(threads >= 6, blocking)
	close(stop)
	done.Wait()
}
