package p

func _(a [3]int, p *[3]int, s []int, str string, m map[string]int, i int, f float64) {
	_ = a[3] // ERROR "invalid argument: index 3 out of bounds \[0:3\]"
	_ = p[5] // ERROR "invalid argument: index 5 out of bounds \[0:3\]"
	_ = s[-1] // ERROR "invalid argument: index -1 \(constant of type int\) must not be negative"
	_ = s[f] // ERROR "invalid argument: index f \(variable of type float64\) must be integer"
	_ = s["a"] // ERROR "cannot convert \"a\" \(untyped string constant\) to type int|must be integer"
	_ = s[1.0]
	_ = s[1.5] // ERROR "truncated"
	_ = "abc"[5] // ERROR "invalid argument: index 5 out of bounds \[0:3\]"
	_ = m[1] // ERROR "cannot use 1 \(untyped int constant\) as string value in map index"
	_ = i[0] // ERROR "cannot index i \(variable of type int\)"
	_ = s[1<<63] // ERROR "overflows int"
	_ = str[i:]
	_ = a[1:5] // ERROR "invalid argument: index 5 out of bounds \[0:4\]"
	_ = s[2:1] // ERROR "invalid slice indices: 1 < 2"
	_ = s[3:2:1] // ERROR "invalid slice indices: 2 < 3"
	_ = str[0:1:2] // ERROR "3-index slice of string"
	_ = [3]int{}[:] // ERROR "cannot slice unaddressable value \[3\]int{} \(value of type \[3\]int\)"
	_ = m[:] // ERROR "cannot slice m \(variable of type map\[string\]int\)"
	_ = s[i, i] // ERROR "more than one index"
}
