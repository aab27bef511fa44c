// Package main looks at the control groups of plugins' processes: group PLUGIN MODE PARENT [MORE]. A last line says "all right".
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/process/checks"
	"vole/plugin/process"
)

var (
	file *os.File
)

func get(dir, name string) string {
	b, _ := os.ReadFile(filepath.Join(dir, name))
	return strings.TrimSpace(string(b))
}

// number is a value of a file, or of its line that begins with key.
func number(dir, name, key string) int64 {
	for line := range strings.Lines(get(dir, name)) {
		f := strings.Fields(line)
		if key == "" || f[0] == key {
			n, _ := strconv.ParseInt(f[len(f)-1], 10, 64)
			return n
		}
	}
	return -1
}

func main() {
	var err error
	file, err = os.Open(os.Args[1])
	checks.Must(err)
	modes := map[string]func(parent string, more []string){"enforced": enforced, "once": once, "partial": partial, "vanish": vanish, "none": none, "foreign": foreign, "outside": outside, "outer": outer, "victim": victim}
	modes[os.Args[2]](os.Args[3], os.Args[4:])
	checks.Done("all right")
}

// try starts a process, on a machine that may be slow.
func try(spec process.Spec) (*process.Process, error) {
	spec.File, spec.StartTimeout = file, 2*time.Minute
	return process.Start(spec)
}

func start(spec process.Spec) *process.Process {
	p, err := try(spec)
	checks.Must(err)
	return p
}

// enforced: what Spec says is in the group's files, and what exceeds it is contained. MORE: a folder in memory.
func enforced(parent string, more []string) {
	settings(parent)
	fills(parent, more[0])
	bombs(parent)
	processors(parent)
	many(parent)
}

func settings(parent string) {
	p := start(process.Spec{Cgroup: parent, Memory: 64 << 20, Threads: 40, CPUs: 0.5})
	g := p.Cgroup()
	checks.Check("where", filepath.Dir(g) == filepath.Clean(parent), g)
	checks.Check("member", get(g, "cgroup.procs") == fmt.Sprint(p.Pid()), get(g, "cgroup.procs"))
	for name, want := range map[string]string{"memory.max": fmt.Sprint(64 << 20), "pids.max": "48", "cpu.max": "50000 100000", "memory.swap.max": "0"} {
		checks.Check(name, get(g, name) == want || name == "memory.swap.max" && !checks.Exists(filepath.Join(g, name)), get(g, name))
	}
	checks.Check("missing", len(p.Missing()) == 0, p.Missing())
	p.Close()
	checks.Check("removed by Close", !checks.Exists(g), g)
	for _, cpus := range []float64{0.009, 0.5, 1e12} { // too little and too much for the kernel
		p, err := try(process.Spec{Cgroup: parent, CPUs: cpus})
		checks.Check("CPUs", err == nil && p.Cgroup() != "", cpus, err)
		if err == nil {
			p.Close()
		}
	}
}

// fills: memory that no limit of the process itself counts, files in memory. The kernel ends it, and that is told.
func fills(parent, folder string) {
	dir, err := os.MkdirTemp(folder, "fill")
	checks.Must(err)
	defer os.RemoveAll(dir)
	p := start(process.Spec{Cgroup: parent, Memory: 64 << 20, Write: []string{dir}, BestEffort: true})
	defer p.Close()
	err = checks.Lookup[func(string, int) error](p, "Fill")(filepath.Join(dir, "f"), 200)
	checks.Check("fills memory", errors.Is(err, process.ErrEnded), err)
	<-p.Done()
	checks.Check("fills memory: reason", strings.Contains(fmt.Sprint(p.Err()), "67108864 bytes of memory"), p.Err())
	checks.Check("fills memory: removed", !checks.Exists(p.Cgroup()), p.Cgroup())
	st, err := os.Stat(filepath.Join(dir, "f"))
	checks.Check("fills memory: contained", err == nil && st.Size() < 80<<20, st.Size())
}

