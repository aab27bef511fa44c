// Arrays behind pointers that are parts of one array: local, on the heap, a package variable.
package main

var g [64]byte

func fill(p *[64]byte) {
	for i := range p {
		p[i] = byte(i)
	}
}

//go:noinline
func behind(p *[64]byte) { *(*[32]byte)(p[4:36]) = *(*[32]byte)(p[2:34]) }

func sum(p *[64]byte) (s int) {
	for i, b := range p {
		s += i * int(b)
	}
	return
}

func main() {
	var want, x [64]byte
	fill(&want)
	copy(want[4:36], want[2:34])
	fill(&x)
	*(*[32]byte)(x[4:36]) = *(*[32]byte)(x[2:34])
	y := new([64]byte)
	fill(y)
	*(*[32]byte)(y[4:36]) = *(*[32]byte)(y[2:34])
	fill(&g)
	*(*[32]byte)(g[4:36]) = *(*[32]byte)(g[2:34])
	z := new([64]byte)
	fill(z)
	behind(z)
	println(x == want, *y == want, g == want, *z == want, sum(&want))
	fill(&x)
	*(*[48]byte)(x[3:51]) = *(*[48]byte)(x[:48])
	fill(&want)
	copy(want[3:51], want[:48])
	println(x == want)
	fill(&x)
	i := len(want) % 7
	*(*[40]byte)(x[i+2 : i+42]) = *(*[40]byte)(x[i : i+40])
	fill(&want)
	copy(want[i+2:i+42], want[i:i+40])
	println(x == want)
}
