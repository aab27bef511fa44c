package main

type (
	big   = [400e6]byte
	large struct{ b [1500000000]byte }
)

//go:noinline
func three(x, y, z big) byte { return x[0] + y[1] + z[2] } // ERROR "^stack frame too large \(>1GB\): 0 MB locals \+ 1144 MB args$"

//go:noinline
func argument(x large, i int) byte { return x.b[i] } // ERROR "^stack frame too large \(>1GB\): 0 MB locals \+ 1430 MB args$"

//go:noinline
func result(i int) (x large) { x.b[i] = 1; return } // ERROR "^stack frame too large \(>1GB\): 0 MB locals \+ 1430 MB args$"

func outgoing(p *big) byte { // ERROR "^stack frame too large \(>1GB\): .* 1144 MB"
	return three(*p, *p, *p)
}

func one(p *big) byte { // 400 MB are no error
	x := *p
	return x[7]
}

var p, q = new(large), new(big)

func main() { // ERROR "^stack frame too large \(>1GB\): 1430 MB locals \+ 0 MB args$"
	println(argument(*p, 1), outgoing(q), one(q))
	*p = result(2)
}

var symbol [1<<31 - 1024]byte // ERROR "symbol: symbol too large \(2147482624 bytes > 2000000000 bytes\)"
