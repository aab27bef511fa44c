package main

//go:noinline
func Burn(n int) (s int) {
	for i := range n {
		s = inner(s, i)
	}
	return
}

//go:noinline
func inner(s, i int) int { return s*31 + i ^ s>>3 }

var keep [][]byte

func Alloc(n int) {
	for range n {
		keep = append(keep, make([]byte, 1<<16))
	}
}
