package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// Finalizers and cleanups. What is attached to objects is C (rt/gc/special.c); the goroutine that runs them is here.

func findObject(p unsafe.Pointer) (base unsafe.Pointer, size uintptr)
func addFinalizer(p unsafe.Pointer, fn unsafe.Pointer, ot, fint *_type, nret uintptr) int
func removeFinalizer(p unsafe.Pointer)
func addCleanup(p unsafe.Pointer, fn func()) uint64
func stopCleanup(p unsafe.Pointer, id uint64)
func nextFinalizer() *finRecord

// finRecord is one entry of the queue: C memory, valid until the next call of nextFinalizer.
type finRecord struct {
	next  uintptr
	fn    unsafe.Pointer // func value
	arg   unsafe.Pointer
	ot    *_type // type of arg
	fint  *_type // type of the parameter
	nret  uintptr
	isFin bool
}

var finRunner uint32 // 1: the goroutine exists

func startFinRunner() {
	if atomic.Cas(&finRunner, 0, 1) {
		go runFinalizers()
	}
}

func runFinalizers() {
	for {
		r := nextFinalizer()
		if !r.isFin {
			fn := r.fn
			(*(*func())(unsafe.Pointer(&fn)))()
			continue
		}
		callFinalizer(r)
	}
}

// callFinalizer calls a func(T) R... with the object; results are dropped.
//
//go:noinline
func callFinalizer(r *finRecord) {
	var regs abi.RegArgs
	arg, fn := r.arg, r.fn
	regs.Ints[0] = uintptr(arg)
	regs.Ptrs[0] = arg
	if r.fint.Kind() == abi.Interface {
		it := (*interfacetype)(unsafe.Pointer(r.fint))
		regs.Ints[1], regs.Ptrs[1] = uintptr(arg), arg
		var tab unsafe.Pointer
		if len(it.Methods) == 0 {
			tab = unsafe.Pointer(r.ot)
		} else {
			tab = unsafe.Pointer(assertE2I(it, r.ot))
		}
		regs.Ints[0], regs.Ptrs[0] = uintptr(tab), tab
	}
	size := uint32(r.nret+7) &^ 7
	frame := make([]byte, size)
	reflectcall(nil, fn, unsafe.Pointer(unsafe.SliceData(frame)), size, 0, size, &regs)
	KeepAlive(arg)
}

// SetFinalizer has f(obj) called some time after obj became unreachable.
func SetFinalizer(obj any, finalizer any) {
	e := efaceOf(&obj)
	if e._type == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	name := toRType(e._type).string()
	if e._type.Kind() != abi.Pointer {
		throw("runtime.SetFinalizer: first argument is " + name + ", not pointer")
	}
	ot := (*ptrtype)(unsafe.Pointer(e._type))
	base, _ := findObject(e.data)
	if base == nil {
		return // a global variable, or of size zero: never collected
	}
	if base != e.data && (ot.Elem.PtrBytes != 0 || ot.Elem.Size_ >= 16) {
		throw("runtime.SetFinalizer: pointer not at beginning of allocated block")
	}
	f := efaceOf(&finalizer)
	if f._type == nil {
		removeFinalizer(e.data)
		return
	}
	fname := toRType(f._type).string()
	if f._type.Kind() != abi.Func {
		throw("runtime.SetFinalizer: second argument is " + fname + ", not a function")
	}
	ft := (*functype)(unsafe.Pointer(f._type))
	if ft.IsVariadic() {
		throw("runtime.SetFinalizer: cannot pass " + name + " to finalizer " + fname + " because dotdotdot")
	}
	if ft.InCount != 1 || !finalizerTakes(ft.InSlice()[0], ot) {
		throw("runtime.SetFinalizer: cannot pass " + name + " to finalizer " + fname)
	}
	var nret uintptr
	for _, t := range ft.OutSlice() {
		a := uintptr(t.Align_)
		nret = (nret+a-1)&^(a-1) + t.Size_
	}
	startFinRunner()
	if addFinalizer(e.data, f.data, e._type, ft.InSlice()[0], nret) == 1 {
		throw("runtime.SetFinalizer: finalizer already set")
	}
	KeepAlive(obj)
}

func finalizerTakes(param *_type, ot *ptrtype) bool {
	t := &ot.Type
	switch {
	case param == t:
		return true
	case param.Kind() == abi.Pointer:
		return (param.Uncommon() == nil || t.Uncommon() == nil) && (*ptrtype)(unsafe.Pointer(param)).Elem == ot.Elem
	case param.Kind() == abi.Interface:
		it := (*interfacetype)(unsafe.Pointer(param))
		return len(it.Methods) == 0 || assertE2I2(it, t) != nil
	}
	return false
}

// KeepAlive marks x as reachable up to here.
//
//go:noinline
func KeepAlive(x any) {}

// Cleanup is a handle to a cleanup of AddCleanup.
type Cleanup struct {
	id  uint64
	ptr uintptr
}

// AddCleanup has cleanup(arg) called some time after ptr became unreachable.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	ptr = abi.Escape(ptr)
	if ptr == nil {
		panic("runtime.AddCleanup: ptr is nil")
	}
	if k := abi.TypeOf(arg).Kind(); k == abi.Pointer || k == abi.UnsafePointer {
		if unsafe.Pointer(ptr) == *(*unsafe.Pointer)(unsafe.Pointer(&arg)) {
			panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
		}
	}
	fn := func() { cleanup(arg) }
	startFinRunner()
	id := addCleanup(unsafe.Pointer(ptr), fn)
	KeepAlive(ptr)
	return Cleanup{id, uintptr(unsafe.Pointer(ptr))}
}

// Stop cancels the cleanup if it was not queued yet.
func (c Cleanup) Stop() {
	if c.id != 0 {
		stopCleanup(unsafe.Pointer(c.ptr), c.id)
	}
}
