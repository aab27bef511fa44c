// Interfaces: dynamic calls, type switches, boxing.
package main

import "fmt"

type shape interface{ area() float64 }
type square struct{ s float64 }
type circle struct{ r float64 }
type rect struct{ w, h float64 }

func (s square) area() float64  { return s.s * s.s }
func (c *circle) area() float64 { return 3 * c.r * c.r }
func (r rect) area() float64    { return r.w * r.h }

func kind(v any) int {
	switch x := v.(type) {
	case int:
		return x
	case string:
		return len(x)
	case shape:
		return 3
	}
	return 0
}

func main() {
	shapes := make([]shape, 0, 3000)
	for i := 0; i < 1000; i++ {
		f := float64(i)
		shapes = append(shapes, square{f}, &circle{f}, rect{f, f + 1})
	}
	total, k := 0.0, 0
	for r := 0; r < 20_000; r++ {
		for _, s := range shapes {
			total += s.area()
		}
	}
	for i := 0; i < 20_000_000; i++ {
		var v any = i
		if i%3 == 0 {
			v = "abc"
		} else if i%3 == 1 {
			v = shapes[i%3000]
		}
		k += kind(v) & 7
	}
	fmt.Println(total, k)
}
