// Products and quotients by constants, remainders that are only compared with 0, division of what is known to have no sign.
package main

import "fmt"

//go:noinline
func muls(x int) []int {
	return []int{x * 6, x * 7, x * 10, x * 11, x * 12, x * 13, x * 17, x * 18, x * 19, x * 20, x * 21, x * 24, x * 25, x * 28, x * 36, x * 37, x * 40, x * 41, x * 72, x * 73, x * 80, x * 96, x * 1, x * 3, x * 0, x * -1, x * -7, x * 100, x * 3 << 20}
}

//go:noinline
func muls8(x int8) []int8 { return []int8{x * 6, x * 7, x * 13, x * 73, x * 72, x * 37} }

//go:noinline
func muls32(x uint32) []uint32 { return []uint32{x * 6, x * 7, x * 13, x * 73, x * 72, x * 37, x * 48} }

//go:noinline
func divs(n int) (r []int) {
	if n < 0 {
		return
	}
	for i := 0; i < 1; i++ {
		r = append(r, n/3, n/5, n/6, n/7, n/9, n/10, n/11, n/100, n/641, n/1000003, n/(1<<62), n%7, n%10, n%9, n/(1<<63-1), n%12345)
	}
	return
}

//go:noinline
func even(x int) []bool { return []bool{x%2 == 0, x%8 != 0, x%1 == 0, x%1024 == 0} }

//go:noinline
func even8(x int8) []bool { return []bool{x%2 == 0, x%8 != 0, x%64 == 0} }

//go:noinline
func both(a, b int) (int, int) {
	if a >= 0 && b > 0 {
		return a / b, a % b
	}
	return a / b, a % b
}

func main() {
	for _, x := range []int{0, 1, -1, 5, -7, 123456789, -1 << 63, 1<<63 - 1, 1 << 40, 8, -8, 1024, -1024, 6, 64, -64} {
		fmt.Println(muls(x), muls8(int8(x)), muls32(uint32(x)), even(x), even8(int8(x)))
		fmt.Println(divs(x), divs(x&(1<<63-1)))
		for _, y := range []int{1, -1, 2, -3, 1<<63 - 1, -1 << 63} {
			fmt.Println(both(x, y))
		}
	}
	for i := 1; i < 40; i++ {
		x := int(uint(1)<<63-1) / i
		fmt.Println(divs(x), divs(x-1), divs(x+1))
	}
}
