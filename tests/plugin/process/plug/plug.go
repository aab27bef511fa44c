// Package main is the plugin.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"

	"example.com/process/api"
	"vole/plugin/process"
)

func main() {}

var started = "not initialized"

func init() {
	started = "initialized"
	process.Register(&api.Failure{})
}

func State() string { return started + ", api " + api.Ready + ", pid " + fmt.Sprint(os.Getpid() != 0) }

func Env() []string { return os.Environ() }

func Add(a, b int) int { return a + b }

func Nothing() {}

func Echo(x *api.Item) *api.Item { return x }

func EchoAny(x any) any { return x }

func Bytes(b []byte) []byte { return b }

func Fail(how string) error {
	switch how {
	case "eof":
		return io.EOF
	case "exist":
		return fmt.Errorf("opening: %w", fs.ErrNotExist)
	case "typed":
		return &api.Failure{Code: 7}
	case "other":
		return errors.New("some other")
	case "panic":
		panic("the plugin panics")
	case "goexit":
		runtime.Goexit()
	case "exit":
		fmt.Fprintln(os.Stderr, "last words")
		os.Exit(3)
	case "wild":
		go panic("in a goroutine of its own")
		select {}
	case "loop":
		for {
		}
	}
	return nil
}

func PanicPlain() int { panic(errors.New("no error result")) }

func Wait(ctx context.Context) error {
	<-ctx.Done()
	ended <- ctx.Err().Error()
	return ctx.Err()
}

var ended = make(chan string, 10)

func Ended() string { return <-ended }

func Back(f func(int) (int, error), n int) (int, error) {
	if n == 0 {
		return f(0)
	}
	return f(n)
}

func Maker(step int) func(int) int {
	total := 0
	return func(n int) int {
		total += step * n
		return total
	}
}

func Chan(c chan int) {}

type filter struct {
	mu   sync.Mutex
	kept api.Logger
	n    int
}

func (f *filter) Apply(ctx context.Context, in *api.Item) (*api.Item, error) {
	if in == nil {
		return nil, &api.Failure{Code: 1}
	}
	if _, ok := ctx.Deadline(); !ok {
		return nil, errors.New("no deadline")
	}
	out := *in
	out.Name = strings.ToUpper(in.Name)
	return &out, nil
}

func (f *filter) Mixed(a int8, b float32, c string, d [3]int64, e float64, g []string, h complex128, i bool, j uint16, k, l, m, n int64, o string, p func(int) int) (string, float64, [3]int64, error) {
	return fmt.Sprint(a, b, c, d, e, g, h, i, j, k, l, m, n, o, p(5)), e * 2, [3]int64{d[2], d[1], d[0]}, nil
}

func (f *filter) Sum(first int, more ...int) int {
	for _, n := range more {
		first += n
	}
	return first
}

func (f *filter) Read(r io.Reader, w io.Writer) (int64, error) { return io.Copy(w, r) }

func (f *filter) Keep(l api.Logger) api.Logger {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept = l
	return l
}

func (f *filter) Kept(text string) int {
	f.mu.Lock()
	l := f.kept
	f.mu.Unlock()
	return l.Log("kept %s", text)
}

func (f *filter) None() { f.n++ }

// Filter is an interface of the host's.
var Filter filter

// Iface holds one.
var Iface api.Filter = &Filter

var Empty api.Filter
