package p

type T struct{ f int }
type I interface{ M() }

func _(m map[string]T, s string, t T) {
	var i int = "a" // ERROR "cannot use \"a\" \(untyped string constant\) as int value in variable declaration"
	var u uint8 = 256 // ERROR "cannot use 256 \(untyped int constant\) as uint8 value in variable declaration \(overflows\)"
	i = 1.5 // ERROR "cannot use 1.5 \(untyped float constant\) as int value in assignment \(truncated\)"
	i = nil // ERROR "cannot use nil as int value in assignment"
	x := nil // ERROR "use of untyped nil in assignment"
	_ = nil // ERROR "use of untyped nil in assignment to _ identifier"
	m["a"].f = 1 // ERROR "cannot assign to struct field m\[\"a\"\].f in map"
	s[0] = 'a' // ERROR "cannot assign to s\[0\] \(neither addressable nor a map index expression\)"
	1 = i // ERROR "cannot assign to 1 \(neither addressable nor a map index expression\)"
	var v I = t // ERROR "cannot use t \(variable of struct type T\) as I value in variable declaration: T does not implement I \(missing method M\)"
	t = v // ERROR "cannot use v \(variable of interface type I\) as T value in assignment"
	_, _ = u, x
}
