package runtime

import (
	"internal/abi"
	"unsafe"
)

// What packages reflect, internal/reflectlite and internal/runtime/maps ask of the runtime, but for channels (chan.go) and maps (upstream's map.go).

//go:linkname reflect_typedslicecopy reflect.typedslicecopy
func reflect_typedslicecopy(t *_type, dst, src slice) int {
	return typedslicecopy(t, dst.array, dst.len, src.array, src.len)
}

// reflect_growslice makes room for num more elements; the length stays.
//
//go:linkname reflect_growslice reflect.growslice
func reflect_growslice(t *_type, old slice, num int) slice {
	num -= old.cap - old.len
	p, c := growsliceC(old.array, old.cap+num, old.cap, num, t)
	if !t.Pointers() { // then growsliceC leaves the new elements as they are
		memclrNoHeapPointers(add(p, uintptr(old.cap)*t.Size_), uintptr(c-old.cap)*t.Size_)
	}
	return slice{p, old.len, c}
}

//go:linkname reflect_typelinks reflect.typelinks
func reflect_typelinks() (sections []unsafe.Pointer, offset [][]int32) {
	var base unsafe.Pointer
	var links *int32
	n := 0
	for i := 0; moduleTypelinks(i, &base, &links, &n); i++ {
		sections = append(sections, base)
		offset = append(offset, unsafe.Slice(links, n))
	}
	return
}

//go:noescape
func moduleTypelinks(i int, base *unsafe.Pointer, links **int32, n *int) bool

// heapPointer: does p point into the collector's heap?
func heapPointer(p uintptr) bool

//go:linkname reflect_verifyNotInHeapPtr reflect.verifyNotInHeapPtr
func reflect_verifyNotInHeapPtr(p uintptr) bool { return !heapPointer(p) && p != ^uintptr(0) }

// makeslicecopy makes a slice of tolen elements and copies the first of them.
func makeslicecopy(elem *_type, tolen, fromlen int, from unsafe.Pointer) unsafe.Pointer {
	p := makeslice(elem, tolen, tolen)
	n := min(tolen, fromlen)
	if elem.Pointers() {
		typedslicecopy(elem, p, n, from, n)
	} else {
		memmove(p, from, uintptr(n)*elem.Size_)
	}
	return p
}

// reflectcall calls fn (a func value) with the arguments of a frame and of registers as internal/abi describes them, and stores the results there.
//
//go:linkname reflectcall
func reflectcall(stackArgsType *_type, fn, stackArgs unsafe.Pointer, stackArgsSize, stackRetOffset, frameSize uint32, regArgs *abi.RegArgs) {
	switch {
	case frameSize == 0:
		call0(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	case frameSize <= 64:
		call64(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	case frameSize <= 512:
		reserveStack(1024)
		call512(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	case frameSize <= 4<<10:
		reserveStack(5 << 10)
		call4096(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	case frameSize <= 32<<10:
		reserveStack(33 << 10)
		call32768(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	case frameSize <= 256<<10:
		reserveStack(257 << 10)
		call262144(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	case frameSize <= 2<<20:
		reserveStack(2<<20 + 1<<10)
		call2097152(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	case frameSize <= 16<<20:
		reserveStack(16<<20 + 1<<10)
		call16777216(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	case frameSize <= 128<<20:
		reserveStack(128<<20 + 1<<10)
		call134217728(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	case frameSize <= 1<<30:
		reserveStack(1<<30 + 1<<10)
		call1073741824(fn, stackArgs, stackArgsSize, stackRetOffset, regArgs, stackArgsType)
	default:
		throw("reflect.call: frame too large")
	}
}

// reserveStack makes the stack grow until n bytes below the caller's frame are free. They stay free: stacks shrink only while their goroutine waits,
// or at calls.
//
//go:noinline
func reserveStack(n uintptr) {
	if getsp()-n-(1<<10) >= getg().stack.lo && getsp() > n+(1<<10) {
		return
	}
	var room [1024]byte
	keepRoom(&room)
	if n > 1024 {
		reserveStack(n - 1024)
	}
}

//go:noinline
func keepRoom(p *[1024]byte) { p[0] = 1 }

// Assembly, with as many bytes for stack arguments and results.

//go:noescape
func call0(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)

//go:noescape
func call64(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)

//go:noescape
func call512(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)

//go:noescape
func call4096(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)

//go:noescape
func call32768(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)

//go:noescape
func call262144(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)

//go:noescape
func call2097152(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)

//go:noescape
func call16777216(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)

//go:noescape
func call134217728(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)

//go:noescape
func call1073741824(fn, stackArgs unsafe.Pointer, size, retOffset uint32, regs *abi.RegArgs, t *_type)
