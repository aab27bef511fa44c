package runtime

import "unsafe"

// What the library calls to wait: a function of Go each, under the name that the library knows, so that tracebacks and profiles have its frame.
// The C functions count that frame where profiles leave frames out (rt/lang/sema.c).

//go:linkname timeSleep time.Sleep
//go:noinline
func timeSleep(ns int64) { sleepC(ns) }

//go:linkname poll_runtime_pollWait internal/poll.runtime_pollWait
//go:noinline
func poll_runtime_pollWait(pd unsafe.Pointer, mode int) int { return pollWaitC(pd, mode) }

//go:linkname poll_runtime_Semacquire internal/poll.runtime_Semacquire
//go:noinline
func poll_runtime_Semacquire(addr *uint32) { semacquireC(addr) }

//go:linkname sync_runtime_Semacquire sync.runtime_Semacquire
//go:noinline
func sync_runtime_Semacquire(addr *uint32) { semacquireC(addr) }

//go:linkname sync_runtime_SemacquireWaitGroup sync.runtime_SemacquireWaitGroup
//go:noinline
func sync_runtime_SemacquireWaitGroup(addr *uint32, synctestDurable bool) {
	semacquireWaitGroupC(addr, synctestDurable)
}

//go:linkname sync_runtime_SemacquireRWMutexR sync.runtime_SemacquireRWMutexR
//go:noinline
func sync_runtime_SemacquireRWMutexR(addr *uint32, lifo bool, skipframes int) {
	semacquireRWMutexRC(addr, lifo, skipframes)
}

//go:linkname sync_runtime_SemacquireRWMutex sync.runtime_SemacquireRWMutex
//go:noinline
func sync_runtime_SemacquireRWMutex(addr *uint32, lifo bool, skipframes int) {
	semacquireRWMutexC(addr, lifo, skipframes)
}

//go:linkname internal_sync_runtime_SemacquireMutex internal/sync.runtime_SemacquireMutex
//go:noinline
func internal_sync_runtime_SemacquireMutex(addr *uint32, lifo bool, skipframes int) {
	semacquireMutexC(addr, lifo, skipframes)
}

//go:linkname notifyListWait sync.runtime_notifyListWait
//go:noinline
func notifyListWait(l unsafe.Pointer, t uint32) { notifyListWaitC(l, t) }

// What is waited on escapes: the runtime keeps its address.

func sleepC(ns int64)
func pollWaitC(pd unsafe.Pointer, mode int) int
func semacquireC(addr *uint32)
func semacquireWaitGroupC(addr *uint32, synctestDurable bool)
func semacquireRWMutexRC(addr *uint32, lifo bool, skipframes int)
func semacquireRWMutexC(addr *uint32, lifo bool, skipframes int)
func semacquireMutexC(addr *uint32, lifo bool, skipframes int)
func notifyListWaitC(l unsafe.Pointer, t uint32)
