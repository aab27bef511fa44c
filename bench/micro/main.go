// The operations of which programs are made, one at a time. usage: micro ROW N: prints the nanoseconds of an operation by the clock and by the CPU's
// time; micro ROW 0: prints how often the row is repeated in some 60 ms; micro: the names of the rows.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type row struct {
	name  string
	procs int // GOMAXPROCS
	run   func(n int)
}

var rows = []row{
	{"spawn 1", 1, spawnEach},
	{"spawn 1 P2", 2, spawnEach},
	{"spawn 1000", 1, spawnMany},
	{"spawn 1000 P2", 2, spawnMany},
	{"switch Gosched", 1, switchGosched},
	{"switch Gosched 100", 1, switchGosched100},
	{"switch channel", 1, switchChannel},
	{"round trip", 1, roundTrip},
	{"round trip P2", 2, roundTrip},
	{"buffered 64", 1, buffered},
	{"select 2", 1, select2},
	{"select 4", 1, select4},
	{"select default", 1, selectDefault},
	{"mutex alone", 1, mutexAlone},
	{"mutex 8", 1, mutex8},
	{"mutex 8 P2", 2, mutex8},
	{"rwmutex read 8 P2", 2, rwmutex8},
	{"map get int 100", 1, func(n int) { mapGet(n, 100, number) }},
	{"map get int 1M", 1, func(n int) { mapGet(n, 1_000_000, number) }},
	{"map get string 100", 1, func(n int) { mapGet(n, 100, word) }},
	{"map get string 1M", 1, func(n int) { mapGet(n, 1_000_000, word) }},
	{"map insert int 8", 1, func(n int) { mapInsert(n, 8, number) }},
	{"map insert int 100k", 1, func(n int) { mapInsert(n, 100_000, number) }},
	{"map insert string 100k", 1, func(n int) { mapInsert(n, 100_000, word) }},
	{"map range 1000", 1, mapRange},
	{"new 16", 1, new16},
	{"new 16 pointer", 1, new16p},
	{"new 64", 1, new64},
	{"new 64 pointer", 1, new64p},
	{"new 64 P2", 2, new64Two},
	{"defer", 1, deferOne},
	{"defer recover", 1, deferRecover},
	{"interface call", 1, interfaceCall},
	{"type switch", 1, typeSwitch},
	{"concat 2", 1, concat2},
	{"concat 5", 1, concat5},
	{"Sprintf", 1, sprintf},
	{"JSON marshal", 1, marshal},
	{"JSON unmarshal", 1, unmarshal},
}

// ---- goroutines

func spawnEach(n int) {
	done := make(chan bool)
	for i := 0; i < n; i++ {
		go func() { done <- true }()
		<-done
	}
}

func spawnMany(n int) {
	var wg sync.WaitGroup
	var sum atomic.Int64
	for i := 0; i < n; {
		for k := 0; k < 1000 && i < n; k, i = k+1, i+1 {
			wg.Add(1)
			go func() {
				sum.Add(int64(k))
				wg.Done()
			}()
		}
		wg.Wait()
	}
}

func gosched(goroutines, n int) {
	var wg sync.WaitGroup
	for g := 0; g < goroutines; g++ {
		wg.Add(1)
		go func() {
			for i := 0; i < n; i += goroutines {
				runtime.Gosched()
			}
			wg.Done()
		}()
	}
	wg.Wait()
}
func switchGosched(n int)    { gosched(2, n) }
func switchGosched100(n int) { gosched(100, n) }

// Each operation is one value to another goroutine that waits for it: in a ring, so each is one switch.
func switchChannel(n int) {
	const ring = 16
	var in [ring]chan int
	for i := range in {
		in[i] = make(chan int)
	}
	done := make(chan bool)
	for i := range in {
		go func() {
			for v := range in[i] {
				if v == 0 {
					done <- true
					return
				}
				in[(i+1)%ring] <- v - 1
			}
		}()
	}
	in[0] <- n
	<-done
	for i := range in {
		close(in[i])
	}
}

func roundTrip(n int) {
	ask, answer := make(chan int), make(chan int)
	go func() {
		for v := range ask {
			answer <- v + 1
		}
	}()
	for i := 0; i < n; i++ {
		ask <- i
		if <-answer != i+1 {
			panic("wrong answer")
		}
	}
	close(ask)
}

