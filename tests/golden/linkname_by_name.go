// A pulled name links by name alone: the caller's declaration may differ from the function's (parameters, results, pragmas), be one
// of several, name a method or an operation of the compiler; pulled variables have the type of the package that declares them.
package main

import (
	_ "bytes"
	"fmt"
	_ "net"
	_ "net/url"
	"os"
	_ "sync/atomic"
	"time"
	_ "unsafe"
)

//go:linkname rep bytes.Repeat
func rep(b []byte) []byte

//go:linkname rep2 bytes.Repeat
func rep2(b []byte, n int) []byte

//go:linkname defaultNS net.defaultNS
var defaultNS []string

//go:linkname isDomainName net.isDomainName
func isDomainName(s string) bool

//go:linkname add32 sync/atomic.AddInt32
func add32(p *int32, d int32) int32

//go:linkname add32more sync/atomic.AddInt32
func add32more(p *int32, d int32, q, r, s int) int32

//go:linkname abs time.Time.abs
func abs(t time.Time) uint64

//go:linkname barrier runtime.writeBarrier
var barrier uint32

func main() {
	if len(os.Args) > 5 {
		println(len(rep(nil)))
	}
	fmt.Println(string(rep2([]byte("ab"), 3)), len(defaultNS), isDomainName("a.b"), isDomainName("a..b"))
	var x int32
	fmt.Println(add32(&x, 4), add32more(&x, 3, 1, 2, 3), x)
	f := add32more
	defer func() { fmt.Println(f(&x, 1, 2, 3, 4)) }()
	defer add32(&x, 1)
	fmt.Println(abs(time.Unix(1, 0).UTC())-abs(time.Unix(0, 0).UTC()), barrier <= 1)
}
