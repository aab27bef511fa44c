package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"os"
	"reflect"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

var (
	_     = json.Marshal
	_     = errors.New
	_     = bits.Len
	_     = slices.Sort[[]int]
	_     = sort.Ints
	_     = strconv.Itoa
	_     = strings.ToUpper
	_     sync.Mutex
	_     = time.Second
	_     = reflect.TypeOf
	_     = runtime.GC
	_     = math.Abs
	trace = os.Getenv("TRACE") != ""
	H     uint64
	zero  int
	zeroF float64
)

func mu(v uint64) {
	H = (H ^ v) * 0x100000001b3
	H ^= H >> 29
	if trace {
		_, _, line, _ := runtime.Caller(1)
		fmt.Println("   ", line, v)
	}
}

func mf(f float64) {
	if f != f {
		mu(0x7ff8000000000001)
		return
	}
	mu(math.Float64bits(f))
}
func mc(c complex128) { mf(real(c)); mf(imag(c)) }
func mb(b bool) {
	if b {
		mu(1)
	} else {
		mu(2)
	}
}
func ms(s string) {
	h := uint64(len(s))
	for i := 0; i < len(s); i++ {
		h = h*31 + uint64(s[i])
	}
	mu(h)
	if trace {
		fmt.Printf("    %q\n", s)
	}
}
func ma(v any) {
	switch v := v.(type) {
	case nil:
		mu(7)
	case string:
		ms(v)
	case float64:
		mf(v)
	case float32:
		mf(float64(v))
	case bool:
		mb(v)
	case int:
		mu(uint64(v))
	case error:
		ms(v.Error())
	case fmt.Stringer:
		ms(v.String())
	default:
		ms(fmt.Sprintf("%T", v))
	}
}

func caught() {
	if e := recover(); e != nil {
		if trace {
			fmt.Println("    caught:", e)
		}
		if _, ok := e.(runtime.Error); ok {
			mu(1234) // which of two operands panics first is open
			return
		}
		ms(fmt.Sprint(e))
	}
}

func msg(e any) string {
	if k := reflect.ValueOf(e).Kind(); k == reflect.Func || k == reflect.Pointer && reflect.TypeOf(e).Elem().Kind() == reflect.Int {
		return fmt.Sprintf("%T", e)
	}
	return fmt.Sprintf("%T %v", e, e)
}

func try(name string, f func()) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Printf("%s panic: %v\n", name, e)
		}
		fmt.Printf("%s %016x\n", name, H)
	}()
	H = 14695981039346656037
	f()
}

type integer interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint | ~uintptr
}

// f2i converts what fits.
func f2i[T integer](f float64) T {
	if !(f > -100 && f < 100) {
		return T(math.Float64bits(f) >> 40)
	}
	if f < 0 {
		return -T(-f)
	}
	return T(f)
}

//go:noinline
func keep[T any](v T) T { return v }

func ptrTo[T any](v T) *T { return &v }

func sel[T any](c bool, a, b T) T {
	if c {
		return a
	}
	return b
}

func substr(s string, i, j int) string {
	n := len(s)
	i = int(uint(i) % uint(n+1))
	j = int(uint(j) % uint(n+1))
	if i > j {
		i, j = j, i
	}
	return s[i:j]
}

func head[T any](s []T, n int) []T {
	if len(s) > n {
		return s[:n]
	}
	return s
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	ks := make([]K, 0, len(m))
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}

func reduce[T, A any](s []T, a A, f func(A, T) A) A {
	for _, x := range s {
		a = f(a, x)
	}
	return a
}

func mapped[T, U any](s []T, f func(T) U) []U {
	var out []U
	for _, x := range s {
		out = append(out, f(x))
	}
	return out
}

func filtered[S ~[]T, T any](s S, f func(T) bool) S {
	var out S
	for _, x := range s {
		if f(x) {
			out = append(out, x)
		}
	}
	return out
}

func sorted[T cmp.Ordered](s []T) []T {
	out := append([]T(nil), s...)
	sort.SliceStable(out, func(i, j int) bool { return cmp.Less(out[i], out[j]) })
	if !slices.IsSortedFunc(out, cmp.Compare[T]) {
		ms("not sorted")
	}
	return out
}

type node[K cmp.Ordered, V any] struct {
	k           K
	v           V
	left, right *node[K, V]
}
type tree[K cmp.Ordered, V any] struct {
	root *node[K, V]
	n    int
}

func (t *tree[K, V]) put(k K, v V) {
	p := &t.root
	for *p != nil {
		switch c := cmp.Compare(k, (*p).k); {
		case c < 0:
			p = &(*p).left
		case c > 0:
			p = &(*p).right
		default:
			(*p).v = v
			return
		}
	}
	*p = &node[K, V]{k: k, v: v}
	t.n++
}
func (t *tree[K, V]) all(yield func(K, V) bool) {
	var walk func(n *node[K, V]) bool
	walk = func(n *node[K, V]) bool {
		return n == nil || walk(n.left) && yield(n.k, n.v) && walk(n.right)
	}
	walk(t.root)
}
func (t *tree[K, V]) keys() []K {
	ks := make([]K, 0, t.n)
	for k := range t.all {
		ks = append(ks, k)
	}
	return ks
}

func treeOf[K cmp.Ordered, V any](s []V, f func(V) K) *tree[K, V] {
	t := new(tree[K, V])
	for _, v := range s {
		t.put(f(v), v)
	}
	return t
}

func seq(n, step int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i * step) {
				return
			}
		}
	}
}

