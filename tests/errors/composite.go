package p

type T struct{ a, b int }

type U struct{ T }

func _(i int) {
	_ = T{1} // ERROR "too few values in struct literal of type T"
	_ = T{1, 2, 3} // ERROR "too many values in struct literal of type T"
	_ = T{a: 1, 2} // ERROR "mixture of field:value and value elements in struct literal"
	_ = T{a: 1, a: 2} // ERROR "duplicate field name a in struct literal"
	_ = T{c: 1} // ERROR "unknown field c in struct literal of type T"
	_ = U{a: 1} // ERROR "unknown field a in struct literal of type U|cannot use promoted field"
	_ = T{"x", 1} // ERROR "cannot use \"x\" \(untyped string constant\) as int value in struct literal"
	_ = [2]int{1, 2, 3} // ERROR "index 2 is out of bounds \(>= 2\)|index 2 out of bounds"
	_ = []int{0: 1, 0: 2} // ERROR "duplicate index 0 in array or slice literal"
	_ = []int{i: 1} // ERROR "index i must be integer constant"
	_ = []int{-1: 1} // ERROR "must not be negative"
	_ = map[string]int{"a": 1, "a": 2} // ERROR "duplicate key \"a\" in map literal"
	_ = map[string]int{1} // ERROR "missing key in map literal"
	_ = map[any]int{1: 1, int8(1): 2, 1: 3} // ERROR "duplicate key 1 in map literal"
	_ = int{} // ERROR "invalid composite literal type int"
	_ = []T{{1, 2}, {a: 1}}
	_ = []*T{{1, 2}, nil}
	_ = map[T]string{{1, 2}: "a"}
	_ = [...]string{2: "a"}[3] // ERROR "index 3 out of bounds \[0:3\]"
	_ = []int{{1}} // ERROR "invalid composite literal.* type int|missing type in composite literal"
}
