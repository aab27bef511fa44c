package unitchecker

import (
	"bytes"
	"fmt"
	"go/token"
	"io"
	"log"
	"os"

	"golang.org/x/tools/go/analysis/internal/analysisflags"
	"golang.org/x/tools/internal/analysis/driverutil"
)

// A fixedFile is a file with the fixes of a unit.
type fixedFile struct {
	name    string
	content []byte
}

// fixing: instead of findings, fixes are wanted of a unit.
func (b *batch) fixing(u *Unit) bool {
	return analysisflags.Fix && u.Root && !u.failed && !b.ownRules(u)
}

// report puts findings into the form that vole prints: upstream's JSON, or records of four fields that end with a NUL each: the
// position, the last line, the message, and the error of an analyzer, which has no other field.
func (b *batch) report(u *Unit) {
	var out bytes.Buffer
	o := &u.outcome
	if analysisflags.JSON && !b.ownRules(u) {
		tree := driverutil.JSONTree{}
		for _, f := range o.findings {
			tree.Add(b.fset, u.ID, f.analyzer.Name, f.list, f.err)
		}
		if err := tree.Print(&out); err != nil {
			fmt.Fprintln(&out, err)
		}
	} else {
		b.writeRecords(u, &out)
	}
	o.found, o.findings = out.Bytes(), nil
}

func (b *batch) writeRecords(u *Unit, out io.Writer) {
	record := func(pos, end token.Pos, message string) {
		last := b.fset.Position(end)
		if !last.IsValid() {
			last = b.fset.Position(pos)
		}
		fmt.Fprintf(out, "%s\x00%d\x00%s\x00\x00", b.fset.Position(pos), last.Line, message)
	}
	for _, f := range u.outcome.findings {
		if f.err != nil {
			u.outcome.exit = 1
			fmt.Fprintf(out, "\x00\x00\x00%v\x00", f.err)
		}
	}
	for _, f := range u.outcome.findings {
		for _, d := range f.list {
			u.outcome.exit = 1
			record(d.Pos, d.End, d.Message)
			for _, r := range d.Related {
				record(r.Pos, r.End, "\t"+r.Message)
			}
		}
	}
}

// applyFixes makes the fixed files of all units, or the differences. It is done at the end and one after the other, since
// upstream's functions print on the standard streams.
func (b *batch) applyFixes(out *os.File) {
	if !analysisflags.Fix {
		return
	}
	defer func() { os.Stdout = out }()
	for _, u := range b.Units {
		if b.fixing(u) {
			b.fix(u)
			b.send(u)
		}
	}
}

func (b *batch) fix(u *Unit) {
	var text bytes.Buffer
	o := &u.outcome
	log.SetOutput(&text)
	defer log.SetOutput(os.Stderr)
	var actions []driverutil.FixAction
	for _, f := range o.findings {
		actions = append(actions, driverutil.FixAction{
			Name:         f.analyzer.Name,
			Pkg:          u.state.pkg,
			Files:        u.state.files,
			FileSet:      b.fset,
			ReadFileFunc: os.ReadFile,
			Diagnostics:  f.list,
		})
	}
	keep := func(name string, content []byte) error {
		o.fixes = append(o.fixes, fixedFile{name, content})
		return nil
	}
	printed, err := captureStdout(func() error { return driverutil.ApplyFixes(actions, keep, analysisflags.Diff, false) })
	if err != nil {
		log.Print(err)
		o.exit = 1
	}
	o.found, o.text, o.findings = printed, text.Bytes(), nil
	u.state.release()
}

// captureStdout has what a function prints.
func captureStdout(f func() error) ([]byte, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	var printed []byte
	done := make(chan bool)
	go func() {
		printed, _ = io.ReadAll(r)
		close(done)
	}()
	os.Stdout = w
	err = f()
	w.Close()
	<-done
	r.Close()
	return printed, err
}
