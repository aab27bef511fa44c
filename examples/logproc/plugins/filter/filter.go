// Filter drops lines of level debug and hides passwords.
//
//vole:capabilities
package main

import "bytes"

type filter struct{}

func (filter) Process(line []byte) ([]byte, error) {
	if bytes.Contains(line, []byte("level=debug")) {
		return nil, nil
	}
	at := bytes.Index(line, []byte("password="))
	if at < 0 {
		return line, nil
	}
	at += len("password=")
	end := at
	for end < len(line) && line[end] != ' ' {
		end++
	}
	out := append([]byte(nil), line[:at]...)
	return append(append(out, "***"...), line[end:]...), nil
}

// New is what the host asks for.
func New() any { return filter{} }

var PluginVersion = "1.0.0"
