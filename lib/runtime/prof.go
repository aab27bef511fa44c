package runtime

import (
	"internal/profilerecord"
	"unsafe"
)

// Profiles. Samples are taken and kept by C (rt/diag/prof.c, cpuprof.c), only in programs that reach a function which reads them.

// StackRecord is a stack of a profile.
type StackRecord struct {
	Stack0 [32]uintptr // ends at the first 0
}

// Stack returns the frames.
func (r *StackRecord) Stack() []uintptr { return stackOf(r.Stack0[:]) }

func stackOf(s []uintptr) []uintptr {
	for i, v := range s {
		if v == 0 {
			return s[:i]
		}
	}
	return s
}

// MemProfileRecord describes the objects allocated at one place.
type MemProfileRecord struct {
	AllocBytes, FreeBytes     int64
	AllocObjects, FreeObjects int64
	Stack0                    [32]uintptr
}

func (r *MemProfileRecord) InUseBytes() int64   { return r.AllocBytes - r.FreeBytes }
func (r *MemProfileRecord) InUseObjects() int64 { return r.AllocObjects - r.FreeObjects }
func (r *MemProfileRecord) Stack() []uintptr    { return stackOf(r.Stack0[:]) }

// BlockProfileRecord describes the blocking at one place.
type BlockProfileRecord struct {
	Count  int64
	Cycles int64
	StackRecord
}

// Kinds of samples.
const (
	memSamples = iota
	blockSamples
	mutexSamples
)

const (
	recordWords  = 5 // of a record before its stack
	recordDepth  = 32
	profileDepth = 128 // for runtime/pprof
)

//go:noescape
func readProfileC(kind int, all bool, out *int, words, depth int) int

// readSamples calls each with a record (memory: allocated and freed bytes, allocated and freed objects; others: count and ns) and its stack, if there
// are at most max records; their number.
func readSamples(kind int, all bool, max, depth int, each func(i int, r *[recordWords]int, stack []uintptr)) (n int, ok bool) {
	n = readProfileC(kind, all, nil, 0, depth)
	if n > max {
		return n, false
	}
	size := recordWords + depth
	words := make([]int, (n+16)*size)
	n = readProfileC(kind, all, &words[0], len(words), depth)
	if n > max || n*size > len(words) {
		return n, false
	}
	for i := 0; i < n; i++ {
		w := words[i*size:]
		stack := unsafe.Slice((*uintptr)(unsafe.Pointer(&w[recordWords])), w[4])
		each(i, (*[recordWords]int)(w), stack)
	}
	return n, true
}

// MemProfile returns a profile of memory allocated and freed per allocation site: n, the number of records in the current memory profile. If len(p) >= n
// it copies the profile into p and returns n, true; else it does not change p and returns n, false. If inuseZero is true, sites whose memory is all
// freed again are included. The profile is at most two collections old.
func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) {
	if MemProfileRate < 0 { // also: a program that reads the profile has the variable
		return 0, true
	}
	return readSamples(memSamples, inuseZero, len(p), recordDepth, func(i int, r *[recordWords]int, stack []uintptr) {
		p[i] = MemProfileRecord{AllocBytes: int64(r[0]), FreeBytes: int64(r[1]), AllocObjects: int64(r[2]), FreeObjects: int64(r[3])}
		copy(p[i].Stack0[:], stack)
	})
}

// BlockProfile returns n, the number of records in the current blocking profile. If len(p) >= n it copies the profile into p and returns n, true; else it
// does not change p and returns n, false.
func BlockProfile(p []BlockProfileRecord) (n int, ok bool) { return eventProfile(blockSamples, p) }

// MutexProfile is like [BlockProfile] for the holders of contended mutexes.
func MutexProfile(p []BlockProfileRecord) (n int, ok bool) { return eventProfile(mutexSamples, p) }

func eventProfile(kind int, p []BlockProfileRecord) (n int, ok bool) {
	return readSamples(kind, true, len(p), recordDepth, func(i int, r *[recordWords]int, stack []uintptr) {
		p[i] = BlockProfileRecord{Count: int64(r[0]), Cycles: int64(r[1])}
		copy(p[i].Stack0[:], stack)
	})
}

