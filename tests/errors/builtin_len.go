package p

func _(i int, f func(), p *[3]int, c chan int, m map[string]int, pp **[3]int) {
	_ = len(i) // ERROR "invalid argument: i \(variable of type int\) for built-in len"
	_ = len() // ERROR "not enough arguments for len\(\) \(expected 1, found 0\)"
	_ = len("a", "b") // ERROR "too many arguments for len\(\"a\", \"b\"\) \(expected 1, found 2\)"
	_ = cap(m) // ERROR "invalid argument: m \(variable of type map\[string\]int\) for built-in cap"
	_ = cap("a") // ERROR "invalid argument: \"a\" \(untyped string constant\) for built-in cap"
	_ = len(pp) // ERROR "for built-in len"
	_ = len(p...) // ERROR "invalid use of ... with built-in len"
	_ = cap(c) + len(c) + len(p) + len(m)
	const n = len([2]int{})
	const k = len(p)
	const z = len([2]int{<-c}) // ERROR "is not constant"
	_ = len // ERROR "len \(built-in\) must be called"
}
