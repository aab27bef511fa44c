package runtime

import (
	"internal/cpu"
	"internal/runtime/exithook"
	"unsafe"
)

// moduleInfo is the head of what main needs of struct Module: C fills it.
type moduleInfo struct {
	inits    *uintptr // code of the package initialisers, in order
	ninits   int
	mainMain *uintptr // code of main.main
	version  string
	modinfo  string
}

//go:noescape
func getModuleInfo(out *moduleInfo)

// codeFunc makes a func value of a function without captured variables: a pointer to a word that holds its code.
func codeFunc(code *uintptr) func() { return *(*func())(unsafe.Pointer(&code)) }

var modinfo string

// mainStarted: from here on goroutines other than the first may run.
var mainStarted bool

// What the compiler asks before it uses instructions that not every machine has.
var x86HasPOPCNT bool

// main is the first goroutine.
func main() {
	var mod moduleInfo
	getModuleInfo(&mod)
	modinfo = mod.modinfo
	if buildVersion == "" { // else -X runtime.buildVersion
		buildVersion = mod.version
	}
	if godebugDefault != "" {
		godebugDefaults(unsafe.Pointer(unsafe.StringData(godebugDefault)), len(godebugDefault))
	}
	cpu.Initialize(gogetenv("GODEBUG"))
	x86HasPOPCNT = cpu.X86.HasPOPCNT
	mainStarted = true
	LockOSThread() // init functions run on the main thread, and may keep it
	for i := 0; i < mod.ninits; i++ {
		codeFunc((*uintptr)(add(unsafe.Pointer(mod.inits), uintptr(i)*ptrSize)))()
	}
	UnlockOSThread()
	codeFunc(mod.mainMain)()

	// A goroutine that panics just now shall end the program with its message, not lose the race against our exit.
	for i := 0; i < 1000 && runningPanicDefers.Load() != 0; i++ {
		Gosched()
	}
	if isDying() {
		block()
	}
	runExitHooks(0)
	exit(0)
}

//go:linkname doInit runtime.doInit
func doInit(t []*initTask) {}

// initTask is opaque; package plugin names it.
type initTask struct{}

func isDying() bool
func exit(code int32)

// block parks for ever.
func block()

func runExitHooks(code int) {
	exithook.Gosched = Gosched
	exithook.Goid = func() uint64 { return getg().goid }
	exithook.Throw = throw
	if leakReport != nil {
		leakReport(code)
	}
	exithook.Run(code)
}

//go:linkname os_beforeExit os.runtime_beforeExit
func os_beforeExit(exitCode int) { runExitHooks(exitCode) }

// gogetenv is the value of an environment variable at the start of the process, or as os.Setenv has set it for GODEBUG: C.
//
//go:noescape
func gogetenv(key string) string

// GODEBUG.

var (
	godebugDefault string // the linker sets it: what the main module's go.mod and //go:debug lines say
	godebugUpdate  func(def, env string)
	godebugEnv     string
	godebugEnvSet  bool // os.Setenv changed it
)

// godebugDefaults sets those of the runtime's settings that C reads; the environment comes before them.
//
//go:noescape
func godebugDefaults(p unsafe.Pointer, n int)

func currentGodebug() string {
	if godebugEnvSet {
		return godebugEnv
	}
	return gogetenv("GODEBUG")
}

//go:linkname godebug_setUpdate internal/godebug.setUpdate
func godebug_setUpdate(update func(string, string)) {
	godebugUpdate = update
	update(godebugDefault, currentGodebug())
}

// asyncTimers says what a channel timer made from now on is (rt/sched/timer.h).
func asyncTimers(on bool)

// godebugChanged is called when the program sets or unsets GODEBUG.
func godebugChanged(env string) {
	godebugEnv, godebugEnvSet = env, true
	asyncTimers(godebugSetting("asynctimerchan") == "2")
	if godebugUpdate != nil {
		godebugUpdate(godebugDefault, env)
	}
}

