package main

import (
	"fmt"
	"syscall"
	"os"
)

func main() {
	fmt.Println(syscall.Setresuid(-1, -1, -1), syscall.Setuid(os.Getuid()), syscall.Setgid(os.Getgid()), syscall.Setreuid(-1, -1), syscall.Setregid(-1, -1), syscall.Setresgid(-1, -1, -1))
}
