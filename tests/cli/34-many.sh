# 34-many.sh - several packages in one command: built on one front end, and each program is what it is when it is built alone.
export GOCACHE=$PWD/cache GOFLAGS= GOWORK=off GOPROXY=off GOBIN=$PWD/bin
mkdir -p m/a m/b m/c m/lib m/other m/nomain && cd m
printf 'module x.org/m\n\ngo 1.26\n' >go.mod
cat >lib/lib.go <<'E'
package lib

import "fmt"

type Shape interface{ Area() float64 }
type Square struct{ Side float64 }

func (s Square) Area() float64    { return s.Side * s.Side }
func (s *Square) Scale(f float64) { s.Side *= f }

func Describe[T any](x T) string {
	type box struct{ in T }
	return fmt.Sprintf("%T %v", []box{{x}}, box{x})
}

var table = map[string]Shape{"unit": Square{1}}

func Unit() Shape { return table["unit"] }
E
printf 'package other\n\nimport "x.org/m/lib"\n\nfunc Other() string { return lib.Describe([]int{1}) }\n' >other/o.go
printf 'package main\n\nimport "x.org/m/lib"\n\nfunc main() { println(lib.Describe(3), lib.Unit().Area()) }\n' >a/a.go
cat >b/b.go <<'E'
package main

import (
	"encoding/json"
	"os"

	"x.org/m/lib"
	"x.org/m/other"
)

type box struct{ in string }

func main() {
	s := &lib.Square{2}
	s.Scale(3)
	json.NewEncoder(os.Stdout).Encode(map[string]any{"a": s.Area(), "o": other.Other(), "d": lib.Describe(box{"x"})})
}
E
printf 'package main\n\nimport "x.org/m/lib"\n\ntype box struct{ in int }\n\nfunc main() { println(lib.Describe(box{1})) }\n' >c/c.go
printf 'package main\n\nimport "x.org/m/lib"\n\nfunc Main() { lib.Unit() }\n' >nomain/n.go

for p in a b c; do
	v build -o ../alone/$p ./$p
	is "$rc$(cat out err)" 0 "build $p"
done
is "$(../alone/b)" '{"a":36,"d":"[]lib.box[main.box] {{x}}","o":"[]lib.box[[]int] {[1]}"}' 'local types by instance'
for cache in cache empty off; do
	for threads in 1 2; do
		GOCACHE=$(dirname "$PWD")/$cache
		[ $cache = off ] && GOCACHE=off
		[ $cache = empty ] && rm -rf ../empty
		rm -rf ../out ../bin
		v build -p $threads -o ../out/ ./a ./b ./c
		is "$rc$(cat out err)" 0 "several programs, $cache, -p $threads"
		v install -p $threads ./b ./lib ./a ./c
		is "$rc$(cat out err)" 0 "install, $cache, -p $threads"
		for p in a b c; do
			is "$(cmp ../out/$p ../alone/$p && cmp ../bin/$p ../alone/$p && echo same)" same "$p, $cache, -p $threads"
		done
	done
done
GOCACHE=$(dirname "$PWD")/cache
v build ./...; expect 1 'function main is undeclared in the main package' 'a library and programs'

# What one has at its end, the others have not.
rm -rf ../out
v build -o ../out/ ./a ./nomain ./c
is "$rc $(cat err)" '1 # x.org/m/nomain
runtime.main_main·f: function main is undeclared in the main package' 'one without main'
is "$(ls ../out | tr '\n' ' ')" 'a c ' 'the others are there'
is "$(cmp ../out/c ../alone/c && echo same)" same 'what comes after an error'

# The errors of a package once, whoever imports it; install goes on with what does not.
mkdir wrong d e
printf 'package wrong\n\nfunc F() int { return nothing }\n' >wrong/w.go
printf 'package main\n\nimport "x.org/m/wrong"\n\nfunc main() { wrong.F() }\n' >d/d.go
printf 'package main\n\nimport "x.org/m/wrong"\n\nvar x string = 1\n\nfunc main() { wrong.F() }\n' >e/e.go
WRONG='# x.org/m/wrong
wrong/w.go:3:23: undefined: nothing'
v build -o ../out/ ./d ./a ./e
is "$rc $(cat err)" "1 $WRONG" 'build: errors once'
rm -rf ../bin
v install ./d ./a ./e
is "$rc $(cat err)" "1 $WRONG" 'install: errors once'
is "$(ls ../bin)" a 'install: what has none is there'