var newIncNonDefault func(string) func()

//go:linkname godebug_setNewIncNonDefault internal/godebug.setNewIncNonDefault
func godebug_setNewIncNonDefault(f func(string) func()) { newIncNonDefault = f }

// godebugSetting is the value of one of the runtime's own settings; the last one counts, and the environment before the default.
func godebugSetting(name string) string {
	for _, s := range [2]string{currentGodebug(), godebugDefault} {
		for end := len(s); end > 0; {
			start := end
			for start > 0 && s[start-1] != ',' {
				start--
			}
			if item := s[start:end]; len(item) > len(name) && item[:len(name)] == name && item[len(name)] == '=' {
				return item[len(name)+1:]
			}
			end = start - 1
		}
	}
	return ""
}

func debugPanicNil() bool { return godebugSetting("panicnil") == "1" }

func panicnilNonDefault() {
	if newIncNonDefault != nil {
		newIncNonDefault("panicnil")()
	}
}

// runtime/debug.

//go:linkname debug_modinfo runtime/debug.modinfo
func debug_modinfo() string { return modinfo }

//go:noescape
func setTraceback(p unsafe.Pointer, n int)

//go:linkname debug_SetTraceback runtime/debug.SetTraceback
func debug_SetTraceback(level string) {
	setTraceback(unsafe.Pointer(unsafe.StringData(level)), len(level))
}

//go:linkname setCrashFD
func setCrashFD(fd uintptr) uintptr

// Per-goroutine state of the FIPS 140 module; data-independent timing is not a mode of amd64. LEAF C.

//go:linkname fips_getIndicator crypto/internal/fips140.getIndicator
func fips_getIndicator() uint8 { return fipsGet(0) }

//go:linkname fips_setIndicator crypto/internal/fips140.setIndicator
func fips_setIndicator(v uint8) { fipsSet(0, v) }

//go:linkname fips140_setBypass crypto/fips140.setBypass
func fips140_setBypass() { fipsSet(1, 1) }

//go:linkname fips140_unsetBypass crypto/fips140.unsetBypass
func fips140_unsetBypass() { fipsSet(1, 0) }

//go:linkname fips140_isBypassed crypto/fips140.isBypassed
func fips140_isBypassed() bool { return fipsGet(1) != 0 }

func fipsGet(i int) uint8
func fipsSet(i int, v uint8)

//go:linkname subtle_setDITEnabled crypto/subtle.setDITEnabled
func subtle_setDITEnabled() bool { return false }

//go:linkname subtle_setDITDisabled crypto/subtle.setDITDisabled
func subtle_setDITDisabled() {}

// The cache of crypto/internal/boring is never used.
//
//go:linkname boring_registerCache crypto/internal/boring/bcache.registerCache
func boring_registerCache(p unsafe.Pointer) {}

// MakeNoZero: bytes that the caller overwrites.
//
//go:linkname bytealg_MakeNoZero internal/bytealg.MakeNoZero
func bytealg_MakeNoZero(n int) []byte {
	if uintptr(n) > maxAlloc {
		panicmakeslicelen()
	}
	c := roundupsize(uintptr(n), true)
	return unsafe.Slice((*byte)(mallocgc(c, nil, false)), int(c))[:n]
}

// sync.notifyList has the size that rt/lang/sema.c expects.
//
//go:linkname notifyListCheck sync.runtime_notifyListCheck
func notifyListCheck(size uintptr) {
	if size != 32 {
		throw("sync: bad notifyList size")
	}
}

// Breakpoint executes a breakpoint trap.
func Breakpoint()

// SetCgoTraceback records three C functions to use to gather traceback information from C code and to convert that traceback information into symbolic
// information. They are not used: no C code runs on behalf of Go code.
func SetCgoTraceback(version int, traceback, context, symbolizer unsafe.Pointer) {
	if version != 0 {
		panic("unsupported version")
	}
}
