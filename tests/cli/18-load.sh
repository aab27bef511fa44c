# 18-load.sh - which packages and files a build consists of, and what is said when one is missing.
mod() { rm -rf m; mkdir -p m; printf 'module ex.test/m\n\ngo 1.26\n' >m/go.mod; cd m || exit; }
p() { mkdir -p "$(dirname "$1")"; printf '%b' "$2" >"$1"; }
# What may be imported.
mod; p one/m.go 'package main\nfunc main() {}\n'; p im/a.go 'package a\nimport _ "ex.test/m/one"\n'; p a.go 'package main\nimport _ "ex.test/m/im"\nfunc main() {}\n'
v build .; expect 1 'im/a.go:2:8: import "ex.test/m/one" is a program, not an importable package' 'a program is imported'
p im/a.go 'package a\nimport _ "ex.test/m/x/internal/y"\n'; p x/internal/y/y.go 'package y\n'; v build .
expect 1 'package ex.test/m' 'internal'; has err '	imports ex.test/m/im' 'internal: stack'; has err '	im/a.go:2:8: use of internal package ex.test/m/x/internal/y not allowed' internal
p im/a.go 'package a\nimport _ "ex.test/m/x/Y"\nimport _ "ex.test/m/x/y"\n'; p x/y/y.go 'package y\n'; p x/Y/y.go 'package y\n'
v build .; expect 1 'im/a.go:3:8: case-insensitive import collision: "ex.test/m/x/y" and "ex.test/m/x/Y"' 'case'
p im/a.go 'package a\nimport _ "ex.test/m/zz"\nimport _ "nope"\nimport _ "ex.test/m/two"\nimport _ "./x"\n'; p two/a.go 'package a\n'; p two/b.go 'package b\n'
v build .; is "$(grep -v '^	' err | tr '\n' '|')" 'im/a.go:5:8: "./x" is relative, but relative import paths are not supported in module mode|im/a.go:4:8: found packages a (a.go) and b (b.go) in '"$PWD"'/two|im/a.go:2:8: no required module provides package ex.test/m/zz; to add it:|im/a.go:3:8: package nope is not in std ('"$("$VOLE" env GOROOT)"'/src/nope)|im/a.go:5:8: local import "./x" in non-local package|' 'order of import errors'
cd ..
# Folders without files for this build.
mod; p t/t_test.go 'package t\n'; p w/w_windows.go 'package w\n'; p e/readme 'none\n'; p ok/ok.go 'package ok\n'
v build ./...; is $rc 0 'a pattern leaves out folders with tests alone'
v build ./t; expect 1 'ex.test/m/t: no non-test Go files in ' 'tests alone'; v build ./w; expect 1 'package ex.test/m/w: build constraints exclude all Go files in ' 'constraints'
rm -rf gobin; GOBIN=$PWD/gobin v install ./...; is $rc 0 'install: folders with tests alone'
v build ./e; expect 1 'no Go files in ' 'no Go files'; v build ./none/...; expect 1 'pattern ./none/...: lstat ./none/: no such file or directory' 'no folder'
v build ./e/...; is $rc 0 'a pattern without match'; has err 'go: warning: "./e/..." matched no packages' 'a pattern without match'
cd ..
# import "C", a byte order mark, vendor/.
mod; p c.go 'package main\nimport "C"\nconst impl = "cgo"\n'; p pure.go '//go:build !cgo\n\npackage main\nconst impl = "pure"\n'; p m.go '\357\273\277//go:build linux\n\npackage main\nfunc main() { println(impl) }\n'
v run .; is "$(cat err)" pure 'files that import "C" are left out'
rm pure.go m.go; v build .; expect 1 'c.go:2:8: not supported yet: cgo (import "C")' 'nothing but cgo'; CGO_ENABLED=0 v build .; expect 1 'package ex.test/m: build constraints exclude all Go files in ' 'CGO_ENABLED=0'
rm c.go; p m.go 'package main\nimport "ex.test/dep/sub"\nfunc main() { println(sub.F()) }\n'; printf 'require ex.test/dep v1.2.3\n' >>go.mod
p vendor/ex.test/dep/sub/s.go 'package sub\nfunc F() int {\n\tvar f [3]func() int\n\tfor i := 0; i < 3; i++ { f[i] = func() int { return i } }\n\treturn f[0]()\n}\n'
p vendor/modules.txt '# ex.test/dep v1.2.3\n## explicit; go 1.21\nex.test/dep/sub\n'
v run .; is "$(cat err)" 3 'a vendored package has the language version of its module'
cd ..
# //go:embed
mod; p d/.hid 'x\n'; p m.go 'package main\n\nimport "embed"\n\n//go:embed zz.txt\nvar s string\n\n//go:embed absent/*\nvar f embed.FS\n\nfunc main() { println(s, f) }\n'
e() { sed "s,zz.txt,$1," m.go >../e.go; cp ../e.go e.go; mv m.go ../m.go; v build .; mv ../m.go m.go; expect 1 "e.go:$2" "embed $1"; rm e.go; }
e zz.txt '8:12: pattern absent/*: no matching files found'; sed -i '/absent/,/embed.FS/d; s/import "embed"/import _ "embed"/; s/println(s, f)/println(s)/' m.go
e zz.txt '5:12: pattern zz.txt: no matching files found'; e d '5:12: pattern d: cannot embed directory d: contains no embeddable files'
e ../x '5:12: pattern ../x: invalid pattern syntax'; e './x' '5:12: pattern ./x: invalid pattern syntax'; e '"[a"' '5:12: pattern [a: invalid pattern syntax'
p o/go.mod 'module o\n'; p o/f 'x\n'; e o/f '5:12: pattern o/f: cannot embed file o/f: in different module'
ln -s d/.hid link; e link '5:12: pattern link: cannot embed irregular file link'; ln -s d dl; e dl/.hid '5:12: pattern dl/.hid: cannot embed file dl/.hid: in non-directory dl'
p .git/x 'x\n'; e .git '5:12: pattern .git: cannot embed directory .git: invalid name .git'; p k/a 'a\n'; p k/b 'b\n'; sed 's,zz.txt,k/a k/b,' m.go >n.go; rm m.go
v build .; expect 1 './n.go:6:5: invalid go:embed: multiple files for type string' 'two files in a string'
cd ..
# GODEBUG settings.
gd() { v build -o gd . && "$VOLE" version -m gd | sed -n 's/^.*DefaultGODEBUG=//p' | tr , '\n' | grep -E '^(panicnil|asynctimerchan|httpmuxgo121)=' | tr '\n' ' '; }
mod; p m.go 'package main\nfunc main() {\n\tdefer func() { println(recover() == nil) }()\n\tpanic(nil)\n}\n'; is "$(gd)" '' 'no settings'; v run .; is "$(cat err)" false 'panic(nil)'
sed -i 's/1.26/1.20/' go.mod; is "$(gd)" 'asynctimerchan=1 httpmuxgo121=1 panicnil=1 ' 'settings of go 1.20'; v run .; is "$(cat err)" true 'panic(nil) in a module of go 1.20'
printf 'godebug (\n\tpanicnil=0\n\tdefault=go1.21\n)\n' >>go.mod; is "$(gd)" 'asynctimerchan=1 httpmuxgo121=1 panicnil=0 ' 'a godebug block'
sed -i '1s,^,//go:debug httpmuxgo121=0\n,' m.go; is "$(gd)" 'asynctimerchan=1 httpmuxgo121=0 panicnil=0 ' '//go:debug'
sed -i '1s,^,//go:debug nosuch=1\n//go:debug x509sha1=1\n//go:debug panicnil\n//go:debug httpmuxgo121=1\n,' m.go; v build .
is "$(grep -v '^	//\|^	^' err | tr '\n' '|')" '# ex.test/m|./m.go:1:1: invalid //go:debug: unknown //go:debug setting "nosuch"|./m.go:2:1: invalid //go:debug: use of removed //go:debug setting "x509sha1", see https://go.dev/doc/godebug#go-124|./m.go:3:1: invalid //go:debug: missing key=value|./m.go:5:1: repeated //go:debug for httpmuxgo121|	./m.go:4:1: previous //go:debug|' 'wrong //go:debug lines'
sed -i '/block/d; s/panicnil=0/nosuch=0/' go.mod; v build .; has err 'go.mod:5: unknown godebug "nosuch"' 'a wrong godebug block'
cd ..
# -overlay: files that are not there, other texts, files that are gone; embedded ones too.
mod; p a/a.go 'package a\n\nconst V = "disk"\n'; p gone.go 'package main\n\nbroken\n'; p real/m.go 'package main\n\nimport (\n\t_ "embed"\n\t"ex.test/m/a"\n\t"ex.test/m/new"\n)\n\n//go:embed data/x.txt\nvar x string\n\nfunc main() { println(a.V, new.V, x) }\n'
p real/a.go 'package a\n\nconst V = "overlay"\n'; p real/n.go 'package new\n\nconst V = "new"\n'; printf 'text' >real/x.txt
echo '{"Replace": {"m.go": "real/m.go", "'"$PWD"'/a/a.go": "real/a.go", "new/n.go": "real/n.go", "gone.go": "", "data/x.txt": "real/x.txt"}}' >o.json
v build -overlay o.json -o o .; is $rc 0 '-overlay'; is "$(./o 2>&1)" 'overlay new text' '-overlay'; p real/n.go 'package new\n\nvar V = zz\n'; v build -overlay=o.json .; has err '^\(./\)*real/n.go:3:9: undefined: zz' '-overlay: names in errors'
echo '{' >o.json; v build -overlay o.json .; expect 1 'go: ' 'a broken -overlay'; v build -overlay none.json .; expect 1 'none.json: ' 'no -overlay file'
cd ..
# GOPATH mode.
rm -rf gp; mkdir -p gp/src/x/cmd gp/src/x/vendor/v gp/src/y; p gp/src/x/cmd/m.go 'package main\n\nimport (\n\t"v"\n\t"y"\n)\n\nfunc main() { println(v.V, y.V) }\n'
p gp/src/x/vendor/v/v.go 'package v\n\nconst V = "vendor"\n'; p gp/src/y/y.go 'package y\n\nconst V = "gopath"\n'
GO111MODULE=off GOPATH=$PWD/gp v run x/cmd; is "$(cat err)" 'vendor gopath' 'GOPATH and its vendor folders'
p gp/src/y/y.go 'package y\n\nimport _ "zz/none"\n'; GO111MODULE=off GOPATH=$PWD/gp v build x/cmd; expect 1 'gp/src/y/y.go:3:8: cannot find package "zz/none" in any of:' 'not in GOPATH'
# std and cmd: the copies in vendor folders too, with modules and without.
mod; for on in on off; do
    GO111MODULE=$on v list std; is $rc 0 "list std, GO111MODULE=$on"; has out '^vendor/golang.org/x/sys/cpu$' "list std, GO111MODULE=$on"; has out '^fmt$' "list std, GO111MODULE=$on"
    ! grep -q '^cmd' out || fail "list std, GO111MODULE=$on: a command"; ! grep -q '^builtin$' out || fail "list std, GO111MODULE=$on: builtin"
    GO111MODULE=$on v list cmd; is $rc 0 "list cmd, GO111MODULE=$on"; has out '^cmd/vendor/golang.org/x/mod/semver$' "list cmd, GO111MODULE=$on"
    ! grep -qv '^cmd/' out || fail "list cmd, GO111MODULE=$on: not a command"
