package plugin

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unsafe"
)

// A Remote is a plugin in a process of its own: a *process.Process of vole/plugin/process.
type Remote interface {
	Lookup(name string, target any) error
	Done() <-chan struct{}
	Err() error
	Close() error
}

// remoteExport is in the place of the exported value.
type remoteExport struct {
	process Remote
	name    string
}

func bindRemote[T any](r remoteExport) (unsafe.Pointer, error) {
	v := new(T)
	if err := r.process.Lookup(r.name, v); err != nil {
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	return unsafe.Pointer(v), nil
}

// openRemote starts the plugin's process, with the bytes that were verified.
func (inst *Instance) openRemote() error {
	if inst.spec.Config != nil {
		return errors.New("hooks are not called in a process of its own, so Config would get nowhere")
	}
	if l := inst.spec.Limits; l != (Limits{Call: l.Call}) {
		return errors.New("of Limits a process of its own has Call alone: Spec of vole/plugin/process has the others")
	}
	file, err := os.Open(fmt.Sprintf("/proc/self/fd/%d", inst.bytes.file.Fd())) // it has a position of its own, and may be closed
	if err != nil {
		return err
	}
	defer file.Close()
	r, err := inst.startRemote(file)
	if err != nil {
		return err
	}
	if r == nil {
		return errors.New("Spec.Process started nothing")
	}
	inst.remote = r
	inst.value = remoteExport{r, inst.spec.Export}
	inst.Version = "0.0.0"
	if hasExport(inst.Manifest, "PluginInfo") {
		var info func() (string, []string)
		if err := r.Lookup("PluginInfo", &info); err != nil {
			return err
		}
		version, needs := info()
		inst.Version = version
		inst.need(needs)
	}
	go func() {
		<-r.Done()
		if inst.State() == Active {
			inst.fail("ended", fmt.Errorf("plugin: the process of %s %s has ended: %w", inst.Name, inst.Version, errors.Join(r.Err())))
		}
	}()
	return nil
}

// startRemote runs as the host: what watches over the process goes on when the plugin is stopped.
func (inst *Instance) startRemote(file *os.File) (Remote, error) {
	before, _ := enter(nil)
	defer leave(before)
	return inst.spec.Process(file)
}

func (inst *Instance) need(list []string) {
	for _, n := range list {
		name, versions, _ := strings.Cut(strings.Clone(n), " ")
		inst.needs = append(inst.needs, need{name, versions})
	}
}
