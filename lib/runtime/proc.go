package runtime

import _ "unsafe" // for go:linkname

// The scheduler's Go names: C (rt/sched), but for what takes closures.

// Gosched yields the processor, allowing other goroutines to run. It does not suspend the current goroutine, so execution resumes automatically.
func Gosched()

// LockOSThread wires the calling goroutine to its current operating system thread. The calling goroutine will always execute in that thread, and no
// other goroutine will execute in it, until the calling goroutine has made as many calls to [UnlockOSThread] as to LockOSThread. If the calling
// goroutine exits without unlocking the thread, the thread will be terminated.
//
// All init functions are run on the startup thread. Calling LockOSThread from an init function will cause the main function to be invoked on that
// thread.
func LockOSThread()

// UnlockOSThread undoes an earlier call to LockOSThread. If this drops the number of active LockOSThread calls on the calling goroutine to zero, it
// unwires the calling goroutine from its fixed operating system thread. If there are no active LockOSThread calls, this is a no-op.
func UnlockOSThread()

// GOMAXPROCS sets the maximum number of CPUs that can be executing simultaneously and returns the previous setting. If n < 1, it does not change the
// current setting. It starts as the least of the number of CPUs, the affinity mask of the process and the CPU limit of its cgroup.
func GOMAXPROCS(n int) int {
	old, stopped := stopAndSetProcs(n)
	if stopped {
		startTheWorldGC()
	}
	return old
}

func stopAndSetProcs(n int) (old int, stopped bool)
func startTheWorldC()

// In traces the number of Ps is told by these two.
func startTheWorldGC() { startTheWorld() }
func startTheWorld()   { startTheWorldC() }

// SetDefaultGOMAXPROCS updates the GOMAXPROCS setting to the runtime default, as described by [GOMAXPROCS], ignoring the GOMAXPROCS environment
// variable.
func SetDefaultGOMAXPROCS()

// NumCPU returns the number of logical CPUs usable by the current process.
func NumCPU() int

// NumGoroutine returns the number of goroutines that currently exist.
func NumGoroutine() int

// NumCgoCall returns the number of cgo calls made by the current process.
func NumCgoCall() int64 { return 0 }

// Coroutines, for iter.Pull.

type coro struct{}

func newcoroC(f func(*coro), start func()) *coro
func coroSelf() *coro
func coroFunc(c *coro) func(*coro)
func coroexit(c *coro)

//go:linkname coroswitch
func coroswitch(c *coro)

//go:linkname newcoro
func newcoro(f func(*coro)) *coro { return newcoroC(f, corostart) }

func corostart() {
	c := coroSelf()
	defer coroexit(c)
	coroFunc(c)(c)
}
