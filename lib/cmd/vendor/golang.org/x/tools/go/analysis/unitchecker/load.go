package unitchecker

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/types"
	"os"
)

// loaded is a unit's package; files and info are there for units that are analysed.
type loaded struct {
	pkg   *types.Package
	files []*ast.File
	info  *types.Info
	sizes types.Sizes
}

// release drops what nobody needs after the analysis.
func (l *loaded) release() { l.files, l.info = nil, nil }

type importFunc func(path string) (*types.Package, error)

func (f importFunc) Import(path string) (*types.Package, error) { return f(path) }

// load parses a unit and checks it; what is wrong is in its outcome. Bodies of functions count only where it is analysed.
func (b *batch) load(u *Unit, analysed bool) error {
	mode := parser.SkipObjectResolution
	if analysed {
		mode = parser.ParseComments
	}
	for _, name := range u.GoFiles {
		f, err := parser.ParseFile(b.fset, name, nil, mode)
		if err != nil {
			u.outcome.errors = append(u.outcome.errors, syntaxErrors(err, u.Root)...)
			return err
		}
		u.state.files = append(u.state.files, f)
	}
	return b.check(u, analysed)
}

// syntaxErrors has all of a file's errors; of a package that is vetted upstream says them as one error.
func syntaxErrors(err error, one bool) []string {
	list, ok := err.(scanner.ErrorList)
	if !ok || one {
		return []string{err.Error()}
	}
	var all []string
	for _, e := range list {
		all = append(all, e.Error())
	}
	return all
}

func (b *batch) check(u *Unit, analysed bool) error {
	s := &u.state
	s.sizes = types.SizesFor("gc", build.Default.GOARCH)
	config := types.Config{
		Importer:         importFunc(func(path string) (*types.Package, error) { return b.importFor(u, path) }),
		Sizes:            s.sizes,
		GoVersion:        u.GoVersion,
		IgnoreFuncBodies: !analysed,
	}
	if analysed {
		s.info = newInfo()
	}
	if !u.Root { // a dependency: its compiler would have told of all
		config.Error = func(err error) { u.outcome.errors = append(u.outcome.errors, err.Error()) }
	}
	pkg, err := config.Check(u.ImportPath, b.fset, s.files, s.info)
	if err != nil {
		if u.Root {
			u.outcome.errors = append(u.outcome.errors, err.Error())
		}
		return err
	}
	s.pkg = pkg
	if !analysed {
		s.release()
	}
	return nil
}

func newInfo() *types.Info {
	return &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Instances:    map[*ast.Ident]types.Instance{},
		Scopes:       map[ast.Node]*types.Scope{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		FileVersions: map[*ast.File]string{},
	}
}

func (b *batch) importFor(u *Unit, path string) (*types.Package, error) {
	k, ok := u.Imports[path]
	if !ok {
		return nil, fmt.Errorf("can't resolve import %q", path)
	}
	if k < 0 {
		return types.Unsafe, nil
	}
	return b.Units[k].state.pkg, nil
}

// readFacts takes the facts that an earlier command found out about a unit. What cannot be read is found out again.
func (u *Unit) readFacts() {
	if u.FactsFile == "" {
		return
	}
	if data, err := os.ReadFile(u.FactsFile); err == nil && len(data) >= u.FactsOffset {
		u.facts = data[u.FactsOffset:]
	}
}
