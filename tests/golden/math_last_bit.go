// math's functions with assembly have gc's last bit, and so has what is built on them.
package main

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand"
)

func main() {
	r := rand.New(rand.NewSource(1))
	h := fnv.New64()
	for i := 0; i < 200000; i++ {
		x := r.NormFloat64() * 50
		y := r.Float64() * 30
		fmt.Fprint(h, math.Exp(x), math.Pow(y, x), math.Sinh(x), math.Tanh(y), math.Log(y), math.Hypot(x, y), math.Floor(x), math.Gamma(y), math.Erf(x/20), math.Exp2(y), math.Expm1(y), math.Log1p(y))
	}
	fmt.Println(h.Sum64())
}
