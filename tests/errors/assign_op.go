package p

func _(s string, i int, f float64, b bool) {
	i += "a" // ERROR "mismatched types int and untyped string"
	i += f // ERROR "invalid operation: i \+= f \(mismatched types int and float64\)"
	s -= s // ERROR "operator - not defined on s \(variable of type string\)"
	b++ // ERROR "invalid operation: b\+\+ \(non-numeric type bool\)"
	s-- // ERROR "invalid operation: s-- \(non-numeric type string\)"
	i %= 0 // ERROR "invalid operation: division by zero"
	f <<= 1 // ERROR "shifted operand f \(variable of type float64\) must be integer"
	i &^= i
	i <<= 2
}
