package main

//line expr.y:100
func grammar(n int) int {
	where()
//line expr.y:40
	where()
	where()
//line other.y:7:3
	where() /*line third.y:9:1*/ ; where()
//line gram.go:12
	where()
	for i := 0; i < n; i++ {
//line expr.y:200
		inlined()
//line :30
		where()
	}
	return n
}

//line /nowhere/absolute.y:5
func inlined() { where() }
