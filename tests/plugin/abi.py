"""What host and plugin may differ in: edits of a package that both have, and of how they are built. Used by run.py.

Each row: name, edits of api.go as (old, new) on the plugin's side, build flags of the plugin, words of the refusal (None: it is accepted).
"""
API = '''package api

import (
	"fmt"
	"io"
)

type Kind int

const (
	Low Kind = iota
	Mid
	High
)

const Max, Min = 100, 1
const name = "api"

type Point struct {
	X, Y int
}

type Inner struct{ A int32 }

type Shape struct {
	Inner
	Name  string `json:"name"`
	Pts   []Point
	Next  *Shape
	Attrs map[string]int
	Fn    func(int) error
	Ch    chan int
	Arr   [4]byte
	cache any
}

func (s *Shape) Area() int           { return len(s.Pts) }
func (s *Shape) Scale(n int) *Shape  { return s }
func (p Point) String() string       { return fmt.Sprint(p.X, ",", p.Y) }

type Drawer interface {
	Draw(w io.Writer) error
	Bounds() (Point, Point)
}

type Base interface{ ID() int }
type Both interface {
	Base
	Drawer
}

type List[T any] struct {
	items []T
}

func (l *List[T]) Add(x T) { l.items = append(l.items, x) }

type Num interface{ ~int | ~float64 }

func Sum[T Num](v ...T) (t T) {
	for _, x := range v {
		t += x
	}
	return
}

type Alias = Point
type hidden struct{ n int }

var Count int
var table = map[string]*hidden{}
var Default = Shape{Name: "d"}

func init() { Count = 1 }

func Helper(a int) int { return a + 1 }
'''
# one edit a row
def e(name, old, new, words="", flags=()): return (name, [(old, new)], flags, words or None)
ROWS = [
    e("field added", "X, Y int", "X, Y, Z int", "type Point"),
    e("field removed", "\tArr   [4]byte\n", "", "type Shape"),
    e("fields moved", "\tName  string `json:\"name\"`\n\tPts   []Point\n", "\tPts   []Point\n\tName  string `json:\"name\"`\n", "type Shape"),
    e("field retyped", "A int32", "A int64", "type Inner"),
    e("same size, other type", "A int32", "A uint32", "type Inner"),
    e("field renamed", "type hidden struct{ n int }", "type hidden struct{ m int }", "type hidden"),
    e("tag changed", 'json:"name"', 'json:"title"', "type Shape"),
    e("unexported field", "cache any", "cache, more any", "type Shape"),
    e("embedded pointer", "\tInner\n", "\t*Inner\n", "type Shape"),
    e("array length", "[4]byte", "[8]byte", "type Shape"),
    e("one more pointer", "Next  *Shape", "Next  **Shape", "type Shape"),
    e("map's key", "map[string]int\n\tFn", "map[Kind]int\n\tFn", "type Shape"),
    e("direction of a channel", "Ch    chan int", "Ch    <-chan int", "type Shape"),
    e("function's signature", "Fn    func(int) error", "Fn    func(int, int) error", "type Shape"),
    e("underlying type", "type Kind int", "type Kind int64", "type Kind"),
    e("alias to a type", "type Alias = Point", "type Alias Point", "type Alias"),
    e("target of an alias", "type Alias = Point", "type Alias = Inner", "type Alias"),
    e("unexported type", "type hidden struct{ n int }", "type hidden struct{ n, m int }", "type hidden"),
    e("method added", "func (s *Shape) Area", "func (s *Shape) Perimeter() int { return 0 }\nfunc (s *Shape) Area", "method Shape.Perimeter"),
    e("method removed", "func (s *Shape) Scale(n int) *Shape  { return s }\n", "", "method Shape.Scale"),
    e("method's signature", "Scale(n int)", "Scale(n float64)", "method Shape.Scale"),
    e("method's result", "func (s *Shape) Area() int           { return len(s.Pts) }", "func (s *Shape) Area() int64 { return 0 }", "method Shape.Area"),
    e("receiver", "func (p Point) String", "func (p *Point) String", "method Point.String"),
    e("interface gains a method", "Bounds() (Point, Point)", "Bounds() (Point, Point)\n\tClose() error", "type Drawer"),
    e("interface loses a method", "\tBounds() (Point, Point)\n", "", "type Drawer"),
    e("interface's signature", "Draw(w io.Writer) error", "Draw(w io.Writer)", "type Drawer"),
    e("interface embeds another", "\tBase\n", "", "type Both"),
    e("generic type's field", "items []T", "items []T\n\tn int", "type List"),
    e("type parameter's constraint", "type List[T any]", "type List[T comparable]", "type List"),
    e("generic method", "Add(x T) {", "Add(x T, _ ...T) {", "method List.Add"),
    e("union of a constraint", "~int | ~float64", "~int | ~float32", "type Num"),
    e("constant's value", "Max, Min = 100, 1", "Max, Min = 200, 1", "const Max"),
    e("constant's type", "const Max, Min = 100, 1", "const Max, Min int32 = 100, 1", "const Max"),
    e("order of an enumeration", "\tMid\n\tHigh\n", "\tHigh\n\tMid\n", "const"),
    e("unexported constant", 'const name = "api"', 'const name = "API"', "const name"),
    e("variable's type", "var Count int", "var Count int64", "var Count"),
    e("variable's value", 'Shape{Name: "d"}', 'Shape{Name: "e"}', "var Default"),
    e("unexported variable", "map[string]*hidden{}", "map[string]hidden{}", "var table"),
    e("init function", "Count = 1", "Count = 2", "func init"),
    e("init function added", "func init() { Count = 1 }", "func init() { Count = 1 }\nfunc init() { Count++ }", "func init"),
    e("package of a name", '"io"', '"os"', "type Drawer"),
    ("flags", [], ("-gcflags=all=-N -l",), "-gcflags"),
    ("build tag", [], ("-tags=special",), "-tags"),
    # harmless
    e("comment", "type Point struct {", "// Point is one.\ntype Point struct { // of two"),
    e("blanks", "X, Y int", "X,   Y    int"),
    e("body of a function", "return a + 1", "return 1 + a"),
    e("body of a method", "return len(s.Pts)", "return 2 * len(s.Pts)"),
    e("function added", "func Helper", "func Other() {}\nfunc Helper"),
    e("function removed", "func Helper(a int) int { return a + 1 }\n", ""),
    e("function's signature, a copy in each", "func Helper(a int) int", "func Helper(a, b int) int"),
    e("type added", "type hidden struct{ n int }", "type hidden struct{ n int }\ntype Extra struct{ hidden }"),
    e("variable added", "var Count int", "var Count int\nvar Another []string"),
    e("constant added", 'const name = "api"', 'const name = "api"\nconst More = 1'),
    ("nothing", [], (), None),
    ("-trimpath, stripped", [], ("-trimpath", "-ldflags=-s -w"), None),
]
HOST = '''package main

import (
	"fmt"
	"os"
	"plugin"

	"example.com/abi/api"
)

func main() {
	api.Count++
	s := &api.Shape{Name: "x"}
	fmt.Println(s.Area(), api.Default.Name, api.Low, api.Point{1, 2}, api.Sum(1, 2))
	var l api.List[int]
	l.Add(1)
	p, err := plugin.Open(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	f, err := p.Lookup("F")
	if err != nil {
		panic(err)
	}
	fmt.Println(f.(func(*api.Shape) string)(s), api.Count)
}
'''
PLUGIN = '''package main

import (
	"fmt"

	"example.com/abi/api"
)

func F(s *api.Shape) string {
	api.Count++
	s.Pts = append(s.Pts, api.Point{})
	return fmt.Sprint(s.Name, len(s.Pts), api.Max)
}
'''
