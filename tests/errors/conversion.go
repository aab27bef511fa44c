package p

import "unsafe"

type T struct{ a int }
type U struct{ a int "tag" }
type V struct{ b int }

func _(i int, s string, t T, p *int, f func(), sl []int, e any, u unsafe.Pointer) {
	_ = int(s) // ERROR "cannot convert s \(variable of type string\) to type int"
	_ = string(1.5) // ERROR "cannot convert 1.5 \(untyped float constant\) to type string"
	_ = int("a") // ERROR "cannot convert \"a\" \(untyped string constant\) to type int"
	_ = int8(200) // ERROR "constant 200 overflows int8"
	_ = int(1.5) // ERROR "cannot convert 1.5 \(untyped float constant\) to type int|truncated"
	_ = U(t)
	_ = V(t) // ERROR "cannot convert t \(variable of struct type T\) to type V"
	_ = []byte(sl) // ERROR "cannot convert sl \(variable of type \[\]int\) to type \[\]byte"
	_ = [2]int(sl)
	_ = (*[2]int)(sl)
	_ = (*[2]string)(sl) // ERROR "cannot convert sl"
	_ = uintptr(p) // ERROR "cannot convert p \(variable of type \*int\) to type uintptr"
	_ = uintptr(u)
	_ = (*float64)(u)
	_ = int(e) // ERROR "cannot convert e \(variable of interface type any\) to type int: need type assertion"
	_ = bool(1) // ERROR "cannot convert 1 \(untyped int constant\) to type bool"
	_ = string('a')
	_ = int() // ERROR "missing argument in conversion to int"
	_ = int(1, 2) // ERROR "too many arguments in conversion to int"
	_ = (func(int))(f) // ERROR "cannot convert f"
}
