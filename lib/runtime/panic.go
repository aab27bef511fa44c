package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// Defer, panic, recover, Goexit.
//
// A goroutine's defer records are linked from g._defer, innermost first; each knows the RSP of the frame that deferred (abi/abi.h). A function that
// defers calls deferreturn before it returns: it runs the records of that frame. gopanic runs all records, whatever their frame; when a deferred call
// has recovered, gopanic leaves all frames below the one that deferred it and continues that frame at its deferreturn, which runs the rest of its
// defers and then returns to its caller with the results as they stand in memory.
//
// A deferred function may recover if gopanic called it: its caller's SP is gopanic's own RSP (p.argp). Compiler-made wrappers between the two do not
// count; then C walks the stack (calledThroughWrappers).
//
// Stack pointers are numbers here, wrong as soon as the stack has moved, which may happen in any call. So they are used at once or kept as depths:
// distances from the upper end of the stack.

//go:nosplit
func depth(gp *g, sp uintptr) uintptr { return gp.stack.hi - sp }

func deferproc(fn func(), _ uintptr) {
	gp := getg()
	d := new(_defer)
	d.heap = 1
	d.fn = fn
	d.sp = getcallersp()
	d.link = gp._defer
	gp._defer = d
}

func deferrangefunc(_ uintptr) any {
	gp := getg()
	d := new(rangeDefer)
	d.heap = 2
	d.sp = getcallersp()
	d.link = gp._defer
	gp._defer = &d._defer
	return d
}

func deferprocat(fn func(), token any) {
	r := token.(*rangeDefer)
	if r.done {
		throw("defer after range func returned")
	}
	d := new(_defer)
	d.heap = 1
	d.fn = fn
	d.link = r.head
	r.head = d
}

// popDefer unlinks the innermost record and returns its function; false if the record stood for those of a range-over-func loop, which are in its place
// now.
func popDefer(gp *g) (func(), bool) {
	d := gp._defer
	if d.heap != 2 {
		fn := d.fn
		d.fn = nil
		gp._defer = d.link
		d.link = nil
		return fn, true
	}
	r := (*rangeDefer)(unsafe.Pointer(d))
	r.done = true
	if r.head == nil {
		gp._defer = d.link
		return nil, false
	}
	for e := r.head; ; e = e.link {
		e.sp = d.sp
		if e.link == nil {
			e.link = d.link
			break
		}
	}
	gp._defer = r.head
	r.head = nil
	return nil, false
}

func deferreturn() {
	gp := getg()
	frame := depth(gp, getcallersp())
	for {
		d := gp._defer
		if d == nil || depth(gp, d.sp) != frame {
			return
		}
		if fn, ok := popDefer(gp); ok {
			fn()
		}
	}
}

// A PanicNilError happens when code calls panic(nil).
//
// Before Go 1.21, programs that called panic(nil) observed recover returning nil. Starting in Go 1.21, programs that call panic(nil) observe recover
// returning a *PanicNilError. Programs can change back to the old behavior by setting GODEBUG=panicnil=1.
type PanicNilError struct {
	_ [0]func() // not comparable to, nor convertible from, other struct types
}

func (*PanicNilError) Error() string { return "panic called with nil argument" }
func (*PanicNilError) RuntimeError() {}

var runningPanicDefers atomic.Uint32 // panics whose deferred functions run: main waits a little for them

// C functions of the unwinder (rt/diag/recover.c); assembly.

// deferReturnPC finds the frame of the current goroutine at a depth and returns the address of its deferreturn point.
func deferReturnPC(frame uintptr) uintptr

// jumpToDepth continues at pc with RSP at a depth.
func jumpToDepth(frame uintptr, pc uintptr)

// calledThroughWrappers: are all frames between the function whose caller's SP is at depth caller and the frame at depth panicFrame wrappers?
func calledThroughWrappers(caller, panicFrame uintptr) bool

// panicAllowed stops panics where the runtime could not unwind: while the thread holds locks.
func panicAllowed(gp *g, e any) {
	if gp.m.curg != gp {
		print("panic: ")
		printpanicval(e)
		print("\n")
		throw("panic on system stack")
	}
	if gp.m.malloc != 0 {
		print("panic: ")
		printpanicval(e)
		print("\n")
		throw("panic during malloc")
	}
	if gp.m.locks != 0 {
		print("panic: ")
		printpanicval(e)
		print("\n")
		throw("panic holding locks")
	}
}

