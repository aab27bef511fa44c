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
	"vole/plugin/process"
)

var failed bool

func check(what string, ok bool, more ...any) {
	if !ok {
		failed = true
		fmt.Println("FAIL", what, more)
	}
}

func must(err error) {
	if err != nil {
		fmt.Println("FAIL", err)
		os.Exit(1)
	}
}

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
	must(err)
	defer f.Close()
	spec.File = f
	spec.Env = append(spec.Env, "PLUGIN_ENV=1")
	if d := os.Getenv("VOLEDEBUG"); d != "" {
		spec.Env = append(spec.Env, "VOLEDEBUG="+d)
	}
	p, err := process.Start(spec)
	must(err)
	return p
}

func lookup[T any](p *process.Process, name string) T {
	var f T
	must(p.Lookup(name, &f))
	return f
}

type logger struct{ lines []string }

func (l *logger) Log(format string, args ...any) int {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
	return len(l.lines)
}

func main() {
	p := start(process.Spec{CallTimeout: 20 * time.Second, CPUs: cpus()})
	check("control group", len(os.Args) < 3 || p.Cgroup() != "")
	values(p)
	failures(p)
	filters(p, "Filter")
	filters(p, "Iface")
	callbacks(p)
	crowd(p)
	garbage(p)
	contexts(p)
	p.Close()
	check("closed without an error", p.Err() == nil, p.Err())
	var add func(int, int) int
	check("lookup after close", errors.Is(p.Lookup("Add", &add), process.ErrEnded))
	deaths()
	mistakes()
	noGroup()
	starved()
	if failed {
		os.Exit(1)
	}
	fmt.Println("all right")
}

// mistakes in a Spec are told before anything starts.
func mistakes() {
	file, err := os.Open(os.Args[1])
	must(err)
	defer file.Close()
	closed, err := os.Open(os.Args[1])
	must(err)
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
		check("mistake", p == nil && err != nil && strings.HasPrefix(err.Error(), "plugin process: Spec."+field), field, err)
	}
}

// noGroup: an ordinary folder is not taken for one of control groups, and nothing is made in it.
func noGroup() {
	file, err := os.Open(os.Args[1])
	must(err)
	defer file.Close()
	_, err = process.Start(process.Spec{File: file, Cgroup: "/"})
	check("an ordinary folder", err != nil && strings.HasSuffix(err.Error(), "cannot enforce: control group /: it is no control group (version 2)"), err)
	p := start(process.Spec{Cgroup: "/", BestEffort: true})
	check("an ordinary folder, best effort", p.Cgroup() == "" && len(p.Missing()) == 1, p.Missing())
	p.Close()
	for _, name := range []string{"/cgroup.subtree_control", fmt.Sprintf("/vole-plugin-%d-1", os.Getpid())} {
		_, err = os.Lstat(name)
		check("nothing is made", errors.Is(err, fs.ErrNotExist), name)
	}
}

