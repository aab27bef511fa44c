# 10-badinput.sh - broken sources and files: a message with a position, exit code 1, no output file.
b() { rm -f o; v build -o o "$1"; expect 1 "$2" "$1"; [ ! -e o ] || fail "$1: an output file was left"; }
: >empty.go; b empty.go "empty.go:1:1: expected 'package', found 'EOF'"
printf 'package main\n\nfunc main() { println(' >cut.go; b cut.go './cut.go:3:23: syntax error: unexpected EOF'
printf 'package main\n\0\nfunc main(){}\n' >nul.go; b nul.go '/nul.go: unexpected NUL in input'
printf 'package main\n\nvar y int\n//go:embed a\0b\nvar x string\nfunc main(){}\n' >nul2.go; b nul2.go './nul2.go:4:13: invalid NUL character'
head -c 3000 "$VOLE" >binary.go; b binary.go '/binary.go: unexpected NUL in input'
printf 'package main\nvar x = "\377\376"\nfunc main(){}\n' >utf8.go; b utf8.go './utf8.go:2:10: invalid UTF-8 encoding'
printf 'package main\n/* never closed\nfunc main(){}\n' >comment.go; b comment.go 'comment.go:2:1: comment not terminated'
N=100000
{ printf 'package main\nvar x = '; rep '(' $N; printf 1; rep ')' $N; echo; } >paren.go; b paren.go 'nested too deeply'
{ printf 'package main\nvar x '; rep '[]' $N; echo int; } >type.go; b type.go 'nested too deeply'
{ printf 'package main\nfunc main() {'; rep '{' $N; rep '}' $N; echo '}'; } >block.go; b block.go 'nested too deeply'
{ printf 'package main\nvar x = '; rep '- ' $N; echo 1; } >unary.go; b unary.go 'nested too deeply'
{ printf 'package main\nvar y int\nvar x = y'; rep '+y' $N; echo; } >binary2.go; b binary2.go 'nested too deeply'
{ printf 'package main\nvar t []int\nfunc main() { _ = t'; rep '[0]' $N; echo ' }'; } >index.go; b index.go 'nested too deeply'
{ printf 'package main\nfunc main() { '; rep 'if true {} else ' $N; echo '{} }'; } >elseif.go; b elseif.go 'nested too deeply'
{ printf 'package main\nvar x = '; rep 'func() { _ = ' $N; } >func.go; b func.go 'nested too deeply'
{ printf 'package main\nvar x '; rep 'struct{a ' $N; } >struct.go; b struct.go 'nested too deeply'
{ printf 'package main\nvar x, y int\nfunc main() { x = y'; rep '+y' 15000; echo; rep 'if x > 1 { y++ } else ' 5000; echo '{} }'; } >chain.go
rm -f o; v build -o o chain.go; is $rc 0 'long chains below the limit'
{ printf 'package main\nconst x = '; rep 9 $N; printf '\nfunc main() {}\n'; } >number.go; b number.go './number.go:2:11: excessively long constant'
printf 'package main\nconst x = 1 << (1 << 40)\nfunc main() {}\n' >shift.go; b shift.go './shift.go:2:'
printf 'package main\nvar x = 1e1000000000\nfunc main() {}\n' >exp.go; b exp.go './exp.go:2:9: '
printf 'package main\ntype T [1 << 60]int\nvar x T\nfunc main() { x[0] = 1 }\n' >array.go; b array.go './array.go:2:8: '
printf '\357\273\277package main\n\nfunc main() {}\n' >bom.go; rm -f o; v build -o o bom.go; is $rc 0 'a BOM at the start'
printf 'package main\n\357\273\277\nfunc main() {}\n' >bom2.go; b bom2.go './bom2.go:2:1: invalid BOM in the middle of the file'
# Tens of megabytes, wrong near the end; one line of that size; one of names.
{ printf 'package main\n'; yes 'var _ = "some text that fills the file up to its size"' | head -600000; printf 'var x int = ""\nfunc main() {}\n'; } >huge.go
b huge.go './huge.go:600002:13: cannot use'
{ printf 'package main\nvar x = "'; head -c 30000000 /dev/zero | tr '\0' a; } >huge.go; b huge.go './huge.go:2:9: '
{ printf 'package main\nvar '; head -c 30000000 /dev/zero | tr '\0' a; } >huge.go; b huge.go './huge.go:'
head -c 30000000 /dev/zero >huge.go; b huge.go '/huge.go: unexpected NUL in input'; printf 'package main\nimport "fmt\n\0' >nul3.go; b nul3.go '/nul3.go: unexpected NUL in input'; printf 'package main\nimport "os"\n\0' >nul4.go; b nul4.go '/nul4.go: unexpected NUL in input'
rm -f huge.go
# Files.
b missing.go 'no required module provides package missing.go'
mkdir dir.go; b dir.go 'no required module provides package dir.go'
hello unreadable.go; chmod 0 unreadable.go
if [ $can_be_plain ]; then
    vp build -o o unreadable.go; expect 1 'unreadable.go: permission denied' 'an unreadable file'
    mkdir -p locked/x; echo 'module m' >locked/go.mod; hello locked/x/x.go; chmod 0 locked/x
    vp build -C locked ./x; expect 1 'ermission denied' 'an unreadable folder'
    chmod 755 locked/x; chmod 0 locked/go.mod
    vp build -C locked ./x; expect 1 'ermission denied' 'an unreadable go.mod'
