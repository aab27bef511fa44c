# 36-rounds.sh - a build that has to begin again: what was built from source before is built from source once more.
export GOCACHE=$PWD/cache GOFLAGS= GOWORK=off GOPROXY=off
mkdir m && cd m
printf 'module x.org/m\n\ngo 1.26\n' >go.mod
# keeps FIRST STATEMENT: what user calls, as it is now
keeps() {
	cat >a.go <<E
package main

import "strconv"

var sink *int

//go:noinline
func keep(p *int) int { $1; println(strconv.$2); return *p }

//go:noinline
func user() int { x := 1; return keep(&x) }

func main() { println(user()) }
E
}
keeps '' 'Itoa(*p)'
v build -o ../x .; is "$rc$(cat out err)" 0 'the first build'
keeps 'sink = p' 'QuoteToASCII("a\u1234")' # it shows in user, and it asks the library for what no pack has
v build -debug-cache -o ../x .
is "$rc" 0 'what was built of the library in the first round is built in the second'
has err 'a change shows in callers, once more'
is "$(../x 2>&1)" '"a\u1234"
1' 'the program'
GOCACHE=off v build -o ../y .
is "$(cmp ../x ../y && echo same)" same 'the same without a cache'
