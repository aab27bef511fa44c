# 15-linkname.sh - which names of the library a package may pull; every name that gc's linker lets through is there.
pull() { printf 'package main\n\nimport (\n\t_ "os"\n\t_ "strings"\n\t_ "unsafe"\n)\n\n//go:linkname x %s\nfunc x()\n\nfunc main() { x() }\n' "$1" >pull.go; }
pull strings.explode; v build -o p pull.go; expect 1 'link: main: invalid reference to strings.explode' 'not marked'
is "$(grep -c 'invalid reference' err)" 1 'said once'
v build -ldflags=-checklinkname=0 -o p pull.go; is $rc 0 -checklinkname=0
pull runtime.coroswitch; v build -o p pull.go; expect 1 'link: main: invalid reference to runtime.coroswitch' 'has one reader'
pull runtime.nosuch; v build -o p pull.go; expect 1 'main.main: relocation target runtime.nosuch not defined' 'unknown'
pull syscall.munmap; v build -o p pull.go; expect 1 'link: main: invalid reference to syscall.munmap' 'not marked'
(cd "$here/../.." && timeout 900 python3 tools/linknames.py --vole "$VOLE") >names || fail "names that do not link: $(cat names)"
has names '^3[0-9][0-9] of 3[0-9][0-9] names link$' 'every name'
# It is the linker's rule: a package alone is compiled whatever it pulls.
lib() { sed 's/^package main/package p/; s/^func main() /func F() /' pull.go >lib.go; }
pull strings.explode; lib; v build lib.go; is $rc 0 'not marked, not linked'
pull reflect.typedslicecopy; sed -i 's/^func main.*//' pull.go
sed -i 's/_ "os"/_ "reflect"/' pull.go; echo 'func F() { x() }' >>pull.go; lib; v build lib.go; is $rc 0 'pushed by the runtime, not linked'
v build -o p pull.go; is "$rc $(grep -c 'invalid reference' err)" '1 0' 'pushed by the runtime, no main'; has err 'function main is undeclared in the main package' 'no main'
# However the import of unsafe or embed is written.
mkdir spelled; cd spelled; echo data >x.txt; echo >empty.s; v mod init example.com/spelled; is $rc 0 'mod init'
for q in '`unsafe` `embed`' '"\u0075nsafe" "em\x62ed"' '"unsafe" "embed"'; do
    set -- $q
    printf 'package main\n\nimport _ %s\nimport _ %s\n\n//go:embed x.txt\nvar text string\n\n//go:linkname nano runtime.nanotime\nfunc nano() int64\n\nfunc main() { println(text, nano() > 0) }\n' "$1" "$2" >main.go
    v run .; is $rc 0 "imports written $q"; has err '^ true$' "imports written $q"
done