//go:noinline
func gopanic(e any) {
	var p _panic
	p.arg = e
	if e == nil {
		if debugPanicNil() {
			panicnilNonDefault()
		} else {
			p.arg = new(PanicNilError)
		}
	}
	gp := getg()
	panicAllowed(gp, p.arg)
	_, p.stop = e.(domainEnd)
	p.frame = depth(gp, getsp())
	p.caller = depth(gp, getcallersp())
	p.link = gp._panic
	gp._panic = (*_panic)(noescape(unsafe.Pointer(&p)))
	runningPanicDefers.Add(1)
	for gp._defer != nil {
		frame := depth(gp, gp._defer.sp)
		if fn, ok := popDefer(gp); ok {
			fn()
			if p.recovered {
				recovery(gp, frame)
			}
		}
	}
	domainPanicked(&p)
	preprintpanics(&p)
	if p.arg == nil { // never: it keeps e where tracebacks find it
		p.arg = e
	}
	fatalpanic(&p)
}

// Goexit terminates the goroutine that calls it. No other goroutine is affected. Goexit runs all deferred calls before terminating the goroutine.
// Because Goexit is not a panic, any recover calls in those deferred functions will return nil.
//
// Calling Goexit from the main goroutine terminates that goroutine without func main returning. Since func main has not returned, the program
// continues execution of other goroutines. If all other goroutines exit, the program crashes.
//
// It crashes if called from a thread not created by the Go runtime.
//
//go:noinline
func Goexit() {
	if d, call := domainOf(); d != nil && call != 0 {
		panic(domainEnd("runtime.Goexit in a call"))
	}
	gp := getg()
	var p _panic
	p.goexit = true
	p.frame = depth(gp, getsp())
	p.caller = depth(gp, getcallersp())
	p.link = gp._panic
	gp._panic = (*_panic)(noescape(unsafe.Pointer(&p)))
	for gp._defer != nil {
		if fn, ok := popDefer(gp); ok {
			fn()
		}
	}
	gp._panic = nil
	goexit1()
}

// goexit1 ends the goroutine: C.
func goexit1()

// recovery continues the frame at the given depth at its deferreturn. Panics raised in frames that are left that way are over; but a Goexit among them
// goes on: it is called again in the place of its old frame.
func recovery(gp *g, frame uintptr) {
	p := gp._panic
	for p != nil && p.frame > frame {
		if p.goexit {
			gp._panic = p.link
			jumpToDepth(p.caller+ptrSize, abi.FuncPCABIInternal(Goexit))
		}
		runningPanicDefers.Add(-1)
		p = p.link
	}
	gp._panic = p
	if p == nil {
		clearsig()
	}
	jumpToDepth(frame, deferReturnPC(frame))
}

// gorecover is the recover builtin in a function that was called when the stack pointer was callersp.
//
//go:nosplit
func gorecover(callersp uintptr) any {
	gp := getg()
	caller := depth(gp, callersp)
	p := gp._panic
	if p == nil || p.goexit || p.recovered || domainEnds(p) {
		return nil
	}
	if caller != p.frame && !calledThroughWrappers(caller, p.frame) {
		return nil
	}
	p.recovered = true
	return p.arg
}

// preprintpanics replaces the values of a chain of panics by their texts, as long as user code may still run.
func preprintpanics(p *_panic) {
	defer func() {
		const text = "panic while printing panic value"
		switch r := recover().(type) {
		case nil:
		case string:
			throw(text + ": " + r)
		default:
			throw(text + ": type " + toRType(efaceOf(&r)._type).string())
		}
	}()
	for ; p != nil; p = p.link {
		if l := p.link; l != nil && *efaceOf(&l.arg) == *efaceOf(&p.arg) {
			l.repanicked = true // the same value again: printed once
			continue
		}
		switch v := p.arg.(type) {
		case error:
			p.arg = v.Error()
		case stringer:
			p.arg = v.String()
		}
	}
}

