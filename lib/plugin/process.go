package plugin

import (
	"errors"
	"strings"
	"syscall"
	_ "unsafe" // for go:linkname
)

// openDescriptor is for package vole/plugin/process: the plugin in an open file. It takes the descriptor.
//
//go:linkname openDescriptor vole/plugin/process.openPlugin
func openDescriptor(fd int) (map[string]any, error) {
	mu.Lock()
	p, m := load(fd, false)
	syscall.Close(fd)
	mu.Unlock()
	if m == nil {
		return nil, errors.New(p.err)
	}
	run(m)
	symbols := make(map[string]any)
	for _, s := range m.symbols() {
		symbols[strings.Clone(m.name(s.name))] = m.value(s)
	}
	return symbols, nil
}
