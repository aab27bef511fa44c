// Package process runs a plugin in a process of its own, which can do only what it was granted. What the plugin exports is called as if it were here.
//
//	p, err := process.Start(process.Spec{File: file, Memory: 256 << 20, CallTimeout: time.Second})
//	var filter api.Filter // an interface
//	err = p.Lookup("Filter", &filter)
//	out, err := filter.Apply(ctx, in)
//
// The plugin is the same file that package plugin opens (vole build -buildmode=plugin). Its process is this program's own executable, so nothing else need be there, not even
// in an empty chroot; of the program neither main nor the init functions run there, but those of packages that the plugin imports too.
//
// Arguments and results are copied: numbers, strings, arrays, slices, maps, pointers and structures with exported fields, types with MarshalBinary or
// MarshalText, errors. A pointer that occurs twice arrives as two, one that leads back to itself is an error. Functions and interfaces cross as references: a call
// of one is a call in the process where it was made; so the host grants a plugin what it may do. A value in an `any` must be of a type that both
// sides know (Register). Channels and unsafe pointers do not cross: Lookup says so. A context.Context crosses as the first parameter: its deadline and that it
// was canceled, not its values.
//
// If the plugin panics in a call, its process ends, or a call takes longer than Spec.CallTimeout (then the process is killed), the call returns an *Error if its last result is
// an error; else it panics with it.
//
// What comes from the plugin is not trusted: whatever it writes into the memory of both, the worst that happens is that its process is killed and calls fail.
package process // import "vole/plugin/process"

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// Spec is what a plugin's process gets.
type Spec struct {
	// File is the plugin. Its process loads what this descriptor leads to and no path, so bytes that were verified should be in a sealed file of memory. Start does not close it.
	File *os.File

	// Read and Write are the files and folders, with all below, that it may read, and read, change, make and remove: what the paths lead to when it starts. Without both it can open no file
	// at all; with one it still can learn of other files that they are there, of what size and age.
	Read, Write []string
	// Connect and Listen are the TCP ports that it may connect to and listen on. No other sockets: no UDP, so no DNS: addresses only.
	Connect, Listen []uint16
	// Env is its whole environment. Its working directory is /.
	Env []string

	// Memory is how many bytes of memory it may have, 0: 512 MB; less than 32 MB means 32 MB. CPU is how much processor time it may use in its life; 0: no limit.
	Memory int64
	CPU    time.Duration
	// CPUs is how many processors it may keep busy, which needs a control group; 0: no limit.
	CPUs float64
	// Cgroup is the folder of a control group (version 2) that is delegated to this program: the process gets a group in it, with Memory, Threads and CPUs as limits. No process
	// may be in the folder itself, so this program should be in another group below it. Empty: this program's own group, if that may have others in it; else the limits are
	// those of the process alone (setrlimit). The group goes before Done is closed; one that a killed program left goes with the next start in the same folder.
	Cgroup string
	// Threads is how many threads it may have, 0: 256, at least 32 (calls that are under way need one or two each); Files how many descriptors, 0: 64; FileSize the size of a file that it writes, 0: 1 GB.
	Threads  int
	Files    int
	FileSize int64

	// StartTimeout is how long it may take until the plugin is loaded, with its init functions; 0: 10 s. CallTimeout is how long a call may take, also while it calls functions of
	// the host; then the process is killed. 0: 30 s; negative: for ever. A context that is canceled ends a call before.
	StartTimeout, CallTimeout time.Duration
	// Message is how many bytes the arguments or results of a call may have; 0: 16 MB.
	Message int

	// Stdout and Stderr get what it writes; nil: it is read and forgotten.
	Stdout, Stderr io.Writer

	// BestEffort lets it start though something cannot be enforced (Process.Missing); else Start fails.
	BestEffort bool
}

const (
	defaultMessage      = 16 << 20
	defaultMemory       = 512 << 20
	leastMemory         = 32 << 20
	defaultThreads      = 256
	leastThreads        = 32
	defaultFiles        = 64
	defaultFileSize     = 1 << 30
	defaultStartTimeout = 10 * time.Second
	defaultCallTimeout  = 30 * time.Second
)

// ErrEnded is what errors.Is finds in the errors of calls when the process has ended, ErrTimeout if a call took too long.
var (
	ErrEnded   = errEnded
	ErrTimeout = errTime
)

// Error is why a call did not return results, or why a process ended.
type Error struct {
	Text  string
	Trace string // of a panic, or the last lines that the process wrote to its standard error
	Panic bool   // the plugin panicked in the call
	cause error
}

func (e *Error) Error() string { return "plugin process: " + e.Text }

func (e *Error) Unwrap() error { return e.cause }

// Process is a plugin's process.
type Process struct {
	side    *side
	spec    Spec
	memory  unsafe.Pointer
	child   *started
	missing []string
	group   *ownedGroup
	done    chan struct{}

	mu     sync.Mutex
	why    string // it was killed, if it was
	closed bool
	err    error // why it ended; with done
}

