package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Signals that end a C program go unnoticed unless the program asks for them, before and after it did.
func main() {
	pid := os.Getpid()
	sigs := []syscall.Signal{syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGVTALRM, syscall.SIGPROF, syscall.SIGIO, syscall.SIGPWR, syscall.SIGXCPU, 35, 64}
	for _, s := range sigs {
		syscall.Kill(pid, s)
	}
	c := make(chan os.Signal, 20)
	for _, s := range sigs {
		if s == syscall.SIGPROF {
			continue
		}
		signal.Notify(c, s)
		syscall.Kill(pid, s)
		fmt.Println(<-c)
		signal.Stop(c)
		syscall.Kill(pid, s)
	}
	time.Sleep(time.Millisecond)
	fmt.Println("alive", len(c), signal.Ignored(syscall.SIGUSR1))
}
