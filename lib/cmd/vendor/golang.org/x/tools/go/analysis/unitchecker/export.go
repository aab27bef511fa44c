package unitchecker

import (
	"bytes"
	"fmt"
	"go/build"
	"go/token"
	"go/types"
	"internal/pkgbits"
	"runtime"
)

// An exporter writes the types of one package in the form in which gc's compiler hands them on ("unified"): what go/importer and x/tools
// read. Like gc's, the data stands for itself: objects of other packages that its types mention are written too.
//
// Elements refer to each other by section and index. Of an object, name, description and dictionary have the same index in three sections.
// A type that mentions type parameters belongs to the dictionary of the object that declares them.
type exporter struct {
	enc     pkgbits.PkgEncoder
	fset    *token.FileSet
	self    *types.Package
	bases   map[string]pkgbits.Index
	pkgs    map[*types.Package]pkgbits.Index
	types   map[types.Type]pkgbits.Index
	objects map[types.Object]pkgbits.Index
	local   map[*types.TypeName]bool // types of functions that are being written
}

// A dictionary is what an object's type parameters are, and the types that mention them.
type dictionary struct {
	params  []*types.TypeParam
	derived []pkgbits.Index
	known   map[types.Type]int // places in derived
}

// An element is one that is being written; dict is that of its object, nil where there are no type parameters.
type element struct {
	*pkgbits.Encoder
	x    *exporter
	dict *dictionary
}

// exportTypes has the archive that a compiler would have left of the package, as far as types go.
func exportTypes(fset *token.FileSet, pkg *types.Package) []byte {
	x := &exporter{
		enc:     pkgbits.NewPkgEncoder(pkgbits.V2, -1),
		fset:    fset,
		self:    pkg,
		bases:   map[string]pkgbits.Index{},
		pkgs:    map[*types.Package]pkgbits.Index{},
		types:   map[types.Type]pkgbits.Index{},
		objects: map[types.Object]pkgbits.Index{},
		local:   map[*types.TypeName]bool{},
	}
	root := x.element(pkgbits.SectionMeta, nil)
	var exported []types.Object
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) {
			exported = append(exported, pkg.Scope().Lookup(name))
		}
	}
	root.pkg(pkg)
	root.Len(len(exported))
	for _, obj := range exported {
		root.Reloc(pkgbits.SectionObj, x.object(obj))
		root.Len(0) // type arguments
	}
	root.Flush()
	var data bytes.Buffer
	fmt.Fprintf(&data, "go object %s %s %s\n\n$$B\nu", build.Default.GOOS, build.Default.GOARCH, runtime.Version())
	x.enc.DumpTo(&data)
	data.WriteString("\n$$\n")
	var archive bytes.Buffer
	fmt.Fprintf(&archive, "!<arch>\n%-16s%-12d%-6d%-6d%-8o%-10d`\n", "__.PKGDEF", 0, 0, 0, 0o644, data.Len())
	archive.Write(data.Bytes())
	if data.Len()%2 != 0 {
		archive.WriteByte('\n')
	}
	return archive.Bytes()
}

func (x *exporter) element(section pkgbits.SectionKind, dict *dictionary) element {
	return element{x.enc.NewEncoderRaw(section), x, dict}
}

// ---- names and positions

func (x *exporter) pkgIndex(pkg *types.Package) pkgbits.Index {
	if index, ok := x.pkgs[pkg]; ok {
		return index
	}
	e := x.element(pkgbits.SectionPkg, nil)
	x.pkgs[pkg] = e.Idx
	switch pkg {
	case nil:
		e.String("builtin")
	case types.Unsafe:
		e.String("unsafe")
	default:
		path := pkg.Path()
		if pkg == x.self {
			path = ""
		}
		e.String(path)
		e.String(pkg.Name())
	}
	return e.Flush()
}

func (e element) pkg(pkg *types.Package) { e.Reloc(pkgbits.SectionPkg, e.x.pkgIndex(pkg)) }

func (e element) name(obj types.Object) {
	e.pkg(obj.Pkg())
	e.String(obj.Name())
}

func (e element) pos(obj types.Object) {
	p := e.x.fset.Position(obj.Pos())
	if !e.Bool(p.IsValid() && p.Filename != "") {
		return
	}
	index, ok := e.x.bases[p.Filename]
	if !ok {
		base := e.x.element(pkgbits.SectionPosBase, nil)
		e.x.bases[p.Filename] = base.Idx
		base.String(p.Filename)
		base.Bool(true) // a file, not a //line comment
		index = base.Flush()
	}
	e.Reloc(pkgbits.SectionPosBase, index)
	e.Uint(uint(p.Line))
	e.Uint(uint(p.Column))
}

