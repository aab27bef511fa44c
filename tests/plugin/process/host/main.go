// Package main calls a plugin in a process of its own.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"example.com/process/api"
	"example.com/process/checks"
	"vole/plugin/process"
)

// forbidden: a process of a plugin never runs the host's init functions.
func init() {
	if os.Getenv("PLUGIN_ENV") != "" {
		fmt.Println("FAIL the host's init function ran in the plugin's process")
		os.Exit(9)
	}
	process.Register(&api.Failure{})
}

func start(spec process.Spec) *process.Process {
	f, err := os.Open(os.Args[1])
	checks.Must(err)
	defer f.Close()
	spec.File = f
	spec.Env = append(spec.Env, "PLUGIN_ENV=1")
	if d := os.Getenv("VOLEDEBUG"); d != "" {
		spec.Env = append(spec.Env, "VOLEDEBUG="+d)
	}
	p, err := process.Start(spec)
	checks.Must(err)
	return p
}

type logger struct{ lines []string }

func (l *logger) Log(format string, args ...any) int {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
	return len(l.lines)
}

func main() {
	p := start(process.Spec{CallTimeout: 20 * time.Second, CPUs: cpus()})
	checks.Check("control group", len(os.Args) < 3 || p.Cgroup() != "")
	values(p)
	failures(p)
	filters(p, "Filter")
	filters(p, "Iface")
	callbacks(p)
	crowd(p)
	garbage(p)
	contexts(p)
	p.Close()
	checks.Check("closed without an error", p.Err() == nil, p.Err())
	var add func(int, int) int
	checks.Check("lookup after close", errors.Is(p.Lookup("Add", &add), process.ErrEnded))
	deaths()
	mistakes()
	noGroup()
	starved()
	checks.Done("all right")
}

// mistakes in a Spec are told before anything starts.
func mistakes() {
	file, err := os.Open(os.Args[1])
	checks.Must(err)
	defer file.Close()
	closed, err := os.Open(os.Args[1])
	checks.Must(err)
	closed.Close()
	for field, spec := range map[string]process.Spec{
		"File is missing":     {},
		"File: ":              {File: closed},
		"Memory is negative":  {File: file, Memory: -1},
		"Threads is negative": {File: file, Threads: -1},
		"CPUs is negative":    {File: file, CPUs: -0.5},
		"Env: \"A\" is no":    {File: file, Env: []string{"A"}},
	} {
		p, err := process.Start(spec)
		checks.Check("mistake", p == nil && err != nil && strings.HasPrefix(err.Error(), "plugin process: Spec."+field), field, err)
	}
}

// noGroup: an ordinary folder is not taken for one of control groups, and nothing is made in it.
func noGroup() {
	file, err := os.Open(os.Args[1])
	checks.Must(err)
	defer file.Close()
	_, err = process.Start(process.Spec{File: file, Cgroup: "/"})
	checks.Check("an ordinary folder", err != nil && strings.HasSuffix(err.Error(), "cannot enforce: control group /: it is no control group (version 2)"), err)
	p := start(process.Spec{Cgroup: "/", BestEffort: true})
	checks.Check("an ordinary folder, best effort", p.Cgroup() == "" && len(p.Missing()) == 1, p.Missing())
	p.Close()
	for _, name := range []string{"/cgroup.subtree_control", fmt.Sprintf("/vole-plugin-%d-1", os.Getpid())} {
		_, err = os.Lstat(name)
		checks.Check("nothing is made", errors.Is(err, fs.ErrNotExist), name)
	}
}

// starved: a start that fails for want of descriptors, wherever it does, leaves none open.
func starved() {
	file, err := os.Open(os.Args[1])
	checks.Must(err)
	defer file.Close()
	start(process.Spec{}).Close()
	open := settled(-1)
	var was syscall.Rlimit
	checks.Must(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was))
	failures := 0
	for n := range uint64(16) {
		checks.Must(syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: uint64(open) + n, Max: was.Max}))
		p, err := process.Start(process.Spec{File: file})
		checks.Must(syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was))
		if err != nil {
			failures++
			checks.Check("starved", descriptors() <= open, n, descriptors(), open, err)
			continue
		}
		p.Close()
		checks.Check("not starved", settled(open) <= open, n, descriptors(), open)
	}
	checks.Check("starved: most starts fail", failures > 8, failures)
}

