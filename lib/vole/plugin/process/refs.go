package process

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// Functions and interfaces cross as references: the side that has the value keeps it in a table and gives the other a number. There a function or method
// is made that calls through the link. A reference that is not used any more there is told with a later message, and the value is let go.

// maxRefs is how many values one side keeps for the other.
const maxRefs = 1 << 16

// maxSent is how many of them a message may have.
const maxSent = 4096

// maxMethods is how many methods an interface may have: so many stubs there are (rt/plugin/stubs.S).
const maxMethods = 128

// signature is of a function or method, without receiver.
type signature struct {
	in, out  []*plan
	types    []reflect.Type // of in
	results  []reflect.Type
	variadic bool
	ctx      bool // the first parameter is a context, which is not in `in`
	err      bool // the last result is an error
	fills    bool // method Read or ReadAt of package io: the first argument is to be filled
}

var readers = [...]reflect.Type{reflect.TypeFor[func([]byte) (int, error)](), reflect.TypeFor[func([]byte, int64) (int, error)]()}

func (b *planner) signature(t reflect.Type) (*signature, error) {
	s := &signature{variadic: t.IsVariadic()}
	for i := range t.NumIn() {
		if i == 0 && t.In(0) == contextType {
			s.ctx = true
			continue
		}
		p, err := b.plan(t.In(i))
		if err != nil {
			return nil, err
		}
		s.in, s.types = append(s.in, p), append(s.types, t.In(i))
	}
	for i := range t.NumOut() {
		p, err := b.plan(t.Out(i))
		if err != nil {
			return nil, err
		}
		s.out, s.results = append(s.out, p), append(s.results, t.Out(i))
		s.err = t.Out(i) == errorType
	}
	return s, nil
}

// refType is what is known of a type whose values cross as references.
type refType struct {
	typ     reflect.Type
	sigs    []*signature // of the function, or of the methods in their order
	once    sync.Once
	methods []unsafe.Pointer // closures, for remote.methods
	table   []uintptr        // a method table
}

var refTypes sync.Map // reflect.Type -> *refType

// ref is what one side keeps.
type ref struct {
	of     *refType
	value  reflect.Value // a function, or of interface type
	key    refKey
	counts uint64 // how often it was sent and not given back
}

type refKey struct {
	typ  reflect.Type
	word [2]unsafe.Pointer
}

// remote is a value of the other side. Interface values lead to it: its first word is what their methods' stubs look at.
type remote struct {
	methods *unsafe.Pointer
	of      *refType
	side    *side
	id      uint64
}

const (
	refNil   = iota
	refMine  // of the sender
	refYours // of the receiver: it comes back
)

func (b *planner) refTypeOf(t reflect.Type) (*refType, error) {
	f := &refType{typ: t}
	b.refs = append(b.refs, f)
	if t.Kind() == reflect.Func {
		s, err := b.signature(t)
		if err != nil {
			return nil, err
		}
		f.sigs = []*signature{s}
		return f, nil
	}
	if t.NumMethod() > maxMethods {
		return nil, fmt.Errorf("%v has too many methods", t)
	}
	for i := range t.NumMethod() {
		m := t.Method(i)
		if !m.IsExported() {
			return nil, fmt.Errorf("%v cannot cross to another process: method %s is not exported", t, m.Name)
		}
		s, err := b.signature(m.Type)
		if err != nil {
			return nil, fmt.Errorf("method %s of %v: %w", m.Name, t, err)
		}
		s.fills = m.Name == "Read" && m.Type == readers[0] || m.Name == "ReadAt" && m.Type == readers[1]
		f.sigs = append(f.sigs, s)
	}
	return f, nil
}

func (b *planner) reference(p *plan, t reflect.Type) error {
	f, err := b.refTypeOf(t)
	if err != nil {
		return err
	}
	p.enc = func(w *writer, at unsafe.Pointer) { w.reference(f, reflect.NewAt(t, at).Elem()) }
	p.dec = func(r *reader, at unsafe.Pointer) { r.reference(f, reflect.NewAt(t, at).Elem()) }
	return nil
}

func (b *planner) function(p *plan, t reflect.Type) error { return b.reference(p, t) }

