// The goroutine of a timer's function says who made it.
package main

import "time"

func main() {
	time.AfterFunc(time.Millisecond, func() { panic("x") })
	select {}
}
