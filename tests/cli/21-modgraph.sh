# 21-modgraph.sh - mod tidy, vendor, why, graph, verify, work vendor: on modules replaced by folders, without a proxy.
export GOPROXY=off GOFLAGS= GOMODCACHE="$PWD/cache"
mkdir -p m/sub a b c/x && cd m || exit 1
printf 'module x.org/m\n\ngo 1.21\n\nrequire (\n\tx.org/a v1.0.0 // indirect\n\tx.org/c v1.0.0\n)\n\nreplace (\n\tx.org/a => ../a\n\tx.org/b => ../b\n\tx.org/c => ../c\n)\n' >go.mod
printf 'package main\n\nimport "x.org/a"\n\nfunc main() { println(a.A) }\n' >main.go
printf 'package sub\n' >sub/sub.go
printf 'module x.org/a\n\ngo 1.21\n\nrequire x.org/b v1.2.0\n' >../a/go.mod
printf 'package a\n\nimport "x.org/b"\n\nconst A = b.B + 1\n' >../a/a.go
printf '//go:build ignore\n\npackage main\n' >../a/gen.go
printf 'package a\n' >../a/a_test.go
printf 'rights' >../a/LICENSE
printf 'module x.org/b\n' >../b/go.mod
printf 'package b\n\nconst B = 41\n' >../b/b.go
printf 'module x.org/c\n' >../c/go.mod
printf 'package x\n' >../c/x/x.go
v build; expect 1 'updates to go.mod needed' 'b is not required'
cp go.mod go.mod.orig
v mod tidy -diff; is $rc 1 'tidy -diff: exit code'
is "$(head -6 out | tr '\n' '|')" 'diff current/go.mod tidy/go.mod|--- current/go.mod|+++ tidy/go.mod|@@ -2,10 +2,9 @@| | go 1.21|' 'tidy -diff'
cmp -s go.mod go.mod.orig || fail 'tidy -diff wrote go.mod'
v mod tidy -v; expect 0 'unused x.org/c' 'tidy -v'
is "$(sed -n 5,7p go.mod | tr '\n' '|')" 'require x.org/a v1.0.0||require x.org/b v1.2.0 // indirect|' 'tidy'
v mod tidy -diff; is "$rc$(cat out err)" 0 'tidy -diff of what is tidy'
v build -o m.exe; is "$rc$(./m.exe 2>&1)" 042 'build'
v mod graph; is "$(tr '\n' '|' <out)" 'x.org/m go@1.21|x.org/m x.org/a@v1.0.0|x.org/m x.org/b@v1.2.0|go@1.21 toolchain@go1.21|x.org/a@v1.0.0 x.org/b@v1.2.0|x.org/a@v1.0.0 go@1.21|' 'graph'
v mod why x.org/b x.org/c/x; is "$(tr '\n' '|' <out)" '# x.org/b|x.org/m|x.org/a|x.org/b||# x.org/c/x|(main module does not need package x.org/c/x)|' 'why'
v mod why -m x.org/b; is "$(tr '\n' '|' <out)" '# x.org/b|x.org/m|x.org/a|x.org/b|' 'why -m'
v mod why -m x.org/b@v1; expect 1 "x.org/b@v1: 'go mod why' requires a module path, not a version query" 'why -m with a version'
v mod verify; is "$rc$(cat out)" '0all modules verified' 'verify'
v mod vendor; is "$rc$(cd vendor && find . -type f | sort | tr '\n' ' ')" '0./modules.txt ./x.org/a/LICENSE ./x.org/a/a.go ./x.org/b/b.go ' 'vendor'
is "$(tr '\n' '|' <vendor/modules.txt)" '# x.org/a v1.0.0 => ../a|## explicit; go 1.21|x.org/a|# x.org/b v1.2.0 => ../b|## explicit|x.org/b|# x.org/a => ../a|# x.org/b => ../b|# x.org/c => ../c|' 'modules.txt'
mv ../b ../b.gone
v build -o m.exe; is "$rc$(./m.exe 2>&1)" 042 'build from vendor'
mv ../b.gone ../b
sed -i 's/v1.2.0/v1.3.0/' go.mod
v build; expect 1 'inconsistent vendoring in' 'go.mod and vendor disagree'
is "$(grep -c '^	$' err)" 0 'no line of a tab alone'
rm -r vendor && cp go.mod.orig go.mod
printf 'package main\n\nimport "y.org/z"\n' >z.go
v build; expect 1 'updates to go.mod needed' 'nothing provides y.org/z'
v mod tidy; expect 1 'go: finding module for package y.org/z' 'tidy without a proxy'; has err 'module lookup disabled by GOPROXY=off'
cmp -s go.mod go.mod.orig || fail 'a tidy that failed wrote go.mod'
v mod tidy x; expect 1 "'go mod tidy' accepts no arguments" 'tidy with arguments'
v mod tidy -go=1.99; is $rc 2 'tidy -go of the future'; has err 'maximum supported Go version is'
v mod tidy -go=x; has err 'expecting a Go version like'
cd .. && mkdir -p none && cd none && v mod graph; expect 1 'go.mod file not found in current directory or any parent directory' 'no module'
printf 'package main\n\nimport _ "x.org/b"\n\nfunc main() {}\n' >o.go
v build -mod=vendor o.go; expect 1 'no required module provides package x.org/b' '-mod=vendor outside of modules'
cd .. && printf 'go 1.21\n\nuse ./m\n' >go.work && cd m && rm z.go
v mod vendor; expect 1 "'go mod vendor' cannot be run in workspace mode" 'mod vendor in a workspace'
v work vendor; is "$rc$(head -2 ../vendor/modules.txt | tr '\n' '|')" '0## workspace|# x.org/a v1.0.0 => ./a|' 'work vendor'
cd .. && rm -r vendor && mkdir -p n && printf 'module x.org/n\n\ngo 1.22\n\nrequire x.org/b v1.4.0\n\nreplace x.org/b => ../b\n' >n/go.mod
printf 'package n\n\nimport _ "x.org/b"\n' >n/n.go
cp m/go.mod.orig m/go.mod && (cd m && GOWORK=off "$VOLE" mod tidy 2>/dev/null)
printf 'go 1.21\n\nuse (\n\t./m\n\t./n\n)\n' >go.work
v work sync; is "$rc$(cat err)" 0 'work sync'
is "$(head -1 go.work)" 'go 1.22' 'go.work is as new as its modules'
is "$(grep x.org/b m/go.mod | head -1)" 'require x.org/b v1.4.0 // indirect' 'the workspace selects 1.4.0'
finish
# why -m: of the packages with the shortest ways the first by name, whichever was loaded first.
mkdir -p "$dir/why/a" "$dir/why/b" "$dir/why/d/zz" "$dir/why/d/aa" && cd "$dir/why" || exit 1
printf 'module x.org/m\n\ngo 1.21\n\nrequire x.org/d v0.0.0\n\nreplace x.org/d => ./d\n' >go.mod; printf 'module x.org/d\n\ngo 1.21\n' >d/go.mod
for p in aa zz; do echo "package p" >d/$p/p.go; done
printf 'package a\n\nimport _ "x.org/d/zz"\n' >a/a.go; printf 'package b\n\nimport _ "x.org/d/aa"\n' >b/b.go
GOWORK=off v mod why -m x.org/d; is "$(cat out)" "$(printf '# x.org/d\nx.org/m/b\nx.org/d/aa')" 'why -m'
