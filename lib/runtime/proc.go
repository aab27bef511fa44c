package runtime

// The scheduler is C (rt/sched); this is its Go face.

func Gosched()
func GOMAXPROCS(n int) int
func SetDefaultGOMAXPROCS()
func NumCPU() int
func NumGoroutine() int
func NumCgoCall() int64 { return 0 }
func LockOSThread()
func UnlockOSThread()
func GC()
func nanotime() int64
func walltime() (sec int64, nsec int32, mono int64)
func usleep(us uint32)
func osyield()
func procPin() int
func procUnpin()

//go:linkname time_runtimeIsBubbled time.runtimeIsBubbled
func time_runtimeIsBubbled() bool { return false }

// coro is a coroutine of iter.Pull. C memory layout: rt/sched/coro.c.
type coro struct{ _ byte }

func newcoroC(f func(*coro), start func()) *coro
func coroSelf() *coro
func coroFunc(c *coro) func(*coro)
func coroexit(c *coro)

//go:linkname newcoro
func newcoro(f func(*coro)) *coro { return newcoroC(f, corostart) }

//go:linkname coroswitch
func coroswitch(c *coro)

// corostart is the function of a coroutine's goroutine. It ends even if f calls Goexit.
func corostart() {
	c := coroSelf()
	defer coroexit(c)
	coroFunc(c)(c)
}
