package p

type A int
type B int
type S struct{ f []int }

func _(a A, b B, i int, f float64, s string, p *int, fn func(), sl []int, st S, e any, c complex128) {
	_ = a + b // ERROR "invalid operation: a \+ b \(mismatched types A and B\)"
	_ = i + f // ERROR "mismatched types int and float64"
	_ = i + "a" // ERROR "mismatched types int and untyped string"
	_ = i + 1.5 // ERROR "1.5 \(untyped float constant\) truncated to int"
	_ = s + 1 // ERROR "mismatched types string and untyped int"
	_ = s - s // ERROR "operator - not defined on s \(variable of type string\)"
	_ = f % f // ERROR "operator % not defined on f \(variable of type float64\)"
	_ = i && true // ERROR "operator && not defined|mismatched types"
	_ = fn == fn // ERROR "invalid operation: fn == fn \(func can only be compared to nil\)"
	_ = sl == sl // ERROR "slice can only be compared to nil"
	_ = st == st // ERROR "struct containing \[\]int cannot be compared"
	_ = p < p // ERROR "operator < not defined on pointer"
	_ = c < c // ERROR "operator < not defined on c|operator < not defined on complex128"
	_ = e == sl // ERROR "slice can only be compared to nil|mismatched types"
	_ = nil == nil // ERROR "operator == not defined on untyped nil"
	_ = i == nil // ERROR "mismatched types int and untyped nil"
	_ = 1 / 0 // ERROR "division by zero"
	_ = i / 0 // ERROR "division by zero"
	_ = f / 0
	_ = e == 1
	_ = a == 1
}
