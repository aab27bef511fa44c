package runtime

import "unsafe"

// Domains: goroutines and calls of a plugin, which end without the program (rt/sched/domain.c, package vole/plugin).

// A domainEnd is the panic that ends a goroutine or call of a domain. recover does not see it, nor any other panic while one is under way.
type domainEnd string

func (domainEnd) RuntimeError()   {}
func (e domainEnd) Error() string { return string(e) }

func domainOf() (d unsafe.Pointer, call uint64)

// In the place of calls that a domain makes: C jumps here.

func domainStop()  { panic(domainEnd("stopped")) }
func domainMany()  { panic(domainEnd("too many goroutines")) }
func domainStack() { panic(domainEnd("stack overflow")) }

//go:nosplit
func domainEnds(p *_panic) bool {
	for ; p != nil; p = p.link {
		if p.stop {
			return true
		}
	}
	return false
}

// pluginPanicked is package vole/plugin's: a panic that would have ended the process.
var pluginPanicked func(domain unsafe.Pointer, value any, stop bool)

//go:linkname setPluginPanicked vole/plugin.setPanicked
func setPluginPanicked(f func(domain unsafe.Pointer, value any, stop bool)) { pluginPanicked = f }

// domainPanicked ends the goroutine in the place of the process, if it is a plugin's.
func domainPanicked(p *_panic) {
	d, call := domainOf()
	if d == nil || call != 0 || pluginPanicked == nil {
		return
	}
	gp := getg()
	stop := domainEnds(p)
	for q := p; q != nil; q = q.link {
		if !q.goexit {
			runningPanicDefers.Add(-1)
		}
	}
	gp._panic = nil
	clearsig()
	pluginPanicked(d, p.arg, stop)
	goexit1()
}

// recoverDomain is recover for the function that a call of a plugin defers: it sees all panics.
//
//go:linkname recoverDomain vole/plugin.recoverAny
func recoverDomain() (value any, stop, ok bool) {
	p := getg()._panic
	if p == nil || p.goexit || p.recovered {
		return nil, false, false
	}
	stop = domainEnds(p)
	p.recovered = true
	return p.arg, stop, true
}
