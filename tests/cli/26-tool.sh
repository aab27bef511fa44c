# 26-tool.sh - tool with tool lines of go.mod, `tool dist list`; generate, env, version and install in corners that scripts meet.
export GOCACHE="$PWD/cache" GOPATH="$PWD/gopath" GOENV="$PWD/goenv" GOWORK= GOPROXY=off GO111MODULE=
mkdir -p m/hi m/v2 m/a/same m/b/same && cd m || exit 1
printf 'module x.org/m\n\ngo 1.24\n\ntool (\n\tx.org/m/hi\n\tx.org/m/b/same\n\tx.org/m/a/same\n)\n' >go.mod
cat >hi/hi.go <<'GO'
package main

import (
	"os"
	"path/filepath"
)

func main() {
	println(filepath.Base(os.Args[0]), len(os.Args))
	os.Exit(len(os.Args))
}
GO
printf 'package main\n\nfunc main() { println("a") }\n' >a/same/m.go; cp a/same/m.go b/same
v tool hi -x y; is "$rc $(cat err)" '3 hi 3' 'a tool of go.mod by its name'
v tool x.org/m/hi; is "$rc $(cat err)" '1 hi 1' 'and by its path'
v tool same; is "$rc$(cat err)" "$(printf '1go: tool "same" is ambiguous; choose one of:\n\tx.org/m/a/same\n\tx.org/m/b/same')" 'two of a name'
v tool x.org/m/a/same; is "$rc $(cat err)" '0 a' 'one of them'
v tool -n hi z; is "$rc $(cut -d' ' -f2 out)" '0 z' '-n'; is "$($(cat out) 2>&1)" 'hi 2' 'the line of -n can be run'
for own in asm compile link; do v tool -n $own -V=full; is "$rc $(awk '{ n = split($1, p, "/"); print p[n], $2 }' out)" "0 $own -V=full" "-n of vole's own $own"; test -x "$(cut -d' ' -f1 out)"; is $? 0 'is a file that runs'; is "$($(cat out) | cut -d' ' -f1,2)" "$own version" 'and is the tool'; done
v tool; is "$(tail -3 out | tr '\n' ' ')" 'x.org/m/a/same x.org/m/b/same x.org/m/hi ' 'tool lists them'
has out '^vet$' 'behind those of the GOROOT'
v tool nothing; is "$rc$(cat err)" '2go: no such tool "nothing"' 'no such tool'
printf 'module x.org/m\n\ngo 1.24\n\ntool x.org/m/a/same\n' >other.mod
v tool -modfile=other.mod same; is "$rc $(cat err)" '0 a' '-modfile'
mkdir -p ../none/go; GOROOT=$PWD/../none/go v tool dist list; is "$rc $(grep -c . out) $(grep -c '^linux/amd64$' out) $(grep -c mips64$ out)" '0 47 1 1' 'dist list without a GOROOT'
GOROOT=$PWD/../none/go v tool dist list -json -broken; is "$(python3 -c 'import json; l = json.load(open("out")); print(len(l), [t["GOARCH"] for t in l if t.get("Broken")])')" "50 ['riscv64', 'sparc64', 'mips64']" 'dist list -json -broken'
GOROOT=$PWD/../none/go v tool -n dist; is $rc 2 'dist without a GOROOT'
v help doc; has out '^	go doc \[<pkg>.\]\[<sym>.\]<methodOrField>$' 'help doc'
v doc plugin; has out '^type Plugin struct' 'doc plugin'; has out '^package plugin // import "plugin"$' 'doc plugin: its path'
v doc plugin.Plugin.Close; has out '^func (p \*Plugin) Close() error$' "doc of vole's own methods of plugin"
v doc vole/plugin; has out '^package plugin // import "vole/plugin"$' "doc of vole's own packages: their paths"
v doc vole/plugin/process; has out '^package process // import "vole/plugin/process"$' 'doc of a package below'
# generate
mkdir -p g/none g/ex && printf 'package one\n\n//go:generate echo $GOPACKAGE\n' >g/a_test.go
printf 'package two\n\n//go:generate echo $GOPACKAGE\n' >g/b.go; printf '//go:generate echo bad\n' >g/c.go; printf 'package +d+\n\n//go:generate echo bad\n' >g/d.go
printf '//go:build nothere\n\n//go:generate echo bad\n\npackage ex\n' >g/ex/e.go
v generate ./g; is "$rc $(cat out | tr '\n' ' ')" '0 two one ' 'each file has its own GOPACKAGE, what has none is no Go file'
v generate -v ./g/ex; is "$rc$(cat out err)" '0' 'a folder whose files are all excluded'
v generate ./g/none; is $rc 1 'a folder without Go files'
# env
HOME=$PWD/home XDG_CACHE_HOME= GOCACHE= v env GOCACHE; is "$(cat out)" "$PWD/home/.cache/go-build" 'GOCACHE in HOME'
HOME= XDG_CACHE_HOME= GOCACHE= v env GOCACHE; is "$(cat out)" off 'no GOCACHE without HOME'
printf 'ODD=1\n' >"$GOENV"; v env -w ODD=2; is "$rc $(cat "$GOENV")" '0 ODD=2' 'a name that the file knows'
v env -u ODD; v env -w ODD=2; expect 1 'go: unknown go command variable ODD' 'a name that nothing knows'
v env -w GOOS=linux GOARCH=z80; expect 1 'go: unsupported GOOS/GOARCH pair linux/z80' 'a target that is none'
mkdir r; printf 'GOTOOLCHAIN=local\nGOPROXY=s\n' >r/go.env
GOROOT=$PWD/r GOTOOLCHAIN=local GOPROXY=s v env -changed; is "$(grep -c 'TOOLCHAIN\|PROXY=' out)" 0 'env -changed looks at go.env of the GOROOT'
GOROOT=$PWD/none GOTOOLCHAIN=local GOPROXY=s v env -changed; is "$(grep -c 'TOOLCHAIN\|GOPROXY=' out)" 2 'without one'
mkdir -p gp/src; printf 'module x\n' >gp/go.mod; cd gp/src; GOPATH=$PWD/.. v env GOMOD; cd ../..
is "$(sed 's, [^ ]*$,,' gp/src/err)" 'go: warning: ignoring go.mod in $GOPATH' 'a go.mod in GOPATH'
# version, install
: >x.exe; : >x.txt; v version x.exe x.txt; is "$rc$(cat err)" '0x.exe: could not read Go build info from x.exe: unrecognized file format' 'what may be a program by its name'
mkdir -p p1/src/s p2/src/s; hello p2/src/s/m.go; cd p2/src/s; GO111MODULE=off GOPATH=$OLDPWD/p1:$OLDPWD/p2 v install
expect 1 "go: no install location for $PWD: hidden by ${PWD%/p2/src/s}/p1/src/s" 'an earlier folder of GOPATH'; cd "$OLDPWD"
mkdir -p ../out/q && cd ../out && printf 'package main\n\nimport "./q"\n\nfunc main() { q.F() }\n' >d.go && printf 'package q\n\nfunc F() {}\n' >q/q.go
v run d.go; expect 1 'd.go:3:8: "./q" is relative, but relative import paths are not supported in module mode' 'a relative import'
GO111MODULE=off v run d.go; expect 0 '' 'without modules'
cd ../m && v list 'x.org\m\hi'; is "$(cat out)" x.org/m/hi 'backslashes as slashes'
mkdir orphan && cd orphan && printf 'gitdir: ../.git/modules/x\n' >.git && printf 'module x.org/o\n\ngo 1.24\n' >go.mod && hello m.go && v build -o o; expect 0 '' 'a .git file of a submodule that is gone'
# folders
mkdir -p "${GOCACHE%/cache}/w" && cd "${GOCACHE%/cache}/w" && mkdir -p m rm/a/b && : >rm/a/b/f && ln -s ../.. rm/a/up && chmod 555 rm/a/b && GOFLAGS= GOMODCACHE=$PWD/rm v clean -modcache; is "$rc $(ls -d rm m 2>&1 | tail -1)" '0 m' 'clean -modcache: read-only folders go, what links name stays'
