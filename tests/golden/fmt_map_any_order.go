// Keys of several types: fmt prints them in the order of the addresses of their types, which are laid out as in gc.
package main

import "fmt"

func main() { fmt.Println(map[any]int{"a": 1, 7: 2, 2.5: 3, true: 4}) }