func (w *writer) reference(f *refType, v reflect.Value) {
	if v.IsNil() {
		w.u8(refNil)
		return
	}
	if f.typ.Kind() == reflect.Interface {
		if r, ok := v.Interface().(*remote); ok && r.side == w.side && r.of == f {
			w.u8(refYours)
			w.u64(r.id)
			return
		}
	}
	if len(w.sent) == maxSent {
		w.fail(errors.New("too many functions and interfaces at once"))
	}
	id, err := w.side.keep(f, v)
	if err != nil {
		w.fail(err)
	}
	w.sent = append(w.sent, id)
	w.u8(refMine)
	w.u64(id)
}

func (r *reader) reference(f *refType, to reflect.Value) {
	switch r.u8() {
	case refNil:
		to.SetZero()
		return
	case refMine:
		if r.refs++; r.refs > maxSent {
			r.fail("too many references")
		}
		r.side.proxy(f, r.u64(), to)
		return
	case refYours:
		k := r.side.kept(r.u64())
		if k == nil {
			r.refuse("a reference that is not used any more")
		}
		if k.of == f {
			to.Set(k.value)
			return
		}
	}
	r.fail("no reference")
}

// ---- what this side keeps for the other

// keep puts a value into the table, or finds it there.
func (s *side) keep(f *refType, v reflect.Value) (uint64, error) {
	key := refKey{typ: f.typ}
	if f.typ.Kind() == reflect.Func {
		key.word[0] = *(*unsafe.Pointer)(v.Addr().UnsafePointer())
	} else if d := v.Elem(); d.Kind() == reflect.Pointer { // the same object is the same reference
		key.word = *(*[2]unsafe.Pointer)(v.Addr().UnsafePointer())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if key.word[0] != nil {
		if id := s.ids[key]; id != 0 {
			s.refs[id].counts++
			return id, nil
		}
	}
	if len(s.refs) >= maxRefs {
		return 0, errors.New("the other process holds too many functions and interfaces")
	}
	s.lastRef++
	own := reflect.New(f.typ).Elem()
	own.Set(v)
	s.refs[s.lastRef] = &ref{of: f, value: own, key: key, counts: 1}
	if key.word[0] != nil {
		s.ids[key] = s.lastRef
	}
	return s.lastRef, nil
}

func (s *side) kept(id uint64) *ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refs[id]
}

// drop takes one sending of a reference back.
func (s *side) drop(id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.refs[id]
	if r == nil {
		return
	}
	if r.counts--; r.counts == 0 {
		delete(s.refs, id)
		if r.key.word[0] != nil {
			delete(s.ids, r.key)
		}
	}
}

// ---- what the other side keeps for this one

// proxy makes the value that stands for one of the other side.
func (s *side) proxy(f *refType, id uint64, to reflect.Value) {
	r := &remote{of: f, side: s, id: id}
	runtime.AddCleanup(r, func(id uint64) { s.unused(id) }, id)
	if s.proxies.Add(1)%(maxRefs/8) == 0 { // the other side keeps what garbage here refers to
		go runtime.GC()
	}
	if f.typ.Kind() == reflect.Func {
		to.Set(reflect.MakeFunc(f.typ, func(args []reflect.Value) []reflect.Value { return s.invoke(r, 0, args) }))
		return
	}
	f.once.Do(f.makeMethods)
	r.methods = unsafe.SliceData(f.methods)
	*(*[2]unsafe.Pointer)(to.Addr().UnsafePointer()) = [2]unsafe.Pointer{unsafe.Pointer(unsafe.SliceData(f.table)), unsafe.Pointer(r)}
}

// methodStubs is the code of the first of maxMethods stubs, each 16 bytes long: number i calls closure i of what the receiver's first word leads to.
func methodStubs() uintptr

const stubSize = 16

// makeMethods makes what all proxies of an interface share. A method is a closure that gets the receiver as its first parameter, as methods in tables do.
func (f *refType) makeMethods() {
	type emptyInterface struct{ typ, data unsafe.Pointer }
	var proxy any = (*remote)(nil)
	var iface any = f.typ
	self := (*emptyInterface)(unsafe.Pointer(&proxy)).typ
	hash := *(*uint32)(unsafe.Add(self, 16))
	f.table = []uintptr{uintptr((*emptyInterface)(unsafe.Pointer(&iface)).data), uintptr(self), uintptr(hash)}
	for i := range f.sigs {
		m := f.typ.Method(i).Type
		in, out := []reflect.Type{reflect.TypeFor[*remote]()}, []reflect.Type{}
		for k := range m.NumIn() {
			in = append(in, m.In(k))
		}
		for k := range m.NumOut() {
			out = append(out, m.Out(k))
		}
		fn := reflect.MakeFunc(reflect.FuncOf(in, out, m.IsVariadic()), func(args []reflect.Value) []reflect.Value {
			r := (*remote)(args[0].UnsafePointer())
			return r.side.invoke(r, uint32(i), args[1:])
		})
		closure := fn.Interface()
		f.methods = append(f.methods, (*emptyInterface)(unsafe.Pointer(&closure)).data)
		f.table = append(f.table, methodStubs()+uintptr(i)*stubSize)
	}
}

