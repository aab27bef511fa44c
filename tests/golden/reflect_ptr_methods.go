package main

import (
	"encoding"
	"fmt"
	"reflect"
)

// Pointer types that only reflection makes have the methods that an interface of the program asks for.
type Color int

func (c *Color) UnmarshalText(b []byte) error {
	*c = Color(len(b))
	return nil
}

type Marked struct{ x int }

func (*Marked) isMarked() {}

type marker interface{ isMarked() }

type Base struct{ n int }

func (b *Base) Inc() int { b.n++; return b.n }

type incer interface{ Inc() int }

type holder struct {
	Keys map[Color]bool
	M    Marked
	Anon struct{ Base }
}

func main() {
	t := reflect.TypeOf(holder{})
	key := reflect.New(t.Field(0).Type.Key())
	u, ok := key.Interface().(encoding.TextUnmarshaler)
	fmt.Println(ok, reflect.TypeFor[encoding.TextUnmarshaler]().Kind(), key.Type().NumMethod())
	fmt.Println(u.UnmarshalText([]byte("four")), key.Elem().Int())
	_, ok = reflect.New(t.Field(1).Type).Interface().(marker) // asked for, never called
	fmt.Println(ok)
	i, ok := reflect.New(t.Field(2).Type).Interface().(incer)
	fmt.Println(ok, i.Inc(), i.Inc())
	fmt.Println(reflect.PointerTo(t.Field(0).Type.Key()).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()))
}