type S0 struct {
	F0 int16
	F1 uint32
	F2 uint32
	F3 int64
}
type S1 struct {
	F0 float64
}
type S2 struct {
	F0 string
	F1 []int
	F2 [4]int16
}
var g0 int8 = int8(6)
var g1 complex128 = complex128(complex(4, -1.5))
var g2 []*S1 = make([]*S1, 3, 6)
var g3 map[int8][]uintptr = map[int8][]uintptr{}
func f0(p0 uint8, p1 S2, p2 float64) (float32) {
	switch uint64(zero) {
	case 5, 11:
		for i1 := 1; i1 >= 0; i1-- {
			_ = i1
			var v3 uint16 = (uint16(zero) % uint16(3))
			_ = v3
			for i4 := uint8(250); i4 >= 250; i4++ {
				p2 = -p2
				p0, p0 = p0, p0
				p1 = S2{F0: p1.F0, F1: p1.F1, F2: sel(true, p1.F2, p1.F2)}
				v3 = uint16(1024)
				v3 = sel((uint(zero) != sel(false, uint(317287674596746049), uint(131071))), sel(sel(false, true, true), v3, v3), v3)
			}
			p2 *= (p2 + 0.5)
			p0 = p0
			v3--
		}
		var v5 string
		_ = v5
		fallthrough
	case 2054272130806389755, 9223372036854775807:
		p1.F2 = p1.F2
	case 4, 9:
	case 6:
	case 0:
		var v6 [8]float32
		_ = v6
		for i7 := 0; i7 < 6; i7++ {
			_ = i7
			var v9 int32 = sel(sel(sel(false, false, false), (i7 != 0), sel(true, true, false)), -(int32(zero)), int32(p0))
			_ = v9
			for i10 := 0; i10 < 6; i10++ {
				_ = i10
				p2 = min(p2, p2)
				p1 = S2{}
			}
		}
	case 10, 1, 3:
	case 3910988887326773504, 8:
	default:
		p2 = p2
		p2 = (p2 - p2)
	}
	p2 = (p2 * p2)
	p1.F2 = [4]int16{p1.F2[uint(uint32(zero)) % 4], int16((int(zero) | int(18014398509481984))), (p1.F2[uint(uint(zero)) % 4] - p1.F2[uint(uint16(zero)) % 4]), (p1.F2[uint(uint32(zero)) % 4] - p1.F2[0])}
	var v12 float32 = float32(int64(zero))
	_ = v12
	p2 = float64(uint(zero))
	return v12
}
func hash2(v S1, d int) {
	if d == 0 {
		return
	}
	mf(float64(v.F0))
}
func hash1(v *S1, d int) {
	if d == 0 {
		return
	}
	if v == nil {
		mu(99)
		return
	}
	hash2(*v, d-1)
}
func hash0(v []*S1, d int) {
	if d == 0 {
		return
	}
	mu(uint64(len(v)))
	for i := range v {
		hash1(v[i], d-1)
	}
}
func hash4(v []uintptr, d int) {
	if d == 0 {
		return
	}
	mu(uint64(len(v)))
	for i := range v {
		mu(uint64(v[i]))
	}
}
func hash3(v map[int8][]uintptr, d int) {
	if d == 0 {
		return
	}
	mu(uint64(len(v)))
	for _, k := range sortedKeys(v) {
		mu(uint64(k))
		hash4(v[k], d-1)
	}
}
func t0() {
	func() {
		defer caught()
		v13 := f0(sel((uintptr(zero) == uintptr(2251799813685247)), sel(true, uint8(10), uint8(127)), min(uint8(zero), uint8(8))), sel((int(zero) != 0), S2{}, S2{}), sel((uint32(zero) <= uint32(4103071699)), sel(true, float64(0.5), float64(1e-3)), float64(float64(zeroF))))
		mf(float64(v13))
	}()
	func() {
		defer caught()
		v14 := f0(sel((float32(zeroF) != float32(-2.75)), sel(true, uint8(4), uint8(255)), (uint8(zero) + uint8(40))), S2{F0: "\xff\xfe", F2: [4]int16{}}, sel((int(zero) >= int(-9223372036854775807)), sel(false, float64(0), float64(0.1)), float64(3.25)))
		mf(float64(v14))
	}()
	mu(uint64(g0))
	mc(complex128(g1))
	hash0(g2, 3)
	hash3(g3, 3)
}
func f1(p0 uintptr, p1 int) (uint32, uintptr, int, string, int8) {
	mu(uint64(p0))
	g0, g0 = g0, (g0 >> 33)
	g3 = g3
	g2 = sel(sel((p1 != 0), (p1 != 0), sel(false, true, false)), []*S1{ptrTo(S1{}), &S1{}}, []*S1{g2[len(g2)-1], g2[len(g2)-1], &S1{}, g2[int(uint(p0) % uint(len(g2)))], g2[p1 & 7]})
	v15 := &g1
	_ = v15
	if (keep([4]int16{}) != keep([4]int16{int16(4), int16(4260), int16(7), int16(6)})) {
		{
			switch x16 := any(S1{}).(type) {
			case uint32:
				_ = x16
				g2[int(uint(uint64(zero)) % uint(len(g2)))] = &S1{F0: (*g2[g0 & 7]).F0}
			case uint8:
				_ = x16
				(*v15) = ((*v15) + complex128(complex(3, 0.5)))
				if _, ok17 := g3[int8(1)]; ok17 {
					delete(g3, g0)
				}
			case string:
				_ = x16
				hash3(g3, 3)
				v18 := f0(uint8(32), S2{F0: x16, F1: []int{p1, p1}, F2: [4]int16{}}, sel((p1 >= p1), -(*g2[p1 & 7]).F0, (*g2[int(uint(int16(zero)) % uint(len(g2)))]).F0))
				_ = v18
			case S1:
				_ = x16
			default:
				_ = x16
			}
		}
	} else {
		mu(uint64(p1))
		mu(uint64(copy(g2, g2[len(g2)/3:])))
		g2[int(uint(int64(zero)) % uint(len(g2)))] = g2[int(uint(uint16(zero)) % uint(len(g2)))]
		switch x := uint64(zero) & 7; x {
		case 3, 12, 5:
			ch19 := make(chan int32, 2)
			for range 4 {
				select {
				case ch19 <- (int32(zero) * -(int32(zero))):
				default:
					v20, ok := <-ch19
					mb(ok)
					mu(uint64(v20))
				}
			}
			close(ch19)
			for v21 := range ch19 { mu(uint64(v21)) }
		case 1:
		case 10:
			v15 = &g1
		default:
			if !(uint(zero) < uint(10)) {
				p0 = max(p0, ((p0 + uintptr(bits.ReverseBytes64(uint64(p0)))) % p0))
			}
		}
	}
	return sel(((keep(S0{F0: int16(7), F1: uint32(8), F2: uint32(2)}) != keep(S0{F0: int16(4), F2: uint32(6), F3: int64(33554431)})) && (uint16(zero) != uint16(6))), uint32((uint(zero) - uint(8))), sel((float32(zeroF) <= float32(1)), -(uint32(zero)), (uint32(zero) - uint32(4294967295)))), -p0, p1, (keep("a") + "x\x00y"), (g0 * g0)
}
func t1() {
	func() {
		defer caught()
		v22, v23, v24, v25, v26 := f1(sel(sel(false, true, false), sel(false, uintptr(16081246858880248636), uintptr(5)), (uintptr(zero) >> 32)), int((uint16(zero) | uint16(0))))
		mu(uint64(v22))
		mu(uint64(v23))
		mu(uint64(v24))
		ms(v25)
		mu(uint64(v26))
	}()
	func() {
		defer caught()
		v27, v28, v29, v30, v31 := f1(sel((uintptr(zero) < uintptr(16)), (uintptr(zero) >> (int16(zero) & 127)), (uintptr(zero) << (uint8(zero) & 15))), (int(bits.Len64(uint64(int(zero)))) - int(zero)))
		mu(uint64(v27))
		mu(uint64(v28))
		mu(uint64(v29))
		ms(v30)
		mu(uint64(v31))
	}()
	mu(uint64(g0))
	mc(complex128(g1))
	hash0(g2, 3)
	hash3(g3, 3)
}
func hash5(v []string, d int) {
	if d == 0 {
		return
	}
	mu(uint64(len(v)))
	for i := range v {
		ms(v[i])
	}
}
func f2(p0 int16, p1 []int, p2 [16]bool, p3 bool) {
	if (uint16(zero) == (uint16(2) & uint16(zero))) {
		g3 = map[int8][]uintptr{int8(-124): sel(true, make([]uintptr, 8, 10), []uintptr{uintptr(8796093022207), uintptr(9223372036854775808), uintptr(18446744073709551614), uintptr(536870911)}), int8(8): make([]uintptr, 7, 9), int8(9): []uintptr{uintptr(1), uintptr(4), uintptr(4)}}
		for i32 := range seq(5, 2) {
			_ = i32
			var v34 string = strconv.Itoa(int(int64(zero)))
			_ = v34
			v35 := p2[len(p2)/2:]
			_ = v35
		}
		switch x := uint64(zero); x {
		case 8, 9223372036854775808, 4:
			hash3(g3, 3)
			fallthrough
		case 0, 1:
			fallthrough
		default:
		}
		if (keep([4]int16{p0, p0, p0, p0}) != keep([4]int16{int16(8), p0, p0, p0})) {
			g2 = append(g2, ptrTo(S1{}), &S1{}, (*S1)(nil), g2[int(uint(p0) % uint(len(g2)))])
			g2 = head(g2, 64)
			var v36 uint8 = uint8(len(p1))
			_ = v36
		} else {
			for _, k37 := range sortedKeys(g3) {
				e38 := g3[k37]
				_ = e38
				p1 = []int{p1[g0 % 8], p1[len(p1)-1], int(bits.Reverse64(uint64(p1[int(uint(p0) % uint(len(p1)))]))), int(9), p1[int(uint(uint32(zero)) % uint(len(p1)))], p1[int(uint(e38[int(uint(k37) % uint(len(e38)))]) % uint(len(p1)))]}
				hash4(e38, 3)
				e38 = []uintptr(nil)
			}
		}
	}
	switch uint8(zero) {
	case 5:
	case 7, 127:
		switch x39 := any(map[uint8]int32{uint8(10): int32(6), uint8(238): int32(2), uint8(3): int32(-9), uint8(9): int32(6)}).(type) {
		case uint8:
			_ = x39
		case int32:
			_ = x39
			if ((uint16(zero) != uint16(0)) && (p1[int(uint(uint32(zero)) % uint(len(p1)))] != 0)) {
				mb(p3)
				x39 -= (x39 % int32(2048))
				var v40 int32 = (x39 >> uint32(zero))
				_ = v40
				var v41 uint = sel((g0 == int8(bits.OnesCount8(uint8(g0)))), f2i[uint](float64(float32(math.Abs(float64(float32(zeroF)))))), max(uint(zero), (uint(34359738368) * uint(zero))))
				_ = v41
			} else {
				mu(uint64(g0))
			}
		case int8:
			_ = x39
			for i42 := int64(0); i42 < 12; i42 += 3 {
				_ = i42
				p2[uint8(zero) & 15] = p3
			}
			if !(uint32(zero) != uint32(3)) {
				hash0(g2, 3)
			} else {
				v44 := p1[g0 >> 5:]
				_ = v44
				v44 = append(v44, sel((float32(zeroF) > float32(1e-3)), v44[int(uint(uint(zero)) % uint(len(v44)))], sel(p2[4], int(144115188075855871), p1[int(uint(uintptr(zero)) % uint(len(p1)))])))
				v44 = head(v44, 64)
				v44 = append(v44, head([]int{}, 8)...)
				v44 = head(v44, 64)
				v44 = append(v44, p1[int(uint(int64(zero)) % uint(len(p1)))])
				v44 = head(v44, 64)
			}
		case map[uint8]int32:
			_ = x39
			g2 = append(g2, g2[int(uint(uintptr(zero)) % uint(len(g2)))], &S1{}, &S1{})
			g2 = head(g2, 64)
		default:
			_ = x39
		}
	case 11, 1:
		var v45 int = int((uintptr(zero) ^ uintptr(bits.RotateLeft64(uint64(uintptr(zero)), int(uint32(zero))))))
		_ = v45
		if (v45 > p1[len(p1)-1]) {
			break
		}
	case 4, 6:
	case 64, 12, 0:
		g2 = append(g2, head([]*S1(nil), 8)...)
		g2 = head(g2, 64)
	case 8:
		switch x46 := any(sel((p1[g0 % 8] != 0), uint64(bits.LeadingZeros64(uint64(uint64(zero)))), sel(true, uint64(9223372036854775808), uint64(288230376151711744)))).(type) {
		case uintptr:
			_ = x46
		case uint64:
			_ = x46
			defer func() { mb(p3) }()
			var v47 int = int(bits.OnesCount64(uint64(p1[int(uint(uint8(zero)) % uint(len(p1)))])))
			_ = v47
		case uint:
			_ = x46
			v48 := mapped(head([]uint{}, 20), func(a uint) string { return sel(p3, sel(false, "ab", "0123456789abcdef0123456789abcdef"), sel(true, "\xff\xfe", "h\u00e9llo, \u4e16\u754c")) })
			_ = v48
			for i49 := range 1 {
				_ = i49
				g2 = []*S1(nil)
				hash5(v48, 3)
				v48 = []string{string(rune(int32(zero)))}
			}
		case int64:
			_ = x46
		default:
			_ = x46
		}
	case 10:
		v51 := &p3
		_ = v51
	default:
	}
	switch uint(zero) & 7 {
	case 5, 1073741823, 3:
		g0 = g0
	case 7, 6:
		if (int64(zero) != (int64(zero) - int64(-9223372036854775807))) {
			p2[14] = (keep([4]int16{p0, p0, p0, int16(-17749)}) != keep([4]int16{p0, p0, p0, p0}))
			p0, p0 = p0, p0
		}
	case 12, 11:
		g0, g0 = g0, g0
	case 9, 10:
	case 0:
		p2 = p2
		p1[g0 % 8] -= p1[int(uint(uint8(zero)) % uint(len(p1)))]
	default:
	}
	p0++
	p0 = int16(p0)
	g2 = []*S1{&S1{}, sel(true, &S1{}, &S1{}), g2[g0 % 8], g2[int(uint(p1[p0 >> 13]) % uint(len(g2)))]}
	v52 := filtered(head([]int16{int16(8), int16(11672)}, 20), func(a int16) bool { return (keep(p2) == keep(p2)) })
	_ = v52
	v53, v54, v55, v56, v57 := f1(((uintptr(zero) + ^(uintptr(zero))) / (uintptr(zero) | 1)), p1[p0 & 7])
	_, _, _, _, _ = v53, v54, v55, v56, v57
}
func t2() {
	func() {
		defer caught()
		f2((int16(zero) % (int16(zero) | 1)), []int(nil), sel((float64(zeroF) < float64(1)), [16]bool{}, sel(false, [16]bool{}, [16]bool{})), (int8(zero) >= (int8(127) | int8(zero))))
	}()
	func() {
		defer caught()
		f2(^(int16(zero)), []int{int(4), int(-4997270830598996135), int(4611686018427387903), int(-9223372036854775808), int(4611686018427387904)}, sel((int(zero) == int(-7)), sel(false, [16]bool{}, [16]bool{}), [16]bool{}), sel((uint64(zero) > uint64(6)), (uint(zero) == uint(4)), sel(true, false, true)))
	}()
	mu(uint64(g0))
	mc(complex128(g1))
	hash0(g2, 3)
	hash3(g3, 3)
}
func f3(p0 complex64, p1 float32, p2 uint16, p3 string, p4 int64) (uint32) {
	var v58 bool = sel((uint32(zero) == sel(false, uint32(2147483647), uint32(5))), ((uint(zero) > uint(7)) && (uint(zero) >= uint(4611686018427387904))), !(int(zero) != 0))
	_ = v58
	if ((p1 == float32(9007199254740993)) || (uintptr(zero) < uintptr(3))) {
		for i59 := 0; i59 < 2; i59++ {
			_ = i59
			var v61 int64
			_ = v61
			v58 = ((int32(zero) <= sel(v58, int32(134217728), int32(0))) || ((uintptr(zero) > uintptr(2047)) && (i59 != 0)))
			p2 = p2
			v61 = ^(v61)
			v61 = int64(-8)
		}
		p4, p4 = p4, p4
	}
	p0 = complex(p1, p1)
	v58 = ((uintptr(zero) >= sel(true, uintptr(65535), uintptr(5))) || (p4 == p4))
	return uint32(bits.TrailingZeros32(uint32(uint32(zero))))
}
func t3() {
	func() {
		defer caught()
		v62 := f3(sel(sel(true, true, false), sel(true, complex64(complex(3, 2.5)), complex64(complex(0, -2.5))), complex(float32(zeroF), float32(zeroF))), (float32(zeroF) / float32(zeroF)), sel(sel(true, true, false), sel(true, uint16(9), uint16(9)), sel(true, uint16(43303), uint16(8))), sel(sel(false, true, false), "a", sel(false, "ab", "a")), sel((int8(zero) > int8(63)), (int64(zero) &^ int64(17592186044416)), int64(-6641955461929898947)))
		mu(uint64(v62))
	}()
	func() {
		defer caught()
		v63 := f3(sel((uint32(zero) < uint32(131072)), complex64(complex(-2, 4.5)), complex(float32(zeroF), float32(zeroF))), (float32(zeroF) - float32(zeroF)), (uint16(zero) >> (uint(zero) & 127)), sel((int8(zero) > int8(3)), sel(true, "x\x00y", "hello"), ""), int64(zero))
		mu(uint64(v63))
	}()
	mu(uint64(g0))
	mc(complex128(g1))
	hash0(g2, 3)
	hash3(g3, 3)
}
func f4() (r0 int) {
	var v64 S1 = S1{}
	_ = v64
	v64.F0 = (v64.F0 + v64.F0)
	r0 = ((r0 + ^(r0)) + r0)
	return
}
func t4() {
	func() {
		defer caught()
		v65 := f4()
		mu(uint64(v65))
	}()
	func() {
		defer caught()
		v66 := f4()
		mu(uint64(v66))
	}()
	mu(uint64(g0))
	mc(complex128(g1))
	hash0(g2, 3)
	hash3(g3, 3)
}
func f5(p0 uint32, p1 int) (int16, bool, [2]uint32, uint16, int32) {
	if (int32(zero) > int32(uintptr(zero))) {
		var v67 any = (g1 * (g1 / complex128(complex(0, 4.5))))
		_ = v67
		{
			gi68 := 0
		L69:
			gi68++
			{
				for i70, e71 := range head(g2, 16) {
					_, _ = i70, e71
					p0 = p0
					v67 = any(f2i[uint8](float64(float32(1e10))))
				}
			}
			if gi68 < 3 { goto L69 }
		}
		p1 |= p1
		for i72, c73 := range substr((keep("") + substr(keep("a"), p1, p1)), 0, 12) {
			_, _ = i72, c73
			for _, k74 := range sortedKeys(g3) {
				e75 := g3[k74]
				_ = e75
				e75[int(uint(uint8(zero)) % uint(len(e75)))] &= (e75[int(uint(uint64(zero)) % uint(len(e75)))] * e75[int(uint(e75[int(uint(p1) % uint(len(e75)))]) % uint(len(e75)))])
				v76 := f4()
				_ = v76
				g2 = g2
				g2[int(uint(c73) % uint(len(g2)))] = ptrTo(S1{})
			}
			v77, v78, v79, v80, v81 := f1(sel(sel(true, true, true), sel(true, uintptr(144115188075855871), uintptr(0)), ^(uintptr(zero))), ((p1 << 0) - i72))
			_, _, _, _, _ = v77, v78, v79, v80, v81
		}
	}
	p0 = min(p0, f3(complex64(complex(2, 0.5)), float32(123456.789), uint16(256), "\xff\xfe", int64(31)))
	mu(uint64(p1))
	g2[p0 & 7] = &S1{F0: (*g2[int(uint(uintptr(zero)) % uint(len(g2)))]).F0}
	if _, ok82 := g3[int8(10)]; ok82 {
		delete(g3, g0)
	}
	v83 := mapped(head([]int32(nil), 20), func(a int32) string { return (keep("x\x00y") + (keep("\xff\xfe") + "\xff\xfe")) })
	_ = v83
	for i84, e85 := range head(v83, 16) {
		_, _ = i84, e85
		for i86 := 0; i86 < 8; i86++ {
			_ = i86
			g3 = sel(sel((i84 >= i86), (uint(zero) != uint(4)), sel(true, false, true)), map[int8][]uintptr{}, map[int8][]uintptr{int8(-6): []uintptr{uintptr(4)}, int8(0): []uintptr{uintptr(11389916675320767524), uintptr(10), uintptr(6), uintptr(8), uintptr(10), uintptr(0)}})
			if (int64(zero) < sel(true, int64(17179869184), int64(576460752303423487))) {
				e85 = sel((keep([4]int16{}) == keep([4]int16{int16(32), int16(-3), int16(-13286), int16(511)})), string([]rune(e85)), (v83[int(uint(p0) % uint(len(v83)))] + e85))
				p0 = (p0 & p0)
				g2 = g2
			}
			mu(uint64(i84))
		}
		g3[(g0 << uint8(zero))] = sel((uintptr(zero) <= uintptr(2048)), []uintptr{uintptr(7)}, []uintptr{uintptr(0), uintptr(15746064917807841906)})
		if (int32(zero) > int32(8388607)) {
			continue
		}
	}
	mu(uint64(p1))
	if (v83[int(uint(uint64(zero)) % uint(len(v83)))] <= "") {
		if (g0 >= int8(int16(zero))) {
			mu(uint64(p1))
			var v88 complex128 = sel((p0 == uint32((int64(zero) ^ int64(3)))), (g1 - complex128(complex(-4, 3.5))), g1)
			_ = v88
			p1, p1 = (p1 << (p0 & 127)), p1
		} else {
			v89 := g2[(p1 & 3) : (p1 & 3)+1]
			_ = v89
			p0++
			g3 = g3
			p1 *= p1
		}
		v90, v91, v92, v93, v94 := f1(^(uintptr(zero)), p1)
		_, _, _, _, _ = v90, v91, v92, v93, v94
		v83[p0 >> 29] = v93
	} else {
		if (v83[g0 & 7] != "ab") {
			mu(uint64(copy(g2, g2[len(g2)/3:])))
			for i95, e96 := range head(g2, 16) {
				_, _ = i95, e96
				g2 = g2
				g0 = g0
				g2[p1 & 7] = &S1{}
				g3 = map[int8][]uintptr{int8(-115): sel(true, []uintptr(nil), []uintptr{uintptr(1), uintptr(5), uintptr(8796093022207), uintptr(1190223442077775463), uintptr(2), uintptr(5)}), int8(-3): sel(true, []uintptr{uintptr(9223372036854775807), uintptr(2147483648), uintptr(33554431), uintptr(6)}, []uintptr(nil)), int8(6): []uintptr{uintptr(5), uintptr(7), uintptr(7)}}
			}
			hash5(v83, 3)
		} else {
			g2 = append(g2, head(sel(sel(false, true, false), g2, []*S1{}), 8)...)
			g2 = head(g2, 64)
			g3 = map[int8][]uintptr{int8(-10): sel(true, []uintptr{uintptr(9), uintptr(65535)}, make([]uintptr, 0, 4)), int8(-128): []uintptr(nil), int8(7): []uintptr{uintptr(9223372036854775808), uintptr(9), uintptr(8)}, int8(8): []uintptr{uintptr(4), uintptr(9223372036854775807), uintptr(4)}}
			v97 := filtered(head([]int16{}, 20), func(a int16) bool { return (p1 != p1) })
			_ = v97
			mu(uint64(p0))
		}
		mc(complex128(g1))
	}
	g3 = map[int8][]uintptr{int8(-119): []uintptr{uintptr(134217728), uintptr(1), uintptr(0)}, int8(127): []uintptr{uintptr(10), uintptr(536870912), uintptr(4398046511103), uintptr(4)}, int8(16): []uintptr{uintptr(0), uintptr(5), uintptr(0), uintptr(5)}, int8(6): sel(false, []uintptr{}, []uintptr{uintptr(5), uintptr(3), uintptr(7), uintptr(8), uintptr(9223372036854775807), uintptr(14642812071070853429)})}
	return int16(bits.RotateLeft16(uint16(int16(zero)), int(uint(zero)))), ((p0 >= (p0 >> uint64(zero))) || (keep([2]uint32{uint32(4), uint32(64)}) != keep([2]uint32{}))), [2]uint32{uint32(0), ((p0 + p0) / (p0 | 1))}, ((uint16(zero) &^ uint16((int32(zero) | int32(2147483647)))) + uint16(zero)), sel(((uint8(zero) < uint8(64)) || (uint64(zero) <= uint64(144115188075855872))), sel(sel(false, true, false), (int32(zero) / (int32(zero) | 1)), sel(false, int32(8), int32(2147483647))), (int32(zero) | int32(cap(g2))))
}
func hash6(v [2]uint32, d int) {
	if d == 0 {
		return
	}
	for i := range v {
		mu(uint64(v[i]))
	}
}
func t5() {
	func() {
		defer caught()
		v98, v99, v100, v101, v102 := f5(f3(complex64(complex(-2, -2.5)), float32(-1), uint16(0), "ab", int64(-9223372036854775808)), -(int(zero)))
		mu(uint64(v98))
		mb(v99)
		hash6(v100, 3)
		mu(uint64(v101))
		mu(uint64(v102))
	}()
	func() {
		defer caught()
		v103, v104, v105, v106, v107 := f5(f3(complex64(complex(0, -2.5)), float32(16777217), uint16(511), "x\x00y", int64(2)), f4())
		mu(uint64(v103))
		mb(v104)
		hash6(v105, 3)
		mu(uint64(v106))
		mu(uint64(v107))
	}()
	mu(uint64(g0))
	mc(complex128(g1))
	hash0(g2, 3)
	hash3(g3, 3)
}

