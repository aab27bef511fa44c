package main

import (
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"example.com/manager/api"
	vp "vole/plugin"
)

func waiting() (*vp.Manager, *vp.Handle[api.Filter], *vp.Instance) {
	m, _ := manager()
	h, _ := vp.Get[api.Filter](m, "filter")
	s := spec("waits.so")
	s.Grant, s.Drain = []string{vp.Any}, 200*time.Millisecond
	if err := m.Load(ctx, s); err != nil {
		check("waits", false, err)
		return nil, nil, nil
	}
	api.Log.Deferred.Store(0)
	return m, h, m.Current("filter")
}

// waits: goroutines and calls that wait end with the plugin, and nobody who uses the same things notices.
func waits() {
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil { // what net registers for good is the host's
		if c, err := net.Dial("tcp", l.Addr().String()); err == nil {
			c.Close()
		}
		l.Close()
	}
	var release chan bool
	api.Chan = make(chan int)
	api.Wait = func() { <-release }
	m, h, _ := waiting()
	if m == nil {
		return
	}
	all, _ := do(h, "names")
	stay, _ := do(h, "held")
	m.Close(ctx)
	if only := os.Getenv("VOLE_PLUGIN_WAITS"); only != "" {
		all = only
	}
	api.Mu.Lock()
	for _, what := range strings.Split(all, ",") {
		ends(what)
		endsCall(what)
	}
	api.Mu.Unlock()
	useTheHosts()
	for _, what := range strings.Split(stay, ",") {
		release = make(chan bool)
		stays(what, func() { close(release) })
	}
}

func ends(what string) {
	m, h, inst := waiting()
	if m == nil {
		return
	}
	for range 3 {
		do(h, what)
	}
	time.Sleep(2 * time.Millisecond) // most of them wait; those that do not are ended as they run
	err := m.Unload(ctx, "filter")
	for range 5 { // a deferred call that waits gets half a second
		if err != nil && strings.HasPrefix(what, "deferred") {
			time.Sleep(200 * time.Millisecond)
			err = m.Unload(ctx, "filter")
		}
	}
	check("goroutines that wait end: "+what, err == nil && inst.State() == vp.Unloaded && inst.Goroutines() == 0, err, inst.Goroutines())
	n := api.Log.Deferred.Load()
	check("their deferred calls run: "+what, n == 3, n)
}

func endsCall(what string) {
	m, h, inst := waiting()
	if m == nil {
		return
	}
	done := make(chan error, 1)
	go func() { done <- h.Do(func(f api.Filter) error { _, err := f.Do(what, []byte{}); return err }) }()
	for inst.Calls() == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(2 * time.Millisecond)
	unloaded := make(chan error, 1)
	go func() { unloaded <- m.Unload(ctx, "filter") }()
	var stop *vp.StopError
	select {
	case err := <-done:
		check("a call that waits ends: "+what, errors.As(err, &stop) && !strings.Contains(stop.Reason, "nil"), err)
	case <-time.After(20 * time.Second):
		check("a call that waits ends: "+what, false, "it does not")
		return
	}
	<-unloaded
	check("then it is unloaded: "+what, until(func() bool { return m.Unload(ctx, "filter") == nil && len(m.Instances()) == 0 }))
}

// useTheHosts: what goroutines that were ended waited for works.
func useTheHosts() {
	select {
	case api.Chan <- 1:
		check("nobody waits at the host's channel", false)
	default:
		check("nobody waits at the host's channel", true)
	}
	go func() { api.Chan <- 2 }()
	check("the host's channel", <-api.Chan == 2)
	var wg sync.WaitGroup
	n := 0
	for range 8 {
		wg.Go(func() {
			for i := range 1000 {
				api.Mu.Lock()
				n++
				if i%100 == 0 {
					time.Sleep(time.Microsecond)
				}
				api.Mu.Unlock()
			}
		})
	}
	wg.Wait()
	check("the host's Mutex", n == 8000, n)
}

func stays(what string, release func()) {
	m, h, inst := waiting()
	if m == nil {
		return
	}
	api.Keep = func(v any) {
		stop := v.(func())
		go func() { api.Wait(); stop() }()
	}
	api.RW.Lock()
	do(h, what)
	time.Sleep(20 * time.Millisecond)
	err := m.Unload(ctx, "filter")
	check("it stays, and says why: "+what, err != nil && strings.Contains(err.Error(), "cannot close example.com/manager/waits: goroutine"), err)
	api.RW.Unlock()
	api.RW.RLock()
	api.RW.RUnlock()
	api.RW.Lock()
	api.RW.Unlock()
	release()
	check("it goes when that is over: "+what, until(func() bool { return m.Unload(ctx, "filter") == nil && inst.State() == vp.Unloaded }), inst.Goroutines())
}