# Programs of tests, one after the other in one worker: packages under test are further packages, whatever others see of them.
rm -rf d e wrong nomain
cat >lib/lib_test.go <<'E'
package lib

import "testing"

var Inside = 7

func (s Square) Perimeter() float64 { return 4 * s.Side }
func TestLib(t *testing.T) {
	if Unit().Area() != 1 || Describe(box{}) == "" {
		t.Fatal("wrong")
	}
}

type box struct{ Shape }
E
cat >lib/x_test.go <<'E'
package lib_test

import (
	"testing"

	"x.org/m/lib"
	"x.org/m/other"
)

func TestX(t *testing.T) {
	var s any = lib.Square{3}
	if p, ok := s.(interface{ Perimeter() float64 }); !ok || p.Perimeter() != 12 || lib.Inside != 7 || other.Other() == "" {
		t.Fatal("not the package with its tests")
	}
}
E
cat >other/o_test.go <<'E'
package other

import (
	"testing"

	"x.org/m/lib"
)

func TestOther(t *testing.T) {
	var s any = lib.Square{3}
	if _, ok := s.(interface{ Perimeter() float64 }); ok {
		t.Fatal("the package with its tests")
	}
}
E
printf 'package main\n\nimport "testing"\n\nfunc TestMain(m *testing.M) { m.Run() }\nfunc TestBox(t *testing.T) { _ = box{1} }\n' >c/c_test.go
mkdir -p ../t1
for p in lib other c; do v test -vet=off -c -o ../t1/$p.test ./$p; is "$rc$(cat out err)" 0 "test -c $p"; done
for cache in cache empty; do
	for threads in 1 2 5; do
		GOCACHE=$(dirname "$PWD")/$cache
		[ $cache = empty ] && rm -rf ../empty
		rm -rf ../t2
		v test -vet=off -c -p $threads -o ../t2/ ./lib ./c ./other ./a
		is "$rc$(sed 's/^?.*//' out)$(cat err)" 0 "test -c of several, $cache, -p $threads"
		for p in lib other c; do is "$(cmp ../t1/$p.test ../t2/$p.test && echo same)" same "$p.test, $cache, -p $threads"; done
	done
done
GOCACHE=$(dirname "$PWD")/cache
masked() { sed -E 's/[0-9]+\.[0-9]+s|\(cached\)/T/' out; }
v test -vet=off -p 2 ./lib ./other ./c
is "$rc $(masked)" '0 ok  	x.org/m/lib	T
ok  	x.org/m/other	T
ok  	x.org/m/c	T' 'they run'

# What is wrong with a package is told once, and each program that has it fails; those behind it are built.
mkdir p1 p2 wrong
printf 'package wrong\n\nfunc F() int { return nothing }\n' >wrong/w.go
for p in p1 p2; do
	printf "package $p\n\nimport _ \"x.org/m/wrong\"\n" >$p/p.go
	printf "package $p\n\nimport \"testing\"\n\nfunc TestP(t *testing.T) {}\n" >$p/p_test.go
done
v test -vet=off -p 2 ./lib ./p1 ./other ./p2 ./c
is "$rc $(masked) $(cat err)" '1 ok  	x.org/m/lib	T
FAIL	x.org/m/p1 [build failed]
ok  	x.org/m/other	T
FAIL	x.org/m/p2 [build failed]
ok  	x.org/m/c	T
FAIL # x.org/m/wrong
wrong/w.go:3:23: undefined: nothing' 'tests of packages with errors'
v test -vet=off -json ./p1 ./other ./p2
is "$(grep -c '"Action":"fail".*"FailedBuild":"x.org/m/wrong"' out)" 2 'each says what its program lacks'
