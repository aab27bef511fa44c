package p

func two() ([]int, int) { return nil, 1 }

func _(s []int, b []byte, a [3]int) {
	_ = append(s, "a") // ERROR "cannot use \"a\" \(untyped string constant\) as int value in argument to append"
	_ = append(a, 1) // ERROR "invalid append: argument must be a slice; have a \(variable of type \[3\]int\)"
	_ = append(nil, 1) // ERROR "invalid append: argument must be a slice; have untyped nil"
	_ = append() // ERROR "not enough arguments for append\(\) \(expected 1, found 0\)"
	_ = append(s, s) // ERROR "cannot use s \(variable of type \[\]int\) as int value in argument to append"
	_ = append(s, s...)
	_ = append(b, "abc"...)
	_ = append(s, "abc"...) // ERROR "cannot use \"abc\" \(untyped string constant\) as \[\]int value in argument to append"
	_ = append(two())
	_ = copy(s, b) // ERROR "invalid copy: arguments s .* and b .* have different element types int and byte"
	_ = copy(b, "abc")
	_ = copy("abc", b) // ERROR "invalid copy: argument must be a slice; have"
	_ = copy(s, 1) // ERROR "invalid copy: argument must be a slice; have 1"
}
