package main

import "unsafe"

var fn = func() [0]func() { return [0]func(){} }
var i = 2

func try(name string, f func()) {
	defer func() { println(name, recover().(error).Error()) }()
	f()
}

func two() (int, int)            { return 3, 4 }
func ptr() (unsafe.Pointer, int) { return unsafe.Pointer(&arr[0]), 8 }
func ints() (*int, int)          { return &arr[0], 2 }
func str() (*byte, int)          { return &bytes[0], 2 }

var arr = [3]int{5, 6, 7}
var bytes = [3]byte{'a', 'b', 'c'}

// Elements of arrays without elements; built-ins whose arguments are the results of one call.
func main() {
	try("read", func() { f := fn()[i]; f() })
	try("write", func() { var a [0]string; a[i] = "x"; println(a[i]) })
	try("nested", func() { var a [0][3]string; a[i][1] = "x"; println(a[i][1]) })
	println(min(two()), max(two()))
	println(*(*int)(unsafe.Add(ptr())), len(unsafe.Slice(ints())), unsafe.String(str()))
}
