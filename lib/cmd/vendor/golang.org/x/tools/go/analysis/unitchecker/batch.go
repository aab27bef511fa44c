package unitchecker

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"
)

// A Unit is a package, or a variant of one with its test files, as vole describes it.
type Unit struct {
	ID, ImportPath, Dir               string
	ForTest                           string // of a variant: the package whose tests it is for
	GoVersion                         string
	ModulePath, ModuleVersion         string
	GoFiles, NonGoFiles, IgnoredFiles []string
	Texts                             map[string]string // of GoFiles that are on no disk
	Imports                           map[string]int    // import path in its files -> index; -1: unsafe
	Root                              bool              // its findings are wanted
	Std                               bool              // of the library
	KnownFile                         string            // what an earlier command found out of its types and facts; "": nothing
	KnownOffset                       int               // where that begins in the file

	index   int
	waits   int     // units that it imports and that are not done
	users   []*Unit // that import it
	tainted bool    // it imports variants: its types are of a world of their own
	state   loaded
	known   bool   // from KnownFile
	facts   []byte // as package facts writes them
	archive []byte // its types, as a compiler hands them on
	failed  bool   // it, or what it imports, could not be loaded
	outcome outcome
}

// What is known of a unit when it is done, for vole.
type outcome struct {
	errors   []string // "file:line:column: message"
	found    []byte   // findings in the form that was asked for
	text     []byte   // what upstream's program would have said on standard error besides
	fixes    []fixedFile
	exit     int
	findings []finding // until they are reported
}

type batch struct {
	Units      []*Unit
	DisableStd []string // the library gets all analyzers but these; nil: it gets those of the flags
	Threads    int
	KeepKnown  bool                 // what is found out of types and facts is wanted
	suite      []*analysis.Analyzer // all
	enabled    []*analysis.Analyzer // by the flags
	fset       *token.FileSet
	shared     map[*Unit]*types.Package // types of units that are known; only read after openKnown
	out        *bufio.Writer
	mu         sync.Mutex // of what follows
	ready      []*Unit
	left       int
	more       *sync.Cond
}

func runBatch(in io.Reader, out *os.File, suite, enabled []*analysis.Analyzer) error {
	b := &batch{suite: suite, enabled: enabled, fset: token.NewFileSet(), out: bufio.NewWriter(out)}
	if err := json.NewDecoder(in).Decode(b); err != nil {
		return fmt.Errorf("description of the batch: %v", err)
	}
	registerFacts(suite)
	debug.SetGCPercent(400) // a batch is short and leaves most of what it makes reachable
	b.more = sync.NewCond(&b.mu)
	b.link()
	if err := b.openKnown(); err != nil {
		return err
	}
	var wg sync.WaitGroup
	for range b.threads() {
		wg.Go(b.work)
	}
	wg.Wait()
	if b.left > 0 {
		return fmt.Errorf("description of the batch: %d packages import each other", b.left)
	}
	b.applyFixes(out)
	return b.out.Flush()
}

func (b *batch) threads() int {
	if b.Threads > 0 {
		return b.Threads
	}
	return runtime.GOMAXPROCS(0)
}

func (b *batch) link() {
	b.left = len(b.Units)
	for i, u := range b.Units {
		u.index = i
		for _, k := range distinct(u.Imports) {
			d := b.Units[k]
			u.waits++
			d.users = append(d.users, u)
			u.tainted = u.tainted || d.tainted || d.ForTest != ""
		}
		if u.waits == 0 {
			b.ready = append(b.ready, u)
		}
	}
}

func distinct(imports map[string]int) []int {
	var list []int
	for _, k := range imports {
		if k >= 0 && !slices.Contains(list, k) {
			list = append(list, k)
		}
	}
	return list
}

// work takes units whose imports are done until there are none left.
func (b *batch) work() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		for len(b.ready) == 0 && b.left > 0 && b.busy() {
			b.more.Wait()
		}
		if len(b.ready) == 0 {
			b.more.Broadcast()
			return
		}
		u := b.ready[len(b.ready)-1]
		b.ready = b.ready[:len(b.ready)-1]
		u.waits = -1
		b.mu.Unlock()
		b.process(u)
		b.mu.Lock()
		b.finish(u)
	}
}

// busy: some unit is being worked on, so that others will be ready.
func (b *batch) busy() bool {
	for _, u := range b.Units {
		if u.waits == -1 {
			return true
		}
	}
	return false
}

func (b *batch) finish(u *Unit) {
	u.waits = -2
	b.left--
	for _, user := range u.users {
		user.waits--
		if user.waits == 0 {
			b.ready = append(b.ready, user)
		}
	}
	b.more.Broadcast()
	if !b.fixing(u) {
		b.send(u)
	}
}

// process does all that is wanted of a unit.
func (b *batch) process(u *Unit) {
	for _, k := range distinct(u.Imports) {
		u.failed = u.failed || b.Units[k].failed
	}
	if u.failed {
		return
	}
	if !u.analysed() {
		return
	}
	if err := b.load(u); err != nil {
		u.failed = true
		return
	}
	b.analyse(u)
	if !b.fixing(u) {
		u.state.release()
	}
}

// send tells vole what became of a unit: frames "index kind length\n" with as many bytes, "done" the last one.
func (b *batch) send(u *Unit) {
	frame := func(kind string, data []byte) {
		fmt.Fprintf(b.out, "%d %s %d\n", u.index, kind, len(data))
		b.out.Write(data)
	}
	o := &u.outcome
	for _, e := range o.errors {
		frame("error", []byte(e))
	}
	if b.KeepKnown && !u.known && !u.failed {
		frame("known", u.pack())
	}
	if u.Root && !u.failed {
		frame("found", o.found)
		frame("text", o.text)
	}
	for _, f := range o.fixes {
		frame("fixed", []byte(f.name+"\x00"+string(f.content)))
	}
	state := "good"
	if u.failed {
		state = "failed"
	} else if o.exit != 0 {
		state = "exit"
	}
	frame("done", []byte(state))
	b.out.Flush()
	u.outcome = outcome{}
}