else skip 'unreadable files: root without setpriv'; fi
rm -f unreadable.go
printf 'text\n' >x.txt; hello h.go; v build h.go x.txt; expect 1 'named files must be .go files: x.txt' 'a text file'
mkdir p; hello p/p.go; v build h.go p/p.go; expect 1 'named files must all be in one directory; have . and p' 'two folders'
v build ./h.go ./p/p.go; expect 1 'named files must all be in one directory; have . and p' 'two folders, as ./'; mkdir q; hello q/q.go; v build ./q/q.go ./p/p.go; expect 1 'named files must all be in one directory; have q and p' 'two folders, as ./'
printf 'package main\nimport "no/such/package"\nfunc main() {}\n' >imp.go; b imp.go 'imp.go:2:8: package no/such/package is not in std ('
printf 'package main\nimport _ "go"\nfunc main() {}\n' >imp2.go; b imp2.go 'imp2.go:2:8: package go is not in std ('
printf 'package main\nimport "example.com/no"\nfunc main() {}\n' >imp2.go; b imp2.go 'imp2.go:2:8: no required module provides package example.com/no: go.mod file not found'
printf 'package main\nimport "internal/abi"\nfunc main() {}\n' >imp3.go; b imp3.go 'package command-line-arguments'; has err '	imp3.go:2:8: use of internal package internal/abi not allowed'
printf 'package main\nimport ""\nfunc main() {}\n' >imp4.go; b imp4.go 'imp4.go:2:8: invalid import path'
printf 'package main\nimport "C"\nfunc main() {}\n' >imp5.go; b imp5.go 'imp5.go:2:8: not supported yet: cgo'
ln -s loop.go loop.go; b loop.go 'oo many levels of symbolic links'
rm loop.go
# Modules.
mkdir m m/a m/b; echo 'module m' >m/go.mod
printf 'package main\nimport _ "m/a"\nfunc main() {}\n' >m/m.go
printf 'package a\nimport _ "m/b"\n' >m/a/a.go; printf 'package b\nimport _ "m/a"\n' >m/b/b.go
v build -C m; expect 1 'package m' 'import cycle'; has err '	imports m/a from b.go: import cycle not allowed' 'import cycle'
printf 'package b\nimport _ "m/none"\n' >m/b/b.go; v build -C m; expect 1 'package m/none is not in std' 'no such package of the module'
mkdir m/none; v build -C m; expect 1 'b/b.go:2:8: package m/none is not in std' 'a folder without Go files'
printf 'package x\n' >m/none/x.go; printf 'package y\n' >m/none/y.go; v build -C m; expect 1 'found packages x (x.go) and y (y.go) in ' 'two package names'
hello h.go
for text in 'modul m' 'module' 'module m
go 1.99' 'module m
go abc' 'module m
module n' 'module m
require (' 'module "a' 'module m
nonsense here'; do
    mkdir -p g; hello g/g.go; echo "$text" >g/go.mod; rm -f g/g
    v build -C g; expect 1 'go' "go.mod '$text'"; [ ! -e g/g ] || fail "go.mod '$text': output was written"
done
head -c 2000 "$VOLE" >g/go.mod; v build -C g; expect 1 'go' 'a binary go.mod'
rm g/go.mod; mkdir g/go.mod; v build -C g; expect 1 'go' 'go.mod is a folder'
