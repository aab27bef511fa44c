package unitchecker

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"go/importer"
	"go/types"
	"io"
	"os"
	"slices"
)

// What is known of a unit is eight bytes, the length of its facts, then its facts, then its types in an archive as compilers write them.
//
// Types of units without variants are one world: the known ones among them are imported before anything else, by one goroutine, since
// an archive also adds to packages that are there already; the others are in it as they were checked. vole sees to it that nothing that is
// known depends on what is not. A unit that imports variants has a world of its own, made of archives alone.

func (u *Unit) pack() []byte {
	data := binary.LittleEndian.AppendUint64(nil, uint64(len(u.facts)))
	return append(append(data, u.facts...), u.archive...)
}

func (u *Unit) unpack(data []byte) error {
	if len(data) < 8 || binary.LittleEndian.Uint64(data) > uint64(len(data)-8) {
		return fmt.Errorf("%s: what is known of %s is damaged", u.KnownFile, u.ImportPath)
	}
	n := binary.LittleEndian.Uint64(data)
	u.known, u.facts, u.archive = true, data[8:8+n], data[8+n:]
	return nil
}

func (u *Unit) readKnown() error {
	data, err := os.ReadFile(u.KnownFile)
	if err != nil {
		return err
	}
	if len(data) < u.KnownOffset {
		return u.unpack(nil)
	}
	return u.unpack(data[u.KnownOffset:])
}

func (u *Unit) analysed() bool { return u.Root || !u.known }

func archives(find func(path string) *Unit) func(path string) (io.ReadCloser, error) {
	return func(path string) (io.ReadCloser, error) {
		if u := find(path); u != nil && u.archive != nil {
			return io.NopCloser(bytes.NewReader(u.archive)), nil
		}
		return nil, fmt.Errorf("no types of package %q", path)
	}
}

// openKnown reads what is known and imports the types that units of the common world ask for.
func (b *batch) openKnown() error {
	byPath := map[string]*Unit{}
	b.shared = map[*Unit]*types.Package{}
	for _, u := range b.Units {
		if u.KnownFile == "" {
			continue
		}
		if err := u.readKnown(); err != nil {
			return err
		}
		if u.ForTest == "" {
			byPath[u.ImportPath] = u
		}
	}
	gc := importer.ForCompiler(b.fset, "gc", archives(func(path string) *Unit { return byPath[path] }))
	for _, u := range b.Units {
		if !u.analysed() || u.tainted {
			continue
		}
		for _, k := range distinct(u.Imports) {
			d := b.Units[k]
			if !d.known || b.shared[d] != nil {
				continue
			}
			pkg, err := gc.Import(d.ImportPath)
			if err != nil {
				return err
			}
			b.shared[d] = pkg
		}
	}
	return nil
}

type importFunc func(path string) (*types.Package, error)

func (f importFunc) Import(path string) (*types.Package, error) { return f(path) }

// importerFor gives a unit the packages that its files import.
func (b *batch) importerFor(u *Unit) types.Importer {
	direct := map[string]*Unit{}
	for _, k := range distinct(u.Imports) {
		direct[b.Units[k].ImportPath] = b.Units[k]
	}
	own := importer.ForCompiler(b.fset, "gc", archives(func(path string) *Unit { return direct[path] }))
	return importFunc(func(path string) (*types.Package, error) {
		k, ok := u.Imports[path]
		switch {
		case !ok:
			return nil, fmt.Errorf("can't resolve import %q", path)
		case k < 0:
			return types.Unsafe, nil
		case u.tainted:
			return own.Import(b.Units[k].ImportPath)
		case b.Units[k].known:
			return b.shared[b.Units[k]], nil
		}
		return b.Units[k].state.pkg, nil
	})
}

// learn makes known what the analysis of a unit found out, where somebody wants it.
func (b *batch) learn(u *Unit, facts func() []byte) {
	if u.known || (!b.KeepKnown && len(u.users) == 0) {
		return
	}
	u.facts = facts()
	if b.KeepKnown || slices.ContainsFunc(u.users, func(user *Unit) bool { return user.tainted }) {
		u.archive = exportTypes(b.fset, u.state.pkg)
	}
}
