// Package plugin implements loading and symbol resolution of Go plugins.
//
// A plugin is a Go main package with exported functions and variables, built with
//
//	vole build -buildmode=plugin
//
// A program that imports this package can load it, also a static one without C library. When a plugin is first opened, the init functions of all
// packages not already part of the program are called. The main function is not run. A plugin is only initialized once, and stays until it is closed.
//
// Packages that host and plugin both have are one: their variables exist once, and their types are the same types. What they are compiled
// from need not be the same to the letter; where a type that both have differs, Open says which, and how.
package plugin

import (
	"errors"
	"path/filepath"
	_ "reflect" // the runtime's stubs for reflect are a host's, and call it
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

// Plugin is a loaded Go plugin.
type Plugin struct {
	pluginpath string
	err        string        // set if it could not be loaded
	loaded     chan struct{} // closed when its init functions have returned
	syms       map[string]any
	module     *module // nil: could not be loaded, or is closed
	closed     bool    // under mu
	alone      bool    // openSealed
}

// A Symbol is a pointer to a variable or function.
//
// For a plugin with
//
//	var V int
//	func F() { fmt.Printf("Hello, number %d\n", V) }
//
// Lookup("V") gives a *int, Lookup("F") a func().
type Symbol any

var (
	mu      sync.Mutex         // of plugins, and while one is linked
	plugins map[string]*Plugin // by absolute path
)

// loaded is what C fills in (rt/plugin/plugin.h).
type loaded struct {
	error, subject *byte
	path           *byte
	manifest, host *byte
	plugin         *module
	at             *byte
	goroutine      int
	lookups        *[256]unsafe.Pointer
	passing        bool
}

// module is the runtime's record of a plugin.
type module struct {
	next    *module
	base    unsafe.Pointer
	size    uintptr
	module  unsafe.Pointer
	head    *head
	imports unsafe.Pointer
	inits   *uintptr // code
	ninits  int
}

// head and symbol have the layout of abi/plugin.h.
type head struct {
	magic                                       [16]byte
	version, size                               uint32
	checksum                                    uint64
	module, path, manifest, values, kept, pad   uint32
	imports, refs, packages, lazies, symbols, _ table
}
type table struct{ at, n uint32 }
type symbol struct{ name, isFunc, typ, value uint32 }

func readFile(fd, size int, out *loaded) bool
func link(m *module, out *loaded, alone bool) bool
func unload(m *module, out *loaded) bool
func drop(m *module)

// hostInits lists init functions of the program that have not run: of packages that the plugin has too, in a process of its own (vole/plugin/process).
func hostInits(m *module, inits **uintptr) int
func lookups() *[256]unsafe.Pointer // package runtime's

func gostring(p *byte) string {
	if p == nil {
		return ""
	}
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
		n++
	}
	return string(unsafe.Slice(p, n))
}

// Open opens a Go plugin.
// If a path has already been opened, then the existing *[Plugin] is returned.
// It is safe for concurrent use by multiple goroutines.
func Open(path string) (*Plugin, error) {
	fail := func(text string) error { return errors.New(`plugin.Open("` + path + `"): ` + text) }
	file, err := filepath.Abs(path)
	if err == nil {
		file, err = filepath.EvalSymlinks(file)
	}
	if err != nil {
		return nil, fail("realpath failed")
	}
	mu.Lock()
	if p := plugins[file]; p != nil {
		mu.Unlock()
		if p.err != "" {
			return nil, fail(p.err + " (previous failure)")
		}
		<-p.loaded
		return p, nil
	}
	fd, err := syscall.Open(file, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		mu.Unlock()
		return nil, fail("open " + file + ": " + err.Error())
	}
	p, m := load(fd, false)
	syscall.Close(fd)
	if plugins == nil {
		plugins = make(map[string]*Plugin)
	}
	plugins[file] = p
	mu.Unlock() // an init function of the plugin may call Open
	if m == nil {
		path = strings.TrimSuffix(path, ".so")
		return nil, fail(p.err)
	}
	run(m)
	p.syms = symbols(m)
	close(p.loaded)
	return p, nil
}

// openSealed is Open of an open file, whose bytes nobody can change: vole/plugin's. Name tells it from others; what fails can be tried again.
// Linked is called before any of its code runs, with where it lies.
func openSealed(fd int, name string, linked func(at unsafe.Pointer, size uintptr)) (*Plugin, error) {
	mu.Lock()
	p, m := load(fd, true)
	if m == nil {
		mu.Unlock()
		return nil, errors.New(p.err)
	}
	if plugins == nil {
		plugins = make(map[string]*Plugin)
	}
	plugins["\x00"+name+" "+strconv.FormatUint(uint64(uintptr(unsafe.Pointer(m))), 16)] = p // no path
	mu.Unlock()
	linked(m.base, m.size)
	run(m)
	p.syms = symbols(m)
	close(p.loaded)
	return p, nil
}