// unused notes that nothing here leads to a reference any more; the next message says it.
func (s *side) unused(id uint64) {
	s.mu.Lock()
	if len(s.gone) == 0 {
		s.goneAt = nanotime()
	}
	s.gone = append(s.gone, id)
	s.hasGone.Store(true)
	s.mu.Unlock()
}

// goneAfter: so much later, since a message that has the reference may still be under way in another slot.
const goneAfter = int64(50 * time.Millisecond)

// ---- calls

const (
	opCall = iota
	opCancel
	opLoad
	opLookup
)

const (
	answerResults = iota
	answerPanic
	answerRefused
)

// side is one end: calls go out and come in over a link.
type side struct {
	*link
	host     bool
	mu       sync.Mutex
	refs     map[uint64]*ref
	ids      map[refKey]uint64
	lastRef  uint64
	gone     []uint64 // references that are not used any more
	goneAt   int64    // when the first of them came
	hasGone  atomic.Bool
	lastCall atomic.Uint64
	proxies  atomic.Uint64                 // that were made
	running  map[uint64]context.CancelFunc // calls from the other side that can be canceled
	symbols  map[string]any                // of a child
	timeout  int64                         // ns; 0: none
	late     func()                        // a call took longer
	cause    func() error                  // why the other side is gone
}

func newSide(mem unsafe.Pointer, host bool, most int) *side {
	s := &side{link: newLink(mem, host, most), host: host, refs: make(map[uint64]*ref), ids: make(map[refKey]uint64), running: make(map[uint64]context.CancelFunc)}
	s.link.serve = s.answer
	return s
}

// begin writes what each message begins with.
func (s *side) begin(w *writer, op uint8) {
	w.side = s
	if !s.hasGone.Load() {
		w.u32(0)
	} else {
		s.mu.Lock()
		n := min(len(s.gone), 1000)
		if nanotime()-s.goneAt < goneAfter {
			n = 0
		}
		w.u32(uint32(n))
		for _, id := range s.gone[:n] {
			w.u64(id)
		}
		s.gone = append(s.gone[:0], s.gone[n:]...)
		s.hasGone.Store(len(s.gone) > 0)
		s.mu.Unlock()
	}
	w.u8(op)
}

// roundTrip sends a message and gives the answer, which is to be given back with received.
func (s *side) roundTrip(ctx context.Context, w *writer, call uint64) (answer []byte, err error) {
	var wait waiter
	if s.timeout != 0 {
		wait.until = nanotime() + s.timeout
	}
	var done <-chan struct{}
	if ctx != nil {
		done = ctx.Done()
	}
	slot, err := s.acquire(&wait, done)
	if err != nil {
		return nil, s.failed(err, ctx)
	}
	if done != nil {
		stop := context.AfterFunc(ctx, func() {
			wait.canceled.Store(true)
			nudge(&slot.state)
			runtime.KeepAlive(s)
		})
		defer stop()
	}
	answer, err = s.request(slot, w.b, &wait)
	switch err {
	case nil:
		s.release(slot)
		return answer, nil
	case errCanceled:
		go s.abandon(slot, wait.until, call)
	case errTime:
		if s.late != nil {
			s.late()
			err = errEnded
		}
	case errTooLong:
		if len(w.b) > s.most { // nothing was sent
			s.release(slot)
			break
		}
		s.violated(err.Error())
	case errViolation:
		s.violated(err.Error())
	}
	return nil, s.failed(err, ctx)
}

// abandon tells the other side that a call is canceled, and waits until its slot is free.
func (s *side) abandon(slot *slot, until int64, call uint64) {
	if call != 0 {
		w := newWriter()
		s.begin(w, opCancel)
		w.u64(call)
		if answer, err := s.roundTrip(nil, w, 0); err == nil {
			s.received(answer)
		}
		w.free()
	}
	wait := waiter{until: until}
	for {
		state, err := s.wait(&slot.state, 1<<stateAnswer|1<<stateAnswerPart|1<<stateRequestNext, &wait)
		switch {
		case err == errTime && s.late != nil:
			s.late()
			return
		case err != nil:
			return
		case state == stateAnswer:
			s.release(slot)
			return
		case state == stateRequestNext: // canceled in the middle: the rest never comes
			s.violated("a request that was canceled while it was sent")
			return
		}
		post(&slot.state, stateAnswerNext)
	}
}

