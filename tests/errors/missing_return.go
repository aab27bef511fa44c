package p

func a() int {
} // ERROR "missing return"

func b(x bool) int {
	if x {
		return 1
	}
} // ERROR "missing return"

func c() int {
	for {
	}
}

func d() int {
	for {
		break
	}
} // ERROR "missing return"

func e(x int) int {
	switch x {
	case 1:
		return 1
	default:
		panic(1)
	}
}

func f(x int) int {
L:
	switch x {
	case 1:
		for {
			break L
		}
	default:
		return 2
	}
} // ERROR "missing return"

func g(c chan int) int {
	select {
	case <-c:
		return 1
	}
}

func h(x int) int {
	for range x {
		return 1
	}
} // ERROR "missing return"

func i() int {
L:
	goto L
}

var _ = func() int {
	{
	}
} // ERROR "missing return"