func bombs(parent string) {
	for _, row := range []struct {
		name string
		spec process.Spec
	}{{"Memory", process.Spec{Memory: 64 << 20}}, {"Threads", process.Spec{Threads: 40}}, {"Clones", process.Spec{Threads: 40, CallTimeout: 10 * time.Second}}} {
		row.spec.Cgroup = parent
		p := start(row.spec)
		most := watch(p)
		err := checks.Call(checks.Lookup[func()](p, row.name))
		checks.Check(row.name, errors.Is(err, process.ErrEnded), err)
		<-p.Done()
		checks.Check(row.name+": so many threads", *most <= 48 || row.spec.Threads == 0, *most)
		checks.Check(row.name+": removed", !checks.Exists(p.Cgroup()))
		p.Close()
	}
	p := start(process.Spec{Cgroup: parent})
	checks.Check("forks", checks.Lookup[func() int](p, "Forks")() == 0)
	p.Close()
}

// watch counts the threads in the group until the process has ended. (pids.current has those too that are about to be refused.)
func watch(p *process.Process) *int64 {
	most := new(int64)
	go func() {
		for p.Err() == nil {
			*most = max(*most, int64(len(strings.Fields(get(p.Cgroup(), "cgroup.threads")))))
			time.Sleep(time.Millisecond)
		}
	}()
	return most
}

func processors(parent string) {
	p := start(process.Spec{Cgroup: parent, CPUs: 0.25, CallTimeout: 4 * time.Second})
	before, at := number(p.Cgroup(), "cpu.stat", "usage_usec"), time.Now()
	done := make(chan error)
	go func() { done <- checks.Call(checks.Lookup[func()](p, "Loop")) }()
	time.Sleep(3 * time.Second)
	used := float64(number(p.Cgroup(), "cpu.stat", "usage_usec")-before) / float64(time.Since(at).Microseconds())
	checks.Check("processors", used < 0.3, used)
	checks.Check("throttled", number(p.Cgroup(), "cpu.stat", "nr_throttled") > 0)
	checks.Check("a loop", errors.Is(<-done, process.ErrTimeout))
	p.Close()
}

// many start and end at once: each has its group, and none is left.
func many(parent string) {
	var wait sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]bool{}
	for range 8 {
		wait.Go(func() {
			for range 3 {
				p := start(process.Spec{Cgroup: parent, Memory: 64 << 20})
				mu.Lock()
				checks.Check("a group of its own", !seen[p.Cgroup()])
				seen[p.Cgroup()] = true
				mu.Unlock()
				q, err := p.Restart()
				checks.Must(err)
				p.Close()
				checks.Check("restarted", q.Cgroup() != "" && checks.Exists(q.Cgroup()) && !checks.Exists(p.Cgroup()))
				q.Close()
			}
		})
	}
	wait.Wait()
	left, _ := filepath.Glob(parent + "/vole-plugin-*")
	checks.Check("none is left", len(left) == 0, left)
}

// once: a start, where a killed program with this number left groups.
func once(parent string, _ []string) {
	old := fmt.Sprintf("%s/vole-plugin-%d-", parent, os.Getpid())
	for i := range 3 {
		checks.Must(os.Mkdir(old+fmt.Sprint(i+1), 0o755))
	}
	p := start(process.Spec{Cgroup: parent})
	left, _ := filepath.Glob(old + "*")
	checks.Check("groups of a program with this number", len(left) == 1 && left[0] == p.Cgroup(), left)
	p.Close()
}

// outside: this program and the folder have no group above both that the user may change, so no process can be put there.
func outside(parent string, _ []string) {
	_, err := try(process.Spec{Cgroup: parent})
	checks.Check("told", err != nil && strings.Contains(err.Error(), "cannot enforce: control group "+parent+": starting the process in it: permission denied"), err)
	p := start(process.Spec{Cgroup: parent, BestEffort: true})
	checks.Check("best effort", p.Cgroup() == "" && len(p.Missing()) == 1, p.Missing())
	p.Close()
	left, _ := filepath.Glob(parent + "/vole-plugin-*")
	checks.Check("none is left", len(left) == 0, left)
}

