package runtime

import (
	"internal/abi"
	"internal/runtime/math"
	"unsafe"
)

// Channels: the fronts. The work is C (rt/lang/chan.c); what may panic or needs a second half after waiting is here.

// hchan is Chan of rt/lang/lang.h.
type hchan struct {
	qcount   uint
	dataqsiz uint
	buf      unsafe.Pointer
	elemtype *_type
	timer    unsafe.Pointer
	bubble   unsafe.Pointer
	sendx    uint
	recvx    uint
	queues   [4]uintptr // of waiting goroutines: C memory
	lock     uint64
	elemsize uint32
	closed   uint32
}

const hchanSize = unsafe.Sizeof(hchan{})

func makechan(t *chantype, size int) *hchan {
	elem := t.Elem
	if elem.Size_ >= 1<<16 {
		throw("makechan: invalid channel element type")
	}
	mem, overflow := math.MulUintptr(elem.Size_, uintptr(size))
	if overflow || mem > maxAlloc-hchanSize || size < 0 {
		panic(plainError("makechan: size out of range"))
	}
	var c *hchan
	switch {
	case mem == 0:
		c = (*hchan)(mallocgc(hchanSize, nil, true))
		c.buf = unsafe.Pointer(&c.buf)
	case !elem.Pointers():
		c = (*hchan)(mallocgc(hchanSize+mem, nil, true)) // one block without pointers that matter
		c.buf = add(unsafe.Pointer(c), hchanSize)
	default:
		c = new(hchan)
		c.buf = mallocgc(mem, elem, true)
	}
	c.elemsize = uint32(elem.Size_)
	c.elemtype = elem
	c.dataqsiz = uint(size)
	return c
}

const (
	chanNotDone = iota
	chanDone
	chanClosed
)

//go:noescape
func chansendC(c *hchan, elem unsafe.Pointer, block bool) int

//go:noescape
func chanrecvC(c *hchan, elem unsafe.Pointer, block bool) (selected, received bool)

func closechanC(c *hchan) int

//go:noescape
func selectstart(cases *scase, order *uint16, nsends, nrecvs int, block bool) (int, int)

//go:noescape
func selectfinish(cases *scase, order *uint16, nsends, nrecvs int) (int, int)

func chanlen(c *hchan) int
func chancap(c *hchan) int

func panicSendClosed() { panic(plainError("send on closed channel")) }

func chansend(c *hchan, elem unsafe.Pointer, block bool) bool {
	r := chansendC(c, elem, block)
	if r == chanClosed {
		panicSendClosed()
	}
	return r == chanDone
}

func chansend1(c *hchan, elem unsafe.Pointer) { chansend(c, elem, true) }

func chanrecv1(c *hchan, elem unsafe.Pointer) { chanrecvC(c, elem, true) }

func chanrecv2(c *hchan, elem unsafe.Pointer) bool {
	_, received := chanrecvC(c, elem, true)
	return received
}

func closechan(c *hchan) {
	switch closechanC(c) {
	case 1:
		panic(plainError("close of nil channel"))
	case 2:
		panic(plainError("close of closed channel"))
	}
}

func selectnbsend(c *hchan, elem unsafe.Pointer) bool { return chansend(c, elem, false) }

func selectnbrecv(elem unsafe.Pointer, c *hchan) (selected, received bool) {
	return chanrecvC(c, elem, false)
}

// scase is a case of a select statement; the sends come first.
type scase struct {
	c    *hchan
	elem unsafe.Pointer
}

func selectgo(cases *scase, order *uint16, nsends, nrecvs int, block bool) (int, bool) {
	i, r := selectstart(cases, order, nsends, nrecvs, block)
	if i == -2 {
		i, r = selectfinish(cases, order, nsends, nrecvs)
	}
	if r == chanClosed {
		panicSendClosed()
	}
	return i, r != 0
}

// For reflect.

//go:linkname reflect_makechan reflect.makechan
func reflect_makechan(t *chantype, size int) *hchan { return makechan(t, size) }

//go:linkname reflect_chansend reflect.chansend0
func reflect_chansend(c *hchan, elem unsafe.Pointer, nb bool) bool { return chansend(c, elem, !nb) }

//go:linkname reflect_chanrecv reflect.chanrecv
func reflect_chanrecv(c *hchan, nb bool, elem unsafe.Pointer) (selected, received bool) {
	return chanrecvC(c, elem, !nb)
}

//go:linkname reflect_chanlen reflect.chanlen
func reflect_chanlen(c *hchan) int { return chanlen(c) }

//go:linkname reflectlite_chanlen internal/reflectlite.chanlen
func reflectlite_chanlen(c *hchan) int { return chanlen(c) }

//go:linkname reflect_chancap reflect.chancap
func reflect_chancap(c *hchan) int { return chancap(c) }

//go:linkname reflect_chanclose reflect.chanclose
func reflect_chanclose(c *hchan) { closechan(c) }

// runtimeSelect is a case of reflect.Select.
type runtimeSelect struct {
	dir int
	typ unsafe.Pointer
	ch  *hchan
	val unsafe.Pointer
}

const (
	selectSend    = 1
	selectRecv    = 2
	selectDefault = 3
)

