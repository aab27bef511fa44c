// A call of a method of a nil interface: the address is 0 where the compiler knows that it is nil, as with gc.
package main

import "fmt"

func main() {
	var e error
	fmt.Println(e.Error())
}
