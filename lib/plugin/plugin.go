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
package plugin // import "plugin"

import (
	"errors"
	"os/signal"
	"path/filepath"
	_ "reflect" // the runtime's stubs for reflect are a host's, and call it
	"runtime"
	"slices"
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
	err        string     // set if it could not be loaded
	noPlugin   bool       // its file is none: as if it had not been opened
	loading    sync.Mutex // until its init functions have returned
	module     *module    // nil: could not be loaded, or is closed
	file       string     // absolute path, or no path
	next       *Plugin
	closed     bool // under mu
	alone      bool // openSealed
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
	mu      sync.Mutex // of plugins, and while one is linked
	plugins *Plugin    // those that were opened, the last one first
)

// What starts a goroutine once for the program, which its runtime then knows: hosts have these whole, so that it is no plugin's that happened to need it first.
var whole [2]any

func init() { whole = [...]any{signal.Notify, runtime.StartTrace} }

// loaded is what C fills in (rt/plugin/plugin.h).
type loaded struct {
	error, subject *byte
	path           *byte
	manifest, host *byte
	plugin, others *module
	at             *byte
	goroutine      int
	lookups        *[256]unsafe.Pointer
	skip           *extent
	nskip          int
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
	brought unsafe.Pointer
	alone   bool
}

// head and symbol have the layout of abi/plugin.h.
type head struct {
	magic                                       [16]byte
	version, size                               uint32
	checksum                                    uint64
	module, path, manifest, values, kept, pad   uint32
	settings                                    uint64
	imports, places, packages, lazies, symbols, _ table
}
type table struct{ at, n uint32 }
type symbol struct{ name, isFunc, typ, value uint32 }

func readFile(fd, size int, out *loaded) bool
func isSame(m *module, alone bool) bool // nothing need be compared
func link(m *module, out *loaded, alone bool) bool
func unload(m *module, out *loaded) bool
func drop(m *module)
func variable(name *byte, n int) unsafe.Pointer

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
	file, fd, err := openFile(path)
	if file == "" {
		return nil, openError(path, "realpath failed")
	}
	mu.Lock()
	if p := opened(file); p != nil {
		mu.Unlock()
		if err == nil {
			syscall.Close(fd)
		}
		p.wait()
		if p.err != "" {
			return nil, openError(path, p.err+" (previous failure)")
		}
		return p, nil
	}
	if err != nil {
		mu.Unlock()
		return nil, openError(path, file+": cannot open shared object file: "+errorText(err))
	}
	p, m := load(fd, false)
	syscall.Close(fd)
	if p.noPlugin {
		mu.Unlock()
		return nil, openError(path, file+": "+p.err)
	}
	p.add(file)
	mu.Unlock() // an init function of the plugin may call Open
	if m == nil {
		return nil, openError(strings.TrimSuffix(path, ".so"), p.err)
	}
	p.start(m)
	return p, nil
}

