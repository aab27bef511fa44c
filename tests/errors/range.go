package p

func _(n int, s string, c chan int, ro <-chan int, so chan<- int, m map[string]int, p *[3]int, f func(yield func(int) bool), g func(int), h func(func(int, int, int) bool)) {
	for range n {
	}
	for i, j := range n { // ERROR "range over n \(variable of type int\) permits only one iteration variable"
		_, _ = i, j
	}
	for i, v := range c { // ERROR "range over c \(variable of type chan int\) permits only one iteration variable"
		_, _ = i, v
	}
	for range so { // ERROR "cannot range over so \(variable of type chan<- int\): receive from send-only channel"
	}
	for range 1.5 { // ERROR "cannot range over 1.5"
	}
	for range g { // ERROR "cannot range over g .*: func must be func\(yield func\(...\) bool\): argument is not func"
	}
	for range h { // ERROR "yield func has too many parameters"
	}
	for i, j := range f { // ERROR "permits only one iteration variable"
		_, _ = i, j
	}
	for i := range nil { // ERROR "cannot range over nil"
		_ = i
	}
	var x string // ERROR "declared and not used: x"
	for x = range s { // ERROR "cannot use x \(value of type int\) as string value in assignment|cannot assign|cannot use"
	}
	var b byte
	for b = range 300 { // ERROR "cannot use 300 \(untyped int constant\) as byte value in range clause \(overflows\)"
	}
	for k, v := range p {
		_, _ = k, v
	}
	for k := range ro {
		_ = k
	}
	_, _ = b, m
}
