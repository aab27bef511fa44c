// Five million nested calls: the stack grows by copying to some hundred megabytes, pointers into it stay right.
package main

//go:noinline
func down(n int, p *int) int {
	local := n
	if n == 0 {
		return *p
	}
	r := down(n-1, &local)
	return r + local - n
}

func main() {
	top := 42
	println("returned", down(5_000_000, &top))
}
