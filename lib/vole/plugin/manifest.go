package plugin

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Manifest is what a plugin says of itself: vole's compiler and linker wrote it. Reading it runs nothing of the plugin.
type Manifest struct {
	Path         string // of its main package
	Go           string // version
	Vole         string // by which vole, a hash
	Settings     map[string]string
	Packages     []PackageInfo // in order of initialisation
	Exports      []string      // sorted
	Proved       bool          // Capabilities are all that it can reach
	Capabilities []Capability
}

// A PackageInfo is of a package that a plugin contains.
type PackageInfo struct{ Path, Content, Module, Version string }

// A Capability is something of the outside that a plugin's own code can reach.
type Capability struct {
	Name string
	Via  string // how, from something that it exports or initialises
}

// Offsets in the head of the segment (abi/plugin.h).
const (
	segmentType  = 0x6f6c6576
	headMagic    = "vole plugin\n\x00\x00\x00\x00"
	headSize     = 20
	headPath     = 36
	headManifest = 40
	headSymbols  = 96
	headEnd      = 104
)

var errMalformed = errors.New("not a plugin made by vole, or malformed")

// segment finds the head of a plugin in its file. Nothing in the file is believed.
func segment(file []byte) ([]byte, error) {
	const elf, phdr = 64, 56
	if len(file) < elf || string(file[:6]) != "\x7fELF\x02\x01" {
		return nil, errMalformed
	}
	le := binary.LittleEndian
	at, size, n := le.Uint64(file[32:]), uint64(le.Uint16(file[54:])), uint64(le.Uint16(file[56:]))
	if size != phdr || at > uint64(len(file)) || n*size > uint64(len(file))-at {
		return nil, errMalformed
	}
	for i := range n {
		ph := file[at+i*size:]
		if le.Uint32(ph) != segmentType {
			continue
		}
		from, bytes := le.Uint64(ph[8:]), le.Uint64(ph[32:])
		if from > uint64(len(file)) || bytes > uint64(len(file))-from || bytes < headEnd || string(file[from:from+16]) != headMagic {
			return nil, errMalformed
		}
		return file[from : from+bytes : from+bytes], nil
	}
	return nil, errMalformed
}

func cstring(b []byte, at uint32) (string, error) {
	if uint64(at) >= uint64(len(b)) {
		return "", errMalformed
	}
	n := bytes.IndexByte(b[at:], 0)
	if n < 0 {
		return "", errMalformed
	}
	return string(b[at:][:n]), nil
}

// ReadManifest reads the manifest of a plugin, all its bytes given.
func ReadManifest(file []byte) (*Manifest, error) {
	head, err := segment(file)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	m := &Manifest{Settings: make(map[string]string)}
	if m.Path, err = cstring(head, le.Uint32(head[headPath:])); err != nil || m.Path == "" {
		return nil, errMalformed
	}
	at, n := uint64(le.Uint32(head[headSymbols:])), uint64(le.Uint32(head[headSymbols+4:]))
	if at > uint64(len(head)) || n*16 > uint64(len(head))-at {
		return nil, errMalformed
	}
	for i := range n {
		name, err := cstring(head, le.Uint32(head[at+i*16:]))
		if err != nil {
			return nil, err
		}
		m.Exports = append(m.Exports, name)
	}
	text, err := cstring(head, le.Uint32(head[headManifest:]))
	if err != nil {
		return nil, err
	}
	return m, m.parse(text)
}

func (m *Manifest) parse(text string) error {
	left := -1 // lines "capability" that must follow
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if left > 0 && f[0] != "capability" || left <= 0 && f[0] == "capability" {
			return errMalformed
		}
		switch {
		case f[0] == "go" && len(f) == 2:
			m.Go = f[1]
		case f[0] == "vole" && len(f) == 2:
			m.Vole = f[1]
		case f[0] == "setting" && len(f) == 2:
			key, value, _ := strings.Cut(f[1], "=")
			m.Settings[key] = value
		case f[0] == "package" && len(f) >= 4:
			p := PackageInfo{Path: f[1], Content: f[2], Module: f[3]}
			if len(f) > 4 {
				p.Version = f[4]
			}
			m.Packages = append(m.Packages, p)
		case f[0] == "capabilities" && len(f) == 2:
			n, err := strconv.Atoi(f[1])
			if err != nil || n < 0 || m.Proved {
				return errMalformed
			}
			m.Proved, left = true, n
		case f[0] == "capability" && len(f) == 3:
			m.Capabilities = append(m.Capabilities, Capability{f[1], f[2]})
			left--
		case f[0] == "" && len(f) >= 2: // a declaration of the package above
		case f[0] == "capability" || f[0] == "capabilities":
			return errMalformed
		}
	}
	if left > 0 || m.Go == "" {
		return errMalformed
	}
	return nil
}

// What can be granted beside the names of capabilities.
const (
	Any      = "*"        // all that is proved
	Unproved = "unproved" // whatever a plugin can reach whose manifest proves nothing: who signs is believed
)

// capabilities are the names that manifests have (src/program/capability.def).
var capabilities = []string{"debug", "env", "exec", "file", "net", "plugin", "process", "stdio", "syscall", "unsafe", Any, Unproved}

// checkGrants finds words that would grant nothing: they are mistakes.
func checkGrants(list []string) error {
	for _, g := range list {
		if !slices.Contains(capabilities, g) {
			return fmt.Errorf("plugin: Grant: there is no capability %q", g)
		}
	}
	return nil
}

func granted(name string, grants [][]string) bool {
	for _, list := range grants {
		for _, g := range list {
			if g == name || g == Any && name != Unproved {
				return true
			}
		}
	}
	return false
}

// allowed says what a plugin may not do that it could; nil: nothing.
func (m *Manifest) allowed(grants ...[]string) error {
	if !m.Proved && !granted(Unproved, grants) {
		return errors.New("its manifest proves nothing of what it can reach")
	}
	for _, c := range m.Capabilities {
		if !granted(c.Name, grants) {
			return fmt.Errorf("capability %s is not granted: %s", c.Name, c.Via)
		}
	}
	return nil
}
