# 29-remote.sh - packs go to a cache elsewhere and come from there; one that fails is told of once. (tests/cache/run.py has the protocols.)
export GOENV=off GOFLAGS= GOWORK=
printf 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n' >h.go
mkdir kept
export GOCACHEPROG="python3 $here/../cache/prog.py $PWD/kept"
GOCACHE=$PWD/a v build -debug-cache -o h1 h.go; is $rc 0 'the first machine'; has err 'cache sent .* fmt' 'the first machine'
GOCACHE=$PWD/b v build -debug-cache -o h2 h.go; is $rc 0 'another machine'; has err 'cache found .* fmt' 'another machine'; has err 'units: [1-9][0-9]* functions from packs, 0 made' 'another machine'
checks=$((checks + 1)); cmp -s h1 h2 || fail 'programs differ'
GOCACHE=$PWD/b v build -debug-cache -o h2 h.go; is "$(grep -c 'found\|sent' err)" 0 'nothing to do: nobody is asked'
for fault in dies damages error garbage; do
    rm -rf c; GOCACHE=$PWD/c GOCACHEPROG="$GOCACHEPROG $fault" v build -o h3 h.go
    is "$rc $(grep -c 'going on without it' err) $(wc -l <err)" '0 1 1' "a program that $fault"; checks=$((checks + 1)); cmp -s h1 h3 || fail "a program that $fault: another result"
done
GOCACHE=$PWD/d GOCACHEPROG=$PWD/none v build -o h3 h.go; is "$rc $(grep -c 'cannot be started: no such file' err)" '0 1' 'no program'
unset GOCACHEPROG
GOCACHE=$PWD/e VOLECACHEURL=http://127.0.0.1:9/x v build -o h3 h.go; is "$rc $(grep -c 'connection refused; going on without it' err)" '0 1' 'no server'
GOCACHE=$PWD/f VOLECACHEURL=x://y v build -o h3 h.go; is "$rc $(grep -c 'unsupported scheme' err)" '0 1' 'no URL'
