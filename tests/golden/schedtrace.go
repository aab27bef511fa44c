// GODEBUG=schedtrace=N prints a line about the scheduler every N milliseconds.
package main

import "time"

func main() {
	go func() {}()
	time.Sleep(100 * time.Millisecond)
}
