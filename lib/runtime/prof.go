package runtime

import (
	"internal/profilerecord"
	"unsafe"
)

// Profiles. Goroutine profiles are real; allocation, blocking, mutex and CPU samples are not taken, and their profiles are empty.

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

func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) { return 0, true }
func BlockProfile(p []BlockProfileRecord) (n int, ok bool)             { return 0, true }
func MutexProfile(p []BlockProfileRecord) (n int, ok bool)             { return 0, true }
func ThreadCreateProfile(p []StackRecord) (n int, ok bool)             { return 0, true }
func SetBlockProfileRate(rate int)                                     {}
func SetCPUProfileRate(hz int)                                         {}

var mutexFraction int

// SetMutexProfileFraction remembers rate and returns the one before.
func SetMutexProfileFraction(rate int) int {
	old := mutexFraction
	if rate >= 0 {
		mutexFraction = rate
	}
	return old
}

// CPUProfile was removed from Go long ago.
func CPUProfile() []byte { panic("CPUProfile no longer available") }

// GoroutineProfile fills p with the stacks of all goroutines.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	n = goroutineStacks(nil, 0)
	if n > len(p) {
		return n, false
	}
	words := make([]uintptr, (n+8)*32)
	got := goroutineStacks(words, 32)
	if got > len(p) {
		return got, false
	}
	for i := 0; i < got; i++ {
		p[i] = StackRecord{}
		copy(p[i].Stack0[:], words[i*32:i*32+32])
	}
	return got, true
}

// goroutineStacks stops the world and writes the pcs of each goroutine (depth words, zero filled) as far as out has room; the number of goroutines.
func goroutineStacks(out []uintptr, depth int) int {
	return goroutineStacksC(unsafe.SliceData(out), len(out), depth)
}

//go:noescape
func goroutineStacksC(out *uintptr, n, depth int) int
func setProfLabelC(l unsafe.Pointer)
func getProfLabelC() unsafe.Pointer

//go:linkname pprof_goroutineProfileWithLabels
func pprof_goroutineProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	const depth = 128
	n = goroutineStacks(nil, 0)
	if n > len(p) {
		return n, false
	}
	words := make([]uintptr, (n+8)*depth)
	got := goroutineStacks(words, depth)
	if got > len(p) {
		return got, false
	}
	for i := 0; i < got; i++ {
		p[i].Stack = stackOf(words[i*depth : i*depth+depth : i*depth+depth])
		if i < len(labels) {
			labels[i] = nil
		}
	}
	return got, true
}

//go:linkname pprof_goroutineLeakProfileWithLabels
func pprof_goroutineLeakProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_memProfileInternal
func pprof_memProfileInternal(p []profilerecord.MemProfileRecord, inuseZero bool) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []profilerecord.StackRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, 128) }

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1000000000 }

// readProfile: the header of a CPU profile without samples, then the end.
//
//go:linkname pprof_readProfile runtime/pprof.readProfile
func pprof_readProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	return []uint64{3, 0, 100}, []unsafe.Pointer{nil}, true
}

//go:linkname runtime_setProfLabel runtime/pprof.runtime_setProfLabel
func runtime_setProfLabel(labels unsafe.Pointer) { setProfLabelC(labels) }

//go:linkname runtime_getProfLabel runtime/pprof.runtime_getProfLabel
func runtime_getProfLabel() unsafe.Pointer { return getProfLabelC() }

//go:linkname pprof_goroutineleakcount runtime/pprof.runtime_goroutineleakcount
func pprof_goroutineleakcount() int { return 0 }

//go:linkname pprof_goroutineLeakGC runtime/pprof.runtime_goroutineLeakGC
func pprof_goroutineLeakGC() { GC() }

// Execution traces are not supported: StartTrace says so, and nobody asks for more.

func StartTrace() error { return errorString("tracing is not supported") }
func StopTrace()        {}
func ReadTrace() []byte { return nil }

//go:linkname trace_userTaskCreate runtime/trace.userTaskCreate
func trace_userTaskCreate(id, parentID uint64, taskType string) {}

//go:linkname trace_userTaskEnd runtime/trace.userTaskEnd
func trace_userTaskEnd(id uint64) {}

//go:linkname trace_userRegion runtime/trace.userRegion
func trace_userRegion(id, mode uint64, name string) {}

//go:linkname trace_userLog runtime/trace.userLog
func trace_userLog(id uint64, category, message string) {}

//go:linkname trace_runtime_traceClockUnitsPerSecond runtime/trace.runtime_traceClockUnitsPerSecond
func trace_runtime_traceClockUnitsPerSecond() uint64 { return 1000000000 }

//go:linkname traceAdvance
func traceAdvance(stopTrace bool) {}

//go:linkname traceClockNow
func traceClockNow() uint64 { return uint64(nanotime()) }
