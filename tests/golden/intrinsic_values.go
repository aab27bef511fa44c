package main

import (
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"runtime"
	"sync/atomic"
)

type fns struct{ any }

var values = []any{
	math.Sqrt, math.Abs, math.Copysign, math.Float32bits, math.Float64bits, math.Float32frombits, math.Float64frombits,
	bits.Add, bits.Add64, bits.Sub, bits.Sub64, bits.Mul, bits.Mul64, bits.LeadingZeros, bits.LeadingZeros8, bits.LeadingZeros16, bits.LeadingZeros32, bits.LeadingZeros64,
	bits.Len, bits.Len8, bits.Len16, bits.Len32, bits.Len64, bits.ReverseBytes, bits.ReverseBytes32, bits.ReverseBytes64, bits.RotateLeft, bits.RotateLeft8,
	bits.RotateLeft16, bits.RotateLeft32, bits.RotateLeft64, bits.TrailingZeros, bits.TrailingZeros8, bits.TrailingZeros16, bits.TrailingZeros32, bits.TrailingZeros64,
	bits.OnesCount64, bits.Reverse32, math.Floor, math.FMA, math.Trunc,
	atomic.AddInt32, atomic.AddInt64, atomic.AddUint32, atomic.LoadInt32, atomic.LoadUint64, atomic.SwapInt32, atomic.CompareAndSwapInt64, atomic.AndInt32, atomic.OrUint64,
	(*atomic.Int32).Add, (*atomic.Uint64).Load, (*atomic.Bool).Store, (*atomic.Int64).CompareAndSwap, (*atomic.Uintptr).Swap, (*atomic.Uint32).And,
}

func main() {
	for _, f := range values {
		v := reflect.ValueOf(f)
		t := v.Type()
		var in []reflect.Value
		for i := range t.NumIn() {
			x := reflect.New(t.In(i)).Elem()
			switch x.Kind() {
			case reflect.Pointer:
				x.Set(reflect.New(t.In(i).Elem()))
			case reflect.Float32, reflect.Float64:
				x.SetFloat(2.25 + float64(i))
			case reflect.Bool:
				x.SetBool(true)
			default:
				x = reflect.ValueOf(3 + i).Convert(t.In(i))
			}
			in = append(in, x)
		}
		if t.NumIn() == 3 && t.In(2).Kind() >= reflect.Uint && t.In(2).Kind() <= reflect.Uint64 {
			in[2] = reflect.Zero(t.In(2))
		}
		fmt.Print(t, " ")
		for _, o := range v.Call(in) {
			fmt.Print(o, " ")
		}
		if len(in) > 0 && in[0].Kind() == reflect.Pointer && in[0].Elem().CanInterface() && in[0].Elem().Kind() != reflect.Struct {
			fmt.Print(in[0].Elem())
		}
		fmt.Println()
	}
	keep := runtime.KeepAlive
	keep(5)
	p := new(int32)
	g := atomic.AddInt32
	defer fmt.Println("deferred")
	defer atomic.AddInt32(p, 7)
	done := make(chan float64)
	go func(f func(float64) float64) { done <- f(16) }(math.Sqrt)
	fmt.Println(g(p, 5), <-done)
}
