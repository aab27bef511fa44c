package process

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
	"unsafe"
)

// Values cross as copies. How those of a type are written is decided once, by a plan: numbers as they lie in memory, lengths in four bytes. What a
// slice, pointer or map leads to is copied with it; a pointer that occurs twice arrives as two. Interfaces and functions cross as references (refs.go).
//
// A reader's bytes come from the other process. It checks each number before anything is made of it: no room is made for more elements than there are
// bytes for.

// maxDepth is how deep pointers, slices and maps may lie in each other.
const maxDepth = 2000

// plan is how values of a type are written and read.
type plan struct {
	typ  reflect.Type
	size uintptr
	flat bool // only numbers, without gaps: as it lies in memory
	min  int  // bytes that a value needs at least; 1 or more
	enc  func(w *writer, p unsafe.Pointer)
	dec  func(r *reader, p unsafe.Pointer)
}

// fault is what ends writing or reading.
type fault struct{ err error }

// softFault is an error that no bad will is needed for: a type that one side does not know.
type softFault struct{ text string }

func (e *softFault) Error() string { return e.text }

type writer struct {
	b     []byte
	side  *side
	depth int
	sent  []uint64 // references that went into it, at most maxSent
}

type reader struct {
	b     []byte
	side  *side
	depth int
	refs  int // that came out of it
	ctx   contextOf
}

var writers = sync.Pool{New: func() any { return &writer{b: make([]byte, 0, 512)} }}

func newWriter() *writer {
	w := writers.Get().(*writer)
	w.b, w.depth, w.sent = w.b[:0], 0, w.sent[:0]
	return w
}

func (w *writer) free() {
	if cap(w.b) > keptBuffer {
		w.b = make([]byte, 0, 512)
	}
	w.side = nil
	writers.Put(w)
}

func (w *writer) fail(err error)     { panic(fault{err}) }
func (r *reader) fail(what string)   { panic(fault{errors.New(what)}) }
func (r *reader) refuse(what string) { panic(fault{&softFault{what}}) }

func (w *writer) deeper() {
	if w.depth++; w.depth > maxDepth {
		w.fail(errors.New("a value is nested too deeply, or leads back to itself"))
	}
}

func (r *reader) deeper() {
	if r.depth++; r.depth > maxDepth {
		r.fail("nested too deeply")
	}
}

func (w *writer) u8(v uint8)   { w.b = append(w.b, v) }
func (w *writer) u32(v uint32) { w.b = append(w.b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24)) }
func (w *writer) u64(v uint64) {
	w.u32(uint32(v))
	w.u32(uint32(v >> 32))
}
func (w *writer) length(n int) {
	if n > math.MaxInt32 {
		w.fail(errTooLong)
	}
	w.u32(uint32(n))
}
func (w *writer) text(s string) {
	w.length(len(s))
	w.b = append(w.b, s...)
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.fail("too short")
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}
func (r *reader) u8() uint8 { return r.bytes(1)[0] }
func (r *reader) u32() uint32 {
	b := r.bytes(4)
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}
func (r *reader) u64() uint64 { return uint64(r.u32()) | uint64(r.u32())<<32 }

// length is a number of things that need so many bytes each at least.
func (r *reader) length(min int) int {
	n := r.u32()
	if uint64(n)*uint64(min) > uint64(len(r.b)) {
		r.fail("more elements than bytes")
	}
	return int(n)
}
func (r *reader) text() string { return string(r.bytes(r.length(1))) }

// ---- plans

var (
	plans    sync.Map   // reflect.Type -> *plan, or error
	planning sync.Mutex // one planner at a time: what it makes is seen when all of it is there
)

// planner makes the plans of a type and of those in it.
type planner struct {
	made map[reflect.Type]*plan
	refs []*refType
}

