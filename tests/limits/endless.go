// Endless recursion: Go's stack overflow message and exit code 2.
package main

//go:noinline
func endless(n int) int { return endless(n+1) + 1 }

func main() { println(endless(0)) }
