# 42-exportdata.sh - what `list -export` gives tools that read gc's export data says the same as the source: each exported object, its type, methods
# and value, as go/types has it from both. Of a module of many forms, and of packages of the library.
export GOFLAGS=-buildvcs=false GO111MODULE=on CGO_ENABLED=0
mkdir -p dump m/other
cat >dump/go.mod <<'GO'
module dump

go 1.26
GO
cat >dump/main.go <<'GO'
// dump PATHS: what export data says of packages; standard input: lines "path file". dump -source PATHS: what their source says; lines
// "path folder files imports", those that others import first.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"strings"
)

var fset = token.NewFileSet()

type known map[string]*types.Package

type importing struct {
	known
	spelled map[string]string
}

func (i importing) Import(path string) (*types.Package, error) {
	if p := i.spelled[path]; p != "" {
		path = p
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	return i.known[path], nil
}

func (k known) read(line string) {
	w := strings.Split(line, " ")
	spelled := map[string]string{}
	for pair := range strings.SplitSeq(w[3], ",") {
		from, to, _ := strings.Cut(pair, "=")
		spelled[from] = to
	}
	var files []*ast.File
	for name := range strings.SplitSeq(w[2], ",") {
		f, err := parser.ParseFile(fset, filepath.Join(w[1], name), nil, parser.SkipObjectResolution)
		if err != nil {
			panic(err)
		}
		files = append(files, f)
	}
	conf := types.Config{IgnoreFuncBodies: true, Importer: importing{k, spelled}, Sizes: types.SizesFor("gc", "amd64"), Error: func(error) {}}
	k[w[0]], _ = conf.Check(w[0], fset, files, nil)
}

func main() {
	files, from := map[string]string{}, known{}
	source := os.Args[1] == "-source"
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		if path, file, _ := strings.Cut(s.Text(), " "); path == "unsafe" {
		} else if source {
			from.read(s.Text())
		} else {
			files[path] = file
		}
	}
	var imp types.Importer = importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(files[path]) })
	if source {
		imp = importing{known: from}
	}
	for path := range strings.FieldsSeq(os.Args[len(os.Args)-1]) {
		pkg, err := imp.Import(path)
		if err != nil {
			fmt.Println(path, err)
			continue
		}
		for _, name := range pkg.Scope().Names() {
			if o := pkg.Scope().Lookup(name); o.Exported() {
				dump(fset, o)
			}
		}
	}
}

func dump(fset *token.FileSet, o types.Object) {
	p := fset.Position(o.Pos())
	fmt.Println(types.ObjectString(o, nil), filepath.Base(p.Filename), p.Line)
	if c, ok := o.(*types.Const); ok {
		fmt.Println("\tvalue", c.Val().Kind(), c.Val().ExactString())
	}
	t, ok := o.(*types.TypeName)
	if !ok {
		return
	}
	n, ok := types.Unalias(t.Type()).(*types.Named)
	if !ok {
		return
	}
	for i := range n.TypeParams().Len() {
		fmt.Println("\tparameter", n.TypeParams().At(i), n.TypeParams().At(i).Constraint())
	}
	fmt.Println("\tis", n.Underlying())
	for i := range n.NumMethods() {
		m := n.Method(i).Signature()
		fmt.Println("\tmethod", n.Method(i), m.Recv().Type(), m.RecvTypeParams().Len(), m.Variadic())
	}
	for m := range types.NewMethodSet(types.NewPointer(n)).Methods() {
		fmt.Println("\tselects", m)
	}
}
GO
cat >m/go.mod <<'GO'
module example.com/m

go 1.26
GO
cat >m/other/o.go <<'GO'
package other

type hidden struct{ X int }

func (h *hidden) Set(x int) { h.X = x }

type T[P any] struct {
	hidden
	Val P
	sub []*T[P]
}

func (t *T[Q]) Get() (v Q)          { return t.Val }
func (t T[Q]) Map(f func(Q) Q) T[Q] { return t }

