# 32-test.sh - vole test: verdicts, output, flags, exit codes, variants of packages, examples, builds that fail, JSON.
export GOCACHE=$PWD/cache GOFLAGS= GOWORK=off GOPROXY=off TMPDIR=$PWD/tmp
mkdir tmp
mkdir -p m/q m/bad m/setup m/empty && cd m
printf 'module x.org/m\n\ngo 1.26\n' >go.mod
cat >a.go <<'E'
package m

import "fmt"

func Add(a, b int) int { return a + b }
func Hello()           { fmt.Println("hello") }
E
cat >a_test.go <<'E'
package m

import "testing"

var Exported = 42 // for the tests outside

func TestAdd(t *testing.T) {
	if !testing.Testing() || Add(1, 2) != 3 {
		t.Fatal("bad")
	}
	t.Log("fine")
}

func TestSub(t *testing.T)      { t.Run("x", func(t *testing.T) { t.Error("sub failed") }) }
func Testing(t int)             {}
func BenchmarkAdd(b *testing.B) { b.Loop() }
func FuzzAdd(f *testing.F) {
	f.Add(3)
	f.Fuzz(func(t *testing.T, x int) { t.Log("seed", x) })
}
E
cat >x_test.go <<'E'
package m_test

import (
	"testing"

	"x.org/m"
	"x.org/m/q"
)

func TestX(t *testing.T) {
	if m.Exported != 42 || q.Q() != 5 {
		t.Fatal("no")
	}
}

func ExampleHello() { m.Hello() }

func ExampleAdd() {
	m.Hello() // trailing
	// unordered OUTPUT: hello
}

func ExampleAdd_second() {
	m.Hello()

	// Output:
	// hellx
}
E
printf 'package q\n\nimport "x.org/m"\n\nfunc Q() int { return m.Add(2, 3) }\n' >q/q.go
printf 'package bad\n\nfunc F() int { return "x" }\n' >bad/bad.go
printf 'package bad\n\nimport "testing"\n\nfunc TestF(t *testing.T) {}\n' >bad/bad_test.go
printf 'package setup\n\nimport "testing"\n\nfunc TestF(t *testing.X) {}\n' >setup/s_test.go
printf 'package empty\n' >empty/e.go
masked() { sed -E 's/[0-9]+\.[0-9]+s/Ts/g; s/"Time":"[^"]*"/T/; s/"Elapsed":[0-9.e-]+/E/'; }

FAILS='--- FAIL: TestSub (Ts)
    --- FAIL: TestSub/x (Ts)
        a_test.go:14: sub failed
--- FAIL: ExampleAdd_second (Ts)
got:
hello
want:
hellx
FAIL'
v test . ; is "$(masked <out)" "$FAILS
FAIL	x.org/m	Ts
FAIL" 'package list mode'
is $rc 1 'exit code of a failure'
v test; is "$(masked <out)" "$FAILS
exit status 1
FAIL	x.org/m	Ts" 'local directory mode'
v test ./q ./empty x.org/m -run=Add; is "$rc $(masked <out)" "1 ?   	x.org/m/q	[no test files]
?   	x.org/m/empty	[no test files]
--- FAIL: ExampleAdd_second (Ts)
got:
hello
want:
hellx
FAIL
FAIL	x.org/m	Ts
FAIL" 'flags behind packages'
v test -v -run '^(TestX|TestAdd|FuzzAdd)$' . ; is "$rc $(masked <out)" '0 === RUN   TestAdd
    a_test.go:11: fine
--- PASS: TestAdd (Ts)
=== RUN   TestX
--- PASS: TestX (Ts)
=== RUN   FuzzAdd
=== RUN   FuzzAdd/seed#0
    a_test.go:19: seed 3
--- PASS: FuzzAdd (Ts)
    --- PASS: FuzzAdd/seed#0 (Ts)