// ThreadCreateProfile returns no records: who made a thread says nothing.
func ThreadCreateProfile(p []StackRecord) (n int, ok bool) { return 0, true }

func setBlockRateC(rate int)
func setMutexRateC(rate int) int

// blockevent counts an event of the block profile. Tests of runtime/pprof link to it.
//
//go:linkname blockevent
func blockevent(ns int64, skip int)

// SetBlockProfileRate controls the fraction of goroutine blocking events that are reported in the blocking profile: on average one for every rate
// nanoseconds spent blocked. 1 includes every event, 0 and less turn the profile off.
func SetBlockProfileRate(rate int) { setBlockRateC(rate) }

// SetMutexProfileFraction controls the fraction of mutex contention events that are reported in the mutex profile: on average 1/rate. The rate before is
// returned; a negative rate only reads it.
func SetMutexProfileFraction(rate int) int { return setMutexRateC(rate) }

// CPUProfile was removed from Go long ago.
func CPUProfile() []byte { panic("CPUProfile no longer available") }

// GoroutineProfile fills p with the stacks of all goroutines.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	words, n := allStacks(len(p), 32, nil, false)
	if n > len(p) {
		return n, false
	}
	for i := 0; i < n; i++ {
		p[i] = StackRecord{}
		copy(p[i].Stack0[:], words[i*32:i*32+32])
	}
	return n, true
}

// allStacks is the stacks of all goroutines (leaked: of those that findLeaks found), n of them, depth words each; only n if there are more than limit. Goroutines appear between the two
// stops of the world: then there is another turn.
func allStacks(limit, depth int, labels []unsafe.Pointer, leaked bool) (words []uintptr, n int) {
	n = goroutineStacks(nil, 0, nil, leaked)
	for n <= limit {
		words = make([]uintptr, (n+n/8+8)*depth)
		n = goroutineStacks(words, depth, labels, leaked)
		if n*depth <= len(words) {
			break
		}
	}
	return words, n
}

// goroutineStacks stops the world and writes the pcs of each goroutine (depth words, zero filled) as far as out has room; the number of goroutines.
func goroutineStacks(out []uintptr, depth int, labels []unsafe.Pointer, leaked bool) int {
	return goroutineStacksC(unsafe.SliceData(out), len(out), depth, unsafe.SliceData(labels), len(labels), leaked)
}

//go:noescape
func goroutineStacksC(out *uintptr, n, depth int, labels *unsafe.Pointer, nlabels int, leaked bool) int
func setProfLabelC(l unsafe.Pointer)
func getProfLabelC() unsafe.Pointer

//go:linkname pprof_goroutineProfileWithLabels
func pprof_goroutineProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return profileOf(p, labels, false)
}

func profileOf(p []profilerecord.StackRecord, labels []unsafe.Pointer, leaked bool) (n int, ok bool) {
	const depth = 128
	words, n := allStacks(len(p), depth, labels, leaked)
	if n > len(p) {
		return n, false
	}
	for i := 0; i < n; i++ {
		p[i].Stack = stackOf(words[i*depth : i*depth+depth : i*depth+depth])
	}
	return n, true
}

//go:linkname pprof_goroutineLeakProfileWithLabels
func pprof_goroutineLeakProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return profileOf(p, labels, true)
}

//go:linkname pprof_memProfileInternal
func pprof_memProfileInternal(p []profilerecord.MemProfileRecord, inuseZero bool) (n int, ok bool) {
	if MemProfileRate < 0 {
		return 0, true
	}
	return readSamples(memSamples, inuseZero, len(p), profileDepth, func(i int, r *[recordWords]int, stack []uintptr) {
		p[i] = profilerecord.MemProfileRecord{AllocBytes: int64(r[0]), FreeBytes: int64(r[1]), AllocObjects: int64(r[2]), FreeObjects: int64(r[3]), Stack: stack}
	})
}

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return pprofEvents(blockSamples, p)
}

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return pprofEvents(mutexSamples, p)
}

func pprofEvents(kind int, p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return readSamples(kind, true, len(p), profileDepth, func(i int, r *[recordWords]int, stack []uintptr) {
		p[i] = profilerecord.BlockProfileRecord{Count: int64(r[0]), Cycles: int64(r[1]), Stack: stack}
	})
}

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []profilerecord.StackRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, 128) }

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1000000000 }

