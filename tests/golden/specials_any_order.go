// Finalizers, cleanups and weak pointers of the objects of a page, attached, removed and attached again in any order.
package main

import (
	"fmt"
	"math/rand"
	"runtime"
	"sync/atomic"
	"time"
	"weak"
)

type T struct {
	a, b int
	p    *T
}

func main() {
	var ran, cl atomic.Int64
	want, wantc := 0, 0
	func() {
		objs := make([]*T, 3000)
		for i := range objs {
			objs[i] = &T{a: i}
		}
		ws := map[int]weak.Pointer[T]{}
		for _, i := range rand.Perm(len(objs)) {
			ws[i] = weak.Make(objs[i])
			runtime.SetFinalizer(objs[i], func(*T) { ran.Add(1) })
		}
		for _, i := range rand.Perm(len(objs)) {
			if weak.Make(objs[i]) != ws[i] || ws[i].Value() != objs[i] {
				fmt.Println("weak", i)
			}
			if i%3 == 0 {
				runtime.SetFinalizer(objs[i], nil)
				if i%2 == 0 {
					runtime.SetFinalizer(objs[i], func(*T) { ran.Add(1) })
					want++
				}
			} else {
				want++
			}
			c := runtime.AddCleanup(objs[i], func(int) { cl.Add(1) }, i)
			if i%4 == 0 {
				c.Stop()
			} else {
				wantc++
			}
		}
	}()
	for i := 0; i < 200 && (ran.Load() < int64(want) || cl.Load() < int64(wantc)); i++ {
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
	if n, c := int(ran.Load()), int(cl.Load()); n < want-2 || n > want || c < wantc-2 || c > wantc { // a word may still hold one
		fmt.Println(n, "finalizers of", want, c, "cleanups of", wantc)
	}
	fmt.Println("done")
}
