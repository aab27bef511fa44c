package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"plugin"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// Options are of [New].
type Options struct {
	Trust    *Trust            // whose plugins are loaded; must be there
	Audit    *Audit            // where each decision is recorded; must be there
	Grant    []string          // capabilities that every plugin may have
	Services map[string]string // what the host has for plugins that need it: name, version
	OnEvent  func(Event)       // what happens, one after the other; it must return soon, and not call the manager
}

// A Spec says which plugin is loaded under which name, and what it may.
type Spec struct {
	Name    string        // what handles ask for. One plugin may be loaded under several names, in several versions
	File    string        // read once
	Export  string        // the exported variable or function that handles give
	Grant   []string      // capabilities, beside Options.Grant
	Version string        // a range ([InRange]) that the plugin's version must be in: so that nobody can bring back an old one, signed as it is
	Config  any           // for Activate
	Hook    time.Duration // for Activate, Deactivate, Health, Reload each; 0: 10 s
	Limits  Limits
	// Process starts the plugin in a process of its own, from its bytes: process.Start of vole/plugin/process, with the limits that it shall have. nil: it
	// is loaded into this process. What it exports must be a variable of an interface type, or a func, there; it has no hooks, so Config must be nil, of Limits Call alone, and
	// its version from a function PluginInfo.
	Process func(file *os.File) (Remote, error)
	Drain   time.Duration // how long calls that run may take after a swap; 0: 30 s
}

func (s *Spec) hook() time.Duration  { return positive(s.Hook, 10*time.Second) }
func (s *Spec) drain() time.Duration { return positive(s.Drain, 30*time.Second) }

func positive(d, other time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return other
}

// State of an [Instance].
type State int32

const (
	Loaded      State = iota // in memory, not called
	Active                   // what handles give
	Draining                 // not given any more; calls that began before run
	Deactivated              // no call runs, its hook was called
	Failed                   // it panicked, or was stopped
	Unloaded                 // gone
)

func (s State) String() string {
	return [...]string{"loaded", "active", "draining", "deactivated", "failed", "unloaded"}[s]
}

// An Event is what the manager did, or what happened: verify, load, resolve, activate, health, swap, rollback, drain, deactivate, unload, reload, panic.
type Event struct {
	Kind, Plugin, Version string
	Err                   error
	Memory                MemoryStats // what the plugin has at that moment
}

// A Manager has plugins. Its methods may be called by many goroutines at once; those that change what is loaded under one name wait for each other.
type Manager struct {
	o     Options
	trust atomic.Pointer[Trust]
	mu    sync.Mutex // of slots, and of what they consist of
	slots map[string]*slot
	event sync.Mutex // one OnEvent at a time
}

// slot is what is loaded under a name.
type slot struct {
	name      string
	change    sync.Mutex               // held while something is loaded, swapped or unloaded
	current   atomic.Pointer[Instance] // what handles give
	instances []*Instance              // all versions in memory, the newest last; Manager.mu
	binders   []binder                 // Manager.mu
}

// An Instance is one version of a plugin in memory.
type Instance struct {
	Name     string
	Version  string
	Manifest *Manifest
	SHA256   string // of its file
	Keys     []Key  // that signed it and are trusted

	spec   Spec
	m      *Manager
	slot   *slot
	state  atomic.Int32
	domain *domain
	bytes  *sealed
	code   *plugin.Plugin
	remote Remote
	value  any // what Spec.Export names; nil when it goes
	needs  []need
	bound  atomic.Pointer[[]unsafe.Pointer] // what handles give, by their number
	failed atomic.Pointer[string]           // why, if it is
	calls  [stripes]stripe
}

// State is where in its life it is.
func (inst *Instance) State() State { return State(inst.state.Load()) }

func (inst *Instance) bind(v unsafe.Pointer) { // Manager.mu
	var list []unsafe.Pointer
	if old := inst.bound.Load(); old != nil {
		list = append(list, *old...)
	}
	list = append(list, v)
	inst.bound.Store(&list)
}

// New makes a manager.
func New(o Options) (*Manager, error) {
	if o.Trust == nil || len(o.Trust.Keys) == 0 {
		return nil, errors.New("plugin: no key is trusted")
	}
	if o.Audit == nil {
		return nil, errors.New("plugin: no audit log")
	}
	if err := checkGrants(o.Grant); err != nil {
		return nil, err
	}
	m := &Manager{o: o, slots: make(map[string]*slot)}
	m.trust.Store(o.Trust)
	return m, nil
}

// SetTrust says whose plugins are loaded from now on. What is loaded stays: [Manager.Recheck] says what would not be loaded any more.
func (m *Manager) SetTrust(t *Trust) error {
	if t == nil || len(t.Keys) == 0 {
		return errors.New("plugin: no key is trusted")
	}
	if err := m.o.Audit.Record(Record{Event: "trust", Allowed: true, Reason: fmt.Sprintf("%d keys, %d revoked", len(t.Keys), len(t.Revoked))}); err != nil {
		return err
	}
	m.trust.Store(t)
	return nil
}

// Recheck verifies what is loaded under the present trust and returns those that do not pass.
func (m *Manager) Recheck() []*Instance {
	var bad []*Instance
	for _, inst := range m.Instances() {
		m.mu.Lock()
		if inst.bytes != nil && inst.bytes.data != nil {
			if _, err := m.trust.Load().Verify(inst.bytes.data); err != nil {
				bad = append(bad, inst)
			}
		}
		m.mu.Unlock()
	}
	return bad
}

func (m *Manager) slot(name string) *slot {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.slots[name]
	if s == nil {
		s = &slot{name: name}
		m.slots[name] = s
	}
	return s
}

// Current is the active version of what is loaded under the name; nil: none.
func (m *Manager) Current(name string) *Instance { return m.slot(name).current.Load() }

// Instances are all versions in memory.
func (m *Manager) Instances() []*Instance {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*Instance
	for _, s := range m.slots {
		list = append(list, s.instances...)
	}
	return list
}

// Close unloads everything, what needs others first.
func (m *Manager) Close(ctx context.Context) error {
	var errs []error
	for {
		var names []string
		m.mu.Lock()
		for name, s := range m.slots {
			if len(s.instances) > 0 && len(m.dependents(name)) == 0 {
				names = append(names, name)
			}
		}
		m.mu.Unlock()
		before := len(errs)
		for _, name := range names {
			if err := m.Unload(ctx, name); err != nil {
				errs = append(errs, err)
			}
		}
		if len(names) == 0 || len(errs) > before {
			return errors.Join(errs...)
		}
	}
}

// record writes what happens to inst, and tells who wants to know. The error is that it could not be written: then it must not happen.
func (m *Manager) record(kind string, inst *Instance, wrong error) error {
	r := Record{Event: kind, Plugin: inst.Name, Version: inst.Version, Allowed: wrong == nil, File: inst.spec.File, SHA256: inst.SHA256}
	for _, k := range inst.Keys {
		r.Keys = append(r.Keys, k.String())
	}
	if wrong != nil {
		r.Reason = wrong.Error()
	}
	err := m.o.Audit.Record(r)
	if m.o.OnEvent != nil {
		m.event.Lock()
		defer m.event.Unlock()
		m.o.OnEvent(Event{kind, inst.Name, inst.Version, errors.Join(wrong, err), inst.Memory()})
	}
	return err
}

// refuse records why a step was not taken, and is the error that says so.
func (m *Manager) refuse(kind string, inst *Instance, wrong error) error {
	err := fmt.Errorf("plugin: %s %s: %w", kind, inst.Name, wrong)
	return errors.Join(err, m.record(kind, inst, wrong))
}
