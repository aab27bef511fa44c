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
v fix -errors -diff; is "$rc" 1 'something is left'; has out '^+	t.Name = "a"$' '-diff'; cmp -s main.go was.go.txt || fail '-diff wrote'
v fix -errors; has main.go '"strings"' 'an import came'; has main.go 'return 1, nil' 'zero values'
has err 'did you mean Name?' 'what was done is told'
printf 'package main\n\nfunc main() {\n\tx := []int{\n\t\t1,\n\t\t2\n\t}\n\tprintln(len(x), strconv.Itoa(3))\n}\n' >main.go
v fix -errors; is "$rc" 0 'syntax and then types'; v build -o /dev/null; is "$rc" 0 'it compiles'
cp main.go again; v fix -errors; is "$rc" 0 'nothing to mend'; cmp -s main.go again || fail 'it was right already'
ls "$TMPDIR"/vole-fix-* >/dev/null 2>&1 && fail 'a folder was left'
v fix -errors -overlay x.json; expect 1 'not supported yet' 'fix -errors with -overlay'
cd ..