func walk(v reflect.Value, d int) {
	if d == 0 || !v.IsValid() {
		return
	}
	ms(v.Kind().String() + v.Type().String())
	switch v.Kind() {
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			ms(v.Type().Field(i).Name + string(v.Type().Field(i).Tag))
			walk(v.Field(i), d-1)
		}
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len(); i++ {
			walk(v.Index(i), d-1)
		}
	case reflect.Pointer, reflect.Interface:
		walk(v.Elem(), d-1)
	case reflect.Map:
		ks := v.MapKeys()
		sort.Slice(ks, func(i, j int) bool { return fmt.Sprint(ks[i]) < fmt.Sprint(ks[j]) })
		for _, k := range ks {
			walk(k, d-1)
			walk(v.MapIndex(k), d-1)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		mu(uint64(v.Int()))
	case reflect.Float64, reflect.Float32:
		mf(v.Float())
	case reflect.String:
		ms(v.String())
	}
}

func panicOps0() {
	s, str, i, j := make([]int, 4, 6), "hello"[:4], keep(4), keep(-1)
	var a [10]int
	var x, y int = 100, int(i/2)
	var p *int
	var m map[string]int
	var e any = 2.5
	mm := map[any]int{}
	var ch chan int = make(chan int)
	var st *struct { pad [2]int; v int }
	var fn func()
	show := func(f func()) { defer func() { if e := recover(); e != nil { ms(msg(e)); _, isErr := e.(error); mb(isErr) } }(); f() }
	_, _, _, _, _, _, _, _, _, _, _, _, _, _, _ = s, str, i, j, a, x, y, p, m, e, mm, ch, st, fn, show
	show(func() { mu(uint64(s[i])) })
	show(func() { mu(uint64(a[i&15])) })
	show(func() { mu(uint64(len(s[i:]))) })
	show(func() { mu(uint64(len(s[:i]))) })
	show(func() { mu(uint64(len(s[i:j]))) })
	show(func() { mu(uint64(len(s[i:j:j+1]))) })
	show(func() { mu(uint64(len(str[i:]))) })
	show(func() { mu(uint64(str[j])) })
	show(func() { mu(uint64(len(str[i:j]))) })
	show(func() { mu(uint64(x / y)) })
	show(func() { mu(uint64(x % y)) })
	show(func() { mu(uint64(*p)) })
	show(func() { m["a"] = 1 })
	show(func() { ms(e.(string)) })
	show(func() { mu(uint64(e.(int))) })
	show(func() { ms(e.(fmt.Stringer).String()) })
	show(func() { mb(e == any(s)) })
	show(func() { mm[e]++ })
	show(func() { close(ch) })
	show(func() { mu(uint64(len(make([]int, i)))) })
	show(func() { mu(uint64(cap(make([]int, 2, j)))) })
	show(func() { mu(uint64(x << (i))) })
	show(func() { mu(uint64(len((*[4]int)(s)))) })
	show(func() { mu(uint64(st.v)) })
	show(func() { fn() })
	show(func() { panic(e) })
	show(func() { panic(fmt.Errorf("wrapped %w", errors.New("x"))) })
	show(func() { panic(nil) })
	show(func() { var st2 fmt.Stringer; ms(st2.String()) })
	show(func() { s[i], s[0] = 7, 8 })
	show(func() { mu(uint64(len(append(s[:i], 3)))) })
	show(func() { mu(uint64(strings.Repeat("ab", j)[0])) })
	show(func() { mu(uint64(copy(s[i:], s))) })
	show(func() { for q := range s[j:] { mu(uint64(q)) } })
	ms(fmt.Sprint(s, m, len(mm)))
}
func panicOps1() {
	s, str, i, j := make([]int, 3, 5), "hello"[:3], keep(-2), keep(9)
	var a [10]int
	var x, y int = 100, int(i/2)
	var p *int
	var m map[string]int
	var e any = 5
	mm := map[any]int{}
	var ch chan int
	var st *struct { pad [2]int; v int }
	var fn func()
	show := func(f func()) { defer func() { if e := recover(); e != nil { ms(msg(e)); _, isErr := e.(error); mb(isErr) } }(); f() }
	_, _, _, _, _, _, _, _, _, _, _, _, _, _, _ = s, str, i, j, a, x, y, p, m, e, mm, ch, st, fn, show
	show(func() { mu(uint64(s[i])) })
	show(func() { mu(uint64(a[i&15])) })
	show(func() { mu(uint64(len(s[i:]))) })
	show(func() { mu(uint64(len(s[:i]))) })
	show(func() { mu(uint64(len(s[i:j]))) })
	show(func() { mu(uint64(len(s[i:j:j+1]))) })
	show(func() { mu(uint64(len(str[i:]))) })
	show(func() { mu(uint64(str[j])) })
	show(func() { mu(uint64(len(str[i:j]))) })
	show(func() { mu(uint64(x / y)) })
	show(func() { mu(uint64(x % y)) })
	show(func() { mu(uint64(*p)) })
	show(func() { m["a"] = 1 })
	show(func() { ms(e.(string)) })
	show(func() { mu(uint64(e.(int))) })
	show(func() { ms(e.(fmt.Stringer).String()) })
	show(func() { mb(e == any(s)) })
	show(func() { mm[e]++ })
	show(func() { close(ch) })
	show(func() { mu(uint64(len(make([]int, i)))) })
	show(func() { mu(uint64(cap(make([]int, 2, j)))) })
	show(func() { mu(uint64(x << (i))) })
	show(func() { mu(uint64(len((*[4]int)(s)))) })
	show(func() { mu(uint64(st.v)) })
	show(func() { fn() })
	show(func() { panic(e) })
	show(func() { panic(fmt.Errorf("wrapped %w", errors.New("x"))) })
	show(func() { panic(nil) })
	show(func() { var st2 fmt.Stringer; ms(st2.String()) })
	show(func() { s[i], s[0] = 7, 8 })
	show(func() { mu(uint64(len(append(s[:i], 3)))) })
	show(func() { mu(uint64(strings.Repeat("ab", j)[0])) })
	show(func() { mu(uint64(copy(s[i:], s))) })
	show(func() { for q := range s[j:] { mu(uint64(q)) } })
	ms(fmt.Sprint(s, m, len(mm)))
}
func division0() {
	for _, x := range []int{-9223372036854775808, -9223372036854775807, -5569724923867088185, -100, -7, -2, -1, 0, 1, 2, 3, 7, 12, 16, 100, 1024, 4611686018427387903, 4611686018427387904, 5398711825107594211, 9223372036854775806, 9223372036854775807} {
		mu(uint64(x / (-9223372036854775808)))
		mu(uint64(x % (-9223372036854775808)))
		mb(x%(-9223372036854775808) == 1)
		mb(x > (-9223372036854775808))
		mu(uint64((x &^ (-9223372036854775808)) + (x | (-9223372036854775808))))
		mu(uint64(x / (9223372036854775806)))
		mu(uint64(x % (9223372036854775806)))
		mb(x%(9223372036854775806) == 0)
		mu(uint64(x * (9223372036854775806)))
		mb(x < (9223372036854775806))
		mu(uint64((x &^ (9223372036854775806)) + (x | (9223372036854775806))))
		mu(uint64(x / (9048604121183223596)))
		mu(uint64(x % (9048604121183223596)))
		mu(uint64(x * (9048604121183223596)))
		mu(uint64(x / (9223372036854775806)))
		mu(uint64(x % (9223372036854775806)))
		mb(x%(9223372036854775806) == 0)
		mu(uint64(x / (3308259440954912319)))
		mu(uint64(x % (3308259440954912319)))
		mu(uint64(x / (13)))
		mu(uint64(x % (13)))
		mu(uint64(x / (9223372036854775807)))
		mu(uint64(x % (9223372036854775807)))
		mb(x%(9223372036854775807) == 0)
		mu(uint64((x &^ (9223372036854775807)) + (x | (9223372036854775807))))
		mu(uint64(x / (288230376151711745)))
		mu(uint64(x % (288230376151711745)))
		mu(uint64(x * (288230376151711745)))
		mb(x > (288230376151711745))
		mu(uint64(x / (-9223372036854775808)))
		mu(uint64(x % (-9223372036854775808)))
		mu(uint64((x &^ (-9223372036854775808)) + (x | (-9223372036854775808))))
		mu(uint64(x / (9223372036854775807)))
		mu(uint64(x % (9223372036854775807)))
		mb(x%(9223372036854775807) == 1)
		mu(uint64(x * (9223372036854775807)))
		mb(x <= (9223372036854775807))
		mu(uint64(x / (4097)))
		mu(uint64(x % (4097)))
		mu(uint64(x * (4097)))
		mb(x <= (4097))
		mu(uint64(x / (9223372036854775806)))
		mu(uint64(x % (9223372036854775806)))
		mu(uint64(x * (9223372036854775806)))
		for _, y := range []int{-9223372036854775808, -9223372036854775807, -8174119896077112041, -100, -7, -2, -1, 0, 1, 2, 3, 7, 32, 100, 1125899906842625, 1165735112934362753, 4611686018427387903, 4611686018427387904, 9223372036854775806, 9223372036854775807} {
			if y != 0 {
				mu(uint64(x/y))
				mu(uint64(x%y))
			}
		}
	}
}
func division1() {
	for _, x := range []int{-9223372036854775808, -9223372036854775807, -100, -7, -2, -1, 0, 1, 2, 3, 7, 17, 100, 512, 131072, 134217728, 8589934592, 1112740180541235201, 1693959838522002624, 2600139887789597317, 4611686018427387903, 4611686018427387904, 9223372036854775806, 9223372036854775807} {
		mu(uint64(x / (16777217)))
		mu(uint64(x % (16777217)))
		mb(x%(16777217) == 1)
		mu(uint64(x * (16777217)))
		mb(x <= (16777217))
		mu(uint64(x / (9223372036854775807)))
		mu(uint64(x % (9223372036854775807)))
		mb(x%(9223372036854775807) == 0)
		mu(uint64(x * (9223372036854775807)))
		mu(uint64(x / (9223372036854775807)))
		mu(uint64(x % (9223372036854775807)))
		mu(uint64(x / (-4)))
		mu(uint64(x % (-4)))
		mu(uint64(x * (-4)))
		mb(x < (-4))
		mu(uint64((x &^ (-4)) + (x | (-4))))
		mu(uint64(x / (72057594037927936)))
		mu(uint64(x % (72057594037927936)))
		mb(x%(72057594037927936) == 1)
		mu(uint64(x * (72057594037927936)))
		mb(x <= (72057594037927936))
		mu(uint64((x &^ (72057594037927936)) + (x | (72057594037927936))))
		mu(uint64(x / (-9223372036854775808)))
		mu(uint64(x % (-9223372036854775808)))
		mb(x%(-9223372036854775808) == 1)
		mb(x <= (-9223372036854775808))
		mu(uint64((x &^ (-9223372036854775808)) + (x | (-9223372036854775808))))
		mu(uint64(x / (9007199254740992)))
		mu(uint64(x % (9007199254740992)))
		mb(x%(9007199254740992) == 1)
		mu(uint64(x / (-9223372036854775808)))
		mu(uint64(x % (-9223372036854775808)))
		mb(x%(-9223372036854775808) == 1)
		mu(uint64(x / (-13)))
		mu(uint64(x % (-13)))
		mu(uint64((x &^ (-13)) + (x | (-13))))
		mu(uint64(x / (-7485707043532256566)))
		mu(uint64(x % (-7485707043532256566)))
		mb(x > (-7485707043532256566))
		mu(uint64(x / (9223372036854775807)))
		mu(uint64(x % (9223372036854775807)))
		mb(x%(9223372036854775807) == 1)
		mu(uint64(x * (9223372036854775807)))
		mb(x > (9223372036854775807))
		mu(uint64(x / (-9223372036854775808)))
		mu(uint64(x % (-9223372036854775808)))
		mu(uint64(x * (-9223372036854775808)))
		mb(x < (-9223372036854775808))
		for _, y := range []int{-9223372036854775808, -9223372036854775807, -100, -14, -12, -7, -2, -1, 0, 1, 2, 3, 7, 100, 1024, 2147483649, 2199023255552, 4611686018427387903, 4611686018427387904, 9223372036854775806, 9223372036854775807} {
			if y != 0 {
				mu(uint64(x/y))
				mu(uint64(x%y))
			}
		}
	}
}
func shifts0() {
	for _, x := range []uint8{0, 1, 2, 3, 6, 7, 9, 32, 33, 64, 100, 101, 127, 128, 215, 254, 255} {
		for _, s := range []uint16{0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 127} {
			mu(uint64(x << s))
			mu(uint64(x >> s))
			mu(uint64(x << (s & 31)))
			mu(uint64(x >> (s % 16)))
			mu(uint64((x << s) >> 59))
			mu(uint64((x >> 59) << s))
			if s < 8 { mu(uint64(x<<s | x>>(8-s))) }
			mu(uint64(int64(x) >> (s&63)))
			mu(uint64(uint32(x) << s))
		}
		mu(uint64(x<<59 ^ x>>11))
	}
}
func shifts1() {
	for _, x := range []uint64{0, 1, 2, 3, 6, 7, 11, 100, 262144, 9223372036854775807, 9223372036854775808, 18446744073709551614, 18446744073709551615} {
		for _, s := range []uint32{0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 127} {
			mu(uint64(x << s))
			mu(uint64(x >> s))
			mu(uint64(x << (s & 31)))
			mu(uint64(x >> (s % 16)))
			mu(uint64((x << s) >> 67))
			mu(uint64((x >> 67) << s))
			if s < 64 { mu(uint64(x<<s | x>>(64-s))) }
			mu(uint64(int64(x) >> (s&63)))
			mu(uint64(uint32(x) << s))
		}
		mu(uint64(x<<67 ^ x>>24))
	}
}
func conversions0() {
	for _, x := range []int32{-2147483648, -2147483647, -100, -11, -7, -2, -1, 0, 1, 2, 3, 7, 100, 32769, 16777217, 499266346, 1073741823, 1073741824, 1163361064, 2147483646, 2147483647} {
		mu(uint64(uint64(x)))
		mu(uint64(int(uint64(x))))
		mu(uint64(uint64(int(uint64(x)))))
		mu(uint64(int16(uint64(int(uint64(x))))))
		mf(float64(x))
		mf(float64(float32(x)))
		mf(float64(float32(uint64(x))))
		mf(float64(uint64(x)))
		mu(uint64(int64(float64(x%100))))
		if y := float64(x); y > -9e18 && y < 9e18 { mu(uint64(int64(y * 0.75))); mu(uint64(int64(float32(y) / 3))) }
		if y := float64(x); y >= 0 && y < 1.8e19 { mu(uint64(y)); mu(uint64(uint64(y) >> 3)) }
	}
}
func conversions1() {
	for _, x := range []int32{-2147483648, -2147483647, -100, -7, -2, -1, 0, 1, 2, 3, 7, 100, 2048, 65537, 464977101, 1073741823, 1073741824, 2147483646, 2147483647} {
		mu(uint64(int8(x)))
		mu(uint64(int(int8(x))))
		mu(uint64(uint32(int(int8(x)))))
		mu(uint64(int8(uint32(int(int8(x))))))
		mf(float64(x))
		mf(float64(float32(x)))
		mf(float64(float32(uint64(x))))
		mf(float64(uint64(x)))
		mu(uint64(int64(float64(x%100))))
		if y := float64(x); y > -9e18 && y < 9e18 { mu(uint64(int64(y * 0.75))); mu(uint64(int64(float32(y) / 3))) }
		if y := float64(x); y >= 0 && y < 1.8e19 { mu(uint64(y)); mu(uint64(uint64(y) >> 3)) }
	}
}
func floats0() {
	var z float32
	inf, negz, big := 1/z, -z, z+1
	negz = z * -1
	nan := inf - inf
	vs := []float32{0, negz, 1, -1, inf, -inf, nan, 0.1, 1e-30, 1e30, 3.5, -2.5, 16777217, big/3, 785950.1929062349, 826138.5508956213, -461604.13128653844, 708470.8393333144}
	for _, x := range vs {
		mb(x == x); mf(float64(-x)); mb(math.Signbit(float64(x))); mf(math.Sqrt(float64(x))); mf(float64(x*x - x))
		mf(math.Floor(float64(x))); mf(math.Ceil(float64(x))); mf(math.Trunc(float64(x))); mf(math.Round(float64(x))); mf(math.RoundToEven(float64(x))); mf(math.Abs(float64(x)))
		mf(math.Copysign(float64(x), -1)); ms(strconv.FormatFloat(float64(x), 'g', -1, 64)); ms(fmt.Sprint(x)); ms(fmt.Sprintf("%8.3f|%e|%x|%+g", x, x, x, x))
		mf(math.Sin(float64(x))); mf(math.Atan2(float64(x), 2)); mf(math.FMA(float64(x), 3, 1)); mf(math.Cbrt(float64(x))); mf(math.Mod(float64(x), 3))
		for _, y := range vs {
			mb(x < y); mb(x <= y); mb(x > y); mb(x >= y); mb(x == y); mb(x != y); mb(!(x < y))
			mf(float64(x + y)); mf(float64(x - y)); mf(float64(x * y)); mf(float64(x / y)); mf(float64(min(x, y))); mf(float64(max(x, y))); mf(math.Max(float64(x), float64(y)))
			if x < y && !(x >= y) { mu(1) } else if x > y || x == y { mu(2) } else { mu(3) }
			c := complex(x, y)
			mc(complex128(c * c)); mc(complex128(c / complex(y, 1))); mb(c == c)
		}
	}
}
func switches0() {
	f := func(x int8) int {
		switch x {
		case -128:
			return 0
		case -1:
			return 3
		case 126:
			return 6
		default:
			return -1
		}
	}
	for _, x := range []int8{-128, -127, -100, -7, -5, -2, -1, 0, 1, 2, 3, 7, 11, 63, 64, 100, 126, 127} { mu(uint64(f(x))) }
	for _, x := range []int8{-128, -1, 126} { mu(uint64(f(x))) }
	for i := 0; i < 60; i++ { mu(uint64(f(int8(i) - 0))) }
	g := func(s string) int {
		switch s {
		case "":
			return 0
		case "abc":
			return 1
		case "aéccacé":
			return 2
		case "b":
			return 3
		case "bébécaba":
			return 4
		case "cbbbéb":
			return 5
		case "ccbcba":
			return 6
		case "ccbcc":
			return 7
		}
		return len(s) + 100
	}
	for _, s := range []string{"", "abc", "aéccacé", "b", "bébécaba", "cbbbéb", "ccbcba", "ccbcc", "céaaaac", "céccbaaa", "éaécacaa", "ééccabééb"} { mu(uint64(g(s))); mu(uint64(g(s + "a"))) }
}
func switches1() {
	f := func(x int32) int {
		switch x {
		case -2147483648:
			mu(0)
			fallthrough
		case -1536640211:
			return 3
		case 2147483646:
			return 6
		default:
			return -1
		}
	}
	for _, x := range []int32{-2147483648, -2147483647, -561285536, -3948515, -100, -19, -7, -2, -1, 0, 1, 2, 3, 7, 15, 100, 793720361, 1073741823, 1073741824, 1190778022, 2147483646, 2147483647} { mu(uint64(f(x))) }
	for _, x := range []int32{-2147483648, -1536640211, 2147483646} { mu(uint64(f(x))) }
	for i := 0; i < 60; i++ { mu(uint64(f(int32(i) - 10))) }
	g := func(s string) int {
		switch s {
		case "":
			return 0
		case "baéaé":
			return 1
		case "bcccaééab":
			return 2
		case "ccéba":
			return 3
		case "é":
			return 4
		case "éabaéac":
			return 5
		case "ébé":
			return 6
		case "écc":
			return 7
		}
		return len(s) + 100
	}
	for _, s := range []string{"", "baéaé", "bcccaééab", "ccéba", "é", "éabaéac", "ébé", "écc"} { mu(uint64(g(s))); mu(uint64(g(s + "a"))) }
}
func deep0(n int, p *int, s string, acc [3]int) (r int, e error) {
	var buf [1500]int
	for i := range buf { buf[i] = n*i + *p }
	*p += n
	mb(n < 3)
	if n == 0 { return len(s) + acc[1], errors.New(s) }
	acc[n%3] += n
	x, err := deep0(n-1, &buf[len(buf)-1], s, acc)
	return x + buf[n%len(buf)] + *p + acc[n%3], err
}
func recursion0() {
	var start = 70
	v, err := deep0(252, &start, "deep", [3]int{1, 2, 3})
	mu(uint64(v)); ma(err); mu(uint64(start))
	done := make(chan int)
	go func() { y := 5; v, _ := deep0(126, &y, "go", [3]int{}); done <- v + y }()
	mu(uint64(<-done))
}
//go:noinline
func manyf0(a0 int8, a1 float64, a2 struct{ A int8; B float32 }, a3 float64, a4 int8, a5 func() int, a6 func() int, a7 float32, a8 float64, a9 func() int, a10 any, a11 string, a12 int8, a13 float64) (int8, string, func() int, int8, float64, float64, func() int, any, int8, func() int, struct{ A int8; B float32 }, float64, float32, float64) {
	mu(5)
	return a0, a11, a6, a4, a13, a3, a9, a10, a12, a5, a2, a1, a7, a8
}
func many0() {
	f := manyf0
	for i := 0; i < 2; i++ {
		r0, r11, r6, r4, r13, r3, r9, r10, r12, r5, r2, r1, r7, r8 := f(-0, 1.5, struct{ A int8; B float32 }{ 2, 0.5 }, 3.5, -4, func() int { return 5 + zero }, func() int { return 6 + zero }, -7.25, 8.5, func() int { return 9 + zero }, any(10), "s11", -12, 13.5)
		ms(fmt.Sprint(r0, r11, r6(), r4, r13, r3, r9(), r10, r12, r5(), r2, r1, r7, r8))
	}
	defer func(b0 int8, b1 float64, b2 struct{ A int8; B float32 }, b3 float64, b4 int8, b5 func() int, b6 func() int, b7 float32, b8 float64, b9 func() int, b10 any, b11 string, b12 int8, b13 float64) { ms(fmt.Sprint(b0, b1, b2, b3, b4, b5(), b6(), b7, b8, b9(), b10, b11, b12, b13)) }(-0, 1.5, struct{ A int8; B float32 }{ 2, 0.5 }, 3.5, -4, func() int { return 5 + zero }, func() int { return 6 + zero }, -7.25, 8.5, func() int { return 9 + zero }, any(10), "s11", -12, 13.5)
	out := reflect.ValueOf(f).Call([]reflect.Value{reflect.ValueOf(&[]int8{-0}[0]).Elem(), reflect.ValueOf(&[]float64{1.5}[0]).Elem(), reflect.ValueOf(&[]struct{ A int8; B float32 }{struct{ A int8; B float32 }{ 2, 0.5 }}[0]).Elem(), reflect.ValueOf(&[]float64{3.5}[0]).Elem(), reflect.ValueOf(&[]int8{-4}[0]).Elem(), reflect.ValueOf(&[]func() int{func() int { return 5 + zero }}[0]).Elem(), reflect.ValueOf(&[]func() int{func() int { return 6 + zero }}[0]).Elem(), reflect.ValueOf(&[]float32{-7.25}[0]).Elem(), reflect.ValueOf(&[]float64{8.5}[0]).Elem(), reflect.ValueOf(&[]func() int{func() int { return 9 + zero }}[0]).Elem(), reflect.ValueOf(&[]any{any(10)}[0]).Elem(), reflect.ValueOf(&[]string{"s11"}[0]).Elem(), reflect.ValueOf(&[]int8{-12}[0]).Elem(), reflect.ValueOf(&[]float64{13.5}[0]).Elem()})
	for _, v := range out { if v.Kind() != reflect.Pointer && v.Kind() != reflect.Func { ms(fmt.Sprint(v)) } }
	go func(c0 int8, c1 float64, c2 struct{ A int8; B float32 }, c3 float64, c4 int8, c5 func() int, c6 func() int, c7 float32, c8 float64, c9 func() int, c10 any, c11 string, c12 int8, c13 float64) { }(-0, 1.5, struct{ A int8; B float32 }{ 2, 0.5 }, 3.5, -4, func() int { return 5 + zero }, func() int { return 6 + zero }, -7.25, 8.5, func() int { return 9 + zero }, any(10), "s11", -12, 13.5)
}
//go:noinline
func manyf1(a0 string, a1 [3]int32, a2 int, a3 string, a4 bool, a5 float64, a6 struct{ A int8; B float32 }, a7 uint16, a8 float64, a9 [3]int32, a10 float64, a11 any, a12 bool, a13 string, a14 complex128, a15 float64, a16 [1]string, a17 float64, a18 *int, a19 uint16, a20 [1]string) ([3]int32, bool, float64, float64, [1]string, float64, string, float64, any, float64, uint16, struct{ A int8; B float32 }, bool, uint16, [3]int32, complex128, string, [1]string, int, string, *int) {
	mu(5)
	return a1, a12, a5, a15, a20, a17, a0, a8, a11, a10, a19, a6, a4, a7, a9, a14, a3, a16, a2, a13, a18
}
func many1() {
	f := manyf1
	for i := 0; i < 2; i++ {
		r1, r12, r5, r15, r20, r17, r0, r8, r11, r10, r19, r6, r4, r7, r9, r14, r3, r16, r2, r13, r18 := f("s0", [3]int32{1, -1, 7}, 2-9, "s3", 4&1 == 0, 5.5, struct{ A int8; B float32 }{ 6, 0.5 }, 700, 8.5, [3]int32{9, -1, 7}, 10.5, any(11), 12&1 == 0, "s13", complex(14, -14), 15.5, [1]string{"a16"}, 17.5, ptrTo(18), 1900, [1]string{"a20"})
		ms(fmt.Sprint(r1, r12, r5, r15, r20, r17, r0, r8, r11, r10, r19, r6, r4, r7, r9, r14, r3, r16, r2, r13, *r18))
	}
	defer func(b0 string, b1 [3]int32, b2 int, b3 string, b4 bool, b5 float64, b6 struct{ A int8; B float32 }, b7 uint16, b8 float64, b9 [3]int32, b10 float64, b11 any, b12 bool, b13 string, b14 complex128, b15 float64, b16 [1]string, b17 float64, b18 *int, b19 uint16, b20 [1]string) { ms(fmt.Sprint(b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, *b18, b19, b20)) }("s0", [3]int32{1, -1, 7}, 2-9, "s3", 4&1 == 0, 5.5, struct{ A int8; B float32 }{ 6, 0.5 }, 700, 8.5, [3]int32{9, -1, 7}, 10.5, any(11), 12&1 == 0, "s13", complex(14, -14), 15.5, [1]string{"a16"}, 17.5, ptrTo(18), 1900, [1]string{"a20"})
	out := reflect.ValueOf(f).Call([]reflect.Value{reflect.ValueOf(&[]string{"s0"}[0]).Elem(), reflect.ValueOf(&[][3]int32{[3]int32{1, -1, 7}}[0]).Elem(), reflect.ValueOf(&[]int{2-9}[0]).Elem(), reflect.ValueOf(&[]string{"s3"}[0]).Elem(), reflect.ValueOf(&[]bool{4&1 == 0}[0]).Elem(), reflect.ValueOf(&[]float64{5.5}[0]).Elem(), reflect.ValueOf(&[]struct{ A int8; B float32 }{struct{ A int8; B float32 }{ 6, 0.5 }}[0]).Elem(), reflect.ValueOf(&[]uint16{700}[0]).Elem(), reflect.ValueOf(&[]float64{8.5}[0]).Elem(), reflect.ValueOf(&[][3]int32{[3]int32{9, -1, 7}}[0]).Elem(), reflect.ValueOf(&[]float64{10.5}[0]).Elem(), reflect.ValueOf(&[]any{any(11)}[0]).Elem(), reflect.ValueOf(&[]bool{12&1 == 0}[0]).Elem(), reflect.ValueOf(&[]string{"s13"}[0]).Elem(), reflect.ValueOf(&[]complex128{complex(14, -14)}[0]).Elem(), reflect.ValueOf(&[]float64{15.5}[0]).Elem(), reflect.ValueOf(&[][1]string{[1]string{"a16"}}[0]).Elem(), reflect.ValueOf(&[]float64{17.5}[0]).Elem(), reflect.ValueOf(&[]*int{ptrTo(18)}[0]).Elem(), reflect.ValueOf(&[]uint16{1900}[0]).Elem(), reflect.ValueOf(&[][1]string{[1]string{"a20"}}[0]).Elem()})
	for _, v := range out { if v.Kind() != reflect.Pointer && v.Kind() != reflect.Func { ms(fmt.Sprint(v)) } }
	go func(c0 string, c1 [3]int32, c2 int, c3 string, c4 bool, c5 float64, c6 struct{ A int8; B float32 }, c7 uint16, c8 float64, c9 [3]int32, c10 float64, c11 any, c12 bool, c13 string, c14 complex128, c15 float64, c16 [1]string, c17 float64, c18 *int, c19 uint16, c20 [1]string) { }("s0", [3]int32{1, -1, 7}, 2-9, "s3", 4&1 == 0, 5.5, struct{ A int8; B float32 }{ 6, 0.5 }, 700, 8.5, [3]int32{9, -1, 7}, 10.5, any(11), 12&1 == 0, "s13", complex(14, -14), 15.5, [1]string{"a16"}, 17.5, ptrTo(18), 1900, [1]string{"a20"})
}
func fmts0() {
	ms(fmt.Sprintf("%-#3v|%[1]v", [3]byte{1, 2, 3}))
	ms(fmt.Sprintf("%+020.10e|%[1]v", -7))
	ms(fmt.Sprintf("%20G|%[1]v", [3]byte{1, 2, 3}))
	ms(fmt.Sprintf("%-3.2g|%[1]v", uint8(200)))
	ms(fmt.Sprintf("%#3.2s|%[1]v", struct{ A int; B string }{1, "x"}))
	ms(fmt.Sprintf("%+0.10q|%[1]v", uintptr(77)))
	ms(fmt.Sprintf("%+.0c|%[1]v", float32(0.1)))
	ms(fmt.Sprintf("% .0T|%[1]v", []string{"a", "b"}))
	ms(fmt.Sprintf("%+.10s|%[1]v", 42))
	ms(fmt.Sprintf("% .10v|%[1]v", true))
	ms(fmt.Sprintf("%-#.0o|%[1]v", map[string]int{"b": 2, "a": 1}))
	ms(fmt.Sprintf("% 8.2d|%[1]v", error(errors.New("e"))))
	ms(fmt.Sprintf("%#20.10c|%[1]v", 3.14159))
	ms(fmt.Sprintf("%-8x|%[1]v", -7))
	var a, b int; var s string; n, err := fmt.Sscanf("76:703 word", "%d:%x %s", &a, &b, &s)
	ms(fmt.Sprint(n, err, a, b, s))
	ms(fmt.Sprintln(a, b, s, "x", 1, 2, true))
}
type jsonE0 struct { E, F0 int }
type json0 struct {
	F0 uint64 `json:",omitzero"`
	F1 json.Number 
	F2 bool `json:"-"`
	F3 map[string]int `json:"F_3"`
	jsonE0
	Next *json0
}
func jsonT0() {
	v := json0{F0: 38<<40, F1: "59", F2: true, F3: map[string]int{"k": 50, "a": 1}}
	w := json0{Next: &v}
	b, err := json.Marshal(w)
	ms(string(b)); ms(fmt.Sprint(err))
	var back json0
	ms(fmt.Sprint(json.Unmarshal(b, &back)))
	b2, _ := json.MarshalIndent(&back, "", " ")
	ms(string(b2))
	var x any
	ms(fmt.Sprint(json.Unmarshal(b, &x), x))
	ms(fmt.Sprint(json.Unmarshal([]byte(`{"F0": [], "Next": 5}`), &back)))
	walk(reflect.ValueOf(v), 4)
	ms(fmt.Sprintf("%+v", v.Next == nil)); ms(fmt.Sprint(reflect.DeepEqual(v, *w.Next), reflect.TypeOf(v).NumField(), reflect.TypeOf(v).Size()))
}
func deferf0(n int) (r int, s string, err error) {
	defer func() {
		if e := recover(); e != nil { r += 1000; err = fmt.Errorf("got %v", e) }
		s += "!"
	}()
	for i := 0; i < n; i++ {
		defer func(j int) { r = r*3 + i + j }(i * 2)
		if i == 1 {
			defer func() {
				defer func() { mb(recover() != nil) }()
				if n > 3 { panic(fmt.Sprint("inner", n)) }
			}()
		}
	}
	r, s = n, strconv.Itoa(n)
	if n % 3 == 1 { panic(n) }
	if n % 4 == 1 { var a []int; _ = a[n] }
	return r + 1, s + "x", nil
}
func defers0() {
	for i := 0; i < 15; i++ { a, b, c := deferf0(i); mu(uint64(a)); ms(b); ms(fmt.Sprint(c)) }
	func() {
		defer caught()
		defer func() { panic(fmt.Sprint("second", recover())) }()
		panic(errors.New("first"))
	}()
}
type list0 struct { v int; name string; next *list0; back []*list0; m map[int]*list0 }
func lists0() {
	var head *list0
	var all []*list0
	for i := 0; i < 198; i++ {
		head = &list0{v: i * 32, name: strings.Repeat("n", i%7) + strconv.Itoa(i), next: head, m: map[int]*list0{}}
		if i%3 == 0 { all = append(all, head) }
		if len(all) > 0 { head.back = append(head.back, all[i%len(all)]); head.m[i] = all[0] }
		if i % 57 == 0 { runtime.GC() }
		if i % 28 == 3 && len(all) > 4 { all = all[2:] }
	}
	for p, i := head, 0; p != nil; p, i = p.next, i+1 { mu(uint64(p.v + len(p.back))); ms(p.name); for _, b := range p.back { mu(uint64(b.v)) }; for k, q := range p.m { mu(uint64(k)); ms(q.name) } }
}
func workers0() {
	in, out := make(chan int, 3), make(chan [2]int)
	var wg sync.WaitGroup
	var mtx sync.Mutex
	total := 0
	for w := 0; w < 1; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for x := range in { s := make([]string, 0, 3); for j := 0; j < x%5; j++ { s = append(s, strconv.Itoa(x*j)) }; mtx.Lock(); total += x; mtx.Unlock(); out <- [2]int{x, len(strings.Join(s, ",")) + 3} }
		}()
	}
	go func() { for i := 0; i < 40; i++ { in <- i }; close(in); wg.Wait(); close(out) }()
	res := make([]int, 40)
	ticks := 0
	timeout := time.After(time.Minute)
