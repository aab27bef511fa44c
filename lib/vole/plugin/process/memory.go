package process

import (
	"errors"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// The memory that both processes have: for each direction a bell and slots. Who calls writes into a free slot of its direction and rings; who is
// called answers in the same slot. A message longer than a slot goes through it in parts.
//
//	bell: ready is a set of slots with requests, count changes with each ring (a futex), sleepers and spinners are those that wait
//	slot: state (a futex), size of what is in it, bytes
//
// Which slots are free is known to their caller alone and is not in this memory. The other side may write anything anywhere at any time: every word is read
// once and checked after it was read; bytes are copied before they are looked at.
const (
	slotCount = 64
	slotSize  = 256 << 10
	slotHead  = 64
	slotRoom  = slotSize - slotHead
	headSize  = 4096
	memSize   = headSize + 2*slotCount*slotSize
)

type bell struct {
	ready    uint64
	_        [56]byte
	count    uint32
	_        [60]byte
	sleepers int32
	_        [60]byte
	spinners int32
	_        [60]byte
}

type slot struct {
	state uint32
	size  uint32
	_     [slotHead - 8]byte
	room  [slotRoom]byte
}

// What a slot holds: the low bits of its state.
const (
	stateFree = iota
	stateRequest
	stateRequestPart // more follows
	stateRequestNext // the other side took the part
	stateAnswer
	stateAnswerPart
	stateAnswerNext
	stateMask  = 7
	stateSleep = 1 << 31 // somebody sleeps until it changes
	stateNudge = 1 << 30 // wakes who waits, and means nothing
)

const (
	futexWait = 0
	futexWake = 1
)

func futexSleep(word *uint32, value uint32, ns int64) {
	ts := syscall.NsecToTimespec(ns)
	syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWait, uintptr(value), uintptr(unsafe.Pointer(&ts)), 0, 0)
}

func futexRing(word *uint32, n int) {
	syscall.RawSyscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWake, uintptr(n), 0, 0, 0)
}

//go:linkname procyield runtime.procyield
func procyield(cycles uint32)

//go:linkname nanotime runtime.nanotime
func nanotime() int64

// Waiting begins with looking again and again, which is quicker than sleeping if the other side is about to answer: the longer, the more often that was so.
const (
	mostSpin   = 30_000 // ns
	leastSpin  = 5_000  // still enough for a short call
	spinCycles = 10
	longSleep  = int64(time.Second) // nobody sleeps longer without looking what else happened
)

var (
	errEnded     = errors.New("the process has ended")
	errCanceled  = errors.New("canceled")
	errTime      = errors.New("no answer in time")
	errTooLong   = errors.New("message too long")
	errViolation = errors.New("what came is no message")
)

// spinner says how long to look again and again.
type spinner struct{ ns atomic.Int64 }

// until looks until f is true, or it is not worth it any more.
func (s *spinner) until(f func() bool) bool {
	ns := s.ns.Load() + leastSpin
	for begin := nanotime(); nanotime()-begin < ns; procyield(spinCycles) {
		if f() {
			s.ns.Store(min(2*ns, mostSpin) - leastSpin)
			return true
		}
	}
	s.ns.Store(max(ns/2-leastSpin, 0))
	return false
}

// direction is one half of the memory.
type direction struct {
	bell  *bell
	slots *[slotCount]slot
}

// link is one end of the memory.
type link struct {
	out, in  direction
	mu       sync.Mutex
	free     []uint8                // slots of out, the one used last at the end
	tokens   chan struct{}          // as many as there are in free
	busy     [slotCount]atomic.Bool // slots of in that are being served
	idle     atomic.Int32           // workers that wait for a request
	coming   atomic.Bool            // one more begins
	spin     bool
	waits    spinner     // for answers
	works    spinner     // for requests
	spinning atomic.Bool // a worker looks again and again: one is enough
	ended    chan struct{}
	isEnded  atomic.Bool
	most     int          // bytes of a message
	budget   atomic.Int64 // bytes of messages that may come at once
	serve    func(request []byte, w *writer)
	violated func(what string) // the other side does what it never does by itself
}

func newLink(mem unsafe.Pointer, host bool, most int) *link {
	half := func(i int) direction {
		at := unsafe.Add(mem, headSize+i*slotCount*slotSize)
		return direction{(*bell)(unsafe.Add(mem, i*headSize/2)), (*[slotCount]slot)(at)}
	}
	l := &link{out: half(0), in: half(1), tokens: make(chan struct{}, slotCount), ended: make(chan struct{}), most: most, spin: runtime.NumCPU() > 1}
	if !host {
		l.out, l.in = l.in, l.out
	}
	for i := slotCount - 1; i >= 0; i-- {
		l.free = append(l.free, uint8(i))
		l.tokens <- struct{}{}
	}
	l.budget.Store(4 * int64(most))
	return l
}

