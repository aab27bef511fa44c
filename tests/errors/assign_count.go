package p

func two() (int, int) { return 1, 2 }
func none()           {}

func _() {
	var a, b int
	x, y := 1 // ERROR "assignment mismatch: 2 variables but 1 value"
	a, b = 1, 2, 3 // ERROR "assignment mismatch: 2 variables but 3 values"
	a = two() // ERROR "assignment mismatch: 1 variable but two returns 2 values"
	var c, d, e = two() // ERROR "assignment mismatch: 3 variables but two returns 2 values"
	a = none() // ERROR "none\(\) \(no value\) used as value"
	_, _, _, _, _, _, _ = a, b, c, d, e, x, y
	var m map[string]int
	v, ok, more := m["a"] // ERROR "assignment mismatch: 3 variables but 1 value"
	_, _, _ = v, ok, more
}
