package main

type E struct{ a int }
type S string

func main() {
	println(1, -5, uint8(200), int64(-1<<63), uint64(1<<64-1), true, false)
	println("hi", S("named"), 'x', 1.5, float32(0.1), 1e100, -0.0, 3.0, 1e21, 123456789.0)
	println(complex(1, -2), complex64(complex(0.5, 3)))
	var z float64
	println(1/z, -1/z, z/z)
	print("a", 1, "b\n")
	println()
	println(uintptr(10), int8(-3), rune(65), byte(66))
	var p *int
	var e any
	var m map[string]int
	var f func()
	var c chan int
	var s []int
	println(p, e, m, f, c, s)
	println(len("héllo"), len(s), cap(s))
}
