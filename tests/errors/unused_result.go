package p

func _(s []int, c chan int, f func() int) {
	len(s) // ERROR "len\(s\) \(value of type int\) is not used"
	append(s, 1) // ERROR "append\(s, 1\) \(value of type \[\]int\) is not used"
	int(1) // ERROR "int\(1\) \(constant 1 of type int\) is not used"
	s[0] // ERROR "s\[0\] \(variable of type int\) is not used"
	-1 // ERROR "-1 \(untyped int constant\) is not used"
	len // ERROR "len \(built-in\) must be called"
	int // ERROR "int \(type\) is not an expression"
	"a" // ERROR "\"a\" \(untyped string constant\) is not used"
	<-c
	f()
	(f())
	copy(s, s)
	recover()
}
