package plugin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"plugin"
	"slices"
	"strings"
	"unique"
	"unsafe"
)

// Package unique has a table of tables, by type. Those of strings are the host's: a plugin that makes handles of strings would bring the type of its table
// along, and find another plugin's.
var handles any

func init() { handles = unique.Make[string] }

//go:linkname openSealed plugin.openSealed
func openSealed(fd int, name string, linked func(unsafe.Pointer, uintptr)) (*plugin.Plugin, error)

type need struct{ name, versions string }

// verify reads a plugin and decides whether it may be loaded. Nothing of it runs.
func (m *Manager) verify(spec Spec) (*Instance, error) {
	inst := &Instance{Name: spec.Name, spec: spec, m: m}
	if spec.Name == "" || spec.Export == "" {
		return nil, errors.New("plugin: a Spec without Name or Export")
	}
	if err := checkGrants(spec.Grant); err != nil {
		return nil, err
	}
	if _, err := InRange("0", spec.Version); err != nil {
		return nil, m.refuse("verify", inst, fmt.Errorf("Spec.Version: %w", err))
	}
	b, err := readSealed(spec.File)
	if err != nil {
		return nil, m.refuse("verify", inst, err)
	}
	sum := sha256.Sum256(b.data)
	inst.SHA256 = hex.EncodeToString(sum[:])
	if inst.Keys, err = m.trust.Load().Verify(b.data); err == nil {
		if inst.Manifest, err = ReadManifest(b.data); err == nil {
			err = inst.Manifest.allowed(m.o.Grant, spec.Grant)
		}
	}
	if err == nil && !hasExport(inst.Manifest, spec.Export) {
		err = fmt.Errorf("it does not export %s", spec.Export)
	}
	if err != nil {
		b.close()
		return nil, m.refuse("verify", inst, err)
	}
	if err := m.record("verify", inst, nil); err != nil {
		b.close()
		return nil, err
	}
	inst.bytes = b
	return inst, nil
}

func hasExport(m *Manifest, name string) bool {
	for _, e := range m.Exports {
		if e == name {
			return true
		}
	}
	return false
}

// Verify decides whether a plugin would be loaded, and says what it is. Nothing of it runs; what it needs is not known before it is loaded.
func (m *Manager) Verify(spec Spec) (*Manifest, error) {
	inst, err := m.verify(spec)
	if err != nil {
		return nil, err
	}
	inst.bytes.close()
	return inst.Manifest, nil
}

// load brings a verified plugin into the program. Its init functions run. If it fails nothing is left but what init functions did.
func (m *Manager) load(inst *Instance) error {
	if err := m.record("load", inst, nil); err != nil {
		inst.bytes.close()
		return err
	}
	inst.domain = newDomain()
	inst.watch()
	err := inst.hook(context.Background(), "init", func(context.Context) error { return inst.open() })
	if err == nil {
		err = m.resolve(inst)
	}
	if err == nil {
		err = m.bindAll(inst)
	}
	if err == nil {
		return nil
	}
	err = m.refuse("load", inst, errors.New(err.Error())) // its text: the error may be of a type of the plugin's
	inst.stop()
	inst.drop()
	abandon(inst.domain)
	if held := inst.close(); held != nil {
		inst.slot.keep(m, inst)
		err = errors.Join(err, held)
	}
	return err
}

// keep: it is in memory, and can be unloaded again.
func (s *slot) keep(m *Manager, inst *Instance) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.Contains(s.instances, inst) {
		s.instances = append(s.instances[:len(s.instances):len(s.instances)], inst)
	}
}

// bindAll makes what handles give, and puts the instance among those of its slot. Not under the lock: another process may be asked.
func (m *Manager) bindAll(inst *Instance) error {
	for done := 0; ; done++ {
		m.mu.Lock()
		if done == len(inst.slot.binders) {
			inst.slot.instances = append(inst.slot.instances, inst)
			m.mu.Unlock()
			return nil
		}
		b := inst.slot.binders[done]
		m.mu.Unlock()
		v, err := b.bind(inst.value)
		if err != nil {
			return err
		}
		m.mu.Lock()
		inst.bind(v)
		m.mu.Unlock()
	}
}