func setCPUProfileRateC(hz int) int

//go:noescape
func readCPUProfileC(data *uint64, words int, tags *unsafe.Pointer, ntags, hz int) (n, records int)

var cpuProfileRate int

// One profile runs at a time, and its reader is done with the records when it asks for the next.
var cpuProfileBuffer struct {
	data []uint64
	tags []unsafe.Pointer
}

// SetCPUProfileRate sets the CPU profiling rate to hz samples per second; hz <= 0 ends the profile. The rate can only be changed while no profile is
// under way. Most clients use the [runtime/pprof] package.
func SetCPUProfileRate(hz int) {
	if setCPUProfileRateC(hz) != 0 {
		print("runtime: cannot set cpu profile rate until previous profile has finished.\n")
		return
	}
	if hz > 0 {
		cpuProfileRate = min(hz, 1000000)
	}
}

func profileSleep(ns int64) // time.Sleep

// readProfile returns what has been sampled since it was called last; it waits until there is something.
//
//go:linkname pprof_readProfile runtime/pprof.readProfile
func pprof_readProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	b := &cpuProfileBuffer
	if b.data == nil {
		b.data, b.tags = make([]uint64, 16384), make([]unsafe.Pointer, 1024)
	}
	data, tags = b.data, b.tags
	n, records := readCPUProfileC(&data[0], len(data), &tags[0], len(tags), cpuProfileRate)
	for n == 0 && records == 0 {
		profileSleep(100e6)
		n, records = readCPUProfileC(&data[0], len(data), &tags[0], len(tags), cpuProfileRate)
	}
	eof = records&1 != 0
	if eof {
		b.data, b.tags = nil, nil
	}
	return expandSamples(data[:n]), tags[:records/2], eof
}

// expandSamples gives stacks of samples the calls that were inlined, as Callers does. A record is its length, the time, a count, the stack; a count of 0
// says that samples were lost.
func expandSamples(data []uint64) []uint64 {
	var lf [maxInline]logicalFrame
	out := make([]uint64, 0, 2*len(data))
	for len(data) > 0 {
		start, record := len(out), data[:data[0]]
		data = data[data[0]:]
		out = append(out, record[:3]...)
		for _, pc := range record[3:] {
			out = append(out, pc)
			if record[2] == 0 {
				continue
			}
			n := pcLines(uintptr(pc), true, &lf[0], maxInline)
			for i := 1; i < n; i++ {
				if !lf[i].wrapper {
					out = append(out, pc|uint64(i)<<pcBits)
				}
			}
		}
		out[start] = uint64(len(out) - start)
	}
	return out
}

//go:linkname runtime_setProfLabel runtime/pprof.runtime_setProfLabel
func runtime_setProfLabel(labels unsafe.Pointer) { setProfLabelC(labels) }

//go:linkname runtime_getProfLabel runtime/pprof.runtime_getProfLabel
func runtime_getProfLabel() unsafe.Pointer { return getProfLabelC() }

//go:linkname pprof_goroutineLeakGC runtime/pprof.runtime_goroutineLeakGC
func pprof_goroutineLeakGC() { findLeaks() }

// findLeaks looks for goroutines that wait for what no goroutine that can go on reaches: the number of them.
func findLeaks() int

// printLeaks writes the stacks of those found last to standard error.
func printLeaks()

// leakReport is set by the main function of tests that were built with -leaks.
var leakReport func(code int)

//go:linkname reportLeaks
func reportLeaks() { leakReport = failForLeaks }

// failForLeaks ends a test binary that succeeded but leaves goroutines behind that can never end.
func failForLeaks(code int) {
	if code != 0 {
		return
	}
	for i := 0; i < 100 && schedMetric(countRunnable) > 0; i++ { // what was started shall come to where it waits
		profileSleep(1e6)
	}
	if n := findLeaks(); n > 0 {
		print("found ", n, " leaked goroutine")
		if n > 1 {
			print("s")
		}
		print(":\n")
		printLeaks()
		exit(1)
	}
}
