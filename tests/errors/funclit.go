package p

var a = func() int { return b } // ERROR "initialization cycle or refers to itself|initialization cycle"
var b = a()

func _() {
	f := func(x int) (y int) {
		z := x // ERROR "declared and not used: z"
		return
	}
	_ = f("a") // ERROR "cannot use \"a\" \(untyped string constant\) as int value in argument to f"
	func() {} // ERROR "func\(\) {} \(value of type func\(\)\) is not used"
	_ = func() { return 1 } // ERROR "too many return values"
	for {
		func() {
			break // ERROR "break is not in a loop, switch, or select"
		}()
	}
	var rec func(int) int = func(n int) int { return rec(n - 1) } // ERROR "undefined: rec"
	_ = rec
}
