# 34-cover.sh - -cover: profiles, percentages, programs that write counts.
export GOCACHE=$PWD/cache GOFLAGS=-vet=off GOWORK=off GOPROXY=off TMPDIR=$PWD/tmp
mkdir tmp && mkdir -p m/q m/none m/cmd/prog && cd m
printf 'module x.org/m\n\ngo 1.26\n' >go.mod
cat >a.go <<'E2'
package m

type T[P any] struct{ n int }

func (t *T[P]) Add(k int) int {
	if k > 3 {
		t.n += k
	} else if k == 2 {
		t.n++
	} else /* not */ {
		t.n--
	}
	for i := 0; i < k; i++ {
		t.n += i
	}
	switch k {
	case 1:
		println("x")
	case 2, 3:
	default:
		return 5
	}
	return t.n
}

var f = func(x int) int {
	if x > 0 {
		return 1
	}
	return func() int { return 2 }()
}

func jump(n int) (s string) {
again:
	n--
	switch s = "a"; any(n).(type) {
	case int:
		if n > 0 {
			goto again
		}
	case string:
		panic("never")
	}
	select {
	default:
	}
	var (
		x = struct {
			a int
		}{(n)}
	)
	_ = x
	{
		s += "b"
	}
	for range 2 {
		continue
	}
	return s +
		"c"
}

func empty() {}
func _()     { println("blank") }
E2
cat >a_test.go <<'E2'
package m

import "testing"

func TestAdd(t *testing.T) {
	x, y := &T[int]{}, &T[string]{}
	x.Add(4)
	y.Add(2)
	f(1)
	empty()
	if jump(3) != "abc" {
		t.Fatal("jump")
	}
}
E2
cat >want <<'E2'
x.org/m/a.go:5.31,6.11 1 2
x.org/m/a.go:6.11,8.3 1 1
x.org/m/a.go:8.8,8.19 1 1
x.org/m/a.go:8.19,10.3 1 1
x.org/m/a.go:10.8,12.3 1 0
x.org/m/a.go:13.2,13.25 1 2
x.org/m/a.go:13.25,15.3 1 6
x.org/m/a.go:16.2,16.11 1 2
x.org/m/a.go:17.9,18.15 1 0
x.org/m/a.go:19.12,19.12 0 1
x.org/m/a.go:20.10,21.11 1 1
x.org/m/a.go:23.2,23.12 1 1
x.org/m/a.go:26.25,27.11 1 1
x.org/m/a.go:27.11,29.3 1 1
x.org/m/a.go:30.2,30.20 1 0
x.org/m/a.go:30.20,30.32 1 0
E2
same() { # the profile's lines of a file begin as wanted
    head -1 "$1" >mode; is "$(cat mode)" "mode: $2" "$3"; sed 1d "$1" | head -16 | cmp -s - want || fail "$3: $(sed 1d "$1" | diff - want)"
}
v test -covermode=count -coverprofile=c.out; is "$rc" 0 'a profile'; same c.out count 'a profile'
has out '^coverage: 82.8% of statements$' 'percent of the folder'
v test -covermode=count -coverprofile=c2.out .; is "$rc" 0 'of a package'; has out '^ok  	x.org/m	[0-9.]*s	coverage: 82.8% of statements$' 'percent of a package'
v test -covermode=count -coverprofile=c3.out .; has out '^ok  	x.org/m	(cached)	coverage: 82.8%' 'known'; cmp -s c2.out c3.out || fail 'the profile of a known result'
v test -covermode=atomic -coverprofile=ca.out .; same ca.out atomic 'atomic'
sed 's/ [1-9][0-9]*$/ 1/' want >want1; mv want1 want
v test -coverprofile=cs.out .; same cs.out set 'set'

# several packages, one without tests
printf 'package q\n\nimport "x.org/m"\n\nfunc Q() int {\n\tt := &m.T[int]{}\n\treturn t.Add(1)\n}\n' >q/q.go
printf 'package q_test\n\nimport (\n\t"testing"\n\t"x.org/m/q"\n)\n\nfunc TestQ(t *testing.T) { q.Q() }\n' >q/q_test.go
printf 'package none\n\nfunc None() int { return 1 }\n' >none/n.go
mkdir data; printf 'package data\n\nconst C = 1\n' >data/d.go
v test -cover ./...; is "$rc" 0 'several'; has out '^	x.org/m/none		coverage: 0.0% of statements$' 'without tests'; has out '^?   	x.org/m/data	\[no test files\]$' 'nothing to count'
has out '^ok  	x.org/m/q	.*	coverage: 100.0% of statements$' 'of itself alone'
v test -coverprofile=all.out -coverpkg=./... ./...; is "$rc" 0 -coverpkg; has out '^ok  	x.org/m/q	.*	coverage: [0-9.]*% of statements in ./...$' 'of all'
is "$(grep -c 'none/n.go' all.out)" 3 'what nobody imports is in every profile'
v test -cover -coverpkg=nosuch ./q; has err '^warning: no packages being tested depend on matches for pattern nosuch$' 'a pattern for nothing'