// failed says in words of this package why there is no answer.
func (s *side) failed(err error, ctx context.Context) error {
	switch err {
	case errCanceled:
		return ctx.Err()
	case errEnded:
		if s.cause != nil {
			return s.cause()
		}
	}
	return &Error{Text: err.Error(), cause: err}
}

// invoke calls a value of the other side.
func (s *side) invoke(r *remote, method uint32, args []reflect.Value) []reflect.Value {
	sig := r.of.sigs[method]
	results, err := s.call(sig, r.id, method, args)
	runtime.KeepAlive(r)
	runtime.KeepAlive(args)
	if err == nil {
		return results
	}
	if !sig.err {
		if _, ok := err.(*Error); !ok {
			err = &Error{Text: err.Error(), cause: err}
		}
		panic(err)
	}
	for i, t := range sig.results {
		results[i] = reflect.Zero(t)
	}
	results[len(results)-1] = reflect.ValueOf(&err).Elem()
	return results
}

func (s *side) call(sig *signature, id uint64, method uint32, args []reflect.Value) (results []reflect.Value, err error) {
	results = make([]reflect.Value, len(sig.out))
	w := newWriter()
	defer w.free()
	call := s.lastCall.Add(1)
	ctx, err := s.encodeCall(w, sig, call, id, method, args)
	if err != nil {
		s.dropAll(w.sent)
		return results, err
	}
	answer, err := s.roundTrip(ctx, w, call)
	if err != nil {
		return results, err
	}
	defer s.received(answer)
	if err = s.decodeAnswer(answer, sig, args, results); err == errViolation {
		s.violated(err.Error())
		err = s.failed(err, ctx)
	}
	return results, err
}

func (s *side) dropAll(ids []uint64) {
	for _, id := range ids {
		s.drop(id)
	}
}

func (s *side) encodeCall(w *writer, sig *signature, call, id uint64, method uint32, args []reflect.Value) (ctx context.Context, err error) {
	defer guard(&err)
	s.begin(w, opCall)
	w.u64(call)
	w.u64(id)
	w.u32(method)
	if sig.ctx {
		ctx, _ = args[0].Interface().(context.Context)
		w.context(ctx)
		args = args[1:]
	}
	for i, p := range sig.in {
		if i == 0 && sig.fills {
			w.u32(uint32(min(args[0].Len(), w.side.most/2)))
			continue
		}
		p.enc(w, place(&args[i]))
	}
	return ctx, nil
}

// decodeAnswer: errViolation is an answer that nobody sends by mistake.
func (s *side) decodeAnswer(answer []byte, sig *signature, args, results []reflect.Value) (err error) {
	r := &reader{b: answer, side: s}
	var refused error
	var broken error
	func() {
		defer guard(&broken)
		switch r.u8() {
		case answerResults:
			for i, p := range sig.out {
				v := reflect.New(sig.results[i])
				p.dec(r, v.UnsafePointer())
				results[i] = v.Elem()
			}
			if sig.fills {
				n := results[0].Int()
				if n < 0 || n > int64(min(args[0].Len(), s.most/2)) {
					r.fail("more bytes than wanted")
				}
				copy(args[0].Bytes(), r.bytes(int(n)))
			}
			if len(r.b) != 0 {
				r.fail("too long")
			}
		case answerPanic:
			refused = &Error{Text: "panic: " + r.text(), Trace: r.text(), Panic: true}
		case answerRefused:
			refused = &Error{Text: r.text()}
		default:
			r.fail("no answer")
		}
	}()
	if soft, ok := broken.(*softFault); ok {
		return &Error{Text: soft.text}
	}
	if broken != nil {
		return errViolation
	}
	return refused
}

// ---- serving the other side

// answer does what a message asks for.
func (s *side) answer(message []byte, w *writer) {
	w.side = s
	r := &reader{b: message, side: s}
	err := error(&Error{Text: "runtime.Goexit was called", Panic: true})
	defer func() { s.finish(err, w) }()
	err = s.serveMessage(r, w)
}

