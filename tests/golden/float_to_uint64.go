// A float above the range of uint64 becomes 1<<63, as in gc.
package main

import (
	"fmt"
	"math"
)

//go:noinline
func u(x float64) uint64 { return uint64(x) }

//go:noinline
func u32(x float32) uint64 { return uint64(x) }

func main() { fmt.Println(u(1<<64), u(1e30), u(math.Inf(1)), u32(1<<64)) }
