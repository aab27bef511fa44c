package runtime

import (
	"internal/runtime/atomic"
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
	queues   [4]uintptr // of waiting goroutines: first, last that receive, first, last that send; C memory
	lock     uint64
	elemsize uint32
	closed   uint32
}

const (
	recvFirst = 0
	sendFirst = 2
)

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
	c.bubble = unsafe.Pointer(getBubble())
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

// chansend1 calls nothing else that waits: profiles show it as the innermost function.
func chansend1(c *hchan, elem unsafe.Pointer) {
	if chansendC(c, elem, true) == chanClosed {
		panicSendClosed()
	}
}

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

// With a default: where nothing can be done, that is seen without the lock. It was so at one moment, which is enough, if the channel was open then: a
// channel that was found empty and, afterwards, open. C has a say where there is a timer or a bubble.

func selectnbsend(c *hchan, elem unsafe.Pointer) bool {
	if c != nil && c.bubble == nil && atomic.Load(&c.closed) == 0 {
		if c.dataqsiz == 0 && atomic.Loaduintptr(&c.queues[recvFirst]) == 0 || c.dataqsiz > 0 && atomic.Loaduint(&c.qcount) == c.dataqsiz {
			return false
		}
	}
	return chansend(c, elem, false)
}

func selectnbrecv(elem unsafe.Pointer, c *hchan) (selected, received bool) {
	if c != nil && atomic.Loaduint(&c.qcount) == 0 && atomic.Loaduintptr(&c.queues[sendFirst]) == 0 && c.timer == nil && c.bubble == nil && atomic.Load(&c.closed) == 0 {
		return false, false
	}
	return chanrecvC(c, elem, false)
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
