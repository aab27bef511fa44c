// Compiled in, found and called by names that an embedded file gives.
package main

import (
	_ "embed"
	"reflect"
	"strings"
	"time"

	"example.com/extend/api"
	"example.com/extend/impl"
)

//go:embed names.txt
var names string

var known = map[string]any{"impl": impl.Impl{}}

type byName struct{ add, upper reflect.Value }

func (x byName) Add(a, b int) int {
	return int(x.add.Call([]reflect.Value{reflect.ValueOf(a), reflect.ValueOf(b)})[0].Int())
}
func (x byName) Upper(s string) string {
	return x.upper.Call([]reflect.Value{reflect.ValueOf(s)})[0].String()
}

func main() {
	begin := time.Now()
	words := strings.Fields(names)
	v := reflect.ValueOf(known[words[0]])
	api.Report(begin, byName{v.MethodByName(words[1]), v.MethodByName(words[2])})
}