// starved: a start that fails for want of descriptors, wherever it does, leaves none open.
func starved() {
	file, err := os.Open(os.Args[1])
	must(err)
	defer file.Close()
	start(process.Spec{}).Close()
	open := settled(-1)
	var was syscall.Rlimit
	must(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was))
	failures := 0
	for n := range uint64(16) {
		must(syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: uint64(open) + n, Max: was.Max}))
		p, err := process.Start(process.Spec{File: file})
		must(syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was))
		if err != nil {
			failures++
			check("starved", descriptors() <= open, n, descriptors(), open, err)
			continue
		}
		p.Close()
		check("not starved", settled(open) <= open, n, descriptors(), open)
	}
	check("starved: most starts fail", failures > 8, failures)
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
	check("state", lookup[func() string](p, "State")() == "initialized, api yes, pid true", lookup[func() string](p, "State")())
	add := lookup[func(int, int) int](p, "Add")
	for i := range 1000 {
		check("add", add(i, i) == 2*i)
	}
	link, _ := url.Parse("https://user:word@x/p?q=1#f")
	item := &api.Item{Link: link, Links: [1]url.URL{{Scheme: "http", Host: "y"}}, ID: 1 << 40, Name: "näme", Tags: map[string][]string{"a": {"b", "c"}, "": nil}, Score: 1.5, At: time.Now().Round(0), Any: map[string]any{"x": []any{1, "two", nil, 3.5}},
		Blob: []byte{0, 1, 2}, Flag: true, Small: [3]int16{1, 2, 3}, Next: &api.Item{Name: "next", Any: &api.Item{Name: "in any"}}}
	got := lookup[func(*api.Item) *api.Item](p, "Echo")(item)
	check("time", got.At.Equal(item.At))
	got.At = item.At
	check("a part cannot cross", got.Link != nil && got.Link.String() == link.String() && got.Links[0].Host == "y")
	got.Next.At, got.Next.Any.(*api.Item).At = item.Next.At, time.Time{}
	item.Next.Any.(*api.Item).At = time.Time{}
	check("echo", reflect.DeepEqual(got, item), got, item)
	check("nil", lookup[func(*api.Item) *api.Item](p, "Echo")(nil) == nil)
	any := lookup[func(any) any](p, "EchoAny")
	for _, v := range []interface{}{nil, 1, "s", 2.5, true, []byte("x"), map[string]interface{}{"k": int8(3)}, []string{}, complex(1, 2), time.Second, api.Item{ID: 3}} {
		check("any", reflect.DeepEqual(any(v), v), v, any(v))
	}
	blob := lookup[func([]byte) []byte](p, "Bytes")
	for _, n := range []int{0, 1, 65000, 65471, 65472, 65473, 200000, 5 << 20} {
		b := bytes.Repeat([]byte{1, 2, 3, byte(n)}, n/4+1)[:n]
		check("bytes", bytes.Equal(blob(b), b), n)
	}
	check("nil bytes", blob(nil) == nil)
	cycle := &api.Item{}
	cycle.Next = cycle
	check("cycle", panics(func() { lookup[func(*api.Item) *api.Item](p, "Echo")(cycle) }) != "")
	check("unknown type in any", panics(func() { any(struct{ X int }{1}) }) != "")
	var wrong func(int) int
	check("wrong type", p.Lookup("Add", &wrong) != nil)
	check("missing", p.Lookup("Missing", &wrong) != nil)
	var channel func(chan int)
	check("channel", strings.Contains(fmt.Sprint(p.Lookup("Chan", &channel)), "chan int cannot cross"))
	var empty api.Filter
	check("nil interface", strings.Contains(fmt.Sprint(p.Lookup("Empty", &empty)), "is nil"))
	check("env", fmt.Sprint(lookup[func() []string](p, "Env")()[0]) == "PLUGIN_ENV=1")
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
	fail := lookup[func(string) error](p, "Fail")
	check("nil error", fail("") == nil)
	check("eof", fail("eof") == io.EOF)
	err := fail("exist")
	check("exist", errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrExist) && err.Error() == "opening: file does not exist", err)
	var f *api.Failure
	check("typed", errors.As(fail("typed"), &f) && f.Code == 7, fail("typed"))
	var r *process.RemoteError
	check("other", errors.As(fail("other"), &r) && r.Text == "some other" && r.Type == "*errors.errorString", fail("other"))
	var e *process.Error
	err = fail("panic")
	check("panic", errors.As(err, &e) && e.Panic && strings.Contains(e.Text, "the plugin panics") && strings.Contains(e.Trace, "main.Fail") || strings.Contains(e.Trace, "plug.Fail"), err, e)
	err = fail("goexit")
	check("goexit", errors.As(err, &e) && e.Panic, err)
	check("plain panic", strings.Contains(panics(func() { lookup[func() int](p, "PanicPlain")() }), "no error result"))
}