// settled is how many descriptors are open when files that nobody has any more are closed: want or less, or what it is for a while.
func settled(want int) int {
	n, since := -2, time.Now()
	for end := time.Now().Add(10 * time.Second); want < 0 && time.Since(since) < time.Second/2 || want >= 0 && (n < 0 || n > want) && time.Now().Before(end); {
		runtime.GC()
		time.Sleep(time.Millisecond)
		if now := descriptors(); now != n {
			n, since = now, time.Now()
		}
	}
	return n
}

// descriptors is how many are open, without gaps in a program that closes what it opened last.
func descriptors() int {
	l, err := os.ReadDir("/proc/self/fd")
	if err != nil { // in a jail
		return 0
	}
	return len(l) - 1
}

// cpus: a limit that only a control group enforces, if there is to be one.
func cpus() float64 {
	if len(os.Args) < 3 {
		return 0
	}
	n, _ := strconv.ParseFloat(os.Args[3], 64)
	return n
}

func values(p *process.Process) {
	checks.Check("state", checks.Lookup[func() string](p, "State")() == "initialized, api yes, pid true", checks.Lookup[func() string](p, "State")())
	add := checks.Lookup[func(int, int) int](p, "Add")
	for i := range 1000 {
		checks.Check("add", add(i, i) == 2*i)
	}
	link, _ := url.Parse("https://user:word@x/p?q=1#f")
	item := &api.Item{Link: link, Links: [1]url.URL{{Scheme: "http", Host: "y"}}, ID: 1 << 40, Name: "näme", Tags: map[string][]string{"a": {"b", "c"}, "": nil}, Score: 1.5, At: time.Now().Round(0), Any: map[string]any{"x": []any{1, "two", nil, 3.5}},
		Blob: []byte{0, 1, 2}, Flag: true, Small: [3]int16{1, 2, 3}, Next: &api.Item{Name: "next", Any: &api.Item{Name: "in any"}}}
	got := checks.Lookup[func(*api.Item) *api.Item](p, "Echo")(item)
	checks.Check("time", got.At.Equal(item.At))
	got.At = item.At
	checks.Check("a part cannot cross", got.Link != nil && got.Link.String() == link.String() && got.Links[0].Host == "y")
	got.Next.At, got.Next.Any.(*api.Item).At = item.Next.At, time.Time{}
	item.Next.Any.(*api.Item).At = time.Time{}
	checks.Check("echo", reflect.DeepEqual(got, item), got, item)
	checks.Check("nil", checks.Lookup[func(*api.Item) *api.Item](p, "Echo")(nil) == nil)
	any := checks.Lookup[func(any) any](p, "EchoAny")
	for _, v := range []interface{}{nil, 1, "s", 2.5, true, []byte("x"), map[string]interface{}{"k": int8(3)}, []string{}, complex(1, 2), time.Second, api.Item{ID: 3}} {
		checks.Check("any", reflect.DeepEqual(any(v), v), v, any(v))
	}
	blob := checks.Lookup[func([]byte) []byte](p, "Bytes")
	for _, n := range []int{0, 1, 65000, 65471, 65472, 65473, 200000, 5 << 20} {
		b := bytes.Repeat([]byte{1, 2, 3, byte(n)}, n/4+1)[:n]
		checks.Check("bytes", bytes.Equal(blob(b), b), n)
	}
	checks.Check("nil bytes", blob(nil) == nil)
	cycle := &api.Item{}
	cycle.Next = cycle
	checks.Check("cycle", panics(func() { checks.Lookup[func(*api.Item) *api.Item](p, "Echo")(cycle) }) != "")
	checks.Check("unknown type in any", panics(func() { any(struct{ X int }{1}) }) != "")
	var wrong func(int) int
	checks.Check("wrong type", p.Lookup("Add", &wrong) != nil)
	checks.Check("missing", p.Lookup("Missing", &wrong) != nil)
	var channel func(chan int)
	checks.Check("channel", strings.Contains(fmt.Sprint(p.Lookup("Chan", &channel)), "chan int cannot cross"))
	var empty api.Filter
	checks.Check("nil interface", strings.Contains(fmt.Sprint(p.Lookup("Empty", &empty)), "is nil"))
	checks.Check("env", fmt.Sprint(checks.Lookup[func() []string](p, "Env")()[0]) == "PLUGIN_ENV=1")
}