// load makes the plugin a part of the program, if it fits; its packages are not initialized yet. Alone: it shares
// variables and types with the host only, so that other plugins, other versions of it among them, come and go beside it.
func load(fd int, alone bool) (*Plugin, *module) {
	var st syscall.Stat_t
	var out loaded
	bad := func(text string) (*Plugin, *module) { return &Plugin{err: text}, nil }
	if err := syscall.Fstat(fd, &st); err != nil {
		return bad(err.Error())
	}
	if !readFile(fd, int(st.Size), &out) {
		return bad(gostring(out.error))
	}
	path, text := gostring(out.path), gostring(out.manifest)
	for _, p := range plugins {
		if p.err == "" && p.pluginpath == path && !alone && !p.alone {
			drop(out.plugin)
			return bad("plugin " + path + " already loaded")
		}
	}
	if wrong := compare(gostring(out.host), text, alone); wrong != "" {
		drop(out.plugin)
		return bad(wrong)
	}
	if !link(out.plugin, &out, alone) {
		wrong := gostring(out.error) + " " + gostring(out.subject)
		drop(out.plugin)
		return bad(wrong)
	}
	if !alone {
		learn(text, out.plugin)
	}
	return &Plugin{pluginpath: path, loaded: make(chan struct{}), module: out.plugin, alone: alone}, out.plugin
}

// run initializes the packages that the program did not have.
func run(m *module) {
	var inits *uintptr
	n := hostInits(m, &inits)
	runAll(inits, n)
	runAll(m.inits, m.ninits)
}

func runAll(inits *uintptr, n int) {
	for i := range n {
		code := (*uintptr)(unsafe.Add(unsafe.Pointer(inits), i*8))
		(*(*func())(unsafe.Pointer(&code)))()
	}
}

// symbols is what Lookup finds: funcs by their func values, variables by pointers.
func symbols(m *module) map[string]any {
	h := unsafe.Pointer(m.head)
	values := unsafe.Add(m.base, m.head.values)
	word := func(i uint32) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Add(values, i*8)) }
	list := unsafe.Slice((*symbol)(unsafe.Add(h, m.head.symbols.at)), m.head.symbols.n)
	syms := make(map[string]any, len(list))
	for _, s := range list {
		value := [2]unsafe.Pointer{word(s.typ), word(s.value)}
		syms[gostring((*byte)(unsafe.Add(h, s.name)))] = *(*any)(unsafe.Pointer(&value))
	}
	return syms
}

// Lookup searches for a symbol named symName in plugin p.
// A symbol is any exported variable or function.
// It reports an error if the symbol is not found.
// It is safe for concurrent use by multiple goroutines.
func (p *Plugin) Lookup(symName string) (Symbol, error) {
	mu.Lock()
	s, closed := p.syms[symName], p.closed
	mu.Unlock()
	if s != nil {
		return s, nil
	}
	if closed {
		return nil, errors.New("plugin: plugin " + p.pluginpath + " is closed")
	}
	return nil, errors.New("plugin: symbol " + symName + " not found in plugin " + p.pluginpath)
}

// Close takes the plugin out of the program: its code, types and variables are gone afterwards, and Open loads it anew.
//
// It does so only if it is proved that nothing refers to the plugin any more: no goroutine is in its code, and nothing outside of it
// that can be reached holds one of its functions, variables, constants (such as a string) or types (such as a value of its type in an interface), and no
// other plugin was linked with its variables or types. Otherwise the error says what does, and the plugin is as before.
// It collects garbage and stops the program while it looks, for about as long as a collection takes.
func (p *Plugin) Close() error {
	fail := func(text string) error { return errors.New("plugin: cannot close " + p.pluginpath + ": " + text) }
	if p.loaded != nil {
		<-p.loaded
	}
	mu.Lock()
	defer mu.Unlock()
	if p.closed || p.module == nil {
		return fail("it is closed")
	}
	p.syms = nil
	var out loaded
	const tries, most = 60, 10 * time.Millisecond
	for try, wait := 1, 50*time.Microsecond; ; try++ {
		runtime.GC()
		out = loaded{lookups: lookups()}
		if unload(p.module, &out) {
			forget(p)
			return nil
		}
		if out.passing && try < tries { // goroutines have to go on
			time.Sleep(wait)
			wait = min(2*wait, most)
		} else if out.goroutine != 0 || try >= 3 { // what was garbage for the first may be swept for the second
			break
		}
	}
	p.syms = symbols(p.module)
	return fail(holder(&out))
}

// holder says what keeps a plugin.
func holder(out *loaded) string {
	text, what, at := gostring(out.error), gostring(out.subject), readable(gostring(out.at))
	switch {
	case text == "is in":
		return "goroutine " + strconv.Itoa(out.goroutine) + " is in " + what
	case out.goroutine != 0:
		return "goroutine " + strconv.Itoa(out.goroutine) + " has " + at
	case text == "package variable":
		return "package variable " + what + " leads to " + at
	case text == "used by plugin":
		return text + " " + what
	}
	return text + " " + at
}

// readable is the name of a symbol for people.
func readable(name string) string {
	if t, ok := strings.CutPrefix(name, "type:"); ok {
		return "type " + t
	}
	if t, ok := strings.CutPrefix(name, "go:itab."); ok {
		return "its type in an interface (" + t + ")"
	}
	if name == "" {
		return "a constant or function of it"
	}
	return name
}

// forget takes a plugin that is gone out of the books.
func forget(p *Plugin) {
	for file, q := range plugins {
		if q == p {
			delete(plugins, file)
		}
	}
	for path, s := range host.packages {
		if s.of == p.module {
			delete(host.packages, path)
		}
	}
	p.module, p.closed = nil, true
}
