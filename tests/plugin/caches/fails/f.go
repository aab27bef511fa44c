// A plugin whose initialization ends with a panic.
package main

func init() { panic("no") }
func Run()  {}
func main() {}
