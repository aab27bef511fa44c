// signal.Reset undoes Notify, not Ignore; a signal that C libraries keep for themselves (34) is never delivered.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 1 {
		c := make(chan os.Signal, 1)
		signal.Notify(c)
		syscall.Kill(os.Getpid(), 34)
		fmt.Println(<-c)
		return
	}
	pid := os.Getpid()
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGUSR1} {
		signal.Ignore(s)
		signal.Reset(s)
		syscall.Kill(pid, s)
		fmt.Println(signal.Ignored(s))
		c := make(chan os.Signal, 1)
		signal.Notify(c, s)
		syscall.Kill(pid, s)
		fmt.Println(<-c, signal.Ignored(s))
		signal.Ignore(s)
		signal.Reset()
		syscall.Kill(pid, s)
	}
	time.Sleep(time.Millisecond)
	fmt.Println(exec.Command("/proc/self/exe", "34").Run())
}
