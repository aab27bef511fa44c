package process

import (
	"errors"
	"os"
	_ "plugin" // openPlugin, and what the runtime has for it
	"reflect"
	"runtime/debug"
	"syscall"
	"unsafe"
)

// What the child gets as descriptors, besides standard input, output and errors.
const (
	fdSpec   = 3 // closed when Go code runs
	fdPlugin = 4
	fdMemory = 5
	fdRules  = 6 // the same
	fdCount  = 7
)

// openPlugin is package plugin's; the types of package plugin and of the plugin are linked into this process.
func openPlugin(fd int) (map[string]any, error)

// child is main in a process of its own: rt/plugin/child.c starts it when all restrictions hold.
//
//go:linkname child plugin.processChild
func child() {
	mem, _, errno := syscall.Syscall6(syscall.SYS_MMAP, 0, memSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED, fdMemory, 0)
	if errno != 0 {
		os.Stderr.WriteString("vole: a process for a plugin: mapping memory: " + errno.Error() + "\n")
		os.Exit(125)
	}
	syscall.Close(fdMemory)
	s := newSide(*(*unsafe.Pointer)(unsafe.Pointer(&mem)), false, defaultMessage)
	s.violated = func(what string) {
		os.Stderr.WriteString("vole: a process for a plugin: " + what + "\n")
		os.Exit(125)
	}
	s.work()
	select {} // work returned: others do it
}

// serveLoad loads the plugin: its init functions run now.
func (s *side) serveLoad(r *reader) (err error) {
	var most, memory, threads uint64
	if r.try(func() { most, memory, threads = r.u64(), r.u64(), r.u64() }) != nil {
		return errViolation
	}
	s.most = int(most)
	s.budget.Store(4 * int64(most))
	if memory != 0 {
		debug.SetMemoryLimit(int64(memory))
	}
	s.limitCalls(callsAtOnce(int(threads)))
	debug.SetMaxThreads(int(threads) + threadsOfRuntime)
	if s.symbols != nil {
		return errors.New("loaded before")
	}
	results, err := callValue(reflect.ValueOf(openPlugin), []reflect.Value{reflect.ValueOf(fdPlugin)}, false)
	if err != nil {
		return err
	}
	if !results[1].IsNil() {
		return results[1].Interface().(error)
	}
	s.symbols = results[0].Interface().(map[string]any)
	return nil
}

// serveLookup finds a symbol as a function or interface of a type of the host, which is at the same address here: the program is the same.
func (s *side) serveLookup(r *reader, w *writer) error {
	var name string
	var at uint64
	if r.try(func() { name, at = r.text(), r.u64() }) != nil {
		return errViolation
	}
	symbol, ok := s.symbols[name]
	if !ok {
		return errors.New("symbol " + name + " not found")
	}
	type emptyInterface struct{ typ, data uintptr }
	iface := emptyInterface{typ: uintptr(at)}
	t := reflect.TypeOf(*(*any)(unsafe.Pointer(&iface)))
	if _, err := planOf(t); err != nil {
		return err
	}
	v, err := asType(reflect.ValueOf(symbol), t)
	if err != nil {
		return errors.New("symbol " + name + " " + err.Error())
	}
	f, _ := refTypes.Load(t)
	return r.try(func() {
		w.u8(answerResults)
		w.reference(f.(*refType), v)
	})
}

// asType is a symbol as a value of a function or interface type.
func asType(v reflect.Value, t reflect.Type) (reflect.Value, error) {
	to := reflect.New(t).Elem()
	from := v
	if v.Kind() == reflect.Pointer && !v.Type().AssignableTo(t) { // a variable
		from = v.Elem()
	}
	if from.Kind() == reflect.Interface && !from.IsNil() && !from.Type().AssignableTo(t) {
		from = from.Elem()
	}
	if !from.Type().AssignableTo(t) {
		return to, errors.New("has type " + v.Type().String() + ", which is no " + t.String())
	}
	to.Set(from)
	if to.IsNil() {
		return to, errors.New("is nil")
	}
	return to, nil
}