func filters(p *process.Process, name string) {
	f := lookup[api.Filter](p, name)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	out, err := f.Apply(ctx, &api.Item{Name: "abc"})
	check("apply", err == nil && out.Name == "ABC", out, err)
	_, err = f.Apply(ctx, nil)
	var fail *api.Failure
	check("apply nil", errors.As(err, &fail) && fail.Code == 1, err)
	for i := range 50 {
		deep(i*20, func() {
			text, x, arr, err := f.Mixed(-3, 1.5, "c", [3]int64{1, 2, 3}, 2.25, []string{"p", "q"}, complex(1, -1), true, 65535, 1, 2, 3, 1<<62, "end", func(n int) int { return n * n })
			check("mixed", err == nil && x == 4.5 && arr == [3]int64{3, 2, 1} && text == "-3 1.5c[1 2 3] 2.25 [p q] (1-1i) true 65535 1 2 3 4611686018427387904end25", text, x, arr, err)
			check("sum", f.Sum(1) == 1 && f.Sum(1, 2, 3) == 6)
		})
	}
	var b bytes.Buffer
	text := strings.Repeat("0123456789", 20000)
	n, err := f.Read(strings.NewReader(text), &b)
	check("read", n == 200000 && err == nil && b.String() == text, n, err)
	l := &logger{}
	back := f.Keep(l)
	check("comes back", back == api.Logger(l), back)
	check("kept", f.Kept("one") == 1 && f.Kept("two") == 2 && l.lines[1] == "kept two", l.lines)
	f.None()
	method := f.Sum
	check("method value", method(2, 2) == 4)
	check("method by reflect", reflect.ValueOf(&f).Elem().Method(6).Call([]reflect.Value{reflect.ValueOf(4)})[0].Int() == 4)
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
	back := lookup[func(func(int) (int, error), int) (int, error)](p, "Back")
	n, err := back(func(n int) (int, error) { return n * 2, nil }, 21)
	check("back", n == 42 && err == nil, n, err)
	_, err = back(func(int) (int, error) { return 0, io.ErrUnexpectedEOF }, 1)
	check("back error", err == io.ErrUnexpectedEOF, err)
	_, err = back(func(int) (int, error) { panic("host panics") }, 1)
	check("back panic", strings.Contains(fmt.Sprint(err), "host panics"), err)
	var nest func(n int) (int, error)
	nest = func(n int) (int, error) {
		if n == 0 {
			return 0, nil
		}
		m, err := back(nest, n-1)
		return m + 1, err
	}
	n, err = back(nest, 12)
	check("nested", n == 12 && err == nil, n, err)
	add := lookup[func(int) func(int) int](p, "Maker")(3)
	check("function from the plugin", add(1) == 3 && add(2) == 9)
}

// crowd calls from many goroutines, while the collector runs; references come and go.
func crowd(p *process.Process) {
	add := lookup[func(int, int) int](p, "Add")
	maker := lookup[func(int) func(int) int](p, "Maker")
	back := lookup[func(func(int) (int, error), int) (int, error)](p, "Back")
	var wait sync.WaitGroup
	for g := range 100 {
		wait.Go(func() {
			for i := range 50 {
				check("crowd", add(g, i) == g+i)
				check("crowd maker", maker(g)(i) == g*i)
				n, err := back(func(n int) (int, error) { return n + g, nil }, i)
				check("crowd back", n == i+g && err == nil, n, err)
			}
			runtime.GC()
		})
	}
	wait.Wait()
}

// garbage: references that are not used any more are let go on both sides, so there can be more than either keeps at once.
func garbage(p *process.Process) {
	maker := lookup[func(int) func(int) int](p, "Maker")
	back := lookup[func(func(int) (int, error), int) (int, error)](p, "Back")
	n := 70000
	if os.Getenv("VOLEDEBUG") != "" {
		n = 2000
	}
	for i := range n {
		if maker(i) == nil {
			check("garbage", false)
		}
		if _, err := back(func(int) (int, error) { return i, nil }, 1); err != nil {
			check("garbage back", false, i, err)
			return
		}
	}
}

func contexts(p *process.Process) {
	wait := lookup[func(context.Context) error](p, "Wait")
	ended := lookup[func() string](p, "Ended")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	check("canceled", wait(ctx) == context.Canceled)
	check("canceled there", ended() == "context canceled")
	ctx, cancel = context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	check("deadline", wait(ctx) == context.DeadlineExceeded)
	check("deadline there", strings.HasPrefix(ended(), "context "))
}

func deaths() {
	for _, how := range []string{"exit", "wild", "loop"} {
		p := start(process.Spec{CallTimeout: time.Second})
		fail := lookup[func(string) error](p, "Fail")
		wait := lookup[func(context.Context) error](p, "Wait")
		other := make(chan error)
		go func() { other <- wait(context.Background()) }()
		time.Sleep(20 * time.Millisecond)
		begin := time.Now()
		err := fail(how)
		var e *process.Error
		check(how, errors.As(err, &e) && errors.Is(err, process.ErrEnded) || how == "loop" && errors.Is(err, process.ErrTimeout), err)
		check(how+" other call", errors.Is(<-other, process.ErrEnded))
		check(how+" in time", time.Since(begin) < 5*time.Second, time.Since(begin))
		<-p.Done()
		check(how+" reason", p.Err() != nil, p.Err())
		switch how {
		case "exit":
			check("exit words", strings.Contains(p.Err().(*process.Error).Trace, "last words"), p.Err())
		case "wild":
			check("wild words", strings.Contains(p.Err().(*process.Error).Trace, "in a goroutine of its own"), p.Err())
		}
		next, err := p.Restart()
		check("restart", err != nil || next.Close() == nil)
	}
}