PASS
ok  	x.org/m	Ts' '-v'
v test -list . ; is "$(masked <out)" 'TestAdd
TestSub
TestX
BenchmarkAdd
FuzzAdd
ExampleAdd
ExampleAdd_second
ok  	x.org/m	Ts' '-list takes the package too'
mkdir odd; printf 'package odd\n\nfunc f() {\n\tx := := 1\n}\n' >odd/f_test.go; v test ./odd; has err "^odd/f_test.go:4:7: expected operand, found ':='$" 'an operator of two bytes'; rm -r odd
v test -run=Nope ./... ; is "$rc $(masked <out)" '1 FAIL	x.org/m/setup [setup failed]
ok  	x.org/m	Ts [no tests to run]
FAIL	x.org/m/bad [build failed]
?   	x.org/m/empty	[no test files]
?   	x.org/m/q	[no test files]
FAIL' 'what does not build stops nobody'
is "$(cat err)" "# x.org/m/setup
$PWD/setup/s_test.go:5:1: wrong signature for TestF, must be: func TestF(t *testing.T)
# x.org/m/bad [x.org/m/bad.test]
bad/bad.go:3:23: cannot use \"x\" (untyped string constant) as int value in return statement" 'what is wrong with them'
v test -json -run TestX . ; is "$rc $(masked <out)" '0 {T,"Action":"start","Package":"x.org/m"}
{T,"Action":"run","Package":"x.org/m","Test":"TestX"}
{T,"Action":"output","Package":"x.org/m","Test":"TestX","Output":"=== RUN   TestX\n"}
{T,"Action":"output","Package":"x.org/m","Test":"TestX","Output":"--- PASS: TestX (Ts)\n"}
{T,"Action":"pass","Package":"x.org/m","Test":"TestX",E}
{T,"Action":"output","Package":"x.org/m","Output":"PASS\n"}
{T,"Action":"output","Package":"x.org/m","Output":"ok  \tx.org/m\tTs\n"}
{T,"Action":"pass","Package":"x.org/m",E}' '-json'
v test -json ./bad; is "$rc $(masked <out)" '1 {"ImportPath":"x.org/m/bad [x.org/m/bad.test]","Action":"build-output","Output":"# x.org/m/bad [x.org/m/bad.test]\n"}
{"ImportPath":"x.org/m/bad [x.org/m/bad.test]","Action":"build-output","Output":"bad/bad.go:3:23: cannot use \"x\" (untyped string constant) as int value in return statement\n"}
{"ImportPath":"x.org/m/bad [x.org/m/bad.test]","Action":"build-fail"}
{T,"Action":"start","Package":"x.org/m/bad"}
{T,"Action":"output","Package":"x.org/m/bad","Output":"FAIL\tx.org/m/bad [build failed]\n"}
{T,"Action":"fail","Package":"x.org/m/bad",E,"FailedBuild":"x.org/m/bad [x.org/m/bad.test]"}' '-json of a build that fails'

# flags
v test -c -o t.bin; is $rc 0 '-c'; (cd q && ../t.bin -test.run=TestX) >out; is "$(cat out)" PASS 'a program by -c'; rm t.bin
v test -nosuch -c; is "$rc $(head -1 err)" '2 go: unknown flag -nosuch cannot be used with -c' 'an unknown flag'
v test -count=x; is "$rc $(head -1 err)" '2 invalid value "x" for flag -count: parse error' 'a wrong value'
v test -count=0x -p 0b1; is "$rc $(head -1 err)" '2 invalid value "0x" for flag -count: parse error' 'a base only'; v test -run=Add -count=1_0 -p 0b1 .; is "$(cat err)" '' 'a number with _'
v test -shuffle=x; has err '^invalid value "x" for flag -shuffle: -shuffle argument must be "on", "off", or an int64' 'a wrong value'
v test -v=2 -args -foo; has err '^invalid boolean value "2" for -v: invalid flag -test.v=2' 'a wrong value'

