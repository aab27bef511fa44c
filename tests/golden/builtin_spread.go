package main

import (
	"fmt"
	"unsafe"
)

// Predeclared functions whose arguments are the results of one call.
type Str string
type Ints []int
type M map[any]int
type Shift uint8

var arr = [4]int{10, 20, 30, 40}

func ints() (int, int, int)            { return 3, 1, 2 }
func strs() (Str, Str)                 { return "b", "a" }
func floats() (float32, float32)       { return 1.5, -2.5 }
func add() (unsafe.Pointer, Shift)     { return unsafe.Pointer(&arr), 8 }
func slice() (*int, Shift)             { return &arr[1], 2 }
func str() (*byte, int64)              { return unsafe.StringData("hello"), 4 }
func app() (Ints, int, int)            { return Ints{1}, 2, 3 }
func cpy() (Ints, []int)               { return arr[:], []int{7, 8} }
func cpystr() ([]byte, Str)            { return buf[:], "xyz" }
func del() (M, int)                    { return m, 5 }
func two() (int, string)               { return 1, "two" }
func generic[T int | float64]() (T, T) { return 1, 2 }

var buf [2]byte
var m = M{5: 1, "x": 2}

func maxOf[T int | float64]() T { return max(generic[T]()) }

func main() {
	fmt.Println(min(ints()), max(ints()), min(strs()), max(strs()))
	fmt.Println(complex(floats()))
	fmt.Println(*(*int)(unsafe.Add(add())), unsafe.Slice(slice()), unsafe.String(str()))
	fmt.Println(append(app()), copy(cpy()), arr, copy(cpystr()), string(buf[:]))
	delete(del())
	fmt.Println(m, maxOf[int](), maxOf[float64]())
	defer print()
	defer fmt.Println("end")
	defer delete(del())
	go copy(cpy())
	println(two())
}
