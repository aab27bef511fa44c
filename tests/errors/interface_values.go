package p

type I interface {
	M()
	N(int) string
}
type A struct{}

func (*A) M()            {}
func (*A) N(int) string { return "" }

type B struct{}

func (B) M()     {}
func (B) N(int) {}

type C struct{}

func (C) m() {}

func f(I) {}

func _(a A, b B, c C, e any) {
	f(a) // ERROR "cannot use a \(variable of struct type A\) as I value in argument to f: A does not implement I \(method M has pointer receiver\)"
	f(&a)
	f(b) // ERROR "B does not implement I \(wrong type for method N\)"
	f(c) // ERROR "C does not implement I \(missing method M\)"
	f(e) // ERROR "need type assertion|any does not implement I \(missing method M\)"
	f(nil)
	f(1) // ERROR "cannot use 1 \(constant of type int\) as I value in argument to f: int does not implement I \(missing method M\)|int does not implement I"
	var p *I
	p.M() // ERROR "type \*I is pointer to interface, not interface"
	f(p) // ERROR "\*I does not implement I \(type \*I is pointer to interface, not interface\)"
}
