# 33-vet.sh - vet and fix: findings of packages with their tests, flags of analyzers, forms, errors of types, what is known, fixes.
export GOCACHE=$PWD/cache GOFLAGS= GOWORK=off
mkdir -p m/a m/b m/c && cd m
printf 'module ex.com/m\n\ngo 1.26\n' >go.mod
cat >a/a.go <<'E'
package a

import "fmt"

func F() {
	fmt.Printf("%d\n", "x")
	wrap("%s", 3)
}

func wrap(f string, a ...any) { fmt.Printf(f, a...) }
E
cat >a/a_test.go <<'E'
package a

import "testing"

func TestA(t *testing.T) { t.Errorf("%z", 1) }
E
cat >a/x_test.go <<'E'
package a_test

import (
	"testing"

	"ex.com/m/c"
)

func TestX(t *testing.T) { c.Log("%d", "x") }
E
cat >c/c.go <<'E'
package c

import "fmt"

func Log(format string, args ...any) { fmt.Printf(format, args...) }
E
printf 'package b\n\nfunc G() int { return "s" }\n' >b/b.go
findings='a/a.go:6:14: fmt.Printf format %d has arg "x" of wrong type string
a/a.go:7:8: ex.com/m/a.wrap format %s has arg 3 of wrong type int
a/a_test.go:5:38: (*testing.common).Errorf format %z has unknown verb z
a/x_test.go:9:35: ex.com/m/c.Log format %d has arg "x" of wrong type string'
# Files with tests, facts of what is imported; a second time the same from the cache, without a program.
v vet ./a; is $rc 1 'findings'; is "$(cat err)" "$findings" 'findings'; is "$(cat out)" '' 'findings'
v vet -debug-cache ./a; is "$(grep -c 'hit.*findings' err)" 2 'findings from the cache'
is "$(grep -v '^vole: cache' err)" "$findings" 'findings from the cache'
(cd a && "$VOLE" vet 2>../err); is "$(head -1 err)" "$(echo "$findings" | head -1 | cut -c3-)" 'names in the folder'
v vet ./c; is "$rc$(cat out err)" 0 'nothing found'
v vet -c=0 ./a; has err '^6	.fmt.Printf' '-c'
# Analyzers by name, and all but one; GOFLAGS.
v vet -printf=false ./a; is "$rc$(cat err)" 0 '-printf=false'
v vet -atomic -bools ./a; is "$rc$(cat err)" 0 'some analyzers'
GOFLAGS=-printf=false v vet ./a; is $rc 0 GOFLAGS
GOFLAGS=-printf=false v vet -printf ./a; is $rc 1 'GOFLAGS and a flag'
v vet -printf.funcs=nothing -c 0 -printf ./a; is $rc 1 'a flag of an analyzer'
v vet -nonsense ./a; is $rc 2 'a wrong flag'; has err '^flag provided but not defined: -nonsense$' 'a wrong flag'
v vet -printf=maybe ./a; is $rc 2 'a wrong value'; has err 'invalid boolean value "maybe" for -printf: parse error' 'a wrong value'
GOFLAGS=-nonsense v vet ./a; expect 1 'go: parsing $GOFLAGS: unknown flag -nonsense' 'a wrong GOFLAGS'
v vet -diff ./a; expect 1 'go vet -diff flag requires -fix' '-diff'
# JSON: as upstream's, and no failure.
v vet -json ./a; is $rc 0 -json
is "$(python3 -c 'import json; d, n = json.JSONDecoder().raw_decode(open("out").read()); print(len(d["ex.com/m/a"]["printf"]), d["ex.com/m/a"]["printf"][0]["posn"].split("/")[-1])')" '3 a.go:6:14' -json
# Errors.
v vet ./b; is $rc 1 'an error of types'
is "$(cat err)" '# ex.com/m/b
vet: b/b.go:3:23: cannot use "s" (untyped string constant) as int value in return statement' 'an error of types'
printf 'package c\n\nimport "ex.com/m/b"\n\nvar _ = b.G()\n' >c/d.go
v vet ./c; is $rc 1 'an error of an import'
is "$(cat err)" '# ex.com/m/b
b/b.go:3:23: cannot use "s" (untyped string constant) as int value in return statement' 'an error of an import'
rm c/d.go
v vet ./nope; is $rc 1 'no package'
# A file that changes is looked at again; what it does not concern is known.
sed -i 's/"%d\\n"/"%s\\n"/' a/a.go
v vet ./a; is "$(cat err)" "$(echo "$findings" | tail -n +2)" 'after an edit'
# Fixes.
mkdir d; cat >d/d.go <<'E'
package d

