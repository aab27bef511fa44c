package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// GC runs a garbage collection and blocks the caller until the garbage collection is complete. It may also block the entire program.
func GC() {
	for n := gcBegin(); !gcStep(n); {
		Gosched()
	}
	Gosched()
}

func gcBegin() uint64
func gcStep(cycle uint64) bool

// KeepAlive marks its argument as currently reachable. This ensures that the object is not freed, and its finalizer is not run, before the point in the
// program where KeepAlive is called.
//
//go:noinline
func KeepAlive(x any) {}

// Finalizers and cleanups: the tables are C (rt/gc/special.c); one goroutine, started with the first of them, runs what is due.

// finRecord is the head of FinRec.
type finRecord struct {
	next        *finRecord
	fn          func()         // a cleanup; code of a finalizer
	arg         unsafe.Pointer // the object
	ot, fint    *_type         // its pointer type, the finalizer's parameter
	nret        uintptr        // bytes of the finalizer's results
	domain      unsafe.Pointer // of the plugin whose function it is
	isFinalizer bool
}

func nextFinalizer() *finRecord
func addFinalizer(p unsafe.Pointer, fn unsafe.Pointer, ot, fint *_type, nret uintptr) int
func removeFinalizer(p unsafe.Pointer)
func addCleanup(p unsafe.Pointer, fn func(), code uintptr) uint64
func stopCleanup(p uintptr, id uint64)
func objectAt(p uintptr) (base, size uintptr)
func isPointerWord(p uintptr) bool
func inModule(p uintptr) bool // a package variable or constant

// newSystemGoroutine is a go statement whose goroutine does not count as one of the program's.
func newSystemGoroutine(f func())

var finalizerGoroutine atomic.Uint32

func startFinalizers() {
	if finalizerGoroutine.Load() == 0 && finalizerGoroutine.CompareAndSwap(0, 1) {
		newSystemGoroutine(runFinalizers)
	}
}

func runFinalizers() {
	for {
		r := nextFinalizer()
		if r.domain != nil {
			goFinalizer(*r)
		} else {
			r.run()
		}
	}
}

// goFinalizer runs one of a plugin's on a goroutine of the plugin's.
func goFinalizer(r finRecord) {
	go func() {
		domainJoin(r.domain)
		r.run()
	}()
}

func (r *finRecord) run() {
	if !r.isFinalizer {
		r.fn()
		return
	}
	var regs abi.RegArgs
	arg := eface{r.ot, r.arg}
	switch {
	case r.fint.Kind() == abi.Pointer:
		regs.Ptrs[0] = r.arg
		regs.Ints[0] = uintptr(r.arg)
	default:
		regs.Ptrs[0] = unsafe.Pointer(r.ot)
		if inter := (*interfacetype)(unsafe.Pointer(r.fint)); len(inter.Methods) > 0 {
			regs.Ptrs[0] = unsafe.Pointer(assertE2I(inter, arg._type))
		}
		regs.Ptrs[1] = r.arg
		regs.Ints[0], regs.Ints[1] = uintptr(regs.Ptrs[0]), uintptr(r.arg)
	}
	fn := *(*unsafe.Pointer)(unsafe.Pointer(&r.fn))
	r.arg = nil
	arg.data = nil
	reflectcall(nil, fn, nil, 0, 0, uint32(r.nret), &regs)
}

// blockUntilRun waits until all that is queued has run; false: not within timeout nanoseconds. The library's tests ask for it.
func blockUntilRun(queued, run int, timeout int64) bool {
	for start := nanotime(); schedMetric(queued) != schedMetric(run); Gosched() {
		if nanotime()-start > timeout {
			return false
		}
	}
	return true
}

// reflect_gcbits says which words of the object at x, to its end, are looked at as pointers: a byte for each.
//
//go:linkname reflect_gcbits reflect.gcbits
func reflect_gcbits(x any) (mask []byte) {
	p := uintptr(efaceOf(&x).data)
	base, size := objectAt(p)
	for at := p; at+ptrSize <= base+size; at += ptrSize {
		if isPointerWord(at) {
			mask = append(mask, 1)
		} else {
			mask = append(mask, 0)
		}
	}
	KeepAlive(x)
	return mask
}

//go:linkname blockUntilEmptyFinalizerQueue
func blockUntilEmptyFinalizerQueue(timeout int64) bool {
	return blockUntilRun(countFinalizersQueued, countFinalizersRun, timeout)
}

//go:linkname unique_blockUntilEmptyCleanupQueue unique.runtime_blockUntilEmptyCleanupQueue
func unique_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return blockUntilRun(countCleanupsQueued, countCleanupsRun, timeout)
}

//go:linkname sync_test_blockUntilEmptyCleanupQueue sync_test.runtime_blockUntilEmptyCleanupQueue
func sync_test_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return blockUntilRun(countCleanupsQueued, countCleanupsRun, timeout)
}

