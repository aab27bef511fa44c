package main

import (
	"fmt"
	"reflect"
)

type NeedsPtr int

func (t *NeedsPtr) Do(a *int, r *int) error { *r = *a + 1; return nil }
func (t NeedsPtr) Val() int                 { return int(t) }

type R struct{ inner }
type inner struct{ n int }

func (i *inner) Inc(d int) int { i.n += d; return i.n }

func methods(t reflect.Type) {
	for i := range t.NumMethod() {
		m := t.Method(i)
		fmt.Println(t, m.Name, m.Type, m.IsExported())
	}
}

func register(rcvr any) {
	methods(reflect.TypeOf(rcvr))
	methods(reflect.PointerTo(reflect.TypeOf(rcvr)))
}

func main() {
	register(NeedsPtr(0))
	register(R{})
	v := reflect.New(reflect.TypeOf(NeedsPtr(0)))
	x, y := 4, 0
	fmt.Println(v.MethodByName("Do").Call([]reflect.Value{reflect.ValueOf(&x), reflect.ValueOf(&y)})[0], y)
}
