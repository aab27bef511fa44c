# 12-flags.sh - arguments, flags and what is printed, as the go command does it.
export NO_COLOR=
unset NO_COLOR
mkdir -p m/cmd/one m/cmd/two m/internal/x m/lib/v2
cd m
printf 'module example.com/m\n\ngo 1.26\n' >go.mod
cat >cmd/one/one.go <<'X'
package main

import (
	"example.com/m/internal/x"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
)

var v, w = "dev", ""

func main() {
	fmt.Println(x.F(2), v, w, filepath.Base(os.Args[0]), os.Args[1:])
	if len(os.Args) > 1 {
		b, ok := debug.ReadBuildInfo()
		fmt.Println(ok, b.Path, b.Main.Path)
		io.Copy(os.Stdout, os.Stdin)
		os.Exit(7)
	}
}
X
sed -i 's/var v, w = "dev", ""/var v = "dev"\nvar w string/' cmd/one/one.go
printf 'package main\n\nfunc main() { println("two") }\n' >cmd/two/two.go
printf 'package x\n\nfunc F(n int) int { return n * 21 }\n' >internal/x/x.go
printf 'package lib\n\nfunc L() {}\n' >lib/v2/l.go
mkdir nums; printf 'package main\n\nvar n int\n\nfunc main() { println(n) }\n' >nums/nums.go
v build ./...; is $rc 0 ./...; is "$(ls -d one two 2>/dev/null)" '' 'several packages: nothing is kept'
v build -o bin/ ./...; is $rc 0 '-o dir/ ./...'; is "$(ls bin)" "nums
one
two" '-o dir/'
v build -o nodir ./cmd/one ./cmd/two; expect 1 'cannot write multiple packages to non-directory nodir' 'several into a file'
v build ./cmd/one; is "$(./one)" '42 dev  one []' 'a folder'
v build -ldflags "-s -w -X main.v=1 -X 'main.w=a b'" example.com/m/cmd/one; is "$(./one)" '42 1 a b one []' 'import path, -ldflags'
v build -o /dev/null -ldflags '-X main.n=1' ./nums; expect 1 'main.n: cannot set with -X: not a var of type string (type:int)' '-X of a number'
v build -trimpath -o one ./cmd/one; is "$(strings -a one 2>/dev/null | grep -c "$PWD")" 0 '-trimpath'
is "$(grep -c -a -e "$(dirname "$PWD")" one)" 0 '-trimpath'
echo input | "$VOLE" run ./cmd/one a 'b c' >out 2>err; is $? 7 'exit code of run'
is "$(cat out)" "42 dev  one [a b c]
true example.com/m/cmd/one example.com/m
input" 'output of run'
v run ./lib/v2; expect 1 'package example.com/m/lib/v2 is not a main package' 'run of a library'
v build -v ./cmd/two; has err '^example.com/m/cmd/two$' -v; rm -f two
v build -n ./cmd/two; is "$(ls two 2>/dev/null)" '' -n
GOFLAGS=-v v build ./cmd/two; has err '^example.com/m/cmd/two$' GOFLAGS
GOFLAGS=-zzz v build ./cmd/two; expect 1 'go: parsing $GOFLAGS: unknown flag -zzz' 'a wrong GOFLAGS'
v build -zzz; expect 2 'flag provided but not defined: -zzz' 'a wrong flag'; has err "Run 'vole help build' for details" 'a wrong flag'
v build -mod=foo ./cmd/two; expect 1 "-mod=foo not supported (can be '', 'mod', 'readonly', or 'vendor')" -mod
v build -p 0x1_0 ./cmd/two; is $rc 0 '-p in hexadecimal'; v build -p 9223372036854775808 ./cmd/two; expect 2 'invalid value "9223372036854775808" for flag -p: value out of range' -p
v build -p x ./cmd/two; expect 2 'invalid value "x" for flag -p: parse error' -p
v bug; expect 1 'go: not supported yet: vole bug' 'a command that there is not yet'
v nonsense; expect 2 'vole nonsense: unknown command' 'a wrong command'
GOOS=windows v build ./cmd/two; expect 1 'not supported yet: target windows/amd64' GOOS
GOARCH=arm64 v build ./cmd/two; expect 1 'not supported yet: target linux/arm64' GOARCH
(cd / && v() { "$VOLE" "$@"; } && v build -C "$PWD/../$OLDPWD" -o c2 ./cmd/two); [ -x c2 ] || fail '-C'
v help build; is $rc 0 'help build'; has out '-trimpath' 'help build'
v env GOOS GOARCH; is "$(cat out)" "linux
amd64" 'env GOOS GOARCH'
v build example.com/m/none; expect 1 'no required module provides package example.com/m/none' 'a package the module lacks'
cd ..
# Diagnostics.
i=0; { printf 'package main\n\nfunc main() {\n'; while [ $i -lt 12 ]; do i=$((i + 1)); echo "	a$i"; done; echo '}'; } >many.go
v build many.go; is "$(head -1 err)" '# command-line-arguments' heading
is "$(grep -c '^[	 ]' err)" 0 'with VOLE_PLAIN there are only lines of gc'; is "$(wc -l <err)" 12 'all lines of gc'
is "$(grep -c 'undefined: a' err)" 10 'ten errors'; has err '^./many.go:13:2: too many errors$' 'too many errors'
v build -gcflags=-e many.go; is "$(grep -c 'undefined: a' err)" 12 '-e'
cp err want; v build -json many.go; is "$(wc -c <err)" 0 '-json: nothing on stderr'; is "$(sed -n 1p out)" '{"ImportPath":"command-line-arguments","Action":"build-output","Output":"# command-line-arguments\n"}' '-json: the first event'
is "$(sed -n '$p' out)" '{"ImportPath":"command-line-arguments","Action":"build-fail"}' '-json: the last event'
v build many.go; cp err want; v build -json many.go; is "$(sed -n 's/.*"Output":"\(.*\)\\n"}$/\1/p' out)" "$(cat want)" '-json: the output of all events is that of the build'
mkdir je; echo 'module m' >je/go.mod; printf 'package main\nimport _ "x"\nfunc main() { f() }\nfunc f()\n' >je/a.go
v build -C je -json; is "$(cat out)" '{"ImportPath":"x","Action":"build-output","Output":"a.go:2:8: package x is not in std ('"$("$VOLE" env GOROOT)"'/src/x)\n"}
{"ImportPath":"x","Action":"build-fail"}' '-json: an import that there is not'
sed -i 2d je/a.go; : >je/a.s; v build -C je -json -v; is "$(cat out)" '{"ImportPath":"m","Action":"build-output","Output":"m\n"}
{"ImportPath":"m","Action":"build-output","Output":"# m\n"}
{"ImportPath":"m","Action":"build-output","Output":"main.main: relocation target main.f not defined\n"}
{"ImportPath":"m","Action":"build-fail"}' '-json: what the linker finds'
v build many.go; is "$(grep -c "$(printf '\033')" err)" 0 'no colour where there is no terminal'
VOLE_PLAIN= v build many.go; is "$(grep -c '^    ' err)" 20 'source line and caret below each error'; is "$(grep -vc '^    ' err)" 12 'the other lines are those of gc'
printf 'package main\n\nfunc main() { x = "// no" } // a comment\n' >com.go; VOLE_PLAIN= v build com.go
is "$(sed -n 3p err)" '    func main() { x = "// no" }' 'a comment at the end of the line is not shown'; is "$(sed -n 4p err)" '                  ^' 'the caret'
if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then skip 'what is shown on a terminal: no script(1), or no pseudo-terminal'; else
    is "$(VOLE_PLAIN= script -qec "$VOLE build many.go" /dev/null </dev/null 2>/dev/null | grep -c "$(printf '\033\[1;31m')")" 10 'colour on a terminal'
    is "$(VOLE_PLAIN= script -qec "$VOLE build many.go" /dev/null </dev/null 2>/dev/null | grep -c "\^")" 10 'source lines on a terminal'
    is "$(VOLE_PLAIN= NO_COLOR=1 script -qec "$VOLE build many.go" /dev/null </dev/null 2>/dev/null | grep -c "$(printf '\033\[')")" 0 NO_COLOR
