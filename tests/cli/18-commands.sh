# 17-commands.sh - commands around the build: version -m, env, fmt, generate, install, clean, tool, doc, help.
mkdir -p m/sub; cd m
export GOCACHE="$PWD/../cache" GOPATH="$PWD/../gopath" GOFLAGS= GOENV="$PWD/../goenv"
printf 'module ex.com/m\n\ngo 1.26\n' >go.mod
cat >a.go <<'X'
package main

//go:generate -command say echo hi
//go:generate say $GOFILE $GOLINE $GOPACKAGE "a b" ${DOLLAR}x
//go:generate sh -c "exit 3"
//go:generate echo never
func main() {
println( "x")
}
X
printf 'package sub\n\nfunc F( ) {}\n' >sub/s.go
v generate ./...; expect 1 'a.go:5: running "sh": exit status 3' 'a generator that fails'
is "$(cat out)" 'hi a.go 4 main a b $x' 'words of a directive'
v generate -n -run 'echo never'; is "$(cat err)" 'echo never' 'generate -n -run'
v fmt ./...; is "$rc $(sort out | tr '\n' ' ')" '0 a.go sub/s.go ' fmt
has a.go '^	println("x")$' fmt
v fmt ./...; is "$rc $(cat out)" '0 ' 'fmt of formatted files'
v install ./...; is "$rc $(ls "$GOPATH/bin")" '0 m' install
is "$("$GOPATH/bin/m" 2>&1)" x 'the installed program'
v version -m "$GOPATH/bin"; has out '/m: go1.26' 'version of a folder'; has out '^	path	ex.com/m$' 'version -m'
v version a.go; is "$rc $(cat out)" '0 ' 'version of another file'
v version -m; expect 2 'only accepts -m flag with arguments' 'version -m alone'
v clean -i; is "$(ls "$GOPATH/bin")" '' 'clean -i'
v build; v clean; is "$(ls)" "$(printf 'a.go\nerr\ngo.mod\nout\nsub')" clean
rc=0; GOCACHE=rel "$VOLE" clean -cache >out 2>err || rc=$?; expect 1 'go: GOCACHE is not an absolute path' 'clean of a relative cache'; GOCACHE=off v clean -cache; is $rc 0 'clean, no cache'
v clean -cache x; expect 1 'clean -cache cannot be used with package arguments' 'clean -cache x'
GOBIN="$PWD/bin" v install a.go; is "$(ls bin)" a 'install of a file'; rm -rf bin
v tool nosuch; expect 2 'no such tool "nosuch"' 'no such tool'
v tool; has out '^objdump$' 'list of tools'
v build -o prog a.go; v tool nm prog; has out " t main.main\$" "tool nm"
v clean -cache; is "$(ls "$GOCACHE")" '' 'clean -cache'; rm -f prog
v env -w GOPRIVATE=ex.com GOFLAGS=-v; v env GOPRIVATE GONOSUMDB; is "$(cat out)" "$(printf 'ex.com\nex.com')" 'env -w'
v env -u GOFLAGS; v env -changed; is "$(grep -c GOFLAGS out)" 0 "env -u"; has out "^GOPRIVATE='ex.com'" 'env -changed'
v env -w GOMOD=x; expect 1 'go: GOMOD cannot be modified' 'env -w of a fixed one'
v env -w NOPE=x; expect 1 'go: unknown go command variable NOPE' 'env -w of an unknown one'
v -C sub env GOMOD; is "$(cat out)" "$PWD/go.mod" '-C before the command'
v -C=sub list; is "$(cat out)" ex.com/m/sub '-C=dir before the command'
v mod -C sub edit -json; has out '"Path": "ex.com/m"' '-C between the words of a command'
v -C nosuch build; expect 1 'go: chdir nosuch: no such file or directory' '-C of a folder that is not there'
v -C; expect 2 'flag provided but not defined: -C' '-C without a folder'
v env -C sub GOMOD; is "$(cat out)" "$PWD/go.mod" '-C'
v build -v -C sub; expect 2 '-C flag must be first flag on command line' '-C behind another flag'
v help build; has out '^usage: vole build' help
v; expect 2 'vole is a toolchain' 'no command'; is "$(wc -c <out)" 0 'no command: standard output'
v -h; expect 2 'vole is a toolchain' -h; v -version; expect 2 'flag provided but not defined: -version' -version; has err '^Usage:' -version
v mod; expect 2 'usage: vole mod <command>' 'a group without a command'; is "$(wc -c <out)" 0 'a group without a command: standard output'
v mod foo; expect 2 'vole mod: unknown command' 'an unknown command of a group'; has err "^Run 'vole help mod' for usage" 'an unknown command of a group'
v mod help tidy; is "$rc $(head -1 out | cut -c1-20)" '0 usage: vole mod tidy' 'mod help tidy'
v help nope; expect 2 'unknown help topic' 'no such topic'
ln -s "$VOLE" ../go; is "$(../go version | cut -d. -f1)" 'go version go1' 'a link named go'
make -s -C "$here/../.." install B="$(dirname "$VOLE")" PREFIX="$PWD/../prefix" >out 2>err; is $? 0 'make install'
p=$PWD/../prefix
"$p/bin/vole" run a.go 2>err; has err '^x$' 'the installed vole'
for f in man/man1/vole.1 man/man1/vole-build.1 bash-completion/completions/vole zsh/site-functions/_vole fish/vendor_completions.d/vole.fish; do
    is "$(test -s "$p/share/$f" && echo there)" there "$f"
