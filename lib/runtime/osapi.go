package runtime

import "unsafe"

// Arguments, environment and auxiliary vector stay where the kernel put them.

func argc() int
func argAt(i int) string
func envAt(i int) string
func auxvAt(i int) uintptr

//go:linkname os_runtime_args os.runtime_args
func os_runtime_args() []string {
	a := make([]string, argc())
	for i := range a {
		a[i] = argAt(i)
	}
	return a
}

//go:linkname syscall_runtime_envs syscall.runtime_envs
func syscall_runtime_envs() []string {
	n := 0
	for unsafe.StringData(envAt(n)) != nil {
		n++
	}
	e := make([]string, n)
	for i := range e {
		e[i] = envAt(i)
	}
	return e
}

//go:linkname getAuxv
func getAuxv() []uintptr {
	n := 0
	for auxvAt(n) != 0 {
		n += 2
	}
	v := make([]uintptr, n)
	for i := range v {
		v[i] = auxvAt(i)
	}
	return v
}

//go:linkname syscall_Getpagesize syscall.Getpagesize
func syscall_Getpagesize() int { return 4096 }

//go:linkname syscall_runtimeSetenv syscall.runtimeSetenv
func syscall_runtimeSetenv(k, v string) {
	if k == "GODEBUG" {
		godebugChanged(v)
	}
}

//go:linkname syscall_runtimeUnsetenv syscall.runtimeUnsetenv
func syscall_runtimeUnsetenv(k string) {
	if k == "GODEBUG" {
		godebugChanged("")
	}
}

//go:linkname syscall_runtimeClearenv syscall.runtimeClearenv
func syscall_runtimeClearenv(env map[string]int) {
	if _, ok := env["GODEBUG"]; ok {
		godebugChanged("")
	}
}

//go:linkname write
func write(fd uintptr, p unsafe.Pointer, n int32) int32

//go:linkname fcntl
func fcntl(fd, cmd, arg int32) (int32, int32)

// vgetrandom: the vDSO's random numbers are not used; the caller makes the system call.
//
//go:linkname vgetrandom
func vgetrandom(p []byte, flags uint32) (ret int, supported bool) { return -1, false }

//go:linkname debug_setPanicOnFault runtime/debug.setPanicOnFault
func debug_setPanicOnFault(on bool) (old bool) {
	return setPanicOnFault(on)
}

func setPanicOnFault(on bool) bool