fi
# Reports of the compiler.
cat >r.go <<'X'
package main

type T struct{ a, b int }

func f(n int) int { return n + 1 }

func mk(n int) *T { return &T{n, 2} }

//go:noinline
func keep(p *T) *T { return p }

var sink any

func main() {
	y := f(7)
	sink = &y
	keep(mk(1))
	g := func(a int) int { return a + y }
	sink = g
	_ = make([]int, 4)
	var i I = N{1}
	i.M()
	I(&N{2}).M()
}

type I interface{ M() }
type N struct{ n int }

func (t N) M() { sink = t.n }
X
v build -gcflags=-m -o /dev/null r.go; is $rc 0 -m
has err '^./r.go:22:5: devirtualizing i.M to N$' '-m: a call that became direct'
has err '^./r.go:23:12: devirtualizing I(&N{2}).M to \*N$' '-m: a call of a conversion that became direct'
for line in '5:6: can inline f' '7:6: can inline mk' '7:28: &T{...} escapes to heap' '10:11: leaking param: p to result ~r0 level=0' '15:2: moved to heap: y' \
    '15:8: inlining call to f' '18:7: can inline main.func1' '18:7: func literal escapes to heap'; do has err "^./r.go:$line$" "-m: $line"; done
# The cost of inlining is that of the source: a comparison of structs is one, reads and writes of words byte by byte are one access.
cat >c.go <<'X'
package main

