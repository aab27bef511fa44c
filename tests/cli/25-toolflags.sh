# 25-toolflags.sh - -gcflags, -asmflags, -ldflags with patterns; -pgo. Wordings are the go command's.
mkdir m m/a m/b m/b/c; cd m; printf 'module ex.com/m\ngo 1.21\n' >go.mod
printf 'package main\n\nimport (\n\t"ex.com/m/a"\n\t"ex.com/m/b"\n)\n\nvar v string\n\nfunc main() { println(a.F(1), b.G(2), h(3), v) }\nfunc h(x int) int { return x * 2 }\n' >main.go
printf 'package a\nfunc F(x int) int { return x + 1 }\n' >a/a.go
printf 'package b\nimport "ex.com/m/b/c"\nfunc G(x int) int { return c.H(x) }\n' >b/b.go
printf 'package c\nfunc H(x int) int\n' >b/c/c.go
printf '#include "x.h"\n#ifndef TWICE\n#define TWICE 1\n#endif\nTEXT \302\267H(SB), 4, $0-16\n\tMOVQ x+0(FP), AX\n\tIMULQ $(BASE*TWICE), AX\n\tMOVQ AX, ret+8(FP)\n\tRET\n' >b/c/c.s
mkdir b/c/inc; echo '#define BASE 10' >b/c/inc/x.h
# The packages that a flag is for.
heads() { v build -asmflags=./b/c=-I=inc "$@" -o /dev/null .; grep '^# ' err | tr '\n' ' ' | sed 's/# //g; s/ $//'; }
is "$(heads -gcflags=-m)" ex.com/m 'without pattern: the packages of the command line'
is "$(heads -gcflags=ex.com/m/a=-m)" ex.com/m/a 'an import path'; is "$(heads -gcflags=./b/...=-m)" 'ex.com/m/b' 'folders'; is "$(heads -gcflags=./a=-m)" ex.com/m/a 'a folder'
is "$(heads '-gcflags=  ex.com/m/a =  -m ')" ex.com/m/a 'spaces around'; is "$(heads -gcflags=work=-m)" 'ex.com/m ex.com/m/a ex.com/m/b' work
is "$(heads -gcflags=...=-m -gcflags=std=)" 'ex.com/m ex.com/m/a ex.com/m/b' '... and std'
is "$(heads -gcflags=-m -gcflags=ex.com/m=)" '' 'the last that matches counts'; is "$(heads -gcflags=ex.com/m/...=-m '-gcflags=./a=-m -l')" 'ex.com/m ex.com/m/b' 'its arguments alone'
is "$(GOFLAGS=-gcflags=./a=-m heads -gcflags=./b=-m)" 'ex.com/m/a ex.com/m/b' 'GOFLAGS too'
v build -asmflags=./b/c=-I=inc -gcflags=all=-m -o /dev/null .; has err '^# runtime$' 'all is the library too'
v build -asmflags=./b/c=-I=inc '-gcflags=./a=-l' -gcflags=-m -o /dev/null .; is "$(grep -c 'inlining call to' err)" 2 '-l of a: F is not inlined elsewhere'
# The assembler.
v build -o o .; expect 1 '#include: open x.h: no such file or directory' 'no -I'; v build -asmflags=-I=inc -o o .; is $rc 1 '-asmflags is not for c'
v build -asmflags=./b/c=-I=inc -o o .; is "$(./o 2>&1)" '2 20 6 ' '-I'
v build '-asmflags=ex.com/m/b/c=-D TWICE=2 -I inc' '-ldflags=-X main.v=w' -o o .; is "$(./o 2>&1)" '2 40 6 w' '-D'
v version -m o; has out "	build	-asmflags=\"ex.com/m/b/c=-D TWICE=2 -I inc\"" 'build info'; has out "	build	-ldflags=\"-X main.v=w\"" 'build info'
# The linker: of the main package.
I=-asmflags=./b/c=-I=inc; v build $I -ldflags=ex.com/m/a=-X=main.v=w -o o .; is "$(./o 2>&1)" '2 20 6 ' '-ldflags of another package'
v build $I '-ldflags=./...=-X "main.v=x y"' -o o .; is "$(./o 2>&1)" '2 20 6 x y' '-ldflags of the package'
v build $I "-ldflags=-s -w -extldflags '-static' -linkmode=internal -compressdwarf=false" -o o .; is "$rc $(cat err)" '0 ' 'arguments that change nothing'
# Errors.
v build -gcflags=x .; expect 2 'invalid value "x" for flag -gcflags: missing =<value> in <pattern>=<value>' 'no value'
v build -ldflags== .; expect 2 'invalid value "=" for flag -ldflags: missing <pattern> in <pattern>=<value>' 'no pattern'
v build '-ldflags="-X main.v=x"' .; expect 2 'invalid value "\"-X main.v=x\"" for flag -ldflags: parameter may not start with quote character "' 'a quote'
v build "-asmflags=-D 'x" .; expect 2 "invalid value \"-D 'x\" for flag -asmflags: unterminated ' string" 'an open quote'
GOFLAGS=-gcflags=x v build .; expect 1 'go: invalid value "x" for flag -gcflags (from $GOFLAGS): missing =<value> in <pattern>=<value>' 'in GOFLAGS'
v build $I -gcflags=./a=-fake .; is "$(cat err)" "# ex.com/m/a
flag provided but not defined: -fake
usage: compile [options] file.go..." 'no such flag'
v build $I '-gcflags=-c 0' .; expect 1 'compile: -c must be at least 1, got 0' -c; v build $I -gcflags=-lang=go1.99 .; expect 1 'compile: invalid value "go1.99" for -lang: max known version is "go1.' -lang
v build $I -gcflags=-race .; expect 1 'not supported yet: flag -race of go tool compile' -race; v build $I -ldflags=-linkmode=external .; expect 1 'not supported yet: flag -linkmode=external of go tool link' -linkmode
v build $I -ldflags=-X=v .; expect 1 'link: -X flag requires argument of the form importpath.name=value' -X; v build $I -asmflags=./b/c=-Q .; expect 1 'flag provided but not defined: -Q' 'of the assembler'
printf 'package a\nfunc F(x int) int { for i := range 3 { x += i }; return x }\n' >a/a.go; v build $I -gcflags=-lang=go1.22 -o o .; expect 1 '(-lang was set to go1.21' '-lang is for the named package alone'; v build $I -gcflags=./a=-lang=go1.22 -o o .; is $rc 0 '-lang of a'
v build $I -gcflags=ex.com/m/a=-lang=go1.21 -o o .; expect 1 'cannot range over 3 (untyped int constant): requires go1.22 or later (-lang was set to go1.21' '-lang of a'
v build $I -o o .; expect 1 'requires go1.22 or later (-lang was set to go1.21; check go.mod)' 'as go.mod says'
# -pgo.
mkdir p; cd p; hello h.go; printf 'package main\nimport (\n\t"os"\n\t"runtime/pprof"\n\t"time"\n)\nfunc main() {\n\tf, _ := os.Create(os.Args[1])\n\tpprof.StartCPUProfile(f)\n\tfor s := time.Now(); time.Since(s) < 300*time.Millisecond; {\n\t}\n\tpprof.StopCPUProfile()\n}\n' >prof.go
v run prof.go cpu.pgo; pgo() { v version -m o; sed -n 's/.*-pgo=//p' out; }
v build -pgo=cpu.pgo -o o h.go; is "$(pgo)" "$PWD/cpu.pgo" 'a profile in the build info'; v build -trimpath -pgo=cpu.pgo -o o h.go; is "$(pgo)" cpu.pgo '-trimpath: its name'
v build -o o h.go; is "$(pgo)" '' 'no profile'; cp cpu.pgo default.pgo; v build -o o h.go; is "$(pgo)" "$PWD/default.pgo" 'default.pgo'; v build -pgo=off -o o h.go; is "$(pgo)" '' '-pgo=off'
: >default.pgo; mkdir q; echo 'module q' >q/go.mod; cp h.go default.pgo q; GOBIN=$PWD/q v install -C q; is "$(GOBIN=$PWD/q "$VOLE" list -C q -f '{{.Stale}}{{.StaleReason}}')" false 'list knows default.pgo'; v build -pgo=auto -o o h.go; is "$(pgo)" "$PWD/default.pgo" 'an empty profile'; echo junk >default.pgo; v build h.go; expect 1 'preprofile: error parsing profile: error parsing profile: parsing profile: too much data' 'no profile'
is "$(head -1 err)" "# $PWD/default.pgo" 'no profile'; echo junk | gzip >z.pgo; v build -pgo=z.pgo h.go; expect 1 'preprofile: error parsing profile: error parsing profile: parsing profile: too much data' 'packed'
head -c 100 cpu.pgo >cut.pgo; v build -pgo=cut.pgo h.go; expect 1 'preprofile: error parsing profile: error parsing profile: decompressing profile: ' 'half a profile'
v build -pgo=none.pgo h.go; expect 1 "preprofile: error opening profile: open $PWD/none.pgo: no such file or directory" 'no file'; v build -pgo=. h.go; expect 1 "preprofile: error parsing profile: error parsing profile: read $PWD: is a directory" 'a folder'
# -work.
cd ..; mkdir tmp; hello h.go; TMPDIR=tmp v build -work -o o h.go; w=$(sed -n 's/^WORK=//p' err); is "${w%-build*}" "$PWD/tmp/go" '-work: an absolute path'; is "$("$w"/b001/exe/a.out 2>&1)" hello '-work: the program'
GOTMPDIR=tmp v build -work -o op h.go; w2=$(sed -n 's/^WORK=//p' err); is "$(ls -d "$w2"/b001/exe | sed "s|$w2||") $([ "$w" = "$w2" ] && echo same)" '/b001/exe ' 'GOTMPDIR'; rm -rf tmp; mkdir tmp
GOTMPDIR=tmp v build -x -o o h.go; has err "^WORK=$PWD/tmp/go-build" -x; is "$(ls tmp)" '' '-x: the folder is removed'; GOTMPDIR=tmp v run -x h.go; has err "^WORK=$PWD/tmp/go-build" 'run -x'; is "$(ls tmp)" '' 'run -x: the folder is removed'
GOTMPDIR=$PWD/h.go v build -x -o o2 h.go; expect 1 "go: creating work dir: mkdir $PWD/h.go/go-build" 'no folder'; [ ! -e o2 ] || fail 'no folder: output was written'; GOTMPDIR=$PWD/h.go v build -o o h.go; is $rc 0 'a build without -x needs no folder'
v build -work -json -o o h.go; has out '^{"ImportPath":"","Action":"build-output","Output":"WORK=/' '-work -json'; rm -r "$(sed 's/.*WORK=//; s/\\n.*//' out)"
# Quotes as the go command reads them: around a whole word, in GOFLAGS and -exec too. A profile that is none.
mkdir qt && cd qt && printf 'module m\n' >go.mod && printf 'package main\n\nfunc main() {}\n' >m.go
GOFLAGS="'-x" v build; is "$rc $(cat err)" "1 go: parsing \$GOFLAGS: unterminated ' string" 'GOFLAGS, quote'; GOFLAGS="'-x" v env GOFLAGS; is "$(cat out)" "'-x" 'which env shows'
GOFLAGS="-ldflags='-s -w'" v build; expect 1 "go: parsing \$GOFLAGS: unknown flag -w'" 'GOFLAGS, a quote within'; GOFLAGS="'-ldflags=-s -w'" v build -o o; is $rc 0 'GOFLAGS, a word in quotes'
v run -exec "'a" m.go; is "$rc $(head -1 err)" "2 invalid value \"'a\" for flag -exec: unterminated ' string" '-exec, quote'
echo x >default.pgo; v build -o o; is "$rc $(tail -1 err)" '1 preprofile: error parsing profile: error parsing profile: parsing profile: malformed profile format' 'a profile that is none'; cd ..