loop:
	for {
		select {
		case p, ok := <-out:
			if !ok { break loop }
			res[p[0]] = p[1]; ticks++
		case <-timeout:
			ms("timeout")
			break loop
		}
	}
	mu(uint64(ticks)); mu(uint64(total)); ms(fmt.Sprint(res))
}
func strs0() {
	s := ",ééZ世世,00,"
	for i, c := range s { mu(uint64(i)); mu(uint64(c)) }
	for i := range len(s) { mu(uint64(s[i])) }
	ms(fmt.Sprint([]rune(s), []byte(s))); ms(string([]rune(s))); ms(strings.ToUpper(s)); ms(fmt.Sprintf("%q %x %+q", s, s, s))
	ms(fmt.Sprint(strings.Fields(s), len(strings.Split(s, ",")), strings.Index(s, "b"), strings.LastIndex(s, "a"), strings.Count(s, ""), strings.Replace(s, "a", "<>", 2), strings.Title(s), strings.TrimLeft(s, "ab "), strings.EqualFold(s, strings.ToUpper(s))))
	var sb strings.Builder
	for i := 0; i < 33; i++ { sb.WriteString(s); sb.WriteByte(byte(i)); fmt.Fprintf(&sb, "%d,", i) }
	ms(sb.String())
	m := map[string]int{}
	for i := 0; i <= len(s); i++ { m[s[:i]]++; m[s[i:]] += i; m[string([]byte(s)[i:])] ^= 3 }
	for _, k := range sortedKeys(m) { ms(k); mu(uint64(m[k])) }
	t := ""
	for i := 0; i < 20; i++ { t = t + s[:len(s)/2] + strconv.Quote(string(rune(i*97))); if t > s+"b" { t = t[len(t)/2:] } }
	ms(t); mb(t < s); mb(t == s+""); mb(s+t != t+s)
	for _, q := range []string{"12", "-99999999999999999999", "0x1f", "1e3", "60441761186", "", "nan", "1_000", ".5"} { a, e1 := strconv.ParseInt(q, 0, 16); b, e2 := strconv.ParseFloat(q, 32); c, e3 := strconv.Atoi(q); ms(fmt.Sprint(a, e1, b, e2, c, e3)) }
	tm := time.Unix(-6953872747, 607169165).UTC()
	ms(tm.Format(time.RFC3339Nano)); ms(tm.Format("Mon Jan _2 15:04:05.000 2006 MST")); ms(tm.AddDate(1, -5, 40).String()); ms(tm.Truncate(time.Hour).Weekday().String()); ms(fmt.Sprint(tm.YearDay(), tm.Unix(), tm.Sub(tm.Add(-90*time.Minute))))
}
type arr0 struct { x int8; a [2]int32; p *int; s []int32; in struct { b [4]int32; f float32 } }
func arrMod0(v arr0, i int) arr0 { v.a[i%2] = v.in.b[i%4]; v.in.b[(i+1)%4] = v.a[(i*7)%2]; v.x++; v.s = append(v.s, v.a[0]); return v }
func arrays0() {
	var v arr0
	for i := range v.a { v.a[i] = int32(i) }
	for i := range v.in.b { v.in.b[i] = int32(i) }
	w := v
	for i := 0; i < 13; i++ { w = arrMod0(w, i); q := &w; *q, v = v, *q; if i%2 == 0 { v, w = w, v } }
	ms(fmt.Sprintf("%v %v %v %v", v.x, v.a, v.s, v.in)); ms(fmt.Sprintf("%v %v %v %v", w.x, w.a, w.s, w.in))
	mb(v.a == w.a); mb(v.in == w.in); mb(v.in.b == v.in.b)
	m := map[[2]int32]int{v.a: 1}
	m[w.a] += 2
	m[v.a] += 4
	mu(uint64(len(m))); mu(uint64(m[v.a]))
	var e any = v.a; _, ok := m[e.([2]int32)]; mb(ok); mb(e == any(w.a)); mb(e == any(v.a))
	s := v.a[:]; s2 := s[len(s)/2:]; copy(s, s2); copy(s2, s); ms(fmt.Sprint(s, v.a)); pa := (*[2]int32)(s); pa[0] = w.a[1]; ms(fmt.Sprint(v.a, [2]int32(s)))
	ch := make(chan arr0, 1); ch <- v; x := <-ch; ms(fmt.Sprint(x.a, x.in)); fn := func() [2]int32 { return x.a }; x.a[0] = w.a[0]; ms(fmt.Sprint(fn()))
	for i, y := range v.a { v.a[len(v.a)-1-i] = y; }; ms(fmt.Sprint(v.a))
}
type arr1 struct { x int8; a [2]uint16; p *int; s []uint16; in struct { b [1]uint16; f float32 } }
func arrMod1(v arr1, i int) arr1 { v.a[i%2] = v.in.b[i%1]; v.in.b[(i+1)%1] = v.a[(i*7)%2]; v.x++; v.s = append(v.s, v.a[0]); return v }
func arrays1() {
	var v arr1
	for i := range v.a { v.a[i] = uint16(i) }
	for i := range v.in.b { v.in.b[i] = uint16(i) }
	w := v
	for i := 0; i < 2; i++ { w = arrMod1(w, i); q := &w; *q, v = v, *q; if i%2 == 0 { v, w = w, v } }
	ms(fmt.Sprintf("%v %v %v %v", v.x, v.a, v.s, v.in)); ms(fmt.Sprintf("%v %v %v %v", w.x, w.a, w.s, w.in))
	mb(v.a == w.a); mb(v.in == w.in); mb(v.in.b == v.in.b)
	m := map[[2]uint16]int{v.a: 1}
	m[w.a] += 2
	m[v.a] += 4
	mu(uint64(len(m))); mu(uint64(m[v.a]))
	var e any = v.a; _, ok := m[e.([2]uint16)]; mb(ok); mb(e == any(w.a)); mb(e == any(v.a))
	s := v.a[:]; s2 := s[len(s)/2:]; copy(s, s2); copy(s2, s); ms(fmt.Sprint(s, v.a)); pa := (*[2]uint16)(s); pa[0] = w.a[1]; ms(fmt.Sprint(v.a, [2]uint16(s)))
	ch := make(chan arr1, 1); ch <- v; x := <-ch; ms(fmt.Sprint(x.a, x.in)); fn := func() [2]uint16 { return x.a }; x.a[0] = w.a[0]; ms(fmt.Sprint(fn()))
	for i, y := range v.a { v.a[len(v.a)-1-i] = y; }; ms(fmt.Sprint(v.a))
}
func main() {
	try("t0", t0)
	try("t1", t1)
	try("t2", t2)
	try("t3", t3)
	try("t4", t4)
	try("t5", t5)
	try("panicOps0", panicOps0)
	try("panicOps1", panicOps1)
	try("division0", division0)
	try("division1", division1)
	try("shifts0", shifts0)
	try("shifts1", shifts1)
	try("conversions0", conversions0)
	try("conversions1", conversions1)
	try("floats0", floats0)
	try("switches0", switches0)
	try("switches1", switches1)
	try("recursion0", recursion0)
	try("many0", many0)
	try("many1", many1)
	try("fmts0", fmts0)
	try("jsonT0", jsonT0)
	try("defers0", defers0)
	try("lists0", lists0)
	try("workers0", workers0)
	try("strs0", strs0)
	try("arrays0", arrays0)
	try("arrays1", arrays1)
}
