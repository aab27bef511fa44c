package main

import "fmt"

type A0 = struct{ x int }
type A1 = struct{ a, b A0 }
type A2 = struct{ a, b A1 }
type A3 = struct{ a, b A2 }
type A4 = struct{ a, b A3 }
type A5 = struct{ a, b A4 }
type A6 = struct{ a, b A5 }
type A7 = struct{ a, b A6 }
type A8 = struct{ a, b A7 }
type A9 = struct{ a, b A8 }
type A10 = struct{ a, b A9 }
type A11 = struct{ a, b A10 }
type B0 = struct{ y int }
type B1 = struct{ a, b B0 }
type B2 = struct{ a, b B1 }
type B3 = struct{ a, b B2 }
type B4 = struct{ a, b B3 }
type B5 = struct{ a, b B4 }
type B6 = struct{ a, b B5 }
type B7 = struct{ a, b B6 }
type B8 = struct{ a, b B7 }
type B9 = struct{ a, b B8 }
type B10 = struct{ a, b B9 }
type B11 = struct{ a, b B10 }

func main() {
	var p, q any = A11{}, B11{}
	_, ok := p.(B11)
	fmt.Println(ok, p == q)
	s := fmt.Sprintf("%T %T", p, q)
	h := uint64(0)
	for _, c := range s {
		h = h*31 + uint64(c)
	}
	fmt.Println(len(s), h)
	var r any = [][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][]int(nil)
	switch r.(type) {
	case [][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][]uint:
		fmt.Println("uint")
	case [][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][]int:
		fmt.Println("one less")
	case [][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][]int:
		fmt.Printf("int %T\n", r)
	}
}
