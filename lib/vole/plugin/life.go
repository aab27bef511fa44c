package plugin

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"
)

// Activator is called before a plugin is given to anybody. If it fails the plugin is not.
type Activator interface {
	Activate(ctx context.Context, config any) error
}

// Deactivator is called when no call runs any more.
type Deactivator interface {
	Deactivate(ctx context.Context) error
}

// HealthChecker says whether it can work; nil: yes. It is asked before a swap is final, and by [Manager.Health].
type HealthChecker interface {
	Health(ctx context.Context) error
}

// Reloader takes a new configuration while calls run ([Manager.Reload]).
type Reloader interface {
	Reload(ctx context.Context, config any) error
}

// hook calls one of them, on a goroutine of its own. What comes back has nothing of the plugin's.
func (inst *Instance) hook(ctx context.Context, name string, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, inst.spec.hook())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		var err error
		returned := false
		join(inst.domain)
		defer func() { done <- err }()
		defer func() {
			if returned {
				leave(0)
			} else {
				err = inst.caught(0)
			}
		}()
		if err = call(ctx); err != nil {
			err = errors.New(strings.Clone(err.Error()))
		}
		returned = true
	}()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	case <-ctx.Done():
	}
	select {
	case err := <-done: // it heard of it
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	case <-time.After(100 * time.Millisecond):
		err := &StopError{inst.Name, inst.Version, name + " takes too long"}
		inst.fail("stop", err)
		return err
	}
}

// exported is the value that has the hooks.
func hookOf[T any](inst *Instance) (v T, ok bool) {
	p, err := typed[T]{}.bind(inst.value)
	if err != nil {
		return v, false
	}
	return *(*T)(p), true
}

func (inst *Instance) activate(ctx context.Context) error {
	if a, ok := hookOf[Activator](inst); ok {
		return inst.hook(ctx, "activate", func(ctx context.Context) error { return a.Activate(ctx, inst.spec.Config) })
	}
	return nil
}

func (inst *Instance) health(ctx context.Context) error {
	if why := inst.failed.Load(); why != nil {
		return errors.New(*why)
	}
	if h, ok := hookOf[HealthChecker](inst); ok {
		return inst.hook(ctx, "health", h.Health)
	}
	return nil
}

// Load verifies, loads, resolves and activates a plugin under a name that has none. If a step fails the plugin is taken out again.
func (m *Manager) Load(ctx context.Context, spec Spec) error {
	s := m.slot(spec.Name)
	s.change.Lock()
	defer s.change.Unlock()
	if s.current.Load() != nil {
		return fmt.Errorf("plugin: %s is loaded already", spec.Name)
	}
	inst, err := m.prepare(ctx, s, spec)
	if err != nil {
		return err
	}
	inst.state.Store(int32(Active))
	s.current.Store(inst)
	return nil
}

// prepare makes an instance that only need be given to handles; slot.change is held.
func (m *Manager) prepare(ctx context.Context, s *slot, spec Spec) (*Instance, error) {
	m.retry(s)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("plugin: load %s: %w", spec.Name, err)
	}
	inst, err := m.verify(spec)
	if err != nil {
		return nil, err
	}
	inst.slot = s
	if err := m.load(inst); err != nil {
		return nil, err
	}
	if err = ctx.Err(); err == nil {
		err = inst.activate(ctx)
	}
	if err == nil {
		if err = inst.health(ctx); err == nil {
			if err = m.record("activate", inst, nil); err == nil {
				return inst, nil
			}
		}
	}
	err = m.refuse("activate", inst, err)
	return nil, errors.Join(err, m.discard(inst))
}

// discard takes an instance that handles do not give any more, or never gave, out of the program, as far as that goes now.
func (m *Manager) discard(inst *Instance) error {
	deadline, stop := context.WithTimeout(context.Background(), inst.spec.drain())
	defer stop()
	inst.state.CompareAndSwap(int32(Active), int32(Draining))
	if err := inst.drained(deadline); err != nil {
		inst.fail("stop", &StopError{inst.Name, inst.Version, "calls did not end in time"})
		more, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if inst.drained(more) != nil {
			return m.refuse("drain", inst, err)
		}
	}
	if inst.failed.Load() == nil && inst.State() != Deactivated { // which it is when it could not go before
		inst.deactivate(deadline)
	}
	inst.stop()
	return m.unload(deadline, inst)
}

// drained waits until no call runs.
func (inst *Instance) drained(ctx context.Context) error {
	for wait := 10 * time.Microsecond; !inst.idle(); wait = min(2*wait, 10*time.Millisecond) {
		select {
		case <-ctx.Done():
			return errors.New("calls run still")
		case <-time.After(wait):
		}
	}
	return nil
}

// deactivate calls the hook. That it fails is recorded, and changes nothing.
func (inst *Instance) deactivate(ctx context.Context) {
	var err error
	if d, ok := hookOf[Deactivator](inst); ok {
		err = inst.hook(ctx, "deactivate", d.Deactivate)
	}
	inst.m.record("deactivate", inst, err)
	inst.state.Store(int32(Deactivated))
}

// unload tries until nothing holds the plugin, or time is up; it stays in memory then, and says what holds it.
func (m *Manager) unload(ctx context.Context, inst *Instance) error {
	inst.drop()
	for wait := time.Millisecond; ; wait = min(2*wait, time.Second) {
		endWaiting(inst.domain)
		if wait > time.Millisecond { // what is garbage had its chance
			abandon(inst.domain)
		}
		err := inst.close()
		if err == nil {
			return m.record("unload", inst, nil)
		}
		select {
		case <-ctx.Done():
			return m.refuse("unload", inst, err)
		case <-time.After(wait):
		}
		if wait >= 64*time.Millisecond {
			return m.refuse("unload", inst, err)
		}
	}
}

