// Searching and comparing bytes at every length and place, with memory that cannot be read before and behind.
package main

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"syscall"
	"unsafe"
)

const page = 4096

func index(a, b []byte) int {
	for i := 0; i+len(b) <= len(a); i++ {
		if string(a[i:i+len(b)]) == string(b) {
			return i
		}
	}
	return -1
}
func indexByte(a []byte, c byte) int {
	for i, x := range a {
		if x == c {
			return i
		}
	}
	return -1
}
func count(a []byte, c byte) (n int) {
	for _, x := range a {
		if x == c {
			n++
		}
	}
	return
}
func compare(a, b []byte) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			if a[i] < b[i] {
				return -1
			}
			return 1
		}
	}
	return max(-1, min(1, len(a)-len(b)))
}

var checks int

func check(what string, got, want int, args ...any) {
	checks++
	if got != want {
		panic(fmt.Sprint(what, " ", got, " want ", want, " ", args))
	}
}
func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func str(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func fenced() []byte {
	m, err := syscall.Mmap(-1, 0, 4*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	syscall.Mprotect(m[:page], syscall.PROT_NONE)
	syscall.Mprotect(m[3*page:], syscall.PROT_NONE)
	return m[page : 3*page]
}

func main() {
	r := rand.New(rand.NewSource(1))
	m, m2 := fenced(), fenced()
	letters := func(b []byte, n int) {
		for i := range b {
			b[i] = byte('a' + r.Intn(n))
		}
	}
	for round := 0; round < 60000; round++ {
		n := r.Intn(200)
		if round%50 == 0 {
			n = r.Intn(2 * page)
		}
		at := 0
		switch round % 4 {
		case 1:
			at = len(m) - n
		case 2:
			at = r.Intn(len(m) - n + 1)
		case 3:
			at = max(0, min(len(m)-n, page-r.Intn(40)))
		}
		a := m[at : at+n]
		letters(a, 1+r.Intn(4))
		c := byte('a' + r.Intn(4))
		check("IndexByte", bytes.IndexByte(a, c), indexByte(a, c), n, at)
		check("IndexByte s", strings.IndexByte(str(a), c), indexByte(a, c), n, at)
		check("Count", bytes.Count(a, []byte{c}), count(a, c), n, at)
		check("Count s", strings.Count(str(a), string(rune(c))), count(a, c), n, at)
		k := 1 + r.Intn(70)
		needle := make([]byte, k)
		letters(needle, 2)
		if k <= n && r.Intn(2) == 0 {
			copy(needle, a[r.Intn(n-k+1):])
		}
		check("Index", bytes.Index(a, needle), index(a, needle), n, at, string(needle))
		check("Index s", strings.Index(str(a), string(needle)), index(a, needle), n, at, string(needle))
		k = n
		if r.Intn(3) == 0 {
			k = max(0, min(2*page, n+r.Intn(5)-2))
		}
		b := m2[len(m2)-k:]
		if round%2 == 0 {
			b = m2[:k]
		}
		copy(b, a)
		if k > 0 && r.Intn(3) > 0 {
			b[r.Intn(k)] += byte(r.Intn(3) * 100)
		}
		check("Compare", bytes.Compare(a, b), compare(a, b), n, k)
		check("Compare s", strings.Compare(str(b), str(a)), compare(b, a), n, k)
		check("less", b2i(str(a) < str(b)), b2i(compare(a, b) < 0), n, k)
		check("Equal", b2i(bytes.Equal(a, b)), b2i(compare(a, b) == 0), n, k)
	}
	fmt.Println(checks, "checks")
}
