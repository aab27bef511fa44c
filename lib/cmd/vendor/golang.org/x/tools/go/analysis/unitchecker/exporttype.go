package unitchecker

import (
	"fmt"
	"go/types"
	"internal/pkgbits"
)

// A typeRef is a type as an element refers to it: of the whole package, or of the object's dictionary.
type typeRef struct {
	index   pkgbits.Index
	derived bool
}

func (e element) typ(t types.Type) { e.reference(e.x.reference(t, e.dict)) }

func (e element) reference(r typeRef) {
	if e.Bool(r.derived) {
		e.Len(int(r.index))
	} else {
		e.Reloc(pkgbits.SectionType, r.index)
	}
}

func (x *exporter) reference(t types.Type, d *dictionary) typeRef {
	if d != nil && len(d.params) > 0 && mentionsParams(t) {
		return typeRef{pkgbits.Index(x.derive(t, d)), true}
	}
	if index, ok := x.types[t]; ok {
		return typeRef{index, false}
	}
	e := x.element(pkgbits.SectionType, nil)
	x.types[t] = e.Idx
	e.describeType(t)
	return typeRef{e.Flush(), false}
}

// derive has the place of a type in a dictionary. What mentions parameters of a method's receiver, which are its own, has another place
// than what mentions those of the declaration: a reader makes each with the parameters that hold where it meets it first.
func (x *exporter) derive(t types.Type, d *dictionary) int {
	if i, ok := d.known[t]; ok {
		return i
	}
	i := len(d.derived)
	e := x.element(pkgbits.SectionType, d)
	d.known[t] = i
	d.derived = append(d.derived, e.Idx)
	e.describeType(t)
	e.Flush()
	return i
}

// mentionsParams: a type parameter stands in the type.
func mentionsParams(t types.Type) bool {
	switch t := t.(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		return anyMentions(t.TypeArgs())
	case *types.Alias:
		return anyMentions(t.TypeArgs())
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels, maps
		m, isMap := t.(*types.Map)
		return mentionsParams(t.Elem()) || (isMap && mentionsParams(m.Key()))
	case *types.Signature:
		return tupleMentions(t.Params()) || tupleMentions(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if mentionsParams(f.Type()) {
				return true
			}
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if mentionsParams(m.Type()) {
				return true
			}
		}
		for m := range t.EmbeddedTypes() {
			if mentionsParams(m) {
				return true
			}
		}
	case *types.Union:
		for term := range t.Terms() {
			if mentionsParams(term.Type()) {
				return true
			}
		}
	}
	return false
}

func anyMentions(list *types.TypeList) bool {
	for t := range list.Types() {
		if mentionsParams(t) {
			return true
		}
	}
	return false
}

func tupleMentions(list *types.Tuple) bool {
	for v := range list.Variables() {
		if mentionsParams(v.Type()) {
			return true
		}
	}
	return false
}

// describeType writes a type whose place is known already, so that it may lead to itself.
func (e element) describeType(t types.Type) {
	switch t := t.(type) {
	case *types.Basic:
		if types.Typ[t.Kind()] != t { // byte, rune
			e.named(types.Universe.Lookup(t.Name()), nil)
			return
		}
		e.Code(pkgbits.TypeBasic)
		e.Len(int(t.Kind()))
	case *types.Named:
		e.declared(t.Origin().Obj(), t.TypeArgs())
	case *types.Alias:
		e.declared(t.Origin().Obj(), t.TypeArgs())
	case *types.TypeParam:
		e.Code(pkgbits.TypeTypeParam)
		e.Len(t.Index())
	case *types.Pointer:
		e.Code(pkgbits.TypePointer)
		e.typ(t.Elem())
	case *types.Slice:
		e.Code(pkgbits.TypeSlice)
		e.typ(t.Elem())
	case *types.Array:
		e.Code(pkgbits.TypeArray)
		e.Uint64(uint64(t.Len()))
		e.typ(t.Elem())
	case *types.Chan:
		e.Code(pkgbits.TypeChan)
		e.Len(int(t.Dir()))
		e.typ(t.Elem())
	case *types.Map:
		e.Code(pkgbits.TypeMap)
		e.typ(t.Key())
		e.typ(t.Elem())
	case *types.Signature:
		e.Code(pkgbits.TypeSignature)
		e.signature(t)
	case *types.Struct:
		e.structType(t)
	case *types.Interface:
		e.interfaceType(t)
	case *types.Union:
		e.unionType(t)
	default:
		panic(fmt.Sprintf("export of type %v", t))
	}
}

// declared: of a type that a function declares, which has no name outside, what it is made of stands in its place.
func (e element) declared(obj *types.TypeName, args *types.TypeList) {
	if obj.Pkg() == nil || obj.Parent() == obj.Pkg().Scope() || obj.Pkg().Scope().Lookup(obj.Name()) == obj {
		e.named(obj, args)
		return
	}
	if e.x.local[obj] {
		e.describeType(types.NewStruct(nil, nil))
		return
	}
	e.x.local[obj] = true
	e.describeType(obj.Type().Underlying())
	delete(e.x.local, obj)
}

func (e element) named(obj types.Object, args *types.TypeList) {
	e.Code(pkgbits.TypeNamed)
	e.Reloc(pkgbits.SectionObj, e.x.object(obj))
	e.Len(args.Len())
	for t := range args.Types() {
		e.typ(t)
	}
}

func (e element) structType(t *types.Struct) {
	e.Code(pkgbits.TypeStruct)
	e.Len(t.NumFields())
	for i := range t.NumFields() {
		f := t.Field(i)
		e.pos(f)
		e.name(f)
		e.typ(f.Type())
		e.String(t.Tag(i))
		e.Bool(f.Embedded())
	}
}

func (e element) interfaceType(t *types.Interface) {
	e.Code(pkgbits.TypeInterface)
	e.Len(t.NumExplicitMethods())
	e.Len(t.NumEmbeddeds())
	if t.NumExplicitMethods() == 0 && t.NumEmbeddeds() == 1 {
		e.Bool(t.IsImplicit())
	}
	for m := range t.ExplicitMethods() {
		e.pos(m)
		e.name(m)
		e.signature(m.Signature())
	}
	for embedded := range t.EmbeddedTypes() {
		e.typ(embedded)
	}
}

func (e element) unionType(t *types.Union) {
	e.Code(pkgbits.TypeUnion)
	e.Len(t.Len())
	for term := range t.Terms() {
		e.Bool(term.Tilde())
		e.typ(term.Type())
	}
}
