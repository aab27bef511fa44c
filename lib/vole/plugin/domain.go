package plugin

import (
	"fmt"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// Limits of a plugin; what is 0 has none. Who exceeds one is stopped: its goroutines and calls end with a panic that it cannot recover, while its deferred
// calls run. That needs its own code to run: code of the library is not interrupted. What waits is ended where it waits: for channels, select, time, the network,
// a Mutex, a WaitGroup, an RWMutex of the plugin's own. Left behind, and named when the plugin is unloaded, is what waits for a sync.Cond, for an RWMutex of the
// host's, in an iter.Pull, in a system call, or through code of the host's.
type Limits struct {
	Call       time.Duration // of one call by [Handle.Do]; each then has a goroutine of its own, which costs a microsecond
	Goroutines int           // at a time
	CPU        time.Duration // of all processors together, in each second; sampled every 10 ms
	Stack      int           // bytes, of each goroutine; 0: 64 MB
	Memory     int64         // bytes, of all that its goroutines and calls have allocated and that is not collected yet (see [MemoryStats]); not below 1 MB
}

// domain is the runtime's record of a plugin (rt.h).
type domain struct {
	packages       *byte
	lo, size       uintptr
	goroutines     int64
	mostGoroutines int64
	mostStack      uintptr
	cpu            int64
	_              [4]uintptr // Go functions
	library        *byte
	account        *account // nil when it is closed
	stopped, over  uint32
}

// account is the head of the runtime's (mem.h).
type account struct {
	used, limit, peak, heap, stacks, records int64
	collections                              uint64
}

func newDomain() *domain
func stopDomain(d *domain)
func closeDomain(d *domain)
func endWaiting(d *domain) // of one that is stopped
func abandon(d *domain)    // so that none of its timers, finalizers and cleanups runs
func tick(ns int64)
func enter(d *domain) (before uintptr, processor int)
func leave(before uintptr)
func join(d *domain) // of a goroutine that has none

func setPanicked(f func(d unsafe.Pointer, value any, stop bool))
func setOver(f func())
func recoverAny() (value any, stop, ok bool)

// watched are all plugins in memory, and who looks at them while there is something to look at.
var watched struct {
	mu      sync.Mutex
	list    map[*domain]*watch
	running bool
}

type watch struct {
	inst     *Instance
	packages []byte // what domain.packages leads to
	library  []byte
	since    time.Time
	cpu      int64 // at since
}

func init() {
	setPanicked(goroutinePanicked)
	setOver(memoryOver)
}

// memoryOver runs on a goroutine of the host's when a plugin has more memory than it may have.
func memoryOver() {
	var over []*Instance
	watched.mu.Lock()
	for d, w := range watched.list {
		if atomic.LoadUint32(&d.over) != 0 {
			over = append(over, w.inst)
		}
	}
	watched.mu.Unlock()
	for _, inst := range over {
		inst.fail("stop", inst.stopError(nil))
	}
}

// goroutinePanicked runs on a goroutine of a plugin behind its last deferred call; it ends afterwards.
func goroutinePanicked(p unsafe.Pointer, value any, stop bool) {
	watched.mu.Lock()
	w := watched.list[(*domain)(p)]
	watched.mu.Unlock()
	if w == nil {
		return
	}
	var err error
	if !stop {
		err = w.inst.panicError(value)
	} else {
		err = w.inst.stopError(value)
	}
	leave(0)
	w.inst.fail("panic", err)
}

// linked tells the runtime whose code may be interrupted: that of packages outside the library.
func (d *domain) linked(inst *Instance) func(unsafe.Pointer, uintptr) {
	return func(at unsafe.Pointer, size uintptr) {
		var names, library strings.Builder
		for _, p := range inst.Manifest.Packages {
			if p.Module != "std" {
				names.WriteString(symbolPath(p.Path) + "\x00")
			} else {
				library.WriteString(symbolPath(p.Path) + "\x00")
			}
		}
		names.WriteString(symbolPath(inst.Manifest.Path) + "\x00\x00")
		library.WriteString("\x00")
		watched.mu.Lock()
		defer watched.mu.Unlock()
		w := watched.list[d]
		w.packages = []byte(names.String())
		d.packages = &w.packages[0]
		w.library = []byte(library.String())
		d.library = &w.library[0]
		d.lo, d.size = uintptr(at), size
	}
}

// symbolPath is a package's path as symbols have it.
func symbolPath(p string) string {
	dir, name := path.Split(p)
	return dir + strings.ReplaceAll(name, ".", "%2e")
}

func (inst *Instance) memoryLimit() int64 {
	if l := inst.spec.Limits.Memory; l > 0 {
		return max(l, 1<<20)
	}
	return 0
}

func (inst *Instance) watch() {
	l := &inst.spec.Limits
	d := inst.domain
	d.mostGoroutines = int64(l.Goroutines)
	d.mostStack = 64 << 20
	if l.Stack > 0 {
		d.mostStack = uintptr(l.Stack)
	}
	d.account.limit = inst.memoryLimit()
	watched.mu.Lock()
	defer watched.mu.Unlock()
	if watched.list == nil {
		watched.list = make(map[*domain]*watch)
	}
	watched.list[d] = &watch{inst: inst, since: time.Now()}
	startWatching()
}

func (inst *Instance) unwatch() {
	watched.mu.Lock()
	defer watched.mu.Unlock()
	delete(watched.list, inst.domain)
	inst.domain.size = 0
	closeDomain(inst.domain)
}

// stop ends all goroutines and calls of a plugin, as soon as its own code runs.
func (inst *Instance) stop() {
	stopDomain(inst.domain)
	if inst.remote != nil {
		before, _ := enter(nil)
		go inst.remote.Close()
		leave(before)
	}
	watched.mu.Lock()
	defer watched.mu.Unlock()
	startWatching()
}

// startWatching: watched.mu is held. The goroutine is nobody's, whoever asks.
func startWatching() {
	if watched.running {
		return
	}
	watched.running = true
	before, _ := enter(nil)
	go look()
	leave(before)
}

const round = 10 * time.Millisecond

func look() {
	last := time.Now()
	for {
		time.Sleep(round)
		now := time.Now()
		tick(int64(now.Sub(last)))
		last = now
		if !lookAt(now) {
			return
		}
	}
}

// lookAt reports whether there is something to look at the next time.
func lookAt(now time.Time) bool {
	var over []*Instance
	var waiting []*domain
	more := false
	watched.mu.Lock()
	for d, w := range watched.list {
		if n := atomic.LoadUint32(&d.stopped); n > 0 {
			atomic.StoreUint32(&d.stopped, n+1)
			if atomic.LoadInt64(&d.goroutines) > 0 || !w.inst.idle() {
				more = true
				if n&(n-1) == 0 { // ever more seldom
					waiting = append(waiting, d)
				}
			}
			continue
		}
		limit := w.inst.spec.Limits.CPU
		if limit == 0 {
			continue
		}
		more = true
		if cpu := atomic.LoadInt64(&d.cpu); time.Duration(cpu-w.cpu) > limit {
			over = append(over, w.inst)
		} else if now.Sub(w.since) >= time.Second {
			w.since, w.cpu = now, cpu
		}
	}
	watched.running = more || len(over) > 0
	more = watched.running
	watched.mu.Unlock()
	for _, d := range waiting {
		endWaiting(d)
	}
	for _, inst := range over {
		inst.fail("stop", &StopError{inst.Name, inst.Version, fmt.Sprintf("more than %v of processor time in a second", inst.spec.Limits.CPU)})
	}
	return more
}

// Goroutines is how many belong to the plugin.
func (inst *Instance) Goroutines() int { return int(atomic.LoadInt64(&inst.domain.goroutines)) }

// MemoryStats is what a plugin has of the heap, in bytes. Its objects lie in pages that have no others, so a page counts as long as one of them lives; also
// one that the host holds. What the host allocates counts as the plugin's while it is in one of its calls.
type MemoryStats struct {
	Used        int64  // what is bounded by Limits.Memory: the sum of the next three
	Heap        int64  // pages of objects, of dead ones too until they are collected
	Stacks      int64  // of its goroutines; and by how much those of the host grew in calls that run
	Records     int64  // of the runtime, for finalizers, cleanups and weak pointers
	Peak        int64  // the most that was used
	Limit       int64  // 0: none
	Collections uint64 // that the limit made necessary
}

// Memory is what the plugin has at the moment; nothing when it is unloaded.
func (inst *Instance) Memory() (s MemoryStats) {
	if inst.domain == nil { // not loaded yet
		return s
	}
	watched.mu.Lock()
	defer watched.mu.Unlock()
	a := inst.domain.account
	if a == nil {
		return s
	}
	load := func(p *int64) int64 { return atomic.LoadInt64(p) }
	return MemoryStats{load(&a.used), load(&a.heap), load(&a.stacks), load(&a.records), load(&a.peak), a.limit, atomic.LoadUint64(&a.collections)}
}
