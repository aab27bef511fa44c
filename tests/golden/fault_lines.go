// The line of a fault is that of the expression that faults, also when its load became a part of a later instruction or its nil check
// of a later load; the line of a bounds check is that of '['.
package main

import (
	"fmt"
	"runtime"
)

type T struct {
	pad [4]int
	i   int32
	f   float64
}

func where(f func()) {
	defer func() {
		recover()
		var pcs [20]uintptr
		frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
		for {
			fr, more := frames.Next()
			if len(fr.Function) > 10 && fr.Function[:10] == "main.fault" {
				fmt.Println(fr.Function, fr.Line)
				return
			}
			if !more {
				fmt.Println("nowhere")
				return
			}
		}
	}()
	f()
}

//go:noinline
func faultAdd(p *int, x int) int {
	v := *p // 38
	x++
	return x + v
}

//go:noinline
func faultExtend(p *T) int64 {
	v := p.i // 45
	return int64(v)
}

//go:noinline
func faultMul(p *T, x float64) float64 {
	v := p.f // 51
	return x *
		v
}

//go:noinline
func faultCompare(p *int32) bool {
	v := *p // 58
	return v ==
		7
}

//go:noinline
func faultAddress(p *T) int32 {
	q := &p.i // 65
	x := int32(1)
	return x +
		*q
}

//go:noinline
func faultStore(p *T) {
	q := &p.i // 73
	*q = 5
}

//go:noinline
func faultUpdate(p *T) {
	p.i += // 79
		3
}

//go:noinline
func faultIndexRead(a [3]int, i int) int {
	return a /*line fault_lines.go:999:1*/ [ /*line fault_lines.go:86:1*/ i]
}

//go:noinline
func faultIndexWrite(i int) int {
	var a [3]int
	a /*line fault_lines.go:998:1*/ [ /*line fault_lines.go:92:1*/ i] = 7
	return a[0]
}

//go:noinline
func faultIndexOne(i int) int {
	var a [1]int
	a /*line fault_lines.go:997:1*/ [ /*line fault_lines.go:99:1*/ i] = 7
	return a[0]
}

func main() {
	where(func() { faultAdd(nil, 1) })
	where(func() { faultExtend(nil) })
	where(func() { faultMul(nil, 2) })
	where(func() { faultCompare(nil) })
	where(func() { faultAddress(nil) })
	where(func() { faultStore(nil) })
	where(func() { faultUpdate(nil) })
	where(func() { faultIndexRead([3]int{}, 5) })
	where(func() { faultIndexWrite(5) })
	where(func() { faultIndexOne(5) })
}