import "encoding/binary"

type half struct{ hi, lo uint64 }
type pair struct {
	half
	name *string
}

var known [4]pair
var sink []byte

func equal(p pair) bool { return p == known[0] || p == known[1] || p == known[2] || p == known[3] }
func slice(p pair) []byte {
	var b [24]byte
	binary.BigEndian.PutUint64(b[:8], p.hi)
	binary.BigEndian.PutUint64(b[8:], p.lo)
	binary.LittleEndian.PutUint64(b[16:], p.hi^p.lo)
	return b[:]
}
func halves(p, q pair) bool {
	return (p.hi == q.hi && p.lo == q.lo && p.name == q.name) || (p.hi == q.lo && p.lo == q.hi && p.name == q.name) ||
		(p.hi == known[0].hi && p.lo == known[1].lo && q.name == p.name) || (p.hi == known[2].hi && p.lo == known[3].lo) ||
		(q.hi == known[0].hi && q.lo == known[1].lo && q.name == p.name) || (q.hi == known[2].hi && q.lo == known[3].lo)
}
//go:noinline
func rest(p []byte) (rune, int) { return -1, len(p) }
func first(p []byte) (r rune, size int) {
	for _, b := range p {
		if b < 0x80 {
			return rune(b), 1
		}
		break
	}
	r, size = rest(p)
	return
}

func main() {
	println(equal(known[1]), halves(known[1], known[2]))
	println(first([]byte{65, 66}))
	sink = slice(pair{half: half{1, 2}})
	println(len(sink), sink[7], sink[15], sink[16])
}
X
v build -gcflags=-m -o c.exe c.go; is $rc 0 '-m: c.go'
for f in equal slice first; do has err "^./c.go:[0-9]*:6: can inline $f$" "-m: $f costs what its source does"; done
! grep -q "can inline halves$" err || fail "-m: what is written out costs its parts"
./c.exe 2>out; is "$(cat out)" "true true
65 1
24 1 2 3" 'comparisons and bytes of what was inlined'
# The listing: gc's form, one instruction a line, every byte of the function in one of them.
cat >s.go <<'X'
package main

import "strconv"

//go:noinline
func add(a, b int) int { return a + b }

//go:noinline
func sum(s []float64, p *int, n uint) (r float64) {
	for i, x := range s {
		r += x * 1.5
		*p += i << n
	}
	switch *p {
	case 1: r++
	case 2: r--
	case 3: r *= 2
	case 4: r /= 3
	case 5: r = 7
	case 6: r = -r
	case 7: r = 1 / r
	case 8: r += 8
	case 9: r -= 3
	}
	return r
}