func (inst *Instance) open() error {
	if inst.spec.Process != nil {
		return inst.openRemote()
	}
	code, err := openSealed(int(inst.bytes.file.Fd()), inst.Name+" "+inst.SHA256, inst.domain.linked(inst))
	if err != nil {
		return err
	}
	inst.code = code
	sym, err := code.Lookup(inst.spec.Export)
	if err != nil {
		return err
	}
	if inst.value, err = construct(sym); err != nil {
		return err
	}
	inst.Version = "0.0.0"
	if v, ok := lookup[string](code, "PluginVersion"); ok {
		inst.Version = strings.Clone(v) // the constant is the plugin's
	}
	list, _ := lookup[[]string](code, "PluginNeeds")
	inst.need(list)
	if f, err := code.Lookup("PluginInfo"); err == nil {
		if info, ok := f.(func() (string, []string)); ok {
			v, needs := info()
			inst.Version = strings.Clone(v)
			inst.need(needs)
		}
	}
	return nil
}

func lookup[T any](p *plugin.Plugin, name string) (v T, ok bool) {
	sym, err := p.Lookup(name)
	if err != nil {
		return v, false
	}
	ptr, ok := sym.(*T)
	if ok {
		v = *ptr
	}
	return v, ok
}

// construct calls an exported function that makes the value. Not by reflect, which keeps the types that it called.
func construct(sym any) (v any, err error) {
	switch f := sym.(type) {
	case func() any:
		v = f()
	case func() (any, error):
		v, err = f()
	default:
		return sym, nil
	}
	if err == nil && v == nil {
		err = errors.New("the plugin made nothing")
	}
	return v, err
}

// resolve checks the version of a plugin, and that what it needs is there.
func (m *Manager) resolve(inst *Instance) error {
	if ok, err := InRange(inst.Version, inst.spec.Version); err != nil || !ok {
		return errors.Join(err, fmt.Errorf("its version %s is not in %q", inst.Version, inst.spec.Version))
	}
	for _, n := range inst.needs {
		have, ok := m.o.Services[n.name]
		if other := m.Current(n.name); other != nil {
			have, ok = other.Version, true
		}
		if !ok {
			return fmt.Errorf("it needs %s, which is not active", n.name)
		}
		if fits, err := InRange(have, n.versions); err != nil || !fits {
			return errors.Join(err, fmt.Errorf("it needs %s %s, active is %s", n.name, n.versions, have))
		}
	}
	return nil
}

// dependents are the active plugins that need one. Manager.mu.
func (m *Manager) dependents(name string) []*Instance {
	var list []*Instance
	for _, s := range m.slots {
		cur := s.current.Load()
		if cur == nil || s.name == name {
			continue
		}
		for _, n := range cur.needs {
			if n.name == name {
				list = append(list, cur)
			}
		}
	}
	return list
}

// breaks says which active plugin would miss inst's name in the new version.
func (m *Manager) breaks(name, newVersion string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.dependents(name) {
		for _, n := range d.needs {
			if n.name != name {
				continue
			}
			if newVersion == "" {
				return fmt.Errorf("%s needs it", d.Name)
			}
			if ok, _ := InRange(newVersion, n.versions); !ok {
				return fmt.Errorf("%s needs %s %s", d.Name, name, n.versions)
			}
		}
	}
	return nil
}

// drop lets go of everything that leads into the plugin. Until that is gone, it is among the instances of its slot.
func (inst *Instance) drop() {
	inst.m.mu.Lock()
	defer inst.m.mu.Unlock()
	inst.value = nil
	inst.bound.Store(nil)
}

// close takes it out of the program, if nothing outside of it leads into it; else the error says what does. drop was called before.
func (inst *Instance) close() error {
	if inst.code != nil {
		if err := inst.code.Close(); err != nil {
			return err
		}
		inst.code = nil
	}
	inst.unwatch()
	if inst.remote != nil {
		inst.remote.Close()
	}
	inst.m.mu.Lock()
	defer inst.m.mu.Unlock()
	if inst.bytes != nil {
		inst.bytes.close()
	}
	inst.slot.instances = slices.DeleteFunc(slices.Clone(inst.slot.instances), func(i *Instance) bool { return i == inst })
	inst.state.Store(int32(Unloaded))
	return nil
}