// errorText is a system's error as C libraries say it.
func errorText(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

//go:noinline
func openError(path, text string) error {
	return errors.New(`plugin.Open("` + path + `"): ` + text)
}

// start initializes a plugin. If that ends with a panic, which is the caller's, others are told of the failure.
func (p *Plugin) start(m *module) {
	p.err = "its initialization ended with a panic"
	defer p.loading.Unlock()
	run(m)
	p.err = ""
}

func opened(file string) *Plugin {
	p := plugins
	for p != nil && p.file != file {
		p = p.next
	}
	return p
}

func (p *Plugin) add(file string) {
	p.file, p.next = file, plugins
	plugins = p
}

// wait returns when the plugin is initialized.
func (p *Plugin) wait() {
	p.loading.Lock()
	p.loading.Unlock()
}

// openFile opens a file and says where it is, without links; if it cannot be opened, with an error. An empty name: there is none.
func openFile(path string) (string, int, error) {
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err == nil {
		if file := pathOf(fd); file != "" {
			return file, fd, nil
		}
	}
	if path == "" {
		return "", 0, err
	}
	return searchFile(path, fd, err)
}

// What follows needs no more stack than new goroutines have: to grow one takes a tenth of Open.
var readlink struct {
	sync.Mutex
	name [512]byte
}

// pathOf asks the system for the path of an open file, if it has one: what package filepath would ask takes a fifth of Open.
func pathOf(fd int) string {
	readlink.Lock()
	defer readlink.Unlock()
	name := &readlink.name
	n, err := syscall.Readlink("/proc/self/fd/"+strconv.Itoa(fd), name[:])
	if err != nil || n >= len(name) || name[0] != '/' || strings.HasSuffix(string(name[:n]), " (deleted)") {
		return ""
	}
	return string(name[:n])
}

//go:noinline
func searchFile(path string, fd int, err error) (string, int, error) {
	file, wrong := filepath.Abs(path)
	if wrong == nil {
		file, wrong = filepath.EvalSymlinks(file)
	}
	if wrong != nil {
		if err == nil {
			syscall.Close(fd)
		}
		return "", 0, wrong
	}
	return file, fd, err
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
	p.add("\x00" + name) // no path
	mu.Unlock()
	linked(m.base, m.size)
	p.start(m)
	return p, nil
}

// read says what is wrong with a file; empty: it is a plugin.
func read(fd int, out *loaded) string {
	if err := syscall.Fstat(fd, &reading.file); err != nil {
		return "cannot stat shared object: " + errorText(err)
	}
	if reading.file.Mode&syscall.S_IFMT == syscall.S_IFDIR {
		return "cannot read file data: Is a directory"
	}
	if !readFile(fd, int(reading.file.Size), out) {
		return gostring(out.error)
	}
	return ""
}

var reading struct { // under mu
	file syscall.Stat_t
	out  loaded
}

// load makes the plugin a part of the program, if it fits; its packages are not initialized yet. Alone: it shares
// variables and types with the host only, so that other plugins, other versions of it among them, come and go beside it.
func load(fd int, alone bool) (*Plugin, *module) {
	out := &reading.out
	defer func() { *out = loaded{} }() // it leads into the plugin
	bad := func(text string) (*Plugin, *module) { return &Plugin{err: text}, nil }
	if text := read(fd, out); text != "" {
		return &Plugin{err: text, noPlugin: true}, nil
	}
	path := gostring(out.path)
	for p := plugins; p != nil; p = p.next {
		if p.module != nil && p.pluginpath == path && !alone && !p.alone {
			drop(out.plugin)
			return bad("plugin " + path + " already loaded")
		}
	}
	if !isSame(out.plugin, alone) {
		if wrong := compare(out, alone); wrong != "" {
			drop(out.plugin)
			return bad(wrong)
		}
	}
	if !link(out.plugin, out, alone) {
		wrong, subject := gostring(out.error), gostring(out.subject)
		drop(out.plugin)
		if subject == "" { // not the host's fault
			return &Plugin{err: wrong, noPlugin: true}, nil
		}
		return bad(wrong + " " + subject)
	}
	p := &Plugin{pluginpath: path, module: out.plugin, alone: alone}
	p.loading.Lock()
	return p, p.module
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

// symbols are what Lookup finds, sorted by name.
func (m *module) symbols() []symbol {
	return unsafe.Slice((*symbol)(unsafe.Add(unsafe.Pointer(m.head), m.head.symbols.at)), m.head.symbols.n)
}

// name is text in the module, which goes with it.
func (m *module) name(at uint32) string {
	p := (*byte)(unsafe.Add(unsafe.Pointer(m.head), at))
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
		n++
	}
	return unsafe.String(p, n)
}

// value is a func by its func value, a variable by a pointer.
func (m *module) value(s symbol) any {
	values := unsafe.Add(m.base, m.head.values)
	word := func(i uint32) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Add(values, i*8)) }
	value := [2]unsafe.Pointer{word(s.typ), word(s.value)}
	return *(*any)(unsafe.Pointer(&value))
}

func (m *module) lookup(name string) any {
	list := m.symbols()
	i, found := slices.BinarySearchFunc(list, name, func(s symbol, name string) int { return strings.Compare(m.name(s.name), name) })
	if !found {
		return nil
	}
	return m.value(list[i])
}

// Lookup searches for a symbol named symName in plugin p.
// A symbol is any exported variable or function.
// It reports an error if the symbol is not found.
// It is safe for concurrent use by multiple goroutines.
func (p *Plugin) Lookup(symName string) (Symbol, error) {
	mu.Lock()
	defer mu.Unlock()
	if p.module == nil {
		return nil, errors.New("plugin: plugin " + p.pluginpath + " is closed")
	}
	if s := p.module.lookup(symName); s != nil {
		return s, nil
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
	p.wait()
	mu.Lock()
	defer mu.Unlock()
	if p.closed || p.module == nil {
		return fail("it is closed")
	}
	var out loaded
	emptied := false
	const tries, most = 60, 10 * time.Millisecond
	for try, wait := 1, 50*time.Microsecond; ; try++ {
		runtime.GC()
		out = loaded{lookups: lookups()}
		if unload(p.module, &out) {
			forget(p)
			return nil
		}
		if !emptied && p.module.cachesAlone(&out) {
			p.module.emptyCaches()
			emptied, try = true, 0
			continue
		}
		if out.passing && try < tries { // goroutines have to go on, cleanups to run
			time.Sleep(wait)
			wait = min(2*wait, most)
		} else if out.goroutine != 0 || try >= 3 { // what was garbage for the first may be swept for the second
			break
		}
	}
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
	for q := &plugins; *q != nil; q = &(*q).next {
		if *q == p {
			*q = p.next
			break
		}
	}
	p.module, p.closed = nil, true
}
