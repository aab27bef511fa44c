package plugin

import (
	"maps"
	"strings"
	"unsafe"
)

// What host and plugin must agree on is told by their manifests (abi/plugin.h): the version of Go, settings that change the meaning of code, and for
// each package that both have the shape of its declarations. Code is compiled into each of them; what crosses are values of types, and
// package variables. So a package of another version fits as long as its types, constants, variables and init functions are the same.

// manifest is what a module is made of.
type manifest struct {
	version  string // of Go
	vole     string // which vole, by its content
	settings map[string]string
	packages map[string]*shape // by path
}

// shape is of a package.
type shape struct {
	content string // hash of its files
	module  string // path and version, or "std"
	decls   string // lines: tab, key, tab, text
}

func parse(text string) *manifest {
	m := &manifest{settings: make(map[string]string), packages: make(map[string]*shape)}
	for len(text) > 0 {
		line, rest, _ := strings.Cut(text, "\n")
		kind, what, _ := strings.Cut(line, "\t")
		switch kind {
		case "go":
			m.version = what
		case "vole":
			m.vole = what
		case "setting":
			key, value, _ := strings.Cut(what, "=")
			m.settings[key] = value
		case "package":
			path, what, _ := strings.Cut(what, "\t")
			content, module, _ := strings.Cut(what, "\t")
			n := 0 // bytes of its declarations
			for n < len(rest) && rest[n] == '\t' {
				n += strings.IndexByte(rest[n:], '\n') + 1
			}
			m.packages[path] = &shape{content: content, module: module, decls: rest[:n]}
			rest = rest[n:]
		}
		text = rest
	}
	return m
}

// there is what the program is made of, with the packages that plugins brought, of each the one that came first.
func there(out *loaded, alone bool) *manifest {
	brought := make(map[string]*shape)
	for m := out.others; m != nil && !alone; m = m.next { // the last one first
		if !m.alone {
			maps.Copy(brought, parse(m.manifest()).packages)
		}
	}
	host := parse(gostring(out.host))
	maps.Copy(brought, host.packages)
	host.packages = brought
	return host
}

func (m *module) manifest() string {
	return gostring((*byte)(unsafe.Add(unsafe.Pointer(m.head), m.head.manifest)))
}

// compare says what hinders a plugin; empty: nothing.
func compare(out *loaded, alone bool) string {
	host, p := there(out, alone), parse(gostring(out.manifest))
	if p.version != host.version {
		return "plugin was built with a different version of Go: " + p.version + ", host: " + host.version
	}
	if p.vole != host.vole {
		return "plugin was built with a different version of vole: " + p.vole + ", host: " + host.vole
	}
	if text := compareSettings(host, p); text != "" {
		return text
	}
	var worst string
	for path, s := range p.packages {
		h := host.packages[path]
		if h == nil || h.content == s.content || worst != "" && path > worst {
			continue
		}
		if s.module == "std" || len(differences(h, s)) > 0 {
			worst = path
		}
	}
	if worst == "" {
		return ""
	}
	return "plugin was built with a different version of package " + worst + report(host.packages[worst], p.packages[worst])
}

func compareSettings(host, p *manifest) string {
	worst := ""
	for _, m := range []*manifest{host, p} {
		for key := range m.settings {
			if host.settings[key] != p.settings[key] && (worst == "" || key < worst) {
				worst = key
			}
		}
	}
	if worst == "" {
		return ""
	}
	show := func(m *manifest) string {
		if v, ok := m.settings[worst]; ok {
			return worst + "=" + v
		}
		return "no " + worst
	}
	return "plugin was built with different settings: " + show(p) + ", host: " + show(host)
}

// difference is of a declaration that both have, or of a method that one of them lacks.
type difference struct{ key, host, plugin string }

func declarations(s *shape) map[string]string {
	m := make(map[string]string)
	for line := range strings.Lines(s.decls) {
		key, text, _ := strings.Cut(line[1:len(line)-1], "\t")
		m[key] = text
	}
	return m
}

func differences(h, p *shape) []difference {
	var list []difference
	ours, theirs := declarations(h), declarations(p)
	for line := range strings.Lines(p.decls) { // sorted
		key, text, _ := strings.Cut(line[1:len(line)-1], "\t")
		if was, ok := ours[key]; ok && was != text || !ok && isMethodOf(ours, key) {
			list = append(list, difference{key, was, text})
		}
	}
	for line := range strings.Lines(h.decls) {
		key, text, _ := strings.Cut(line[1:len(line)-1], "\t")
		if _, ok := theirs[key]; !ok && isMethodOf(theirs, key) {
			list = append(list, difference{key, text, ""})
		}
	}
	return list
}

// isMethodOf reports whether key is a method of one of the types, whose method set it belongs to; of init functions all count.
func isMethodOf(decls map[string]string, key string) bool {
	if strings.HasPrefix(key, "func init") {
		return true
	}
	name, ok := strings.CutPrefix(key, "method ")
	if !ok {
		return false
	}
	name, _, _ = strings.Cut(name, ".")
	_, ok = decls["type "+name]
	return ok
}

func report(h, p *shape) string {
	var b strings.Builder
	if h.module != p.module {
		b.WriteString(" (plugin: " + p.module + ", host: " + h.module + ")")
	}
	none := func(s string) string {
		if s == "" {
			return "none"
		}
		return s
	}
	const most = 10
	for i, d := range differences(h, p) {
		if i == most {
			b.WriteString("\n\t...")
			break
		}
		b.WriteString("\n\t" + d.key + "\n\t\tplugin: " + none(d.plugin) + "\n\t\thost:   " + none(d.host))
	}
	return b.String()
}