// limitCalls leaves so many slots.
func (l *link) limitCalls(n int) {
	for range slotCount - n {
		<-l.tokens
	}
}

// end wakes all who wait for the other side, which is gone.
func (l *link) end() {
	if l.isEnded.Swap(true) {
		return
	}
	close(l.ended)
	for i := range l.out.slots {
		nudge(&l.out.slots[i].state)
	}
	for i := range l.in.slots {
		nudge(&l.in.slots[i].state)
	}
	atomic.AddUint32(&l.in.bell.count, 1)
	futexRing(&l.in.bell.count, slotCount)
}

func nudge(state *uint32) {
	v := atomic.LoadUint32(state)
	atomic.CompareAndSwapUint32(state, v, v^stateNudge)
	futexRing(state, slotCount)
}

// waiter is what ends a wait besides an answer.
type waiter struct {
	until    int64 // nanotime; 0: never
	canceled atomic.Bool
}

// wait returns when the state is one of a set.
func (l *link) wait(state *uint32, set uint32, w *waiter) (uint32, error) {
	if v := uint32(0); l.spin {
		if l.waits.until(func() bool { v = atomic.LoadUint32(state) & stateMask; return set>>v&1 != 0 }) {
			return v, nil
		}
	}
	for {
		v := atomic.LoadUint32(state)
		if set>>(v&stateMask)&1 != 0 {
			return v & stateMask, nil
		}
		if l.isEnded.Load() {
			return 0, errEnded
		}
		if w.canceled.Load() {
			return 0, errCanceled
		}
		ns := longSleep
		if w.until != 0 {
			if ns = min(ns, w.until-nanotime()); ns <= 0 {
				return 0, errTime
			}
		}
		if v&stateSleep == 0 {
			if !atomic.CompareAndSwapUint32(state, v, v|stateSleep) {
				continue
			}
			v |= stateSleep
		}
		futexSleep(state, v, ns)
	}
}

func post(state *uint32, v uint32) {
	if atomic.SwapUint32(state, v)&stateSleep != 0 {
		futexRing(state, 1)
	}
}

// kind is how messages of a direction are marked.
type kind struct{ whole, part, next uint32 }

var (
	requests = kind{stateRequest, stateRequestPart, stateRequestNext}
	answers  = kind{stateAnswer, stateAnswerPart, stateAnswerNext}
)

// send puts a message into a slot, part after part. show tells the other side that there is one; last: it is the last.
func (l *link) send(s *slot, message []byte, k kind, w *waiter, show func(s *slot, state uint32, last bool)) error {
	for {
		n := copy(s.room[:], message)
		message = message[n:]
		atomic.StoreUint32(&s.size, uint32(n))
		if len(message) == 0 {
			show(s, k.whole, true)
			return nil
		}
		show(s, k.part, false)
		if _, err := l.wait(&s.state, 1<<k.next, w); err != nil {
			return err
		}
	}
}

// receive copies a message out of a slot, whose state is `state`.
func (l *link) receive(s *slot, state uint32, k kind, w *waiter) (message []byte, err error) {
	message = takeBuffer()
	defer func() {
		if err != nil {
			l.received(message)
		}
	}()
	for {
		n := int(atomic.LoadUint32(&s.size))
		if n > slotRoom || state != k.whole && n == 0 {
			return message, errViolation
		}
		if len(message)+n > l.most {
			return message, errTooLong
		}
		if l.budget.Add(-int64(n)) < 0 {
			l.budget.Add(int64(n))
			return message, errTooLong
		}
		message = append(message, s.room[:n]...)
		if state == k.whole {
			return message, nil
		}
		post(&s.state, k.next)
		if state, err = l.wait(&s.state, 1<<k.whole|1<<k.part, w); err != nil {
			return message, err
		}
	}
}

// received gives the room of a message back.
func (l *link) received(message []byte) {
	l.budget.Add(int64(len(message)))
	giveBuffer(message)
}

// ring says that a slot holds a request.
func (l *link) ring(s *slot) {
	i := (uintptr(unsafe.Pointer(s)) - uintptr(unsafe.Pointer(l.out.slots))) / slotSize
	b := l.out.bell
	atomic.OrUint64(&b.ready, 1<<i)
	if atomic.LoadInt32(&b.spinners) == 0 {
		l.wakeWorker(b)
	}
}

func (l *link) wakeWorker(b *bell) {
	atomic.AddUint32(&b.count, 1)
	if atomic.LoadInt32(&b.sleepers) > 0 {
		futexRing(&b.count, 1)
	}
}

// acquire takes a slot that is free.
func (l *link) acquire(w *waiter, done <-chan struct{}) (*slot, error) {
	select {
	case <-l.tokens:
	default:
		var after <-chan time.Time
		if w.until != 0 {
			t := time.NewTimer(time.Duration(w.until - nanotime()))
			defer t.Stop()
			after = t.C
		}
		select {
		case <-l.tokens:
		case <-done:
			return nil, errCanceled
		case <-l.ended:
			return nil, errEnded
		case <-after:
			return nil, errTime
		}
	}
	l.mu.Lock()
	i := l.free[len(l.free)-1]
	l.free = l.free[:len(l.free)-1]
	l.mu.Unlock()
	return &l.out.slots[i], nil
}

