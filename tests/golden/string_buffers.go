// Strings made in the frame by conversions and concatenations: what outlives the frame, the iteration or the goroutine must not lie there.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"sort"
	"strings"
	"testing"
)

type name string
type rec struct {
	s string
	n [2]string
}

var (
	global string
	raw    = []byte("alpha beta")
	runes  = []rune("grüße")
	empty  = []byte{}
	sink   int
)

//go:noinline
func grow(n int) int { // moves the stack
	var pad [64]int
	if n > 0 {
		pad[n%64] = grow(n-1) + 1
	}
	return pad[n%64]
}

//go:noinline
func clobber() { // frames over what was popped
	var pad [512]byte
	for i := range pad {
		pad[i] = '#'
	}
	sink += int(pad[sink&511])
	runtime.GC()
}

//go:noinline
func ret(b []byte) string { return string(b) }

//go:noinline
func part(b []byte) string { return string(b)[1:3] }

//go:noinline
func retEmpty(b []byte, e string) string { t := string(b); return e + t }

//go:noinline
func inner(e, s string) string { return e + s + e }

//go:noinline
func throughCall(b []byte) string { t := string(b); return inner("", t) }

//go:noinline
func named(b []byte) name { return name(string(b)) }

//go:noinline
func boxed(b []byte) any { t := string(b); return t }

//go:noinline
func pointer(b []byte) *rec { t := string(b); return &rec{t, [2]string{t + "1", "2" + t}} }

//go:noinline
func closure(b []byte) func() string { t := string(b); return func() string { return t + "!" } }

//go:noinline
func result(b []byte) (s string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("recovered " + r.(string))
		}
	}()
	s = "x" + string(b)
	panic(string(b[:3]))
}

//go:noinline
func choose(b []byte, c bool) string {
	s := "const"
	if c {
		s = string(b)
	}
	return s
}

//go:noinline
func last(bs [][]byte) string {
	var s string
	for _, b := range bs {
		t := string(b)
		s = "" + t
	}
	return s
}

//go:noinline
func collect(bs [][]byte) (out []string) {
	for i, b := range bs {
		out = append(out, string(b), string(rune('a'+i)), string(runes[i:i+2]))
	}
	return
}

//go:noinline
func local(b []byte) int { // all of it in the frame
	s := string(b)
	t := s + "/" + string(runes)
	grow(200)
	if !strings.HasPrefix(t, "alpha") || strings.Count(t, "e") != 2 {
		panic(t)
	}
	n := 0
	for _, r := range t {
		n += int(r)
	}
	u := t
	for range 3 {
		u = u[1:]
	}
	return n + len(u)
}

//go:noinline
func iterations(n int) string {
	prev := ""
	for i := range n {
		cur := string(rune('a' + i))
		if prev > cur {
			return "wrong"
		}
		prev = cur
	}
	return prev
}

//go:noinline
func jumps(n int) string {
	s := ""
again:
	t := string(rune('p' + n))
	s += t
	if n--; n > 0 {
		goto again
	}
	return s
}

func main() {
	check := func(what string, got any) { clobber(); fmt.Println(what, got) }
	check("ret", ret(raw))
	check("part", part(raw))
	check("empty first", retEmpty(raw[:5], ""))
	check("through a call", throughCall(raw[6:]))
	check("named", named(raw[2:4]))
	check("boxed", boxed(raw))
	check("pointer", *pointer(raw[:4]))
	check("closure", closure(raw[6:])())
	s, err := result(raw)
	check("result", []any{s, err})
	check("choose", choose(raw, true)+choose(raw, false))
	check("last", last([][]byte{raw[:1], raw[1:2], raw[2:5]}))
	check("collect", collect([][]byte{raw[:1], raw[:2], raw[:3]}))
	check("local", local(raw))
	check("iterations", iterations(20))
	check("goto", jumps(4))

	m := map[string]int{}
	for i := range 4 {
		m[string(raw[i:i+2])]++
		m["k"+string(raw[i])] = i
	}
	keys := make([]string, 0)
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	check("map keys", keys)

	c := make(chan string, 2)
	c <- string(raw[:2])
	select {
	case c <- string(raw[3:]) + "?":
	default:
	}
	check("channel", <-c+<-c)

	done := make(chan bool)
	go func(s string) { clobber(); global = s; done <- true }(string(raw[1:]))
	<-done
	check("goroutine", global)
	t := string(raw[:7])
	p := &t
	grow(300)
	global = *p
	check("through a pointer", global)
	global = "" + string(empty) + t
	check("concatenation of one", global)

	count := func(what string, f func()) { fmt.Println(what, testing.AllocsPerRun(50, f)) }
	count("bytes", func() { t := string(raw); sink += strings.Count(t, "a") })
	count("runes", func() { t := string(runes); sink += strings.Count(t, "a") })
	count("rune", func() { t := string(rune(sink&1023 + 300)); sink += len(t) })
	count("concatenation", func() { t := string(raw) + "/" + global; sink += strings.Count(t, "a") })
	count("five", func() { t := global + "a" + global + "b" + global; sink += len(t) })
	count("kept", func() { global = string(raw) })
}
