// The same plugin in a process of its own, that the kernel keeps from everything; calls go over shared memory.
package main

import (
	"os"
	"time"

	"vole/plugin/process"

	"example.com/extend/api"
)

type remote struct {
	add   func(a, b int) int
	upper func(s string) string
}

func (x remote) Add(a, b int) int      { return x.add(a, b) }
func (x remote) Upper(s string) string { return x.upper(s) }

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	begin := time.Now()
	f, err := os.Open(os.Args[1])
	check(err)
	p, err := process.Start(process.Spec{File: f, BestEffort: true})
	check(err)
	defer p.Close()
	var x remote
	check(p.Lookup("Add", &x.add))
	check(p.Lookup("Upper", &x.upper))
	api.Report(begin, x)
}
