package plugin

import (
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"time"
	"unsafe"
)

// ErrNotActive is what calls get while no version of a plugin is active.
var ErrNotActive = errors.New("plugin: not active")

// A Handle is how a host calls what is loaded under a name, whichever version that is. It stays valid for as long as the manager, without a plugin too. All its
// methods may be used by many goroutines at once; a call takes no lock and waits for nobody.
type Handle[T any] struct {
	slot *slot
	id   int // index of Instance.bound
}

// Get makes a handle of what is loaded under the name, or will be: T is an interface or func type, or the type of the exported variable. If a version
// is active that does not have it, the error says so; later versions that do not are refused by Load and Swap.
func Get[T any](m *Manager, name string) (*Handle[T], error) {
	s := m.slot(name)
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, b := range s.binders {
		if _, ok := b.(typed[T]); ok {
			return &Handle[T]{s, id}, nil
		}
	}
	var b binder = typed[T]{}
	for _, inst := range s.instances {
		if inst.value == nil {
			continue // it goes
		}
		v, err := b.bind(inst.value)
		if err != nil {
			return nil, fmt.Errorf("plugin: %s: %w", name, err)
		}
		inst.bind(v)
	}
	s.binders = append(s.binders, b)
	return &Handle[T]{s, len(s.binders) - 1}, nil
}

// binder makes of what a plugin exports what a handle gives: a pointer to a T.
type binder interface {
	bind(exported any) (unsafe.Pointer, error)
}

type typed[T any] struct{}

// exported is a pointer to a variable, a func, or what a constructor returned.
func (typed[T]) bind(exported any) (unsafe.Pointer, error) {
	if r, ok := exported.(remoteExport); ok {
		return bindRemote[T](r)
	}
	if p, ok := exported.(*T); ok {
		return unsafe.Pointer(p), nil
	}
	if v, ok := exported.(T); ok {
		return unsafe.Pointer(&v), nil
	}
	if r := reflect.ValueOf(exported); r.Kind() == reflect.Pointer && r.Elem().CanInterface() {
		if v, ok := r.Elem().Interface().(T); ok { // a variable of a type that has the methods
			return unsafe.Pointer(&v), nil
		}
	}
	return nil, fmt.Errorf("%T is not a %v", exported, reflect.TypeFor[T]())
}

// A stripe counts calls: those that began and those that ended, on the line of the cache that a processor has for itself.
type stripe struct {
	in, out atomic.Uint64
	_       [48]byte
}

const stripes = 64 // the number of a processor is taken modulo this

// idle reports whether there was a moment at which no call ran. A call counts before it looks whether its version is still the current one, so once a
// version is not current any more, what is idle stays idle.
func (inst *Instance) idle() bool {
	var in, out uint64
	for i := range inst.calls {
		out += inst.calls[i].out.Load()
	}
	for i := range inst.calls {
		in += inst.calls[i].in.Load()
	}
	return in == out
}

// Calls is how many calls have begun.
func (inst *Instance) Calls() (n uint64) {
	for i := range inst.calls {
		n += inst.calls[i].in.Load()
	}
	return n
}

// acquire counts a call of the current version.
func (h *Handle[T]) acquire() (c call, v *T) {
	for {
		c.inst = h.slot.current.Load()
		if c.inst == nil {
			return c, nil
		}
		before, processor := enter(c.inst.domain)
		c.before, c.stripe = before, &c.inst.calls[processor%stripes]
		c.stripe.in.Add(1)
		if h.slot.current.Load() == c.inst {
			return c, (*T)((*c.inst.bound.Load())[h.id])
		}
		c.stripe.out.Add(1) // swapped just now
		leave(before)
	}
}

// Do calls f with the current version, which stays until f returns. A panic in f is returned as a [*PanicError] and ends the plugin. f must not keep
// what it is given. If the plugin has a limit of time for calls, f runs on another goroutine, and may go on for a little while after Do has returned the
// [*StopError].
func (h *Handle[T]) Do(f func(T) error) (err error) {
	c, v := h.acquire()
	if v == nil {
		return ErrNotActive
	}
	if limit := c.inst.spec.Limits.Call; limit > 0 {
		leave(c.before)
		return c.limited(limit, func() error { return f(*v) })
	}
	defer c.end(&err)
	err = f(*v)
	c.returned = true
	return err
}

// Acquire gives the current version; it stays until release is called; only the first call counts. Unlike in [Handle.Do] a panic is the caller's.
func (h *Handle[T]) Acquire() (v T, release func(), err error) {
	c, p := h.acquire()
	if p == nil {
		return v, nil, ErrNotActive
	}
	leave(c.before)
	var once atomic.Bool
	return *p, func() {
		if !once.Swap(true) {
			c.stripe.out.Add(1)
		}
	}, nil
}

type call struct {
	inst     *Instance
	stripe   *stripe
	before   uintptr // the domain of the caller
	returned bool
}

func (c *call) end(err *error) {
	if c.returned {
		leave(c.before)
	} else {
		*err = c.inst.caught(c.before)
	}
	c.stripe.out.Add(1)
}

// limited runs a call on a goroutine of the plugin's.
func (c call) limited(limit time.Duration, f func() error) error {
	done := make(chan error, 1)
	go func() {
		var err error
		c := c
		c.before = 0
		join(c.inst.domain)
		defer func() { done <- err }()
		defer c.end(&err)
		err = f()
		c.returned = true
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		err := &StopError{c.inst.Name, c.inst.Version, "a call took longer than " + limit.String()}
		c.inst.fail("stop", err)
		return err
	}
}

// A StopError says why a plugin was stopped: its goroutines end, calls of it return this.
type StopError struct{ Plugin, Version, Reason string }

func (e *StopError) Error() string {
	return "plugin: " + title(e.Plugin, e.Version) + " was stopped: " + e.Reason
}

// A PanicError is a panic that left a plugin's call or goroutine.
type PanicError struct {
	Plugin, Version string
	Value           string // its text
	Stack           string
}

func (e *PanicError) Error() string {
	return "plugin: " + title(e.Plugin, e.Version) + " panicked: " + e.Value
}

func title(name, version string) string { // which is not known before it is loaded
	if version == "" {
		return name
	}
	return name + " " + version
}
