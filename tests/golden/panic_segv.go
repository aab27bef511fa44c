package main

type list struct {
	next *list
	v    int
}

func (l *list) third() int { return l.next.next.v }

func main() {
	defer println("deferred")
	l := &list{next: &list{}}
	println(l.third())
}