func buffered(n int) {
	c := make(chan int, 64)
	go func() {
		for i := 0; i < n; i++ {
			c <- i
		}
		close(c)
	}()
	for range c {
	}
}

func select2(n int) {
	a, b := make(chan int), make(chan int)
	go func() {
		for i := 0; i < n; i++ {
			if i&1 == 0 {
				a <- i
			} else {
				b <- i
			}
		}
	}()
	for i := 0; i < n; i++ {
		select {
		case <-a:
		case <-b:
		}
	}
}

func select4(n int) {
	var c [4]chan int
	for i := range c {
		c[i] = make(chan int, 1)
	}
	for i := 0; i < n; i++ {
		c[i&3] <- i
		select {
		case <-c[0]:
		case <-c[1]:
		case <-c[2]:
		case <-c[3]:
		}
	}
}

func selectDefault(n int) {
	c := make(chan int)
	for i := 0; i < n; i++ {
		select {
		case <-c:
		default:
		}
	}
}

func mutexAlone(n int) {
	var mu sync.Mutex
	for i := 0; i < n; i++ {
		mu.Lock()
		mu.Unlock()
	}
}

func eight(n int, f func()) {
	var wg sync.WaitGroup
	for g := 0; g < 8; g++ {
		wg.Add(1)
		go func() {
			for i := 0; i < n; i += 8 {
				f()
			}
			wg.Done()
		}()
	}
	wg.Wait()
}

var shared [16]int

func mutex8(n int) {
	var mu sync.Mutex
	eight(n, func() {
		mu.Lock()
		for i := range shared {
			shared[i]++
		}
		mu.Unlock()
	})
}

func rwmutex8(n int) {
	var mu sync.RWMutex
	eight(n, func() {
		mu.RLock()
		if shared[0] < 0 { // nobody writes: the lock is what they share
			panic("negative")
		}
		mu.RUnlock()
	})
}

// ---- maps

func number(i int) int  { return i * 7 }
func word(i int) string { return "key" + strconv.Itoa(i*7) }

var sinkInt int

func keys[K comparable](size int, key func(int) K) []K {
	k := make([]K, size)
	for i := range k {
		k[i] = key(i)
	}
	return k
}

func mapGet[K comparable](n, size int, key func(int) K) {
	k := keys(size, key)
	m := map[K]int{}
	for i, x := range k {
		m[x] = i
	}
	start()
	at, sum := 0, 0
	for i := 0; i < n; i++ {
		sum += m[k[at]]
		if at += 7919; at >= size {
			at %= size
		}
	}
	sinkInt = sum
}

func mapInsert[K comparable](n, size int, key func(int) K) {
	k := keys(size, key)
	start()
	for i := 0; i < n; {
		m := map[K]int{}
		for j := 0; j < size && i < n; j, i = j+1, i+1 {
			m[k[j]] = i
		}
		sinkInt = len(m)
	}
}

func mapRange(n int) {
	m := map[int]int{}
	for i := 0; i < 1000; i++ {
		m[i] = i
	}
	start()
	for i := 0; i < n; {
		for k, v := range m {
			sinkInt += k ^ v
			i++
		}
	}
}

// ---- allocation

type plain16 struct{ a, b int }
type pointer16 struct {
	a *int
	b int
}
type plain64 struct{ a [8]int }
type pointer64 struct {
	next *pointer64
	a    [7]int
}

var (
	sink16, sink64 any
	p16            *plain16
	pp16           *pointer16
	p64            *plain64
	pp64           *pointer64
)

func new16(n int) {
	for i := 0; i < n; i++ {
		p16 = &plain16{a: i}
	}
}
func new16p(n int) {
	for i := 0; i < n; i++ {
		pp16 = &pointer16{b: i}
	}
}
func new64(n int) {
	for i := 0; i < n; i++ {
		p64 = &plain64{}
	}
}
func new64p(n int) {
	for i := 0; i < n; i++ {
		pp64 = &pointer64{}
	}
}

//go:noinline
func keepLocal(p *pointer64) bool { return p.next == p }

func new64Two(n int) {
	var wg sync.WaitGroup
	for g := 0; g < 2; g++ {
		wg.Add(1)
		go func() {
			var last *pointer64
			for i := 0; i < n; i += 2 {
				last = &pointer64{next: nil, a: [7]int{i}}
				if keepLocal(last) {
					pp64 = last
				}
			}
			pp64 = last
			wg.Done()
		}()
	}
	wg.Wait()
}

// ---- calls

