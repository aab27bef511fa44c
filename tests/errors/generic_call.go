package p

type Num interface{ ~int | ~float64 }

func Map[T, U any](s []T, f func(T) U) []U { return nil }
func Sum[T Num](s ...T) (r T)              { return }
func New[T any]() *T                       { return nil }
func Id[T any](x T) T                      { return x }
func Apply(f func(int) int)                {}

func _(s []string, i []int) {
	_ = New() // ERROR "in call to New, cannot infer T"
	_ = New[int]()
	_ = New[int, int]() // ERROR "got 2 type arguments but want 1|got 2 type arguments but New.* has 1 type parameters"
	_ = Sum("a") // ERROR "string does not satisfy Num \(string missing in ~int \| ~float64\)"
	_ = Sum(1, 2.5)
	_ = Sum(i...)
	_ = Sum(1, "a") // ERROR "mismatched types|default type string of \"a\" does not match inferred type int for T"
	_ = Map(s, func(x int) int { return x }) // ERROR "type func\(x int\) int of func\(x int\) int {…} does not match inferred type func\(string\) U for func\(T\) U"
	_ = Id // ERROR "cannot use generic function Id without instantiation"
	Apply(Id)
	var f func(string) string = Id
	g := Id[int]
	_, _ = f, g
}
