package main

type E int

func (e E) String() string { return "stringer" }
func main() {
	defer println("deferred runs")
	panic(E(3))
}
