# 31-steps.sh - -x, -n, -work and the tools: what -x prints, typed by hand in an empty folder, leaves the bytes of the build.
export GOFLAGS=-buildvcs=false GOWORK=off GOCACHE=$PWD/cache GOPROXY=off TMPDIR=$PWD/tmp
mkdir tmp
# by_hand NAME FLAGS...: in the folder of a main package. The build, -x with an empty cache and with a full one, what each printed, and -n.
by_hand() {
    name=$1; shift
    v build "$@" -o plain .; is "$rc $(cat err)" '0 ' "$name: the build"
    for cache in cold warm; do
        [ $cache = warm ] || rm -rf "$GOCACHE"
        rm -f made; v build "$@" -x -a -o made .; [ $cache = cold ] || { rm made; v build "$@" -x -o made .; }
        is $rc 0 "$name, $cache: -x"; cmp -s plain made || fail "$name, $cache: -x leaves other bytes"
        has err '/link -o \$WORK/b001/exe/a.out' "$name, $cache: the link"
        cp err script; rm made; mkdir ../empty
        (cd ../empty && GOCACHE=$TMPDIR/none sh -e "$OLDPWD/script") >out2 2>&1 || fail "$name, $cache: by hand: $(tail -3 out2)"
        cmp -s plain made || fail "$name, $cache: by hand other bytes"; is "$(ls ../empty)" '' "$name, $cache: nothing in the empty folder"
        rm -rf ../empty; checks=$((checks + 2))
    done
    rm made; v build "$@" -n -a -o made .; is "$rc $(ls made 2>/dev/null)" '0 ' "$name: -n makes nothing"; cp err script; mkdir ../empty
    (cd ../empty && GOCACHE=$TMPDIR/none sh -e "$OLDPWD/script") >out2 2>&1 || fail "$name: -n by hand: $(tail -3 out2)"
    cmp -s plain made || fail "$name: -n by hand other bytes"; rm -rf ../empty made plain script out2 "$TMPDIR"/*; checks=$((checks + 1))
}
mkdir hello && cd hello && printf 'module x.org/hello\n\ngo 1.26\n' >go.mod
printf 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n' >main.go
by_hand hello; by_hand 'hello trimmed' -trimpath '-ldflags=-s -X main.x=y'; by_hand 'hello -N' '-gcflags=-N -l'
cd .. && mkdir two && cd two && mkdir app lib lib/in && printf 'go 1.26\n\nuse ./app\nuse ./lib\n' >go.work && export GOWORK=$PWD/go.work
printf 'module x.org/app\n\ngo 1.26\n' >app/go.mod; printf 'module x.org/lib\n\ngo 1.21\n' >lib/go.mod
printf 'package in\n\ntype Pair[A, B any] struct{ A A; B B }\n\nfunc Make[A, B any](a A, b B) Pair[A, B] { return Pair[A, B]{a, b} }\n' >lib/in/in.go
printf 'package lib\n\nimport (\n\t"sort"\n\n\t"x.org/lib/in"\n)\n\nfunc Sorted(s []string) in.Pair[int, string] { sort.Strings(s); return in.Make(len(s), s[0]) }\n' >lib/lib.go
printf 'package main\n\nimport (\n\t"runtime"\n\n\t"x.org/lib"\n)\n\nfunc main() {\n\t_, file, line, _ := runtime.Caller(0)\n\tprintln(lib.Sorted([]string{"b", "a"}).B, file, line)\n}\n' >app/main.go
cd app; by_hand 'two modules'; by_hand 'two modules trimmed' -trimpath; cd ../..; export GOWORK=off

mkdir rich && cd rich && mkdir files fast && printf 'module x.org/rich\n\ngo 1.26\n' >go.mod; printf 'one\n' >files/one.txt; printf 'two $x `y` \\ "q"\n' >'files/two 2.txt'
printf 'package main\n\nimport (\n\t"crypto/sha256"\n\t"embed"\n\t"fmt"\n\n\t"x.org/rich/fast"\n)\n\n//go:embed files/*\nvar files embed.FS\n\n//go:embed "files/two 2.txt"\nvar two string\n\nfunc main() {\n\tb, _ := files.ReadFile("files/one.txt")\n\tfmt.Printf("%%s%%s%%d %%d %%x\\n", b, two, fast.Add(fast.Pair{A: 1, B: 2}), fast.Call(), sha256.Sum256(b))\n}\n' >main.go
printf 'package fast\n\ntype Pair struct{ A, B int }\n\nconst Bias = 100\n\nfunc Add(p Pair) int\nfunc Call() int\n\nfunc callee() int { return 7 }\n' >fast/fast.go; printf '#define TWICE(r) ADDQ r, r\n' >fast/fast.h
cat >fast/fast_amd64.s <<'S'
#include "textflag.h"
#include "go_asm.h"
#include "fast.h"

TEXT ·Add(SB), NOSPLIT, $0-24
	MOVQ p_A+0(FP), AX
	ADDQ p_B+Pair_B(FP), AX
	TWICE(AX)
	ADDQ $const_Bias, AX
#ifdef EXTRA
	ADDQ $EXTRA, AX
#endif
	MOVQ AX, ret+16(FP)
	RET
S
printf '#include "textflag.h"\nTEXT ·Call(SB), 0, $8-8\n\tCALL ·callee(SB)\n\tMOVQ 0(SP), AX\n\tMOVQ AX, ret+0(FP)\n\tRET\n' >fast/call.s
by_hand 'assembly and embed'; by_hand 'assembly, trimmed, with -D' -trimpath '-asmflags=all=-D EXTRA=3'
printf 'package fast\n\ntype Pair struct{ B, A int }\n\nconst Bias = 200\n\nfunc Add(p Pair) int\nfunc Call() int\n\nfunc callee() int { return 8 }\n' >other.txt
printf '{"Replace": {"%s/fast/fast.go": "%s/other.txt"}}' "$PWD" "$PWD" >overlay.json; by_hand overlay -overlay overlay.json
v build -x -o p .; v build -x -o p .; is "$(grep -v ^WORK= err)" '' '-x: nothing to do'; printf '\n' >>fast/call.s; v build -x -o p .; is "$(grep -c '/compile -o' err)" 2 '-x: what changed and who imports it'
mkdir inc; : >inc/go_asm.h; v tool asm -I inc -I "$("$VOLE" env GOROOT)/src/runtime" -gensymabis -p x.org/rich/fast -o abis fast/call.s fast/fast_amd64.s; is "$rc $(cat abis err)" "$(printf '0 def x.org/rich/fast.Call ABI0\nref x.org/rich/fast.callee ABI0\ndef x.org/rich/fast.Add ABI0')" '-gensymabis'
v tool asm -o o.o fast/fast_amd64.s; is $rc 1 'a file that is not there'; has err '^fast/fast_amd64.s:2: #include: open textflag.h: no such file or directory$' 'a file that is not there'; [ ! -e o.o ] || fail 'an object behind an error'
cd ..

# Hosts and plugins, with packages of other modules, assembly and what a plugin declares.
mkdir plug && cd plug && mkdir host p fast && printf 'module x.org/plug\n\ngo 1.26\n' >go.mod; cp ../rich/fast/fast_amd64.s ../rich/fast/fast.h ../rich/fast/fast.go ../rich/fast/call.s fast/
printf 'package main\n\nimport (\n\t"plugin"\n\n\t"x.org/plug/fast"\n)\n\nfunc main() {\n\tp, err := plugin.Open("plain.so")\n\tif err != nil {\n\t\tprintln(err.Error())\n\t\treturn\n\t}\n\tf, _ := p.Lookup("F")\n\tprintln(f.(func(fast.Pair) int)(fast.Pair{1, 2}), fast.Call())\n}\n' >host/main.go
printf '//vole:capabilities unsafe\npackage main\n\nimport "x.org/plug/fast"\n\nfunc F(p fast.Pair) int { return fast.Add(p) }\n\nfunc main() {}\n' >p/p.go
cd host; by_hand host; cd ../p; by_hand plugin -buildmode=plugin; by_hand 'plugin, trimmed, its path' -buildmode=plugin -trimpath '-ldflags=-pluginpath=x/y'
v build -buildmode=plugin -o ../plain.so .; printf '//vole:capabilities net\npackage main\n\nimport "os"\n\nfunc F() { os.Open("x") }\n' >p.go
v build -buildmode=plugin -x -o made .; is "$rc $(ls made 2>/dev/null)" '1 ' 'a plugin that needs more'; has err '^[.]/p.go:1:1: plugin needs capability file, which it does not declare:' 'a plugin that needs more'
printf 'package main\n\nfunc F() {}\n' >p.go; v build -buildmode=plugin -o plain p.go; v build -buildmode=plugin -x -o made p.go; is $rc 0 'a plugin of files'; cmp -s plain made || fail 'a plugin of files: other bytes'
cd ..; v build -x -o h ./host; rc=0; ./h >out 2>err || rc=$?; is "$rc $(cat err)" '0 106 7' 'a host by steps takes a plugin of a plain build'; cd ..

# Errors are those of the build, and the rest is not made.
mkdir bad && cd bad && mkdir a && printf 'module x.org/bad\n\ngo 1.26\n' >go.mod; printf 'package a\n\nfunc F() { x := 1 }\n' >a/a.go
printf 'package main\n\nimport "x.org/bad/a"\n\nfunc main() { a.F() }\n' >main.go
v build -x -o o .; is $rc 1 'an error'; has err '^# x.org/bad/a$' 'an error: heading'; has err '^a/a.go:3:12: declared and not used: x$' 'an error: position'
grep -q '/link -o' err && fail 'a link behind an error'; [ ! -e o ] || fail 'a program behind an error'; is "$(ls "$TMPDIR")" '' 'the work folder is gone'
cd ..

# -toolexec: the tools through another program, which knows the package.
mkdir exec && cd exec && printf 'module x.org/e\n\ngo 1.26\n' >go.mod; hello main.go; printf '#!/bin/sh\necho "$(basename "$1") $TOOLEXEC_IMPORTPATH" >>"%s/log"\nexec "$@"\n' "$PWD" >through; chmod +x through
v build -o plain .; v build "-toolexec=$PWD/through" -o made .; is "$rc $(grep -c '^compile x.org/e$' log) $(tail -1 log)" '0 1 link x.org/e' '-toolexec'; cmp -s plain made || fail '-toolexec leaves other bytes'
v run "-toolexec=$PWD/through" .; is "$rc $(tail -1 log)" '0 link x.org/e' 'run -toolexec'; printf '#!/bin/sh\nkill -INT 0\nsleep 5\n' >through; rc=0; setsid "$VOLE" build -a "-toolexec=$PWD/through" -o made2 . >out 2>err || rc=$?
is "$rc $(ls made2 "$TMPDIR" 2>/dev/null | grep -v :)" '1 ' 'interrupted: no folder stays'; v test -cover -toolexec=x .; expect 1 'not supported yet: test -toolexec with -cover' 'test -cover -toolexec'; cd ..

# Programs of tests: the package under test, who imports it, p_test, the program, each by its own name. What is known is not linked again.
mkdir tests && cd tests && mkdir lib && printf 'module x.org/t\n\ngo 1.26\n' >go.mod; printf 'package main\n\nimport "x.org/t/lib"\n\nfunc main() { println(twice()) }\n\nfunc twice() int { return 2 * lib.N }\n' >main.go
printf 'package lib\n\nvar N = 21\n' >lib/lib.go; printf 'package main\n\nimport "testing"\n\nvar Exported = twice\n\nfunc TestTwice(t *testing.T) {\n\tif twice() != 42 {\n\t\tt.Error(twice())\n\t}\n}\n' >main_test.go
printf 'package main_test\n\nimport (\n\t"runtime"\n\t"testing"\n\n\t"x.org/t/lib"\n)\n\nfunc TestLib(t *testing.T) {\n\t_, file, line, _ := runtime.Caller(0)\n\tt.Log(lib.N, file, line, testing.Testing())\n}\n' >x_test.go
for flags in -vet=off '-vet=off -trimpath'; do
    v test $flags -c -o plain .; v test $flags -x -a -c -o made .; is $rc 0 "test -x $flags"; cmp -s plain made || fail "test -x $flags leaves other bytes"; cp err script; rm made; mkdir ../empty
    (cd ../empty && GOCACHE=$TMPDIR/none sh -e "$OLDPWD/script") >out2 2>&1 || fail "test -x $flags by hand: $(tail -3 out2)"
    cmp -s plain made || fail "test -x $flags by hand: other bytes"; rm -rf ../empty made script out2 "$TMPDIR"/*; checks=$((checks + 3))
done
v test -x -vet=off .; is "$rc $(tail -1 out | cut -f1,2)" "0 ok  	x.org/t" 'test -x'; has err '/link -o \$WORK/b001/t.test ' 'test -x: the link'; has err '^\$WORK/b001/t.test -test' 'test -x: the run'
v test -x -vet=off .; has out '(cached)$' 'test -x again'; grep -q '/link -o' err && fail 'what is known was linked again'; v test -n -vet=off .; is "$rc $(cat out) $(ls "$TMPDIR")" '0  ' 'test -n'; has err '/link -o \$WORK/b001/t.test ' 'test -n: the link'
v test -vet=off -c -o kept .; touch -d '2001-01-01' kept; v test -vet=off -x -c -o kept .; is "$rc $(grep -v ^WORK= err)" '0 ' 'test -x -c: nothing to do'; [ -n "$(find kept -newermt 2002-01-01)" ] || fail 'test -c: an old time'; echo >>kept; v test -vet=off -x -c -o kept .; has err '/link -o' 'test -x -c: another file'; rm kept
printf '#!/bin/sh\necho "$(basename "$1") $TOOLEXEC_IMPORTPATH" >>"%s/log"\nexec "$@"\n' "$PWD" >through; chmod +x through; v test -vet=off "-toolexec=$PWD/through" .; is $rc 0 'test -toolexec'
is "$(grep x.org log | tr '\n' '|')" 'compile x.org/t/lib|compile x.org/t [x.org/t.test]|compile x.org/t_test [x.org/t.test]|compile x.org/t.test|link x.org/t.test|' 'test -toolexec: names'
printf 'package main_test\n\nfunc f() { x := 1 }\n' >y_test.go; v test -x -vet=off . ./lib; is "$rc $(tr '\n' '|' <out)" '1 FAIL	x.org/t [build failed]|?   	x.org/t/lib	[no test files]|FAIL|' 'test -x, an error'; has err '^# x.org/t_test \[x.org/t.test\]$' 'its heading'; has err '^./y_test.go:3:12: declared and not used: x$' 'its text'
cd ..

# The tools alone.
mkdir tools && cd tools; hello h.go
v tool compile -o h.a -p main -complete h.go; is "$rc $(cat err)" '0 ' compile; v tool link -o h h.a; is "$rc $(./h 2>&1)" '0 hello' link
printf 'package p\n\nfunc Add(a, b int) int { return a + b }\n' >m.go; v tool compile -m -S -o m.a -p p m.go; has out '^./m.go:3:6: can inline Add$' 'compile -m'; has out 'TEXT.p.Add(SB)' 'compile -S'; is "$(cat err)" '' 'on standard output'
v tool nm m.a; expect 1 'nm: m.a: an archive of vole holds source' 'nm of an archive'; v tool compile -o m.a -p p -buildid a/b m.go; v tool buildid m.a; is "$rc $(cat out)" '0 a/b' 'buildid of an archive'
printf 'package p\n\nfunc F() { x := 1 }\n' >e.go; v tool compile -o e.a -p p e.go; is "$rc $(cat out err)" '2 e.go:3:12: declared and not used: x' 'errors on standard output'
v tool compile -V=full; has out '^compile version go1.* buildID=[0-9a-f]*$' '-V=full'; v tool link -V; has out '^link version go1' -V
printf 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println() }\n' >f.go; : >empty.cfg
v tool compile -o f.a -p main -importcfg empty.cfg f.go; is "$rc $(cat out err)" '2 f.go:3:8: could not import fmt (open : no such file or directory)' 'not in importcfg'
echo 'packagefile fmt=h.go' >wrong.cfg; v tool compile -o f.a -p main -importcfg wrong.cfg f.go; is $rc 2 'no archive'; has err 'could not import fmt (h.go: not an archive file)' 'no archive'
echo nonsense >wrong.cfg; v tool compile -o f.a -p main -importcfg wrong.cfg f.go; expect 2 'compile: wrong.cfg:1: invalid line: nonsense' 'a wrong importcfg'
v tool compile; expect 2 'compile: usage: compile' 'no files'; v tool compile -o x.a -nonsense h.go; expect 2 'flag provided but not defined: -nonsense' 'a wrong flag'
v tool compile -o x.a missing.go; is $rc 2 'no such file'; has err '^compile: open missing.go: no such file or directory' 'no such file'; v tool link -o x missing.a; expect 2 'link: open missing.a: no such file or directory' 'no archive to link'
printf 'package p\n' >p.go; v tool compile -o p.a -p p p.go; v tool link -o x p.a; expect 2 'link: p.a: not package main' 'a library is no program'

# list -export: archives in the cache, those of the build; errors of the compiler are errors of the package.
cd ../rich; v list -export -f '{{.Export}} {{.BuildID}}' ./fast fmt unsafe; is "$rc $(sed "s|$GOCACHE/vole/./[0-9a-f]*-d [0-9a-f]*/[0-9a-f]*|ok|" out | tr '\n' ' ')" '0 ok ok   ' 'list -export'
f=$(sed 's/ .*//;q' out); v tool pack t "$f"; has out '^fast_amd64.o$' 'list -export: what it names'; cd ../bad; v list -export ./...; is $rc 1 'list -export of what is wrong'; has err '^a/a.go:3:12: declared and not used: x$' 'list -export: the error'
v list -e -export -f '{{.ImportPath}} {{.Incomplete}} {{.Error}} {{.DepsErrors}}' ./...; is "$rc $(cat err)" '0 ' 'list -e -export'; has out '^x.org/bad/a true # x.org/bad/a$' 'list -e -export'; has out '^x.org/bad true <nil> \[# x.org/bad/a$' 'list -e -export: who imports it'
(cd ../tests && rm y_test.go && "$VOLE" list -export -test -f '{{.ImportPath}} {{.BuildID}} {{.Export}}' ./... >out); is "$(sed "s|[0-9a-f]*/[0-9a-f]* $GOCACHE/vole/[0-9a-f/]*-d|ok|" ../tests/out | tr '\n' '|')" 'x.org/t ok|x.org/t/lib ok|x.org/t.test ok|x.org/t [x.org/t.test] ok|x.org/t_test [x.org/t.test] ok|' 'list -export -test'
is "$(awk '{ print $NF }' ../tests/out | sort -u | wc -l)" 5 'list -export -test: five archives'; v tool pack t "$(sed -n 's|^x.org/t .x.org/t.test. .* ||p' ../tests/out)"; is "$rc $(head -1 out)" '0 __.PKGDEF' 'list -export -test: an archive'
GOCACHE=off v list -export ./a; expect 1 'go: build cache is disabled by GOCACHE=off, but required' 'without a cache'; cd ../tools
# pack
printf one >1; printf three >3; v tool pack c new.a 1 3; v tool pack t new.a; is "$rc $(cat out)" "$(printf '0 1\n3')" 'pack t'; v tool pack r new.a h.go; v tool pack p new.a 3 1; is "$rc $(cat out)" '0 onethree' 'pack p'
rm 1 3; v tool pack xv new.a; is "$rc $(cat 1 3) $(tail -1 out)" '0 onethree h.go' 'pack x'; is "$(ar t new.a | tr '\n' ' ')" '1 3 h.go ' 'other programs read it'; v tool pack p new.a no; expect 1 'pack: file no not found' 'pack: no such member'
v tool pack t h.go; expect 1 'pack: h.go: not an archive file' 'pack: no archive'; v tool pack q new.a; expect 2 'Usage: pack' 'pack: a wrong op'; v tool pack t h.a; is "$(cat out)" "$(printf '__.PKGDEF\n_go_.o')" 'members of an archive'

# Archives are other people's bytes: one error, whatever is wrong.
size=$(wc -c <h.a); sound=0
for n in 0 1 8 40 67 68 100 150 $((size / 2)) $((size - 2)); do # the last byte may be the padding
    head -c $n h.a >cut.a; v tool link -o x cut.a; checks=$((checks + 1))
    [ $rc = 2 ] && [ "$(wc -l <err)" = 1 ] && grep -q '^link: cut.a: ' err || fail "cut at $n: $rc $(cat err)"
done
i=0; while [ $i -lt 60 ]; do
    at=$((i * size / 60)); { head -c $at h.a; printf '\377'; tail -c +$((at + 2)) h.a; } >other.a; i=$((i + 1)); v tool link -o x other.a; checks=$((checks + 1))
    if [ $rc = 0 ]; then sound=$((sound + 1)); elif [ $rc != 2 ] || [ "$(wc -l <err)" != 1 ]; then fail "a byte changed at $at: $rc $(head -3 err)"; fi
done
[ $sound -lt 20 ] || fail "$sound of 60 changed bytes were not noticed"
sed 's|vole/2|vole/0|' h.a >old.a; v tool link -o x old.a; expect 2 'it was made by another version; compile it again' 'another version'
sed 's|^go object .*|go object linux amd64 go1.1|' h.a >gc.a; v tool link -o x gc.a; is $rc 2 'an archive of gc'
