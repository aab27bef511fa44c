package p

func _(n int, f float64) {
	_ = make(int) // ERROR "invalid argument: cannot make int: type must be slice, map, or channel"
	_ = make([]int) // ERROR "invalid operation: make\(\[\]int\) expects 2 or 3 arguments; found 1"
	_ = make([]int, 2, 1) // ERROR "invalid argument: length and capacity swapped"
	_ = make([]int, -1) // ERROR "must not be negative"
	_ = make([]int, f) // ERROR "must be integer"
	_ = make([]int, 1.5) // ERROR "truncated"
	_ = make(map[string]int, 1, 2) // ERROR "expects 1 or 2 arguments; found 3"
	_ = make() // ERROR "not enough arguments for make\(\) \(expected 1, found 0\)"
	_ = make(n) // ERROR "n is not a type|n \(.*\) is not a type"
	_ = make([]int, 1e3)
	_ = new() // ERROR "not enough arguments for new\(\) \(expected 1, found 0\)"
	_ = new(nil) // ERROR "use of untyped nil in argument to new"
	_ = new(1) == new(n)
	var p *int8 = new(1) // ERROR "cannot use new\(1\) \(value of type \*int\) as \*int8 value in variable declaration"
	_ = p
}
