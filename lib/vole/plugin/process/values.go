package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

var (
	errorType   = reflect.TypeFor[error]()
	contextType = reflect.TypeFor[context.Context]()
	anyType     = reflect.TypeFor[any]()
)

func (b *planner) iface(p *plan, t reflect.Type) error {
	switch {
	case t == errorType:
		p.enc = func(w *writer, at unsafe.Pointer) { w.error(*(*error)(at)) }
		p.dec = func(r *reader, at unsafe.Pointer) { *(*error)(at) = r.error() }
	case t == contextType:
		return errors.New("a context.Context can cross to another process as the first parameter only")
	case t.NumMethod() == 0:
		p.enc = func(w *writer, at unsafe.Pointer) { w.any(*(*any)(at)) }
		p.dec = func(r *reader, at unsafe.Pointer) { *(*any)(at) = r.any() }
		if t != anyType { // its values are those of any
			p.enc = func(w *writer, at unsafe.Pointer) { w.any(reflect.NewAt(t, at).Elem().Interface()) }
			p.dec = func(r *reader, at unsafe.Pointer) {
				if v := reflect.ValueOf(r.any()); v.IsValid() {
					reflect.NewAt(t, at).Elem().Set(v)
				}
			}
		}
	default:
		return b.reference(p, t)
	}
	return nil
}

// ---- errors

// known are errors that stay the same value, and those that errors.Is finds in an error that crossed.
var known = [...]error{
	io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, io.ErrShortWrite, io.ErrShortBuffer, io.ErrNoProgress,
	context.Canceled, context.DeadlineExceeded, fs.ErrInvalid, fs.ErrPermission, fs.ErrExist, fs.ErrNotExist, fs.ErrClosed,
	os.ErrDeadlineExceeded, os.ErrProcessDone, errors.ErrUnsupported,
}

// RemoteError is an error of the other process whose type is not known here.
type RemoteError struct {
	Text string
	Type string // of the error there
	is   uint32 // of known
}

func (e *RemoteError) Error() string { return e.Text }

// Is tells whether the error was one of the well-known errors of packages io, io/fs, os, context and errors, or wrapped one.
func (e *RemoteError) Is(target error) bool {
	for i, k := range known {
		if e.is>>i&1 != 0 && k == target {
			return true
		}
	}
	return false
}

const (
	errorNil = iota
	errorKnown
	errorNumber
	errorValue // of a type that both know
	errorText
)

func (w *writer) error(err error) {
	if err == nil {
		w.u8(errorNil)
		return
	}
	for i, k := range known {
		if err == k {
			w.u8(errorKnown)
			w.u8(uint8(i))
			return
		}
	}
	if n, ok := err.(syscall.Errno); ok {
		w.u8(errorNumber)
		w.u32(uint32(n))
		return
	}
	if e, ok := err.(*RemoteError); ok { // as it came
		w.errorText(e.Text, e.Type, e.is)
		return
	}
	if knownType(reflect.TypeOf(err)) {
		w.u8(errorValue)
		w.any(err)
		return
	}
	var is uint32
	for i, k := range known {
		if errors.Is(err, k) {
			is |= 1 << i
		}
	}
	w.errorText(err.Error(), reflect.TypeOf(err).String(), is)
}

func (w *writer) errorText(text, typ string, is uint32) {
	w.u8(errorText)
	w.text(text)
	w.text(typ)
	w.u32(is)
}

func (r *reader) error() error {
	switch r.u8() {
	case errorNil:
		return nil
	case errorKnown:
		if i := int(r.u8()); i < len(known) {
			return known[i]
		}
	case errorNumber:
		return syscall.Errno(r.u32())
	case errorValue:
		v := r.any()
		if x := reflect.ValueOf(v); x.Kind() == reflect.Pointer && x.IsNil() {
			r.refuse("an error that is a nil pointer") // whoever asks it what it says would panic
		}
		if err, ok := v.(error); ok {
			return err
		}
	case errorText:
		return &RemoteError{Text: r.text(), Type: r.text(), is: r.u32()}
	}
	r.fail("no error")
	return nil
}

// ---- values of any type

// types are what may be in an `any`, by name: what is in a signature that crossed, basic ones, and those of Register.
var types struct {
	sync.RWMutex
	byName map[string]*plan
	name   map[reflect.Type]string
}

