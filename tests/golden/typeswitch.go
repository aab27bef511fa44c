package main

import (
	"fmt"
	"io"
	"strings"
)

type Shape interface {
	Area() float64
	Name() string
}
type base struct{ name string }

func (b *base) Name() string    { return b.name }
func (b *base) Rename(s string) { b.name = s }

type Sq struct {
	*base
	s float64
}

func (q Sq) Area() float64 { return q.s * q.s }

type Circ struct {
	base
	r float64
}

func (c *Circ) Area() float64 { return 3 * c.r * c.r }

type Named interface{ Name() string }
type Log struct {
	strings.Builder
	Shape
	n int
}

func (l *Log) Logf(f string, a ...any) { l.n++; fmt.Fprintf(l, f+"\n", a...) }

type E1 struct{ A, B int }
type E2 struct{ B, C int }
type Both struct {
	E1
	*E2
	C string
}
type Int int
type Fn func() string

func (f Fn) Name() string { return f() }

func classify(x any) string {
	switch v := x.(type) {
	case nil:
		return "nil"
	case int, int64:
		return fmt.Sprintf("integer %v %T", v, v)
	case Int:
		return fmt.Sprint("Int ", int(v)+1)
	case string:
		return "string " + v
	case []int:
		return fmt.Sprint("slice ", len(v))
	case map[string]int:
		return fmt.Sprint("map ", v["a"])
	case func() int:
		return fmt.Sprint("func ", v())
	case *int:
		return fmt.Sprint("ptr ", *v)
	case Shape:
		return "shape " + v.Name()
	case error:
		return "error " + v.Error()
	case Named:
		return "named " + v.Name()
	case [2]int:
		return fmt.Sprint("array ", v[1])
	case chan int:
		return fmt.Sprint("chan ", cap(v))
	case struct{ X int }:
		return fmt.Sprint("anon ", v.X)
	default:
		return fmt.Sprintf("other %T", v)
	}
}

func main() {
	i := 5
	for _, x := range []any{nil, 1, int64(2), Int(3), "s", []int{1}, map[string]int{"a": 4}, func() int { return 6 }, &i, Sq{&base{"sq"}, 2}, &Circ{base{"c"}, 1},
		Circ{base{"c"}, 1}, io.EOF, Fn(func() string { return "fn" }), [2]int{7, 8}, make(chan int, 9), struct{ X int }{10}, int8(1), 1.5} {
		fmt.Println(classify(x))
	}
	shapes := []Shape{Sq{&base{"a"}, 3}, &Circ{base{"b"}, 2}}
	for _, s := range shapes {
		if r, ok := s.(interface{ Rename(string) }); ok {
			r.Rename(s.Name() + "2")
		}
		fmt.Println(s.Name(), s.Area())
	}
	l := &Log{Shape: shapes[0]}
	l.Logf("hello %d", 1)
	l.Logf("%s", l.Name())
	fmt.Print(l.String(), l.n, " ", l.Area(), "\n")
	b := Both{E1{1, 2}, &E2{3, 4}, "c"}
	fmt.Println(b.A, b.E1.B, b.E2.B, b.C, b.E2.C)
	var s1, s2 any = Sq{nil, 1}, Sq{nil, 1}
	fmt.Println(s1 == s2, shapes[0] == shapes[0], shapes[0] == Shape(nil), any(Int(1)) == any(1))
	var np *Circ
	var s Shape = np
	fmt.Println(s == nil, s.(*Circ) == nil)
	_, ok := any(Circ{}).(Shape)
	fmt.Println(ok)
	var w io.Writer = l
	_, isSw := w.(io.StringWriter)
	rw, isR := w.(io.ReadWriter)
	fmt.Println(isSw, isR, rw == nil)
	f := Shape.Area
	g := (*Circ).Name
	fmt.Println(f(shapes[1]), g(shapes[1].(*Circ)))
	switch x := any(i).(type) {
	case interface{ Foo() }:
		x.Foo()
	case fmt.Stringer, int:
		fmt.Printf("%T\n", x)
	}
	switch {
	case i > 3:
		fmt.Println("big")
		fallthrough
	case i > 100:
		fmt.Println("fell")
	default:
		fmt.Println("no")
	}
	defer func() { fmt.Println(recover()) }()
	_ = any(Circ{}).(Shape)
}
