package runtime

import (
	"internal/abi"
	"unsafe"
)

// Functions that programs outside the library pull by //go:linkname and that the library itself does not need, with the signatures of gc's
// runtime. tools/linknames.py lists the names; rt/lang/linkname.c has the C bodies.

// ---- random numbers

//go:linkname fastrand
func fastrand() uint32 { return uint32(rand()) }

//go:linkname fastrand64
func fastrand64() uint64 { return rand() }

//go:linkname fastrandn
func fastrandn(n uint32) uint32 { return randn(n) }

//go:linkname cheaprand
func cheaprand() uint32 { return uint32(rand()) }

//go:linkname cheaprand64
func cheaprand64() int64 { return int64(rand()) }

// ---- scheduling

//go:linkname gopark
func gopark(unlockf func(*g, unsafe.Pointer) bool, lock unsafe.Pointer, reason uint8, traceReason uint8, traceskip int) {
	goparkC(unlockf, lock, uint64(reason))
}

func goparkC(unlockf func(*g, unsafe.Pointer) bool, lock unsafe.Pointer, reason uint64)

func goready(gp *g, traceskip int)
func wakep()
func entersyscallblock()
func procyield(cycles uint32)
func cputicks() int64
func getm() uintptr
func lockedOSThread() bool

//go:linkname goyield
func goyield() { Gosched() }

func morestack_noctxt()

//go:linkname morestackc
func morestackc() { throw("attempted to execute system stack code on user stack") }

// ---- memory

//go:linkname growslice
func growslice(oldPtr unsafe.Pointer, newLen, oldCap, num int, et *_type) slice {
	p, c := growsliceC(oldPtr, newLen, oldCap, num, et)
	return slice{p, newLen, c}
}

// findObject: s is a record of C, which says nothing to others.
func findObject(p, refBase, refOff uintptr) (base uintptr, s unsafe.Pointer, objIndex uintptr)

func checkptrBase(p unsafe.Pointer) uintptr

//go:noescape
func atomicwb(ptr *unsafe.Pointer, new unsafe.Pointer)

//go:linkname heapObjectsCanMove
func heapObjectsCanMove() bool { return false }

//go:linkname add
//go:linkname noescape
//go:linkname gobytes
//go:linkname gostringn

// ---- interfaces, channels, panics

//go:linkname getitab
func getitab(inter *interfacetype, typ *_type, canfail bool) *itab {
	if canfail {
		return assertE2I2(inter, typ)
	}
	return assertE2I(inter, typ)
}

//go:linkname chanbuf
func chanbuf(c *hchan, i uint) unsafe.Pointer { return add(c.buf, uintptr(i)*uintptr(c.elemsize)) }

//go:linkname gopanic
//go:linkname sigpanic

// ---- positions

//go:linkname FuncForPC
//go:linkname findfunc

//go:linkname funcline1
func funcline1(f funcInfo, targetpc uintptr, strict bool) (file string, line int32) {
	var lf [maxInline]logicalFrame
	if f.f == nil || pcLines(targetpc, false, &lf[0], maxInline) == 0 {
		return "?", 0
	}
	return cstring(lf[0].file), lf[0].line
}

func (f funcInfo) entry() uintptr { return funcEntryC(f.f) }

// inlineUnwinder, inlineFrame and srcFunc have gc's sizes. A logical frame is a place in the list of pcLines; that of the function itself is -1.
type inlineUnwinder struct {
	f    funcInfo
	tree unsafe.Pointer
}

type inlineFrame struct {
	pc    uintptr
	index int32
}

type srcFunc struct {
	text      *byte // its name
	_         int32
	startLine int32
	funcID    abi.FuncID
}

//go:linkname newInlineUnwinder
func newInlineUnwinder(f funcInfo, pc uintptr) (inlineUnwinder, inlineFrame) {
	var lf [maxInline]logicalFrame
	u := inlineUnwinder{f: f}
	if pcLines(pc, false, &lf[0], maxInline) > 1 {
		return u, inlineFrame{pc, 0}
	}
	return u, inlineFrame{pc, -1}
}

func (u *inlineUnwinder) srcFunc(uf inlineFrame) srcFunc {
	var lf [maxInline]logicalFrame
	n := pcLines(uf.pc, false, &lf[0], maxInline)
	if n == 0 {
		return srcFunc{}
	}
	i := n - 1
	if uf.index >= 0 {
		i = int(uf.index)
	}
	s := srcFunc{text: lf[i].name, startLine: lf[i].startLine}
	if lf[i].wrapper {
		s.funcID = abi.FuncIDWrapper
	}
	return s
}

func (s srcFunc) name() string { return cstring(s.text) }

//go:linkname badFuncInfoEntry runtime.funcInfo.entry
func badFuncInfoEntry(funcInfo) uintptr

//go:linkname badSrcFuncName runtime.srcFunc.name
func badSrcFuncName(srcFunc) string

//go:linkname badSrcFunc runtime.(*inlineUnwinder).srcFunc
func badSrcFunc(*inlineUnwinder, inlineFrame) srcFunc

// moduledataverify1 is called by those who make code and its tables at run time, in gc's formats.
//
//go:linkname moduledataverify1
func moduledataverify1(datap unsafe.Pointer) {
	throw("not supported: code that a program makes at run time (runtime.moduledataverify1)")
}

// ---- cgo, of which there is none

//go:linkname cgocall
func cgocall(fn, arg unsafe.Pointer) int32 {
	throw("cgocall unavailable")
	return 0
}

//go:linkname cgoUse
func cgoUse(any) { throw("cgoUse should not be called") }

//go:linkname cgoKeepAlive
func cgoKeepAlive(any) { throw("cgoKeepAlive should not be called") }

//go:linkname _cgo_panic_internal
func _cgo_panic_internal(p *byte) { panic(gostringnocopy(p)) }

//go:linkname boring_runtime_arg0 crypto/internal/boring.runtime_arg0
func boring_runtime_arg0() string { return os_runtime_args()[0] }

//go:linkname haveHighResSleep
var haveHighResSleep = true

//go:linkname iscgo
var iscgo bool
