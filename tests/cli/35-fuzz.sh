# 35-fuzz.sh - vole test -fuzz: edges lead to planted failures; corpus, cache, exit codes, what is refused. By numbers of inputs, never by clock.
export GOCACHE=$PWD/cache GOFLAGS= GOWORK=off GOPROXY=off TMPDIR=$PWD/tmp
mkdir tmp
mkdir -p m/two && cd m
printf 'module x.org/m\n\ngo 1.26\n' >go.mod
cat >m.go <<'E'
package m

// Steps is how far b goes; five are too far.
func Steps(b []byte) int {
	if len(b) < 5 || b[0] != 'v' {
		return 0
	}
	if b[1] != 'o' {
		return 1
	}
	if b[2] != 'l' {
		return 2
	}
	if b[3] != 'e' {
		return 3
	}
	if b[4] < 0x80 {
		return 4
	}
	panic("five steps")
}
E
cat >m_test.go <<'E'
package m

import (
	"encoding/binary"
	"strings"
	"testing"
)

func FuzzSteps(f *testing.F) {
	f.Add([]byte("seed"))
	f.Fuzz(func(t *testing.T, b []byte) { Steps(b) })
}

func FuzzWhole(f *testing.F) {
	f.Add([]byte("seed"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 4 && binary.LittleEndian.Uint32(b) == 0xcafe1234 {
			panic("the whole number")
		}
	})
}

// FuzzLong: no byte of it shows before all are right.
func FuzzLong(f *testing.F) {
	f.Add("x")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(s, "a needle of many bytes") {
			panic("the needle")
		}
	})
}

func FuzzKeyword(f *testing.F) {
	f.Add("x")
	f.Fuzz(func(t *testing.T, s string) {
		switch s {
		case "lint", "vole", "mole":
			panic("the whole word")
		}
	})
}

func FuzzFine(f *testing.F) {
	f.Add(1, "x")
	f.Fuzz(func(t *testing.T, n int, s string) {})
}
E
cp m.go two/two.go
v test -fuzz=FuzzFine -fuzztime=500x -parallel=1 -run='^$'; is $rc 0 '-fuzztime=500x'
has out 'execs: 500 ' 'as many inputs as asked for'; has out '^ok  	x.org/m	' 'passes'
grep -q 'without coverage' out && fail 'edges are counted'

# four comparisons of bytes in a row: without guidance 2^32 inputs
v test -fuzz=FuzzSteps -fuzztime=4000000x -fuzzminimizetime=1000x -run='^$'; is $rc 1 'a planted failure'
has out 'panic: five steps' 'what it says'; has out '^ *To re-run:' 'how to run it again'; has out '^FAIL	x.org/m	' 'the verdict'
is "$(grep -c '^FAIL$' out)" 1 'one FAIL of the program, none of the command'
set -- testdata/fuzz/FuzzSteps/*; is $# 1 'one failing input'; has "$1" '^\[\]byte("vole\\x' 'the failing input'
ls "$GOCACHE"/fuzz/x.org/m/FuzzSteps/* >/dev/null 2>&1 || fail 'inputs that led further are kept'
v test -run="FuzzSteps/${1##*/}"; is $rc 1 'the failing input again'; has out 'five steps' 'the failing input again'
v test; is $rc 1 'failing inputs are seeds'
v test -fuzz=FuzzSteps -fuzztime=10x; is $rc 1 'a seed that fails'; has out 'failure while testing seed corpus entry: FuzzSteps/' 'a seed that fails'
rm -r testdata
v test -fuzz=FuzzSteps -fuzztime=10x -run='^$' -parallel=1 -v; has out 'gathering baseline coverage: 0/[2-9]' 'kept inputs come first'
v clean -fuzzcache; is $rc 0 'clean -fuzzcache'; [ -e "$GOCACHE/fuzz" ] && fail 'clean -fuzzcache leaves something'
v test -fuzz=FuzzFine -fuzztime=10x -json; is $rc 0 '-json'; has out '"Output":"fuzz: elapsed: ' '-json'

# one comparison of four bytes: how many are right is counted
v test -fuzz=FuzzWhole -fuzztime=30000000x -fuzzminimizetime=1x -run='^$'; is $rc 1 'a number'; has out 'the whole number' 'a number'
v test -fuzz=FuzzKeyword -fuzztime=30000000x -fuzzminimizetime=1x -run='^$'; is $rc 1 'a word'; has out 'the whole word' 'a word'
v test -fuzz=FuzzLong -fuzztime=30000000x -fuzzminimizetime=1x -run='^$'; is $rc 1 'a needle'; has out 'the needle' 'a needle'
rm -r testdata

# instrumented packages are others
v test -c -o one -fuzz=FuzzSteps; v test -c -o plain; v test -c -o again -fuzz=FuzzSteps; VOLE_NO_UNITS=1 v test -c -o none -fuzz=FuzzSteps
cmp -s one again || fail 'the same program'; cmp -s one none || fail 'the same program without packs'; cmp -s one plain && fail 'another program'
v test -c -o byflag -gcflags=all=-d=libfuzzer; cmp -s plain byflag && fail 'the flag of the compiler counts edges'
VOLE_SSA_CHECK=1 VOLE_NO_UNITS=1 v test -c -o checked -fuzz=FuzzSteps; is $rc 0 'SSA holds'
rm one plain again none checked byflag

# refused
v test -fuzz=. ; has out '^testing: will not fuzz, -fuzz matches more than one fuzz test: ' 'more than one'; is $rc 1 'more than one'
v test -fuzz=Nothing; has out '^testing: warning: no fuzz tests to fuzz' 'none'; is $rc 0 'none'
v test -fuzz=. ./...; expect 1 'cannot use -fuzz flag with multiple packages' 'more than one package'
v test -fuzz=. -cpuprofile=x .; expect 1 'cannot use -cpuprofile flag with -fuzz flag' 'a profile'
v test -fuzz=. -coverprofile=x .; expect 1 'cannot use -coverprofile flag with -fuzz flag' 'a profile of coverage'
v test -fuzz=. strings; expect 1 'cannot use -fuzz flag on package outside the main module' 'the library'
v test -C "$("$VOLE" env GOROOT)/src/html" -fuzz=Nothing; is $rc 0 'in the library itself'; has out '^testing: warning: no fuzz tests to fuzz' 'in the library itself'
v test -fuzz=FuzzFine -fuzztime=x; is $rc 1 'a wrong time'; has out 'invalid value "x" for flag -test.fuzztime' 'a wrong time'

# an interrupt ends it well, but for the exit code
python3 - "$VOLE" >out 2>&1 <<'E'
import os, signal, subprocess, sys
p = subprocess.Popen([sys.argv[1], "test", "-fuzz=FuzzFine", "-run=^$"], stdout=subprocess.PIPE, start_new_session=True, text=True)
signal.alarm(300)
sent = False
for line in p.stdout:
    print(line, end="")
    if "execs: " in line and not sent:
        os.killpg(p.pid, signal.SIGINT)
        sent = True
print("exit code", p.wait())
E
has out '^PASS' 'interrupted'; has out '^ok  	x.org/m	' 'interrupted'; has out '^exit code 1$' 'interrupted'
