package runtime

import "unsafe"

// Bubbles of testing/synctest (rt/sched/synctest.c). A bubble is C memory.

type bubble struct{ _ [1]byte }

func bubbleNew() *bubble
func bubbleMain(b *bubble, f func())
func bubbleStep(b *bubble) bool
func bubbleEnd(b *bubble) (total int, done bool)
func bubbleDrop(b *bubble)
func bubbleWait(b *bubble) bool
func bubbleHold(b *bubble)
func bubbleRelease(b *bubble)
func bubbleAssociate(b *bubble, p unsafe.Pointer, add bool) int
func bubbleDisassociate(p unsafe.Pointer)
func getBubble() *bubble
func setBubble(b *bubble) *bubble

// synctestDeadlockError is the panic of Run when its goroutines cannot go on.
type synctestDeadlockError struct{ reason string }

func (e synctestDeadlockError) Error() string { return e.reason }

//go:linkname synctest_IsInBubble internal/synctest.IsInBubble
func synctest_IsInBubble() bool { return getBubble() != nil }

//go:linkname synctest_Run internal/synctest.Run
func synctest_Run(f func()) {
	if getBubble() != nil {
		panic("synctest.Run called from within a synctest bubble")
	}
	b := bubbleNew()
	defer bubbleDrop(b)
	bubbleMain(b, f)
	for bubbleStep(b) {
	}
	total, done := bubbleEnd(b)
	if total == 1 {
		return
	}
	if done {
		panic(synctestDeadlockError{"deadlock: main bubble goroutine has exited but blocked goroutines remain"})
	}
	panic(synctestDeadlockError{"deadlock: all goroutines in bubble are blocked"})
}

//go:linkname synctest_Wait internal/synctest.Wait
func synctest_Wait() {
	b := getBubble()
	if b == nil {
		panic("goroutine is not in a bubble")
	}
	if !bubbleWait(b) {
		panic("wait already in progress")
	}
}

//go:linkname synctest_associate internal/synctest.associate
func synctest_associate(p unsafe.Pointer) int { return bubbleAssociate(getBubble(), p, true) }

//go:linkname synctest_disassociate internal/synctest.disassociate
func synctest_disassociate(p unsafe.Pointer) { bubbleDisassociate(p) }

//go:linkname synctest_isAssociated internal/synctest.isAssociated
func synctest_isAssociated(p unsafe.Pointer) bool { return bubbleAssociate(getBubble(), p, false) == 1 }

//go:linkname synctest_acquire internal/synctest.acquire
func synctest_acquire() any {
	if b := getBubble(); b != nil {
		bubbleHold(b)
		return b
	}
	return nil
}

//go:linkname synctest_release internal/synctest.release
func synctest_release(b any) { bubbleRelease(b.(*bubble)) }

//go:linkname synctest_inBubble internal/synctest.inBubble
func synctest_inBubble(b any, f func()) {
	if getBubble() != nil {
		panic("goroutine is already bubbled")
	}
	setBubble(b.(*bubble))
	defer setBubble(nil)
	f()
}
