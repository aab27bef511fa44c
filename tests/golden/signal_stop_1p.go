// signal.Stop waits until signals that arrived before are delivered, and lets the receiver run meanwhile: one P is enough.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	runtime.LockOSThread()
	lost := 0
	for range 100 {
		c, keep := make(chan os.Signal, 1), make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGUSR1)
		signal.Notify(keep, syscall.SIGUSR1)
		// arrives before the call returns
		syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(syscall.Getpid()), uintptr(syscall.Gettid()), uintptr(syscall.SIGUSR1))
		signal.Stop(c)
		if len(c) == 0 {
			lost++
		}
		signal.Stop(keep)
	}
	fmt.Println(runtime.GOMAXPROCS(0), "P:", lost, "lost")
}
