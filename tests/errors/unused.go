package p

func f() int { return 1 }

func _() {
	x := 1 // ERROR "declared and not used: x"
	var y int // ERROR "declared and not used: y"
	y = 2
	z := 1
	z++
	func() {
		w := 1 // ERROR "declared and not used: w"
	}()
	for i := range 3 { // ERROR "declared and not used: i"
	}
	var v any
	switch t := v.(type) { // ERROR "t declared and not used"
	case int:
	}
	switch t := v.(type) {
	case int:
		_ = t
	case string:
	}
	f // ERROR "f \(value of type func\(\) int\) is not used"
	f() + 1 // ERROR "f\(\) \+ 1 \(value of type int\) is not used"
}
