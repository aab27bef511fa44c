// Package unitchecker is what the programs vet and fix of GOROOT/src/cmd are made of: Main gets their analyzers.
//
// One package described by a unit.cfg is upstream's business (the package unit). What vole asks is a batch: all packages of a
// command, described on standard input, in one process (batch.go), so that what they import is checked once.
//
//	batch.go    description of a batch  ->  units, worked on in the order of imports
//	known.go    what earlier commands know  <->  types and facts of units
//	load.go     unit                    ->  its trees and types
//	export.go, exporttype.go  types     ->  an archive as gc's compiler writes them
//	analyse.go  unit with its trees     ->  findings of its analyzers, facts for those that import it
//	report.go   findings                ->  what vole prints, or files with fixes
package unitchecker

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/internal/analysisflags"
	unit "golang.org/x/tools/go/analysis/unitchecker/unit"
)

const usage = `%[1]s looks for likely mistakes in Go packages.

Usage of %[1]s:
	%.16[1]s unit.cfg	# analyse the package that the file describes
	%.16[1]s help    	# what analyzers and flags there are
	%.16[1]s help name	# what one analyzer does, and its flags
`

// Main is the main function of a program that has these analyzers. It does not return.
func Main(analyzers ...*analysis.Analyzer) {
	name := filepath.Base(os.Args[0])
	log.SetFlags(0)
	log.SetPrefix(name + ": ")
	if err := analysis.Validate(analyzers); err != nil {
		log.Fatal(err)
	}
	flag.Usage = func() {
		fmt.Fprintf(os.Stderr, usage, name)
		os.Exit(1)
	}
	enabled := analysisflags.Parse(analyzers, true)
	args := flag.Args()
	switch {
	case len(args) == 0:
		flag.Usage()
	case args[0] == "help":
		analysisflags.Help(name, enabled, args[1:])
	case len(args) == 1 && args[0] == "vole-batch":
		if err := runBatch(os.Stdin, os.Stdout, analyzers, enabled); err != nil {
			log.Fatal(err)
		}
	case len(args) == 1 && strings.HasSuffix(args[0], ".cfg"):
		unit.Run(args[0], enabled)
	default:
		log.Fatal(`invoking "go tool vet" directly is unsupported; use "go vet"`)
	}
	os.Exit(0)
}