// SetFinalizer sets the finalizer associated with obj to the provided finalizer function. When the garbage collector finds an unreachable block with an
// associated finalizer, it clears the association and runs finalizer(obj) in a separate goroutine. This makes obj reachable again, but now without an
// associated finalizer. Assuming that SetFinalizer is not called again, the next time the garbage collector sees that obj is unreachable, it will free
// obj.
//
// SetFinalizer(obj, nil) clears any finalizer associated with obj.
//
// New Go code should consider using [AddCleanup] instead, which is much less error-prone than SetFinalizer.
func SetFinalizer(obj any, finalizer any) {
	e := efaceOf(&obj)
	t := e._type
	if t == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	if t.Kind() != abi.Pointer {
		throw("runtime.SetFinalizer: first argument is " + toRType(t).string() + ", not pointer")
	}
	elem := (*ptrtype)(unsafe.Pointer(t)).Elem
	base, _ := objectAt(uintptr(e.data))
	if base == 0 {
		if e.data == nil || !inModule(uintptr(e.data)) && elem.Size_ != 0 {
			throw("runtime.SetFinalizer: pointer not in allocated block")
		}
		return // package variables are never collected
	}
	if uintptr(e.data) != base && (elem.Pointers() || elem.Size_ >= 16) { // small objects without pointers may share a block
		throw("runtime.SetFinalizer: pointer not at beginning of allocated block")
	}
	f := efaceOf(&finalizer)
	if f._type == nil {
		removeFinalizer(e.data)
		return
	}
	if f._type.Kind() != abi.Func {
		throw("runtime.SetFinalizer: second argument is " + toRType(f._type).string() + ", not a function")
	}
	ft := (*functype)(unsafe.Pointer(f._type))
	mismatch := "runtime.SetFinalizer: cannot pass " + toRType(t).string() + " to finalizer " + toRType(f._type).string()
	if ft.IsVariadic() {
		throw(mismatch + " because dotdotdot")
	}
	if ft.InCount != 1 || !finalizerTakes(ft.InSlice()[0], t, elem) {
		throw(mismatch)
	}
	nret := uintptr(0)
	for _, r := range ft.OutSlice() {
		nret = (nret+uintptr(r.Align_)-1)&^(uintptr(r.Align_)-1) + r.Size_
	}
	startFinalizers()
	if addFinalizer(e.data, f.data, t, ft.InSlice()[0], (nret+ptrSize-1)&^(ptrSize-1)) == 1 {
		throw("runtime.SetFinalizer: finalizer already set")
	}
}

// finalizerTakes: can a pointer of type t be assigned to a parameter of type in?
func finalizerTakes(in, t, elem *_type) bool {
	switch {
	case in == t:
		return true
	case in.Kind() == abi.Pointer:
		return (in.Uncommon() == nil || t.Uncommon() == nil) && (*ptrtype)(unsafe.Pointer(in)).Elem == elem
	case in.Kind() == abi.Interface:
		inter := (*interfacetype)(unsafe.Pointer(in))
		return len(inter.Methods) == 0 || assertE2I2(inter, t) != nil
	}
	return false
}

// AddCleanup attaches a cleanup function to ptr. Some time after ptr is no longer reachable, the runtime will call cleanup(arg) in a separate
// goroutine.
//
// A typical use is that ptr is an object wrapping an underlying resource (e.g., a File object wrapping an OS file descriptor), arg is the underlying
// resource (e.g., the OS file descriptor), and the cleanup function releases the underlying resource (e.g., by calling the close system call).
//
// There are few constraints on ptr. In particular, multiple cleanups may be attached to the same pointer, or to different pointers within the same
// allocation. If ptr is reachable from cleanup or arg, ptr will never be collected and the cleanup will never run.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	ptr = abi.Escape(ptr)
	if ptr == nil {
		panic("runtime.AddCleanup: ptr is nil")
	}
	p := uintptr(unsafe.Pointer(ptr))
	base, size := objectAt(p)
	if k := abi.TypeOf(arg).Kind(); k == abi.Pointer || k == abi.UnsafePointer {
		a := uintptr(*(*unsafe.Pointer)(unsafe.Pointer(&arg)))
		if a == p {
			panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
		}
		if base != 0 && a >= base && a < base+size && size != 16 {
			panic("runtime.AddCleanup: ptr is within arg, cleanup will never run")
		}
	}
	if base == 0 {
		if !inModule(p) && unsafe.Sizeof(*ptr) != 0 {
			panic("runtime.AddCleanup: ptr not in allocated block")
		}
		return Cleanup{}
	}
	fn := func() { cleanup(arg) }
	startFinalizers()
	id := addCleanup(unsafe.Pointer(ptr), fn, **(**uintptr)(unsafe.Pointer(&cleanup)))
	KeepAlive(ptr)
	return Cleanup{id: id, ptr: p}
}

// Cleanup is a handle to a cleanup call for a specific object.
type Cleanup struct {
	id  uint64
	ptr uintptr
}

// Stop cancels the cleanup call. Stop will have no effect if the cleanup call has already been queued for execution (because ptr became unreachable).
// To guarantee that Stop removes the cleanup function, the caller must ensure that the pointer that was passed to AddCleanup is reachable across the
// call to Stop.
func (c Cleanup) Stop() {
	if c.id != 0 {
		stopCleanup(c.ptr, c.id)
	}
}
