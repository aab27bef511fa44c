# 14-world.sh - what may be wrong around a build: the library, the runtime archive, memory; and how vole tells of its own crashes.
hello h.go
printf 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n' >f.go
lib=$("$VOLE" env GOROOT)
# GOROOT.
GOROOT=$PWD/none v build h.go; expect 1 'vole: no Go 1.26 library source found; looked at:' 'no GOROOT'; has err 'none (\$GOROOT): no library source' 'no GOROOT'
mkdir -p old/src/fmt; echo go1.25.1 >old/VERSION; GOROOT=$PWD/old v build h.go; has err 'old (\$GOROOT): is go1.25.1' 'another version'
head -c 3000 "$VOLE" >old/VERSION; GOROOT=$PWD/old v build h.go; expect 1 'no Go 1.26 library source found' 'a binary VERSION'
echo go1.26.1 >old/VERSION; GOROOT=$PWD/old v build h.go; is $rc 1 'an empty library'; has err 'no Go files\|no such file\|is not in std' 'an empty library'
grep -q 'internal error' err && fail 'an empty library: internal error'
mkdir part; ln -s "$lib"/src part/all; mkdir part/src; ln -s "$PWD"/part/all/* part/src/; rm part/src/fmt; mkdir part/src/fmt; cp part/all/fmt/*.go part/src/fmt/
echo go1.26.0 >part/VERSION
GOROOT=$PWD/part v build -o o f.go; is $rc 0 'a GOROOT of links'
echo 'broken {' >>part/src/fmt/print.go; GOROOT=$PWD/part v build -o o f.go; is $rc 1 'a damaged library'; has err 'fmt/print.go:[0-9]*:1: syntax error' 'a damaged library'
head -c 2000 "$VOLE" >part/src/fmt/print.go; GOROOT=$PWD/part v build -o o f.go; is $rc 1 'a binary library file'
cp part/all/fmt/print.go part/src/fmt/; echo 'func Println() { x }' >>part/src/fmt/print.go
GOROOT=$PWD/part v build -o o f.go; is $rc 1 'a wrong library'; has err 'fmt/print.go:[0-9]*:[0-9]*: ' 'a wrong library'
rm part/src/fmt/*; GOROOT=$PWD/part v build -o o f.go; expect 1 'f.go:3:8: package fmt is not in std (' 'an empty package'
# The runtime archive and the packages in vole's folder.
here_vole=$VOLE; root=$(cd "$(dirname "$VOLE")/.." && pwd)
mkdir -p inst/bin/lib; cp "$here_vole" inst/bin/vole; ln -s "$root/lib" inst/lib
A=$(dirname "$here_vole")/lib/rt-linux-amd64.a T=inst/bin/lib/rt-linux-amd64.a
VOLE=$PWD/inst/bin/vole
v build -o o h.go; expect 1 'vole: the installation is not complete' 'no archive'
for n in 0 7 100 1000 50001; do head -c $n "$A" >$T; v build -o o h.go; expect 1 'rt-linux-amd64.a is ' "archive cut at $n"; done
head -c 8 "$A" >$T; v build -o o h.go; expect 1 'not defined' 'an archive without members'
head -c 100000 /dev/urandom >$T; v build -o o h.go; expect 1 'rt-linux-amd64.a is damaged' 'another file as archive'
rm $T; mkdir $T; v build -o o h.go; is $rc 1 'a folder as archive'; rmdir $T
python3 - "$A" $T <<'P' >report || fail "damaged archive: $(cat report)"
import random, subprocess, sys
good = open(sys.argv[1], "rb").read()
for seed in range(40):
    r, a = random.Random(seed), bytearray(good)
    for _ in range((1, 10, 1000)[seed % 3]):
        a[r.randrange(len(a))] = r.randrange(256)
    open(sys.argv[2], "wb").write(a)
    p = subprocess.run(["inst/bin/vole", "build", "-o", "o", "h.go"], capture_output=True, text=True, errors="replace", timeout=900)
    if p.returncode not in (0, 1) or "internal error" in p.stderr:
        sys.exit(f"seed {seed}: exit {p.returncode}: {p.stderr[:300]}")
P
checks=$((checks + 40))
cp "$A" $T; rm inst/lib; v build -o o h.go; expect 1 'vole: the installation is not complete' 'no packages'
VOLE=$here_vole
# Memory: a program or a message, whatever there is of it.
if "$VOLE" version >/dev/null 2>&1 && ! nm "$VOLE" 2>/dev/null | grep -q __asan_init; then
    for kb in 20000 60000 80000 100000 120000 150000 200000 300000 500000 540000 570000 600000; do
        (ulimit -v $kb; exec timeout 900 "$VOLE" build -o o f.go) >out 2>err; rc=$?
        checks=$((checks + 1))
        case $rc in
        0) ;;
        1) has err 'out of memory\|cannot create' "limit of $kb KB" ;;
        127) [ $kb -lt 60000 ] || fail "limit of $kb KB: $(head -1 err)" ;; # the loader
        *) fail "limit of $kb KB: exit code $rc: $(head -1 err)" ;;
        esac
    done
    (ulimit -s 100; exec "$VOLE" build -o o f.go) >out 2>err; is $? 0 'a small stack'
fi
# A crash of vole names pass and function and says what to do.
VOLE_CRASH=prove:main.main v build -o crashed h.go; is $rc 2 'a crash'; has err '^vole: internal error: invalid memory access' 'a crash'
has err '	in pass prove of main.main' 'a crash'; has err 'This is a mistake in vole, not in your program. Please report it' 'a crash'
[ ! -e crashed ] || fail 'a crash left output'
cp o before; n=0
while [ $n -lt 12 ]; do
    n=$((n + 1))
    "$VOLE" build -o o f.go >out 2>err & pid=$!
    k=0 # until it is no copy of this shell any more
    while [ $k -lt 100 ] && [ "$(readlink /proc/$pid/exe)" != "$VOLE" ]; do k=$((k + 1)); done
    sleep 0.0$((n + 1))
    kill -SEGV $pid 2>/dev/null; wait $pid 2>/dev/null; rc=$?
    [ $rc = 0 ] || { is $rc 2 'SIGSEGV'; has err 'internal error' 'SIGSEGV'; has err ': sent by process [1-9]' 'SIGSEGV'; has err 'Please report it' 'SIGSEGV'; cmp -s o before || fail 'SIGSEGV: output changed'; }
done
is "$(ls -A "$TMPDIR")" '' 'temporary folder'
