package unitchecker

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/types"
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

// load parses a unit and checks it; what is wrong is in its outcome.
func (b *batch) load(u *Unit) error {
	for _, name := range u.GoFiles {
		var text any // nil: as it stands on the disk
		if made, ok := u.Texts[name]; ok {
			text = made
		}
		f, err := parser.ParseFile(b.fset, name, text, parser.ParseComments)
		if err != nil {
			u.outcome.errors = append(u.outcome.errors, syntaxErrors(err, u.Root)...)
			return err
		}
		u.state.files = append(u.state.files, f)
	}
	return b.check(u)
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

func (b *batch) check(u *Unit) error {
	s := &u.state
	importTypes := b.importerFor(u)
	s.sizes = types.SizesFor("gc", build.Default.GOARCH)
	config := types.Config{
		Importer:  importTypes,
		Sizes:     s.sizes,
		GoVersion: u.GoVersion,
	}
	s.info = newInfo()
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
