# 30-why.sh - build -why: the way from main to what a program holds.
export GOCACHE=$PWD/cache GOFLAGS= GOWORK=off
mkdir m && cd m && mkdir a b && printf 'module x.org/m\n\ngo 1.26\n' >go.mod
printf 'package a\n\nimport "x.org/m/b"\n\ntype T struct{ n int }\n\nvar V = b.New()\n\nfunc (t T) String() string { return b.Text(t.n) }\n\nfunc Unused() { b.Never() }\n' >a/a.go
printf 'package b\n\nvar Count int\n\nfunc init() { Count++ }\n\nfunc New() int { return Count }\n\n//go:noinline\nfunc Text(n int) string { return string(rune(n)) }\n\nfunc Never() {}\n' >b/b.go
printf 'package main\n\nimport (\n\t"fmt"\n\t"x.org/m/a"\n)\n\nfunc main() { fmt.Println(a.T{}, a.V) }\n' >main.go
why() { v build "-why=$1" .; is $rc 0 "-why=$1"; is "$(cat out)" "$2" "-why=$1"; }
for cache in cold warm; do
    why x.org/m/b.Text '# x.org/m/b.Text
main.main
type:x.org/m/a.T
x.org/m/a.(*T).String
x.org/m/a.T.String
x.org/m/b.Text'
    why x.org/m/b.Never '# x.org/m/b.Never
(x.org/m does not hold it)'
    why x.org/m/b.Count '# x.org/m/b.Count
x.org/m
x.org/m/a
x.org/m/b
x.org/m/b.init
x.org/m/b.init.0
x.org/m/b.Count'
    why x.org/m/a.T '# x.org/m/a.T
main.main
type:x.org/m/a.T'
    is "$(ls)" "$(printf 'a\nb\nerr\ngo.mod\nmain.go\nout')" 'nothing is written'
    v build -o p . ; rm p
done
