package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
)

type Inner struct {
	A, B int
}

type S struct {
	Name  string `json:"name" db:"n"`
	Age   int    `json:"age"`
	Tags  []string
	M     map[string]Inner
	P     *Inner
	F     func(int) string
	I     fmt.Stringer
	Inner `x:"y"`
	priv  bool
}

func (s S) Hello(who string, n int) string { return strings.Repeat(s.Name+" greets "+who+"; ", n) }
func (s *S) SetName(n string)              { s.Name = n }

type D int

func (d D) String() string { return fmt.Sprintf("D(%d)", int(d)) }

func walk(v reflect.Value, depth int) {
	pad := strings.Repeat("  ", depth)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			fmt.Printf("%s%s %s %q anon=%v exp=%v\n", pad, f.Name, f.Type, f.Tag.Get("json"), f.Anonymous, f.IsExported())
			walk(v.Field(i), depth+1)
		}
	case reflect.Map:
		keys := v.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		for _, k := range keys {
			fmt.Println(pad, k, v.MapIndex(k))
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), depth+1)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fmt.Println(pad, i, v.Index(i))
		}
	case reflect.Func:
		fmt.Println(pad, v.Type(), v.IsNil())
	default:
		fmt.Println(pad, v.Kind(), v)
	}
}

func main() {
	s := &S{Name: "bob", Age: 3, Tags: []string{"x", "y"}, M: map[string]Inner{"k": {1, 2}, "j": {3, 4}}, P: &Inner{5, 6}, I: D(4)}
	walk(reflect.ValueOf(s), 0)
	v := reflect.ValueOf(s)
	v.MethodByName("SetName").Call([]reflect.Value{reflect.ValueOf("alice")})
	out := v.MethodByName("Hello").Call([]reflect.Value{reflect.ValueOf("you"), reflect.ValueOf(2)})
	fmt.Println(out[0])
	t := reflect.TypeOf(s)
	for i := range t.NumMethod() {
		fmt.Println(t.Method(i).Name, t.Method(i).Type)
	}
	e := v.Elem()
	e.FieldByName("Age").SetInt(42)
	e.FieldByName("Tags").Set(reflect.Append(e.FieldByName("Tags"), reflect.ValueOf("z")))
	e.FieldByName("M").SetMapIndex(reflect.ValueOf("new"), reflect.ValueOf(Inner{7, 8}))
	fmt.Println(s.Age, s.Tags, s.M, e.FieldByName("priv").CanSet(), e.FieldByName("B").CanSet())
	f := reflect.MakeFunc(reflect.TypeFor[func(int, float64) (string, error)](), func(in []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(fmt.Sprint(in[0], "/", in[1])), reflect.Zero(reflect.TypeFor[error]())}
	}).Interface().(func(int, float64) (string, error))
	fmt.Println(f(3, 2.5))
	sl := reflect.MakeSlice(reflect.TypeOf([]int{}), 0, 3)
	for i := range 4 {
		sl = reflect.Append(sl, reflect.ValueOf(i*i))
	}
	fmt.Println(sl, sl.Len(), sl.Slice(1, 3))
	mp := reflect.MakeMap(reflect.MapOf(reflect.TypeOf(""), reflect.TypeOf(D(0))))
	mp.SetMapIndex(reflect.ValueOf("d"), reflect.ValueOf(D(9)))
	fmt.Println(mp, mp.Type())
	ch := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, reflect.TypeOf(0)), 2)
	ch.Send(reflect.ValueOf(11))
	i, rv, ok := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: ch}})
	fmt.Println(i, rv, ok)
	st := reflect.StructOf([]reflect.StructField{{Name: "X", Type: reflect.TypeOf(0), Tag: `k:"v"`}, {Name: "Y", Type: reflect.TypeOf("")}})
	nv := reflect.New(st).Elem()
	nv.Field(0).SetInt(5)
	nv.Field(1).SetString("why")
	fmt.Printf("%+v %v\n", nv, st)
	fmt.Println(reflect.DeepEqual(map[string][]int{"a": {1}}, map[string][]int{"a": {1}}), reflect.DeepEqual(s, &S{}))
	fmt.Println(reflect.TypeOf(D(0)).Implements(reflect.TypeFor[fmt.Stringer]()), reflect.TypeOf(D(0)).ConvertibleTo(reflect.TypeOf("")),
		reflect.ValueOf(65).Convert(reflect.TypeOf(D(0))))
	for _, x := range []any{1, "s", 1.5, []byte(nil), [3]int{}, struct{}{}, map[int]bool{}, make(chan<- int), func(...int) {}, &s, D(1), complex(1, 2), any(nil)} {
		if x == nil {
			fmt.Println(reflect.TypeOf(x))
			continue
		}
		t := reflect.TypeOf(x)
		fmt.Println(t, t.Kind(), t.Size(), t.Comparable(), t.Name(), t.PkgPath())
	}
	defer func() { fmt.Println(recover()) }()
	reflect.ValueOf(1).SetInt(2)
}
