package p

type Num interface{ ~int | ~float64 }

func _[T any, N Num, S ~[]int | ~[]string, M interface{ m() }](t T, n N, s S, m M) {
	_ = t + t // ERROR "operator \+ not defined on t \(variable of type T constrained by any\)"
	_ = t == t // ERROR "incomparable types in type set|cannot compare"
	_ = n + n
	_ = n < n
	_ = n % n // ERROR "operator % not defined on n \(variable of type N constrained by Num\)"
	_ = n == 1
	_ = n + 1.5 // ERROR "cannot use 1.5 .* as N value|truncated|cannot convert 1.5 .* to type N"
	_ = t.x // ERROR "t.x undefined \(type T has no field or method x\)"
	m.m()
	_ = s[0] // ERROR "cannot index s"
	_ = len(s)
	for range s { // ERROR "cannot range over s .*: .* have different underlying types"
	}
	switch t.(type) { // ERROR "cannot use type switch on type parameter value t \(variable of type T constrained by any\)"
	}
	_ = t.(int) // ERROR "cannot use type assertion on type parameter value t \(variable of type T constrained by any\)"
	_ = T(1) // ERROR "cannot convert 1 \(untyped int value\) to type T: T does not contain specific types"
	_ = N(1)
	_ = N("a") // ERROR "cannot convert \"a\" \(untyped string value\) to type N"
	var x T = nil // ERROR "cannot use nil as T value in variable declaration"
	_ = any(t).(int)
	const c N = 1 // ERROR "invalid constant type N"
	_ = *new(T)
	_ = x
}
