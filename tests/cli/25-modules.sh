# 25-modules.sh - what module commands say of files and folders that are wrong; no network.
export GOPROXY=off GOWORK= GOMODCACHE=$PWD/cache GOFLAGS=
mod() { mkdir -p "$1"; printf 'module %s\n\ngo 1.21\n' "$2" >"$1/go.mod"; }
top=$PWD
# Outside of modules a folder that is named ends the command, with -e too.
mkdir out && cd out || exit 1
v list .; expect 1 "go: go.mod file not found in current directory or any parent directory; see 'go help modules'" 'list . outside'
v list -e ./x; expect 1 'go: go.mod file not found' 'list -e ./x outside'
printf 'go 1.21\n' >go.work
v build .; expect 1 "go: no modules were found in the current workspace; see 'go help work'" 'an empty workspace'
v mod download; expect 1 'go: cannot match "all": no modules were found in the current workspace' 'mod download in an empty workspace'
printf 'go 1.21\n\ngodebug foo=1\n' >go.work
v list; has err '^go: error loading go.work:$' 'godebug'; has err '^go.work:3: unknown godebug "foo"$' 'godebug of go.work'
rm go.work
# Positions in go.mod and go.work begin their lines.
cd "$top" && mod m x.org/m && cd m || exit 1
cp go.mod ../keep; printf '\ngodebug default=go1.99\n' >>go.mod
v list; has err '^go.mod:5: default=go1.99 too new (toolchain is go1\.26' 'a default that is too new'
cp ../keep go.mod; printf '\ngodebug default=go1.20\n' >>go.mod; printf 'package m\n' >m.go
v list; expect 0 '' 'a default that is old'; is "$(cat out)" x.org/m 'a default that is old'
cp ../keep go.mod
# go.sum: a malformed line ends every command but mod tidy, which writes it anew.
printf 'x.org/r v1.0.0 h1:x extra\n' >go.sum; printf 'require x.org/r v1.0.0\n' >>go.mod
printf 'package m\n\nimport _ "x.org/r"\n' >m.go; v build; is "$(head -1 err)" 'malformed go.sum:' 'malformed go.sum'; has err "go.sum:1: wrong number of fields 4$" 'malformed go.sum'
cp ../keep go.mod; printf 'package m\n' >m.go; v mod tidy; is "$rc $(cat go.sum)" '0 ' 'mod tidy mends go.sum'
# The overlay counts for go.mod, go.sum and go.work, and is never written.
cd "$top" && mkdir ov && cd ov && printf 'package p\n' >p.go && printf 'module x.org/overlaid\n\ngo 1.21\n' >mod.txt || exit 1
printf '{"Replace": {"go.mod": "mod.txt", "x/go.mod": "mod.txt"}}' >o.json
v list -overlay o.json .; is "$(cat out)" x.org/overlaid 'go.mod of an overlay'
v list -m -overlay o.json; is "$(cat out)" x.org/overlaid 'list -m with an overlay'
# App Engine's packages are of no module; an import path may end in ".go"; vendor/ shadows no library package.
cd "$top/m" && printf 'package m\n\nimport _ "appengine/x"\n' >m.go
v build .; expect 1 'm.go:3:8: cannot find package' 'appengine'
v list x.org/dot.go; expect 1 'no required module provides package x.org/dot.go; to add it:' 'a path that ends in .go'
printf 'package m\n\nimport _ "image"\n' >m.go; mkdir -p vendor/image; printf 'package image\n' >vendor/image/b.go; printf 'module x.org/m\n' >go.mod
v build -mod=vendor .; expect 1 'm.go:3:8: ambiguous import: found package image in multiple directories:' 'vendor/image'
v list -retracted -mod=vendor; expect 1 'go list -retracted cannot be used when vendoring is enabled' 'list -retracted'
v list -m -retracted -mod=vendor; expect 1 'go list -retracted cannot be used when vendoring is enabled' 'list -m -retracted'
GO111MODULE=off v list -retracted; expect 1 'go list -retracted can only be used in module-aware mode' 'list -retracted without modules'
rm -rf vendor
# modules.txt of a workspace: replacements as their files say them.
cd "$top" && mod w/a x.org/a && mod w/p x.org/p && cd w || exit 1
printf 'require x.org/p v1.0.0\nreplace x.org/p v1.0.0 => ../p\n' >>a/go.mod; printf 'package a\n\nimport _ "x.org/p"\n' >a/a.go; printf 'package p\n' >p/p.go
printf 'go 1.23\n\nuse ./a\n' >go.work; sed -i 's/go 1.21/go 1.23/' a/go.mod; v work vendor; is $rc 0 'work vendor'
sed -i 's,=> ./p,=> ./r,' vendor/modules.txt; v list x.org/a
has err 'is replaced by ../p in a/go.mod, but marked as replaced by ./r in vendor/modules.txt' 'a replacement as written'
# GOPATH with an empty first folder gives no module cache.
GOMODCACHE= GOPATH=:/x v env GOMODCACHE; is "$(cat out)" '' 'GOPATH that begins with a colon'
# Versions that do not fit their paths, with the line's verb; folders of vendor/ that modules.txt does not list.
cd "$top" && mkdir bad && cd bad || exit 1
printf 'module x.org/m/v2\n\ngo 1.21\n\nretract v3.0.1\n\nrequire x.org/x v2.0.0\n' >go.mod
v list -m all; has err '^go.mod:5: retract x.org/m/v2: version "v3.0.1" invalid: should be v2, not v3$' 'retract of another major version'
has err '^go.mod:7: require x.org/x: version "v2.0.0" invalid: should be v0 or v1, not v2$' 'require of another major version'
printf 'module x.org/m\n\ngo 1.21\n' >go.mod; mkdir -p vendor/x.org/u; printf 'package u\n' >vendor/x.org/u/u.go; : >vendor/modules.txt
v list -mod=vendor ./vendor/x.org/u; expect 1 "directory $PWD/vendor/x.org/u is not a package listed in vendor/modules.txt" 'an unlisted folder of vendor/'
# get: flags of old, test imports that are missing; nothing of an overlay is written.
cd "$top" && mod g x.org/g && mod g/t x.org/t && cd g && cp go.mod ../keep || exit 1
v get -f -fix; has err '^go: -f flag is a no-op$' 'get -f'; has err '^go: -fix flag is a no-op$' 'get -fix'
v get -m; expect 1 'go: -m flag is no longer supported' 'get -m'
printf 'package t\n\nimport _ "x.org/missing"\n' >t/t_test.go; printf 'replace x.org/t => ./t\n' >>go.mod; cp go.mod ../keep
v get x.org/t; expect 0 'go: added x.org/t v0.0.0-0001' 'get of a package with tests alone'
cp ../keep go.mod; v get -t x.org/t; is $rc 1 'get -t'; has err '^go: x.org/t tested by$' 'get -t'; has err '^	x.org/missing: ' 'get -t'
cp ../keep mod.txt; printf '{"Replace": {"go.mod": "mod.txt"}}' >o.json; v get -overlay o.json x.org/t
is $rc 1 'get with an overlay'; has err '^go: updates to go.mod needed, but go.mod is part of the overlay specified with -overlay$' 'get with an overlay'
is "$(cat mod.txt)" "$(cat ../keep)" 'the file of an overlay'
# Without a place for the module cache nothing is had.
GOMODCACHE=./x v mod download x.org/t@v1.0.0; expect 1 'go: GOMODCACHE entry is relative; must be absolute path: "./x".' 'a relative GOMODCACHE'
# -reuse: an earlier answer holds as long as the refs that it depended on.
if command -v git >/dev/null; then
    cd "$top" && mkdir -p repo none && cd repo || exit 1
    export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=url.file://$top/repo.insteadOf GIT_CONFIG_VALUE_0=https://x.org/r GIT_CONFIG_KEY_1=safe.directory GIT_CONFIG_VALUE_1='*'
    commit() { git add -A && git -c user.name=n -c user.email=e@x.org commit -qm "$1" && git tag "$2"; }
    git init -q . 2>/dev/null; printf 'module x.org/r.git\n' >go.mod; printf 'package r\n' >r.go; commit one v1.0.0
    cd ../none && export GOPROXY=direct GONOSUMDB='*' GOFLAGS=-modcacherw
    v mod download -json x.org/r.git@latest; is $rc 0 'direct'; cp out ../latest.json; has out '"TagSum": "t1:' 'origin of a query'
    v mod download -json x.org/r.git@nonexist; is $rc 1 'direct: no such revision'; cp out ../nonexist.json; has out '"RepoSum": "r1:' 'origin of an error'
    v mod download -reuse=../latest.json -json x.org/r.git@latest; has out '"Reuse": true' 'mod download -reuse'; has out '"Version": "v1.0.0"' 'mod download -reuse'
    is "$(grep -c '"Zip"' out)" 0 'what is reused is not fetched'
    v list -m -reuse=../latest.json -json x.org/r.git@latest; has out '"Reuse": true' 'list -m -reuse'
    v mod download -reuse=../nonexist.json -json x.org/r.git@nonexist; is $rc 1 '-reuse of an error'; has out '"Reuse": true' '-reuse of an error'; has out 'unknown revision nonexist' '-reuse of an error'
    (cd ../repo && echo >>r.go && commit two v1.1.0)
    v mod download -reuse=../latest.json -json x.org/r.git@latest; has out '"Version": "v1.1.0"' '-reuse with a new tag'; is "$(grep -c Reuse out)" 0 '-reuse with a new tag'
    v mod download -reuse=../nonexist.json -json x.org/r.git@nonexist; is "$(grep -c Reuse out)" 0 '-reuse of an error with a new tag'
    v list -m -reuse=x.json; expect 1 'go: list -m -reuse only has an effect with module@version arguments' 'list -m -reuse without arguments'
    v list -m -reuse=x.json x.org/r.git@latest; expect 1 'go: open x.json: no such file or directory' '-reuse of no file'
    echo '[1]' >x.json; v list -m -reuse=x.json x.org/r.git@latest; expect 1 'go: parsing x.json: ' '-reuse of another file'
    unset GIT_CONFIG_COUNT
