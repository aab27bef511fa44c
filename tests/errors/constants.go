package p

const (
	a = 1 << 62
	b int32 = a // ERROR "cannot use a \(untyped int constant 4611686018427387904\) as int32 value in constant declaration \(overflows\)"
	c = len([]int{1}) // ERROR "len\(\[\]int{…}\) \(value of type int\) is not constant"
	d []int = nil // ERROR "invalid constant type \[\]int"
	e = "a" + 1 // ERROR "mismatched types untyped string and untyped int"
	f = uint8(255) + 1 // ERROR "overflows"
	g = iota
	h = 1e1000 * 1e1000
	i float64 = 1e1000 // ERROR "cannot use 1e1000 \(untyped float constant 1e\+1000\) as float64 value in constant declaration \(overflows\)|overflows"
	j = len([3]int{})
	k = len("abc")
	l = 'a' + 1.0
	m = 5 / 2.0
	n = -7 / 2
	o = 1 / (2 - 2) // ERROR "division by zero"
	p = nil // ERROR "nil is not constant|is not constant"
)

const big = 1 << 500 * (1 << 20) // ERROR "constant multiplication overflow"

var _ = iota // ERROR "cannot use iota outside constant declaration"
var _ [n + 2]int // ERROR "invalid array length n \+ 2"
var _ [m]int // ERROR "must be integer|truncated"
var _ int = h // ERROR "cannot use h|overflows|truncated"
