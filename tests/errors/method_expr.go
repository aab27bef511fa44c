package p

type T struct{}

func (T) A(int) string { return "" }
func (*T) B()          {}

type I interface{ C() }

func _(t T, p *T, i I) {
	var _ func(T, int) string = T.A
	var _ func(*T) = (*T).B
	var _ func(*T, int) string = (*T).A
	var _ func(I) = I.C
	var _ func(int) string = t.A
	var _ func() = t.B
	var _ func(int) string = T.A // ERROR "cannot use T.A \(value of type func\(T, int\) string\) as func\(int\) string value in variable declaration"
	t.A() // ERROR "not enough arguments in call to t.A"
	T.A(1) // ERROR "not enough arguments in call to T.A"
	t.A == nil // ERROR "t.A == nil \(untyped bool value\) is not used"
	_ = t.A == t.A // ERROR "func can only be compared to nil"
	_ = p.A(1)
}
