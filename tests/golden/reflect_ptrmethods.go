package main

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
)

type Size int

func (s *Size) UnmarshalText(text []byte) error {
	switch strings.ToLower(string(text)) {
	default:
		*s = 1
	case "small":
		*s = 2
	}
	return nil
}
func (s Size) MarshalText() ([]byte, error) {
	return []byte("x"), nil
}

func main() {
	var inv []Size
	v := reflect.ValueOf(&inv).Elem()
	v.Set(reflect.MakeSlice(v.Type(), 2, 2))
	e := v.Index(0)
	fmt.Println(e.Addr().Type().NumMethod())
	_, ok := e.Addr().Interface().(encoding.TextUnmarshaler)
	fmt.Println(ok)
	if x, ok := e.Addr().Interface().(encoding.TextUnmarshaler); ok {
		fmt.Println(x.UnmarshalText([]byte("small")), inv)
	}
}
