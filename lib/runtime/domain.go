package runtime

import "unsafe"

// Domains: goroutines and calls of a plugin, which end without the program (rt/sched/domain.c, package vole/plugin).

// A domainEnd is the panic that ends a goroutine or call of a domain. recover does not see it, nor any other panic while one is under way.
type domainEnd string

func (domainEnd) RuntimeError()   {}
func (e domainEnd) Error() string { return string(e) }

func domainOf() (d unsafe.Pointer, call uint64)
func domainJoin(d unsafe.Pointer)

// In the place of calls that a domain makes: C jumps here.

func domainStop()   { panic(domainEnd("stopped")) }
func domainMany()   { panic(domainEnd("too many goroutines")) }
func domainStack()  { panic(domainEnd("stack overflow")) }
func domainMemory() { panic(domainEnd("too much memory")) }

// In the place of allocations that would take more memory than the domain may have.

func domainMalloc(size uintptr, typ *_type, zero bool) unsafe.Pointer {
	domainRoom(size, typ == nil || !typ.Pointers())
	return mallocAdmitted(size, typ, zero)
}
func domainGrowslice(old unsafe.Pointer, newLen, oldCap, num int, elem *_type, size uintptr) (unsafe.Pointer, int) {
	domainRoom(size, !elem.Pointers())
	return growsliceAdmitted(old, newLen, oldCap, num, elem)
}

func mallocAdmitted(size uintptr, typ *_type, zero bool) unsafe.Pointer
func growsliceAdmitted(old unsafe.Pointer, newLen, oldCap, num int, elem *_type) (unsafe.Pointer, int)
func domainAdmit(size uintptr, noscan bool, tried int) (what, wait int64)
func domainCollected(ns int64)

const ( // what domainAdmit says
	domainCollect = 1
	domainRefused = 2
)

// domainRoom returns if an object of that size may be allocated.
func domainRoom(size uintptr, noscan bool) {
	for tried := 0; ; tried++ {
		switch what, wait := domainAdmit(size, noscan, tried); what {
		case domainCollect:
			if wait > 0 && getBubble() == nil {
				profileSleep(wait)
			}
			t := nanotime()
			for n := gcBegin(); !gcStep(n); {
				Gosched()
			}
			domainCollected(nanotime() - t)
		case domainRefused:
			domainMemory()
		default:
			return
		}
	}
}

// pluginOver is package vole/plugin's: there is a domain that has more memory than it may have.
var pluginOver func()

//go:linkname setPluginOver vole/plugin.setOver
func setPluginOver(f func()) { pluginOver = f }

func domainOver() {
	if pluginOver != nil {
		pluginOver()
	}
}

//go:nosplit
func domainEnds(p *_panic) bool { return stopOf(p) != nil }

// stopOf is the panic that ends a plugin, if it is among them: what its deferred calls panic with while that goes on is not why.
//
//go:nosplit
func stopOf(p *_panic) *_panic {
	for ; p != nil; p = p.link {
		if p.stop {
			return p
		}
	}
	return nil
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
	value, stop := p.arg, false
	if q := stopOf(p); q != nil {
		value, stop = q.arg, true
	}
	for q := p; q != nil; q = q.link {
		if !q.goexit {
			runningPanicDefers.Add(-1)
		}
	}
	gp._panic = nil
	clearsig()
	pluginPanicked(d, value, stop)
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
	p.recovered = true
	if q := stopOf(p); q != nil {
		return q.arg, true, true
	}
	return p.arg, false, true
}
