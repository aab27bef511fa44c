package p

type T struct{}

func (T) M() {}

type I interface{ M() }
type J interface{ N() }

func _(i I, x int, fn func(), s []int) {
	switch x {
	case "a": // ERROR "cannot convert \"a\" \(untyped string constant\) to type int|invalid case \"a\" in switch on x"
	case 1.5: // ERROR "truncated to int|cannot use"
	case nil: // ERROR "invalid case nil in switch on x|cannot convert nil to type int"
	}
	switch fn {
	case nil:
	}
	switch s {
	case s: // ERROR "invalid case s in switch on s \(slice can only be compared to nil\)"
	}
	switch (struct{ f func() }{}) { // ERROR "cannot switch on"
	}
	switch x.(type) { // ERROR "x \(variable of type int\) is not an interface"
	}
	switch i.(type) {
	case T, *T, J:
	case int: // ERROR "impossible type switch case: int"
	case x: // ERROR "x \(.*\) is not a type"
	}
	_ = i.(int) // ERROR "impossible type assertion: i.\(int\)"
	_ = x.(int) // ERROR "invalid operation: x \(variable of type int\) is not an interface"
}
