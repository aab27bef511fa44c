package p

type big [600e6]byte

type huge [1500e6]byte

func give() big   { return big{} }
func two(a, b big) {} // ERROR "stack frame too large \(>1GB\): 0 MB locals \+ 1144 MB args"

func param(x huge) int { // ERROR "stack frame too large \(>1GB\): 0 MB locals \+ 1430 MB args"
	return 5
}

func (x huge) method() int { // ERROR "stack frame too large"
	return 5
}

func result() (x huge, i int) { // ERROR "stack frame too large"
	return
}

func ranges(x *huge) byte { // ERROR "stack frame too large \(>1GB\): 1430 MB locals \+ 0 MB args"
	for _, b := range *x {
		return b
	}
	return 0
}

func elsewhere() *huge { // variables of their own are on the heap
	var x huge
	return &x
}

var symbol [1<<31 - 1024]byte // ERROR "symbol: symbol too large \(2147482624 bytes > 2000000000 bytes\)"
