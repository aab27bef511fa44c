# 26-code.sh - what the machine code of small functions must not contain any more (build -gcflags=-S).
cat >c.go <<'EOF'
package main

import "os"

var lock, ran int

func unlock() { lock--; ran++ }

//go:noinline
func early(n int) int {
	if n == 0 {
		return 1
	}
	if n == 1 {
		return 2
	}
	lock++
	defer unlock()
	return n * lock
}

func same(x, y []int) bool { return cap(x) > 0 && cap(y) > 0 && &x[0:cap(x)][cap(x)-1] == &y[0:cap(y)][cap(y)-1] }

//go:noinline
func fresh(x, y []int) []int {
	if same(x, y) {
		return nil
	}
	return x
}

//go:noinline
func use(z, x []int) int { return len(z) + cap(x) }

//go:noinline
func twice(z []int, n int) (s int) {
	for i := 0; i < n; i++ {
		s += use(z[i:n+i], z[i:n+i])
	}
	return s
}

func main() {
	x := make([]int, 3, 8)
	println(early(0), early(1), early(5), lock, ran)
	println(fresh(x, x[:1]) == nil, fresh(x, make([]int, 2)) == nil, fresh(nil, x) == nil, twice(x, 4))
	os.Exit(lock)
}
EOF
v build -gcflags=-S -o c c.go; is $rc 0 -S
# body FUNC: its instructions
body() { awk -v f="main.$1 " 'index($0, f) == 1 { p = 1; next } /^[^ \t]/ { p = 0 } p' err; }
count() { body "$1" | grep -c -e "$2"; }
[ "$(count early .)" -gt 10 ] || fail "-S shows no body of main.early: $(head -3 err)"
is "$(count early 'deferreturn(SB)')" 1 'no return looks for deferred calls: deferreturn is for where a panic was recovered'
is "$(count early 'main.unlock(SB)')" 1 'the return behind the defer calls it itself'
is "$(count fresh goPanic)" 0 'a condition that an inlined function returned is known behind its test'
is "$(count twice 'SARQ')" 1 'equal slices are made once'
is "$(count twice goPanicSliceB)" 0 'i <= n + i behind n + i <= cap'
is "$(./c 2>&1)" '1 2 5 0 1
true false true 42' 'what it prints'

# Functions that stand some lines lower are the same bytes: only the lines where they start differ, one byte each here.
cat >moved.go <<'EOG'
package main

import "runtime"

//go:noinline
func line() int {
	_, _, n, _ := runtime.Caller(1)
	return n
}

func inlined() int { return line() }

func main() {
	println(line(), inlined(), func() int { return line() }())
}
EOG
v build -o moved.1 moved.go
is "$rc" 0 'before lines are moved'
{ printf '\n\n\n'; cat moved.go; } >lower.go && mv lower.go moved.go
v build -o moved.2 moved.go
is "$rc" 0 'after lines are moved'
is "$(./moved.1 2>&1)" '14 11 14' 'lines before they are moved'
is "$(./moved.2 2>&1)" '17 14 17' 'lines after they are moved'
differ=$(cmp -l moved.1 moved.2 | wc -l)
is "$((differ > 0 && differ <= 5))" 1 "bytes that differ when lines are moved: $differ"