import (
	"fmt"
	"net"
)

var s string

var _ = fmt.Sprintf(s)

var _, _ = net.Dial("tcp", fmt.Sprintf("%s:%d", s, 80))
E
cp d/d.go d.old
v vet -fix -diff ./d; is $rc 1 'vet -fix -diff'; has out '^+var _ = fmt.Sprintf("%s", s)$' 'vet -fix -diff'
v vet -fix -diff ./d; is $rc 1 'vet -fix -diff, known'; has out '^+var _ = fmt.Sprintf("%s", s)$' 'vet -fix -diff, known'
v fix -diff ./d; is $rc 1 'fix -diff'; has out '^+var _, _ = net.Dial("tcp", net.JoinHostPort(s, "80"))$' 'fix -diff'
is "$(grep -c '^+var _ = ' out)" 0 'fix has its own analyzers'
cmp -s d/d.go d.old || fail 'differences change no file'
v fix ./d; is "$rc$(cat out err)" 0 fix; has d/d.go 'net.JoinHostPort(s, "80")' fix
v fix -diff ./d; is "$rc$(cat out err)" 0 'nothing left to fix'
v vet -fix ./d; is "$rc$(cat out err)" 0 'vet -fix'; has d/d.go 'fmt.Sprintf("%s", s)' 'vet -fix'
# test: the analyzers that hardly ever err run beside the builds; what they find counts as a build that failed.
mkdir e; cat >e/e_test.go <<'E'
package e

import "testing"