// printpanics prints a chain of panics, oldest first.
func printpanics(p *_panic) {
	if l := p.link; l != nil {
		printpanics(l)
		if l.repanicked {
			return
		}
		if !l.goexit {
			print("\t")
		}
	}
	if p.goexit {
		return
	}
	print("panic: ")
	printpanicval(p.arg)
	switch {
	case p.recovered && p.repanicked:
		print(" [recovered, repanicked]")
	case p.recovered:
		print(" [recovered]")
	}
	print("\n")
}

// startpanic stops the other goroutines; false if this crash happens during another one of the same thread. C.
func startpanic() bool

// dopanic prints the signal, the stacks as GOTRACEBACK asks, and ends the process. C.
func dopanic()

// fatalpanic prints the panics and ends the process.
func fatalpanic(p *_panic) {
	if startpanic() {
		runningPanicDefers.Add(-1)
		printlock()
		printpanics(p)
		printunlock()
	}
	dopanic()
}

// throw and fatal end the process: an error of the runtime, an error of the program that cannot be recovered. C.
//
//go:noescape
func throwString(p unsafe.Pointer, n int)

//go:noescape
func fatalString(p unsafe.Pointer, n int)

//go:linkname throw
func throw(s string) { throwString(unsafe.Pointer(unsafe.StringData(s)), len(s)) }

//go:linkname fatal
func fatal(s string) {
	if p := getg()._panic; p != nil {
		printlock()
		for x := p; x != nil; x = x.link {
			if l := x.link; l != nil && *efaceOf(&l.arg) == *efaceOf(&x.arg) {
				l.repanicked = true
			}
		}
		printpanics(p)
		print("\t")
		printunlock()
	}
	fatalString(unsafe.Pointer(unsafe.StringData(s)), len(s))
}

//go:linkname sync_throw sync.throw
func sync_throw(s string) { throw(s) }

//go:linkname sync_fatal sync.fatal
//go:noinline
func sync_fatal(s string) { fatal(s) }

//go:linkname internal_sync_throw internal/sync.throw
func internal_sync_throw(s string) { throw(s) }

//go:linkname internal_sync_fatal internal/sync.fatal
//go:noinline
func internal_sync_fatal(s string) { fatal(s) }

//go:linkname maps_fatal internal/runtime/maps.fatal
//go:noinline
func maps_fatal(s string) { fatal(s) }

//go:linkname rand_fatal crypto/rand.fatal
//go:noinline
func rand_fatal(s string) { fatal(s) }

//go:linkname sysrand_fatal crypto/internal/sysrand.fatal
func sysrand_fatal(s string) { fatal(s) }

//go:linkname fips_fatal crypto/internal/fips140.fatal
func fips_fatal(s string) { fatal(s) }

//go:linkname cgroup_throw internal/runtime/cgroup.throw
func cgroup_throw(s string) { throw(s) }

// The run-time errors that compiled code raises.

// panicCheck1 would turn panics of runtime code into throws; here the runtime's Go code may panic.
func panicCheck1(pc uintptr, msg string) {}

func goPanicIndex(x int, y int)   { panic(boundsError{int64(x), y, true, abi.BoundsIndex}) }
func goPanicIndexU(x uint, y int) { panic(boundsError{int64(x), y, false, abi.BoundsIndex}) }

func goPanicSliceAlen(x int, y int)   { panic(boundsError{int64(x), y, true, abi.BoundsSliceAlen}) }
func goPanicSliceAlenU(x uint, y int) { panic(boundsError{int64(x), y, false, abi.BoundsSliceAlen}) }
func goPanicSliceAcap(x int, y int)   { panic(boundsError{int64(x), y, true, abi.BoundsSliceAcap}) }
func goPanicSliceAcapU(x uint, y int) { panic(boundsError{int64(x), y, false, abi.BoundsSliceAcap}) }
func goPanicSliceB(x int, y int)      { panic(boundsError{int64(x), y, true, abi.BoundsSliceB}) }
func goPanicSliceBU(x uint, y int)    { panic(boundsError{int64(x), y, false, abi.BoundsSliceB}) }

