package p

func g() {}

func _() {
	go g // ERROR "expression in go must be function call"
	defer 1 // ERROR "expression in defer must be function call"
	go (g()) // ERROR "expression in go must not be parenthesized"
	defer int(1) // ERROR "defer requires function call, not conversion int\(1\) \(constant 1 of type int\)"
	go len("a") // ERROR "go discards result of len\(\"a\"\) \(constant 1 of type int\)"
	defer append([]int{}, 1) // ERROR "defer discards result of append\(\[\]int{}, 1\) \(value of type \[\]int\)"
	defer recover()
	go func() {}()
	defer panic(1)
}
