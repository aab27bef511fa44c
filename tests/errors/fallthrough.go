package p

func _(x int, v any) {
	switch x {
	case 1:
		fallthrough
	case 2:
		if x > 1 {
			fallthrough // ERROR "fallthrough statement out of place"
		}
	case 3:
		fallthrough // ERROR "cannot fallthrough final case in switch"
	}
	switch v.(type) {
	case int:
		fallthrough // ERROR "cannot fallthrough in type switch"
	}
	fallthrough // ERROR "fallthrough statement out of place"
}