func planOf(t reflect.Type) (*plan, error) {
	if v, ok := plans.Load(t); ok {
		if p, ok := v.(*plan); ok {
			return p, nil
		}
		return nil, v.(error)
	}
	planning.Lock()
	defer planning.Unlock()
	b := planner{made: make(map[reflect.Type]*plan)}
	p, err := b.plan(t)
	if err != nil {
		plans.LoadOrStore(t, err)
		return nil, err
	}
	for _, f := range b.refs {
		refTypes.Store(f.typ, f)
	}
	for t, p := range b.made {
		plans.Store(t, p)
		learnType(t, p)
	}
	return p, nil
}

func (b *planner) plan(t reflect.Type) (*plan, error) {
	if v, ok := plans.Load(t); ok {
		if p, ok := v.(*plan); ok {
			return p, nil
		}
	}
	if p := b.made[t]; p != nil {
		return p, nil
	}
	p := &plan{typ: t, size: t.Size(), min: 1}
	b.made[t] = p
	if err := b.fill(p, t); err != nil {
		delete(b.made, t) // a type around it may cross otherwise
		return nil, err
	}
	if t.Size() == 0 {
		p.flat, p.min = false, 1
		p.enc = func(w *writer, _ unsafe.Pointer) { w.u8(0) }
		p.dec = func(r *reader, _ unsafe.Pointer) { r.u8() }
	}
	return p, nil
}

func (b *planner) fill(p *plan, t reflect.Type) (err error) {
	switch t.Kind() {
	case reflect.Bool:
		p.enc = func(w *writer, at unsafe.Pointer) { w.u8(*(*uint8)(at)) }
		p.dec = func(r *reader, at unsafe.Pointer) { *(*bool)(at) = r.u8() != 0 }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		p.lieFlat()
	case reflect.String:
		p.min = 4
		p.enc = func(w *writer, at unsafe.Pointer) { w.text(*(*string)(at)) }
		p.dec = func(r *reader, at unsafe.Pointer) { *(*string)(at) = r.text() }
	case reflect.Array:
		return b.array(p, t)
	case reflect.Slice:
		return b.slice(p, t)
	case reflect.Struct:
		return b.structure(p, t)
	case reflect.Pointer:
		return b.pointer(p, t)
	case reflect.Map:
		return b.mapping(p, t)
	case reflect.Interface:
		return b.iface(p, t)
	case reflect.Func:
		return b.function(p, t)
	default:
		return fmt.Errorf("values of type %v cannot cross to another process", t)
	}
	return nil
}

// lieFlat: the bytes as they lie in memory.
func (p *plan) lieFlat() {
	n := int(p.size)
	p.flat, p.min = true, n
	p.enc = func(w *writer, at unsafe.Pointer) { w.b = append(w.b, unsafe.Slice((*byte)(at), n)...) }
	p.dec = func(r *reader, at unsafe.Pointer) { copy(unsafe.Slice((*byte)(at), n), r.bytes(n)) }
}

func (b *planner) array(p *plan, t reflect.Type) error {
	elem, err := b.plan(t.Elem())
	if err != nil {
		return err
	}
	n := t.Len()
	if elem.flat {
		p.lieFlat()
		return nil
	}
	if n > math.MaxInt32/max(elem.min, 1) {
		return fmt.Errorf("arrays of type %v are too long to cross to another process", t)
	}
	p.min = n * elem.min
	p.enc = func(w *writer, at unsafe.Pointer) {
		for i := range n {
			elem.enc(w, unsafe.Add(at, uintptr(i)*elem.size))
		}
	}
	p.dec = func(r *reader, at unsafe.Pointer) {
		for i := range n {
			elem.dec(r, unsafe.Add(at, uintptr(i)*elem.size))
		}
	}
	return nil
}

type sliceHeader struct {
	p        unsafe.Pointer
	len, cap int
}

