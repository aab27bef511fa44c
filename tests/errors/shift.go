package p

func _(i int, u uint, f float64, s string) {
	_ = 1.5 << u // ERROR "shifted operand 1.5 \(untyped float constant\) must be integer"
	_ = f << 1 // ERROR "shifted operand f \(variable of type float64\) must be integer"
	_ = i << -1 // ERROR "negative shift count -1 \(untyped int constant\)"
	_ = i << 1.5 // ERROR "1.5 \(untyped float constant\) truncated to uint"
	_ = i << s // ERROR "shift count s \(variable of type string\) must be integer"
	_ = 1 << 2000 // ERROR "invalid shift count 2000|constant shift overflow"
	_ = 1 << 600 // ERROR "constant shift overflow|cannot use 1 << 600"
	var a float64 = 1 << u // ERROR "shifted operand 1 \(type float64\) must be integer"
	var b = 1.0 << u // ERROR "shifted operand 1.0 \(type float64\) must be integer"
	var c int8 = 1.0 << u
	var d any = 1 << u
	_ = float32(1 << u) // ERROR "shifted operand 1 \(type float32\) must be integer"
	_ = make([]int, 1<<u)
	_ = 2.0<<3 == 16
	_, _, _, _ = a, b, c, d
}