func goPanicSlice3Alen(x int, y int)   { panic(boundsError{int64(x), y, true, abi.BoundsSlice3Alen}) }
func goPanicSlice3AlenU(x uint, y int) { panic(boundsError{int64(x), y, false, abi.BoundsSlice3Alen}) }
func goPanicSlice3Acap(x int, y int)   { panic(boundsError{int64(x), y, true, abi.BoundsSlice3Acap}) }
func goPanicSlice3AcapU(x uint, y int) { panic(boundsError{int64(x), y, false, abi.BoundsSlice3Acap}) }
func goPanicSlice3B(x int, y int)      { panic(boundsError{int64(x), y, true, abi.BoundsSlice3B}) }
func goPanicSlice3BU(x uint, y int)    { panic(boundsError{int64(x), y, false, abi.BoundsSlice3B}) }
func goPanicSlice3C(x int, y int)      { panic(boundsError{int64(x), y, true, abi.BoundsSlice3C}) }
func goPanicSlice3CU(x uint, y int)    { panic(boundsError{int64(x), y, false, abi.BoundsSlice3C}) }

// goPanicSliceConvert: a slice of have elements as an array of want.
func goPanicSliceConvert(have int, want int) {
	panic(boundsError{int64(want), have, true, abi.BoundsConvert})
}

var (
	shiftError    error = errorString("negative shift amount")
	divideError   error = errorString("integer divide by zero")
	overflowError error = errorString("integer overflow")
	floatError    error = errorString("floating point error")
	memoryError   error = errorString("invalid memory address or nil pointer dereference")
)

func panicshift()    { panic(shiftError) }
func panicdivide()   { panic(divideError) }
func panicoverflow() { panic(overflowError) }
func panicfloat()    { panic(floatError) }
func panicmem()      { panic(memoryError) }

func panicmakeslicelen() { panic(errorString("makeslice: len out of range")) }
func panicmakeslicecap() { panic(errorString("makeslice: cap out of range")) }
func newarraypanic()     { panic(plainError("runtime: allocation size out of range")) }
func growslicepanic()    { panic(errorString("growslice: len out of range")) }

var (
	rangeDoneError         error = errorString("range function continued iteration after function for loop body returned false")
	rangePanicError        error = errorString("range function continued iteration after loop body panic")
	rangeExhaustedError    error = errorString("range function continued iteration after whole loop exit")
	rangeMissingPanicError error = errorString("range function recovered a loop body panic and did not resume panicking")
)

func panicrangestate(state int) {
	switch abi.RF_State(state) {
	case abi.RF_DONE:
		panic(rangeDoneError)
	case abi.RF_PANIC:
		panic(rangePanicError)
	case abi.RF_EXHAUSTED:
		panic(rangeExhaustedError)
	case abi.RF_MISSING_PANIC:
		panic(rangeMissingPanicError)
	}
	throw("unexpected state passed to panicrangestate")
}

// Words of the fault that became a call of sigpanic (struct G): LEAF.
func sigword(i int) uintptr
func clearsig()

const (
	sigBus  = 7
	sigFpe  = 8
	sigSegv = 11

	sigDomain = 1000 // the domain that the goroutine is of was stopped

	fpeIntDiv  = 1
	fpeIntOvf  = 2
	busAdrErr  = 2
	segvAccErr = 2 // 0 (sent by kill) and 1 (not mapped) are below
)

// sigpanic is entered as if the faulting instruction had called it.
func sigpanic() {
	sig, code, addr := sigword(0), sigword(1), sigword(2)
	switch sig {
	case sigBus, sigSegv:
		if addr < 0x1000 && (sig == sigSegv && code <= segvAccErr || sig == sigBus && code == busAdrErr) {
			panicmem()
		}
		if sigword(3) != 0 { // debug.SetPanicOnFault
			panic(errorAddressString{msg: "invalid memory address or nil pointer dereference", addr: addr})
		}
		print("unexpected fault address ", hex(addr), "\n")
		throw("fault")
	case sigDomain:
		domainStop()
	case sigFpe:
		switch code {
		case fpeIntDiv:
			panicdivide()
		case fpeIntOvf:
			panicoverflow()
		}
		panicfloat()
	}
	throw("unexpected signal value")
}