func main() { println(add(1, 2), sum(nil, new(int), 3), strconv.Itoa(len("x"))) }
X
v build -gcflags=-S -o s s.go; is $rc 0 -S
tab=$(printf '\t')
listing() { awk -v f="main.$1 STEXT" 'index($0, f) == 1 { p = 1; print; next } /^[^\t]/ { p = 0 } p' err; }
is "$(listing add)" "main.add STEXT size=5 args=0x0 locals=0x0 funcid=0x0 align=0x0
${tab}0x0000 00000 (./s.go:6)${tab}TEXT${tab}main.add(SB), NOFRAME|ABIInternal, \$0-0
${tab}0x0000 00000 (./s.go:6)${tab}LEAQ${tab}(DI)(SI*1), AX
${tab}0x0004 00004 (./s.go:6)${tab}RET
${tab}0x0000 48 8d 04 37 c3                                   H..7." '-S: a function'
listing sum >sum; listing main >main
has sum "(./s.go:11)${tab}MULSD${tab}\$f64.3ff8000000000000(SB), X[0-9]*\$" '-S: a float constant'
has sum "(./s.go:12)${tab}SHLQ${tab}CX, [A-Z0-9]*\$" '-S: a shift'
has sum "(./s.go:14)${tab}JMP${tab}main.sum..1(SB)([A-Z0-9]*\*8)\$" '-S: a jump table'
has sum "${tab}rel [0-9]*+4 t=R_PCREL \$f64.3ff8000000000000+0\$" '-S: a relocation'
has main "(./s.go:28)${tab}CALL${tab}main.add(SB)\$" '-S: a call'; has main "${tab}rel [0-9]*+4 t=R_CALL main.add+0\$" '-S: its relocation'
is "$(grep -c "${tab}BYTE${tab}" err)" 0 '-S: bytes that are no instruction'
if command -v objdump >/dev/null 2>&1; then # as many instructions, at the same places
    objdump -d --no-show-raw-insn --disassemble=main.sum s | awk '/^ *[0-9a-f]+:/ { sub(":", "", $1); print $1 }' >want
    first=$(head -1 want); while read -r a; do printf '%05d\n' $((0x$a - 0x$first)); done <want >places
    awk -F'[\t ]' '/^\t0x[0-9a-f]* [0-9][0-9][0-9][0-9][0-9] / && !/\tTEXT\t/ { print $3 }' sum >got
    cmp -s places got || fail '-S: instructions are not where objdump sees them'
