package p

// One error each: what builds on it is silent.
func _() {
	x := undefined1 // ERROR "undefined: undefined1"
	y := x + 1
	z := y.f(x)[3]
	for i := range z {
		_ = i
	}
	var t Undefined2 // ERROR "undefined: Undefined2"
	t.m(y)
	if t {
	}
	_ = &t
	_ = *t
	switch t {
	case 1:
	}
	f(t, undefined3) // ERROR "undefined: undefined3"
	_ = []Undefined4{1, 2} // ERROR "undefined: Undefined4"
}

func f(a, b int) {}
