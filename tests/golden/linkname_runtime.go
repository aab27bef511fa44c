// Names of the runtime that packages pull with //go:linkname, by the signatures of gc's runtime: they are there and do their work.
package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	_ "sync"
	"time"
	"unsafe"
)

type ptr = unsafe.Pointer
type eface struct{ typ, data ptr }

func typeOf(x any) ptr { return (*eface)(ptr(&x)).typ }

//go:linkname heapObjectsCanMove runtime.heapObjectsCanMove
func heapObjectsCanMove() bool

//go:linkname cheaprand runtime.cheaprand
func cheaprand() uint32

//go:linkname cheaprand64 runtime.cheaprand64
func cheaprand64() int64

//go:linkname fastrandn runtime.fastrandn
func fastrandn(n uint32) uint32

//go:linkname cputicks runtime.cputicks
func cputicks() int64

//go:linkname nanotime runtime.nanotime
func nanotime() int64

//go:linkname procyield runtime.procyield
func procyield(cycles uint32)

//go:linkname canSpin sync.runtime_canSpin
func canSpin(i int) bool

//go:linkname doSpin sync.runtime_doSpin
func doSpin()

//go:linkname goyield runtime.goyield
func goyield()

//go:linkname gopark runtime.gopark
func gopark(unlockf func(ptr, ptr) bool, lock ptr, reason uint8, traceReason uint8, skip int)

//go:linkname goready runtime.goready
func goready(g ptr, skip int)

//go:linkname wakep runtime.wakep
func wakep()

//go:linkname getm runtime.getm
func getm() uintptr

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

//go:linkname entersyscallblock runtime.entersyscallblock
func entersyscallblock()

//go:linkname exitsyscall runtime.exitsyscall
func exitsyscall()

//go:linkname findObject runtime.findObject
func findObject(p, refBase, refOff uintptr) (base uintptr, span ptr, index uintptr)

//go:linkname checkptrBase runtime.checkptrBase
func checkptrBase(p ptr) uintptr

//go:linkname atomicwb runtime.atomicwb
func atomicwb(p *ptr, v ptr)

//go:linkname getitab runtime.getitab
func getitab(inter, typ ptr, canfail bool) ptr

//go:linkname convTslice runtime.convTslice
func convTslice(b []byte) ptr

//go:linkname growslice runtime.growslice
func growslice(old ptr, newLen, oldCap, num int, typ ptr) []int

//go:linkname chanbuf runtime.chanbuf
func chanbuf(c ptr, i uint) ptr

//go:linkname mallocgc runtime.mallocgc
func mallocgc(size uintptr, typ ptr, zero bool) ptr

type iter struct { // as before Go 1.24
	key, elem, typ ptr
	rest           [10]uintptr
}

//go:linkname mapiterinit runtime.mapiterinit
func mapiterinit(t, m ptr, it *iter)

//go:linkname mapiternext runtime.mapiternext
func mapiternext(it *iter)

type funcInfo struct{ f, module ptr }
type inlineUnwinder struct {
	f    funcInfo
	tree ptr
}
type inlineFrame struct {
	pc    uintptr
	index int32
}
type srcFunc struct {
	module    ptr
	name      int32
	startLine int32
	id        uint8
}

//go:linkname findfunc runtime.findfunc
func findfunc(pc uintptr) funcInfo

//go:linkname entry runtime.funcInfo.entry
func entry(f funcInfo) uintptr

//go:linkname funcline1 runtime.funcline1
func funcline1(f funcInfo, pc uintptr, strict bool) (string, int32)

//go:linkname newInlineUnwinder runtime.newInlineUnwinder
func newInlineUnwinder(f funcInfo, pc uintptr) (inlineUnwinder, inlineFrame)

//go:linkname srcFuncOf runtime.(*inlineUnwinder).srcFunc
func srcFuncOf(u *inlineUnwinder, f inlineFrame) srcFunc

//go:linkname srcFuncName runtime.srcFunc.name
func srcFuncName(s srcFunc) string

//go:linkname callers runtime.callers
func callers(skip int, pcs []uintptr) int