type Pair[A comparable, B any] struct {
	A A
	B B
}
GO
cat >m/m.go <<'GO'
package m

import (
	"example.com/m/other"
	"io"
	"unsafe"
)

const (
	I        = 1
	Negative = -7
	Big      = 1<<200 + 3
	Minus    = -1 << 90
	U        = uint64(1<<64 - 1)
	F        = 0.1
	Third    = 1.0 / 3
	Whole    = 2.0
	Typed    = float32(0.1)
	Tiny     = 1e-3000
	Complex  = 1 + 2i
	Half     = complex64(.5i)
	R        = 'x'
	S        = "a\x00\xffb\n"
	B        = I > 0
	Size     = unsafe.Sizeof(X)
	K    Kind = iota
)

type (
	Kind   uint8
	Bytes  = []byte
	Runes  []rune
	Any    any
	Empty  interface{}
	Self   struct{ next, prev *Self }
	Func   func(a, _ int, b ...string) (n int, err error)
	Chans  struct {
		A chan int
		B <-chan chan<- bool `json:"b"`
		C (<-chan (chan<- int))
		_ [3]struct{}
		*Self
		io.Reader
		other.T[int]
	}
	Number interface {
		~int | ~int8 | float64
		comparable
	}
	C         comparable
	Tree[T interface{ Less(T) bool }] struct {
		left, right *Tree[T]
		val  T
	}
	List[T any]      []List[T]
	Rec[T Rec[T]]    interface{ Do(T) Rec[T] }
	Alias            = other.Pair[string, []Bytes]
	GenAlias[T any]  = map[string]*other.T[T]
	Implicit[T ~[]E, E Number] struct{ t T }
	Methods  interface {
		io.Writer
		hidden(x, y int)
		Shown(...func(Methods) Methods) error
	}
	Map     map[[2]Kind]unsafe.Pointer
	Error   = error
	local   struct{ Kind }
)

func (k Kind) String() string             { return "" }
func (k *Kind) set(x Kind)                { *k = x }
func (local) Method() (a, b *local)       { return nil, nil }
func (t *Tree[T]) Walk(f func(T) bool)    {}
func (*Tree[_]) Len() int                 { return 0 }
func (l List[E]) Each(f func(List[E], E)) {}

var (
	X       struct{ A, b int }
	Y       = local{}
	Z       map[string]Alias
	W       func() (local, GenAlias[local])
	E1, E2  Error
	Inst    Tree[Less]
	Generic = Keys[map[string]int]
)

type Less int

func (a Less) Less(b Less) bool { return a < b }

func Keys[M ~map[K]V, K comparable, V any](m M) (keys []K)            { return nil }
func Sum[N Number](n ...N) (sum N)                                     { return }
func Apply[T, U any, F interface{ ~func(T) U | ~func(T) (U, error) }](f F) {}
func Named(x struct{ io.Closer }) (y interface{ M() Kind }, z *[4]other.T[Kind]) { return }
func Plain()
GO
: >m/empty.s
(cd dump && v build -o ../dumper . ) || exit 1
compare() { # PATHS...
    v list -export -deps -f '{{.ImportPath}} {{.Export}}' "$@" && cp out list.txt
    expect 0 "" "list -export $*"
    ../dumper "$*" <list.txt >export.txt
    v list -deps -f '{{.ImportPath}} {{.Dir}} {{join .GoFiles ","}} {{range $k, $v := .ImportMap}}{{$k}}={{$v}},{{end}}' "$@" && cp out list.txt
    ../dumper -source "$*" <list.txt >source.txt
    [ "$(wc -l <source.txt)" -gt 20 ] || fail "$*: nothing was read: $(cat source.txt)"
    checks=$((checks + 1))
    diff source.txt export.txt >differ.txt || fail "$*: source and export data differ: $(head -20 differ.txt)"
}
cd m
compare example.com/m example.com/m/other
compare errors fmt io net/http go/types sync/atomic iter maps slices math encoding/json
cd ..
