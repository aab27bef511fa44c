// Numeric: the Mandelbrot set, a tight float loop.
package main

import "fmt"

func main() {
	const n, limit = 1500, 60
	in := 0
	for y := 0; y < n; y++ {
		ci := 2*float64(y)/n - 1
		for x := 0; x < n; x++ {
			cr := 2*float64(x)/n - 1.5
			var zr, zi, tr, ti float64
			i := 0
			for ; i < limit && tr+ti <= 4; i++ {
				zi = 2*zr*zi + ci
				zr = tr - ti + cr
				tr, ti = zr*zr, zi*zi
			}
			if i == limit {
				in++
			}
		}
	}
	fmt.Println(in)
}