func scheduling() {
	procyield(10)
	doSpin()
	goyield()
	wakep()
	canSpin(4)
	entersyscallblock()
	exitsyscall()
	pin := procPin()
	procUnpin()
	fmt.Println("scheduling", pin >= 0, getm() != 0)
	// stays: unlockf hands g out; does not stay: unlockf refuses
	var parked ptr
	woke := make(chan bool)
	lock := make(chan bool, 1)
	go func() {
		gopark(func(g, l ptr) bool { *(*ptr)(l) = g; return true }, ptr(&parked), 20, 0, 1)
		woke <- true
	}()
	for parked == nil {
		time.Sleep(time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	state := "?"
	if s := string(buf[:runtime.Stack(buf, true)]); strings.Contains(s, "[chan send]") {
		state = "chan send"
	}
	goready(parked, 1)
	fmt.Println("gopark", <-woke, state)
	gopark(func(g, l ptr) bool { return false }, ptr(&lock), 0, 0, 1)
	fmt.Println("gopark refused")
}

func memory() {
	p := new([100]int)
	base, span, _ := findObject(uintptr(ptr(&p[7])), 0, 0)
	none, nospan, _ := findObject(16, 0, 0)
	fmt.Println("findObject", base == uintptr(ptr(p)), span != nil, none, nospan == nil)
	var local int
	fmt.Println("checkptrBase", checkptrBase(ptr(&p[7])) == base, checkptrBase(ptr(&local)) == 1 || checkptrBase(ptr(&local)) != 0, heapObjectsCanMove())
	var slot ptr
	atomicwb(&slot, ptr(p))
	s := growslice(ptr(&[]int{1, 2, 3}[0]), 4, 3, 1, typeOf(0))
	s[3] = 4
	fmt.Println("growslice", s, len(s), cap(s))
	q := (*[3]uint64)(mallocgc(24, nil, true))
	b := (*[]byte)(convTslice([]byte("abc")))
	fmt.Println("mallocgc", *q, string(*b))
	c := make(chan int, 4)
	c <- 7
	c <- 8
	fmt.Println("chanbuf", *(*int)(chanbuf(*(*ptr)(ptr(&c)), 1)))
}

type number int

func (n number) Error() string { return fmt.Sprint("number ", int(n)) }

func interfaces() {
	inter := typeOf(new(error))
	errType := (*eface)(ptr(&[]any{reflect.TypeFor[error]()}[0])).data
	_ = inter
	var e error = number(3)
	want := *(*ptr)(ptr(&e))
	fmt.Println("getitab", getitab(errType, typeOf(number(0)), false) == want, getitab(errType, typeOf(0), true) == nil)
	defer func() { fmt.Println(recover()) }()
	getitab(errType, typeOf(0), false)
}

func maps() {
	m := map[string]int{"a": 1, "b": 2, "c": 3}
	var it iter
	mapiterinit(typeOf(m), *(*ptr)(ptr(&m)), &it)
	n := 0
	for ; it.key != nil; mapiternext(&it) {
		n += m[*(*string)(it.key)] * 10
		if *(*int)(it.elem) != m[*(*string)(it.key)] {
			fmt.Println("another element")
		}
	}
	fmt.Println("mapiter", n, it.typ == nil)
}

//go:noinline
func position() {
	var pcs [1]uintptr
	callers(0+1, pcs[:])
	pc := pcs[0] - 1
	f := findfunc(pc)
	file, line := funcline1(f, pc, false)
	u, uf := newInlineUnwinder(f, pc)
	s := srcFuncOf(&u, uf)
	fmt.Println("position", file[strings.LastIndexByte(file, '/')+1:], line, srcFuncName(s), s.startLine, entry(f) == runtime.FuncForPC(pc).Entry())
}

func main() {
	scheduling()
	memory()
	interfaces()
	maps()
	position()
	a, b := cputicks(), cputicks()
	x := cheaprand() | cheaprand() | cheaprand()
	fmt.Println(x != 0, cheaprand64() != cheaprand64(), fastrandn(5) < 5, a != 0 && b >= a, nanotime() > 0)
	if len(os.Args) > 5 {
		panic(errors.New("never"))
	}
}
