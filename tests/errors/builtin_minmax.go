package p

func _(i int, f float64, s string, c complex128, b bool, sl []int) {
	_ = min(i, f) // ERROR "invalid argument: mismatched types int \(previous argument\) and float64 \(type of f\)"
	_ = max(c, c) // ERROR "invalid argument: c \(variable of type complex128\) cannot be ordered"
	_ = min(b) // ERROR "cannot be ordered"
	_ = max() // ERROR "not enough arguments for max\(\) \(expected 1, found 0\)"
	_ = max(i, 1.5) // ERROR "truncated"
	_ = max(s, 1) // ERROR "mismatched types|cannot convert"
	_ = min(sl...) // ERROR "invalid use of ... with built-in min"
	const k = max(1, 2.5, 'a')
	var x float64 = min(1, f, 2)
	_ = x
	clear(i) // ERROR "cannot clear i \(variable of type int\): argument must be \(or constrained by\) map or slice"
	clear(sl)
}
