package p

import "strings"

type T struct {
	Field int
	E1
	E2
}
type E1 struct{ x, Name int }
type E2 struct{ x int }

func (*T) Ptr()   {}
func (T) Method() {}

func _(t T, p *T, pp **T, i interface{ M() }, pi *interface{ M() }) {
	_ = t.field // ERROR "t.field undefined \(type T has no field or method field, but does have field Field\)"
	_ = t.nothing // ERROR "t.nothing undefined \(type T has no field or method nothing\)"
	_ = t.x // ERROR "ambiguous selector t.x"
	_ = t.method // ERROR "but does have method Method"
	_ = pp.Field // ERROR "pp.Field undefined \(type \*\*T has no field or method Field\)"
	pi.M() // ERROR "pi.M undefined \(type \*interface{M\(\)} is pointer to interface, not interface\)"
	T{}.Ptr() // ERROR "cannot call pointer method Ptr on T"
	_ = T.Ptr // ERROR "invalid method expression T.Ptr \(needs pointer receiver \(\*T\).Ptr\)"
	_ = (*T).Ptr
	_ = T.Field // ERROR "T.Field undefined \(type T has no method Field\)"
	_ = strings.toLower // ERROR "undefined: strings.toLower \(but have ToLower\)"
	_ = strings.Nothing // ERROR "undefined: strings.Nothing"
	_ = strings // ERROR "use of package strings not in selector"
	_ = len.x // ERROR "invalid use of len \(built-in\) in selector expression"
	_ = i.N // ERROR "i.N undefined"
	_ = t.Name
	p.Ptr()
}