// A slice is its length + 1; nil is 0.
func (b *planner) slice(p *plan, t reflect.Type) error {
	elem, err := b.plan(t.Elem())
	if err != nil {
		return err
	}
	p.min = 4
	p.enc = func(w *writer, at unsafe.Pointer) {
		s := (*sliceHeader)(at)
		if s.p == nil {
			w.u32(0)
			return
		}
		w.length(s.len + 1)
		if elem.flat {
			w.b = append(w.b, unsafe.Slice((*byte)(s.p), s.len*int(elem.size))...)
			return
		}
		w.deeper()
		for i := range s.len {
			elem.enc(w, unsafe.Add(s.p, uintptr(i)*elem.size))
		}
		w.depth--
	}
	p.dec = func(r *reader, at unsafe.Pointer) {
		n := int(r.u32()) - 1
		if n < 0 {
			*(*sliceHeader)(at) = sliceHeader{}
			return
		}
		if uint64(n)*uint64(elem.min) > uint64(len(r.b)) {
			r.fail("more elements than bytes")
		}
		s := sliceHeader{reflect.MakeSlice(t, n, n).UnsafePointer(), n, n}
		*(*sliceHeader)(at) = s
		if elem.flat {
			m := n * int(elem.size)
			copy(unsafe.Slice((*byte)(s.p), m), r.bytes(m))
			return
		}
		r.deeper()
		for i := range n {
			elem.dec(r, unsafe.Add(s.p, uintptr(i)*elem.size))
		}
		r.depth--
	}
	return nil
}

type field struct {
	*plan
	at uintptr
}

// A structure whose fields all can be seen, and cross, does so field by field; others only if they know how to be bytes or text, as time.Time and url.URL.
func (b *planner) structure(p *plan, t reflect.Type) error {
	for i := range t.NumField() {
		if f := t.Field(i); !f.IsExported() && f.Name != "_" {
			if marshals(p, t) {
				return nil
			}
			return fmt.Errorf("values of type %v cannot cross to another process: field %s is not exported, and the type has neither MarshalBinary nor MarshalText", t, f.Name)
		}
	}
	var fields []field
	flat, size := true, uintptr(0)
	p.min = 0
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			flat = false
			continue
		}
		e, err := b.plan(f.Type)
		if err != nil && marshals(p, t) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("field %s of %v: %w", f.Name, t, err)
		}
		fields = append(fields, field{e, f.Offset})
		flat = flat && e.flat
		size += e.size
		p.min += e.min
	}
	if flat && size == t.Size() {
		p.lieFlat()
		return nil
	}
	p.min = max(p.min, 1)
	if len(fields) == 0 { // blank ones alone
		p.enc = func(w *writer, _ unsafe.Pointer) { w.u8(0) }
		p.dec = func(r *reader, _ unsafe.Pointer) { r.u8() }
		return nil
	}
	p.enc = func(w *writer, at unsafe.Pointer) {
		for i := range fields {
			fields[i].enc(w, unsafe.Add(at, fields[i].at))
		}
	}
	p.dec = func(r *reader, at unsafe.Pointer) {
		for i := range fields {
			fields[i].dec(r, unsafe.Add(at, fields[i].at))
		}
	}
	return nil
}

// marshals: a structure that says itself how it becomes bytes.
func marshals(p *plan, t reflect.Type) bool {
	pt := reflect.PointerTo(t)
	binary := pt.Implements(reflect.TypeFor[encoding.BinaryMarshaler]()) && pt.Implements(reflect.TypeFor[encoding.BinaryUnmarshaler]())
	text := pt.Implements(reflect.TypeFor[encoding.TextMarshaler]()) && pt.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
	if !binary && !text {
		return false
	}
	p.min = 4
	p.enc = func(w *writer, at unsafe.Pointer) {
		var b []byte
		var err error
		v := reflect.NewAt(t, at).Interface()
		if binary {
			b, err = v.(encoding.BinaryMarshaler).MarshalBinary()
		} else {
			b, err = v.(encoding.TextMarshaler).MarshalText()
		}
		if err != nil {
			w.fail(err)
		}
		w.text(string(b))
	}
	p.dec = func(r *reader, at unsafe.Pointer) {
		var err error
		v := reflect.NewAt(t, at).Interface()
		b := []byte(r.text())
		if binary {
			err = v.(encoding.BinaryUnmarshaler).UnmarshalBinary(b)
		} else {
			err = v.(encoding.TextUnmarshaler).UnmarshalText(b)
		}
		if err != nil {
			r.refuse(fmt.Sprintf("a value of type %v: %v", t, err))
		}
	}
	return true
}