// ---- objects

func (x *exporter) object(obj types.Object) pkgbits.Index {
	if index, ok := x.objects[obj]; ok {
		return index
	}
	dict := &dictionary{params: typeParams(obj), known: map[types.Type]int{}}
	body, ext := x.element(pkgbits.SectionObj, dict), x.element(pkgbits.SectionObjExt, nil)
	name, table := x.element(pkgbits.SectionName, nil), x.element(pkgbits.SectionObjDict, dict)
	x.objects[obj] = body.Idx
	name.name(obj)
	name.Code(body.describe(obj))
	name.Flush()
	body.Flush()
	ext.Flush()
	table.dictionary(dict)
	return body.Idx
}

func typeParams(obj types.Object) []*types.TypeParam {
	var list *types.TypeParamList
	switch t := obj.Type().(type) {
	case *types.Named:
		list = t.TypeParams()
	case *types.Alias:
		list = t.TypeParams()
	case *types.Signature:
		list = t.TypeParams()
	}
	if _, isVar := obj.(*types.Var); isVar {
		return nil
	}
	return paramSlice(list)
}

func paramSlice(list *types.TypeParamList) []*types.TypeParam {
	var all []*types.TypeParam
	for p := range list.TypeParams() {
		all = append(all, p)
	}
	return all
}

// dictionary is written last: only then all types that mention the parameters are known. Bounds can add some.
func (e element) dictionary(d *dictionary) {
	bounds := make([]typeRef, len(d.params))
	for i, p := range d.params {
		bounds[i] = e.x.reference(p.Constraint(), d)
	}
	e.Len(0) // parameters of surrounding functions
	e.Len(len(bounds))
	for _, b := range bounds {
		e.reference(b)
	}
	e.Len(len(d.derived))
	for _, index := range d.derived {
		e.Reloc(pkgbits.SectionType, index)
	}
	e.Flush()
}

// describe writes what an object is, but for its name.
func (e element) describe(obj types.Object) pkgbits.CodeObj {
	if obj.Pkg() == nil || obj.Pkg() == types.Unsafe {
		return pkgbits.ObjStub
	}
	e.pos(obj)
	switch obj := obj.(type) {
	case *types.Const:
		e.typ(obj.Type())
		e.Value(obj.Val())
		return pkgbits.ObjConst
	case *types.Var:
		e.typ(obj.Type())
		return pkgbits.ObjVar
	case *types.Func:
		e.paramNames(e.dict.params)
		e.signature(obj.Signature())
		return pkgbits.ObjFunc
	case *types.TypeName:
		return e.typeName(obj)
	}
	panic(fmt.Sprintf("export of %v", obj))
}

func (e element) typeName(obj *types.TypeName) pkgbits.CodeObj {
	if obj.IsAlias() {
		rhs := obj.Type()
		if a, ok := rhs.(*types.Alias); ok {
			rhs = a.Rhs()
		}
		e.paramNames(e.dict.params)
		e.typ(rhs)
		return pkgbits.ObjAlias
	}
	named := obj.Type().(*types.Named)
	e.paramNames(e.dict.params)
	e.typ(named.Underlying())
	e.Len(named.NumMethods())
	for m := range named.Methods() {
		e.method(m)
	}
	return pkgbits.ObjType
}

func (e element) method(m *types.Func) {
	sig := m.Signature()
	e.pos(m)
	e.name(m)
	e.paramNames(paramSlice(sig.RecvTypeParams()))
	e.param(sig.Recv())
	e.signature(sig)
	e.pos(m)
}

func (e element) paramNames(list []*types.TypeParam) {
	for _, p := range list {
		e.pos(p.Obj())
		e.name(p.Obj())
	}
}

func (e element) signature(sig *types.Signature) {
	e.params(sig.Params())
	e.params(sig.Results())
	e.Bool(sig.Variadic())
}

func (e element) params(list *types.Tuple) {
	e.Len(list.Len())
	for v := range list.Variables() {
		e.param(v)
	}
}

func (e element) param(v *types.Var) {
	e.pos(v)
	e.name(v)
	e.typ(v.Type())
}
