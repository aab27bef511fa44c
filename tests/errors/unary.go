package p

func _(i int, s string, b bool, f float64, m map[string]int) {
	_ = -s // ERROR "operator - not defined on s \(variable of type string\)"
	_ = !i // ERROR "operator ! not defined on i \(variable of type int\)"
	_ = ^f // ERROR "operator \^ not defined on f \(variable of type float64\)"
	_ = +b // ERROR "operator \+ not defined on b \(variable of type bool\)"
	_ = &1 // ERROR "cannot take address of 1 \(untyped int constant\)"
	_ = &m["a"] // ERROR "cannot take address of m\[\"a\"\] \(map index expression of type int\)"
	_ = &s[0] // ERROR "cannot take address of s\[0\] \(value of type byte\)"
	_ = *i // ERROR "cannot indirect i \(variable of type int\)"
	_ = *nil // ERROR "cannot indirect nil|invalid operation"
	_ = ~i // ERROR "cannot use ~ outside of interface or type constraint \(use \^ for bitwise complement\)"
	_ = &struct{}{}
	_ = -uint8(1) // ERROR "constant -1 overflows|overflows uint8|overflows"
	_ = ^uint8(1)
}
