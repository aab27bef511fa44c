// Goroutines appear between the two stops of the world of a goroutine profile.
package main

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/pprof"
	"time"
)

func main() {
	end := time.Now().Add(1200 * time.Millisecond)
	for i := 0; i < 4; i++ {
		go func() {
			for time.Now().Before(end) {
				for j := 0; j < 14; j++ {
					go time.Sleep(time.Microsecond)
				}
				time.Sleep(50 * time.Microsecond)
			}
		}()
	}
	for k := 0; time.Now().Before(end); k++ {
		p := make([]runtime.StackRecord, 1000)
		if n, ok := runtime.GoroutineProfile(p); ok && p[n-1].Stack0[0] == 0 {
			fmt.Println("a goroutine without a stack")
		}
		var b bytes.Buffer
		if err := pprof.Lookup("goroutine").WriteTo(&b, k%2); err != nil {
			panic(err)
		}
	}
	fmt.Println("ok")
}