// outer: the folder's limit is below the process's. MORE: a folder in memory.
func outer(parent string, more []string) {
	dir, err := os.MkdirTemp(more[0], "fill")
	checks.Must(err)
	defer os.RemoveAll(dir)
	p := start(process.Spec{Cgroup: parent, Write: []string{dir}, BestEffort: true})
	defer p.Close()
	checks.Check("fills memory", errors.Is(checks.Lookup[func(string, int) error](p, "Fill")(filepath.Join(dir, "f"), 200), process.ErrEnded))
	<-p.Done()
	checks.Check("reason", strings.Contains(fmt.Sprint(p.Err()), "no memory for it"), p.Err())
}

// partial: what the delegated controllers enforce is enforced by them. MORE: their names.
func partial(parent string, more []string) {
	has := strings.Fields(more[0])
	spec := process.Spec{Cgroup: parent, Memory: 64 << 20, Threads: 40, CPUs: 0.5, BestEffort: true}
	p, err := try(spec)
	checks.Must(err)
	lacks := strings.Join(p.Missing(), "; ")
	for controller, row := range map[string][3]string{"memory": {"memory.max", "67108864", "memory"}, "pids": {"pids.max", "48", "threads"}, "cpu": {"cpu.max", "50000 100000", "CPUs"}} {
		on := false
		for _, h := range has {
			on = on || h == controller
		}
		checks.Check(controller, (get(p.Cgroup(), row[0]) == row[1]) == on && p.Cgroup() != "", p.Cgroup(), get(p.Cgroup(), row[0]))
		checks.Check(controller+" is missing", strings.Contains(lacks, row[2]) != on, lacks)
	}
	p.Close()
	spec.BestEffort = false
	_, err = try(spec)
	checks.Check("told", err != nil && strings.Contains(err.Error(), "cannot enforce: control group"), err)
	left, _ := filepath.Glob(parent + "/vole-plugin-*")
	checks.Check("none is left", len(left) == 0, left)
}

// vanish: groups that are not there, or are removed meanwhile.
func vanish(parent string, _ []string) {
	_, err := try(process.Spec{Cgroup: parent + "/none"})
	checks.Check("no such group", err != nil && strings.Contains(err.Error(), parent+"/none") && strings.Contains(err.Error(), "no such file"), err)
	p, err := try(process.Spec{Cgroup: parent + "/none", BestEffort: true})
	checks.Check("no such group: best effort", err == nil && p.Cgroup() == "" && len(p.Missing()) == 1, err)
	p.Close()
	var stop bool
	var mu sync.Mutex
	stopped := func() bool { mu.Lock(); defer mu.Unlock(); return stop }
	ended := make(chan bool)
	go func() { // removes groups as soon as they are there; the kernel lets it as long as nobody is in one
		for !stopped() {
			l, _ := filepath.Glob(parent + "/vole-plugin-*")
			for _, g := range l {
				os.Remove(g)
			}
		}
		close(ended)
	}()
	for range 30 {
		p, err := try(process.Spec{Cgroup: parent})
		var e *process.Error
		checks.Check("removed meanwhile", err == nil || errors.As(err, &e) && strings.Contains(err.Error(), "control group"), err)
		if err == nil {
			p.Close()
		}
	}
	mu.Lock()
	stop = true
	mu.Unlock()
	<-ended
}

// none: nothing is delegated. Without CPUs the process's own limits do; with, it is told.
func none(string, []string) {
	p := start(process.Spec{})
	checks.Check("no group", p.Cgroup() == "" && len(p.Missing()) == 0, p.Cgroup(), p.Missing())
	p.Close()
	_, err := try(process.Spec{CPUs: 1})
	checks.Check("told", err != nil && strings.Contains(err.Error(), "cannot enforce: how many CPUs"), err)
	p = start(process.Spec{CPUs: 1, BestEffort: true})
	checks.Check("best effort", p.Cgroup() == "" && len(p.Missing()) == 1, p.Missing())
	p.Close()
}

// foreign: a group of another.
func foreign(parent string, _ []string) {
	_, err := try(process.Spec{Cgroup: parent})
	checks.Check("told", err != nil && strings.Contains(err.Error(), "cannot enforce: control group "+parent) && strings.Contains(err.Error(), "permission denied"), err)
}

// victim is a host that is killed.
func victim(parent string, _ []string) {
	p := start(process.Spec{Cgroup: parent})
	fmt.Println(p.Pid(), p.Cgroup())
	checks.Lookup[func()](p, "Loop")()
}
