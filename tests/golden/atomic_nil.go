package main

import (
	"fmt"
	"sync/atomic"
	"unsafe"
)

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

var cas = atomic.CompareAndSwapInt32

func main() {
	try("cas value", func() { cas(nil, 1, 2) })
	try("cas", func() { atomic.CompareAndSwapInt64(nil, 1, 2) })
	try("add", func() { atomic.AddInt32(nil, 1) })
	for i, f := range []func(){
		func() { g := atomic.LoadInt32; g(nil) },
		func() { atomic.StoreUint64(nil, 1) },
		func() { atomic.LoadPointer(nil) },
		func() { (*atomic.Int64)(nil).Add(1) },
		func() { (*atomic.Pointer[int])(nil).Store(nil) },
		func() { var p *atomic.Value; p.Load() },
	} {
		try(fmt.Sprint(i), f)
	}
	fs := []any{atomic.SwapInt32, atomic.AddUint64, atomic.StoreUint32, atomic.LoadUint64, atomic.AndInt32, atomic.SwapPointer}
	try("v0", func() { fs[0].(func(*int32, int32) int32)(nil, 1) })
	try("v1", func() { fs[1].(func(*uint64, uint64) uint64)(nil, 1) })
	try("v2", func() { fs[2].(func(*uint32, uint32))(nil, 1) })
	try("v3", func() { fs[3].(func(*uint64) uint64)(nil) })
	try("v5", func() { fs[5].(func(*unsafe.Pointer, unsafe.Pointer) unsafe.Pointer)(nil, nil) })
	try("v6", func() { atomic.CompareAndSwapPointer(nil, nil, nil) })
	try("v7", func() { atomic.StorePointer(nil, nil) })
	try("v8", func() { (*atomic.Pointer[int])(nil).Swap(nil) })
	try("v4", func() { fs[4].(func(*int32, int32) int32)(nil, 3) })
}