done
cd ..
# The build info: modules, what replaces them, version control.
mod; p m.go 'package main\n\nimport _ "ex.test/dep/sub"\n\nfunc main() {}\n'; p d/go.mod 'module ex.test/dep\n'; p d/sub/s.go 'package sub\n'; printf 'require ex.test/dep v1.2.3\n\nreplace ex.test/dep => ./d\n' >>go.mod
info() { "$VOLE" version -m o | sed -n 's/^\t//p' | grep -E "^($1|=>)" | tr '\t\n' ' |'; }
v build -o o .; is $rc 0 'a replaced module'; is "$(info 'path|mod|dep')" 'path ex.test/m|mod ex.test/m (devel) |dep ex.test/dep v1.2.3|=> ./d (devel) |' 'modules in the build info'
if git --version >/dev/null 2>&1; then
    printf 'o\n' >.gitignore; export GIT_CONFIG_GLOBAL=/dev/null
    git init -q . && git add -A && GIT_COMMITTER_DATE='2026-01-02T03:04:05Z' git -c user.name=a -c user.email=a@example.com commit -q --date=2026-01-02T03:04:05Z -m x
    v build -buildvcs=true -o o .; is "$(info 'mod|build.vcs' | sed 's/-[0-9a-f]\{12\} /-HASH /; s/=[0-9a-f]\{40\}|/=HASH|/')" 'mod ex.test/m v0.0.0-20260102030405-HASH |=> ./d (devel) |build vcs=git|build vcs.revision=HASH|build vcs.time=2026-01-02T03:04:05Z|build vcs.modified=false|' 'version control in the build info'
    echo '// x' >>m.go; v build -buildvcs=true -o o .; is "$(info build.vcs.modified)" '=> ./d (devel) |build vcs.modified=true|' 'a changed file'
    mkdir n; hello n/n.go; git -C n init -q .; v build -o o ./n; is "$(info build.vcs)" '' 'a package in a nested work tree'
    rm o; v build -buildvcs -o o ./n; expect 1 'error obtaining VCS status: main package is in repository' 'a nested work tree with -buildvcs'; [ ! -e o ] || fail 'a nested work tree: output was written'
    git -C n -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m x; rc=0; (cd n && "$VOLE" build -buildvcs -o ../o .) >out 2>err || rc=$?; expect 1 'error obtaining VCS status: main module is in repository' '-buildvcs in a nested work tree'
    v build -buildvcs=false -o o .; is "$(info build.vcs)" '=> ./d (devel) |' '-buildvcs=false'
