package runtime

import (
	"internal/strconv"
	"unsafe"
)

// The print and println builtins. Between printlock and printunlock the output is collected (C, rt/diag/print.c) and written to file descriptor 2 in
// as few pieces as possible; the lock may be taken again by the thread that has it.

// hex is printed in hexadecimal, quoted with quotes: the compiler knows both.
type hex uint64
type quoted string

func printlock()
func printunlock()

//go:noescape
func gwrite(p unsafe.Pointer, n int)

// LEAF: format and gwrite.
func printint(v int64)
func printuint(v uint64)
func printhex(v uint64)

func printstring(s string)          { gwrite(unsafe.Pointer(unsafe.StringData(s)), len(s)) }
func printbytes(b []byte)           { gwrite(unsafe.Pointer(unsafe.SliceData(b)), len(b)) }
func printsp()                      { printstring(" ") }
func printnl()                      { printstring("\n") }
func printpointer(p unsafe.Pointer) { printhex(uint64(uintptr(p))) }
func printuintptr(p uintptr)        { printhex(uint64(p)) }

func printbool(v bool) {
	if v {
		printstring("true")
	} else {
		printstring("false")
	}
}

func printfloat64(v float64) {
	var buf [32]byte
	printbytes(strconv.AppendFloat(buf[:0], v, 'g', -1, 64))
}

func printfloat32(v float32) {
	var buf [32]byte
	printbytes(strconv.AppendFloat(buf[:0], float64(v), 'g', -1, 32))
}

func printcomplex128(c complex128) {
	var buf [64]byte
	printbytes(strconv.AppendComplex(buf[:0], c, 'g', -1, 128))
}

func printcomplex64(c complex64) {
	var buf [64]byte
	printbytes(strconv.AppendComplex(buf[:0], complex128(c), 'g', -1, 64))
}

func printslice(s []byte) {
	print("[", len(s), "/", cap(s), "]")
	printpointer(unsafe.Pointer(unsafe.SliceData(s)))
}

func printeface(e eface) {
	print("(", unsafe.Pointer(e._type), ",", e.data, ")")
}

func printiface(i iface) {
	print("(", unsafe.Pointer(i.tab), ",", i.data, ")")
}

func printquoted(s string) {
	const digits = "0123456789abcdef"
	printlock()
	printstring(`"`)
	var buf [10]byte
	for _, r := range s {
		b := buf[:0]
		width := 0
		switch {
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\\' || r == '"':
			b = append(b, '\\', byte(r))
		case r >= ' ' && r <= '~':
			b = append(b, byte(r))
		case r < 127:
			b, width = append(b, '\\', 'x'), 2
		case r < 0x10000:
			b, width = append(b, '\\', 'u'), 4
		default:
			b, width = append(b, '\\', 'U'), 8
		}
		for width > 0 {
			width--
			b = append(b, digits[uint32(r)>>(4*width)&15])
		}
		printbytes(b)
	}
	printstring(`"`)
	printunlock()
}
