// Words that are put together from bytes and taken apart into bytes: one access each where the bytes are adjacent and in order, and the
// same results everywhere else.
package main

import (
	"encoding/binary"
	"fmt"
)

//go:noinline
func le16(b []byte) uint16 { _ = b[1]; return uint16(b[0]) | uint16(b[1])<<8 }

//go:noinline
func be16(b []byte) uint16 { _ = b[1]; return uint16(b[1]) + uint16(b[0])<<8 }

//go:noinline
func le32(b []byte) uint32 {
	_ = b[3]
	return uint32(b[2])<<16 ^ uint32(b[0]) ^ uint32(b[3])<<24 ^ uint32(b[1])<<8
}

//go:noinline
func be64(b []byte) uint64 { return binary.BigEndian.Uint64(b) }

//go:noinline
func le24(b []byte) uint32 { _ = b[2]; return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

//go:noinline
func wide(b []byte) uint64 { _ = b[3]; return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 }

//go:noinline
func upper(b *[8]byte) uint64 {
	return uint64(b[2])<<40 | uint64(b[3])<<48 | uint64(b[1])<<32 | uint64(b[4])<<56
}

//go:noinline
func signed(b []byte) int32 { _ = b[3]; return int32(b[0]) | int32(b[1])<<8 | int32(b[2])<<16 | int32(b[3])<<24 }

//go:noinline
func negative(b []int8) int32 { _ = b[1]; return int32(b[0]) | int32(b[1])<<8 } // sign-extended: not adjacent bits

//go:noinline
func halves(h []uint16) uint64 {
	_ = h[3]
	return uint64(h[0]) | uint64(h[1])<<16 | uint64(h[2])<<32 | uint64(h[3])<<48
}

//go:noinline
func gap(b []byte) uint32 { _ = b[4]; return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[3])<<16 | uint32(b[4])<<24 }

//go:noinline
func twice(b []byte) uint32 { _ = b[1]; return uint32(b[0]) | uint32(b[0])<<8 | uint32(b[1])<<16 | uint32(b[1])<<24 }

//go:noinline
func overlap(b []byte) uint32 { _ = b[3]; return uint32(b[0]) + uint32(b[1])<<8 + uint32(b[2])<<15 + uint32(b[3])<<24 }

//go:noinline
func indexed(b []byte, i int) uint32 {
	if i < 0 || i+3 >= len(b) {
		return 0
	}
	return uint32(b[i]) | uint32(b[i+1])<<8 | uint32(b[i+2])<<16 | uint32(b[i+3])<<24
}

//go:noinline
func between(b []byte, p *byte) uint16 { // the store may change the second byte
	_ = b[1]
	x := uint16(b[0])
	*p = 99
	return x | uint16(b[1])<<8
}

//go:noinline
func reused(b []byte) (uint16, byte) { _ = b[1]; x := b[1]; return uint16(b[0]) | uint16(x)<<8, x }

//go:noinline
func put(b []byte, x uint64, le bool) {
	if le {
		binary.LittleEndian.PutUint64(b, x)
	} else {
		binary.BigEndian.PutUint64(b, x)
	}
}

//go:noinline
func put32(b []byte, x uint64) { // from the middle of x, in no order
	_ = b[3]
	b[3] = byte(x >> 40)
	b[1] = byte(x >> 24)
	b[0] = byte(x >> 16)
	b[2] = byte(x >> 32)
}

//go:noinline
func put16(b []byte, x int16) { _ = b[1]; b[0] = byte(x >> 8); b[1] = byte(x) }

//go:noinline
func putGap(b []byte, x uint32) { _ = b[4]; b[0] = byte(x); b[1] = byte(x >> 8); b[3] = byte(x >> 16); b[4] = byte(x >> 24) }

//go:noinline
func putTwo(b []byte, x, y uint32) {
	_ = b[3]
	b[0], b[1] = byte(x), byte(x>>8)
	b[2], b[3] = byte(y), byte(y>>8)
}

//go:noinline
func putSeen(b []byte, x uint32) byte { // a store in between is read
	_ = b[1]
	b[0] = byte(x)
	y := b[0] + b[1]
	b[1] = byte(x >> 8)
	return y
}

//go:noinline
func putAgain(b []byte, x uint32) { _ = b[1]; b[0] = byte(x); b[1] = byte(x >> 8); b[0] = byte(x >> 16) }

//go:noinline
func putHalves(h []uint16, x uint64) {
	_ = h[3]
	h[0], h[1], h[2], h[3] = uint16(x), uint16(x>>16), uint16(x>>32), uint16(x>>48)
}

var calls = []struct {
	name string
	f    func([]byte) uint64
}{ // function literals of static data are compiled like all others
	{"le64", func(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }},
	{"be32", func(b []byte) uint64 { return uint64(binary.BigEndian.Uint32(b[1:])) }},
}

func main() {
	b := []byte{0x81, 0x92, 0xa3, 0xb4, 0xc5, 0xd6, 0xe7, 0xf8, 9, 10}
	fmt.Printf("%x %x %x %x %x %x %x\n", le16(b), be16(b), le32(b), be64(b), le24(b), wide(b), upper((*[8]byte)(b)))
	fmt.Println(signed(b), negative([]int8{-2, 3}), negative([]int8{2, -3}))
	fmt.Printf("%x %x %x %x\n", halves([]uint16{1, 0xfff2, 3, 0xfff4}), gap(b), twice(b), overlap(b))
	for i := -1; i < 9; i += 2 {
		fmt.Printf("%x ", indexed(b, i))
	}
	fmt.Println()
	c := []byte{1, 2}
	fmt.Println(between(c, &c[1]), c)
	fmt.Println(reused(b))
	for _, x := range calls {
		fmt.Printf("%s %x\n", x.name, x.f(b))
	}
	show := func(f func([]byte)) {
		o := make([]byte, 9)
		f(o[:8])
		fmt.Printf("%x\n", o)
	}
	show(func(o []byte) { put(o, 0x1122334455667788, true) })
	show(func(o []byte) { put(o, 0x1122334455667788, false) })
	show(func(o []byte) { put32(o, 0x1122334455667788) })
	show(func(o []byte) { put16(o[3:], -2) })
	show(func(o []byte) { putGap(o, 0x11223344) })
	show(func(o []byte) { putTwo(o, 0x11223344, 0x55667788) })
	show(func(o []byte) { o[1] = 5; fmt.Print(putSeen(o, 0x11223344), " ") })
	show(func(o []byte) { putAgain(o, 0x11223344) })
	h := make([]uint16, 4)
	putHalves(h, 0x1122334455667788)
	fmt.Printf("%x\n", h)
}
