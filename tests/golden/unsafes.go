package main

import (
	"fmt"
	"math"
	"math/bits"
	"unsafe"
)

type S struct {
	a bool
	b int64
	c uint16
	d string
	e [3]byte
	f any
}
type Z struct {
	x int32
	z struct{}
}

func main() {
	var s S
	fmt.Println(unsafe.Sizeof(s), unsafe.Alignof(s.b), unsafe.Offsetof(s.c), unsafe.Offsetof(s.d), unsafe.Offsetof(s.e), unsafe.Offsetof(s.f), unsafe.Sizeof(Z{}))
	*(*int64)(unsafe.Add(unsafe.Pointer(&s), unsafe.Offsetof(s.b))) = -7
	fmt.Println(s.b)
	b := []byte("hello")
	str := unsafe.String(&b[0], 3)
	b[0] = 'j'
	fmt.Println(str, len(unsafe.Slice(unsafe.StringData("abcd"), 2)))
	arr := [4]uint32{1, 2, 3, 4}
	sl := unsafe.Slice(&arr[1], 2)
	sl[0] = 99
	fmt.Println(arr, len(sl), cap(sl), unsafe.SliceData(sl) == &arr[1])
	f := 1.5
	fmt.Printf("%#x %#x %v\n", *(*uint64)(unsafe.Pointer(&f)), math.Float32bits(-2), math.Float64frombits(0x7ff0000000000000))
	bs := (*[8]byte)(unsafe.Pointer(&f))
	fmt.Println(*bs)
	p := uintptr(unsafe.Pointer(&arr[0]))
	q := uintptr(unsafe.Pointer(&arr[3]))
	fmt.Println(q-p, *(*uint32)(unsafe.Pointer(uintptr(unsafe.Pointer(&arr)) + 8)))
	a4 := [4]int([]int{1, 2, 3, 4, 5})
	pa := (*[2]int)(a4[1:])
	pa[1] = 0
	fmt.Println(a4, pa)
	var i8 int8 = -128
	var u8 uint8 = 200
	var i32 int32 = math.MinInt32
	sh := uint(70)
	fmt.Println(-i8, i8/-1, i8-1, u8+100, u8<<1, ^u8, i32/-1, i32%-1, 1<<(sh&31), int64(-8)>>sh, uint32(1)<<sh, -7/2, -7%2, 7&^5)
	i64 := func(x int64) int64 { return x }
	big := 1e100
	neg := -1.9
	fmt.Println(int64(neg), uint8(int(neg)), int32(i64(1)<<33+5), float32(16777217), uint64(float64(1<<63)), big > 0)
	hi, lo := bits.Mul64(math.MaxUint64, 3)
	qu, r := bits.Div64(1, 5, 7)
	sum, c := bits.Add64(math.MaxUint64, 1, 1)
	fmt.Println(hi, lo, qu, r, sum, c, bits.LeadingZeros32(1), bits.TrailingZeros(40), bits.OnesCount8(255), bits.Reverse8(3), bits.RotateLeft8(129, 1), bits.Len(1023))
	fmt.Println(math.Sqrt(2), math.Floor(-1.5), math.Trunc(-1.5), math.RoundToEven(2.5), math.FMA(2, 3, 4), math.Hypot(3, 4), math.Mod(7, -3), math.Cbrt(27), math.Pow(2, 0.5), math.Sin(1), math.Exp(1), math.Log(10))
	z := complex(3, 4)
	fmt.Println(z*z, z/complex(0, 1), real(z), imag(z), z == 3+4i, -z)
	defer func() { fmt.Println(recover()) }()
	n := -1
	_ = unsafe.Slice(&arr[0], n)
}
