// Functions that are operations: counted ones with and without the machine's instruction, and function values of them.
package main

import (
	"fmt"
	"math"
	"math/bits"
	"sync/atomic"
)

//go:noinline
func ones(x uint64) []int {
	return []int{bits.OnesCount64(x), bits.OnesCount32(uint32(x)), bits.OnesCount16(uint16(x)), bits.OnesCount8(uint8(x)),
		bits.OnesCount(uint(x >> 3))}
}

var (
	floats = []func(float64) float64{math.Sqrt, math.Abs, math.Floor}
	count  = bits.OnesCount64
	length = bits.Len64
	rotate = bits.RotateLeft64
	mul    = bits.Mul64
	load   = atomic.LoadInt64
	add    = atomic.AddInt64
	cas    = atomic.CompareAndSwapInt64
	n      int64 = 7
)

func main() {
	x := uint64(1)
	for i := 0; i < 20; i++ {
		fmt.Println(ones(x), ones(^x), ones(1<<i), count(x), length(x))
		x = x*6364136223846793005 + 1442695040888963407
	}
	fmt.Println(ones(0), ones(1<<64-1))
	local := bits.TrailingZeros32
	fmt.Println(floats[0](4), floats[1](-2), floats[2](2.5), rotate(1, 65), local(8))
	fmt.Println(mul(1<<63, 6))
	fmt.Println(load(&n))
	fmt.Println(add(&n, 3))
	fmt.Println(cas(&n, 10, 11))
	fmt.Println(n)
}
