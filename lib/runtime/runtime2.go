// Package runtime of vole. What is naturally Go is here; memory, collector, scheduler, channels, unwinder and signals are C in rt/.
// A function without a body is a compiler intrinsic (getg, getsp ...) or a C function of the same symbol name: either a LEAF function, which runs on
// the goroutine's stack, or a SYSTEM function behind a stub that switches to the thread's stack (rt/rt.h has the rules, rt/SURFACE.md the list).
package runtime

import (
	"internal/abi"
	"internal/goarch"
	"internal/runtime/sys"
	"unsafe"
)

// g is the head of struct G in rt/rt.h. Its records are C memory; _panic and _defer are roots of the collector and adjusted when the stack moves.
type g struct {
	_           sys.NotInHeap
	stack       stack
	stackguard0 uintptr
	_panic      *_panic
	_defer      *_defer
	m           *m
	_           [13]uintptr
	goid        uint64
}

// stack is the memory [lo, hi) of a goroutine's stack.
type stack struct {
	lo uintptr
	hi uintptr
}

// m is the head of struct M in rt/rt.h (a thread).
type m struct {
	_      sys.NotInHeap
	self   *m
	curg   *g
	g0     *g
	p      *p
	gsig   *g
	syssp  uintptr
	locks  int32
	malloc int32
}

type p struct{ _ sys.NotInHeap }

// _defer is the defer record of abi/abi.h: made by compiled code in a frame, or by deferproc on the heap.
type _defer struct {
	link *_defer
	fn   func()
	sp   uintptr
	heap uint8 // 0: in the frame; 1: heap; 2: heap, a rangeDefer
}

// rangeDefer stands for all the defers that range-over-func bodies add to one frame.
type rangeDefer struct {
	_defer
	head *_defer // innermost first; sp of the records is set when the list is taken
	done bool
}

// _panic lives in the frame of gopanic or Goexit. Places on the stack are distances from its upper end, so that they stay right when the stack moves.
type _panic struct {
	frame      uintptr // RSP of gopanic: the caller's SP of the deferred functions that it calls
	caller     uintptr // RSP of its caller at the call
	arg        any
	link       *_panic
	recovered  bool
	goexit     bool
	repanicked bool
	stop       bool // a domainEnd
}

type (
	_type         = abi.Type
	maptype       = abi.MapType
	chantype      = abi.ChanType
	functype      = abi.FuncType
	ptrtype       = abi.PtrType
	interfacetype = abi.InterfaceType
	itab          = abi.ITab
	uncommontype  = abi.UncommonType
	arraytype     = abi.ArrayType
	structtype    = abi.StructType
	slicetype     = abi.SliceType
)

type iface struct {
	tab  *itab
	data unsafe.Pointer
}

type eface struct {
	_type *_type
	data  unsafe.Pointer
}

type slice struct {
	array unsafe.Pointer
	len   int
	cap   int
}

type funcval struct {
	fn uintptr
	// captured variables follow
}

func efaceOf(ep *any) *eface { return (*eface)(unsafe.Pointer(ep)) }

// Intrinsics of the compiler.

func getg() *g
func getcallerpc() uintptr
func getcallersp() uintptr
func getsp() uintptr
func getclosureptr() uintptr

// Memory: C.

func mallocgc(size uintptr, typ *_type, needzero bool) unsafe.Pointer
func newobject(typ *_type) unsafe.Pointer
func newarray(typ *_type, n int) unsafe.Pointer

//go:noescape
func memmove(to, from unsafe.Pointer, n uintptr)

//go:noescape
func memclrNoHeapPointers(p unsafe.Pointer, n uintptr)

//go:noescape
func memclrHasPointers(p unsafe.Pointer, n uintptr)

//go:noescape
func typedmemmove(typ *_type, dst, src unsafe.Pointer)

//go:noescape
func typedmemclr(typ *_type, p unsafe.Pointer)

//go:noescape
func typedslicecopy(elem *_type, dst unsafe.Pointer, dstLen int, src unsafe.Pointer, srcLen int) int

//go:noescape
func memequal(p, q unsafe.Pointer, n uintptr) bool

//go:noescape
func memequal_varlen(p, q unsafe.Pointer) bool

//go:noescape
func cmpstring(a, b string) int

func makeslice(elem *_type, len, cap int) unsafe.Pointer

// growsliceC is what compiled code calls; growslice is for those who pull it.
func growsliceC(oldPtr unsafe.Pointer, newLen, oldCap, num int, elem *_type) (ptr unsafe.Pointer, cap int)

// mallocLater and growsliceLater are where allocations go on if the goroutine was asked to give way: it does so at the entry.

//go:noinline
func mallocLater(size uintptr, typ *_type, zero bool) unsafe.Pointer {
	return mallocgc(size, typ, zero)
}

//go:noinline
func growsliceLater(oldPtr unsafe.Pointer, newLen, oldCap, num int, elem *_type) (ptr unsafe.Pointer, cap int) {
	return growsliceC(oldPtr, newLen, oldCap, num, elem)
}

// roundupsize is what an allocation of size really gets.
func roundupsize(size uintptr, noscan bool) uintptr

func rand() uint64

// bootstrapRand is named by alg.go.
func bootstrapRand() uint64 { return rand() }

// zeroVal is what a failed map access points to; internal/runtime/maps and reflect share it.
//
//go:linkname zeroVal
var zeroVal [abi.ZeroValSize]byte

const (
	maxAlloc = 1 << 48
	maxInt   = int(^uint(0) >> 1)
)

func add(p unsafe.Pointer, x uintptr) unsafe.Pointer { return unsafe.Pointer(uintptr(p) + x) }

// noescape hides p from escape analysis.
//
//go:nosplit
func noescape(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return unsafe.Pointer(x ^ 0)
}

func checkptrStraddles(ptr unsafe.Pointer, size uintptr) bool { return false } // -d=checkptr does not exist

const ptrSize = goarch.PtrSize

//go:linkname randn
func randn(n uint32) uint32 { return uint32(uint64(uint32(rand())) * uint64(n) >> 32) }

//go:linkname cheaprandn
func cheaprandn(n uint32) uint32 { return randn(n) }
