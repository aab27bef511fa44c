# 18-list.sh - `vole list`: import paths, JSON, dependencies, test variants, errors of packages.
p() { mkdir -p "$(dirname "$1")"; printf '%b' "$2" >"$1"; }
mkdir m; cd m || exit; printf 'module ex.test/m\n\ngo 1.26\n' >go.mod
p m.go '// Program m shows <nothing> & more. And so on.\npackage main\n\nimport (\n\t"ex.test/m/a"\n\t_ "embed"\n)\n\n//go:embed d/*\nvar s []byte\n\nfunc main() { a.F() }\n'
p d/x 'x\n'; p a/a.go 'package a\n\nimport "ex.test/m/b"\n\nfunc F() { b.F() }\n'; p b/b.go 'package b\n\nimport _ "unsafe"\n\nfunc F() {}\n'
p b/b_test.go 'package b\n\nimport "testing"\n\nfunc TestB(*testing.T) {}\n'; p b/x_test.go 'package b_test\n\nimport (\n\t"ex.test/m/a"\n\t"testing"\n)\n\nfunc TestX(*testing.T) { a.F() }\n'
p b/b_windows.go 'package b\n'; p b/asm.s 'x\n'
v list ./...; is "$(tr '\n' ' ' <out)" 'ex.test/m ex.test/m/a ex.test/m/b ' 'paths'
v list -deps ./a; is "$(tr '\n' ' ' <out)" 'unsafe ex.test/m/b ex.test/m/a ' '-deps'
v list -test ./b; is "$(tr '\n' ' ' <out)" 'ex.test/m/b ex.test/m/b.test ex.test/m/b [ex.test/m/b.test] ex.test/m/b_test [ex.test/m/b.test] ' '-test'
v list -deps -test ./b; has out '^ex.test/m/a \[ex.test/m/b.test\]$' 'what lies between is compiled again'
v list -json=Name,Doc,EmbedFiles,Imports .; is "$(tr -d '\n\t' <out)" '{"Name": "main","Doc": "Program m shows \u003cnothing\u003e \u0026 more.","EmbedFiles": ["d/x"],"Imports": ["embed","ex.test/m/a"]}' '-json=fields'
v list -json=GoFiles,IgnoredGoFiles,SFiles,TestGoFiles,XTestGoFiles,XTestImports,Module ./b; has out '"Main": true' 'Module'
has out '"b_windows.go"' 'IgnoredGoFiles'; has out '"x_test.go"' 'XTestGoFiles'
v list -json=Nothing .; is "$(cat out)" '{}' 'no field'
v list -find -json=Imports,Deps .; is "$(cat out)" '{}' '-find'
v list -json=Dir fmt; has out "\"$("$VOLE" env GOROOT)/src/fmt\"" 'the library is that of the GOROOT'
p c/c.go 'package c\n\nimport "nope"\n'
v list ./c; is $rc 0 'errors of dependencies are not looked at'; v list -deps ./c; expect 1 'c/c.go:3:8: package nope is not in std (' '-deps'
v list -e -json=Incomplete,DepsErrors ./c; is $rc 0 '-e'; has out '"Pos": "c/c.go:3:8"' '-e: position'; has out '"Incomplete": true' '-e'
v list nope; expect 1 'package nope is not in std (' 'no package'; v list -e nope; is "$rc $(cat out)" '0 nope' '-e'
v list -find -deps .; expect 1 'go list -deps cannot be used with -find' 'flags'; v list -export -find .; expect 1 'go list -export cannot be used with -find' '-export'
v list -e -json=ImportPath,Name -compiled -test=true -export=false -deps=true -find=false -pgo=off -- ./b; is $rc 0 'as gopls asks'; has out 'ex.test/m/b.test"' 'as gopls asks'
# What is wrong with a package clause, and with tests, is said without -e; nothing is listed then.
p ct/p/p.go 'package p\n'; p ct/p/p_test.go 'package p\n\nimport _ "ex.test/m/ct/q"\n'; p ct/q/q.go 'package q\n\nimport _ "ex.test/m/ct/r"\n'; p ct/r/r.go 'package r\n\nimport _ "ex.test/m/ct/p"\n'
v list ./ct/p; is "$rc $(cat out)" '0 ex.test/m/ct/p' 'a cycle of tests is not looked at without -test'
v list -test ./ct/p; expect 1 "go: can't load test package: package ex.test/m/ct/p" 'a cycle of tests'; is "$(cat out)" '' 'a cycle of tests'
is "$(tr '\n' '|' <err)" "go: can't load test package: package ex.test/m/ct/p|	imports ex.test/m/ct/q from p_test.go|	imports ex.test/m/ct/r from q.go|	imports ex.test/m/ct/p from r.go: import cycle not allowed in test|" 'a cycle of tests: from where'
v list -e -test ./ct/p; is $rc 0 'a cycle of tests, -e'; p ct/q/q.go 'package q\n'; v list -test ./ct/p; is $rc 0 'no cycle any more'
p ct/p/p_test.go 'package p\n\nimport _ "ex.test/m/none"\n'; v list -test ./ct/p; expect 1 "can't load test package: ct/p/p_test.go:3:8: " 'a test imports what is not there'
p ct/a.go 'package ct\n\nimport "fmt"\n'; p ct/b.go '// none\n\n'; v list ./ct; is "$rc $(cat err)" "1 ct/b.go:2:2: expected 'package', found 'EOF'" 'no package clause'
v list -e -f '{{.Imports}} {{.Error.Pos}} {{.Error.Err}}' ./ct; is "$rc $(cat out)" "0 [fmt] ct/b.go:2:2 expected 'package', found 'EOF'" 'no package clause, -e'
p ct/b.go 'func f() {}\n'; v list ./ct; is "$rc $(cat err)" "1 ct/b.go:1:1: expected 'package', found 'func'" 'a declaration first'; rm -r ct
# What no parser takes, as far as the imports; links in the synopsis.
enc() { mkdir -p en; printf "$1" >en/a.go; v list ./en; is "$rc $(cat err)" "1 $2" "$2"; v build ./en; is "$rc $(cat err)" "1 $2" "build: $2"; }
enc 'package en\n// \377\nimport "fmt"\nvar _ = fmt.Sprint\n' 'en/a.go:2:4: illegal UTF-8 encoding'; enc 'package en\n\nimport "fmt"\n// \377\nvar _ = fmt.Sprint\n' 'en/a.go:4:4: illegal UTF-8 encoding'
enc 'package en\n// \357\273\277\nimport "fmt"\nvar _ = fmt.Sprint\n' 'en/a.go:2:4: illegal byte order mark'; enc '// \000\npackage en\n' "read $PWD/en/a.go: unexpected NUL in input"
printf '\357\273\277// é 世\npackage en\n\nvar x = 1 // \377\n' >en/a.go; v list ./en; is "$rc $(cat out)" '0 ex.test/m/en' 'behind the imports it is the compiler'"'"'s'
printf '// Package en has [Link], [fmt.Print] and [*bytes.Buffer.Write]; [encoding/json.Decoder] x[fmt.Print], [fmt], [http://x], [a//b.C], [nosuch.X].\npackage en\n' >en/a.go; v list -f '{{.Doc}}' ./en
is "$(cat out)" 'Package en has [Link], fmt.Print and *bytes.Buffer.Write; encoding/json.Decoder x[fmt.Print], fmt, [http://x], [a//b.C], [nosuch.X].' 'links'; rm -r en
cd ..
# Templates: list_templates.out is what the official go prints for each line of list_templates.txt.
while IFS= read -r t_; do
    v list -f "$t_" fmt
    echo "== $t_"
    cat out err | sed "s,$("$VOLE" env GOROOT),GOROOT,g"
