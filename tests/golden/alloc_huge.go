// A request for more than the heap can ever hold, while there are free runs of single pages: out of memory, not a look behind the lists.
package main

var small [][]byte

//go:noinline
func alloc(n int) []byte { return make([]byte, n) }

func main() {
	for range 2000 {
		small = append(small, alloc(8192))
	}
	for i := 0; i < len(small); i += 2 {
		small[i] = nil
	}
	for range 20 {
		alloc(1 << 20) // collections
	}
	println("now")
	println(len(alloc(1 << 43)))
}
