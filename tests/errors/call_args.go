package p

func f(a int, b string)     {}
func v(a int, b ...string)  {}
func two() (int, string)    { return 1, "" }
func three() (int, int, int) { return 1, 2, 3 }

func _(s []string) {
	f(1) // ERROR "not enough arguments in call to f"
	f(1, "a", 2) // ERROR "too many arguments in call to f"
	f("a", 1) // ERROR "cannot use \"a\" \(untyped string constant\) as int value in argument to f" "cannot use 1 \(untyped int constant\) as string value in argument to f"
	f(two())
	f(three()) // ERROR "too many arguments in call to f"
	f(1, two()) // ERROR "multiple-value two\(\) \(value of type \(int, string\)\) in single-value context"
	f(1, s...) // ERROR "cannot use ... in call to non-variadic f"
	v() // ERROR "not enough arguments in call to v"
	v(1, s...)
	v(1, "a", s...) // ERROR "too many arguments in call to v"
	v(1, 2) // ERROR "cannot use 2 \(untyped int constant\) as string value in argument to v"
	v(two()...) // ERROR "cannot use ... with 2-valued two\(\)"
	s(1) // ERROR "invalid operation: cannot call s \(variable of type \[\]string\): \[\]string is not a function"
}
