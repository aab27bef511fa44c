package p

func _(m map[string]int, c chan int, ro <-chan int, i int) {
	delete(i, 1) // ERROR "invalid argument: i \(variable of type int\) is not a map"
	delete(m, 1) // ERROR "cannot use 1 \(untyped int constant\) as string value in argument to delete"
	delete(m) // ERROR "not enough arguments for delete\(m\) \(expected 2, found 1\)"
	close(i) // ERROR "cannot close non-channel i \(variable of type int\)"
	close(ro) // ERROR "cannot close receive-only channel ro \(variable of type <-chan int\)"
	close(c)
	panic() // ERROR "not enough arguments for panic\(\) \(expected 1, found 0\)"
	panic(1, 2) // ERROR "too many arguments for panic\(1, 2\) \(expected 1, found 2\)"
	print(nil) // ERROR "use of untyped nil in argument to built-in print"
	println(1<<70) // ERROR "cannot use 1 << 70 .* as int value in argument to built-in println \(overflows\)"
	recover(1) // ERROR "too many arguments for recover\(1\) \(expected 0, found 1\)"
	x := panic(1) // ERROR "panic\(1\) \(no value\) used as value"
	_ = x
}