// Start starts a process, with the plugin loaded: its init functions have run.
func Start(spec Spec) (*Process, error) {
	if err := check(&spec); err != nil {
		return nil, fmt.Errorf("plugin process: Spec.%w", err)
	}
	setDefaults(&spec)
	file, err := duplicate(spec.File) // for Restart
	if err != nil {
		return nil, fmt.Errorf("plugin process: Spec.File: %w", err)
	}
	spec.File = file
	p := &Process{spec: spec, done: make(chan struct{})}
	if err := p.start(); err != nil {
		file.Close()
		return nil, err
	}
	if err := p.load(); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// check finds what is no limit at all; too small ones are raised.
func check(s *Spec) error {
	if s.File == nil {
		return errors.New("File is missing")
	}
	for _, v := range []struct {
		name string
		n    int64
	}{{"Memory", s.Memory}, {"CPU", int64(s.CPU)}, {"Threads", int64(s.Threads)}, {"Files", int64(s.Files)}, {"FileSize", s.FileSize}, {"Message", int64(s.Message)}, {"StartTimeout", int64(s.StartTimeout)}} {
		if v.n < 0 {
			return fmt.Errorf("%s is negative", v.name)
		}
	}
	if !(s.CPUs >= 0) {
		return errors.New("CPUs is negative")
	}
	for _, v := range s.Env {
		if strings.IndexByte(v, '=') < 1 {
			return fmt.Errorf("Env: %q is no name=value", v)
		}
	}
	return nil
}

func setDefaults(s *Spec) {
	if s.Memory == 0 {
		s.Memory = defaultMemory
	}
	s.Memory = max(s.Memory, leastMemory)
	s.Threads = max(orElse(s.Threads, defaultThreads), leastThreads)
	s.Files = orElse(s.Files, defaultFiles)
	s.FileSize = orElse(s.FileSize, defaultFileSize)
	s.Message = orElse(s.Message, defaultMessage)
	s.StartTimeout = orElse(s.StartTimeout, defaultStartTimeout)
	s.CallTimeout = orElse(s.CallTimeout, defaultCallTimeout)
}

func orElse[T int | int64 | time.Duration](v, other T) T {
	if v == 0 {
		return other
	}
	return v
}

// ask sends a message of the package's own and waits for the answer.
func (p *Process) ask(op uint8, write func(w *writer), read func(r *reader)) error {
	w := newWriter()
	defer w.free()
	p.side.begin(w, op)
	write(w)
	answer, err := p.side.roundTrip(nil, w, 0)
	if err != nil {
		return err
	}
	defer p.side.received(answer)
	if len(answer) == 0 && read == nil {
		return nil
	}
	r := &reader{b: answer, side: p.side}
	var refused *Error
	err = r.try(func() {
		switch r.u8() {
		case answerResults:
			if read == nil {
				r.fail("no answer")
			}
			read(r)
		case answerPanic:
			refused = &Error{Text: "panic: " + r.text(), Trace: r.text(), Panic: true}
		case answerRefused:
			refused = &Error{Text: r.text()}
		default:
			r.fail("no answer")
		}
	})
	if refused != nil && err == nil {
		return refused
	}
	if err != nil {
		p.kill("it sent " + err.Error())
		err = &Error{Text: err.Error()}
	}
	return err
}

func (p *Process) load() error {
	p.side.timeout = int64(p.spec.StartTimeout)
	err := p.ask(opLoad, func(w *writer) {
		w.u64(uint64(p.spec.Message))
		w.u64(uint64(p.spec.Memory * 3 / 4))
		w.u64(uint64(p.spec.Threads))
	}, nil)
	p.side.timeout = max(int64(p.spec.CallTimeout), 0)
	return err
}

// Lookup finds an exported symbol of the plugin. target is a pointer to a variable of a function type, which the symbol must have, or of an interface type, which a variable
// of the plugin must implement, or a pointer to it; methods called on it later work on that variable. It gets a value whose calls are calls in the process.
func (p *Process) Lookup(name string, target any) error {
	to := reflect.ValueOf(target)
	if to.Kind() != reflect.Pointer || to.IsNil() || to.Elem().Kind() != reflect.Func && to.Elem().Kind() != reflect.Interface {
		return errors.New("plugin process: the target of Lookup must be a pointer to a variable of a function or interface type")
	}
	t := to.Elem().Type()
	if _, err := planOf(t); err != nil {
		return &Error{Text: err.Error()}
	}
	found, ok := refTypes.Load(t)
	if !ok {
		return &Error{Text: t.String() + " has no methods that could be called"}
	}
	var iface any = t
	return p.ask(opLookup, func(w *writer) {
		w.text(name)
		w.u64(uint64(uintptr((*(*[2]unsafe.Pointer)(unsafe.Pointer(&iface)))[1])))
	}, func(r *reader) {
		r.reference(found.(*refType), to.Elem())
		if to.Elem().IsNil() {
			r.fail("no reference")
		}
	})
}

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says why the process ended; nil if it runs, or was closed.
func (p *Process) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Pid is the number of the process.
func (p *Process) Pid() int { return p.child.pid }

// Cgroup is the folder of the process's control group; empty: it has none.
func (p *Process) Cgroup() string {
	if p.group == nil {
		return ""
	}
	return p.group.folder
}

// Missing lists what of the Spec is not enforced on this system; always empty without BestEffort.
func (p *Process) Missing() []string { return p.missing }

// Close ends the process and waits until it is gone. Calls that are under way end with an error.
func (p *Process) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.kill("closed")
	<-p.done
	return nil
}

// Restart starts another process with the same Spec. Values of this one are not those of the new one: they must be looked up again.
func (p *Process) Restart() (*Process, error) { return Start(p.spec) }

// kill ends the process; the first reason counts.
func (p *Process) kill(why string) {
	p.mu.Lock()
	if p.why == "" {
		p.why = why
	}
	p.mu.Unlock()
	p.child.kill()
}