func panics(f func()) (text string) {
	defer func() {
		if x := recover(); x != nil {
			text = fmt.Sprint(x)
			if _, ok := x.(*process.Error); !ok {
				text = ""
			}
		}
	}()
	f()
	return ""
}

func failures(p *process.Process) {
	fail := checks.Lookup[func(string) error](p, "Fail")
	checks.Check("nil error", fail("") == nil)
	checks.Check("eof", fail("eof") == io.EOF)
	err := fail("exist")
	checks.Check("exist", errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrExist) && err.Error() == "opening: file does not exist", err)
	var f *api.Failure
	checks.Check("typed", errors.As(fail("typed"), &f) && f.Code == 7, fail("typed"))
	var r *process.RemoteError
	checks.Check("other", errors.As(fail("other"), &r) && r.Text == "some other" && r.Type == "*errors.errorString", fail("other"))
	var e *process.Error
	err = fail("panic")
	checks.Check("panic", errors.As(err, &e) && e.Panic && strings.Contains(e.Text, "the plugin panics") && strings.Contains(e.Trace, "main.Fail") || strings.Contains(e.Trace, "plug.Fail"), err, e)
	err = fail("goexit")
	checks.Check("goexit", errors.As(err, &e) && e.Panic, err)
	checks.Check("plain panic", strings.Contains(panics(func() { checks.Lookup[func() int](p, "PanicPlain")() }), "no error result"))
}

func filters(p *process.Process, name string) {
	f := checks.Lookup[api.Filter](p, name)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	out, err := f.Apply(ctx, &api.Item{Name: "abc"})
	checks.Check("apply", err == nil && out.Name == "ABC", out, err)
	_, err = f.Apply(ctx, nil)
	var fail *api.Failure
	checks.Check("apply nil", errors.As(err, &fail) && fail.Code == 1, err)
	for i := range 50 {
		deep(i*20, func() {
			text, x, arr, err := f.Mixed(-3, 1.5, "c", [3]int64{1, 2, 3}, 2.25, []string{"p", "q"}, complex(1, -1), true, 65535, 1, 2, 3, 1<<62, "end", func(n int) int { return n * n })
			checks.Check("mixed", err == nil && x == 4.5 && arr == [3]int64{3, 2, 1} && text == "-3 1.5c[1 2 3] 2.25 [p q] (1-1i) true 65535 1 2 3 4611686018427387904end25", text, x, arr, err)
			checks.Check("sum", f.Sum(1) == 1 && f.Sum(1, 2, 3) == 6)
		})
	}
	var b bytes.Buffer
	text := strings.Repeat("0123456789", 20000)
	n, err := f.Read(strings.NewReader(text), &b)
	checks.Check("read", n == 200000 && err == nil && b.String() == text, n, err)
	l := &logger{}
	back := f.Keep(l)
	checks.Check("comes back", back == api.Logger(l), back)
	checks.Check("kept", f.Kept("one") == 1 && f.Kept("two") == 2 && l.lines[1] == "kept two", l.lines)
	f.None()
	method := f.Sum
	checks.Check("method value", method(2, 2) == 4)
	checks.Check("method by reflect", reflect.ValueOf(&f).Elem().Method(6).Call([]reflect.Value{reflect.ValueOf(4)})[0].Int() == 4)
}

// deep calls with so much of the stack in use.
func deep(n int, f func()) {
	if n > 0 {
		deep(n-1, f)
		return
	}
	f()
}