func (b *planner) pointer(p *plan, t reflect.Type) error {
	elem, err := b.plan(t.Elem())
	if err != nil {
		return err
	}
	p.enc = func(w *writer, at unsafe.Pointer) {
		q := *(*unsafe.Pointer)(at)
		if q == nil {
			w.u8(0)
			return
		}
		w.u8(1)
		w.deeper()
		elem.enc(w, q)
		w.depth--
	}
	p.dec = func(r *reader, at unsafe.Pointer) {
		if r.u8() == 0 {
			*(*unsafe.Pointer)(at) = nil
			return
		}
		if elem.min > len(r.b) {
			r.fail("too short")
		}
		r.deeper()
		q := reflect.New(t.Elem()).UnsafePointer()
		*(*unsafe.Pointer)(at) = q
		elem.dec(r, q)
		r.depth--
	}
	return nil
}

// hashable: all values of the type can be keys.
func hashable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface:
		return false
	case reflect.Array:
		return hashable(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !hashable(t.Field(i).Type) {
				return false
			}
		}
	}
	return t.Comparable()
}

func (b *planner) mapping(p *plan, t reflect.Type) error {
	if !hashable(t.Key()) {
		return fmt.Errorf("values of type %v cannot cross to another process: its keys are interfaces", t)
	}
	key, err := b.plan(t.Key())
	if err != nil {
		return err
	}
	elem, err := b.plan(t.Elem())
	if err != nil {
		return err
	}
	p.min = 4
	p.enc = func(w *writer, at unsafe.Pointer) {
		m := reflect.NewAt(t, at).Elem()
		if m.IsNil() {
			w.u32(0)
			return
		}
		w.deeper()
		head := len(w.b)
		w.u32(0)
		n := 0
		k, v := reflect.New(t.Key()), reflect.New(t.Elem())
		for i := m.MapRange(); i.Next(); n++ {
			k.Elem().SetIterKey(i)
			v.Elem().SetIterValue(i)
			key.enc(w, k.UnsafePointer())
			elem.enc(w, v.UnsafePointer())
		}
		n++
		w.b[head], w.b[head+1], w.b[head+2], w.b[head+3] = byte(n), byte(n>>8), byte(n>>16), byte(n>>24)
		w.depth--
	}
	p.dec = func(r *reader, at unsafe.Pointer) {
		n := int(r.u32()) - 1
		m := reflect.NewAt(t, at).Elem()
		if n < 0 {
			m.SetZero()
			return
		}
		if uint64(n)*uint64(key.min+elem.min) > uint64(len(r.b)) {
			r.fail("more elements than bytes")
		}
		r.deeper()
		m.Set(reflect.MakeMapWithSize(t, n))
		for range n {
			k, v := reflect.New(t.Key()), reflect.New(t.Elem())
			key.dec(r, k.UnsafePointer())
			elem.dec(r, v.UnsafePointer())
			m.SetMapIndex(k.Elem(), v.Elem())
		}
		r.depth--
	}
	return nil
}

// ---- values of reflect

type reflectValue struct {
	typ, p unsafe.Pointer
	flag   uintptr
}

const flagIndirect = 1 << 7

// place is where a value lies: v itself, if it is a word that reflect holds.
func place(v *reflect.Value) unsafe.Pointer {
	r := (*reflectValue)(unsafe.Pointer(v))
	if r.flag&flagIndirect != 0 {
		return r.p
	}
	return unsafe.Pointer(&r.p)
}

// guard turns what ends writing or reading, and what methods of others panic with, into an error.
func guard(err *error) {
	switch x := recover().(type) {
	case nil:
	case fault:
		*err = x.err
	default:
		*err = fmt.Errorf("panic: %v", x)
	}
}
