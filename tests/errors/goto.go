package p

func _(b bool) {
	goto L // ERROR "goto L jumps over declaration of x at .*goto.go"
	x := 1
	_ = x
L:
	goto M // ERROR "goto M jumps into block starting at .*goto.go"
	{
	M:
	}
	if b {
		goto N
	}
N:
	{
		goto O
	}
O:
	func() {
		goto O // ERROR "label O not defined"
	}()
}
