# What helps with errors: VOLE_PLAIN, events for editors, fix -errors. The help itself: tests/help.py.
unset VOLE_PLAIN
mkdir m; cd m; echo 'module m' >go.mod; echo 'go 1.24' >>go.mod
cat >main.go <<'X'
package main

import "os"

type T struct{ Name string }

func two() (int, error) { return 1 }

func main() {
	y := 3
	_, _ = "ä", strings.ToUpper("x")
	t := T{}
	t.Nme = "a"
}
X
cp main.go was.go.txt
v build; expect 1 'imported and not used' 'a wrong program'
has err '^    fix: add import "strings"$' 'the import that is missing'; has err '^    + t.Name = "a"$' 'a field that is near'
cp err helped
VOLE_PLAIN=1 v build; is "$(cat err)" "$(grep -v '^    ' helped)" 'VOLE_PLAIN leaves the lines of gc'
v build -json; is "$(grep -c '"Action":"build-diagnostic"' out)" "$(grep -c '^\./main' helped)" 'an event for each error'
has out '"newText":"Name"' 'an edit for editors'; has out '"character":13}.*undefined: strings' 'columns are UTF-16, the message has bytes'
VOLE_PLAIN=1 v build -json; is "$(grep -c build-diagnostic out)" 0 'VOLE_PLAIN and -json'
v fix -errors -diff; is "$rc" 0 'all can be mended'; has out '^+	t.Name = "a"$' '-diff'; cmp -s main.go was.go.txt || fail '-diff wrote'
v fix -errors; has main.go '"strings"' 'an import came'; has main.go 'return 1, nil' 'zero values'
has err 'did you mean Name?' 'what was done is told'
printf 'package main\n\nfunc main() {\n\tx := []int{\n\t\t1,\n\t\t2\n\t}\n\tprintln(len(x), strconv.Itoa(3))\n}\n' >main.go
v fix -errors; is "$rc" 0 'syntax and then types'; v build -o /dev/null; is "$rc" 0 'it compiles'
cp main.go again; v fix -errors; is "$rc" 0 'nothing to mend'; cmp -s main.go again || fail 'it was right already'
ls "$TMPDIR"/vole-fix-* >/dev/null 2>&1 && fail 'a folder was left'
v fix -errors -overlay x.json; expect 1 'not supported yet' 'fix -errors with -overlay'
cd ..
# Panics of `run` on a terminal.
cat >pan.go <<'X'
package main

import (
	"os"
	"sort"
)

func at(a []int, i int) int {
	return a[i] // out of range
}

func main() {
	println("environment", os.Getenv("VOLE_PANICS"), "end")
	a := []int{3, 1, 2}
	sort.Slice(a, func(i, j int) bool { return at(a, i+5) < at(a, j) })
}
X
v run pan.go; has err '^sort\.' 'no terminal: frames of the library'; is "$(grep -c 'out of range$\|of the library' err)" 0 'no terminal: text of Go'
if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then skip 'panics on a terminal: no script(1), or no pseudo-terminal'; else
    script -qec "$VOLE run pan.go" /dev/null </dev/null 2>/dev/null | tr -d '\r' >pan.out
    has pan.out '^	    return a\[i\] // out of range$' 'the source line'; has pan.out 'frames of the library: VOLE_PLAIN=1 shows all' folded
    is "$(grep -c '^sort\.' pan.out)" 0 'no frame of the library'; has pan.out '^environment  end$' 'the program does not see how it was asked'
    VOLE_PLAIN=1 script -qec "$VOLE run pan.go" /dev/null </dev/null 2>/dev/null | tr -d '\r' >pan.out; has pan.out '^sort\.Slice' 'VOLE_PLAIN on a terminal'
fi
