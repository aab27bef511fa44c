package main

import (
	"fmt"
	"os"
	"time"
)

// GODEBUG=asynctimerchan, which the program may change: what a channel of a timer shows before somebody receives.
func show(setting string) {
	os.Setenv("GODEBUG", "asynctimerchan="+setting)
	t := time.NewTimer(time.Millisecond)
	k := time.NewTicker(time.Millisecond)
	time.Sleep(50 * time.Millisecond)
	fmt.Println(setting, len(t.C), cap(t.C), len(k.C), cap(k.C))
	k.Stop()
	fmt.Println("pending", t.Reset(time.Hour), "stale", len(t.C))
	t.Stop()
}

func main() {
	t := time.NewTimer(time.Hour)
	fmt.Println("from the environment", cap(t.C))
	for _, s := range []string{"0", "1", "2", "0"} {
		show(s)
	}
	os.Unsetenv("GODEBUG")
	t = time.NewTimer(time.Hour)
	fmt.Println("unset", cap(t.C))
}
