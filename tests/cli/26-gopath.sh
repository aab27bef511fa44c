# 26-gopath.sh - GO111MODULE=off: folders of GOPATH, vendor folders, import comments, paths with a major version, "all".
p() { mkdir -p "$(dirname "$1")"; printf '%b' "$2" >"$1"; }
export GO111MODULE=off GOPATH="$PWD/one:$PWD/two"
p one/src/a/a.go 'package a\n\nimport (\n\t_ "v.test/p"\n\t_ "b"\n)\n'; p one/src/a/a_test.go 'package a\n\nimport _ "v.test/p"\n'
p one/src/a/vendor/v.test/p/p.go 'package p // import "v.test/p"\n'; p two/src/b/b.go 'package b\n'; p two/src/c/README 'x\n'; p one/src/root.go 'package root\n'
v list -f '{{.Imports}}{{.TestImports}}' a; is "$rc $(cat out)" '0 [b a/vendor/v.test/p][a/vendor/v.test/p]' 'vendor folders'
v list -e -f '{{if not .Standard}}{{.ImportPath}}{{end}}' all; is "$(tr '\n' ' ' <out)" 'a a/vendor/v.test/p b ' 'all'
v list c; expect 1 "no Go files in $PWD/two/src/c" 'a folder without Go files'; v list -e -f '{{.Incomplete}}' c; is "$(cat out)" true 'the same, -e'
v list mod/x; expect 1 'disallowed import path "mod/x"' 'mod/'
cd one/src || exit; v list ./...; is "$(tr '\n' ' ' <out)" "_$PWD a " 'src itself by its folder only'; ln -s ../../two/src/b link; v list l...; has err 'warning: ignoring symlink .*/one/src/link' 'links are not followed'; rm link; cd ../..
p two/src/a/a.go 'package main\n'; v list -C two/src/a -f '{{.ImportPath}} {{.ConflictDir}}' .; is "$(cat out)" "_$PWD/two/src/a $PWD/one/src/a" 'hidden by another folder'
v install -C two/src/a -n .; expect 1 "go: no install location for $PWD/two/src/a: hidden by $PWD/one/src/a" 'install'; rm -r two/src/a
p one/src/math/m.go 'package math\n'; v list -C one/src/math -f '{{.ConflictDir}}' .; is "$(cat out)" "$("$VOLE" env GOROOT)/src/math" 'hidden by the library'
p one/src/d/d.go 'package d\n\nimport _ "a/"\n'; v list -deps d; expect 1 'd/d.go:3:8: non-canonical import path "a/": should be "a"' 'no canonical path'
p one/src/e/e.go 'package e // import "other/e"\n'; p one/src/f/f.go 'package f\n\nimport _ "e"\n'; v build f; expect 1 "f/f.go:3:8: code in directory $PWD/one/src/e expects import \"other/e\"" 'import comment'
p one/src/e/e.go 'package e // import "e"\n'; p one/src/e/e2.go 'package e /* import "ee" */\n'; v build f; expect 1 "found import comments \"e\" (e.go) and \"ee\" (e2.go) in $PWD/one/src/e" 'two import comments'
p one/src/e/e2.go 'package e // import\n'; v build f; expect 1 'e2.go:1: cannot parse import comment' 'bad import comment'
p one/src/e/e2.go 'package e // important\n'; v list -f '{{.ImportComment}}' e; is "$(cat out)" e 'import comment, listed'
# A go.mod on the way: x/v2/y is x/y of the module x/v2.
p one/src/n/go.mod 'module n/v2\n'; p one/src/n/p/p.go 'package p\n\nimport _ "n/v2/q"\n'; p one/src/n/q/q.go 'package q\n'; p one/src/old/o.go 'package old\n\nimport _ "n/v2/q"\n'
v list -f '{{.Imports}}' n/p; is "$(cat out)" '[n/q]' 'major version'; v build n/p; is $rc 0 'major version'; v list -deps old; expect 1 'cannot find package "n/v2/q" in any of:' 'not for code without go.mod'
p one/src/vendor/v.test/q/q.go 'package q\n'; p one/src/g/g.go 'package g\n\nimport _ "v.test/q"\n'; v list -f '{{.Imports}}' g; is "$(cat out)" '[vendor/v.test/q]' 'src/vendor'
# A program goes to the entry of GOPATH that holds it.
p two/src/only/d.go 'package main\n\nfunc main() {}\n'; GOBIN='' GOPATH="$PWD/one:$PWD/two" v install only; is "$rc $(ls two/bin)" '0 only' 'install from the second entry'
