package main

import "fmt"

// Bits by their number in words of each width, counts below, at and above it, against the same by arithmetic.

type word interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64
}

//go:noinline
func set[T word](x T, n uint) T { return x | 1<<(n&63) }

//go:noinline
func set8(x uint8, n uint8) uint8 { return x | 1<<(n%8) }

//go:noinline
func set32(x uint32, n uint8) uint32 { return x | 1<<(n%32) }

//go:noinline
func clear32(x uint32, n uint8) uint32 { return x &^ (1 << (n % 32)) }

//go:noinline
func flip32(x uint32, n uint8) uint32 { return x ^ 1<<(n%32) }

//go:noinline
func set64(x uint64, n int) uint64 { return x | 1<<(n&63) }

//go:noinline
func clear64(x uint64, n int) uint64 { return x &^ (1 << (n & 63)) }

//go:noinline
func flip64(x uint64, n int) uint64 { return x ^ 1<<(n&63) }

//go:noinline
func free64(x uint64, n uint) uint64 { return x ^ 1<<n }

//go:noinline
func has32(x uint32, n uint8) bool { return x&(1<<(n%32)) != 0 }

//go:noinline
func has64(x uint64, n uint) bool { return x&(1<<(n&63)) == 0 }

//go:noinline
func has8(x uint8, n uint8) bool { return x&(1<<(n%8)) != 0 }

//go:noinline
func shifted(x uint32, n uint) bool { return x>>(n&31)&1 != 0 }

//go:noinline
func shifted64(x int64, n uint) bool { return x>>(n&63)&1 == 1 }

//go:noinline
func shiftedFree(x uint64, n uint) bool { return x>>n&1 == 1 }

//go:noinline
func shifts(x uint16, y int32, n uint8) (uint16, int32, uint16) {
	return x << (n & 31), y >> (n & 31), x >> (n & 31)
}

func pow(n uint) uint64 {
	p := uint64(1)
	for ; n > 0; n-- {
		p += p
	}
	return p
}

type asciiSet [8]uint32

func (s *asciiSet) contains(c byte) bool { return s[c/32]&(1<<(c%32)) != 0 }

func makeSet(chars string) (s asciiSet, ok bool) {
	for i := 0; i < len(chars); i++ {
		if chars[i] >= 0x80 {
			return s, false
		}
		s[chars[i]/32] |= 1 << (chars[i] % 32)
	}
	return s, true
}

type big struct {
	a [6]int
	p *int
	s string
}

//go:noinline
func through(b *big, i int) big {
	x := *b
	b.a[i]++ // between the two moves
	y := x
	y.a[i] += 100
	z := y
	x = z
	x.p = b.p
	return x
}

//go:noinline
func swap(b, c *big, i int) int {
	t := *b
	*b = *c
	*c = t
	return t.a[i]
}

func main() {
	bad := 0
	check := func(good bool) {
		if !good {
			bad++
		}
	}
	for _, x := range []uint64{0, 1, 0x8000000080008080, 0x5555555555555555, ^uint64(0)} {
		for n := uint(0); n < 140; n++ {
			m32, m64 := uint32(pow(n%32)), pow(n%64)
			has := func(v uint64, bit uint) bool { return v/pow(bit)%2 == 1 }
			check(set32(uint32(x), uint8(n))&m32 == m32 && set32(uint32(x), uint8(n))|m32 == uint32(x)|m32)
			check(clear32(uint32(x), uint8(n)) == uint32(x)-uint32(x)&m32)
			check(flip32(uint32(x), uint8(n))-uint32(x) == m32 || uint32(x)-flip32(uint32(x), uint8(n)) == m32)
			check(set64(x, int(n)) == x|m64 && clear64(x, int(n)) == x-x&m64 && flip64(flip64(x, int(n)), int(n)) == x)
			check(has32(uint32(x), uint8(n)) == has(x%(1<<32), n%32) && has64(x, n) == !has(x, n%64) && has8(uint8(x), uint8(n)) == has(x%256, n%8))
			check(shifted(uint32(x), n) == has(x%(1<<32), n%32) && shifted64(int64(x), n) == has(x, n%64))
			check(shiftedFree(x, n) == (n < 64 && has(x, n%64)))
			if n < 64 {
				check(free64(x, n) == flip64(x, int(n)))
			} else {
				check(free64(x, n) == x)
			}
			check(set8(uint8(x), uint8(n)) == uint8(x)|uint8(pow(n%8)))
			want := uint64(0)
			if n%64 < 16 {
				want = pow(n % 64)
			}
			check(uint64(set(uint16(0), n)) == want)
			a, b, c := shifts(uint16(x), int32(x), uint8(n))
			check(a == uint16(uint64(uint16(x))*pow(n%32)) && c == uint16(uint64(uint16(x))/pow(n%32)))
			d := int64(int32(x))
			for k := uint(0); k < n%32; k++ {
				d = (d - (d&1+2)%2) / 2
			}
			check(int64(b) == d)
		}
	}
	s, ok := makeSet("hello, world")
	t, no := makeSet("h\u00e9")
	fmt.Println(bad, ok, no, s.contains('h'), s.contains('x'), t.contains('h'), s)
	one := 1
	b := big{[6]int{1, 2, 3, 4, 5, 6}, &one, "b"}
	c := through(&b, 2)
	fmt.Println(b.a, c.a, *c.p, c.s)
	fmt.Println(swap(&b, &c, 2), b.a, c.a, swap(&b, &b, 1), b.a)
}