done
is "$(bash -c ". '$p/share/bash-completion/completions/vole'; COMP_WORDS=(vole ver) COMP_CWORD=1; _vole; echo \${COMPREPLY[@]}")" version 'completion of a command'
is "$(bash -c ". '$p/share/bash-completion/completions/vole'; COMP_WORDS=(vole plugin verify -rev) COMP_CWORD=3; _vole; echo \${COMPREPLY[@]}")" -revoked 'completion of a flag of a command of a group'
is "$(bash -c ". '$p/share/bash-completion/completions/vole'; COMP_WORDS=(vole build -ldf) COMP_CWORD=2; _vole; echo \${COMPREPLY[@]}")" -ldflags 'completion of a flag'
make -s -C "$here/../.." uninstall B="$(dirname "$VOLE")" PREFIX="$PWD/../prefix" >out 2>err; is "$(find "$p" -type f)" '' 'make uninstall'
mkdir ws; printf 'go 1.26\n\nuse ./none\n' >ws/go.work; cp a.go go.mod ws/
cd ws; GOWORK=off v build -o x .; is $rc 0 'GOWORK=off'; v build -o x .; is $rc 1 'a workspace that names what is not there'; cd ..

# go.mod's errors stand at the line's start; `run` of a file that is not there
mkdir gm && cd gm && printf 'module ex.test/m\nmodul a\nfoo\n' >go.mod; v build; is "$(cat err)" "$(printf 'go: errors parsing go.mod:\ngo.mod:2: unknown directive: modul\ngo.mod:3: unknown directive: foo')" 'errors of go.mod'
printf 'module ex.test/m\n\ngo 1.24\n' >go.mod; printf 'package main\nfunc main() {}\n' >m.go
v run nosuch.go; is "$rc $(cat err)" '1 stat nosuch.go: no such file or directory' 'run of a missing file'; v run; is "$rc $(cat err)" '1 go: no go files listed' 'run of nothing'
v mod why -m no.test/x; is "$rc $(tail -1 out)" '0 (main module does not need module no.test/x)' 'mod why -m of an unknown module'; cd ..
mkdir two && cd two && printf 'module ex.test/two\n\ngo 1.24\n' >go.mod && echo 'package m' >m.go && echo 'package main' >main.go
for a in . ./...; do v run $a; expect 1 'found packages m (m.go) and main (main.go) in ' "run $a of two packages"; done
rm main.go; v run ./...; expect 1 'go: warning: "./..." matched only non-main packages' 'run ./... of no main package'; cd ..
# Which toolchain: this one, or an error.
mkdir tc; cp a.go tc; cd tc; printf 'module ex.com/tc\n\ngo 1.26\n\ntoolchain go1.99.0\n' >go.mod
tc() { GOTOOLCHAIN=$1; export GOTOOLCHAIN; v list; unset GOTOOLCHAIN; expect 1 "$2" "GOTOOLCHAIN=$1"; }
tc bad 'go: invalid GOTOOLCHAIN "bad"'
tc go1.x+auto 'go: invalid GOTOOLCHAIN "go1.x+auto": invalid minimum toolchain "go1.x"'
tc local+x 'go: invalid GOTOOLCHAIN "local+x": only version suffixes are +auto and +path'
tc go1.40 'go: invalid toolchain: go1.40 is a language version but not a toolchain version (go1.40.x)'
tc path 'go: cannot find "go1.99.0" in PATH'
tc auto 'go: not supported yet: toolchain go1.99.0: vole is go '
tc local+auto 'go: not supported yet: toolchain go1.99.0: vole is go '
GOTOOLCHAIN=local v list; is "$rc $(cat out)" '0 ex.com/tc' 'GOTOOLCHAIN=local'
GOTOOLCHAIN=bad v env GOTOOLCHAIN; is "$rc $(cat out)" '0 bad' 'env GOTOOLCHAIN'
sed -i 's/go1.99.0/default/' go.mod; GOTOOLCHAIN=auto v env GOTOOLCHAIN GOMOD; is "$rc $(head -1 out)" '0 auto' 'toolchain default'
sed -i 's/default/x/' go.mod; tc auto 'go: invalid toolchain "x" in go.mod'
cd ..
# fmt leaves packages alone that cannot be read, and formats those that only cannot be built; outside of a module nothing.
mkdir -p f/two f/head f/emb f/no; cd f; printf 'module f\n\ngo 1.24\n' >go.mod
echo 'package  one' >two/1.go; echo 'package  two' >two/2.go; printf 'package  head\nimport (\n"fmt\n)\n' >head/h.go
printf 'package  emb\n\nimport _ "embed"\n\n//go:embed none\nvar s string\n' >emb/e.go; printf '//go:build ignore\n\npackage  no\n' >no/n.go
v fmt ./...; is "$rc $(sort out | tr '\n' ' ')" '1 emb/e.go ' 'fmt of packages with errors'
v fmt ./no; is "$rc $(cat out)" '0 no/n.go' 'fmt of files for other builds'; v fmt ./...; has err '^found packages one (1.go) and two (2.go) in ' 'fmt: two packages'; has err '^head/h.go:3:[12]: string literal not terminated$' 'fmt: a broken head'
mkdir ../../nomod; cd ../../nomod; echo 'package  x' >x.go
v fmt; expect 1 'go: go.mod file not found in current directory' 'fmt outside of a module'; v generate; expect 1 'go: go.mod file not found' 'generate outside of a module'
v fmt x.go; is "$rc $(cat out)" '0 x.go' 'fmt of a file'; cd ../m
# A replaced module in the build info: an empty line ends it, as the go command writes it.
mkdir -p r/d; cd r; printf 'module x.org/d\n\ngo 1.24\n' >d/go.mod; printf 'package d\n\nfunc F() {}\n' >d/d.go
printf 'module r\n\ngo 1.24\n\nrequire x.org/d v1.0.0\n\nreplace x.org/d => ./d\n' >go.mod
printf 'package main\n\nimport "x.org/d"\n\nfunc main() { d.F() }\n' >r.go; v build -o o; v version -m o
is "$(sed -n 4,6p out)" "$(printf '\tdep\tx.org/d\tv1.0.0\n\t=>\t./d\t(devel)\t\n\t')" 'version -m of a replaced module'; cd ..
printf 'package main\n\nimport "os"\n\nfunc main() { println(os.Args[0], len(os.Args), os.Getenv("A")); os.Exit(3) }\n' >ex.go
v run -exec "env 'A=b c'" ex.go x y; is "$rc $(sed 's,.*/,,' err)" '3 ex 3 b c' 'run -exec with arguments'; is "$(ls "$TMPDIR" | grep vole-run)" '' 'run -exec leaves nothing'
v run -exec no-such-program ex.go; expect 1 'go: run: cannot execute no-such-program: no such file or directory' 'run -exec of nothing'; is "$(ls "$TMPDIR" | grep vole-run)" '' 'nor then'
GOTMPDIR="$PWD/no/where" v run -exec env ex.go; expect 1 'go: creating work dir: mkdir ' 'run -exec without a place'
