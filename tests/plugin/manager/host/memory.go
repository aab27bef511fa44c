package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"example.com/manager/api"
	vp "vole/plugin"
)

const most = 16 << 20

// kept is what plugins gave the host for good.
var kept struct {
	values []any
	n      atomic.Int64
}

func until(ok func() bool) bool {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ok() {
			return true
		}
	}
	return false
}

func hog(limits vp.Limits) (*vp.Manager, *vp.Handle[api.Filter], *vp.Instance, string) {
	m, log := manager()
	h, _ := vp.Get[api.Filter](m, "filter")
	s := spec("hog.so")
	s.Limits, s.Drain = limits, 2*time.Second
	s.Grant = []string{vp.Any}
	if err := m.Load(ctx, s); err != nil {
		check("hog", false, err)
		return m, h, nil, log
	}
	return m, h, m.Current("filter"), log
}

func do(h *vp.Handle[api.Filter], what string) (s string, err error) {
	err = h.Do(func(f api.Filter) (err error) { s, err = f.Do(what, nil); return err })
	return strings.Clone(s), err
}

// memory: a plugin that takes too much is ended; nobody else is.
func memory() {
	api.Keep = func(v any) {
		if b, ok := v.([]byte); ok {
			kept.values = append(kept.values, b)
		} else {
			kept.values = append(kept.values, v)
		}
		kept.n.Add(1)
	}
	m, h, inst, _ := hog(vp.Limits{})
	if inst == nil {
		return
	}
	all, _ := do(h, "names")
	m.Close(ctx)
	other, oh, oinst, _ := hog(vp.Limits{Memory: most}) // nothing happens to it
	do(oh, "hold")
	if only := os.Getenv("VOLE_PLUGIN_HOGS"); only != "" {
		all = only
	}
	for _, what := range strings.Split(all, ",") {
		bomb(what)
	}
	s, err := do(oh, "value")
	check("another plugin goes on", err == nil && s == strings.Repeat("value ", 1000) && oinst.State() == vp.Active && oinst.Memory().Used >= 4<<20, err, oinst.Memory())
	err = other.Close(ctx)
	check("another plugin ends", err == nil, err)
	within()
	handed()
	figures()
}

func bomb(what string) {
	m, h, inst, log := hog(vp.Limits{Memory: most, Stack: 64 << 20})
	if inst == nil {
		return
	}
	api.Log.Deferred.Store(0)
	done := make(chan error, 1)
	go func() { _, err := do(h, what); done <- err }()
	var err error
	for last, still := inst.Memory(), 0; ; still++ { // however slow the machine is: a hang is a minute in which nothing of its account changes
		select {
		case err = <-done:
			still = -1
		case <-time.After(time.Second):
		}
		if still < 0 {
			break
		}
		if now := inst.Memory(); now != last {
			last, still = now, 0
		}
		if still == 60 {
			buf := make([]byte, 1<<20)
			check("returns: "+what, false, inst.Memory(), string(buf[:runtime.Stack(buf, true)]))
			return
		}
	}
	words := fmt.Sprintf("more than %d bytes of memory", most)
	if strings.Contains(what, "stack") {
		words = "too much memory"
	}
	check("the call says why: "+what, err != nil && strings.Contains(err.Error(), words), err)
	check("ended: "+what, until(func() bool { return inst.State() == vp.Failed && m.Current("filter") == nil }), inst.State())
	check("recorded: "+what, until(func() bool { text, _ := os.ReadFile(log); return bytes.Contains(text, []byte(words)) }))
	check("no goroutine left: "+what, until(func() bool { return inst.Goroutines() == 0 }), inst.Goroutines())
	check("deferred calls ran: "+what, api.Log.Deferred.Load() >= 1)
	peak := inst.Memory().Peak
	bound := int64(most + most/4)
	if strings.Contains(what, "stack") {
		bound = 2*most + most/4 // a stack doubles
	}
	check("never had much more: "+what, peak <= bound, peak)
	kept.values = nil
	err = m.Unload(ctx, "filter")
	check("unloaded: "+what, err == nil, err)
	if err == nil {
		check("has nothing: "+what, inst.Memory() == (vp.MemoryStats{}), inst.Memory())
	}
}

// within: what lives fits, however much was allocated; also if the host never collects by itself.
func within() {
	for _, percent := range []int{100, -1} {
		old := debug.SetGCPercent(percent)
		m, h, inst, _ := hog(vp.Limits{Memory: 4 << 20, Call: time.Minute})
		_, err := do(h, "churn")
		s := inst.Memory()
		check(fmt.Sprint("within the limit, GOGC ", percent), err == nil && inst.State() == vp.Active && s.Peak <= s.Limit && (percent > 0 || s.Collections > 20 || os.Getenv("VOLEDEBUG") != ""), err, s)
		err = m.Close(ctx)
		check("unload", err == nil, err)
		debug.SetGCPercent(old)
	}
}

// handed: what the host got from a plugin stays what it was, when that is ended and when it is gone.
func handed() {
	m, h, inst, _ := hog(vp.Limits{Memory: most})
	kept.values = nil
	value, _ := do(h, "value")
	_, err := do(h, "keep")
	check("keep", err == nil, err)
	_, err = do(h, "list")
	check("ended", err != nil && until(func() bool { return inst.State() == vp.Failed }), err)
	ok := func() bool {
		for _, v := range kept.values {
			if string(v.([]byte)) != strings.Repeat("kept ", 200) {
				return false
			}
		}
		return value == strings.Repeat("value ", 1000) && len(kept.values) == 100
	}
	check("values of a plugin that was ended", ok())
	err = m.Unload(ctx, "filter")
	check("unloaded beside its values", err == nil, err)
	for range 3 {
		runtime.GC()
		waste := make([][]byte, 1000)
		for i := range waste {
			waste[i] = bytes.Repeat([]byte("x"), 1000)
		}
		check("values of a plugin that is gone", ok())
	}
	kept.values = nil
}

// figures are honest: they follow what is held.
func figures() {
	m, h, inst, _ := hog(vp.Limits{})
	runtime.GC()
	before := inst.Memory()
	do(h, "hold")
	held := inst.Memory()
	check("what is held counts", held.Heap >= before.Heap+4<<20 && held.Heap < before.Heap+6<<20 && held.Limit == 0, before, held)
	do(h, "drop")
	runtime.GC()
	check("what is dropped does not", until(func() bool { runtime.GC(); return inst.Memory().Heap < before.Heap+1<<20 }), before, inst.Memory())
	check("the peak stays", inst.Memory().Peak >= held.Used)
	var sum [4 << 20]byte
	mine := inst.Memory().Used
	keep := append([]byte(nil), sum[:]...)
	check("the host's own does not count", inst.Memory().Used == mine, mine, inst.Memory())
	runtime.KeepAlive(keep)
	do(h, "wait")
	check("a goroutine's stack counts", until(func() bool { s := inst.Memory(); return s.Stacks >= 2048 && s.Heap >= 1<<20 }), inst.Memory())
	check("it all adds up", func() bool { s := inst.Memory(); return s.Used == s.Heap+s.Stacks+s.Records }(), inst.Memory())
	m.Close(ctx)
}
