# 29-renew.sh - the last image with what changed since (program/renew.c): byte for byte what a link makes, and a link wherever it does not fit.
export GOCACHE=$PWD/cache GOENV=off GOFLAGS= GOWORK=off
unset GOBIN GOPATH GODEBUG VOLE_NO_UNITS
mkdir m m/dep; cd m || exit 1
printf 'module example.com/m\n\ngo 1.26\n' >go.mod
cat >dep/dep.go <<'P'
package dep

import "strings"

var table = []string{"a", "b"}

func Large(s string, n int) (t string) {
	for i := 0; i < n; i++ {
		switch i % 7 {
		case 0:
			t += strings.ToUpper(s)
		case 1:
			t += table[i%2]
		case 2:
			t += strings.TrimSpace(t)
		default:
			t += "x"
		}
		func() { t += s }()
	}
	return t
}

func Small(n int) int { return n + 1 }

func Even(n int) bool {
	if n == 0 {
		return true
	}
	return Odd(n - 1)
}

func Odd(n int) bool {
	if n == 0 {
		return false
	}
	return Even(n - 1)
}

func Where() (int, string) { return line() }
P
cat >dep/line.go <<'P'
package dep

import "runtime"

//go:noinline
func line() (int, string) {
	_, file, n, _ := runtime.Caller(1)
	return n, file[len(file)-6:]
}
P
cat >main.go <<'P'
package main

import (
	"errors"
	"fmt"
	"os"

	"example.com/m/dep"
)

type shape interface{ area() int }
type square struct{ a int }

func (s square) area() int { return s.a * s.a }

func fails() (err error) {
	defer func() { err = fmt.Errorf("wrapped: %v", recover()) }()
	var p *square
	return errors.New(fmt.Sprint(p.a))
}

func other() int { return len(os.Args) * 3 }

func main() {
	var s shape = square{4}
	fmt.Println(s.area(), dep.Large("y", 12), dep.Small(2), dep.Even(10), other(), fails())
	fmt.Println(dep.Where())
}
P
# same WHAT HOW FLAGS...: what is built over the last output is what a cold build makes, runs, and came about so.
same() {
    what=$1 how=$2; shift 2
    v build -debug-cache -o p "$@" .; cp err said
    is "$rc" 0 "$what: $(grep -v '^vole: cache' err | head -3)"
    grep -q "^vole: cache: image: .*$how" said || fail "$what: not '$how': $(grep 'image:' said)"
    VOLE_NO_UNITS=1 "$VOLE" build -a -o q "$@" . 2>err || fail "$what: from nothing: $(head -3 err)"
    cmp p q >differs 2>&1 || fail "$what: $(cat differs)"
    ./p >o 2>&1 || fail "$what: it fails: $(head -3 o)"
    checks=$((checks + 4))
}
edit() { sed -i "$2" "$1"; }
cp main.go dep/dep.go ..
for flags in '' '-trimpath -ldflags=-s'; do
    cp ../main.go .; cp ../dep.go dep/
    rm -f p; v build -o p $flags .; is "$rc" 0 "first build $flags: $(head -3 err)"
    edit main.go 's/^func main() {/func main() { _ = 7/'; same 'no other code' renewed $flags
    edit main.go 's|^func other|// one\n// two\nfunc other|'; same 'comments in main' renewed $flags
    edit main.go 's/Args) \* 3/Args) * 5/'; same 'a constant that callers inline' '' $flags
    edit dep/dep.go 's|^func Large|// moves what follows\n\nfunc Large|'; same 'lines of another package' renewed $flags
    has o 'dep.go' 'where it stands'
    edit dep/dep.go 's/i % 7/i % 5/'; same 'a constant' renewed $flags
    edit dep/dep.go 's/func() { t += s }()/func() { t += t }()/'; same 'a closure' '' $flags
    edit dep/dep.go 's|^	for i|	// within\n	for i|'; same 'a comment within' renewed $flags
    edit dep/dep.go 's/Odd(n - 1)/Odd(n - 1 + len(table) - 2)/'; same 'functions that call each other' '' $flags
    edit dep/dep.go 's/n + 1 }/n + 2 }/'; same 'what is inlined' '' $flags
    edit dep/dep.go 's/{"a", "b"}/{"a", "c"}/'; same 'a value' 'other declarations' $flags
    edit main.go 's/"wrapped: %v"/"wrapped twice: %v"/'; same 'a new string' 'was not there' $flags
    edit main.go 's/^	fmt.Println(dep.Where())/	fmt.Println(dep.Where()); os.Getpid()/'; same 'a function more' '' $flags
    edit main.go 's/; os.Getpid()//'; same 'a function less' '' $flags
    edit main.go 's/; _ = 7//; s/{ _ = 7/{/'; same 'and back' '' $flags
    edit main.go '/^\/\/ /d'; edit dep/dep.go '/^\/\/ /d'; same 'comments gone' renewed $flags
done
# The output is another's: it is linked.
change() { edit main.go "s/^func main() {.*/func main() { _ = $1/"; }
change 1; v build -o p .
printf '\1' | dd of=p bs=1 seek=5000 conv=notrunc 2>/dev/null; change 2; same 'a byte of the output' 'is another'
echo >>p; change 3; v build -debug-cache -o p .; hasnt err 'renewed' 'a longer output'
change 4; same 'after it' renewed
edit main.go 's/"wrapped twice: %v"/"one\\ntwo: %v"/'; same 'a string of two lines' '"go:string.one\\ntwo: %v" refers to'
is "$(grep -c -v '^vole: cache' said)" 0 'each line of -debug-cache says whose it is'
# Its other name keeps what it had; an edit that changes neither size nor time is seen; what a function leads to may come in another order.
ln p kept; cp p copy; edit main.go 's/two: %v/owt: %v/'; same 'two names' 'refers to'
cmp kept copy >differs 2>&1 || fail "another name of the output: $(cat differs)"
touch -r main.go stamp; sed 's/_ = 4$/_ = 3/' main.go >changed; cat changed >main.go; touch -r stamp main.go; same 'as old as before' renewed
edit main.go 's/dep.Small(2), dep.Even(10)/dep.Even(10), dep.Small(2)/'; same 'another order' ''
rm p; change 5; v build -debug-cache -o p .; hasnt err 'renewed' 'no output'
cp p r; change 6; v build -debug-cache -o r .; hasnt err 'renewed' 'another output'
change 7; same 'the first again' renewed
v build -o p -ldflags=-s .; change 8; same 'other flags' 'settings'
# What lies in the cache is damaged, or gone.
for f in $(grep -l -a -e volernw cache/vole/*/* ../cache/vole/*/* 2>/dev/null); do
    change "$((checks + 10))"
    dd if=/dev/zero of="$f" bs=1 seek=200 count=40 conv=notrunc 2>/dev/null
    v build -o p .; VOLE_NO_UNITS=1 "$VOLE" build -a -o q . 2>err; checks=$((checks + 1)); cmp -s p q || fail "a damaged record: $f"
done
change 9; v build -o p .
# Killed while it writes, two at once: never another image.
for n in 1 2 3 4 5 6; do
    change "9$n"; "$VOLE" build -o p . & "$VOLE" build -o p . & one=$!
    [ $((n % 2)) = 0 ] && kill -9 $one 2>/dev/null
    wait 2>/dev/null
    v build -o p .; VOLE_NO_UNITS=1 "$VOLE" build -a -o q . 2>err; checks=$((checks + 1)); cmp -s p q || fail "two at once: $n"
done