# programs of all kinds
rm -r setup bad q; rm ./*.go
cat >w_test.go <<'E'
package w

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) { os.Exit(m.Run()) }
func TestArgs(t *testing.T) { fmt.Println(os.Args[len(os.Args)-2:]) }
func TestDir(t *testing.T) {
	d, _ := os.Getwd()
	if filepath.Base(d) != "m" || os.Getenv("PWD") != d || !strings.HasSuffix(os.Args[0], "/m.test") {
		t.Fatal(d, os.Getenv("PWD"), os.Args[0])
	}
}
func TestExit(t *testing.T)     { os.Exit(0) }
func TestExit3(t *testing.T)    { os.Exit(3) }
func TestPanic(t *testing.T)    { go panic("in a goroutine"); select {} }
func TestLock(t *testing.T)     { <-make(chan int) }
func TestHang(t *testing.T)     { time.Sleep(time.Hour) }
func TestClose(t *testing.T)    { os.Stdout.Close() }
func TestNoLine(t *testing.T)   { fmt.Print("no newline"); os.Exit(4) }
func TestLeave(t *testing.T)    { exec.Command("sleep", "1000").Start() }
func TestKill(t *testing.T)     { p, _ := os.FindProcess(os.Getpid()); p.Kill(); select {} }
func TestMuch(t *testing.T) {
	line := strings.Repeat("x", 1023) + "\n"
	for range 100 << 10 {
		os.Stdout.WriteString(line)
	}
}
E
one() { v test "-run=^$1\$" ${2:-} . ; }
v test -run TestArgs . -args a -v; is "$(masked <out)" "ok  	x.org/m	Ts" '-args'
v test -v -run TestArgs -foo bar; is "$rc $(sed -n 1p out)" '1 flag provided but not defined: -foo' 'flags of the program'
one TestDir; is $rc 0 "its folder, PWD, name: $(cat out)"
one TestExit; is "$rc $(sed -n 1p out)" '1 --- FAIL: TestExit (0.00s)' 'os.Exit(0)'; has out 'panic: unexpected call to os.Exit(0) during test' 'os.Exit(0)'
one TestExit3; is "$rc $(masked <out)" '1 exit status 3
FAIL	x.org/m	Ts
FAIL' 'os.Exit(3)'
one TestPanic; is $rc 1 'a panic'; has out '^panic: in a goroutine' 'a panic'; has out '^FAIL	x.org/m	' 'a panic'
one TestLock -timeout=100ms; is $rc 1 'nothing can run'; has out '^panic: test timed out after 100ms' '-timeout'; has out 'running tests:' '-timeout'
one TestClose; is $rc 0 "closed stdout: $(cat out)"
one TestNoLine; is "$(masked <out)" 'no newline
FAIL	x.org/m	Ts
FAIL' 'output without a newline'
one TestKill; is "$(masked <out)" 'signal: killed
FAIL	x.org/m	Ts
FAIL' 'a program that is killed'
v test -v -run=TestMuch . ; is "$rc $(wc -l <out)" '0 102404' '100 MB'; rm out
mkdir z && printf 'package z\n\nimport "testing"\n\nfunc TestZ(t *testing.T) {}\n' >z/z_test.go
v test -run='Exit3|Z' -failfast -p 1 ./... ; is "$(masked <out)" 'exit status 3
FAIL	x.org/m	Ts
FAIL' '-failfast'
is "$(ls "$TMPDIR")" '' 'no temporary folder is left'

# GOPATH mode has the GODEBUG defaults of go 1.16; with GOTRACEBACK=system stacks end in runtime.goexit
mkdir -p gp/src/g
cat >gp/src/g/g_test.go <<'E'
package g

import (
	"runtime"
	"strings"
	"testing"
)

func TestNil(t *testing.T) {
	defer func() {
		if r := recover(); r != nil {
			t.Error(r)
		}
	}()
	panic(nil)
}
func TestStack(t *testing.T) {
	b := make([]byte, 1<<16)
	if s := string(b[:runtime.Stack(b, false)]); !strings.Contains(s, "\nruntime.goexit({})\n\t") {
		t.Error(s)
	}
}
E
GO111MODULE=off GOPATH=$PWD/gp GOTRACEBACK=system v test g; is $rc 0 "GOPATH mode: $(cat out)"
rm -r gp

# bubbles: a timer that is due runs though its bubble is not idle; of two at one instant either may be first
cat >w_test.go <<'E'
package w

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ran atomic.Bool
		time.AfterFunc(0, func() { ran.Store(true) })
		for !ran.Load() {
			runtime.Gosched()
		}
	})
}
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var first [2]int
		for range 200 {
			a, b := time.NewTimer(1), time.NewTimer(1)
			select {
			case <-a.C:
				first[0]++
			case <-b.C:
				first[1]++
			}
			synctest.Wait()
		}
		if first[0] == 0 || first[1] == 0 {
			t.Error(first)
		}
	})
}
func TestGroups(t *testing.T) { // objects of earlier bubbles are not taken for new ones in their place
	for range 2000 {
		synctest.Test(t, func(t *testing.T) {
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {})
			}
			wg.Wait()
		})
		_ = make([]byte, 10000)
	}
}
E
v test -timeout 100s . ; is "$rc" 0 "bubbles: $(cat out)"

# results that are known
rm -r z; cat >w_test.go <<'E'
package w

import (
	"os"
	"testing"
)

func TestSees(t *testing.T) {
	os.Getenv("SEEN")
	os.ReadFile("seen.txt")
	os.ReadFile("/outside.txt")
	if os.Getenv("BAD") != "" {
		t.Fatal("bad")
	}
}
func TestDir(t *testing.T) { os.ReadDir("empty") }
E
echo a >seen.txt; touch -d '1 hour ago' seen.txt
known() { v test -run="${2:-Sees}" ${3:-} . ; is "$(grep -c '(cached)' out)" "$1" "known: ${4:-}"; }
known 0; known 1 '' '' 'the same'; known 0 Sees -count=1 '-count'; known 0 Sees -v '-v'; known 1 Sees -v '-v'
has out '^--- PASS: TestSees' 'output of a known result'
export SEEN=1; known 0 '' '' 'a variable'; known 1; export GODEBUG=x=1; known 0 '' '' GODEBUG; known 1; unset GODEBUG
touch -d '2 hours ago' seen.txt; known 0 '' '' 'a file'; known 1
touch seen.txt; known 0; known 0 '' '' 'a file that may change again'; touch -d '3 hours ago' seen.txt; known 0; known 1
known 0 Dir; known 1 Dir; : >empty/x; known 0 Dir '' 'a folder'; known 1 Dir
sed -i '1s/$/ \/\/ comment/' w_test.go; known 1 '' '' 'a comment does not change the program'
echo 'func TestNew(t *testing.T) {}' >>w_test.go; known 0 '' '' 'another test'; known 1
v clean -testcache; known 0 '' '' 'clean -testcache'; known 1
v test -run=Sees; is "$(grep -c '(cached)' out)" 0 'never in local directory mode'
BAD=1 known 0; BAD=1 known 0 '' '' 'failures are not kept'
v test -json -run Sees . ; v test -json -run Sees . ; has out '"Output":"ok  \\tx.org/m\\t(cached)\\n"' 'known, in JSON'
# -c tells of packages without tests, too; of those that have some, only what is wrong.
mkdir -p wrong && printf 'package wrong\n\nfunc F() int { return "x" }\n' >wrong/wrong.go
v test -c -o /dev/null ./empty; is "$rc $(masked <out)" '0 ?   	x.org/m/empty	[no test files]' '-c without tests'
v test -c ./empty ./wrong; is "$rc $(masked <out)" "1 ?   	x.org/m/empty	[no test files]
FAIL	x.org/m/wrong [build failed]
FAIL" '-c of one that does not build'
rm -r wrong

# Findings of vet in the current folder are shown as errors of builds are.
mkdir -p found && cd found && printf 'package found\n\nimport "testing"\n\nfunc TestF(t *testing.T) { t.Logf("%%d", "x") }\n' >f_test.go
v test .; is "$(tail -n 1 err)" './f_test.go:5:36: (*testing.common).Logf format %d has arg "x" of wrong type string' 'a finding here'
cd .. && v test ./found; has err '^found/f_test.go:5:36: ' 'a finding there'
rm -r found

# A failing test's own failure counts, not that what it left running keeps its output; one that was good but for that is told so.
mkdir -p left && cat >left/l_test.go <<'E'
package left

import (
	"os"
	"os/exec"
	"testing"
)

func start() {
	c := exec.Command("sleep", "60")
	c.Stdout = os.Stdout
	c.Start()
}

func TestBad(t *testing.T)  { start(); t.Error("bad") }
func TestGood(t *testing.T) { start() }
E
v test -timeout 30s -run=Bad ./left; is "$(grep -cE 'incomplete|exit status' out)" 0 'failed, and left a child'
v test -timeout 30s -run=Good ./left; has out '^\*\*\* Test I/O incomplete 5s after exiting.$' 'good, but left a child'
rm -r left

# Of several packages one was edited, and its program is as before: all results are known while a worker waits.
for p in a b c d; do mkdir -p some/$p; printf 'package %s\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {}\n' $p >some/$p/it_test.go; done
v test ./some/...; v test ./some/...; is "$(grep -c '(cached)' out)" 4 'known, of several'
echo 'func more() {}' >>some/a/it_test.go
timeout 60 "$VOLE" test ./some/... >out 2>err; is $? 0 'one edited: ends'
is "$(grep -c '(cached)' out)" 4 'one edited: all known'
rm -r some
# Flags of tools by pattern: what is made of a package's tests is made as the package.
mkdir fl; fl=m/fl; printf 'package fl\n\nvar S string\n' >fl/fl.go; fl=$("$VOLE" list ./fl)
printf 'package fl_test\n\nimport (\n\t"testing"\n\n\t"%s"\n)\n\nfunc TestS(t *testing.T) {\n\tif fl.S != "z" {\n\t\tt.Error(fl.S)\n\t}\n}\n' "$fl" >fl/fl_test.go
v test -vet=off "-ldflags=$fl=-X=$fl.S=z" ./fl; is "$rc $(grep -c '^ok' out)" '0 1' '-ldflags=pattern'; v test -c -vet=off -n -a "-gcflags=$fl=-N" ./fl; is "$(grep -c 'compile .* -N ' err)" 3 '-gcflags=pattern: the package, p_test, the program'; rm -r fl
cat >w_test.go <<'E'
package w

import (
	"testing"
	"time"
)

func TestHang(t *testing.T) { time.Sleep(time.Hour) }
E

# Interrupted alone (a terminal interrupts the programs, too), vole interrupts its programs.
"$VOLE" test -run=TestHang . >out 2>&1 & pid=$! # as such a job it ignores SIGINT
n=0; while ! pgrep -f "$TMPDIR/go-build.*m.test" >/dev/null && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
kill -INT $pid; n=0; while kill -0 $pid 2>/dev/null && [ $n -lt 200 ]; do sleep 0.1; n=$((n + 1)); done
kill -0 $pid 2>/dev/null && { is running ended 'kill -INT'; kill $pid; }
wait $pid; is "$?" 1 'interrupted'

# A killed vole leaves neither a folder nor a process.
for sig in TERM KILL; do
    "$VOLE" test -run=TestHang . >/dev/null 2>&1 & pid=$!
    n=0; while ! pgrep -f "$TMPDIR/go-build.*m.test" >/dev/null && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
    kill -$sig $pid; wait $pid 2>/dev/null
    n=0; while [ -n "$(ls "$TMPDIR")$(pgrep -f "$TMPDIR/go-build")" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
    is "$(ls "$TMPDIR")$(pgrep -f "$TMPDIR/go-build")" '' "kill -$sig"
done
v test builtin unsafe; is "$rc$(tr '\n\t' '; ' <out)" '0?    builtin [no test files];?    unsafe [no test files];' 'packages without code'
# -failfast: after a failure it does not matter any more which packages cannot be built.
mkdir -p ff/a ff/b && cd ff && printf 'module ff\n\ngo 1.26\n' >go.mod
printf 'package a\n\nimport "testing"\n\nfunc TestA(t *testing.T) { t.Fatal("no") }\n' >a/a_test.go
printf 'package b\n\nimport "testing"\n\nfunc TestB(t *testing.T) { x := 1 }\n' >b/b_test.go
v test -failfast -p=1 ./a ./b; is "$rc $(grep -c '^FAIL.ff/a' out) $(grep -c ff/b out)" '1 1 0' '-failfast before a package that does not build'
v test -failfast -p=1 ./b ./a; is "$rc $(grep -c '^FAIL.ff/a' out) $(grep -c '^FAIL.ff/b .build failed.$' out)" '1 1 1' 'and behind it'; cd ..