//go:noinline
func deferred(mu *int) int {
	defer func() { *mu++ }()
	return *mu
}
func deferOne(n int) {
	x := 0
	for i := 0; i < n; i++ {
		deferred(&x)
	}
	sinkInt = x
}

//go:noinline
func recovered(i int) (r any) {
	defer func() { r = recover() }()
	panic(i)
}
func deferRecover(n int) {
	for i := 0; i < n; i++ {
		if recovered(5) != any(5) {
			panic("not recovered")
		}
	}
}

type adder interface{ add(int) int }
type one struct{ v int }
type two struct{ v, w int }

func (o *one) add(i int) int { o.v += i; return o.v }
func (t *two) add(i int) int { t.w += i; return t.v }

var adders = []adder{&one{}, &two{}, &one{}, &two{}}

func interfaceCall(n int) {
	for i := 0; i < n; i++ {
		adders[i&3].add(i)
	}
}

var things = []any{1, "two", 3.5, &one{}, int64(5), &two{}}

func typeSwitch(n int) {
	at, sum := 0, 0
	for i := 0; i < n; i++ {
		switch x := things[at].(type) {
		case int:
			sum += x
		case string:
			sum += len(x)
		case float64:
			sum += int(x)
		case adder:
			sum++
		case fmt.Stringer:
			sum += 2
		}
		if at++; at == len(things) {
			at = 0
		}
	}
	sinkInt = sum
}

// ---- text

var parts = [5]string{"the quick ", "brown fox", " jumps over", " the lazy ", "dog, said the other one"}
var sinkString string

func concat2(n int) {
	for i := 0; i < n; i++ {
		sinkString = parts[i&3] + parts[4]
	}
}
func concat5(n int) {
	for i := 0; i < n; i++ {
		sinkString = parts[0] + parts[1] + parts[2] + parts[3] + parts[4]
	}
}
func sprintf(n int) {
	for i := 0; i < n; i++ {
		sinkString = fmt.Sprintf("%s: %d of %v (%5.2f%%)", parts[1], i, len(parts), float64(i&1023)/10)
	}
}

type order struct {
	ID     int               `json:"id"`
	Name   string            `json:"name"`
	Price  float64           `json:"price"`
	Tags   []string          `json:"tags"`
	Lines  []line            `json:"lines"`
	Labels map[string]string `json:"labels,omitempty"`
	Next   *order            `json:"next,omitempty"`
}
type line struct {
	Article string `json:"article"`
	Count   int    `json:"count"`
}

var anOrder = order{17, "a name, \"quoted\"", 12.75, []string{"new", "urgent", "wood"},
	[]line{{"chair", 4}, {"table", 1}, {"lamp & shade", 2}}, map[string]string{"colour": "oak", "size": "large"}, &order{ID: 18, Name: "next"}}

func marshal(n int) {
	for i := 0; i < n; i++ {
		b, err := json.Marshal(&anOrder)
		if err != nil {
			panic(err)
		}
		sinkInt = len(b)
	}
}
func unmarshal(n int) {
	text, _ := json.Marshal(&anOrder)
	start()
	for i := 0; i < n; i++ {
		var o order
		if err := json.Unmarshal(text, &o); err != nil {
			panic(err)
		}
		sinkInt = o.Next.ID
	}
}

// ---- measuring

var began time.Time
var beganCPU time.Duration

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// start is called by a row whose preparations are done.
func start() {
	runtime.GC()
	began, beganCPU = time.Now(), cpu()
}

func measure(r row, n int) (wall, used time.Duration) {
	start()
	r.run(n)
	return time.Since(began), cpu() - beganCPU
}

func main() {
	if len(os.Args) < 3 {
		for _, r := range rows {
			fmt.Println(r.name)
		}
		return
	}
	n, err := strconv.Atoi(os.Args[2])
	for _, r := range rows {
		if err != nil || r.name != os.Args[1] {
			continue
		}
		runtime.GOMAXPROCS(r.procs)
		if n > 0 {
			measure(r, n/8+1)
			wall, used := measure(r, n)
			fmt.Println(float64(wall)/float64(n), float64(used)/float64(n))
			return
		}
		for n = 64; ; n *= 2 {
			if wall, _ := measure(r, n); wall > 60*time.Millisecond {
				fmt.Println(n)
				return
			}
		}
	}
	fmt.Fprintln(os.Stderr, "usage: micro [ROW N]")
	os.Exit(2)
}