// retry takes out what was held when it should go, if nothing holds it any more; slot.change is held.
func (m *Manager) retry(s *slot) {
	m.mu.Lock()
	list := s.instances
	m.mu.Unlock()
	for _, inst := range list {
		if inst.value != nil {
			continue
		}
		endWaiting(inst.domain)
		abandon(inst.domain)
		if inst.close() == nil {
			m.record("unload", inst, nil)
		}
	}
}

// Swap puts another version in the place of the active one. Nothing of the old one changes before the new one is verified, loaded, resolved, activated and healthy.
// Then all handles give the new one from one instant on. Calls that run end in the old one, which is deactivated and unloaded behind them; the error of that is
// recorded, and not returned, as the swap is done; the next Load or Swap under the name tries again. If a step fails before, the old one goes on.
func (m *Manager) Swap(ctx context.Context, spec Spec) error {
	s := m.slot(spec.Name)
	s.change.Lock()
	defer s.change.Unlock()
	old := s.current.Load()
	if old == nil {
		return fmt.Errorf("plugin: %s is not active", spec.Name)
	}
	inst, err := m.prepare(ctx, s, spec)
	if err != nil {
		return err
	}
	err = m.breaks(spec.Name, inst.Version)
	if err == nil {
		err = m.record("swap", inst, nil)
	}
	if err != nil {
		return errors.Join(m.refuse("swap", inst, err), m.discard(inst))
	}
	inst.state.Store(int32(Active))
	if !s.current.CompareAndSwap(old, inst) { // it failed meanwhile, and was taken away
		s.current.Store(inst)
	}
	if err := inst.health(ctx); err != nil && old.State() == Active {
		s.current.Store(old)
		return errors.Join(m.refuse("rollback", inst, err), m.discard(inst))
	}
	m.discard(old)
	return nil
}

// Unload deactivates and unloads what is loaded under the name. The error says what holds it if it cannot go; it is not given to anybody then, and
// Unload can be called again.
func (m *Manager) Unload(ctx context.Context, name string) error {
	s := m.slot(name)
	s.change.Lock()
	defer s.change.Unlock()
	if cur := s.current.Load(); cur != nil {
		if err := m.breaks(name, ""); err != nil {
			return m.refuse("unload", cur, err)
		}
		s.current.Store(nil)
		cur.state.CompareAndSwap(int32(Active), int32(Draining))
	}
	m.mu.Lock()
	list := s.instances
	m.mu.Unlock()
	var errs []error
	for _, inst := range list {
		errs = append(errs, m.discard(inst))
	}
	return errors.Join(errs...)
}

// Health asks the active version of a plugin whether it can work.
func (m *Manager) Health(ctx context.Context, name string) error {
	inst := m.Current(name)
	if inst == nil {
		return ErrNotActive
	}
	if err := inst.health(ctx); err != nil {
		return m.refuse("health", inst, err)
	}
	return nil
}

// Reload gives the active version a new configuration.
func (m *Manager) Reload(ctx context.Context, name string, config any) error {
	inst := m.Current(name)
	if inst == nil {
		return ErrNotActive
	}
	r, ok := hookOf[Reloader](inst)
	if !ok {
		return m.refuse("reload", inst, errors.New("it has no method Reload"))
	}
	if err := m.record("reload", inst, nil); err != nil {
		return err
	}
	if err := inst.hook(ctx, "reload", func(ctx context.Context) error { return r.Reload(ctx, config) }); err != nil {
		return m.refuse("reload", inst, err)
	}
	return nil
}

func (inst *Instance) panicError(value any) *PanicError {
	return &PanicError{inst.Name, inst.Version, strings.Clone(fmt.Sprint(value)), string(debug.Stack())}
}

// caught is called by the function that a call of a plugin defers, when the call did not return: it ends the plugin, and says why. The goroutine is in the
// domain before again.
func (inst *Instance) caught(before uintptr) (err error) {
	value, stop, ok := recoverAny()
	if ok && !stop {
		err = inst.panicError(value)
	}
	leave(before)
	switch {
	case !ok:
		err = &StopError{inst.Name, inst.Version, "runtime.Goexit in a call"}
	case stop:
		err = inst.stopError(value)
	}
	inst.fail("panic", err)
	return err
}

// stopError is why a plugin was stopped before, else what the runtime said.
func (inst *Instance) stopError(value any) error {
	reason := fmt.Sprint(value)
	if atomic.LoadUint32(&inst.domain.over) != 0 {
		reason = fmt.Sprintf("more than %d bytes of memory", inst.memoryLimit())
	}
	if why := inst.failed.Load(); why != nil {
		reason = *why
	}
	return &StopError{inst.Name, inst.Version, reason}
}

func reason(err error) string {
	var stop *StopError
	var panicked *PanicError
	switch {
	case errors.As(err, &stop):
		return stop.Reason
	case errors.As(err, &panicked):
		return "it panicked: " + panicked.Value
	}
	return err.Error()
}

func (inst *Instance) fail(kind string, err error) {
	why := reason(err)
	if !inst.failed.CompareAndSwap(nil, &why) {
		return
	}
	inst.state.Store(int32(Failed))
	inst.slot.current.CompareAndSwap(inst, nil)
	inst.stop()
	inst.m.record(kind, inst, err)
}
