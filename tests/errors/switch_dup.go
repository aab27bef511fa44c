package p

func _(x int, s string, v any, f float64) {
	switch x {
	case 1, 2:
	case 1: // ERROR "duplicate case 1 \(constant of type int\) in expression switch"
	default:
	case 0x2: // ERROR "duplicate case 0x2 \(constant 2 of type int\) in expression switch"
	}
	switch s {
	case "a", "a": // ERROR "duplicate case \"a\" \(constant of type string\) in expression switch"
	}
	switch v {
	case 1, int8(1), "1", 1.0:
	case 1.0: // ERROR "duplicate case 1.0 \(constant 1 of type float64\) in expression switch"
	}
	switch f {
	case 1, 1.0: // ERROR "duplicate case 1.0"
	}
	switch v.(type) {
	case int, string:
	case nil, int: // ERROR "duplicate case int in type switch"
	case nil: // ERROR "duplicate case nil in type switch"
	}
	switch {
	case true, x > 1, true:
	default:
	default: // ERROR "multiple defaults"
	}
}
