package plugin

import (
	"errors"
	"syscall"
	_ "unsafe" // for go:linkname
)

// openFile is for package vole/plugin/process: the plugin in an open file. It takes the descriptor.
//
//go:linkname openFile vole/plugin/process.openPlugin
func openFile(fd int) (map[string]any, error) {
	mu.Lock()
	p, m := load(fd, false)
	syscall.Close(fd)
	mu.Unlock()
	if m == nil {
		return nil, errors.New(p.err)
	}
	run(m)
	return symbols(m), nil
}
