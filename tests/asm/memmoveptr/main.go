// What compilers within programs do (wazero): the code pointer of runtime.memmove, called with gc's registers.
package main

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"unsafe"
)

//go:linkname memmove runtime.memmove
func memmove(to, from unsafe.Pointer, n uintptr)

// callMove calls code as gc calls runtime.memmove.
//
//go:noescape
func callMove(code uintptr, to, from unsafe.Pointer, n uintptr)

//go:noinline
func apply(f func(to, from unsafe.Pointer, n uintptr), to, from []byte) {
	f(unsafe.Pointer(&to[0]), unsafe.Pointer(&from[0]), uintptr(min(len(to), len(from))))
}

func main() {
	code := reflect.ValueOf(memmove).Pointer()
	fmt.Println(runtime.FuncForPC(code).Name())
	from := make([]byte, 5000)
	for i := range from {
		from[i] = byte(i * 7)
	}
	wrong := 0
	for n := 1; n <= len(from); n += 1 + n/9 {
		for _, apart := range []int{0, 1, 40, 3000} {
			want, got, direct, value := bytes.Clone(from), bytes.Clone(from), bytes.Clone(from), bytes.Clone(from)
			k := min(n, len(from)-apart)
			copy(want[apart:], want[:k])
			callMove(code, unsafe.Pointer(&got[apart]), unsafe.Pointer(&got[0]), uintptr(k))
			memmove(unsafe.Pointer(&direct[apart]), unsafe.Pointer(&direct[0]), uintptr(k))
			apply(memmove, value[apart:], value[:k])
			if !bytes.Equal(want, got) || !bytes.Equal(want, direct) || !bytes.Equal(want, value) {
				wrong++
			}
		}
	}
	fmt.Println(wrong, "wrong")
}