# programs
printf 'package main\n\nimport (\n\t"os"\n\t"x.org/m/q"\n)\n\nfunc main() {\n\tq.Q()\n\tif len(os.Args) > 1 {\n\t\tos.Exit(3)\n\t}\n}\n' >cmd/prog/main.go
v build -cover -o prog ./cmd/prog; is "$rc" 0 'build -cover'
./prog 2>out; has out '^warning: GOCOVERDIR not set, no coverage data emitted$' 'nowhere to write'
mkdir d; GOCOVERDIR=d ./prog 2>/dev/null; GOCOVERDIR=d ./prog x 2>/dev/null; is "$? $(ls d | sed 's/\..*//' | uniq -c | tr -s ' \n' ' ')" '3  2 covcounters 1 covmeta ' 'files of counts'
v build -o plain ./cmd/prog; grep -q covmeta plain && fail 'without -cover: something of it'; true

# an edited package that imports another one that may be edited: its counters move, those of its instances too
mkdir e
e() { # statements of the first function
    printf 'package e\n\nimport "x.org/m"\n\nfunc First(n int) int {\n%b\treturn n\n}\n\nfunc G[P any](p P) P {\n\tt := m.T[P]{}\n\tdefer t.Add(0)\n\treturn p\n}\n\nfunc Last() {}\n' "$1" >e/e.go
}
printf 'package e\n\nimport "testing"\n\nfunc TestE(t *testing.T) {\n\tFirst(1)\n\tG("")\n\tLast()\n}\n' >e/e_test.go
for text in '' '\tif n > 1 {\n\t\tn++\n\t}\n' '' '\tfor range 2 {\n\t\tn--\n\t}\n\tfor range 2 {\n\t\tn--\n\t}\n'; do
    e "$text"; v test -covermode=count -coverprofile=e.out ./e; is "$rc" 0 edited; GOCACHE=off v test -covermode=count -coverprofile=e2.out ./e
    cmp -s e.out e2.out || fail "edited: $(diff e.out e2.out)"
done

# a result depends on packages that the program does not import
mkdir -p far; printf 'package far\n\nfunc Far() int { return 1 }\n' >far/f.go
printf 'package q_test\n\nimport (\n\t"testing"\n\t"x.org/m/q"\n)\n\nfunc TestQ(t *testing.T) { q.Q() }\n' >q/q_test.go
v test -coverpkg=./q,./far -coverprofile=f1.out ./q ./far; printf 'package far\n\nfunc Far() int { x := 1; return x }\n' >far/f.go
v test -coverpkg=./q,./far -coverprofile=f2.out ./q ./far; is "$(grep far/f.go f2.out)" 'x.org/m/far/f.go:3.16,3.36 2 0
x.org/m/far/f.go:3.16,3.36 2 0' 'a package changed that the program lacks'

# programs that ask for their counts, in other ways of building
mkdir cmd/asks
cat >cmd/asks/main.go <<'E2'
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime/coverage"
)

func work(n int) int {
	if n > 1 {
		return n
	}
	return -n
}

func main() {
	var b bytes.Buffer
	work(1)
	fmt.Println(coverage.WriteCounters(&b), b.Len() > 0, coverage.ClearCounters())
	work(2)
	fmt.Println(coverage.WriteMetaDir(os.Args[1]), coverage.WriteCountersDir(os.Args[1]))
}
E2
mkdir d2 bin; GOCOVERDIR=d v run -cover -covermode=atomic ./cmd/asks d2; is "$rc" 0 'run -cover'; is "$(cat out)" '<nil> true <nil>
<nil> <nil>' 'runtime/coverage'
v tool covdata textfmt -i d2 -o d2.out; is "$(grep asks d2.out | head -3)" 'x.org/m/cmd/asks/main.go:10.22,11.11 1 1
x.org/m/cmd/asks/main.go:11.11,13.3 1 1
x.org/m/cmd/asks/main.go:14.2,14.11 1 0' 'counts since they were cleared'
GOBIN=$PWD/bin v install -covermode=count ./cmd/asks; is "$(bin/asks d2 2>/dev/null | head -1)" 'WriteCounters invoked for program built with -covermode=count (please use -covermode=atomic) false ClearCounters invoked for program built with -covermode=count (please use -covermode=atomic)' 'install -covermode'
v tool cover -func=c.out; has out '^x.org/m/a.go:33:	jump		92.9%$' 'tool cover -func'
v test -json -cover ./q; has out '"Output":"coverage: 100.0% of statements\\n"' -json
is "$(v list -cover -deps ./cmd/prog; grep -c "coverage/cfile\|^runtime/coverage" out)" 2 "list -cover -deps"
# A GOROOT without bin/go, as Debian's source package has it: the tool asks vole.
mkdir bare bare/root && cd bare || exit; real=$("$VOLE" env GOROOT); for f in "$real"/*; do [ "${f##*/}" = bin ] || ln -s "$f" root/; done
printf 'module m\n\ngo 1.26\n' >go.mod; printf 'package m\n\nfunc F() int { return 1 }\n' >m.go; printf 'package m\n\nimport "testing"\n\nfunc TestF(t *testing.T) { F() }\n' >m_test.go
rc=0; GOROOT=$PWD/root PATH=/usr/bin:/bin "$VOLE" test -vet=off -coverprofile=c.out . >out 2>err || rc=$?; is $rc 0 'a GOROOT without bin'
rc=0; GOROOT=$PWD/root PATH=/usr/bin:/bin "$VOLE" tool cover -func=c.out >out 2>err || rc=$?; is "$rc $(head -1 out)" "0 $(printf 'm/m.go:3:\tF\t\t100.0%%')" 'a GOROOT without bin: tool cover -func'; cd ..
