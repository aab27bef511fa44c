package main

func main() {
	println("to stderr", 42, -7, true, 'x')
}
