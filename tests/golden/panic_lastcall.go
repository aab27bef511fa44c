// Frames whose call is the last instruction of their function: its line is not taken from the next function's table.
package main

import "fmt"

func main() {
	defer func() { panic(fmt.Errorf("second %d", 2)) }()
	defer func() {
		defer func() { recover() }()
		panic("inner")
	}()
	panic("first")
}
