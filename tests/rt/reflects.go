package main

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

type Pt struct{ X, Y int }

func (p Pt) Add(q Pt) Pt { return Pt{p.X + q.X, p.Y + q.Y} }
func (p *Pt) Scale(f float64, s string) string {
	p.X = int(float64(p.X) * f)
	return s + fmt.Sprint(p.X)
}

type Adder interface{ Add(Pt) Pt }

func many(a int, b string, c float64, d []int, e map[string]int, f Pt, g error, h bool, i int8, j, k, l uint16, m [3]int) (int, string, float64, []int, [3]int, error) {
	return a + int(i) + int(j) + int(k) + int(l) + m[2], b + fmt.Sprint(f, g, h), c * 2, append(d, e["x"]), [3]int{m[2], m[1], m[0]}, g
}

func main() {
	v := reflect.ValueOf(many)
	out := v.Call([]reflect.Value{reflect.ValueOf(1), reflect.ValueOf("s"), reflect.ValueOf(1.25), reflect.ValueOf([]int{7}), reflect.ValueOf(map[string]int{"x": 9}),
		reflect.ValueOf(Pt{1, 2}), reflect.ValueOf(errors.New("e")), reflect.ValueOf(true), reflect.ValueOf(int8(3)), reflect.ValueOf(uint16(4)), reflect.ValueOf(uint16(5)),
		reflect.ValueOf(uint16(6)), reflect.ValueOf([3]int{1, 2, 3})})
	for _, o := range out {
		fmt.Println(o.Type(), o)
	}
	p := &Pt{3, 4}
	pv := reflect.ValueOf(p)
	fmt.Println(pv.Type(), pv.Elem().NumMethod(), pv.NumMethod())
	fmt.Println(pv.MethodByName("Add").Call([]reflect.Value{reflect.ValueOf(Pt{10, 20})})[0].Interface())
	fmt.Println(pv.MethodByName("Scale").Call([]reflect.Value{reflect.ValueOf(2.0), reflect.ValueOf("r")})[0])
	mv := pv.MethodByName("Add").Interface().(func(Pt) Pt)
	fmt.Println(mv(Pt{1, 1}))
	ad := reflect.ValueOf(p).Convert(reflect.TypeFor[Adder]())
	fmt.Println(ad.Type(), ad.Method(0).Call([]reflect.Value{reflect.ValueOf(Pt{5, 5})})[0])

	swap := func(in []reflect.Value) []reflect.Value {
		runtime.GC()
		return []reflect.Value{in[1], in[0]}
	}
	var is func(int, string) (string, int)
	reflect.ValueOf(&is).Elem().Set(reflect.MakeFunc(reflect.TypeOf(is), swap))
	fmt.Println(is(1, "one"))
	var bigf func([4]int, Pt, string, ...any) ([4]int, string)
	reflect.ValueOf(&bigf).Elem().Set(reflect.MakeFunc(reflect.TypeOf(bigf), func(in []reflect.Value) []reflect.Value {
		return []reflect.Value{in[0], reflect.ValueOf(fmt.Sprint(in[1], in[2], in[3].Len()))}
	}))
	fmt.Println(bigf([4]int{1, 2, 3, 4}, Pt{8, 9}, "x", 1, "a"))
	var ptrs func([3]*int, string) ([3]*int, string)
	reflect.ValueOf(&ptrs).Elem().Set(reflect.MakeFunc(reflect.TypeOf(ptrs), func(in []reflect.Value) []reflect.Value {
		a := in[0].Interface().([3]*int)
		for i := range a {
			a[i] = new(int)
			*a[i] = 10 * (i + 1)
		}
		runtime.GC()
		return []reflect.Value{reflect.ValueOf(a), in[1]}
	}))
	pa, ps := ptrs([3]*int{new(int), new(int), new(int)}, fmt.Sprint("p", 1))
	runtime.GC()
	fmt.Println(*pa[0], *pa[1], *pa[2], ps)
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		reflect.ValueOf(func() { panic("through reflect") }).Call(nil)
	}()
	func() {
		f := reflect.MakeFunc(reflect.TypeOf(func() {}), func([]reflect.Value) []reflect.Value { fmt.Println("mf", recover()); return nil })
		defer f.Interface().(func())()
		panic("mf panic")
	}()

	m := reflect.MakeMap(reflect.MapOf(reflect.TypeOf(""), reflect.TypeOf(Pt{})))
	m.SetMapIndex(reflect.ValueOf("a"), reflect.ValueOf(Pt{1, 1}))
	m.SetMapIndex(reflect.ValueOf("b"), reflect.ValueOf(Pt{2, 2}))
	fmt.Println(m.Len(), m.Interface(), m.MapIndex(reflect.ValueOf("a")), m.MapIndex(reflect.ValueOf("zz")).IsValid())
	it := m.MapRange()
	n := 0
	for it.Next() {
		n += int(it.Value().Field(0).Int())
	}
	fmt.Println(n)
	m.SetMapIndex(reflect.ValueOf("a"), reflect.Value{})
	fmt.Println(m.Len())
	st := reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeOf(0), Tag: `json:"a"`}, {Name: "B", Type: reflect.TypeOf([]string{})}})
	sv := reflect.New(st).Elem()
	sv.Field(0).SetInt(5)
	sv.Field(1).Set(reflect.ValueOf([]string{"q"}))
	fmt.Printf("%+v %v\n", sv.Interface(), st)
	sl := reflect.MakeSlice(reflect.SliceOf(reflect.TypeOf(Pt{})), 0, 0)
	for i := 0; i < 10; i++ {
		sl = reflect.Append(sl, reflect.ValueOf(Pt{i, i}))
	}
	fmt.Println(sl.Len(), sl.Index(9), sl.Slice(2, 4))
	ch := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, reflect.TypeOf(0)), 2)
	ch.Send(reflect.ValueOf(4))
	fmt.Println(ch.Len(), ch.Cap())
	x, ok := ch.TryRecv()
	fmt.Println(x, ok)
	_, ok = ch.TryRecv()
	fmt.Println(ok)
	c2 := make(chan string, 1)
	c2 <- "sel"
	i, rv, ok := reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: ch}, {Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c2)}})
	fmt.Println(i, rv, ok)
	i, _, ok = reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: ch}, {Dir: reflect.SelectDefault}})
	fmt.Println(i, ok)
	fmt.Println(reflect.DeepEqual(map[string][]int{"a": {1}}, map[string][]int{"a": {1}}), reflect.TypeOf(strings.NewReader).String())
	fmt.Println(reflect.ArrayOf(3, reflect.TypeOf("")), reflect.FuncOf([]reflect.Type{reflect.TypeOf(0)}, nil, false), reflect.PointerTo(st))
	func() {
		defer func() { fmt.Println(recover()) }()
		var e any = "s"
		_ = e.(fmt.Stringer)
	}()
}
