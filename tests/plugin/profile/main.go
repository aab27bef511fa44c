// A host that profiles itself while its plugin works and allocates: names and lines of the plugin's functions.
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"plugin"
	"runtime"
	"runtime/pprof"
	"strings"
)

func main() {
	runtime.MemProfileRate = 1
	p, err := plugin.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	burn, _ := p.Lookup("Burn")
	alloc, _ := p.Lookup("Alloc")
	var cpu, heap bytes.Buffer
	for n := 0; n < 100; n++ { // until samples fell into both functions
		cpu.Reset()
		pprof.StartCPUProfile(&cpu)
		burn.(func(int) int)(100_000_000)
		pprof.StopCPUProfile()
		z, err := gzip.NewReader(bytes.NewReader(cpu.Bytes()))
		if err != nil {
			panic(err)
		}
		text, _ := io.ReadAll(z)
		if bytes.Contains(text, []byte("example.com/profile/plug.inner")) && bytes.Contains(text, []byte("plug/p.go")) {
			fmt.Println("cpu: named")
			break
		}
	}
	alloc.(func(int))(50)
	runtime.GC()
	pprof.Lookup("heap").WriteTo(&heap, 1)
	for _, line := range strings.Split(heap.String(), "\n") {
		if i := strings.Index(line, "example.com/profile/plug.Alloc"); i >= 0 {
			fmt.Println("heap:", line[strings.LastIndex(line, "/")+1:])
			break
		}
	}
}