// finish makes an answer of an error.
func (s *side) finish(err error, w *writer) {
	if len(w.b) > s.most {
		err = errTooLong
	}
	if err == nil {
		return
	}
	if s.host && err == errViolation {
		s.violated(err.Error())
	}
	w.b = w.b[:0]
	s.dropAll(w.sent)
	if p, ok := err.(*Error); ok && p.Panic {
		w.u8(answerPanic)
		w.text(p.Text)
		w.text(p.Trace)
		return
	}
	w.u8(answerRefused)
	w.text(err.Error())
}

func (s *side) serveMessage(r *reader, w *writer) (err error) {
	var op uint8
	if err := r.try(func() {
		for n := r.length(8); n > 0; n-- {
			s.drop(r.u64())
		}
		op = r.u8()
	}); err != nil {
		return errViolation
	}
	switch {
	case op == opCall:
		return s.serveCall(r, w)
	case op == opCancel:
		return s.serveCancel(r)
	case op == opLoad && !s.host:
		return s.serveLoad(r)
	case op == opLookup && !s.host:
		return s.serveLookup(r, w)
	}
	return errViolation
}

func (r *reader) try(f func()) (err error) {
	defer guard(&err)
	f()
	return nil
}

func (s *side) serveCancel(r *reader) error {
	var call uint64
	if r.try(func() { call = r.u64() }) != nil {
		return errViolation
	}
	s.mu.Lock()
	cancel := s.running[call]
	s.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	return nil
}

func (s *side) serveCall(r *reader, w *writer) error {
	var call, id uint64
	var method uint32
	if r.try(func() { call, id, method = r.u64(), r.u64(), r.u32() }) != nil {
		return errViolation
	}
	k := s.kept(id)
	if k == nil {
		return errors.New("a reference that is not used any more")
	}
	if int(method) >= len(k.of.sigs) {
		return errViolation
	}
	sig := k.of.sigs[method]
	fn := k.value
	if fn.Kind() == reflect.Interface {
		fn = fn.Method(int(method))
	}
	args := make([]reflect.Value, 0, len(sig.in)+1)
	broken := r.try(func() {
		if sig.ctx {
			r.ctx = r.context()
			v := reflect.New(contextType).Elem()
			if r.ctx.ctx != nil {
				v.Set(reflect.ValueOf(r.ctx.ctx))
			}
			args = append(args, v)
		}
		for i, p := range sig.in {
			v := reflect.New(sig.types[i])
			if i == 0 && sig.fills {
				n := int(r.u32())
				if n > s.most/2 {
					r.fail("too long")
				}
				v.Elem().SetBytes(make([]byte, n))
			} else {
				p.dec(r, v.UnsafePointer())
			}
			args = append(args, v.Elem())
		}
		if len(r.b) != 0 {
			r.fail("too long")
		}
	})
	if r.ctx.cancel != nil {
		defer r.ctx.cancel()
		s.setRunning(call, r.ctx.cancel)
		defer s.setRunning(call, nil)
	}
	if broken != nil {
		if _, soft := broken.(*softFault); s.host && !soft {
			return errViolation
		}
		return broken
	}
	results, err := callValue(fn, args, sig.variadic)
	if err != nil {
		return err
	}
	return r.try(func() {
		w.u8(answerResults)
		for i, p := range sig.out {
			v := reflect.New(sig.results[i]) // reflect may hold it in a word
			v.Elem().Set(results[i])
			p.enc(w, v.UnsafePointer())
		}
		if sig.fills {
			b := args[0].Bytes()
			w.b = append(w.b, b[:min(max(results[0].Int(), 0), int64(len(b)))]...)
		}
	})
}

func (s *side) setRunning(call uint64, cancel context.CancelFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel == nil {
		delete(s.running, call)
	} else {
		s.running[call] = cancel
	}
}

// callValue calls a function; a panic becomes an error.
func callValue(fn reflect.Value, args []reflect.Value, variadic bool) (results []reflect.Value, err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		x := recover()
		if x == nil {
			err = &Error{Text: "runtime.Goexit", Panic: true}
			return
		}
		err = &Error{Text: panicText(x), Trace: string(debug.Stack()), Panic: true}
	}()
	if variadic {
		results = fn.CallSlice(args)
	} else {
		results = fn.Call(args)
	}
	returned = true
	return results, nil
}

// panicText is what a panic says; its own methods may panic too.
func panicText(x any) (text string) {
	defer func() {
		if recover() != nil {
			text = "a value whose methods panic"
		}
	}()
	switch x := x.(type) {
	case error:
		return x.Error()
	case fmt.Stringer:
		return x.String()
	}
	return fmt.Sprint(x)
}