fi
# Values that cannot be.
hello h.go
v build -p=-1 h.go; expect 1 'go: -p must be a positive integer: -1' '-p'; v build -p 0 h.go; expect 1 'go: -p must be a positive integer: 0' '-p 0'
v build -tags 'a,b c' h.go; expect 1 'go: -tags space-separated list contains comma' '-tags'; v build -tags 'a b' -o h h.go; is $rc 0 '-tags with spaces'
rc=0; GOOS=windwos "$VOLE" build h.go >out 2>err || rc=$?; expect 1 'go: unsupported GOOS/GOARCH pair windwos/amd64' 'no such target'
rc=0; GOARCH=arm64 "$VOLE" build h.go >out 2>err || rc=$?; expect 1 'vole: not supported yet: target linux/arm64' 'a target of others'
rc=0; GOEXPERIMENT=nobadexp "$VOLE" build h.go >out 2>err || rc=$?; expect 1 'go: unknown GOEXPERIMENT badexp' 'no such experiment'
# Settings that are wrong can be seen and mended.
printf 'GOOS=bados\nGOARCH=badarch\n' >bad.env
e() { rc=0; GOENV=bad.env "$VOLE" env "$@" >out 2>err || rc=$?; }
e; expect 1 'go: unsupported GOOS/GOARCH pair bados/badarch' 'env'; e -u GOOS; expect 1 'go: unsupported GOOS/GOARCH pair linux/badarch' 'env -u'
e -u GOOS GOARCH; is $rc 0 'env -u of both'; e; is $rc 0 'env after that'
rc=0; GOFLAGS='=true oops' "$VOLE" env GOFLAGS >out 2>err || rc=$?; is "$rc $(cat out)" '0 =true oops' 'env shows faulty GOFLAGS'
# -X of a package whose path has a dot in its last element.
mkdir -p x/main; printf 'module my.pkg\ngo 1.26\n' >x/go.mod; printf 'package pkg\nvar Text = "unset"\n' >x/p.go
printf 'package main\nimport "my.pkg"\nfunc main() { println(pkg.Text) }\n' >x/main/m.go
(cd x && "$VOLE" build -ldflags -X=my.pkg.Text=set -o m my.pkg/main); is "$(x/m 2>&1)" set '-X my.pkg.Text'
# install: GOBIN, and what an earlier build left.
rc=0; (cd x/main && GOBIN=. "$VOLE" install) >out 2>err || rc=$?; expect 1 'cannot install, GOBIN must be an absolute path' 'GOBIN=.'
GOBIN='' GOPATH="$PWD/gp" v install h.go; is "$rc $(ls gp/bin)" '0 h' 'install of a file'; rm -rf gp
GO111MODULE=off GOBIN='' v install h.go; expect 1 'go: no install location for .go files listed on command line (GOBIN not set)' 'install of a file, GOPATH mode'
(cd x/main && "$VOLE" build && [ -x main ] && GOBIN=$PWD/../bin "$VOLE" install && [ ! -e main ] && [ -x ../bin/main ]) || fail 'install takes the place of build'
# The `go` that a program finds is vole; a phase must be named.
printf 'package main\n\nimport (\n\t"fmt"\n\t"os/exec"\n)\n\nfunc main() {\n\tout, err := exec.Command("go", "env", "GOVERSION").Output()\n\tfmt.Print(string(out), err, "\\n")\n}\n' >go.go
for i in 1 2; do rc=0; PATH=/nonexistent "$VOLE" run go.go >out 2>err || rc=$?; is "$rc $(cat out)" "0 $("$VOLE" env GOVERSION)
<nil>" "run, PATH $i"; done
v build -gcflags=-d=ssa/ h.go; is $rc 1 '-d=ssa/'; has err 'PhaseOptions usage' '-d=ssa/'; v build -gcflags=-d=ssa/check_bce/debug=1 -o h h.go; is $rc 0 '-d=ssa/check_bce'
# What cannot be watched, in the go command's words; what can is not supported yet. "builtin" is for readers.
CGO_ENABLED=1 v build -race h.go; expect 1 'vole: not supported yet: -race' '-race'; v build -race -asan h.go; expect 1 'go: may not use -race and -asan simultaneously' '-race -asan'
rc=0; GOARCH=386 "$VOLE" list -race fmt >out 2>err || rc=$?; expect 1 'race is not supported on linux/386' '-race of a target'; CGO_ENABLED=0 v build -msan h.go; expect 1 'go: -msan requires cgo; enable cgo by setting CGO_ENABLED=1' '-msan'
v build builtin unsafe; is "$rc $(cat err)" '0 ' 'build builtin'; v install builtin; is $rc 0 'install builtin'
# GOEXPERIMENT: tags, the version, the build info.
printf 'package main\nimport "encoding/json/v2"\nimport "runtime"\nfunc main() { b, _ := json.Marshal(1); println(string(b), runtime.Version()) }\n' >j.go
GOEXPERIMENT=jsonv2,greenteagc "$VOLE" build -o j j.go || fail 'GOEXPERIMENT=jsonv2'
case $(./j 2>&1) in '1 go1.'*'-X:jsonv2') ;; *) fail "GOEXPERIMENT=jsonv2: $(./j 2>&1)" ;; esac
v version -m j; has out "build.GOEXPERIMENT=jsonv2" 'build info'
v build j.go; is $rc 1 'without GOEXPERIMENT'; has err 'imports encoding/json/v2: build constraints exclude all Go files in' 'without GOEXPERIMENT'
# A folder with a newline in its name, which would stand in line tables and files of commands; a setting of others.
nl=$(printf 'a\nb'); mkdir "$nl"; cp x/go.mod "$nl"; hello "$nl/m.go"; rc=0; (cd "$nl" && "$VOLE" build -o /dev/null .) >out 2>err || rc=$?
expect 1 'package my.pkg: invalid package directory "' 'a newline'
printf 'UNKNOWN=yes\n' >u.env; is "$(GOENV=u.env "$VOLE" env UNKNOWN)" yes 'env of an unknown setting'
# A file in UTF-16, as editors elsewhere write them.
mkdir utf; cp x/go.mod utf; cd utf; printf '\377\376p\000' >u.go
v list .; expect 1 'u.go:1:1: illegal UTF-8 encoding (got UTF-16)' 'UTF-16'; cd ..