func TestE(t *testing.T) {
	t.Logf("%d", "x")
	var x *int
	x = x
}
E
v test ./e; is $rc 1 test; is "$(cat out)" 'FAIL	ex.com/m/e [build failed]
FAIL' test
found='# ex.com/m/e
# [ex.com/m/e]
e/e_test.go:6:10: (*testing.common).Logf format %d has arg "x" of wrong type string'
is "$(cat err)" "$found" test
v test -json ./e; is $rc 1 'test -json'; has out '"Action":"build-output","Output":"e/e_test.go:6:10: ' 'test -json'
has out '"Action":"fail","Package":"ex.com/m/e","Elapsed":0,"FailedBuild":"ex.com/m/e \[ex.com/m/e.test\]"' 'test -json'
GODEBUG=x=1,gotestjsonbuildtext=1 v test -json ./e; is "$(cat err)" "$found" 'test -json with text of builds'; is "$(grep -c FailedBuild out)" 0 'test -json with text of builds'
GODEBUG=gotestjsonbuildtext=1 v test -json ./b; is $rc 1 'test -json with text of builds'; has err '^b/b.go:3:23: cannot use "s"' 'test -json with text of builds'
v test -c -o e.test ./e; is "$rc$(cat out)$(ls e.test 2>/dev/null)" 1 'test -c'
v test -vet=off ./e; is $rc 0 '-vet=off'
v test ./e; is "$rc$(cat err)" "1$found" 'after -vet=off'
v test -vet=assign ./e; is $rc 1 '-vet=assign'; has err 'e/e_test.go:8:2: self-assignment of x$' '-vet=assign'
sed -i 's/"%d"/"%s"/' e/e_test.go
v test ./e; is $rc 0 'nothing found'; has out '^ok' 'nothing found'
v test -vet=all ./e; is $rc 1 '-vet=all'; has err 'self-assignment' '-vet=all'
v test ./e; has out '(cached)$' 'known'
v test -n encoding/binary; has err '/vet -unsafeptr=false -unreachable=false $WORK/b001/vet.cfg$' 'test -n'
v vet -n -atomic ./c; has err '/vet -atomic -json $WORK/b001/vet.cfg$' 'vet -n'
# A +build line with a word that cannot be a tag: "ignore" in its place.
mkdir g; printf '// +build !foo-bar\n\npackage g\n' >g/a.go; printf '// +build foo-bar\n\npackage g\n' >g/b.go; printf '// +build !!x\n\npackage g\n' >g/c.go
v list -f '{{.GoFiles}}' ./g; is "$(cat out)" '[a.go]' 'odd words of +build lines'
v vet ./g; is $rc 1 'odd words of +build lines'; has err '^g/a.go:1:1: invalid non-alphanumeric build constraint: !foo-bar$' 'odd words of +build lines'
# -vettool: a program that looks at one package at a time, here the same analyzers (the types of imports are archives as gc writes them).
tool=$("$VOLE" tool -n vet)
v vet -vettool=$tool ./c; is "$rc$(cat out err)" 0 '-vettool, nothing found'
sed -i 's/"%s\\n"/"%d\\n"/' a/a.go
v vet -vettool=$tool ./a; is "$rc$(cat err)" "1$findings" '-vettool'
v vet -debug-cache -vettool=$tool ./a; is "$(grep -v '^vole: cache' err)" "$findings" '-vettool, known'
is "$(grep -c 'hit.*findings' err)" 2 '-vettool, known'
v vet -vettool=$tool -printf=false ./a; is "$rc$(cat err)" 0 '-vettool with flags'
v vet -vettool=$tool -json ./a; is $rc 0 '-vettool -json'; has out '"posn": ".*/a/a.go:6:14"' '-vettool -json'
v vet -vettool=$tool ./b; is "$rc$(cat err)" '1# ex.com/m/b
vet: b/b.go:3:23: cannot use "s" (untyped string constant) as int value in return statement' '-vettool, an error of types'
GOCACHE=off v vet -vettool=$tool ./a; is "$rc$(cat err)" "1$findings" '-vettool without a cache'
v vet -vettool=./none ./a; is $rc 2 '-vettool=none'; has err "^go: $PWD/none -flags failed: fork/exec" '-vettool=none'
# -overlay: a file's text is another's.
printf 'package c\n\nimport "fmt"\n\nfunc Log(format string, args ...any) { fmt.Printf("%%d", "x") }\n' >other.go
printf '{"Replace": {"%s/c/c.go": "%s/other.go"}}' "$PWD" "$PWD" >overlay.json
v vet -overlay overlay.json ./c; is "$rc$(cat err)" '1other.go:5:52: fmt.Printf format %d has arg "x" of wrong type string' '-overlay'
v vet ./c; is $rc 0 'without -overlay'
# Another target: its files, of the library too.
v list -f '{{.GoFiles}}' internal/abi; has out 'abi_amd64.go' 'files of amd64'
GOARCH=386 v list -f '{{.GoFiles}}' internal/abi; has out 'abi_generic.go' 'files of 386'
GOARCH=386 GOOS=windows v vet ./a; is "$rc$(cat err)" "1$findings" 'windows/386'
# What keeps the tests of a package from being collected is told before anything is looked at; the others are looked at.
mkdir sig; printf 'package sig\n\nimport "testing"\n\nfunc TestA(b *testing.B) {}\n' >sig/s_test.go
v vet ./sig ./a; is "$rc$(head -n 1 err)" "1$PWD/sig/s_test.go:5:1: wrong signature for TestA, must be: func TestA(t *testing.T)" 'a wrong signature'
has err '^a/a.go:6:14: ' 'a wrong signature, and another package'; is "$(grep -c 's_test.go' err)" 1 'a wrong signature'
# Packages without code: nothing is looked at; one that cannot be named is told of.
v vet builtin unsafe; is "$rc$(cat err out)" 0 'vet builtin unsafe'
v vet C; is "$rc$(cat err)" '1unknown import path "C": internal error: module loader did not resolve import' 'vet C'
# A program that is none of the kind; what is wrong with the flags of one that is.
v vet -vettool=/bin/true ./c; is "$rc$(cat err)" "2go: can't unmarshal JSON from /bin/true -flags: unexpected end of JSON input" '-vettool without flags'
v vet -vettool=/bin/cat ./c; is "$rc$(cat err)" '2go: /bin/cat -flags failed: exit status 1' '-vettool that fails'
v vet -nosuch ./c; is "$rc $(tail -n 1 err)" "2 Run 'vole tool vet -help' for an overview." 'where the flags are listed'
printf '#!/bin/sh\necho "[]"\n' >none.sh; chmod +x none.sh
v vet -vettool=$PWD/none.sh -nosuch ./c; is "$rc $(tail -n 1 err)" "2 Run '$PWD/none.sh -help' for an overview." 'where those of -vettool are'
