// The exported API of runtime, runtime/debug, runtime/metrics and os/signal, as the official toolchain answers.
package main

import (
	"fmt"
	"math"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sort"
	"strings"
	"syscall"
	"time"
)

func main() {
	fmt.Println(runtime.Compiler, runtime.GOOS, runtime.GOARCH, runtime.NumCgoCall(), strings.HasPrefix(runtime.Version(), "go1.26"))
	fmt.Println(debug.SetGCPercent(50), debug.SetGCPercent(-1), debug.SetGCPercent(100))
	fmt.Println(debug.SetMemoryLimit(-1) == math.MaxInt64, debug.SetMemoryLimit(1<<30) == math.MaxInt64, debug.SetMemoryLimit(math.MaxInt64))
	fmt.Println(debug.SetMaxStack(1<<20), debug.SetMaxStack(1000000000), debug.SetMaxThreads(100), debug.SetMaxThreads(10000))
	fmt.Println(debug.SetPanicOnFault(true), debug.SetPanicOnFault(false))
	bi, ok := debug.ReadBuildInfo()
	fmt.Println(ok, bi.GoVersion != "", bi.Path)
	var st debug.GCStats
	runtime.GC()
	debug.ReadGCStats(&st)
	fmt.Println(st.NumGC > 0, len(st.Pause) > 0, st.PauseTotal > 0, !st.LastGC.IsZero())
	st.PauseQuantiles = make([]time.Duration, 5)
	debug.ReadGCStats(&st)
	fmt.Println(sort.SliceIsSorted(st.PauseQuantiles, func(i, j int) bool { return st.PauseQuantiles[i] < st.PauseQuantiles[j] }))
	bad := 0
	for _, d := range metrics.All() {
		s := []metrics.Sample{{Name: d.Name}}
		metrics.Read(s)
		if s[0].Value.Kind() != d.Kind {
			bad++
			fmt.Println("metric", d.Name, s[0].Value.Kind(), d.Kind)
		}
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR2)
	signal.Ignore(syscall.SIGHUP)
	syscall.Kill(os.Getpid(), syscall.SIGHUP)
	syscall.Kill(os.Getpid(), syscall.SIGUSR2)
	fmt.Println(<-c, signal.Ignored(syscall.SIGHUP), signal.Ignored(syscall.SIGUSR2))
	signal.Stop(c)
	signal.Reset()
	fmt.Println(signal.Ignored(syscall.SIGHUP))
	_, file, line, ok := runtime.Caller(0)
	fmt.Println(file[strings.LastIndex(file, "/"):], line, ok)
	f := runtime.FuncForPC(func() uintptr { pc, _, _, _ := runtime.Caller(1); return pc }())
	fmt.Println(f.Name())
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println(m.Sys >= m.HeapSys, m.HeapSys == m.HeapInuse+m.HeapIdle, m.Mallocs-m.Frees == m.HeapObjects, m.EnableGC, m.NumForcedGC > 0, m.BySize[1].Size, m.BySize[60].Size)
	debug.FreeOSMemory()
	runtime.LockOSThread()
	runtime.UnlockOSThread()
	var p runtime.Pinner
	x := new(int)
	p.Pin(x)
	p.Unpin()
	runtime.GOMAXPROCS(3)
	fmt.Println(runtime.GOMAXPROCS(0))
	runtime.SetDefaultGOMAXPROCS()
	fmt.Println(runtime.NumCPU() == runtime.GOMAXPROCS(0), runtime.NumGoroutine())
	var e error = fmt.Errorf("x")
	func() {
		defer func() { e = recover().(error); fmt.Println(e) }()
		debug.SetPanicOnFault(true)
		p := (*int)(nil)
		*p = 1
	}()
	_, isrt := e.(runtime.Error)
	fmt.Println(isrt)
	buf := make([]byte, 1000)
	s := string(buf[:runtime.Stack(buf, false)])
	fmt.Println(strings.HasPrefix(s, "goroutine 1 [running]:\nmain.main()\n"), len(debug.Stack()) > 50)
}
