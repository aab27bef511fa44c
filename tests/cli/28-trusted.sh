# 28-trusted.sh - packages outside the main module are parsed and checked where main reaches them; what would break the building is found.
export GOFLAGS=-mod=vendor
mkdir -p vendor/ex.com/dep
printf 'module m\n\ngo 1.26\n\nrequire ex.com/dep v1.0.0\n' >go.mod
printf '# ex.com/dep v1.0.0\n## explicit; go 1.20\nex.com/dep\n' >vendor/modules.txt
dep() { # DECLARATIONS: of the package; Good is there too
    printf 'package dep\n\nfunc Good() int { return 42 }\n\n%s\n' "$1" >vendor/ex.com/dep/d.go
}
use() { printf 'package main\n\nimport "ex.com/dep"\n\nfunc main() { println(dep.%s) }\n' "$1" >main.go; v build -o p .; }
dep 'func Syntax() int {
	return 1 2
}

func Type() int {
	return "x"
}

func Label() int {
	goto no
	return 1
}

func Unused() int {
	x := 1
	return 2
}'
use 'Good()'; expect 0 '' 'nothing wrong is reached'
is "$(./p 2>&1)" 42 'what was reached works'
use 'Syntax()'; expect 1 'vendor/ex.com/dep/d.go:6:11: syntax error: unexpected literal 2 at end of statement' 'a syntax error is reached'
use 'Type()'; expect 1 'vendor/ex.com/dep/d.go:10:9: cannot use "x" (untyped string constant) as int value in return statement' 'a wrong type'
use 'Label()'; expect 1 'vendor/ex.com/dep/d.go:14:7: label no not defined' 'a label'
use 'Unused()'; expect 1 'vendor/ex.com/dep/d.go:19:2: declared and not used: x' 'a variable'
dep 'func Bad() int { return 1'
use 'Good()'; expect 1 'vendor/ex.com/dep/d.go:6:1: syntax error: unexpected EOF, expected }' 'a brace is missing'
# A package that only an unreached function uses: its files are parsed late, and no error follows from what is missing in them.
mkdir -p vendor/ex.com/bad; echo ex.com/bad >>vendor/modules.txt
dep 'func Unused() int { return bad.F(1) + bad.G }'; sed -i 's,^package dep,&\n\nimport "ex.com/bad",' vendor/ex.com/dep/d.go
printf 'package bad\n\nfunc F(x int) int { return x }\n\nvar G =\n' >vendor/ex.com/bad/b.go
use 'Good()'; expect 1 'vendor/ex.com/bad/b.go:6:1: syntax error: unexpected EOF, expected expression' 'a broken package'
is "$(grep -c '^[^#[:space:]]' err)" 1 'a broken package: one error'
use 'Unused()'; expect 1 'vendor/ex.com/bad/b.go:6:1: syntax error: unexpected EOF, expected expression' 'a broken package that is reached'
is "$(grep -c '^[^#[:space:]]' err)" 1 'a broken package that is reached: one error'
printf '1\n' >>vendor/ex.com/bad/b.go; use 'Unused()'; expect 0 '' 'it is mended'; is "$(./p 2>&1)" 2 'it is mended'
dep 'func Inst[T any](x T) { Inst[*T](nil) }

func Use() int { Inst(1); return 1 }'
use 'Use()'; expect 1 'vendor/ex.com/dep/d.go:5:11: instantiation cycle' 'endless instances'
dep 'type A interface { m() interface { A } }

func Use() int { var a A; var b any = &a; println(b); return 1 }'
use 'Use()'; expect 1 'vendor/ex.com/dep/d.go:5:8: invalid recursive type: anonymous interface refers to itself' 'an endless type'
dep 'func Use() int { var x [1 << 60]byte; return int(x[1]) }'
use 'Use()'; expect 1 'vendor/ex.com/dep/d.go:5:24: type [1152921504606846976]byte larger than address space' 'a large type'
use 'Good()'; expect 0 '' 'a large type is not reached'
# A folder that takes the place of a module is the work of whoever builds: all of it is checked.
dep 'func Type() int { return "x" }'
mv vendor/ex.com/dep dep; rm -r vendor; printf 'module ex.com/dep\n\ngo 1.20\n' >dep/go.mod
printf '\nreplace ex.com/dep => ./dep\n' >>go.mod
GOFLAGS=-mod=mod use 'Good()'; expect 1 'dep/d.go:5:26: cannot use "x"' 'a folder of a replace line'