else skip 'version control in the build info: no git'; fi
cd ..
# Files that upstream's build generates: the GOROOT may have none.
rm -rf m; mkdir m; cd m || exit
root=$("$VOLE" env GOROOT); mkdir -p part/src/time/tzdata part/src/internal part/src/cmd/cgo part/lib/time; echo go1.26.77 >part/VERSION
for d in "" internal/ time/ cmd/ cmd/cgo/; do
    for f in "$root/src/$d"*; do [ "${f##*/}" = zdefaultcc.go ] || [ -e "part/src/$d${f##*/}" ] || ln -s "$f" "part/src/$d"; done
done
ln -s "$root/src/time/tzdata/tzdata.go" part/src/time/tzdata/; ln -s "$root/lib/time/zoneinfo.zip" part/lib/time/
cat >t.go <<'END'
package main

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	_ "time"
	_ "time/tzdata"
	_ "unsafe"
)

//go:linkname load time.loadFromEmbeddedTZData
var load func(string) (string, error)

func main() { // every zone of the archive is there, as it is
	z, err := zip.OpenReader(os.Args[1])
	n, bad := 0, 0
	for _, f := range z.File {
		r, _ := f.Open()
		want, _ := io.ReadAll(r)
		if len(want) == 0 {
			continue
		}
		got, err := load(f.Name)
		n++
		if err != nil || got != string(want) {
			bad++
		}
	}
	fmt.Println(n > 300, bad, err)
}
END
GOROOT=$PWD/part v build -ldflags=-checklinkname=0 -o t t.go; is $rc 0 'no zzipdata.go'
is "$(./t part/lib/time/zoneinfo.zip)" 'true 0 <nil>' 'zone data'
rm part/lib/time/zoneinfo.zip; GOROOT=$PWD/part v build -o t t.go; has err 'the GOROOT has no src/time/tzdata/zzipdata.go, and to make it: open .*/lib/time/zoneinfo.zip: [Nn]o such' 'no zoneinfo.zip'; is $rc 1 'no zoneinfo.zip'
GOROOT=$PWD/part v build -o asm cmd/asm; is $rc 0 'cmd/asm'; is "$(./asm -V)" 'asm version go1.26.77' "the GOROOT's version"
GOROOT=$PWD/part v build -o cgo cmd/cgo; is $rc 0 'no zdefaultcc.go'
cd ..

