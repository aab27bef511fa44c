package p

func _(i int, s string, p *int) {
	if i { // ERROR "non-boolean condition in if statement"
	}
	for s { // ERROR "non-boolean condition in for statement"
	}
	if i == 1 && s { // ERROR "mismatched types|operator && not defined"
	}
	if p { // ERROR "non-boolean condition in if statement"
	}
	if x := i; x > 0 {
	}
	type B bool
	var b B
	if b && i > 0 {
	}
	for b = true; b; b = false {
	}
	if nil { // ERROR "non-boolean condition|use of untyped nil"
	}
}
