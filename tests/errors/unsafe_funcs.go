package p

import "unsafe"

type T struct {
	a int8
	b int64
	*E
}
type E struct{ c int }

func (T) M() {}

func _(t T, p *int, i int, s []int, u unsafe.Pointer, f float64) {
	const size = unsafe.Sizeof(t)
	const off = unsafe.Offsetof(t.b)
	var _ [size - 24]int
	var _ [off - 8]int
	_ = unsafe.Offsetof(t) // ERROR "t is not a selector expression"
	_ = unsafe.Offsetof(t.M) // ERROR "t.M is a method value"
	_ = unsafe.Offsetof(t.c) // ERROR "field c is embedded via a pointer in T"
	_ = unsafe.Offsetof(t.zz) // ERROR "T has no single field zz"
	_ = unsafe.Add(p, 1) // ERROR "cannot use p \(variable of type \*int\) as unsafe.Pointer value in argument to unsafe.Add"
	_ = unsafe.Add(u, f) // ERROR "length f \(variable of type float64\) must be integer"
	_ = unsafe.Slice(i, 1) // ERROR "i \(variable of type int\) is not a pointer"
	_ = unsafe.Slice(p, -1) // ERROR "must not be negative"
	_ = unsafe.SliceData(p) // ERROR "p \(variable of type \*int\) is not a slice"
	_ = unsafe.String(p, 1) // ERROR "as \*byte value in argument to unsafe.String"
	_ = unsafe.StringData(i) // ERROR "as string value in argument to unsafe.StringData"
	_ = unsafe.Nothing // ERROR "undefined: unsafe.Nothing"
	_ = unsafe.Sizeof(nil) // ERROR "use of untyped nil in argument to unsafe.Sizeof"
	_ = s
}
