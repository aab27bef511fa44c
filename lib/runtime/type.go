package runtime

import (
	"internal/abi"
	"unsafe"
)

// rtype gives a descriptor the methods that need names, which are offsets into its module.
type rtype struct {
	*abi.Type
}

func toRType(t *abi.Type) rtype { return rtype{t} }

// resolveNameOff, resolveTypeOff, resolveTextOff: C, rt/lang/types.c. ptrInModule tells the module; offsets below zero were made by addReflectOff.
//
//go:noescape
func resolveNameOff(ptrInModule unsafe.Pointer, off int32) *byte

//go:noescape
func resolveTypeOff(ptrInModule unsafe.Pointer, off int32) *abi.Type

func (t rtype) nameOff(off abi.NameOff) abi.Name {
	return abi.Name{Bytes: resolveNameOff(unsafe.Pointer(t.Type), int32(off))}
}

// string is the type as reflect prints it: package names, not paths.
func (t rtype) string() string {
	s := t.nameOff(t.Str).Name()
	if t.TFlag&abi.TFlagExtraStar != 0 {
		return s[1:]
	}
	return s
}

func (t rtype) uncommon() *uncommontype { return t.Uncommon() }

// pkgpath is the path of the package that declares the type, "" for types without a name.
func (t rtype) pkgpath() string {
	if u := t.uncommon(); u != nil {
		return t.nameOff(u.PkgPath).Name()
	}
	switch t.Kind_ {
	case abi.Struct:
		return (*structtype)(unsafe.Pointer(t.Type)).PkgPath.Name()
	case abi.Interface:
		return (*interfacetype)(unsafe.Pointer(t.Type)).PkgPath.Name()
	}
	return ""
}
