package unitchecker

import (
	"encoding/gob"
	"fmt"
	"go/types"
	"log"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/internal/analysis/driverutil"
	"golang.org/x/tools/internal/facts"
)

// A finding is what one analyzer reported.
type finding struct {
	analyzer *analysis.Analyzer
	list     []analysis.Diagnostic
	err      error
}

// A step is one analyzer at work on one unit.
type step struct {
	once   sync.Once
	result any
	found  []analysis.Diagnostic
	err    error
}

// An analysis is that of one unit.
type unitAnalysis struct {
	b     *batch
	u     *Unit
	facts *facts.Set
	mu    sync.Mutex
	steps map[*analysis.Analyzer]*step
}

// registerFacts makes the types of facts known to gob, those of analyzers that are switched off too: they may be in files.
func registerFacts(suite []*analysis.Analyzer) {
	seen := map[*analysis.Analyzer]bool{}
	var visit func(a *analysis.Analyzer)
	visit = func(a *analysis.Analyzer) {
		if seen[a] {
			return
		}
		seen[a] = true
		for _, f := range a.FactTypes {
			gob.Register(f)
		}
		for _, r := range a.Requires {
			visit(r)
		}
	}
	for _, a := range suite {
		visit(a)
	}
}

// usesFacts: it, or what it needs, makes or reads facts.
func usesFacts(a *analysis.Analyzer) bool {
	return len(a.FactTypes) > 0 || slices.ContainsFunc(a.Requires, usesFacts)
}

// analyzersFor: those that run over a unit. Where only facts are wanted, those that have to do with facts.
func (b *batch) analyzersFor(u *Unit) []*analysis.Analyzer {
	list := b.enabled
	if b.ownRules(u) {
		list = slices.DeleteFunc(slices.Clone(b.suite), func(a *analysis.Analyzer) bool {
			return slices.Contains(b.DisableStd, a.Name)
		})
	}
	if u.Root {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(a *analysis.Analyzer) bool { return !usesFacts(a) })
}

// ownRules: a package of the library, which has other analyzers than the command's.
func (b *batch) ownRules(u *Unit) bool { return u.Std && b.DisableStd != nil }

func (b *batch) analyse(u *Unit) {
	set, err := b.factsOf(u)
	if err != nil {
		u.failed = true
		u.outcome.errors = append(u.outcome.errors, err.Error())
		return
	}
	an := &unitAnalysis{b: b, u: u, facts: set, steps: map[*analysis.Analyzer]*step{}}
	list := b.analyzersFor(u)
	an.runAll(list)
	for _, a := range list {
		s := an.step(a)
		u.outcome.findings = append(u.outcome.findings, finding{a, s.found, s.err})
	}
	b.learn(u, set.Encode)
	if u.Root && !b.fixing(u) {
		b.report(u)
	}
}

// factsOf has what is known of the packages that a unit imports.
func (b *batch) factsOf(u *Unit) (*facts.Set, error) {
	direct, all := map[string]*Unit{}, map[string]*types.Package{}
	var visit func(pkg *types.Package)
	visit = func(pkg *types.Package) {
		for _, p := range pkg.Imports() {
			if all[p.Path()] == nil {
				all[p.Path()] = p
				visit(p)
			}
		}
	}
	for _, k := range distinct(u.Imports) {
		direct[b.Units[k].ImportPath] = b.Units[k]
	}
	visit(u.state.pkg)
	decoder := facts.NewDecoderFunc(u.state.pkg, func(path string) *types.Package { return all[path] })
	return decoder.Decode(func(path string) ([]byte, error) {
		if d := direct[path]; d != nil {
			return d.facts, nil
		}
		return nil, nil
	})
}

func (an *unitAnalysis) step(a *analysis.Analyzer) *step {
	an.mu.Lock()
	defer an.mu.Unlock()
	s := an.steps[a]
	if s == nil {
		s = new(step)
		an.steps[a] = s
	}
	return s
}

// runAll runs analyzers, with those that they need before them, side by side.
func (an *unitAnalysis) runAll(list []*analysis.Analyzer) {
	var wg sync.WaitGroup
	for _, a := range list {
		wg.Go(func() { an.run(a) })
	}
	wg.Wait()
}

func (an *unitAnalysis) run(a *analysis.Analyzer) *step {
	s := an.step(a)
	s.once.Do(func() {
		results := map[*analysis.Analyzer]any{}
		var failed []string
		an.runAll(a.Requires)
		for _, r := range a.Requires {
			need := an.run(r)
			results[r] = need.result
			if need.err != nil {
				failed = append(failed, r.String())
			}
		}
		if failed != nil {
			slices.Sort(failed)
			s.err = fmt.Errorf("failed prerequisites: %s", strings.Join(failed, ", "))
			return
		}
		s.result, s.err = a.Run(an.pass(a, s, results))
		for i := range s.found {
			url, err := driverutil.ResolveURL(a, s.found[i])
			if err != nil && s.err == nil {
				s.err = err
			}
			s.found[i].URL = url
		}
	})
	return s
}

func (an *unitAnalysis) pass(a *analysis.Analyzer, s *step, results map[*analysis.Analyzer]any) *analysis.Pass {
	u, own := an.u, map[reflect.Type]bool{}
	for _, f := range a.FactTypes {
		own[reflect.TypeOf(f)] = true
	}
	p := &analysis.Pass{
		Analyzer:          a,
		Fset:              an.b.fset,
		Files:             u.state.files,
		OtherFiles:        u.NonGoFiles,
		IgnoredFiles:      u.IgnoredFiles,
		Pkg:               u.state.pkg,
		TypesInfo:         u.state.info,
		TypesSizes:        u.state.sizes,
		ResultOf:          results,
		Module:            &analysis.Module{Path: u.ModulePath, Version: u.ModuleVersion, GoVersion: u.GoVersion},
		ImportObjectFact:  an.facts.ImportObjectFact,
		ExportObjectFact:  an.facts.ExportObjectFact,
		ImportPackageFact: an.facts.ImportPackageFact,
		ExportPackageFact: an.facts.ExportPackageFact,
		AllObjectFacts:    func() []analysis.ObjectFact { return an.facts.AllObjectFacts(own) },
		AllPackageFacts:   func() []analysis.PackageFact { return an.facts.AllPackageFacts(own) },
	}
	p.Report = func(d analysis.Diagnostic) {
		if err := driverutil.ValidateFixes(an.b.fset, a, d.SuggestedFixes); err != nil {
			log.Println(err)
			d.SuggestedFixes = nil
		}
		s.found = append(s.found, d)
	}
	p.ReadFile = driverutil.CheckedReadFile(p, os.ReadFile)
	return p
}
