package runtime

import "unsafe"

// Arguments, environment, and other things of the operating system that the library asks for.

func argc() int
func argAt(i int) string
func envAt(i int) string // no string has a nil pointer but the one behind the last
func auxvAt(i int) uintptr

//go:linkname nanotime
func nanotime() int64

//go:linkname os_runtime_args os.runtime_args
func os_runtime_args() []string {
	args := make([]string, argc())
	for i := range args {
		args[i] = argAt(i)
	}
	return args
}

//go:linkname syscall_runtime_envs syscall.runtime_envs
func syscall_runtime_envs() []string {
	n := 0
	for unsafe.StringData(envAt(n)) != nil {
		n++
	}
	envs := make([]string, n)
	for i := range envs {
		envs[i] = envAt(i)
	}
	return envs
}

//go:linkname getAuxv
func getAuxv() []uintptr {
	n := 0
	for auxvAt(n) != 0 {
		n += 2
	}
	auxv := make([]uintptr, n)
	for i := range auxv {
		auxv[i] = auxvAt(i)
	}
	return auxv
}

//go:linkname syscall_Getpagesize syscall.Getpagesize
func syscall_Getpagesize() int { return 4096 }

//go:linkname syscall_runtimeSetenv syscall.runtimeSetenv
func syscall_runtimeSetenv(key, value string) {
	if key == "GODEBUG" {
		godebugChanged(value)
	}
}

//go:linkname syscall_runtimeUnsetenv syscall.runtimeUnsetenv
func syscall_runtimeUnsetenv(key string) {
	if key == "GODEBUG" {
		godebugChanged("")
	}
}

//go:linkname syscall_runtimeClearenv syscall.runtimeClearenv
func syscall_runtimeClearenv(env map[string]int) {
	if _, ok := env["GODEBUG"]; ok {
		godebugChanged("")
	}
}

// vgetrandom would be the vDSO's; the caller falls back to the system call.
//
//go:linkname vgetrandom
func vgetrandom(p []byte, flags uint32) (ret int, supported bool) { return -1, false }

//go:linkname internal_sync_nanotime internal/sync.runtime_nanotime
func internal_sync_nanotime() int64 { return nanotime() }

// signalIdle: no signal waits to be received.
func signalIdle() bool

// signalWaitUntilIdle lets the receiver run, which may need this P.
//
//go:linkname signalWaitUntilIdle os/signal.signalWaitUntilIdle
func signalWaitUntilIdle() {
	for !signalIdle() {
		Gosched()
	}
}

//go:linkname debug_setPanicOnFault runtime/debug.setPanicOnFault
func debug_setPanicOnFault(on bool) (old bool) { return panicOnFault(on) }

func panicOnFault(on bool) bool

//go:noescape
func writeHeapDump(fd uintptr, m *MemStats)

//go:linkname debug_WriteHeapDump runtime/debug.WriteHeapDump
func debug_WriteHeapDump(fd uintptr) {
	var m MemStats
	readMemStats(&m)
	writeHeapDump(fd, &m)
}

// Package syscall calls it for setuid and its like when cgo's libc is there; it never is.
//
//go:linkname syscall_cgocaller syscall.cgocaller
func syscall_cgocaller(fn unsafe.Pointer, args ...uintptr) uintptr {
	throw("call of a C function without cgo")
	return 0
}
