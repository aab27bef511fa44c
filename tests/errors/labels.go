package p

func _(x int) {
L: // ERROR "label L defined and not used"
	for {
	}
M:
	for {
		break M
	}
M: // ERROR "label M already defined at .*labels.go"
	for {
		continue N // ERROR "continue label not defined: N"
	}
	break // ERROR "break is not in a loop, switch, or select"
	continue // ERROR "continue is not in a loop"
	goto Q // ERROR "label Q not defined"
O:
	switch x {
	case 1:
		continue O // ERROR "invalid continue label O"
	case 2:
		break O
	}
P:
	x = 1
	for {
		break P // ERROR "invalid break label P"
	}
}
