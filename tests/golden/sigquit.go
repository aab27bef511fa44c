// SIGQUIT prints all goroutines and ends the process.
package main

import (
	"os"
	"syscall"
	"time"
)

func sleeper() { time.Sleep(time.Hour) }

func main() {
	go sleeper()
	time.Sleep(10 * time.Millisecond)
	syscall.Kill(os.Getpid(), syscall.SIGQUIT)
	time.Sleep(time.Minute)
}
