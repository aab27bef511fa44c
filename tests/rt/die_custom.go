package main

type E struct{ a, b int }
type F float64

func main() {
	defer func() { panic(F(1.5)) }()
	panic(int8(-3))
}
