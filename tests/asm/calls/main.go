// Calls between Go and assembly, in all directions.
package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"unsafe"
)

type pair struct {
	a int8
	b string
	c float32
}

const limit = 1234

type list struct {
	next *list
	n    int64
	tag  [3]byte
	last uint16
}

var counter int64
var name = "set by Go"
var table [4]uint64 // DATA of the .s file

func add(a, b int64) int64
func mixed(a int8, p pair, s []byte, f float64) (n int, q pair, ok bool)
func callGo(n int64, s string) (int64, string)
func callNothing()
func tail(a, b int64) int64
func count() int64
func nameLen() (int, string)
func layout() (size, next, n, tag, last, limit int64)
func deep(n int64) int64
func frame(p *int64) int64
func load(p *int64) int64
func loadFrame(p *int64) int64
func clobber()
func keep(p *list) *list
func getpid() uintptr
func pushes(a int64) int64

//go:noinline
func goCallee(n int64, s string) (int64, string) {
	grow(int(n))
	runtime.GC()
	return n * 2, s + "!"
}

func goNothing() { counter += 100 }

func goPanic(n int64) int64 {
	if n == 0 {
		panic("from Go below assembly")
	}
	return deep(n - 1)
}

func goAdd(a, b int64) int64 { return a + 10*b }

//go:noinline
func goKeep(p *list) *list {
	for i := 0; i < 50; i++ {
		garbage = append(garbage[:0], make([]byte, 1000)...)
		runtime.GC()
	}
	grow(100)
	return p.next
}

var garbage []byte

//go:noinline
func grow(n int) int {
	var buf [512]byte
	if n == 0 {
		return int(buf[len(os.Args)])
	}
	return grow(n-1) + int(buf[n&511])
}



func try(f func()) {
	defer func() {
		r := recover()
		if e, ok := r.(error); ok {
			fmt.Println("recovered:", e)
		} else {
			fmt.Println("recovered:", r)
		}
	}()
	f()
}

func main() {
	fmt.Println(add(2, 40), tail(1, 2))
	n, q, ok := mixed(-3, pair{7, "seven", 1.5}, []byte("bytes"), 2.25)
	fmt.Println(n, q, ok)
	fmt.Println(callGo(21, "text"))
	done := make(chan bool)
	go func() {
		fmt.Println(callGo(30, strings.Repeat("x", 3)))
		done <- true
	}()
	<-done
	callNothing()
	fmt.Println(counter, count())
	fmt.Println(nameLen())
	fmt.Println(layout())
	fmt.Println(table)
	f := add
	fmt.Println(f(5, 6), reflect.ValueOf(add).Call([]reflect.Value{reflect.ValueOf(int64(8)), reflect.ValueOf(int64(9))})[0])
	defer func() { fmt.Println("deferred") }()
	defer clobber()
	go clobber()
	runtime.Gosched()
	try(func() { deep(5) })
	try(func() { load(nil) })
	try(func() { loadFrame(nil) })
	x := int64(77)
	fmt.Println(load(&x), loadFrame(&x), frame(&x), x)
	l := &list{next: &list{n: 9}}
	fmt.Println(keep(l).n)
	if getpid() == uintptr(syscall.Getpid()) {
		fmt.Println("pid")
	}
	fmt.Println(pushes(4))
	fn := runtime.FuncForPC(reflect.ValueOf(add).Pointer())
	fmt.Println(fn.Name(), unsafe.Sizeof(l))
}
