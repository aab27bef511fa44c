package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"time"
)

type P struct {
	X, Y int
	s    string
}
type St struct{ v int }

func (s St) String() string { return fmt.Sprintf("<%d>", s.v) }

type PtrSt struct{ v int }

func (s *PtrSt) String() string { return "ptr" }

type G struct{}

func (G) GoString() string { return "G!" }
func (G) Format(f fmt.State, verb rune) {
	w, ok := f.Width()
	fmt.Fprint(f, string(verb), w, ok, f.Flag('+'))
}

type Bad struct{}

func (Bad) String() string { panic("in String") }

type B bool
type Bytes []byte

func main() {
	fmt.Printf("%d|%5d|%-5d|%05d|%+d|%x|%X|%#x|%o|%#o|%O|%b|%c|%q|%U\n", 42, 42, 42, 42, 42, 255, 255, 255, 8, 8, 8, 5, 'A', 'A', 'A')
	fmt.Printf("%f|%.2f|%8.3f|%-8.1f|%+.1e|%g|%G|%6.2f%%|%x\n", math.Pi, math.Pi, math.Pi, math.Pi, 123456.789, 1e21, 1e-7, 99.5, 1.5)
	fmt.Println(math.Inf(1), math.NaN(), -0.0, math.Copysign(0, -1), float32(0.1), 0.1, 1e20, 1e21, 100000.0, 12345678.0, math.MaxFloat64, math.SmallestNonzeroFloat64)
	fmt.Printf("%s|%10s|%-10s|%.2s|%q|%x|%v\n", "go", "go", "go", "golang", "a\"b", "hi", "v")
	p := P{1, 2, "z"}
	fmt.Printf("%v %+v %#v %T\n", p, p, p, p)
	fmt.Printf("%v %+v\n", &p, []*int{nil})
	fmt.Printf("%v %d %s %#v\n", St{3}, St{3}, St{3}, St{3})
	fmt.Println(PtrSt{1}, &PtrSt{1}, []St{{1}, {2}}, map[St]int{{2}: 1, {1}: 2}, struct{ a St }{St{9}})
	fmt.Printf("%v|%+5v|%#v|%z\n", G{}, G{}, G{}, G{})
	fmt.Printf("%v %d\n", Bad{}, Bad{})
	fmt.Printf("%!|%d|%s|%d %d\n", "str", 5, 1)
	fmt.Printf("%[2]d %[1]d %[3]*.[2]*[1]f|\n", 1, 2, 8)
	fmt.Printf("%d extra\n", 1, 2, "x")
	fmt.Printf("%v %v %v %v\n", []byte("ab"), Bytes("ab"), [2]byte{1, 2}, []string{"a b", "c"})
	fmt.Printf("%#v %#v %#v %#v %#v\n", []byte("a"), map[string]int{"b": 1, "a": 2}, []any{1, "x", nil}, struct{ A *int }{}, [2]bool{true})
	fmt.Printf("%t %v %5t %v\n", true, B(true), false, !true)
	fmt.Printf("%v %.1f %v\n", complex(1, -2), complex(0.5, 1), complex64(1i))
	fmt.Printf("%p %v %t\n", nil, nil, nil)
	fmt.Printf("%6.2v|%-8v|%08.3f|% d|% x|%+q\n", 3.14159, "ab", -3.14159, 7, "abc", "é")
	fmt.Printf("%s %v\n", errors.New("err"), fmt.Errorf("w: %w", os.ErrExist))
	fmt.Printf("%v %s\n", time.Duration(1500)*time.Millisecond, 90*time.Minute)
	fmt.Println(fmt.Sprint("a", 1, 2, "b", "c", 3.0), fmt.Sprintln("x", 1))
	var a, b int
	var s string
	n, err := fmt.Sscanf("12 abc 0x1f", "%d %s %v", &a, &s, &b)
	fmt.Println(n, err, a, s, b)
	n, err = fmt.Sscan("7 8 nine", &a, &b, &s)
	fmt.Println(n, err, a, b, s)
	var np *P
	var ni fmt.Stringer
	fmt.Println(np == nil, ni, np)
	fmt.Printf("%s %v %d\n", ni, []any{nil, np}, []any{"a", 1})
	fmt.Printf("%x %X %x\n", []byte("hello"), "hello", [3]byte{1, 2, 255})
	fmt.Printf("%3c|%-3c|%03d|%+03d|%x\n", 'x', 'y', -5, 5, -255)
	fmt.Printf("%*d|%-*d|%.*f\n", 6, 1, 6, 2, 2, 3.14159)
	fmt.Printf("%v %v %v\n", int8(-128), uint64(math.MaxUint64), uintptr(10))
	fmt.Println(fmt.Append([]byte("x"), 1, "y"), string(fmt.Appendf(nil, "%02d", 3)))
}
