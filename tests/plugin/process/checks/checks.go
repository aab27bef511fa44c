// Package checks is what the programs that look at package vole/plugin/process share: their checks, and calls that may fail.
package checks

import (
	"fmt"
	"os"
	"sync/atomic"

	"vole/plugin/process"
)

var (
	failed atomic.Bool
	count  atomic.Int64
)

// Check says what does not hold; Done then ends the program with 1. Any goroutine may call it.
func Check(what string, ok bool, more ...any) {
	count.Add(1)
	if !ok {
		failed.Store(true)
		fmt.Println("FAIL", what, more)
	}
}

// Must panics at an error.
func Must(err error) {
	if err != nil {
		panic(err)
	}
}

// Done prints said if all checks held and ends the program.
func Done(said string) {
	if failed.Load() {
		os.Exit(1)
	}
	fmt.Printf("%s, %d checks\n", said, count.Load())
	os.Exit(0)
}

// Lookup is the function of type T that the plugin calls name.
func Lookup[T any](p *process.Process, name string) T {
	var f T
	Must(p.Lookup(name, &f))
	return f
}

// Call calls f; a panic that package process documents is an error.
func Call(f func()) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *process.Error:
			err = x
		default:
			panic(x)
		}
	}()
	f()
	return nil
}

// Exists tells whether there is a file or folder.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
