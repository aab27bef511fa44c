// Numeric: permutations and flips, small integer slices with bounds checks.
package main

import "fmt"

func fannkuch(n int) (sum, max int) {
	p, q, s := make([]int, n), make([]int, n), make([]int, n)
	sign := 1
	for i := range p {
		p[i], q[i], s[i] = i, i, i
	}
	for {
		if q0 := p[0]; q0 != 0 {
			for i := 1; i < n; i++ {
				q[i] = p[i]
			}
			flips := 1
			for {
				qq := q[q0]
				if qq == 0 {
					sum += sign * flips
					if flips > max {
						max = flips
					}
					break
				}
				q[q0] = q0
				if q0 >= 3 {
					i, j := 1, q0-1
					for i < j {
						q[i], q[j] = q[j], q[i]
						i++
						j--
					}
				}
				q0 = qq
				flips++
			}
		}
		if sign == 1 {
			p[0], p[1] = p[1], p[0]
			sign = -1
		} else {
			p[1], p[2] = p[2], p[1]
			sign = 1
			for i := 2; i < n; i++ {
				sx := s[i]
				if sx != 0 {
					s[i] = sx - 1
					break
				}
				if i == n-1 {
					return
				}
				s[i] = i
				t := p[0]
				for j := 0; j <= i; j++ {
					p[j] = p[j+1]
				}
				p[i+1] = t
			}
		}
	}
}

func main() {
	s, m := fannkuch(10)
	fmt.Println(s, m)
}
