// A collection that a goroutine waits for may give it back with a P that never allocated. What it then allocates belongs to that P's cache:
// it went to one that all such Ps share and no collection flushes, so live objects were freed (GOROOT/test/fixedbugs/issue9321.go).
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"sync"
)

func stacks(wg *sync.WaitGroup) {
	defer wg.Done()
	for range 10 {
		buf := &bytes.Buffer{}
		p := pprof.Lookup("goroutine")
		if p == nil {
			fmt.Println("the profile is gone", len(pprof.Profiles()))
			return
		}
		p.WriteTo(buf, 2)
	}
}

func child() {
	runtime.GOMAXPROCS(4)
	for range 10 {
		var wg sync.WaitGroup
		wg.Add(2)
		go stacks(&wg)
		go stacks(&wg)
		wg.Wait()
	}
}

func main() { // several times: the Ps are new only once
	if len(os.Args) > 1 {
		child()
		return
	}
	for range 12 {
		cmd := exec.Command("/proc/self/exe", "child")
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			fmt.Printf("%v %.400s\n", err, out)
			return
		}
	}
	fmt.Println("ok")
}
