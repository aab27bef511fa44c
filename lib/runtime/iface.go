package runtime

import (
	"internal/abi"
	"unsafe"
)

// Conversions to interfaces: a word that points to the value. Small integers and zero values need no allocation.

// staticuint64s are the boxes of small integers.
var staticuint64s = [...]uint64{
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
	0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
	0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
	0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
	0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27,
	0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f,
	0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37,
	0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f,
	0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,
	0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f,
	0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57,
	0x58, 0x59, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f,
	0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67,
	0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f,
	0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77,
	0x78, 0x79, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f,
	0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
	0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f,
	0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97,
	0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f,
	0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
	0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf,
	0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7,
	0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf,
	0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7,
	0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf,
	0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7,
	0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf,
	0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7,
	0xe8, 0xe9, 0xea, 0xeb, 0xec, 0xed, 0xee, 0xef,
	0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
	0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff,
}

// getStaticuint64s is for reflect.
//
//go:linkname getStaticuint64s
func getStaticuint64s() *[256]uint64 { return &staticuint64s }

var (
	uint16Eface any = uint16(0)
	uint32Eface any = uint32(0)
	uint64Eface any = uint64(0)
	stringEface any = ""
	sliceEface  any = []byte(nil)
)

func convT(t *_type, v unsafe.Pointer) unsafe.Pointer {
	if !t.Pointers() {
		p := mallocgc(t.Size_, t, false)
		memmove(p, v, t.Size_)
		return p
	}
	p := mallocgc(t.Size_, t, true)
	typedmemmove(t, p, v)
	return p
}

func convT16(v uint16) unsafe.Pointer {
	if v < uint16(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[v])
	}
	p := mallocgc(2, efaceOf(&uint16Eface)._type, false)
	*(*uint16)(p) = v
	return p
}

func convT32(v uint32) unsafe.Pointer {
	if v < uint32(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[v])
	}
	p := mallocgc(4, efaceOf(&uint32Eface)._type, false)
	*(*uint32)(p) = v
	return p
}

//go:linkname convT64
func convT64(v uint64) unsafe.Pointer {
	if v < uint64(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[v])
	}
	p := mallocgc(8, efaceOf(&uint64Eface)._type, false)
	*(*uint64)(p) = v
	return p
}

//go:linkname convTstring
func convTstring(v string) unsafe.Pointer {
	if v == "" {
		return unsafe.Pointer(&zeroVal[0])
	}
	p := mallocgc(unsafe.Sizeof(v), efaceOf(&stringEface)._type, true)
	*(*string)(p) = v
	return p
}

//go:linkname convTslice
func convTslice(ptr unsafe.Pointer, len, cap int) unsafe.Pointer {
	if ptr == nil {
		return unsafe.Pointer(&zeroVal[0])
	}
	p := mallocgc(unsafe.Sizeof(slice{}), efaceOf(&sliceEface)._type, true)
	*(*slice)(p) = slice{ptr, len, cap}
	return p
}

// Assertions to interfaces.

// A table of refusals has Fun[0] == 0.

// itabCache has the tables that were looked up last. Compiled code looks into it by itself (src/ssa/build_iface.c).
var itabCache [256]*itab

func itabSlot(inter *interfacetype, t *_type) **itab {
	p := uintptr(unsafe.Pointer(t))
	return &itabCache[uint8(p>>3^p>>9^uintptr(inter.Type.Hash))]
}

// lookup finds or makes the method table of t for inter, perhaps one of refusals.
func lookup(inter *interfacetype, t *_type) *itab {
	slot := itabSlot(inter, t)
	if tab := *slot; tab != nil && tab.Inter == inter && tab.Type == t {
		return tab
	}
	tab := finditab(inter, t)
	if tab == nil {
		tab = makeitab(inter, t)
	}
	*slot = tab
	return tab
}

// Package plugin empties the cache when the tables of a plugin go.
//
//go:linkname hot_lookups vole/hot.lookups
func hot_lookups() *[256]*itab { return &itabCache }

//go:linkname plugin_lookups plugin.lookups
func plugin_lookups() *[256]*itab { return &itabCache }

// itabOf is nil if a method is missing, which missingMethod then names.
func itabOf(inter *interfacetype, t *_type) *itab {
	tab := lookup(inter, t)
	if tab.Fun[0] == 0 {
		return nil
	}
	return tab
}

// C: a hash table of all method tables. LEAF: nil if it has none. SYSTEM: makes one.
func finditab(inter *interfacetype, t *_type) *itab
func makeitab(inter *interfacetype, t *_type) *itab

// missingMethod returns the first method of inter that t does not have.
func missingMethod(inter *interfacetype, t *_type) string

func assertE2I(inter *interfacetype, t *_type) *itab {
	if t == nil {
		panic(&TypeAssertionError{nil, nil, &inter.Type, ""})
	}
	tab := itabOf(inter, t)
	if tab == nil {
		panic(&TypeAssertionError{concrete: t, asserted: &inter.Type, missingMethod: missingMethod(inter, t)})
	}
	return tab
}

func assertE2I2(inter *interfacetype, t *_type) *itab {
	if t == nil {
		return nil
	}
	return itabOf(inter, t)
}

// ifaceE2I stores src, as a value of interface type inter, in dst.
func ifaceE2I(inter *_type, src eface, dst *iface) {
	dst.tab = assertE2I((*interfacetype)(unsafe.Pointer(inter)), src._type)
	dst.data = src.data
}

//go:linkname reflect_ifaceE2I reflect.ifaceE2I
func reflect_ifaceE2I(inter *_type, src eface, dst *iface) { ifaceE2I(inter, src, dst) }

//go:linkname reflectlite_ifaceE2I internal/reflectlite.ifaceE2I
func reflectlite_ifaceE2I(inter *_type, src eface, dst *iface) { ifaceE2I(inter, src, dst) }

// panicdottypeE: a value of type have is not of the concrete type want; iface is the static type of the operand.
func panicdottypeE(have, want, iface *_type) {
	panic(&TypeAssertionError{iface, have, want, ""})
}

func panicdottypeI(have *itab, want, iface *_type) {
	var t *_type
	if have != nil {
		t = have.Type
	}
	panicdottypeE(t, want, iface)
}

func panicnildottype(want *_type) {
	panic(&TypeAssertionError{nil, nil, want, ""})
}

// unreachableMethod stands in method tables for methods that no reachable code calls.
func unreachableMethod() {
	throw("unreachable method called. linker bug?")
}

// typehash hashes a value of any comparable type (alg.go).
//
//go:linkname maps_typeString internal/runtime/maps.typeString
func maps_typeString(t *abi.Type) string { return toRType(t).string() }
