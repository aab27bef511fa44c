// Behind a collection nearly all pages of a size are full. An allocation looks through some of them and then takes a fresh page, not through all
// of them until one has room: 47 ms with 512 MB. Counted is the CPU time of the thread, so that others on the machine do not matter, against that of a loop; GOMAXPROCS=1,
// so that no idle P sweeps.
package main

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

type node struct {
	l, r *node
	v    [4]int
}

func cpu() time.Duration {
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, 3 /* CLOCK_THREAD_CPUTIME_ID */, uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano())
}

// What a million dependent multiplications take, about a millisecond.
func unit() time.Duration {
	least := time.Hour
	for k := range 10 {
		t, x := cpu(), uint64(k)
		for range 1_000_000 {
			x = x*6364136223846793005 + 1
		}
		if x == 1 {
			panic(x)
		}
		least = min(least, cpu()-t)
	}
	return least
}

var keep []*node

//go:noinline
func piece() (l *node) {
	for range 100 {
		l = &node{l: l}
	}
	return
}

func main() {
	runtime.LockOSThread()
	n, most := 4_000_000, unit()      // 190 MB
	if os.Getenv("VOLEDEBUG") != "" { // collections at any allocation
		n, most = 40_000, time.Minute
	}
	for range n {
		keep = append(keep, &node{})
	}
	runtime.GC()
	least := time.Hour
	for range 3 {
		longest := time.Duration(0)
		for range n / 60 { // more than a cycle
			t := cpu()
			piece()
			longest = max(longest, cpu()-t)
		}
		least = min(least, longest)
	}
	if least > most {
		fmt.Println("100 objects took", least, "of", most)
	}
	fmt.Println(len(keep) == n)
	runtime.KeepAlive(keep)
}
