// The fast functions of maps make the hash of a key themselves; everything else asks the map's own function (reflect, delete, growth,
// iteration, maps of any as key). Both must find what the other has put there.
package main

import (
	"fmt"
	"maps"
	"reflect"
	"unsafe"
)

type pair struct{ a, b int32 }
type word [8]byte
type small [2]uint16
type name string

func each[K comparable](what string, key func(int) K) {
	const n = 2000 // several tables
	direct, reflected := map[K]int{}, reflect.MakeMap(reflect.TypeFor[map[K]int]())
	hidden := map[any]int{}
	made := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[K](), reflect.TypeFor[int]()))
	for i := range n {
		k := key(i)
		direct[k] = i
		reflected.SetMapIndex(reflect.ValueOf(k), reflect.ValueOf(i))
		made.SetMapIndex(reflect.ValueOf(k), reflect.ValueOf(i))
		hidden[k] = i
	}
	there, other := reflected.Interface().(map[K]int), made.Interface().(map[K]int)
	bad := 0
	for i := range n {
		k := key(i)
		a, ok := there[k]
		b, ok2 := other[k]
		v := reflect.ValueOf(direct).MapIndex(reflect.ValueOf(k))
		if !ok || !ok2 || a != i || b != i || direct[k] != i || !v.IsValid() || int(v.Int()) != i || hidden[k] != i {
			bad++
		}
	}
	clone := maps.Clone(direct)
	for i := range n {
		if i%3 == 0 {
			delete(clone, key(i))
		} else {
			clone[key(i)]++
		}
	}
	sum := 0
	for k, v := range clone {
		if clone[k] != v || hidden[k]+1 != v {
			bad++
		}
		sum += v
	}
	fmt.Println(what, bad, len(direct), len(there), len(other), len(clone), sum, maps.Equal(there, other))
}

func main() {
	places := make([]int64, 2000)
	each("int", func(i int) int { return i * 0x9e3779b97f4a7c1 })
	each("int64", func(i int) int64 { return int64(-i) << 32 })
	each("uintptr", func(i int) uintptr { return uintptr(i) })
	each("int32", func(i int) int32 { return int32(-i) })
	each("rune", func(i int) rune { return rune(i << 16) })
	each("pointer", func(i int) *int64 { return &places[i] })
	each("unsafe.Pointer", func(i int) unsafe.Pointer { return unsafe.Pointer(&places[i]) })
	chans := make([]chan int, 2000)
	for i := range chans {
		chans[i] = make(chan int)
	}
	each("chan", func(i int) chan int { return chans[i] })
	each("string", func(i int) string { return fmt.Sprint("key ", i*i) })
	each("name", func(i int) name { return name(fmt.Sprintf("%*d", i%90, i)) })
	each("pair", func(i int) pair { return pair{int32(i), int32(-i)} })
	each("word", func(i int) word { return word{byte(i), 2, 3, 4, byte(i >> 8)} })
	each("small", func(i int) small { return small{uint16(i), 7} })
	each("float64", func(i int) float64 { return float64(i) / 7 })
	each("any", func(i int) any { return i })
	each("array of strings", func(i int) [2]string { return [2]string{"x", fmt.Sprint(i)} })
}
