# 25-versions.sh - install and run of package@version, from a proxy of files.
PROXY=$PWD/proxy
export GOPROXY=file://$PROXY GONOSUMDB='*' GOFLAGS=-modcacherw GOMODCACHE=$PWD/cache GOBIN=$PWD/bin GOWORK= GO111MODULE=
mkdir -p dep prog/a prog/lib/b work && cd dep
printf 'module x.org/dep\n\ngo 1.21\n' >go.mod
printf 'package dep\n\nfunc Name() string { return "dep" }\n' >dep.go; publish x.org/dep v1.1.0
cd ../prog && printf 'module x.org/prog\n\ngo 1.21\n\nrequire x.org/dep v1.1.0\n' >go.mod
printf 'package lib\n\nfunc broken() { nothing() }\n' >lib/lib.go
printf 'package main\n\nfunc main() {}\n' >lib/b/b.go
cat >a/a.go <<'GO'
package main

import (
	"os"
	"runtime/debug"

	"x.org/dep"
)

func main() {
	info, _ := debug.ReadBuildInfo()
	println(info.Main.Path, info.Main.Version, info.Main.Sum != "", info.Deps[0].Version, dep.Name(), len(os.Args))
}
GO
publish x.org/prog v1.0.0; publish x.org/prog v1.2.0-pre
printf 'module x.org/prog\n\ngo 1.21\n\nrequire x.org/dep v1.1.0\n\nreplace x.org/dep => ../dep\n' >go.mod; publish x.org/prog v1.0.1-replace
printf '// Deprecated: use another.\nmodule x.org/prog\n\ngo 1.21\n\nrequire x.org/dep v1.1.0\n\nretract v1.3.0\n' >go.mod; publish x.org/prog v1.1.0; publish x.org/prog v1.3.0
cd ../work && printf 'module x.org/work\n\ngo 1.21\n\nrequire x.org/none v1.0.0\n' >go.mod && cp go.mod old.mod
v run x.org/prog/a@latest -x y@z; is $rc 0 'run of a version'
has err '^x.org/prog v1.1.0 true v1.1.0 dep 3$' 'build info, and the arguments of the program'
has err '^go: module x.org/prog is deprecated: use another.$' 'deprecation'
is "$(cmp go.mod old.mod && ls)" "$(printf 'err\ngo.mod\nold.mod\nout')" 'the current module is left alone'
v install x.org/prog/a@v1.0.0 x.org/prog/lib/...@v1.0.0; is "$rc $(ls "$GOBIN" | tr '\n' ' ')" '0 a b ' 'install of two, of a pattern its programs'
v version -m "$GOBIN/a"; has out "^	mod	x.org/prog	v1.0.0	h1:" 'Main of the build info'
v install x.org/prog/a@v1.3.0; expect 0 '' 'a retracted version by its name'
v install x.org/prog/a@v1; v version -m "$GOBIN/a"; has out "^	mod	x.org/prog	v1.1.0	" 'not by a query'
v install x.org/prog/lib@v1.0.0; is $rc 1 'a library'; has err '^package x.org/prog/lib is not a main package$' 'a library'
v install x.org/prog/lib...@v1.0.0 x.org/prog/a@v1.1.0; expect 1 'go: x.org/prog/a@v1.1.0: all arguments must refer to packages in the same module at the same version (@v1.0.0)' 'two versions'
v install x.org/prog/a@v1.1.0 x.org/dep@v1.1.0; is "$rc" 1 'two modules'; has err '^package x.org/dep provided by module x.org/dep@v1.1.0$' 'two modules'
v install x.org/prog/a@v1.0.1-replace; is "$rc" 1 'replace lines'
has err '^go: x.org/prog/a@v1.0.1-replace (in x.org/prog@v1.0.1-replace):$' 'replace lines'
v install x.org/prog/a@; expect 1 'go: x.org/prog/a@: version must not be empty' 'no version'
v install std@v1.0.0; expect 1 'go: std@v1.0.0: argument must be a package path, not a meta-package' 'std'
v install fmt@v1.0.0; expect 1 'go: fmt@v1.0.0: argument must not be a package in the standard library' 'a package of the library'
v install x.org//prog/a@v1.0.0; expect 1 'go: x.org//prog/a@v1.0.0: argument must be a clean package path' 'a path that is not clean'
v install x.org/prog/a@v1.0.0 ./a@v1.0.0; expect 1 'go: ./a@v1.0.0: argument must be a package path, not a relative path' 'a folder'
v install -modfile=old.mod x.org/prog/a@v1.0.0; expect 1 'go: -modfile cannot be used with commands that ignore the current module' '-modfile'
GO111MODULE=off v install x.org/prog/a@v1.0.0; expect 1 "go: modules disabled by GO111MODULE=off; see 'go help modules'" 'modules are off'
v install x.org/prog/a@v9.9.9; is "$rc" 1 'no such version'
v build x.org/prog/a@v1.0.0; expect 1 "package x.org/prog/a@v1.0.0: can only use path@version syntax with 'go get' and 'go install' in module-aware mode" 'build takes none'
cd .. && mkdir none && cd none && printf 'package main\n\nfunc main() {}\n' >m.go
v install .; expect 1 "go: go.mod file not found in current directory or any parent directory; see 'go help modules'" 'a folder outside of a module'
v run m_test.go; expect 1 'go: cannot run *_test.go files (m_test.go)' 'run of a test file'
v run; expect 1 'go: no go files listed' 'run of nothing'
v install x.org/prog/a; expect 1 "go: 'go install' requires a version when current directory is not in a module" 'no module and no version'
has err "Try 'go install x.org/prog/a@latest' to install" 'no module and no version'
printf 'module x.org/n\n' >go.mod; mkdir l; printf 'package l\n' >l/l.go
v run ./l; expect 1 'package x.org/n/l is not a main package' 'run of a library'
v run ./l/...; is "$rc$(cat err)" '1go: warning: "./l/..." matched only non-main packages
go: no packages loaded from ./l/...' 'run of a pattern without a program'
mkdir k; printf 'package main\n' >k/k.go
v run ./...; is "$rc$(cat err)" "$(printf '1go: pattern ./... matches multiple packages:\n\tx.org/n\n\tx.org/n/k')" 'run of several'
