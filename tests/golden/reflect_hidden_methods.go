package main

import (
	"fmt"
	"reflect"
	"time"
)

type T struct{}

func (T) hidden() int { return 1 }
func (T) Shown()      {}

type embedded struct{ T }
type hides interface{ hidden() int }

// Unexported methods of a type's own package: StructOf takes them, assertions find them.
func methods() {
	tt := reflect.StructOf([]reflect.StructField{{Name: "Time", Type: reflect.TypeFor[time.Time](), Anonymous: true}})
	_, found := tt.MethodByName("After")
	fmt.Println(found)
	for _, x := range []any{T{}, &T{}, embedded{}, &embedded{}, struct{ T }{}} {
		h, ok := x.(hides)
		fmt.Println(ok, h.hidden(), reflect.TypeOf(x).NumMethod())
	}
	fmt.Println(reflect.TypeFor[hides]().Method(0).PkgPath)
}

func main() { methods() }