# what //go:embed may apply to; files of languages that only cgo takes; go.mod's godebug and //go:debug with default=
mkdir em && cd em && printf 'module ex.test/em\n\ngo 1.24\n\ngodebug default=go1.21\n' >go.mod && echo x >a
em() { printf 'package main\nimport e "embed"\nvar _ e.FS\n%b\nfunc main(){}\n' "$1" >x.go; v build -o x; }
for ty in int '*string' '[]embed.FS' '[3]byte' '[]rune' 'map[string]string'; do
    em "//go:embed a\nvar A $(echo "$ty" | sed s/embed/e/)"; expect 1 "./x.go:5:5: go:embed cannot apply to var of type $ty" "embed of $ty"
done
printf 'package main\n\n//go:embed a\nvar x, y string = 1, ""\n\nfunc main() {\n}\n' >y.go; v build y.go; expect 1 './y.go:4:19: cannot use 1' 'types first'; hasnt err 'go:embed'
printf 'package main\n\nfunc main() {\n\t//go:embed a\n\tvar x, y string\n\t_, _ = x, y\n}\n' >y.go; v build y.go; expect 1 './y.go:4:4: go:embed requires import' 'inside a function'; printf 'package main\n\nimport _ "embed"\n\nfunc main() {\n\t//go:embed a\n\tvar x string\n\t_ = x\n}\n' >y.go; v build y.go; expect 1 './y.go:6:4: go:embed cannot apply to var inside func' 'inside a function'; rm y.go
em 'type T e.FS\n//go:embed a\nvar A T'; expect 1 './x.go:6:5: go:embed cannot apply to var of type T' 'embed of a type made of FS'
for ty in "= e.FS" string '[]byte'; do em "type T $ty\n//go:embed a\nvar A T"; is $rc 0 "embed of type T $ty"; done
em 'type B byte\n//go:embed a\nvar A []B'; is $rc 0 'embed of []B'
em '//go:embed "a"b\nvar A string'; expect 1 './x.go:4:3: invalid quoted string in //go:embed: b' 'embed of "a"b'
v list -f '{{.EmbedPatterns}} {{.DefaultGODEBUG}}'; has out '^\[\] .*httpmuxgo121=1'
printf '//go:debug default=go1.20\npackage main\nfunc main(){}\n' >x.go; v list -f '{{.DefaultGODEBUG}}'; has out 'panicnil=1'; v build -o x; "$VOLE" version -m x >out; has out 'DefaultGODEBUG=.*httpmuxgo121=1'
: >f.f90; v build; expect 1 'package ex.test/em: Fortran source files not allowed when not using cgo or SWIG: f.f90' 'Fortran'; cd ..
# Files without a package clause: the go command's words, before anything is compiled.
mod; head_() { p h.go "$1"; for c_ in 'build .' 'build h.go' 'run .' 'run h.go'; do v $c_; is "$rc $(head -1 err)" "1 $2" "the head of '$1', $c_"; done; }
head_ '' "h.go:1:1: expected 'package', found 'EOF'"; head_ '// c\n\n' "h.go:2:2: expected 'package', found 'EOF'"; head_ '// c' "h.go:1:5: expected 'package', found 'EOF'"
head_ 'func f() {}\n' "h.go:1:1: expected 'package', found 'func'"; head_ 'package\n' "h.go:1:9: expected 'IDENT', found 'EOF'"
head_ 'package main; import 3\n' 'h.go:1:22: import path must be a string'; head_ 'package main\nimport "fmt\n' 'h.go:2:8: string literal not terminated'
head_ 'package main\nimport fmt\n' 'h.go:2:11: missing import path'; head_ 'package main\nimport (\n"fmt"\n' "h.go:3:7: expected ')', found 'EOF'"; cd ..
