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
	F0 int32
}
type S1 struct {
	F0 []int
	F1 string
	F2 string
	F3 bool
	F4 uint16
	F5 string
}
var g0 uint64 = uint64(0)
var g1 uint8 = uint8(9)
var g2 int32 = int32(5)
var g3 uint64 = uint64(10328153412011209630)
var g4 uint32 = uint32(8388608)
var g5 []uint32 = make([]uint32, 6, 11)
func f0(p0 float64, p1 float64) (S1) {
	fn1 := func(q2 []uint, q3 uint32) float32 {
		g3 = g0
		var v5 int16
		_ = v5
		g3 = sel(!(uintptr(zero) <= uintptr(10)), sel(sel(true, true, false), g0, (g0 % (g3 | 1))), g0)
		g1 ^= (g1 - (g1 % uint8(5)))
		return float32(int16(zero))
	}
	_ = fn1
	var v6 float64
	_ = v6
	for i7, e8 := range head(g5, 16) {
		_, _ = i7, e8
		{
			defer func() { mu(uint64(g3)) }()
			var v9 any = []int32{g2, g2, g2, int32(4096), g2, g2}
			_ = v9
		}
		v10 := reduce(head(g5, 20), ((e8 + uint32(10)) % uint32(524288)), func(a, b uint32) uint32 { return e8 })
		_ = v10
	}
	g4 = (g5[int(uint(g2) % uint(len(g5)))] + uint32(bits.Reverse32(uint32(g4))))
	g1 ^= g1
	for i11 := 0; i11 < 3; i11++ {
		_ = i11
		g1 = g1
		if !(g1 <= g1) {
			mf(float64(p1))
			var v13 uint = -uint(zero)
			_ = v13
			g3 = g3
			mu(uint64(g0))
		} else {
			v6 = (p1 / p1)
		}
	}
	fn14 := func(q15 uint16) [2]uint64 {
		v17 := g5[:len(g5)/2:len(g5)]
		_ = v17
		var v18 any = uint64(int16(zero))
		_ = v18
		v19, ok20 := v18.(int16)
		_, _ = v19, ok20
		return [2]uint64{uint64(6), g0}
	}
	_ = fn14
L22:
	for i21 := range 5 {
		_ = i21
		for i23 := uint(10); i23 < 22; i23 += 3 {
			_ = i23
			v6 = p1
		}
		if (g1 <= uint8(77)) {
			break L22
		}
		switch int64(zero) & 7 {
		case -7, 6:
			g3 = g0
		case 0:
		case 8:
		case 2048, 2:
		case 5, 1:
			mu(uint64(i21))
			g5 = []uint32{(g5[len(g5)-1] * g4), g5[len(g5)-1]}
		case 4611686018427387903:
		case 9:
		case 12:
			if (i21 <= (i21 &^ i21)) {
				v25 := mapped(head([]int64{int64(4611686018427387903), int64(10), int64(2)}, 20), func(a int64) int8 { return sel((i21 != i21), (int8(63) ^ int8(zero)), sel(true, int8(-17), int8(15))) })
				_ = v25
				var v26 uint16 = (sel(sel(false, true, false), (uint16(zero) - uint16(32768)), sel(true, uint16(1), uint16(2))) + uint16(zero))
				_ = v26
				v26 = v26
				p0 = v6
			} else {
				v27 := fn14(sel(true, uint16(4), uint16(5)))
				_ = v27
			}
			switch x28 := any(ptrTo(S1{})).(type) {
			case int:
				_ = x28
				g1 = (g1 - (g1 * g1))
			case []uint64:
				_ = x28
			case *S1:
				_ = x28
				g2 = (g2 << 3)
			case float64:
				_ = x28
			default:
				_ = x28
			}
		case 4, -9223372036854775808:
		default:
			v29 := g5[:i21]
			_ = v29
			g3 = (g0 * g0)
		}
		g4 = g4
		if (uintptr(zero) == f2i[uintptr](float64(float32(0)))) {
			mf(float64(p0))
		}
	}
	g5 = append(g5[:len(g5)/2], head(g5, 8)...)
	g5 = head(g5, 64)
	v30 := fn1(sel(false, []uint{uint(3), uint(1), uint(16103974555515970943), uint(1099511627776), uint(0)}, []uint{uint(2147483647), uint(34359738368), uint(3)}), g5[int(uint(int(zero)) % uint(len(g5)))])
	_ = v30
	p0, p0 = float64(9007199254740993), float64(int8(zero))
	fn31 := func(q32 int32, q33 float32, q34 int) bool {
		for i36 := 0; i36 < 4; i36++ {
			_ = i36
			v38 := g5[:len(g5)/2:len(g5)]
			_ = v38
		}
		var v39 uintptr = sel(sel(sel(true, false, false), !(keep(false)), sel(false, false, false)), (uintptr(zero) & sel(false, uintptr(16), uintptr(549755813888))), ^(uintptr(zero)))
		_ = v39
		q32 = g2
		return (q34 > int(9223372036854775807))
	}
	_ = fn31
	return sel(sel((uintptr(zero) > uintptr(1)), (keep([2]uint64{uint64(288230376151711744), g3}) == keep([2]uint64{uint64(6), g3})), sel(false, false, true)), S1{}, S1{F0: []int{int(4), int(2), int(4), int(128), int(4), int(8)}, F1: "hello", F2: "hello", F3: false, F4: uint16(34482)})
}
func hash1(v []int, d int) {
	if d == 0 {
		return
	}
	mu(uint64(len(v)))
	for i := range v {
		mu(uint64(v[i]))
	}
}
func hash0(v S1, d int) {
	if d == 0 {
		return
	}
	hash1(v.F0, d-1)
	ms(v.F1)
	ms(v.F2)
	mb(v.F3)
	mu(uint64(v.F4))
	ms(v.F5)
}
func hash2(v []uint32, d int) {
	if d == 0 {
		return
	}
	mu(uint64(len(v)))
	for i := range v {
		mu(uint64(v[i]))
	}
}
func t0() {
	func() {
		defer caught()
		v40 := f0((float64(zeroF) + 0.5), (float64(zeroF) - float64(zeroF)))
		hash0(v40, 3)
	}()
	func() {
		defer caught()
		v41 := f0(float64(9007199254740993), float64(uintptr(zero)))
		hash0(v41, 3)
	}()
	mu(uint64(g0))
	mu(uint64(g1))
	mu(uint64(g2))
	mu(uint64(g3))
	mu(uint64(g4))
	hash2(g5, 3)
}
//go:noinline
func f1(p0 string, p1 int, p2 bool, p3 []uint32, p4 int, p5 float32, p6 int8, p7 int, p8 bool, p9 S1, p10 float64, p11 uintptr) (string) {
	var v42 uint = sel(sel(p9.F3, (p1 != 0), sel(false, p9.F3, true)), ((uint(512) &^ uint(zero)) &^ uint(zero)), sel((int16(zero) < int16(-17738)), sel(true, uint(6), uint(6)), sel(p8, uint(1), uint(15370061410466643770))))
	_ = v42
	v43 := &g0
	_ = v43
	g4 = g5[p11 >> 61]
	return strings.ToUpper(p0)
}
func t1() {
	func() {
		defer caught()
		v44 := f1((keep("0123456789abcdef0123456789abcdef") + "x\x00y"), sel((int64(zero) != int64(8)), sel(false, int(2147483648), int(10)), (int(zero) << uint64(zero))), sel((uint32(zero) < uint32(5)), (int(zero) != 0), (int64(zero) > int64(268435456))), []uint32{uint32(4294967295), uint32(2047), uint32(1), uint32(10), uint32(4294967295)}, sel((float64(zeroF) > float64(123456.789)), sel(false, int(4611686018427387904), int(4)), (int(zero) >> 64)), (float32(zeroF) + 3), f2i[int8](float64(float32(9007199254740993))), sel((int(zero) != 0), int((int8(zero) * int8(-19))), (int(65536) & int(zero))), (keep("") >= string(rune(int32(zero)))), sel((int16(zero) >= int16(3)), S1{}, S1{}), sel((int(zero) != 0), min(float64(zeroF), float64(zeroF)), float64(int64(zero))), (uintptr(zero) | sel(false, uintptr(1), uintptr(6))))
		ms(v44)
	}()
	func() {
		defer caught()
		v45 := f1(sel(sel(false, true, false), sel(true, "h\u00e9llo, \u4e16\u754c", "\xff\xfe"), sel(false, "0123456789abcdef0123456789abcdef", "x\x00y")), sel((keep("a") <= "\xff\xfe"), ((int(zero) + int(3)) % int(-1233822670040272469)), f2i[int](float64(float32(0)))), (uint64(zero) == max(uint64(zero), uint64(7))), []uint32{uint32(5), uint32(33554432), uint32(1402205125), uint32(8), uint32(5)}, (sel(true, int(274877906944), int(281474976710655)) | int(zero)), (float32(zeroF) - 2), (int8(zero) - (int8(zero) - int8(7))), int(32768), (int64(zero) >= int64(17179869183)), sel(sel(false, true, false), sel(true, S1{}, S1{}), sel(false, S1{}, S1{})), sel(!(keep(false)), sel(false, float64(-2.75), float64(0.5)), sel(true, float64(1e-3), float64(16777217))), uintptr(bits.ReverseBytes64(uint64(uintptr(zero)))))
		ms(v45)
	}()
	mu(uint64(g0))
	mu(uint64(g1))
	mu(uint64(g2))
	mu(uint64(g3))
	mu(uint64(g4))
	hash2(g5, 3)
}
func f2(p0 uint8, p1 int32, p2 string, p3 string, p4 string, p5 int, p6 int, p7 float32, p8 string, p9 uintptr, p10 complex64, p11 uint64) (r0 int16) {
	g0 = p11
	{
		var v46 complex64 = (p10 - (p10 + p10))
		_ = v46
		func() {
			defer caught()
			g4 = uint32(bits.LeadingZeros32(uint32(uint32(zero))))
			v47 := f0(float64(r0), float64(p7))
			_ = v47
			p9 *= uintptr(4)
			if (keep([2]uint64{uint64(7253720826737471666), p11}) != keep([2]uint64{uint64(4), g0})) {
				p1 &= p1
				g4 >>= 57
			} else {
				p11 &= p11
				var v48 float32 = sel((v47.F4 >= uint16(2047)), (p7 * 0.1), float32(123456.789))
				_ = v48
				p8 = "h\u00e9llo, \u4e16\u754c"
				v49 := g5[r0 >> 13:]
				_ = v49
			}
		}()
	}
	g5 = append(g5, head([]uint32{g4, uint32(3)}, 8)...)
	g5 = head(g5, 64)
	var v50 string = p8
	_ = v50
	var v51 float32 = float32(1e-3)
	_ = v51
	var v52 []bool = sel(sel((int64(zero) != int64(511)), (uint(zero) >= uint(5778896708032784942)), sel(false, true, true)), sel(!(keep(true)), []bool{false, false, false, false, true}, []bool(nil)), []bool{true})
	_ = v52
	fn53 := func(q54 float64, q55 map[uint8]int, q56 string) (rr57 float64) {
		defer func() {
			rr57 *= -float64(zeroF)
			mf(float64(v51))
		}()
		for i58, c59 := range substr((q56 + (p8 + p3)), 0, 12) {
			_, _ = i58, c59
			for i60 := range seq(3, 3) {
				_ = i60
				v51 = float32(uint(zero))
			}
			p8 = sel(sel(sel(v52[int(uint(uint16(zero)) % uint(len(v52)))], v52[i58], true), (g5[i58] < g4), (p6 != 0)), "0123456789abcdef0123456789abcdef", p8)
			fn62 := func(q63 float64, q64 int64, q65 uint64) (rr66 int64) {
				return (int64(zero) << 65)
			}
			_ = fn62
		}
		p8 = "h\u00e9llo, \u4e16\u754c"
		p0 = uint8((uint16(zero) | sel(false, uint16(32113), uint16(6))))
		v50 = q56
		return -float64(zeroF)
	}
	_ = fn53
	fn67 := func(q68 string, q69 int16, q70 float64) uint16 {
		g3 = (g0 * uint64(bits.ReverseBytes64(uint64(p11))))
		v72 := f0(q70, sel(!(keep(true)), q70, (q70 * q70)))
		_ = v72
		v73 := v52[p1 & 7:]
		_ = v73
		var v74 uint64 = (g3 + uint64(4))
		_ = v74
		return (uint16(zero) * sel(v52[int(uint(int64(zero)) % uint(len(v52)))], uint16(1024), uint16(5)))
	}
	_ = fn67
	var v75 int32 = (g2 * g2)
	_ = v75
	return (int16(zero) - int16(zero))
}
func t2() {
	func() {
		defer caught()
		v76 := f2(uint8((uint16(zero) ^ uint16(2))), int32(-474590331), (keep("\xff\xfe") + (keep("h\u00e9llo, \u4e16\u754c") + "0123456789abcdef0123456789abcdef")), string([]byte(keep("\xff\xfe"))), "h\u00e9llo, \u4e16\u754c", (int(zero) | (int(zero) + int(6696441626567935474))), -(int(zero)), (float32(zeroF) + 3), string([]rune(keep(""))), uintptr(zero), complex(float32(zeroF), float32(zeroF)), ^(uint64(zero)))
		mu(uint64(v76))
	}()
	func() {
		defer caught()
		v77 := f2(uint8(zero), (int32(zero) + ^(int32(zero))), strings.ToLower(keep("h\u00e9llo, \u4e16\u754c")), sel(!(keep(true)), sel(true, "\xff\xfe", "h\u00e9llo, \u4e16\u754c"), string([]rune(keep("h\u00e9llo, \u4e16\u754c")))), substr(keep("hello"), int(zero), int(zero)), ((int(zero) / (int(zero) | 1)) ^ int(zero)), (int(zero) | int(bits.Reverse64(uint64(int(zero))))), (float32(zeroF) * float32(zeroF)), sel((int(zero) != 0), substr(keep("h\u00e9llo, \u4e16\u754c"), int(zero), int(zero)), sel(true, "\xff\xfe", "x\x00y")), sel((uint8(zero) > uint8(254)), uintptr(bits.OnesCount64(uint64(uintptr(zero)))), (uintptr(33554432) &^ uintptr(zero))), complex(float32(zeroF), float32(zeroF)), uint64(uint32(zero)))
		mu(uint64(v77))
	}()
	mu(uint64(g0))
	mu(uint64(g1))
	mu(uint64(g2))
	mu(uint64(g3))
	mu(uint64(g4))
	hash2(g5, 3)
}
func f3(p0 int64) {
	var v78 any = S1{F0: []int{int(3980083102496588420), int(1125899906842624), int(8), int(7)}, F2: "hello", F3: false, F4: uint16(1), F5: "\xff\xfe"}
	_ = v78
	v79 := f0(float64(float32(zeroF)), float64(3.25))
	_ = v79
	g3 = uint64(2)
}
func t3() {
	func() {
		defer caught()
		f3(((int64(-9223372036854775807) + int64(zero)) &^ int64(zero)))
	}()
	func() {
		defer caught()
		f3(((int64(zero) + sel(true, int64(7), int64(4))) % (int64(zero) | 1)))
	}()
	mu(uint64(g0))
	mu(uint64(g1))
	mu(uint64(g2))
	mu(uint64(g3))
	mu(uint64(g4))
	hash2(g5, 3)
}
//go:noinline
func f4(p0 string, p1 float64) {
	g3 = sel(sel(sel(true, true, false), (keep([2]uint64{g0, uint64(6)}) == keep([2]uint64{g0, g0})), !(keep(false))), ((g0 + g0) / (g3 | 1)), (g0 & uint64((int8(zero) + int8(9)))))
	if (uintptr(zero) > uintptr(8)) {
		var v80 uint64 = uint64(1)
		_ = v80
	}
	g2 = (g2 - sel(sel(true, false, true), (g2 | g2), ((g2 + g2) / int32(6))))
	for i81, e82 := range head(g5, 16) {
		_, _ = i81, e82
		g4 = uint32(2)
		switch x := int16(zero) & 7; x {
		case 7:
			for i83 := 0; i83 < len(g5) && i83 < 12; i83++ {
				_ = i83
				mu(uint64(g2))
				v85 := g5[i81:]
				_ = v85
				v86 := f1(substr(p0, i81, i81), (i83 - sel(false, int(524287), i81)), (int16(zero) < (int16(zero) | int16(2))), v85, ((i81 + (i83 - i83)) % int(1)), (float32(zeroF) / float32(zeroF)), (int8(zero) - sel(false, int8(-128), int8(3))), i83, ((g2 == g2) || (keep([2]uint64{}) != keep([2]uint64{g3, uint64(14750639623589100778)}))), S1{}, (p1 / 3), sel(sel(true, true, true), (uintptr(zero) - uintptr(0)), sel(true, uintptr(10), uintptr(1111747490322685994))))
				_ = v86
				v85[int(uint(g1) % uint(len(v85)))]--
				g1 <<= v85[int(uint(uint(zero)) % uint(len(v85)))]
			}
			g4 = -g4
		case 6, 1:
		case 0, 12, 2:
			fn87 := func() (rr88 int) {
				v89 := f1(strings.ToUpper(p0), int(g2), (p1 <= (p1 - p1)), []uint32{g5[i81], g4, g5[i81-1]}, rr88, sel(sel(false, true, false), (float32(zeroF) * float32(zeroF)), sel(false, float32(1e-3), float32(1))), int8(uintptr(zero)), sel(!(keep(false)), rr88, i81), (g2 != g2), S1{F0: make([]int, 0, 2), F1: "hello", F2: p0, F3: false, F4: uint16(7)}, float64(1e-3), f2i[uintptr](float64((p1 / p1))))
				_ = v89
				mu(uint64(rr88))
				rr88 = (-(i81) & rr88)
				g1 = uint8((int64(zero) | sel(true, int64(-6), int64(-4))))
				return (i81 + ^(i81))
			}
			_ = fn87
		default:
		}
		g3 = uint64(bits.Reverse64(uint64(g0)))
		if len(p0) < 200 {
			p0 += p0
		}
		var v90 [16]int16 = [16]int16{}
		_ = v90
	}
	g5 = append(g5, ^(g4), uint32(8388607))
	g5 = head(g5, 64)
	mu(uint64(g1))
	var v91 bool = sel((g2 == (g2 - g2)), sel((uint(zero) > uint(32768)), sel(true, true, false), (g4 > uint32(65536))), sel((uintptr(zero) >= uintptr(2199023255551)), sel(true, false, false), (int8(zero) != int8(0))))
	_ = v91
	mu(uint64(g1))
	for i92, e93 := range head(g5, 16) {
		_, _ = i92, e93
		g1 = (g1 % uint8(1))
		g3 = g0
		var v94 float32 = sel(sel(v91, !(v91), v91), sel(sel(v91, v91, false), (float32(zeroF) * -7), float32(int8(zero))), sel(v91, sel(v91, float32(1), float32(1e10)), sel(v91, float32(3.25), float32(123456.789))))
		_ = v94
	}
}
func t4() {
	func() {
		defer caught()
		f4(sel(sel(false, false, true), sel(true, "", ""), sel(true, "x\x00y", "")), (float64(zeroF) + float64(zeroF)))
	}()
	func() {
		defer caught()
		f4(string([]rune(keep("x\x00y"))), (float64(zeroF) + float64(zeroF)))
	}()
	mu(uint64(g0))
	mu(uint64(g1))
	mu(uint64(g2))
	mu(uint64(g3))
	mu(uint64(g4))
	hash2(g5, 3)
}
func f5(p0 int8, p1 int32, p2 uint, p3 [8]uint16, p4 uintptr, p5 S0, p6 uintptr, p7 bool, p8 ...uint8) (int) {
	if (!(p7) || (p6 <= uintptr(0))) {
		v95 := p8[(int(zero) & 3) : (int(zero) & 3)+1]
		_ = v95
	}
	var v96 int16 = int16(p5.F0)
	_ = v96
	f4(substr(keep(""), int(zero), int(zero)), sel(sel(p7, p7, p7), (float64(zeroF) + float64(zeroF)), float64(0.1)))
	if (p3[g1 & 7] == (p3[v96 % 8] / uint16(511))) {
		if (int8(zero) == sel(p7, p0, int8(6))) {
			fn97 := func(q98 [8]uint32, q99 *int64) []int16 {
				p8[p1 >> 29] >>= p2
				p4 = (p4 * p6)
				return sel((g1 != g1), []int16{int16(-22578), int16(-32767), int16(2), v96, int16(-6)}, make([]int16, 8, 13))
			}
			_ = fn97
			g2 = (p1 / (p5.F0 | 1))
			switch x101 := any(sel((int(zero) <= int(6)), sel(p7, S1{}, S1{}), sel(p7, S1{}, S1{}))).(type) {
			case string:
				_ = x101
			case S1:
				_ = x101
			case uint64:
				_ = x101
				p7 = (g3 >= x101)
				mu(uint64(g1))
			case int32:
				_ = x101
				var v102 S0 = sel(p7, S0{}, S0{F0: p1})
				_ = v102
				mu(uint64(x101))
			default:
				_ = x101
			}
		} else {
			var v103 uint8 = (g1 / uint8(255))
			_ = v103
			v104 := f2(uint8(bits.Len8(uint8(g1))), int32(p8[g4 & 7]), "ab", sel(p7, string(rune(p1)), sel(true, "hello", "h\u00e9llo, \u4e16\u754c")), sel((g3 != g0), sel(true, "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"), sel(p7, "a", "a")), int(bits.LeadingZeros64(uint64(int(zero)))), int(68719476736), sel((int(zero) > int(1)), float32(9007199254740993), (float32(zeroF) / float32(zeroF))), (keep("") + (keep("hello") + "0123456789abcdef0123456789abcdef")), -p4, complex64(complex(1, 4.5)), g3)
			_ = v104
			f4((keep("ab") + strconv.Itoa(int(p3[uint(int(zero)) % 8]))), sel((int(zero) != 0), (float64(zeroF) * float64(zeroF)), sel(false, float64(3.25), float64(-2.75))))
		}
		p3 = p3
		func() {
			defer caught()
			v96 &= ((v96 + v96) / int16(3))
			f4((keep("0123456789abcdef0123456789abcdef") + string([]byte(keep("ab")))), (float64(zeroF) + 0.5))
			if ((p1 > p1) || (uint(zero) < uint(1073741824))) {
				var v105 []int16 = sel((v96 != sel(p7, v96, int16(15))), []int16{}, []int16{int16(-32767)})
				_ = v105
				var v106 int8 = min(int8(zero), (p0 - int8(4)))
				_ = v106
			}
			v96 = (v96 + v96)
		}()
	}
	var v107 bool = (g0 <= g3)
	_ = v107
	mu(uint64(g2))
	for i108 := 0; i108 < 7; i108++ {
		_ = i108
		v110 := &g5
		_ = v110
		p3 = p3
		var v111 map[int]uint16 = sel((v96 != -(v96)), map[int]uint16{int(0): p3[g3 & 7], int(1): uint16(1), int(10): p3[uint(p0) % 8], int(576460752303423488): p3[0]}, sel((float32(zeroF) <= float32(1e10)), map[int]uint16{int(16777215): p3[uint16(zero) & 7]}, map[int]uint16{int(4256189034860121668): p3[p6 & 7]}))
		_ = v111
		v111[sel(p7, (i108 * i108), int(5162498968271267659))] ^= (p3[uint(g3) % 8] + uint16(zero))
	}
	v112 := f0(sel(p7, float64(p3[v96 & 7]), sel(v107, float64(1e-3), float64(9007199254740993))), float64(g3))
	_ = v112
	for i113, e114 := range head(g5, 16) {
		_, _ = i113, e114
		g1 = sel(v107, p8[i113/2], uint8(255))
		v115 := reduce(head(g5, 20), (e114 &^ e114), func(a, b uint32) uint32 { return uint32(bits.RotateLeft32(uint32(b), int(v112.F4))) })
		_ = v115
		var v116 *uint64 = ptrTo(g0)
		_ = v116
		for i117 := range seq(4, 3) {
			_ = i117
			(*v116) = (g3 + ((uint64(zero) + g3) % g3))
			v119 := append(g5, max(v115, g5[int(uint(int16(zero)) % uint(len(g5)))]))
			_ = v119
			g5 = head(g5, 64)
			if ((i117 != 0) || (p5.F0 >= p1)) {
				v120 := reduce(head(make([]int8, 4, 4), 20), int8(bits.TrailingZeros8(uint8(p0))), func(a, b int8) int8 { return p0 })
				_ = v120
				g1 &= (p8[int(uint(g4) % uint(len(p8)))] * p8[int(uint(p3[uint(uint8(zero)) % 8]) % uint(len(p8)))])
				p8[int(uint(p2) % uint(len(p8)))] = g1
			} else {
				var v121 int = int(9223372036854775806)
				_ = v121
				v122 := filtered(head(sel(!(v112.F3), sel(true, []uint16{uint16(7), uint16(16383), v112.F4}, []uint16{p3[uint(int64(zero)) % 8]}), make([]uint16, 2, 5)), 20), func(a uint16) bool { return ((g0 < uint64(10)) && (p0 != p0)) })
				_ = v122
				v119 = append(v119, uint32(len(v122)), max(g5[int(uint(int8(zero)) % uint(len(g5)))], (v119[int(uint(int16(zero)) % uint(len(v119)))] + g4)), g4, uint32(int8(zero)))
				v119 = head(v119, 64)
			}
			if (p0 > int8(127)) {
				break
			}
			var v123 *S1 = sel(p7, ptrTo(S1{}), ptrTo(S1{}))
			_ = v123
		}
	}
	v124 := &p5
	_ = v124
	fn125 := func(q126 uint16, q127 bool, q128 []uint8) uint8 {
		var v130 [][5]int
		_ = v130
		var v131 uint
		_ = v131
		return ((p8[p0 & 7] + ^(g1)) % uint8(135))
	}
	_ = fn125
	g1 = f2i[uint8](float64(float64(p0)))
	v132 := f1("hello", int(p2), (keep(p3) == keep([8]uint16{v112.F4, p3[p4 >> 61], p3[5], v112.F4, p3[uint(p8[p6 >> 61]) % 8], p3[0], v112.F4, v112.F4})), sel((p2 != p2), g5, make([]uint32, 4, 6)), (int(zero) + int(9)), (float32(zeroF) + float32(zeroF)), (p0 | int8(int64(zero))), (v112.F0[g4 >> 29] - v112.F0[p4 % 8]), ((g1 < uint8(5)) || (int64(zero) < int64(3))), S1{F0: []int{int(3)}, F1: v112.F1, F2: v112.F1, F3: p7, F4: p3[p1 & 7], F5: v112.F1}, (float64(zeroF) * 2), p4)
	_ = v132
	v133 := mapped(head([]uint(nil), 20), func(a uint) int32 { return p5.F0 })
	_ = v133
	return v112.F0[g2 & 7]
}
func t5() {
	func() {
		defer caught()
		v134 := f5(-(int8(zero)), sel((uint64(zero) < uint64(4)), sel(false, int32(2147483646), int32(5)), (int32(zero) >> 7)), sel((keep([8]uint16{uint16(256), uint16(32), uint16(21467), uint16(32768), uint16(10), uint16(7), uint16(10), uint16(2)}) != keep([8]uint16{uint16(32), uint16(2), uint16(3), uint16(65535), uint16(8), uint16(10), uint16(512), uint16(0)})), (uint(zero) + uint(0)), (uint(zero) - uint(zero))), [8]uint16{uint16(65535), uint16(1023), uint16(1), uint16(5), uint16(32768), uint16(5), uint16(0), uint16(0)}, sel((float64(zeroF) >= float64(9007199254740993)), (uintptr(zero) * uintptr(4503599627370495)), uintptr(9)), sel((int(zero) != 0), S0{}, S0{}), (uintptr(zero) * uintptr(zero)), ((uint(zero) >= uint(4194304)) || (uint(zero) <= uint(5))), []uint8{uint8(8), uint8(6)}...)
		mu(uint64(v134))
	}()
	func() {
		defer caught()
		v135 := f5(int8(bits.Reverse8(uint8(int8(zero)))), ^(int32(zero)), sel((int(zero) != 0), uint(bits.Reverse64(uint64(uint(zero)))), (uint(zero) % uint(2))), sel((uint8(zero) != uint8(3)), sel(false, [8]uint16{}, [8]uint16{}), [8]uint16{}), uintptr(9223372036854775808), S0{}, (uintptr(zero) * uintptr(zero)), sel((int8(zero) != int8(10)), (uint8(zero) <= uint8(8)), sel(true, true, false)), sel((uint(zero) < uint(9223372036854775807)), []uint8{uint8(8), uint8(1), uint8(128), uint8(10)}, sel(false, make([]uint8, 9, 14), []uint8{uint8(63), uint8(1), uint8(1)}))...)
		mu(uint64(v135))
	}()
	mu(uint64(g0))
	mu(uint64(g1))
	mu(uint64(g2))
	mu(uint64(g3))
	mu(uint64(g4))
	hash2(g5, 3)
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
	s, str, i, j := make([]int, 0, 2), "hello"[:0], keep(5), keep(-1)
	var a [10]int
	var x, y int16 = 100, int16(i/2)
	var p *int
	var m map[string]int
	var e any = func() {}
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
func panicOps1() {
	s, str, i, j := make([]int, 0, 2), "hello"[:0], keep(-1), keep(4)
	var a [10]int
	var x, y int8 = 100, int8(i/2)
	var p *int
	var m map[string]int
	var e any = 2.5
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
	for _, x := range []uint64{0, 1, 2, 3, 7, 100, 2097152, 8388608, 3525193676024255195, 8019995017989042477, 9223372036854775807, 9223372036854775808, 13792492388519385446, 18446744073709551614, 18446744073709551615} {
		mu(uint64(x / (3)))
		mu(uint64(x % (3)))
		mb(x%(3) == 0)
		mu(uint64(x * (3)))
		mu(uint64(x / (3)))
		mu(uint64(x % (3)))
		mb(x%(3) == 0)
		mu(uint64(x * (3)))
		mu(uint64(x / (18446744073709551614)))
		mu(uint64(x % (18446744073709551614)))
		mb(x%(18446744073709551614) == 1)
		mu(uint64(x * (18446744073709551614)))
		mb(x > (18446744073709551614))
		mu(uint64(x / (18446744073709551614)))
		mu(uint64(x % (18446744073709551614)))
		mb(x%(18446744073709551614) == 0)
		mu(uint64(x / (8388608)))
		mu(uint64(x % (8388608)))
		mu(uint64(x / (1048576)))
		mu(uint64(x % (1048576)))
		mu(uint64(x / (2147483649)))
		mu(uint64(x % (2147483649)))
		mb(x < (2147483649))
		mu(uint64((x &^ (2147483649)) + (x | (2147483649))))
		mu(uint64(x / (3569004880010050341)))
		mu(uint64(x % (3569004880010050341)))
		mb(x <= (3569004880010050341))
		mu(uint64(x / (7)))
		mu(uint64(x % (7)))
		mu(uint64(x * (7)))
		mb(x < (7))
		mu(uint64(x / (19)))
		mu(uint64(x % (19)))
		mb(x%(19) == 0)
		mu(uint64(x * (19)))
		mu(uint64(x / (17185460042378751600)))
		mu(uint64(x % (17185460042378751600)))
		mb(x > (17185460042378751600))
		mu(uint64(x / (1667619829825486864)))
		mu(uint64(x % (1667619829825486864)))
		mu(uint64(x * (1667619829825486864)))
		for _, y := range []uint64{0, 1, 2, 3, 7, 14, 100, 257, 262144, 35184372088832, 9223372036854775807, 9223372036854775808, 13142415290851467841, 18446744073709551614, 18446744073709551615} {
			if y != 0 {
				mu(uint64(x/y))
				mu(uint64(x%y))
			}
		}
	}
}
func division1() {
	for _, x := range []uint16{0, 1, 2, 3, 7, 8, 18, 65, 100, 257, 13817, 32767, 32768, 52315, 65534, 65535} {
		mu(uint64(x / (35526)))
		mu(uint64(x % (35526)))
		mu(uint64(x * (35526)))
		mu(uint64((x &^ (35526)) + (x | (35526))))
		mu(uint64(x / (1024)))
		mu(uint64(x % (1024)))
		mu(uint64(x / (5)))
		mu(uint64(x % (5)))
		mu(uint64(x / (9)))
		mu(uint64(x % (9)))
		mb(x%(9) == 0)
		mu(uint64(x * (9)))
		mb(x > (9))
		mu(uint64((x &^ (9)) + (x | (9))))
		mu(uint64(x / (65535)))
		mu(uint64(x % (65535)))
		mb(x%(65535) == 0)
		mu(uint64(x * (65535)))
		mb(x == (65535))
		mu(uint64(x / (4)))
		mu(uint64(x % (4)))
		mu(uint64(x * (4)))
		mb(x == (4))
		mu(uint64(x / (65535)))
		mu(uint64(x % (65535)))
		mb(x%(65535) == 1)
		mu(uint64((x &^ (65535)) + (x | (65535))))
		mu(uint64(x / (65535)))
		mu(uint64(x % (65535)))
		mu(uint64(x / (513)))
		mu(uint64(x % (513)))
		mb(x%(513) == 0)
		mu(uint64(x * (513)))
		mu(uint64(x / (12)))
		mu(uint64(x % (12)))
		mb(x <= (12))
		mu(uint64((x &^ (12)) + (x | (12))))
		mu(uint64(x / (65535)))
		mu(uint64(x % (65535)))
		mu(uint64(x / (65534)))
		mu(uint64(x % (65534)))
		mb(x%(65534) == 0)
		for _, y := range []uint16{0, 1, 2, 3, 7, 9, 11, 33, 100, 32767, 32768, 65534, 65535} {
			if y != 0 {
				mu(uint64(x/y))
				mu(uint64(x%y))
			}
		}
	}
}
func shifts0() {
	for _, x := range []int8{-128, -127, -100, -7, -2, -1, 0, 1, 2, 3, 7, 13, 16, 20, 63, 64, 100, 126, 127} {
		for _, s := range []uint64{0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 127} {
			mu(uint64(x << s))
			mu(uint64(x >> s))
			mu(uint64(x << (s & 31)))
			mu(uint64(x >> (s % 16)))
			mu(uint64((x << s) >> 64))
			mu(uint64((x >> 64) << s))
			if s < 8 { mu(uint64(x<<s | x>>(8-s))) }
			mu(uint64(int64(x) >> (s&63)))
			mu(uint64(uint32(x) << s))
		}
		mu(uint64(x<<64 ^ x>>49))
	}
}
func shifts1() {
	for _, x := range []uint8{0, 1, 2, 3, 4, 5, 7, 20, 100, 127, 128, 187, 254, 255} {
		for _, s := range []uint32{0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 127} {
			mu(uint64(x << s))
			mu(uint64(x >> s))
			mu(uint64(x << (s & 31)))
			mu(uint64(x >> (s % 16)))
			mu(uint64((x << s) >> 69))
			mu(uint64((x >> 69) << s))
			if s < 8 { mu(uint64(x<<s | x>>(8-s))) }
			mu(uint64(int64(x) >> (s&63)))
			mu(uint64(uint32(x) << s))
		}
		mu(uint64(x<<69 ^ x>>55))
	}
}
func conversions0() {
	for _, x := range []uint{0, 1, 2, 3, 7, 13, 100, 262145, 34359738369, 68719476736, 9223372036854775807, 9223372036854775808, 12388827444792086385, 18446744073709551614, 18446744073709551615} {
		mu(uint64(uint8(x)))
		mu(uint64(uint(uint8(x))))
		mu(uint64(int(uint(uint8(x)))))
		mu(uint64(uint16(int(uint(uint8(x))))))
		mf(float64(x))
		mf(float64(float32(x)))
		mf(float64(float32(uint64(x))))
		mf(float64(uint64(x)))
		mu(uint64(int16(float64(x%100))))
		if y := float64(x); y > -9e18 && y < 9e18 { mu(uint64(int64(y * 0.75))); mu(uint64(int64(float32(y) / 3))) }
		if y := float64(x); y >= 0 && y < 1.8e19 { mu(uint64(y)); mu(uint64(uint64(y) >> 3)) }
	}
}
func conversions1() {
	for _, x := range []int32{-2147483648, -2147483647, -3896757, -100, -11, -7, -2, -1, 0, 1, 2, 3, 7, 17, 33, 65, 100, 1025, 2097153, 4194304, 1005765150, 1073741823, 1073741824, 2147483646, 2147483647} {
		mu(uint64(uint64(x)))
		mu(uint64(uint64(uint64(x))))
		mu(uint64(uint8(uint64(uint64(x)))))
		mu(uint64(int8(uint8(uint64(uint64(x))))))
		mf(float64(x))
		mf(float64(float32(x)))
		mf(float64(float32(uint64(x))))
		mf(float64(uint64(x)))
		mu(uint64(int16(float64(x%100))))
		if y := float64(x); y > -9e18 && y < 9e18 { mu(uint64(int64(y * 0.75))); mu(uint64(int64(float32(y) / 3))) }
		if y := float64(x); y >= 0 && y < 1.8e19 { mu(uint64(y)); mu(uint64(uint64(y) >> 3)) }
	}
}
func floats0() {
	var z float64
	inf, negz, big := 1/z, -z, z+1
	negz = z * -1
	nan := inf - inf
	vs := []float64{0, negz, 1, -1, inf, -inf, nan, 0.1, 1e-30, 1e30, 3.5, -2.5, 16777217, big/3, -432057.027906767, 532174.8251423936, -114958.35192278796, 29040.847938358318}
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
	f := func(x uint) int {
		switch x {
		case 1:
			return 0
		case 2:
			return 3
		case 6:
			return 6
		case 10:
			return 9
		case 11:
			return 12
		case 15:
			mu(5)
			fallthrough
		case 20:
			return 18
		case 28:
			return 21
		case 8192:
			mu(8)
			fallthrough
		case 16384:
			return 27
		case 137438953473:
			mu(10)
			fallthrough
		case 4398046511105:
			return 33
		case 1152921504606846976:
			return 36
		case 7367177532393880752:
			mu(13)
			fallthrough
		case 9472160286012878263:
			return 42
		case 15786109987356843287:
			return 45
		case 18446744073709551614:
			return 48
		case 18446744073709551615:
			return 51
		default:
			return -1
		}
	}
	for _, x := range []uint{0, 1, 2, 3, 7, 8, 12, 100, 65536, 134217728, 4294967296, 68719476737, 9223372036854775807, 9223372036854775808, 18446744073709551614, 18446744073709551615} { mu(uint64(f(x))) }
	for _, x := range []uint{1, 2, 6, 10, 11, 15, 20, 28, 8192, 16384, 137438953473, 4398046511105, 1152921504606846976, 7367177532393880752, 9472160286012878263, 15786109987356843287, 18446744073709551614, 18446744073709551615} { mu(uint64(f(x))) }
	for i := 0; i < 60; i++ { mu(uint64(f(uint(i) - 0))) }
	g := func(s string) int {
		switch s {
		case "":
			return 0
		case "a":
			return 1
		case "abaaba":
			return 2
		case "aéc":
			return 3
		case "aéccbbéb":
			return 4
		case "baéaaccé":
			return 5
		case "c":
			return 6
		case "cb":
			return 7
		}
		return len(s) + 100
	}
	for _, s := range []string{"", "a", "abaaba", "aéc", "aéccbbéb", "baéaaccé", "c", "cb", "é", "éaé", "éaéb", "éb"} { mu(uint64(g(s))); mu(uint64(g(s + "a"))) }
}
func switches1() {
	f := func(x int) int {
		switch x {
		case 10:
			mu(0)
			fallthrough
		case 24:
			return 3
		case 25:
			return 6
		case 29:
			return 9
		case 30:
			return 12
		case 2251799813685249:
			return 15
		case 9223372036854775806:
			return 18
		default:
			return -1
		}
	}
	for _, x := range []int{-9223372036854775808, -9223372036854775807, -2529103605164754519, -100, -7, -4, -2, -1, 0, 1, 2, 3, 7, 65, 100, 524289, 33554433, 70368744177664, 72057594037927936, 4611686018427387903, 4611686018427387904, 9223372036854775806, 9223372036854775807} { mu(uint64(f(x))) }
	for _, x := range []int{10, 24, 25, 29, 30, 2251799813685249, 9223372036854775806} { mu(uint64(f(x))) }
	for i := 0; i < 60; i++ { mu(uint64(f(int(i) - 0))) }
	g := func(s string) int {
		switch s {
		case "":
			return 0
		case "aacééé":
			return 1
		case "acbcccc":
			return 2
		case "baaébéca":
			return 3
		case "cacaaé":
			return 4
		case "cé":
			return 5
		case "céaca":
			return 6
		case "é":
			return 7
		}
		return len(s) + 100
	}
	for _, s := range []string{"", "aacééé", "acbcccc", "baaébéca", "cacaaé", "cé", "céaca", "é", "éaabééaéc", "éb", "écbcbbc"} { mu(uint64(g(s))); mu(uint64(g(s + "a"))) }
}
func deep0(n int, p *int, s string, acc [3]int) (r int, e error) {
	var buf [300]int
	for i := range buf { buf[i] = n*i + *p }
	*p += n
	defer func() { r += buf[n%len(buf)] & 0xff }()
	if n == 0 { return len(s) + acc[1], errors.New(s) }
	acc[n%3] += n
	x, err := deep0(n-1, &buf[len(buf)-1], s, acc)
	return x + buf[n%len(buf)] + *p + acc[n%3], err
}
func recursion0() {
	var start = 50
	v, err := deep0(657, &start, "deep", [3]int{1, 2, 3})
	mu(uint64(v)); ma(err); mu(uint64(start))
	done := make(chan int)
	go func() { y := 5; v, _ := deep0(328, &y, "go", [3]int{}); done <- v + y }()
	mu(uint64(<-done))
}
//go:noinline
func manyf0(a0 float32, a1 float64, a2 struct{}, a3 int8, a4 float32, a5 func() int, a6 string, a7 int8) (string, int8, int8, float32, func() int, struct{}, float32, float64) {
	mu(5)
	return a6, a3, a7, a0, a5, a2, a4, a1
}
func many0() {
	f := manyf0
	for i := 0; i < 2; i++ {
		r6, r3, r7, r0, r5, r2, r4, r1 := f(-0.25, 1.5, struct{}{}, -3, -4.25, func() int { return 5 + zero }, "s6", -7)
		ms(fmt.Sprint(r6, r3, r7, r0, r5(), r2, r4, r1))
	}
	defer func(b0 float32, b1 float64, b2 struct{}, b3 int8, b4 float32, b5 func() int, b6 string, b7 int8) { ms(fmt.Sprint(b0, b1, b2, b3, b4, b5(), b6, b7)) }(-0.25, 1.5, struct{}{}, -3, -4.25, func() int { return 5 + zero }, "s6", -7)
	out := reflect.ValueOf(f).Call([]reflect.Value{reflect.ValueOf(&[]float32{-0.25}[0]).Elem(), reflect.ValueOf(&[]float64{1.5}[0]).Elem(), reflect.ValueOf(&[]struct{}{struct{}{}}[0]).Elem(), reflect.ValueOf(&[]int8{-3}[0]).Elem(), reflect.ValueOf(&[]float32{-4.25}[0]).Elem(), reflect.ValueOf(&[]func() int{func() int { return 5 + zero }}[0]).Elem(), reflect.ValueOf(&[]string{"s6"}[0]).Elem(), reflect.ValueOf(&[]int8{-7}[0]).Elem()})
	for _, v := range out { if v.Kind() != reflect.Pointer && v.Kind() != reflect.Func { ms(fmt.Sprint(v)) } }
	go func(c0 float32, c1 float64, c2 struct{}, c3 int8, c4 float32, c5 func() int, c6 string, c7 int8) { }(-0.25, 1.5, struct{}{}, -3, -4.25, func() int { return 5 + zero }, "s6", -7)
}
//go:noinline
func manyf1(a0 any, a1 []int, a2 *int, a3 int8, a4 []int, a5 [3]int32, a6 *int, a7 float32, a8 []int, a9 complex128, a10 [1]string, a11 struct{ A int8; B float32 }, a12 int8, a13 func() int, a14 uint16, a15 [3]int32, a16 [3]int32, a17 struct{}, a18 struct{}, a19 string, a20 uint16, a21 struct{ A int8; B float32 }, a22 [3]int32, a23 struct{}) (any, *int, []int, uint16, *int, int8, [3]int32, float32, struct{}, string, struct{}, [3]int32, []int, func() int, struct{}, [1]string, []int, [3]int32, struct{ A int8; B float32 }, int8, complex128, struct{ A int8; B float32 }, [3]int32, uint16) {
	mu(5)
	return a0, a6, a4, a20, a2, a3, a15, a7, a17, a19, a23, a22, a8, a13, a18, a10, a1, a16, a11, a12, a9, a21, a5, a14
}
func many1() {
	f := manyf1
	for i := 0; i < 2; i++ {
		r0, r6, r4, r20, r2, r3, r15, r7, r17, r19, r23, r22, r8, r13, r18, r10, r1, r16, r11, r12, r9, r21, r5, r14 := f(any(0), []int{1, 2}, ptrTo(2), -3, []int{4, 2}, [3]int32{5, -1, 7}, ptrTo(6), -7.25, []int{8, 2}, complex(9, -9), [1]string{"a10"}, struct{ A int8; B float32 }{ 11, 0.5 }, -12, func() int { return 13 + zero }, 1400, [3]int32{15, -1, 7}, [3]int32{16, -1, 7}, struct{}{}, struct{}{}, "s19", 2000, struct{ A int8; B float32 }{ 21, 0.5 }, [3]int32{22, -1, 7}, struct{}{})
		ms(fmt.Sprint(r0, *r6, r4, r20, *r2, r3, r15, r7, r17, r19, r23, r22, r8, r13(), r18, r10, r1, r16, r11, r12, r9, r21, r5, r14))
	}
	defer func(b0 any, b1 []int, b2 *int, b3 int8, b4 []int, b5 [3]int32, b6 *int, b7 float32, b8 []int, b9 complex128, b10 [1]string, b11 struct{ A int8; B float32 }, b12 int8, b13 func() int, b14 uint16, b15 [3]int32, b16 [3]int32, b17 struct{}, b18 struct{}, b19 string, b20 uint16, b21 struct{ A int8; B float32 }, b22 [3]int32, b23 struct{}) { ms(fmt.Sprint(b0, b1, *b2, b3, b4, b5, *b6, b7, b8, b9, b10, b11, b12, b13(), b14, b15, b16, b17, b18, b19, b20, b21, b22, b23)) }(any(0), []int{1, 2}, ptrTo(2), -3, []int{4, 2}, [3]int32{5, -1, 7}, ptrTo(6), -7.25, []int{8, 2}, complex(9, -9), [1]string{"a10"}, struct{ A int8; B float32 }{ 11, 0.5 }, -12, func() int { return 13 + zero }, 1400, [3]int32{15, -1, 7}, [3]int32{16, -1, 7}, struct{}{}, struct{}{}, "s19", 2000, struct{ A int8; B float32 }{ 21, 0.5 }, [3]int32{22, -1, 7}, struct{}{})
	out := reflect.ValueOf(f).Call([]reflect.Value{reflect.ValueOf(&[]any{any(0)}[0]).Elem(), reflect.ValueOf(&[][]int{[]int{1, 2}}[0]).Elem(), reflect.ValueOf(&[]*int{ptrTo(2)}[0]).Elem(), reflect.ValueOf(&[]int8{-3}[0]).Elem(), reflect.ValueOf(&[][]int{[]int{4, 2}}[0]).Elem(), reflect.ValueOf(&[][3]int32{[3]int32{5, -1, 7}}[0]).Elem(), reflect.ValueOf(&[]*int{ptrTo(6)}[0]).Elem(), reflect.ValueOf(&[]float32{-7.25}[0]).Elem(), reflect.ValueOf(&[][]int{[]int{8, 2}}[0]).Elem(), reflect.ValueOf(&[]complex128{complex(9, -9)}[0]).Elem(), reflect.ValueOf(&[][1]string{[1]string{"a10"}}[0]).Elem(), reflect.ValueOf(&[]struct{ A int8; B float32 }{struct{ A int8; B float32 }{ 11, 0.5 }}[0]).Elem(), reflect.ValueOf(&[]int8{-12}[0]).Elem(), reflect.ValueOf(&[]func() int{func() int { return 13 + zero }}[0]).Elem(), reflect.ValueOf(&[]uint16{1400}[0]).Elem(), reflect.ValueOf(&[][3]int32{[3]int32{15, -1, 7}}[0]).Elem(), reflect.ValueOf(&[][3]int32{[3]int32{16, -1, 7}}[0]).Elem(), reflect.ValueOf(&[]struct{}{struct{}{}}[0]).Elem(), reflect.ValueOf(&[]struct{}{struct{}{}}[0]).Elem(), reflect.ValueOf(&[]string{"s19"}[0]).Elem(), reflect.ValueOf(&[]uint16{2000}[0]).Elem(), reflect.ValueOf(&[]struct{ A int8; B float32 }{struct{ A int8; B float32 }{ 21, 0.5 }}[0]).Elem(), reflect.ValueOf(&[][3]int32{[3]int32{22, -1, 7}}[0]).Elem(), reflect.ValueOf(&[]struct{}{struct{}{}}[0]).Elem()})
	for _, v := range out { if v.Kind() != reflect.Pointer && v.Kind() != reflect.Func { ms(fmt.Sprint(v)) } }
	go func(c0 any, c1 []int, c2 *int, c3 int8, c4 []int, c5 [3]int32, c6 *int, c7 float32, c8 []int, c9 complex128, c10 [1]string, c11 struct{ A int8; B float32 }, c12 int8, c13 func() int, c14 uint16, c15 [3]int32, c16 [3]int32, c17 struct{}, c18 struct{}, c19 string, c20 uint16, c21 struct{ A int8; B float32 }, c22 [3]int32, c23 struct{}) { }(any(0), []int{1, 2}, ptrTo(2), -3, []int{4, 2}, [3]int32{5, -1, 7}, ptrTo(6), -7.25, []int{8, 2}, complex(9, -9), [1]string{"a10"}, struct{ A int8; B float32 }{ 11, 0.5 }, -12, func() int { return 13 + zero }, 1400, [3]int32{15, -1, 7}, [3]int32{16, -1, 7}, struct{}{}, struct{}{}, "s19", 2000, struct{ A int8; B float32 }{ 21, 0.5 }, [3]int32{22, -1, 7}, struct{}{})
}
func fmts0() {
	ms(fmt.Sprintf("%+0.0v|%[1]v", &struct{ P *int; Q []any }{nil, []any{1, "z", nil}}))
	ms(fmt.Sprintf("%-#8.0s|%[1]v", [2]bool{true}))
	ms(fmt.Sprintf("%#.2X|%[1]v", 42))
	ms(fmt.Sprintf("%3.10o|%[1]v", int64(math.MinInt64)))
	ms(fmt.Sprintf("%#3.0f|%[1]v", any(nil)))
	ms(fmt.Sprintf("%-20.10v|%[1]v", struct{ A int; B string }{1, "x"}))
	ms(fmt.Sprintf("% 8X|%[1]v", true))
	ms(fmt.Sprintf("% 20.10T|%[1]v", time.Duration(1234567890)))
	ms(fmt.Sprintf("% 8.0b|%[1]v", any(nil)))
	ms(fmt.Sprintf("%3d|%[1]v", []any{1, 2.5, nil, []int(nil)}))
	ms(fmt.Sprintf("%03v|%[1]v", 3.14159))
	ms(fmt.Sprintf("%#8U|%[1]v", struct{ A int; B string }{1, "x"}))
	ms(fmt.Sprintf("%-#3.10o|%[1]v", []byte("bytes")))
	ms(fmt.Sprintf("%#20.2q|%[1]v", int64(math.MinInt64)))
	var a, b int; var s string; n, err := fmt.Sscanf("-17:633 word", "%d:%x %s", &a, &b, &s)
	ms(fmt.Sprint(n, err, a, b, s))
	ms(fmt.Sprintln(a, b, s, "x", 1, 2, true))
}
type jsonE0 struct { E, F0 int }
type json0 struct {
	F0 any 
	F1 []string 
	F2 float64 `json:"f2,omitempty"`
	F3 *int `json:"-"`
	F4 bool `json:"f4,omitempty"`
	F5 any `json:"F_5"`
	F6 map[int]string 
	F7 []string 
	F8 []byte `json:"-"`
	jsonE0
	Next *json0
}
func jsonT0() {
	v := json0{F0: any("x"), F1: nil, F2: 21.25, F3: ptrTo(24), F5: any("x"), F6: map[int]string{2: "q", -1: "n"}, F7: nil, F8: []byte("b15")}
	w := json0{Next: &v}
	b, err := json.Marshal(w)
	ms(string(b)); ms(fmt.Sprint(err))
	var back json0
	ms(fmt.Sprint(json.Unmarshal(b, &back)))
	b2, _ := json.MarshalIndent(&back, "", " ")
	ms(string(b2))
	var x any
	ms(fmt.Sprint(json.Unmarshal(b, &x), x))
	ms(fmt.Sprint(json.Unmarshal([]byte(`{"F0": true, "Next": 5}`), &back)))
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
	if n % 3 == 2 { panic(n) }
	if n % 4 == 0 { var a []int; _ = a[n] }
	return r + 1, s + "x", nil
}
func defers0() {
	for i := 0; i < 11; i++ { a, b, c := deferf0(i); mu(uint64(a)); ms(b); ms(fmt.Sprint(c)) }
	func() {
		defer caught()
		defer func() { panic(fmt.Sprint("second", recover())) }()
		panic(1)
	}()
}
type list0 struct { v int; name string; next *list0; back []*list0; m map[int]*list0 }
func lists0() {
	var head *list0
	var all []*list0
	for i := 0; i < 220; i++ {
		head = &list0{v: i * 16, name: strings.Repeat("n", i%7) + strconv.Itoa(i), next: head, m: map[int]*list0{}}
		if i%3 == 0 { all = append(all, head) }
		if len(all) > 0 { head.back = append(head.back, all[i%len(all)]); head.m[i] = all[0] }
		if i % 20 == 0 { runtime.GC() }
		if i % 12 == 3 && len(all) > 4 { all = all[2:] }
	}
	for p, i := head, 0; p != nil; p, i = p.next, i+1 { mu(uint64(p.v + len(p.back))); ms(p.name); for _, b := range p.back { mu(uint64(b.v)) }; for k, q := range p.m { mu(uint64(k)); ms(q.name) } }
}
func workers0() {
	in, out := make(chan int, 0), make(chan [2]int)
	var wg sync.WaitGroup
	var mtx sync.Mutex
	total := 0
	for w := 0; w < 5; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for x := range in { s := make([]string, 0, 3); for j := 0; j < x%5; j++ { s = append(s, strconv.Itoa(x*j)) }; mtx.Lock(); total += x; mtx.Unlock(); out <- [2]int{x, len(strings.Join(s, ",")) + 2} }
		}()
	}
	go func() { for i := 0; i < 43; i++ { in <- i }; close(in); wg.Wait(); close(out) }()
	res := make([]int, 43)
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
	s := "bZ\n0"
	for i, c := range s { mu(uint64(i)); mu(uint64(c)) }
	for i := range len(s) { mu(uint64(s[i])) }
	ms(fmt.Sprint([]rune(s), []byte(s))); ms(string([]rune(s))); ms(strings.ToUpper(s)); ms(fmt.Sprintf("%q %x %+q", s, s, s))
	ms(fmt.Sprint(strings.Fields(s), len(strings.Split(s, ",")), strings.Index(s, "b"), strings.LastIndex(s, "a"), strings.Count(s, ""), strings.Replace(s, "a", "<>", 2), strings.Title(s), strings.TrimLeft(s, "ab "), strings.EqualFold(s, strings.ToUpper(s))))
	var sb strings.Builder
	for i := 0; i < 1; i++ { sb.WriteString(s); sb.WriteByte(byte(i)); fmt.Fprintf(&sb, "%d,", i) }
	ms(sb.String())
	m := map[string]int{}
	for i := 0; i <= len(s); i++ { m[s[:i]]++; m[s[i:]] += i; m[string([]byte(s)[i:])] ^= 3 }
	for _, k := range sortedKeys(m) { ms(k); mu(uint64(m[k])) }
	t := ""
	for i := 0; i < 20; i++ { t = t + s[:len(s)/2] + strconv.Quote(string(rune(i*97))); if t > s+"b" { t = t[len(t)/2:] } }
	ms(t); mb(t < s); mb(t == s+""); mb(s+t != t+s)
	for _, q := range []string{"12", "-99999999999999999999", "0x1f", "1e3", "-741890826035", "", "nan", "1_000", ".5"} { a, e1 := strconv.ParseInt(q, 0, 16); b, e2 := strconv.ParseFloat(q, 32); c, e3 := strconv.Atoi(q); ms(fmt.Sprint(a, e1, b, e2, c, e3)) }
	tm := time.Unix(-620601392, 497123171).UTC()
	ms(tm.Format(time.RFC3339Nano)); ms(tm.Format("Mon Jan _2 15:04:05.000 2006 MST")); ms(tm.AddDate(1, -5, 40).String()); ms(tm.Truncate(time.Hour).Weekday().String()); ms(fmt.Sprint(tm.YearDay(), tm.Unix(), tm.Sub(tm.Add(-90*time.Minute))))
}
type arr0 struct { x int8; a [40]int32; p *int; s []int32; in struct { b [1]int32; f float32 } }
func arrMod0(v arr0, i int) arr0 { v.a[i%40] = v.in.b[i%1]; v.in.b[(i+1)%1] = v.a[(i*7)%40]; v.x++; v.s = append(v.s, v.a[0]); return v }
func arrays0() {
	var v arr0
	for i := range v.a { v.a[i] = int32(i) }
	for i := range v.in.b { v.in.b[i] = int32(i) }
	w := v
	for i := 0; i < 19; i++ { w = arrMod0(w, i); q := &w; *q, v = v, *q; if i%2 == 0 { v, w = w, v } }
	ms(fmt.Sprintf("%v %v %v %v", v.x, v.a, v.s, v.in)); ms(fmt.Sprintf("%v %v %v %v", w.x, w.a, w.s, w.in))
	mb(v.a == w.a); mb(v.in == w.in); mb(v.in.b == v.in.b)
	m := map[[40]int32]int{v.a: 1}
	m[w.a] += 2
	m[v.a] += 4
	mu(uint64(len(m))); mu(uint64(m[v.a]))
	var e any = v.a; _, ok := m[e.([40]int32)]; mb(ok); mb(e == any(w.a)); mb(e == any(v.a))
	s := v.a[:]; s2 := s[len(s)/2:]; copy(s, s2); copy(s2, s); ms(fmt.Sprint(s, v.a)); pa := (*[2]int32)(s); pa[0] = w.a[39]; ms(fmt.Sprint(v.a, [2]int32(s)))
	ch := make(chan arr0, 1); ch <- v; x := <-ch; ms(fmt.Sprint(x.a, x.in)); fn := func() [40]int32 { return x.a }; x.a[0] = w.a[0]; ms(fmt.Sprint(fn()))
	for i, y := range v.a { v.a[len(v.a)-1-i] = y; }; ms(fmt.Sprint(v.a))
}
type arr1 struct { x int8; a [4]float32; p *int; s []float32; in struct { b [3]float32; f float32 } }
func arrMod1(v arr1, i int) arr1 { v.a[i%4] = v.in.b[i%3]; v.in.b[(i+1)%3] = v.a[(i*7)%4]; v.x++; v.s = append(v.s, v.a[0]); return v }
func arrays1() {
	var v arr1
	for i := range v.a { v.a[i] = float32(i) }
	for i := range v.in.b { v.in.b[i] = float32(i) }
	w := v
	for i := 0; i < 11; i++ { w = arrMod1(w, i); q := &w; *q, v = v, *q; if i%2 == 0 { v, w = w, v } }
	ms(fmt.Sprintf("%v %v %v %v", v.x, v.a, v.s, v.in)); ms(fmt.Sprintf("%v %v %v %v", w.x, w.a, w.s, w.in))
	mb(v.a == w.a); mb(v.in == w.in); mb(v.in.b == v.in.b)
	m := map[[4]float32]int{v.a: 1}
	m[w.a] += 2
	m[v.a] += 4
	mu(uint64(len(m))); mu(uint64(m[v.a]))
	var e any = v.a; _, ok := m[e.([4]float32)]; mb(ok); mb(e == any(w.a)); mb(e == any(v.a))
	s := v.a[:]; s2 := s[len(s)/2:]; copy(s, s2); copy(s2, s); ms(fmt.Sprint(s, v.a)); pa := (*[2]float32)(s); pa[0] = w.a[3]; ms(fmt.Sprint(v.a, [2]float32(s)))
	ch := make(chan arr1, 1); ch <- v; x := <-ch; ms(fmt.Sprint(x.a, x.in)); fn := func() [4]float32 { return x.a }; x.a[0] = w.a[0]; ms(fmt.Sprint(fn()))
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
