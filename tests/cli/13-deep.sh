# 13-deep.sh - source that is nested deeply in every way the grammar has: an error with a position or a program, never a crash.
two() { # NAME DEPTH WANT: builds NAME.go, which the caller wrote
    rm -f o; v build -o o "$1.go"
    checks=$((checks + 1))
    grep -q 'internal error' err && fail "$1 $2: $(grep -m1 'internal error' err)"
    [ $rc -le 1 ] || fail "$1 $2: exit code $rc"
    case $3 in
    ok) [ $rc = 0 ] || fail "$1 $2: $(grep -v '^#' err | head -1)" ;;
    deep) grep -Eq "^\./$1\.go:[0-9]+:[0-9]+: .*nested too deeply" err || fail "$1 $2: $(grep -v '^#' err | head -1)" ;;
    esac
}
go() { # NAME DEPTH WANT HEAD OPEN MIDDLE CLOSE TAIL
    { printf 'package main\n%s' "$4"; rep "$5" "$2"; printf '%s' "$6"; rep "$7" "$2"; printf '%s\nfunc use(...any) {}\n' "$8"; } >"$1.go"
    two "$1" "$2" "$3"
}
for n in 900 100000; do
    want=ok
    [ $n = 900 ] || want=deep
    main='func main() { x := 1; _ = x; '
    go literal $n $want "$main use(" '[]any{' 1 '}' ') }'
    go pointers $n $want "$main use(" '&[]any{' 1 '}' ') }'
    go parens $n $want "$main use(" '(' x ')' ') }'
    go calls $n $want 'func f(x int) int { return x }
func main() { use(' 'f(' 1 ')' ') }'
    go generics $n $want 'func f[T any](x T) T { return x }
func main() { use(' 'f(' 1 ')' ') }'
    go blocks $n $want "$main" '{' 'use(x)' '}' ' }'
    go ifs $n $want "$main" 'if x > 0 {' 'use(x)' '}' ' }'
    go switches $n $want "$main" 'switch { default: ' 'use(x)' '}' ' }'
    go selects $n $want "$main" 'select { default: ' 'use(x)' '}' ' }'
    go closures $((n / 2)) $want "$main" 'func() { ' 'use(x)' ' }();' ' }'
    go structs $n $want 'func main() { var x ' 'struct{a ' int '}' '; use(&x) }'
    go stars $n $want 'func main() { var x ' '*' int '' '; use(x) }'
    go channels $n $want 'func main() { var x ' 'chan ' int '' '; use(x) }'
    go maps $n $want 'func main() { var x ' 'map[int]' int '' '; use(x) }'
    go funcs $n $want 'func main() { var x ' 'func() ' int '' '; use(x) }'
    go interfaces $((n / 2)) $want 'func main() { var x ' 'interface{m() ' int '}' '; use(x) }'
    go unary $n $want "$main use(" '- ' x '' ') }'
done
go minus 900 ok 'func main() { x := 1.5; use(' '-(x+' x ')' ') }'
go ands 15000 ok 'func main() { x := true; use(x' '&&x' '' '' ') }'
go strings 15000 ok 'func main() { x := "a"; use(x' '+x' '' '' ') }'
go fields 900 ok 'type T struct { T *T }
func main() { var t T; use(t' '.T' '' '' ') }'
go instances 150 ok 'type T[P any] struct{ p P }
func main() { var x ' 'T[' int ']' '; use(&x) }'
go instances 250 deep 'type T[P any] struct{ p P }
func main() { var x ' 'T[' int ']' '; use(&x) }'
go loops 150 ok 'func main() { x := 1; ' 'for range x {' 'use(x)' '}' ' }'
# Long chains of declarations.
list() { awk -v n="$2" "BEGIN { for (i = 0; i < n; i++) printf \"$1\n\", i, i + 1 }"; }
{ echo 'package main'; list 'var c%d = c%d + 1' 1500; echo 'var c1500 = 1'; echo 'func main() { println(c0) }'; } >vars.go; two vars 1500 ok
{ echo 'package main'; list 'const c%d = c%d + 1' 1500; echo 'const c1500 = 1'; echo 'func main() { println(c0) }'; } >consts.go; two consts 1500 ok
{ echo 'package main'; list 'type T%d struct{ T%d }' 900; echo 'type T900 int'; echo 'func main() { var x T0; println(&x) }'; } >embed.go; two embed 900 ok
{ echo 'package main'; list 'type T%d T%d' 30000; echo 'type T30000 int'; echo 'func main() { var x T0; println(x) }'; } >types.go; two types 30000 deep
{ echo 'package main'; list 'func f%d() int { return f%d() + 1 }' 10000; echo 'func f10000() int { return 1 }'; echo 'func main() { println(f0()) }'; } >funcs.go; two funcs 10000 ok
{ echo 'package main'; echo 'type T0 struct{ a, b int }'; awk 'BEGIN { for (i = 1; i < 60; i++) printf "type T%d struct{ a, b T%d }\n", i, i - 1 }'; echo 'var x T59'; echo 'func main() { println(&x) }'; } >double.go
b() { rm -f o; v build -o o "$1"; expect 1 "$2" "$1"; }
b double.go 'larger than address space'
printf 'package main\ntype T[P any] struct{ a *T[T[P]] }\nvar x T[int]\nfunc main() { println(&x) }\n' >grow.go; b grow.go './grow.go:2:8: instantiation cycle'
