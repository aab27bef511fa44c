package main

type T [1 << 29]byte

var g [4]T // ERROR "main.g: symbol too large \(2147483648 bytes > 2000000000 bytes\)"

//go:noinline
func f(a, b T) byte { return a[3] + b[5] } // ERROR "stack frame too large \(>1GB\): 0 MB locals \+ 1024 MB args"

func call() { println(f(g[0], g[1])) } // ERROR "stack frame too large \(>1GB\): 0 MB locals \+ 0 MB args \+ 1024 MB callee"

func main() { call() }