else skip 'no git: -reuse'; fi
# package@version: the GODEBUG defaults are those of its module.
cd "$top" && mkdir nilp && cd nilp || exit 1
PROXY=$top/proxy; export GOPROXY=file://$PROXY GONOSUMDB='*' GOFLAGS=-modcacherw
printf 'package main\n\nfunc main() {\n\tdefer func() { println(recover() == nil) }()\n\tpanic(nil)\n}\n' >m.go
printf 'module x.org/nilp\n\ngo 1.20\n' >go.mod; publish x.org/nilp v1.0.0
printf 'module x.org/nilp\n\ngo 1.21\n' >go.mod; publish x.org/nilp v1.1.0
mkdir -p ../none && cd ../none || exit 1
v run x.org/nilp@v1.0.0; is "$(tail -1 err)" true 'panic(nil) of go 1.20'; v run x.org/nilp@v1.1.0; is "$(tail -1 err)" false 'panic(nil) of go 1.21'
# Times in templates.
v list -m -f '{{.Time.Format "Mon Jan _2 3:04:05PM 2006 -07:00"}}|{{.Time.Unix}}|{{"06" | .Time.Format}}|{{.Time.Before .Time}}|{{.Time}}' x.org/nilp@v1.0.0
is "$(cat out)" 'Tue Jan  2 3:04:05AM 2024 +00:00|1704164645|24|false|2024-01-02 03:04:05 +0000 UTC' 'methods of time.Time'
v list -m -f '{{.Time.Month}} {{.Time.Weekday}} {{.Time.UnixMilli}} {{.Time.UnixNano}} {{printf "%10s|%q" .Time.Month .Time.Weekday}}' x.org/nilp@v1.0.0; is "$(cat out)" 'January Tuesday 1704164645000 1704164645000000000    January|"Tuesday"' 'names of time.Time'
v list -m -f '{{.Time.Format 3}}' x.org/nilp@v1.0.0; expect 1 'template: main:1:15: executing "main" at <3>: expected string; found 3' 'an argument of another type'
v list -m -f '{{.Time.Format}}' x.org/nilp@v1.0.0; expect 1 'wrong number of args for Format: want 1 got 0' 'no argument'
# Killed between go.sum and go.mod: go.sum has all that the go.mod beside it needs.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
    cd "$top" && mod kill x.org/kill && cd kill && printf 'package k\n\nimport _ "x.org/nilp"\n' >k.go || exit 1
    rm -f ../nilp/m.go; printf 'package nilp\n' >../nilp/n.go; (cd ../nilp && publish x.org/nilp v1.2.0 && publish x.org/nilp v1.3.0)
    v get x.org/nilp@v1.2.0; is $rc 0 'get'; cp go.mod go.sum ..
    for n in 1 2; do
        cp ../go.mod ../go.sum .
        strace -f -o /dev/null -e trace=rename,renameat,renameat2 -e inject=rename,renameat,renameat2:signal=SIGKILL:when=$n "$VOLE" get x.org/nilp@v1.3.0 >/dev/null 2>&1
        v list -deps .; is $rc 0 "killed at the $n. replacement"
    done
    is "$(grep -c . go.sum) $(grep -c v1.2.0 go.mod)" '4 1' 'go.sum comes before go.mod'
else skip 'no strace: what is left when get is killed'; fi