done <"$here/list_templates.txt" >got
is "$(diff got "$here/list_templates.out" | head -5)" '' 'templates'
v list -f "$(python3 -c "print('{{define \"t\"}}' + '{{if 1}}' * 900 + '{{template \"t\" .}}' + '{{end}}' * 900 + '{{end}}{{template \"t\" .}}')")" fmt
expect 1 'exceeded maximum template depth' 'a template without end, in 900 bodies'
# "/*/" opens a comment and does not close it.
mkdir cm; echo 'module x' >cm/go.mod; printf '/*/\npackage p\n*/\n\npackage q\n' >cm/a.go
printf '/*\n//go:build ignore\n*/ /* x */ // y\n/*/ z\n*/\n// Package q is. No.\npackage q\n' >cm/b.go; printf '/* a\n*/ //go:build ignore\npackage q\n' >cm/c.go
printf '/*/ x */\n//go:build ignore\n\npackage q\n' >cm/d.go; printf '/* a */ /* b\n//go:build linux\n*/\n//go:build ignore\n\npackage q\n' >cm/e.go
printf '/*///go:debug x\npackage go\n/"C"\n' >cm/f.s
v list -C cm -f '{{.GoFiles}} {{.IgnoredGoFiles}} {{.Doc}}' .; is "$rc $(cat out)" '0 [a.go b.go c.go] [d.go e.go] //go:build ignore' 'comments of several kinds in front of the package clause'
printf '/*/ p\npackage p\n' >cm/a.go; rm cm/[b-f].*; v list -C cm -e -f '{{.Name}}{{.Doc}}' .; is "$rc $(cat out)" '0 ' 'a comment that does not end'
mkdir self; printf 'module x\n\ngo 1.26\n' >self/go.mod; printf 'package x\n\nimport _ "x"\n' >self/a.go
v list -C self -e -f '{{.ImportPath}} {{.Error}}' .; is "$rc $(tr '\n\t' '; ' <out)" '0 x package x; imports x from a.go: import cycle not allowed;' 'a package that imports itself'
