package in

import "reflect"

func PC() uintptr { return reflect.ValueOf(target).Pointer() }

//line target.y:77

func target() {}

//line fault.y:1
func load(p *int) int { return *p }
func Fault(p *int) int {
	x := 1

	return x + load(p)
}