// nameOf is the same in both processes, and of one type only; empty: it has none.
func nameOf(t reflect.Type) string {
	if t.Name() != "" {
		if t.PkgPath() == "" {
			return t.Name()
		}
		return t.PkgPath() + "." + t.Name()
	}
	elem := func(before string, t reflect.Type) string {
		if s := nameOf(t); s != "" {
			return before + s
		}
		return ""
	}
	switch t.Kind() {
	case reflect.Pointer:
		return elem("*", t.Elem())
	case reflect.Slice:
		return elem("[]", t.Elem())
	case reflect.Array:
		return elem(fmt.Sprintf("[%d]", t.Len()), t.Elem())
	case reflect.Map:
		if k := nameOf(t.Key()); k != "" {
			return elem("map["+k+"]", t.Elem())
		}
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return "any"
		}
	}
	return ""
}

func learnType(t reflect.Type, p *plan) {
	name := nameOf(t)
	if name == "" || t.Kind() == reflect.Interface {
		return
	}
	types.Lock()
	defer types.Unlock()
	if types.byName == nil {
		types.byName = make(map[string]*plan)
		types.name = make(map[reflect.Type]string)
	}
	if types.byName[name] == nil { // a name may be another type's in the other process: it is found by name there
		types.byName[name] = p
		types.name[t] = name
	}
}

var basicOnce sync.Once

func basics() { basicOnce.Do(learnBasics) }

func learnBasics() {
	for _, v := range []any{false, 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), uintptr(0), float32(0), 0.0,
		complex64(0), complex128(0), "", []byte(nil), []string(nil), []int(nil), []float64(nil), []any(nil), map[string]any(nil), map[string]string(nil),
		time.Time{}, time.Duration(0)} {
		planOf(reflect.TypeOf(v))
	}
}

// Register says that values of v's type may cross inside of interfaces: in an `any`, or as an error that keeps its type. Types in the signature of something
// that was looked up are known without it. Both sides must know a type: a plugin calls Register in an init function, or the package that declares the type does.
func Register(v any) error {
	_, err := planOf(reflect.TypeOf(v))
	return err
}

func knownType(t reflect.Type) bool {
	basics()
	types.RLock()
	defer types.RUnlock()
	return types.name[t] != ""
}

func (w *writer) any(v any) {
	if v == nil {
		w.u8(0)
		return
	}
	basics()
	t := reflect.TypeOf(v)
	types.RLock()
	name := types.name[t]
	types.RUnlock()
	if name == "" {
		w.fail(fmt.Errorf("a value of type %v in an interface cannot cross to another process: the type is not registered", t))
	}
	p, err := planOf(t)
	if err != nil {
		w.fail(err)
	}
	w.u8(1)
	w.text(name)
	w.deeper()
	x := reflect.ValueOf(v)
	p.enc(w, place(&x))
	w.depth--
}

func (r *reader) any() any {
	if r.u8() == 0 {
		return nil
	}
	basics()
	name := r.text()
	types.RLock()
	p := types.byName[name]
	types.RUnlock()
	if p == nil {
		r.refuse("a value of type " + name + ", which is not registered here")
	}
	if p.min > len(r.b) {
		r.fail("too short")
	}
	r.deeper()
	v := reflect.New(p.typ)
	p.dec(r, v.UnsafePointer())
	r.depth--
	return v.Elem().Interface()
}

// ---- context

// contextOf is the first parameter of a call.
type contextOf struct {
	ctx    context.Context
	cancel context.CancelFunc
}

const (
	contextNone = iota
	contextPlain
	contextDeadline
)

// context writes what is left of the time; that it is canceled comes later (opCancel).
func (w *writer) context(ctx context.Context) {
	if ctx == nil {
		w.u8(contextNone)
		return
	}
	at, ok := ctx.Deadline()
	if !ok {
		w.u8(contextPlain)
		return
	}
	w.u8(contextDeadline)
	w.u64(uint64(time.Until(at)))
}

func (r *reader) context() contextOf {
	switch r.u8() {
	case contextNone:
		return contextOf{}
	case contextPlain:
		ctx, cancel := context.WithCancel(context.Background())
		return contextOf{ctx, cancel}
	case contextDeadline:
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.u64()))
		return contextOf{ctx, cancel}
	}
	r.fail("no context")
	return contextOf{}
}