func callbacks(p *process.Process) {
	back := checks.Lookup[func(func(int) (int, error), int) (int, error)](p, "Back")
	n, err := back(func(n int) (int, error) { return n * 2, nil }, 21)
	checks.Check("back", n == 42 && err == nil, n, err)
	_, err = back(func(int) (int, error) { return 0, io.ErrUnexpectedEOF }, 1)
	checks.Check("back error", err == io.ErrUnexpectedEOF, err)
	_, err = back(func(int) (int, error) { panic("host panics") }, 1)
	checks.Check("back panic", strings.Contains(fmt.Sprint(err), "host panics"), err)
	var nest func(n int) (int, error)
	nest = func(n int) (int, error) {
		if n == 0 {
			return 0, nil
		}
		m, err := back(nest, n-1)
		return m + 1, err
	}
	n, err = back(nest, 12)
	checks.Check("nested", n == 12 && err == nil, n, err)
	add := checks.Lookup[func(int) func(int) int](p, "Maker")(3)
	checks.Check("function from the plugin", add(1) == 3 && add(2) == 9)
}

// crowd calls from many goroutines, while the collector runs; references come and go.
func crowd(p *process.Process) {
	add := checks.Lookup[func(int, int) int](p, "Add")
	maker := checks.Lookup[func(int) func(int) int](p, "Maker")
	back := checks.Lookup[func(func(int) (int, error), int) (int, error)](p, "Back")
	var wait sync.WaitGroup
	for g := range 100 {
		wait.Go(func() {
			for i := range 50 {
				checks.Check("crowd", add(g, i) == g+i)
				checks.Check("crowd maker", maker(g)(i) == g*i)
				n, err := back(func(n int) (int, error) { return n + g, nil }, i)
				checks.Check("crowd back", n == i+g && err == nil, n, err)
			}
			runtime.GC()
		})
	}
	wait.Wait()
}

// garbage: references that are not used any more are let go on both sides, so there can be more than either keeps at once.
func garbage(p *process.Process) {
	maker := checks.Lookup[func(int) func(int) int](p, "Maker")
	back := checks.Lookup[func(func(int) (int, error), int) (int, error)](p, "Back")
	n := 70000
	if os.Getenv("VOLEDEBUG") != "" {
		n = 2000
	}
	for i := range n {
		if maker(i) == nil {
			checks.Check("garbage", false)
		}
		if _, err := back(func(int) (int, error) { return i, nil }, 1); err != nil {
			checks.Check("garbage back", false, i, err)
			return
		}
	}
}

func contexts(p *process.Process) {
	wait := checks.Lookup[func(context.Context) error](p, "Wait")
	ended := checks.Lookup[func() string](p, "Ended")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	checks.Check("canceled", wait(ctx) == context.Canceled)
	checks.Check("canceled there", ended() == "context canceled")
	ctx, cancel = context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	checks.Check("deadline", wait(ctx) == context.DeadlineExceeded)
	checks.Check("deadline there", strings.HasPrefix(ended(), "context "))
}

func deaths() {
	for _, how := range []string{"exit", "wild", "loop"} {
		p := start(process.Spec{CallTimeout: time.Second})
		fail := checks.Lookup[func(string) error](p, "Fail")
		wait := checks.Lookup[func(context.Context) error](p, "Wait")
		other := make(chan error)
		go func() { other <- wait(context.Background()) }()
		time.Sleep(20 * time.Millisecond)
		begin := time.Now()
		err := fail(how)
		var e *process.Error
		checks.Check(how, errors.As(err, &e) && errors.Is(err, process.ErrEnded) || how == "loop" && errors.Is(err, process.ErrTimeout), err)
		checks.Check(how+" other call", errors.Is(<-other, process.ErrEnded))
		checks.Check(how+" in time", time.Since(begin) < 5*time.Second, time.Since(begin))
		<-p.Done()
		checks.Check(how+" reason", p.Err() != nil, p.Err())
		switch how {
		case "exit":
			checks.Check("exit words", strings.Contains(p.Err().(*process.Error).Trace, "last words"), p.Err())
		case "wild":
			checks.Check("wild words", strings.Contains(p.Err().(*process.Error).Trace, "in a goroutine of its own"), p.Err())
		}
		next, err := p.Restart()
		checks.Check("restart", err != nil || next.Close() == nil)
	}
}
