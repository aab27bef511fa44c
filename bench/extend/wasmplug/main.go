// The extension as a WebAssembly module: memory is all that it has, so a text is copied into it and out of it.
package main

import (
	"strings"
	"unsafe"
)

var in, out []byte

//go:wasmexport room
func room(n int32) int32 {
	in = make([]byte, n)
	return int32(uintptr(unsafe.Pointer(unsafe.SliceData(in))))
}

//go:wasmexport add
func add(a, b int64) int64 { return a + b }

//go:wasmexport upper
func upper() int64 {
	out = []byte(strings.ToUpper(string(in)))
	return int64(uintptr(unsafe.Pointer(unsafe.SliceData(out))))<<32 | int64(len(out))
}

func main() {}
