package p

func _() {
	a := 1 // ERROR "declared and not used: a"
	a := 2 // ERROR "no new variables on left side of :="
	a, a := 1, 2 // ERROR "a repeated on left side of :="
	_ := 3 // ERROR "no new variables on left side of :="
	a, b := 1, 2 // ERROR "declared and not used: b"
	const c = 1
	c, d := 1, 2 // ERROR "cannot assign to c" "declared and not used: d"
}