func (l *link) release(s *slot) {
	atomic.StoreUint32(&s.state, stateFree)
	i := (uintptr(unsafe.Pointer(s)) - uintptr(unsafe.Pointer(l.out.slots))) / slotSize
	l.mu.Lock()
	l.free = append(l.free, uint8(i))
	l.mu.Unlock()
	l.tokens <- struct{}{}
}

// request sends one and waits for its answer. After an error the answer may still come: the slot is not free before.
func (l *link) request(s *slot, message []byte, w *waiter) (answer []byte, err error) {
	// what was begun is sent to its end: half a request could not be taken back
	err = l.sendRequest(s, message, &waiter{until: w.until})
	if err != nil {
		return nil, err
	}
	state, err := l.wait(&s.state, 1<<stateAnswer|1<<stateAnswerPart, w)
	if err != nil {
		return nil, err
	}
	return l.receive(s, state, answers, w)
}

func (l *link) sendRequest(s *slot, message []byte, w *waiter) error {
	if len(message) > l.most {
		return errTooLong
	}
	rung := false
	return l.send(s, message, requests, w, func(s *slot, state uint32, last bool) {
		post(&s.state, state)
		if !rung {
			l.ring(s)
		}
		rung = true
	})
}

// ---- who is called

const (
	idleWorkers = 4    // that wait; more end
	mostVain    = 1000 // wakings without a request
)

// work serves requests until the other side is gone.
func (l *link) work() {
	l.coming.Store(false)
	for l.idle.Load() < idleWorkers {
		i, ok := l.next()
		if !ok {
			return
		}
		if l.idle.Add(-1) == 0 && l.coming.CompareAndSwap(false, true) { // while this one works, another waits
			go l.work()
		}
		l.serveSlot(i)
	}
}

// next waits for a request.
func (l *link) next() (int, bool) {
	b := l.in.bell
	l.idle.Add(1)
	for vain := 0; ; vain++ {
		if vain > mostVain { // who rings without a request does not keep us busy
			time.Sleep(time.Millisecond)
		}
		if i, ok := l.take(b); ok {
			return i, true
		}
		if l.spin && l.spinning.CompareAndSwap(false, true) {
			atomic.AddInt32(&b.spinners, 1)
			got, found := 0, false
			l.works.until(func() bool { got, found = l.take(b); return found })
			atomic.AddInt32(&b.spinners, -1)
			l.spinning.Store(false)
			if found {
				if atomic.LoadUint64(&b.ready) != 0 { // rung while nobody else was woken
					l.wakeWorker(b)
				}
				return got, true
			}
		}
		if l.isEnded.Load() {
			return 0, false
		}
		count := atomic.LoadUint32(&b.count)
		atomic.AddInt32(&b.sleepers, 1)
		if atomic.LoadUint64(&b.ready) == 0 && !l.isEnded.Load() {
			futexSleep(&b.count, count, 10*longSleep)
		}
		atomic.AddInt32(&b.sleepers, -1)
	}
}

func (l *link) take(b *bell) (int, bool) {
	ready := atomic.LoadUint64(&b.ready)
	if ready == 0 {
		return 0, false
	}
	i := bits.TrailingZeros64(ready)
	return i, atomic.AndUint64(&b.ready, ^(uint64(1)<<i))>>i&1 != 0
}

func (l *link) serveSlot(i int) {
	s := &l.in.slots[i]
	if !l.busy[i].CompareAndSwap(false, true) {
		l.violated("a request in a slot that is in use")
		return
	}
	var w waiter
	state := atomic.LoadUint32(&s.state) & stateMask
	if state != stateRequest && state != stateRequestPart {
		l.violated("a request that is none")
		return
	}
	message, err := l.receive(s, state, requests, &w)
	if err == errEnded {
		return
	}
	if err != nil {
		l.violated(err.Error())
		return
	}
	out := newWriter()
	defer func() { // also if the goroutine ends: then another works on
		l.received(message)
		l.reply(s, i, out)
	}()
	l.serve(message, out)
}

func (l *link) reply(s *slot, i int, out *writer) {
	var w waiter
	l.send(s, out.b, answers, &w, func(s *slot, state uint32, last bool) {
		if last {
			l.busy[i].Store(false)
		}
		post(&s.state, state)
	})
	out.free()
}

// ---- buffers

const keptBuffer = 4 << 20

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}

func takeBuffer() []byte { return (*buffers.Get().(*[]byte))[:0] }

func giveBuffer(b []byte) {
	if cap(b) <= keptBuffer {
		buffers.Put(&b)
	}
}
