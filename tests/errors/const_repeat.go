package p

const (
	a int8 = 100 << iota
	b // ERROR "cannot use 100 << iota \(untyped int constant 200\) as int8 value in constant declaration \(overflows\)|overflows"
	c, d = iota, iota
	e // ERROR "missing init expr for e|extra init expr"
)
