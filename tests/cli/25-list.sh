# 25-list.sh - `vole list` for other targets, with -overlay, of words that stand for several packages; where the main module is.
p() { mkdir -p "$(dirname "$1")"; printf '%b' "$2" >"$1"; }
mkdir t; cd t || exit
p go.mod 'module m\n\ngo 1.26\n'; p a.go 'package p\n'; p b_darwin.go 'package p\n\nimport _ "os"\n'; p c.go '//go:build cgo\n\npackage p\n\nimport "C"\n'
p d.go '//go:build amd64.v3\n\npackage p\n'; p e.c 'int x;\n'; p f_arm64.go '//go:build arm64.v8.2\n\npackage p\n'
v list -f '{{.GoFiles}}{{.Imports}}'; is "$(cat out)" '[a.go][]' 'this machine'
GOOS=darwin v list -f '{{.GoFiles}}{{.Imports}}'; is "$rc $(cat out)" '0 [a.go b_darwin.go][os]' 'another system'
GOAMD64=v3 v list -f '{{.GoFiles}}'; is "$(cat out)" '[a.go d.go]' 'features of the machine'
GOARCH=arm64 GOARM64=v8.3,lse v list -f '{{.GoFiles}} {{context.ToolTags}}'; is "$(sed 's/goexperiment[^ ]* //g' out)" '[a.go f_arm64.go] [arm64.v8.0 arm64.v8.1 arm64.v8.2 arm64.v8.3]' 'another machine'
GOARCH=riscv64 GORISCV64=rva22 v list; expect 1 'go: invalid GORISCV64: must be rva20u64, rva22u64, rva23u64' 'no such feature'
CGO_ENABLED=1 v list -f '{{.GoFiles}}{{.CgoFiles}}{{.CFiles}}{{.Imports}}'; is "$(cat out)" '[a.go][c.go][e.c][C]' 'with cgo'
GOOS=darwin v build; expect 1 'not supported yet: target darwin/amd64' 'no code for it'
p ov.json '{"Replace": {"n/g.go": "gg", "a.go": "", "z.go": "gg"}}'; p gg 'package q\n'
v list -overlay ov.json -f '{{.ImportPath}}{{.GoFiles}}' ./...; is "$(tr '\n' ' ' <out)" 'm[z.go] m/n[g.go] ' 'overlay: folders that are not there'
p w/w.go 'package w\n\nimport (\n\t_ "all"\n)\n'; v list -deps ./w; expect 1 "w/w.go:4:2: \"all\" is not an importable package; see 'go help packages'" 'all'
p w/w.go 'package w\n\nimport _ "cmd"\n'; v list -deps ./w; expect 1 "w/w.go:3:8: \"cmd\" is not an importable package" 'cmd'
mkdir td; printf 'module testdata\n' >td/go.mod; p td/a.go 'package a\n'; v list -C td testdata; is "$rc $(cat out)" '0 testdata' 'a folder of the library without Go files'
v list -m -modfile=x/../alt.mod -f '{{.GoMod}}'; expect 1 'alt.mod' 'no such file'; cp go.mod alt.mod; v list -m -modfile=alt.mod -f '{{.GoMod}}'; is "$(cat out)" 'alt.mod' '-modfile'
cd ..; mkdir -p o/go.mod; p o/a.go 'package o\n'; v list -C o .; expect 1 'go: go.mod file not found in current directory or any parent directory' 'a folder called go.mod'
v list -m; is "$(cat out)" 'command-line-arguments' 'outside of any module'
# Folders are called as the shell calls them.
ln -s t link; PWD="$PWD/link" sh -c 'cd link; "$0" list -f "{{.Dir}}" .' "$VOLE" >out; is "$(cat out)" "$PWD/link" 'through a link'
mkdir -p gp/src/x.test/y; ln -s gp gl; GOPATH="$PWD/gl" v mod init -C gp/src/x.test/y; expect 0 'creating new go.mod: module x.test/y' 'GOPATH is a link'
mkdir -p tmp/d; printf 'module x\n' >tmp/go.mod; TMPDIR=$PWD/tmp GO111MODULE=auto v env -C tmp/d GOMOD; expect 0 'go: warning: ignoring go.mod in system temp root' 'go.mod in /tmp'; is "$(cat out)" '' 'go.mod in /tmp'
# Heads of files in the words of the library's parser; the files are listed all the same.
mkdir h; cd h || exit; p go.mod 'module m\n\ngo 1.26\n'
head_() { p x/x.go "$1"; v list ./x; is "$rc $(sed "s,$PWD/,,g" err)" "1 $2" "$2"; v list -e -f '{{.GoFiles}}{{.InvalidGoFiles}}{{.Imports}}' ./x; is "$rc $(cat out)" "0 [x.go][x.go]$3" "$2, -e"; }
head_ 'package a\n\nimport ""\n' 'x/x.go:3:8: invalid import path: ' '[]'
head_ 'package a\n\nimport (\n\t"fmt"\n\t"a b"\n)\n' 'x/x.go:5:2: invalid import path: a b' '[fmt]'
head_ 'package b\n\nimport ^\n' 'x/x.go:3:8: missing import path' '[]'; head_ 'package c\n\nimport fmt\n' 'x/x.go:3:11: missing import path' '[]'
head_ 'package d\n\nimport (\n\t"fmt"\n\t5\n)\n' 'x/x.go:5:2: import path must be a string' '[]'
head_ 'package f\n\nimport "fmt\nx' 'x/x.go:3:8: string literal not terminated' '[]'
head_ '/* x\n\npackage j\n' 'x/x.go:1:1: comment not terminated' '[]'; head_ 'package k\n\nimport ("fmt"\n' "x/x.go:3:15: expected ')', found 'EOF'" '[]'
p x/x.go 'package x\n'; p x/y.go '// +build !!nope\n\npackage x\n'; v list -f '{{.GoFiles}}{{.IgnoredGoFiles}}' ./x; is "$(cat out)" '[x.go][y.go]' 'a malformed // +build line'
# Files that differ in case only; folders called like files.
p x/X.go 'package x\n'; v list ./x; expect 1 'case-insensitive file name collision: "X.go" and "x.go"' 'case'; p u/u.go 'package u\n\nimport _ "m/x"\n'
v build ./u; is "$(tr '\n' '|' <err)" 'package m/u|	imports m/x: case-insensitive file name collision: "X.go" and "x.go"|' 'case, imported'; rm x/X.go
p f.go/a.go 'package f\n'; v list ./f.go; is "$rc $(cat out)" '0 m/f.go' 'a folder called like a file'; v list ./f.go/b.go; expect 1 'f.go/b.go: directory not found' 'no such file alone'
v list ./f.go/a.go ./f.go/b.go; expect 1 'stat ./f.go/b.go: no such file or directory' 'no such file beside one'
# What keeps tests from being built is said of the generated program.
p t/t_test.go 'package t\n\nimport "testing"\n\nfunc TestX(*testing.T) {}\n\nʕ◔ϖ◔ʔ\n'; v list ./t; is "$rc" 0 'not asked for'
v list -test ./t; expect 1 "go: can't load test package: t/t_test.go:7:1: expected declaration, found ʕ" 'a test file that does not parse'
v list -e -test -f '{{.ImportPath}} {{.Error | printf "%q"}}' ./t; is "$(tr '\n' '|' <out)" 'm/t <nil>|m/t.test "t/t_test.go:7:1: expected declaration, found ʕ"|m/t [m/t.test] <nil>|' 'the same, -e'
p t/t_test.go 'package t\n\nimport "testing"\n\nfunc Testing() {}\nfunc TestMain(*testing.M) {}\nfunc BenchmarkX(*testing.T) {}\n'; v list -test ./t; expect 1 't/t_test.go:7:1: wrong signature for BenchmarkX, must be: func BenchmarkX(b *testing.B)' 'form of a benchmark'
p t/t_test.go 'package t\n\nimport "testing"\n\nfunc TestG[T any](t *testing.T) {}\n'; v list -test ./t; expect 1 'wrong signature for TestG, test functions cannot have type parameters' 'a generic test'
cd ..
# Stale: what `install` would do. Files of //go:embed are looked for only if they are asked for.
mkdir st; cd st || exit; p go.mod 'module m\n\ngo 1.26\n'; p c/c.go 'package main\n\nimport _ "m/n"\n\nfunc main() {}\n'; p n/n.go 'package n\n'; export GOBIN="$PWD/bin"
stale() { f_='{{.ImportPath}} {{.Stale}} {{.StaleReason}}'; v list -f "$f_" "$@"; tr '\n' '|' <out; }
is "$(stale ./... fmt)" 'm/c true not installed|m/n true not built since it changed|fmt false |' 'nothing installed'
v install -gcflags=-m ./c; has err '^c/c.go:5:6: can inline main$' 'can inline main'; is "$(stale -gcflags=-m ./c)" 'm/c false |' 'installed'; is "$(stale -tags=x ./c)" 'm/c true build ID mismatch|' 'made otherwise'
touch -d '+1 minute' n/n.go; is "$(stale -gcflags=-m ./c)" 'm/c true stale dependency: m/n|' 'older than what it imports'; touch -d '+1 minute' c/c.go; is "$(stale -gcflags=-m ./c)" 'm/c true newer source file: c.go|' 'older than its source'
# a library: as long as nothing changed since it was built; a program that lost a source
export GOCACHE="$PWD/cache"; p n/y.go 'package n\n'; p n/z.go '//go:build never\n\npackage n\n'; v build ./n; is "$(stale ./n)" 'm/n false |' 'a library'; is "$(stale -tags=x ./n)" 'm/n true not built since it changed|' 'a library, other tags'
rm n/z.go; is "$(stale ./n)" 'm/n false |' 'a file that no constraint takes'; touch c/c.go n/n.go; v install ./c; is "$(stale ./c)" 'm/c false |' 'a program'; rm n/y.go
is "$(stale ./n ./c)" 'm/n true not built since it changed|m/c true build ID mismatch|' 'a file is gone'; v install ./...; is "$(stale ./n)" 'm/n false |' 'built again'
p n/n.go 'package n\n\nvar x int = ""\n'; v build ./n; is "$rc $(stale ./n)" '1 m/n true not built since it changed|' 'with errors'; p n/n.go 'package n\n'; is "$(stale ./n)" 'm/n false |' 'as it was'
v clean -cache -n; is "$(cat out)" "$(printf 'rm -r %s\n' "$GOCACHE/tools" "$GOCACHE/built" "$GOCACHE/vole")" 'clean -cache -n'; v clean -cache; is "$(stale ./n)" 'm/n true not built since it changed|' 'clean -cache'; GOCACHE=rel v build ./n; is $rc 0 'a relative cache'; [ ! -e rel ] || fail 'a relative GOCACHE left a folder'; unset GOCACHE
unset GOBIN; git init -q . 2>/dev/null && { v list -buildvcs=auto -x -json=Stale ./c; has err 'git status' 'stamps count'; v list -buildvcs=auto -x -json=Name ./c; is "$(cat err)" '' 'but only for Stale'; }
p e/e.go 'package e\n\nimport _ "embed"\n\n//go:embed no.txt\nvar s string\n'; v list -json=EmbedPatterns ./e; is $rc 0 'patterns alone'; v list -json=EmbedFiles ./e; expect 1 'no matching files found' 'their files'
cd ..
# What version control says wrong is an error of the program. Fields: what cannot be compiled has no compiled files; targets of the library.
mkdir vc vc/bin; cd vc || exit; p go.mod 'module m\n\ngo 1.26\n'; p a/a.go 'package main\n\nfunc main() {}\n'; p b/b.go 'package b\n'; p bin/git '#!/bin/sh\nexit 1\n'; chmod +x bin/git; mkdir .git
s() { rc=0; env GOENV=off PATH="$PWD/bin:$PATH" "$VOLE" list "$@" >out 2>err || rc=$?; }
s -e -f '{{.ImportPath}}: {{.Error}}' ./...; is "$rc $(tr '\n' '|' <out)" '0 m/a: error obtaining VCS status: exit status 1|	Use -buildvcs=false to disable VCS stamping.|m/b: <nil>|' 'list -e, git fails'
s -buildvcs=true ./a; expect 1 'error obtaining VCS status: exit status 1' 'list -buildvcs'; s -buildvcs=false -f '{{.Error}}' ./a; is "$rc $(cat out)" '0 <nil>' 'list -buildvcs=false'; s ./a; is "$rc $(cat out)" '0 m/a' 'nobody asks'
(cd / && PATH=$OLDPWD/bin "$VOLE" list -C "$OLDPWD" -buildvcs=true ./a) >out 2>err; has err 'error obtaining VCS status: exit status 1$' 'list -C'
rm -r .git; mkdir -p a/.bzr; git init -q . 2>/dev/null && { v test -buildvcs -c -o /dev/null ./a; expect 1 'error obtaining VCS status: multiple VCS detected: bzr in ' 'two systems'; GOENV=off v build -o /dev/null ./a; expect 1 'multiple VCS' 'two systems, build'
    GODEBUG=allowmultiplevcs=1 v test -buildvcs -c -o /dev/null ./a; expect 1 "error obtaining VCS status: main package is in repository \"$PWD/a\" but current directory is in repository \"$PWD\"" 'another tree'; }
