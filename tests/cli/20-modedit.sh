# 20-modedit.sh - mod edit, mod init, work init, work use, work edit: what they write, and what they say of wrong flags and files.
e() { v mod edit "$@"; }
mkdir m && cd m || exit 1
v mod init; expect 1 'cannot determine module path for source directory' 'no path'
v mod init ./x; expect 1 'go: malformed module path "./x": is a local import path' 'a local path'
v mod init x.y/v1; has err 'go mod init x.y/v2'
v mod init gopkg.in/yaml; has err 'go mod init gopkg.in/yaml.v1'
v mod init a b; expect 1 "go: 'go mod init' accepts at most one argument" 'two paths'
printf 'package p // import "x.org/said"\n' >p.go
v mod init; expect 0 'go: creating new go.mod: module x.org/said' 'an import comment'
is "$(head -1 go.mod)" 'module x.org/said' 'module line'
v mod init x.org/m; expect 1 'already exists' 'a second time'
printf 'module x.org/m\n\ngo 1.22\n' >go.mod
e -require=a.b/c@v1.0.0 -require a.b/d@v1.2.0 -exclude=a.b/c@v1.1.0 -replace=a.b/c=./c -tool=a.b/d/t -godebug=k=v -retract='[v1.0.0,v1.1.0]'
is $rc 0 'edit'
is "$(cat go.mod)" "$(printf 'module x.org/m\n\ngo 1.22\n\nrequire (\n\ta.b/c v1.0.0\n\ta.b/d v1.2.0\n)\n\nexclude a.b/c v1.1.0\n\nreplace a.b/c => ./c\n\ntool a.b/d/t\n\ngodebug k=v\n\nretract [v1.0.0, v1.1.0]')" 'all kinds of lines'
e -droprequire=a.b/c -dropexclude=a.b/c@v1.1.0 -dropreplace=a.b/c -droptool=a.b/d/t -dropgodebug=k -dropretract='[v1.0.0,v1.1.0]' -go=1.23 -module=x.org/n -toolchain=go1.24.1
is "$(cat go.mod)" "$(printf 'module x.org/n\n\ngo 1.23\n\ntoolchain go1.24.1\n\nrequire a.b/d v1.2.0')" 'and dropped'
e -go=none -toolchain=none -print; is "$(cat out)" "$(printf 'module x.org/n\n\nrequire a.b/d v1.2.0')" '-print'
e -json -droprequire=a.b/d; is "$(cat out)" "$(printf '{\n\t"Module": {\n\t\t"Path": "x.org/n"\n\t},\n\t"Go": "1.23",\n\t"Toolchain": "go1.24.1",\n\t"Require": null,\n\t"Exclude": null,\n\t"Replace": null,\n\t"Retract": null,\n\t"Tool": null,\n\t"Ignore": null\n}')" '-json'
e; expect 1 "go: no flags specified (see 'go help mod edit')." 'no flags'
e -json -print; expect 1 'go: cannot use both -json and -print' 'two outputs'
e -require=a; expect 1 'go: -require=a: need path@version' 'no version'
e -require=a@; expect 1 'go: -require=a@: invalid version ""' 'an empty version'
e -droprequire=a@v1; expect 1 'go: -droprequire=a@v1: need just path, not path@version' 'a version too many'
e -exclude=a.b/c@v2.0.0; expect 1 'go: -exclude=a.b/c@v2.0.0: version "v2.0.0" invalid: should be v2.0.0+incompatible (or module a.b/c/v2)' 'v2 excluded'
e -replace=a; expect 1 'go: -replace=a: need old[@v]=new[@w] (missing =)' 'replace without ='
e '-replace=a=>b'; expect 1 'separator between old and new is =, not =>' 'replace with =>'
e -replace=a.b/c=b; expect 1 'go: -replace=a.b/c=b: unversioned new path must be local directory' 'replaced by what'
e -go=1; expect 1 'go mod: invalid -go option; expecting something like "-go 1.' 'a bad version'
e -fmt no.mod; expect 1 'go: open no.mod: no such file or directory' 'no file'
printf 'module x\n\nreplace a.b/c => ./c\n\nexclude a.b/c v1.0.0\n' >o.mod
e -replace=d.e/f=./f -exclude=d.e/f@v1.1.0 -replace=a.b/c@v1.2.0=./c2 -exclude=a.b/c@v1.0.1 o.mod
is "$(cat o.mod)" "$(printf 'module x\n\nreplace (\n\ta.b/c => ./c\n\ta.b/c v1.2.0 => ./c2\n)\n\nexclude (\n\ta.b/c v1.0.0\n\ta.b/c v1.0.1\n)\n\nreplace d.e/f => ./f\n\nexclude d.e/f v1.1.0')" 'a path that is not there comes last, others beside their like'
printf 'module x\nfoo bar\n' >bad.mod; e -fmt bad.mod; expect 1 'go: errors parsing bad.mod:' 'a bad file'
has err '^bad.mod:2: unknown directive: foo$'
cd .. && mkdir none && cd none && e -fmt; expect 1 "go: go.mod file not found in current directory or any parent directory; see 'go help modules'" 'outside of a module'
cd ..
v work use .; expect 1 'go: no go.work file found' 'no workspace'
mkdir -p m2/sub && printf 'module x.org/m2\n\ngo 1.25\n' >m2/go.mod && printf 'module x.org/sub\n' >m2/sub/go.mod
v work init ./m ./gone; expect 1 'go: directory gone does not exist' 'a folder that is not there'
[ ! -e go.work ] || fail 'go.work was written'
v work init ./m; is $rc 0 'work init'
v work edit -go=1.21 -fmt; v work use -r m2; is $rc 0 'work use'
is "$(cat go.work)" "$(printf 'go 1.25\n\nuse (\n\t./m\n\t./m2\n\t./m2/sub\n)')" 'go.work'
rm m2/sub/go.mod; v work use m2/sub; is "$(cat go.work)" "$(printf 'go 1.25\n\nuse (\n\t./m\n\t./m2\n)')" 'a folder without go.mod goes'
v work edit -dropuse=./m2 -replace=a.b/c=./c -print; is "$(cat out)" "$(printf 'go 1.25\n\nuse ./m\n\nreplace a.b/c => ./c')" 'work edit'
v work init; expect 1 'go.work already exists' 'a second workspace'
# Single lines stay where they are when mod tidy finds that they are direct; what is new goes to the line of its kind.
mkdir -p t/q t/t t/s; cd t; for x in q t s; do printf "module x.org/$x\n\ngo 1.24\n" >$x/go.mod; printf "package $x\n" >$x/$x.go; done
printf 'package t\n\nimport _ "x.org/s"\n' >t/t.go; printf '\nrequire x.org/s v1.0.0\n' >>t/go.mod
r='replace (\n\tx.org/q => ./q\n\tx.org/s => ./s\n\tx.org/t => ./t\n)'
printf "module m\n\ngo 1.24\n\nrequire x.org/t v1.0.0 // indirect\n\nrequire x.org/q v1.1.0\n\n$r\n" >go.mod
printf 'package m\n\nimport (\n\t_ "x.org/q"\n\t_ "x.org/t"\n)\n' >m.go
v mod tidy; is "$rc $(cat go.mod)" "$(printf "0 module m\n\ngo 1.24\n\nrequire (\n\tx.org/s v1.0.0 // indirect\n\tx.org/t v1.0.0\n)\n\nrequire x.org/q v1.1.0\n\n$r")" 'mod tidy with single lines'
cd ..