//go:linkname reflect_rselect reflect.rselect
func reflect_rselect(cases []runtimeSelect) (int, bool) {
	if len(cases) == 0 {
		block()
	}
	sel := make([]scase, 0, len(cases))
	orig := make([]int, 0, len(cases))
	dflt := -1
	nsends := 0
	for dir := selectSend; dir <= selectRecv; dir++ {
		for i, rc := range cases {
			switch rc.dir {
			case selectDefault:
				dflt = i
			case dir:
				sel = append(sel, scase{rc.ch, rc.val})
				orig = append(orig, i)
			}
		}
		if dir == selectSend {
			nsends = len(sel)
		}
	}
	if len(sel) == 0 {
		if dflt < 0 {
			block()
		}
		return dflt, false
	}
	order := make([]uint16, 2*len(sel))
	chosen, received := selectgo(&sel[0], &order[0], nsends, len(sel)-nsends, dflt < 0)
	if chosen < 0 {
		return dflt, false
	}
	return orig[chosen], received
}

// The rest of what reflect asks for.

//go:linkname reflect_unsafe_New reflect.unsafe_New
func reflect_unsafe_New(t *_type) unsafe.Pointer { return mallocgc(t.Size_, t, true) }

//go:linkname reflectlite_unsafe_New internal/reflectlite.unsafe_New
func reflectlite_unsafe_New(t *_type) unsafe.Pointer { return mallocgc(t.Size_, t, true) }

//go:linkname reflect_unsafe_NewArray reflect.unsafe_NewArray
func reflect_unsafe_NewArray(t *_type, n int) unsafe.Pointer { return newarray(t, n) }

//go:linkname maps_newarray internal/runtime/maps.newarray
func maps_newarray(t *_type, n int) unsafe.Pointer { return newarray(t, n) }

//go:linkname maps_newobject internal/runtime/maps.newobject
func maps_newobject(t *_type) unsafe.Pointer { return newobject(t) }

//go:linkname maps_rand internal/runtime/maps.rand
func maps_rand() uint64 { return rand() }

//go:linkname maps_typedmemmove internal/runtime/maps.typedmemmove
func maps_typedmemmove(t *_type, dst, src unsafe.Pointer) { typedmemmove(t, dst, src) }

//go:linkname maps_typedmemclr internal/runtime/maps.typedmemclr
func maps_typedmemclr(t *_type, p unsafe.Pointer) { typedmemclr(t, p) }

//go:linkname reflect_memmove reflect.memmove
func reflect_memmove(dst, src unsafe.Pointer, n uintptr) { memmove(dst, src, n) }

//go:linkname reflect_typedmemmove reflect.typedmemmove
func reflect_typedmemmove(t *_type, dst, src unsafe.Pointer) { typedmemmove(t, dst, src) }

//go:linkname reflectlite_typedmemmove internal/reflectlite.typedmemmove
func reflectlite_typedmemmove(t *_type, dst, src unsafe.Pointer) { typedmemmove(t, dst, src) }

//go:linkname reflect_typedmemclr reflect.typedmemclr
func reflect_typedmemclr(t *_type, p unsafe.Pointer) { typedmemclr(t, p) }

// reflect_typedmemclrpartial clears the bytes [off, off+size) of a value of type t; p is their address.
//
//go:linkname reflect_typedmemclrpartial reflect.typedmemclrpartial
func reflect_typedmemclrpartial(t *_type, p unsafe.Pointer, off, size uintptr) {
	if t.Pointers() {
		head := -uintptr(p) & (ptrSize - 1)
		if size >= head+ptrSize {
			memclrHasPointers(add(p, head), (size-head)&^(ptrSize-1))
		}
	}
	memclrNoHeapPointers(p, size)
}

//go:linkname reflect_typedarrayclear reflect.typedarrayclear
func reflect_typedarrayclear(t *_type, p unsafe.Pointer, n int) {
	if t.Pointers() {
		memclrHasPointers(p, t.Size_*uintptr(n))
	} else {
		memclrNoHeapPointers(p, t.Size_*uintptr(n))
	}
}

//go:linkname reflect_typedslicecopy reflect.typedslicecopy
func reflect_typedslicecopy(t *_type, dst, src slice) int {
	return typedslicecopy(t, dst.array, dst.len, src.array, src.len)
}

// reflect_growslice makes room for num more elements; the length stays.
//
//go:linkname reflect_growslice reflect.growslice
func reflect_growslice(t *_type, old slice, num int) slice {
	num -= old.cap - old.len
	p, c := growslice(old.array, old.cap+num, old.cap, num, t)
	if !t.Pointers() { // then growslice leaves the new elements as they are
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

// reflectcall calls fn (a func value) with the arguments of a frame and of registers as internal/abi describes them: assembly.
//
//go:linkname reflectcall
func reflectcall(stackArgsType *_type, fn, stackArgs unsafe.Pointer, stackArgsSize, stackRetOffset, frameSize uint32, regArgs *abi.RegArgs)

// reflectcallmove copies the results out of the frame that reflectcall made, with barriers, and the pointers among the register results to where the
// collector sees them.
func reflectcallmove(t *_type, dst, src unsafe.Pointer, size uintptr, regs *abi.RegArgs) {
	if t != nil && t.Pointers() && size >= ptrSize {
		memclrHasPointers(dst, size) // the barrier for the old values; the new ones are shaded as roots of this goroutine
	}
	memmove(dst, src, size)
	for i := range regs.Ints {
		if regs.ReturnIsPtr.Get(i) {
			regs.Ptrs[i] = unsafe.Pointer(regs.Ints[i])
		}
	}
}