nl="x
y"; p "$nl/go.mod" 'module n\n'; p "$nl/n.go" 'package n\n'; v list -C "$nl" -compiled -e -f '{{with .CompiledGoFiles}}{{.}}{{end}}' .; is "$rc $(cat out err)" '0 ' 'no compiled files'
v list -compiled -test -f '{{.ImportPath}} {{.CompiledGoFiles}}' unsafe ./b; is "$(tr '\n' '|' <out)" 'unsafe []|m/b [b.go]|' 'compiled files'
GODEBUG=installgoroot=all v list -f '{{.Target}}' fmt builtin unsafe; is "$(cat out)" "$("$VOLE" env GOROOT)/pkg/linux_amd64/fmt.a" 'targets of the library'; v list -f '{{.Target}}' fmt; is "$(cat out)" '' 'no targets'
cd ..
# The library as a module of its own, and what lies in its vendor folder.
root=$("$VOLE" env GOROOT)/src; v list -C "$root" std; is "$(grep -c '^golang.org/x/' out)" 0 'std within std'; has out '^vendor/golang.org/x/' 'std within std'
mkdir vn; p vn/go.mod 'module m\n'; p vn/a.go 'package a\n\nimport _ "vendor/golang.org/x/net/http2/hpack"\n'; v build -C vn .; expect 1 'a.go:3:8: use of vendored package not allowed' 'the library'"'"'s vendor folder'
# A GOROOT that was named is taken as it is; a vole in a GOROOT's bin folder belongs to it, and lists without its own library.
mkdir gr; p none/README 'x\n'; p gr/go.mod 'module m\n'; p gr/a.go 'package main\n\nimport _ "encoding/json"\n\nfunc main() {}\n'
GOROOT=$PWD/none v build -C gr .; expect 1 "a.go:3:8: package encoding/json is not in std ($PWD/none/src/encoding/json)" 'a folder that is no GOROOT'
real=$("$VOLE" env GOROOT); mkdir -p lib/bin share; ln -s "$real/src" share/src; ln -s ../share/src lib/src; ln -s "$real/pkg" lib/pkg; cp "$VOLE" lib/bin/go
[ -d "$real/pkg/tool" ] && is "$(GOROOT='' PATH=/bin:/usr/bin ./lib/bin/go list -f '{{.Dir}}' encoding/binary 2>&1)" "$PWD/lib/src/encoding/binary" 'a go in a GOROOT of links'
# default.pgo of a main package: with several packages, what it imports is there for it alone.
mkdir pg; cd pg || exit; p go.mod 'module m\n'; p a/a.go 'package main\n\nimport _ "m/b"\n\nfunc main() {}\n'; p a/default.pgo ''; p b/b.go 'package b\n\nimport _ "m/c"\n'; p c/c.go 'package c\n'
v list -f '{{.ImportPath}} {{.Imports}} {{.ImportMap}}' ./a ./b; is "$(tr '\n' '|' <out)" 'm/a [m/b [m/a]] map[m/b:m/b [m/a]]|m/b [m/c] map[]|' 'profile'
v list -deps ./a ./b; has out '^m/c \[m/a\]$' 'profile, -deps'; v list -deps ./a; is "$(grep -c '\[' out)" 0 'one package alone'; v list -deps -pgo=off ./a ./b; is "$(grep -c '\[' out)" 0 '-pgo=off'
cd ..
GODEBUG=gofsystrace=1 v list m...; has err 'gofsystrace ReadDir .*/src/mime$' 'what is read'; is "$(grep -c archive err)" 0 'no other folders are read'
# Malformed constraints, and names of files that a tool would take for a flag.
mkdir bc; cd bc || exit; p go.mod 'module m\n'
bad_() { p a/x.go "$1\n\npackage a\n"; v list ./a; is "$rc $(cat err)" "1 x.go: $2" "$2"; v list -e -f '{{.GoFiles}}{{.InvalidGoFiles}}' ./a; is "$(cat out)" '[][x.go]' "$2, -e"; }
bad_ '//go:build (linux' 'parsing //go:build line: missing close paren'; bad_ '//go:build' 'parsing //go:build line: unexpected end of expression'
bad_ '//go:build linux && || amd64' 'parsing //go:build line: unexpected token ||'; bad_ '//go:build linux\n//go:build amd64' 'multiple //go:build comments'
rm a/x.go; p a/-x.go 'package a\n'; v build ./a; expect 1 'package m/a: invalid input file name "-x.go"' 'a name like a flag'
cd ..
