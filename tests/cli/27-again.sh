# 27-again.sh - commands with nothing to do: build, install and run a second time; everything that may have changed is seen.
export GOCACHE=$PWD/cache GOENV=off GOFLAGS= GOWORK=
unset GOBIN GOPATH GODEBUG
# did HOW WHAT ARGS...: vole ARGS rested (did nothing), restored (output from the cache), or built.
did() {
    how=$1 what=$2; shift 2
    v "$@"
    checks=$((checks + 1))
    got=built
    grep -q 'cache hit .* manifest' err && ! grep -q 'cache: manifest: ' err && got=rested
    [ $got = rested ] && grep -q 'cache hit .* program' err && got=restored
    grep -q 'cache put .* program' err && got=built
    [ "$rc" = 0 ] || got="failed: $(grep -v '^vole: cache' err | head -2)"
    [ "$got" = "$how" ] || fail "$what: $got, not $how: $(grep 'cache' err | head -3)"
}
b() { did "$1" "$2" build -debug-cache -o prog .; }
mkdir m m/sub m/data m/other; cd m || exit 1
printf 'module example.com/m\n\ngo 1.26\n' >go.mod
cat >main.go <<'P'
package main

import (
	_ "embed"
	"embed"
	"example.com/m/sub"
	"os"
)

//go:embed data
var files embed.FS

func main() {
	names, _ := files.ReadDir("data")
	println(sub.F(), len(names), len(os.Args))
}
P
printf 'package sub\n\nfunc F() int { return 1 }\n' >sub/sub.go
echo one >data/one
prog() { is "$(./prog 2>&1)" "$1" "$2"; }
b built 'the first time'; b rested 'the second time'; b rested 'the third time'; prog '1 1 1' 'the program'
# What changes nothing.
cd ..; cp -r m m2; rm -r m; mv m2 m; cd m; b built 'a fresh checkout: no program kept yet'; cd ..; cp -r m m2; rm -r m; mv m2 m; cd m; b restored 'a fresh checkout'; b rested 'after that'
touch main.go sub/sub.go data/one; b rested 'touched files'
cp sub/sub.go s; rm sub/sub.go; mv s sub/sub.go; b rested 'a file replaced by an equal one'
touch sub; b rested 'a touched folder'
# Contents.
printf 'package sub\n\nfunc F() int { return 2 }\n' >sub/sub.go; b built 'an edit'; b rested 'after an edit'; prog '2 1 1' 'an edit'
touch -d '2 hours ago' sub/sub.go; b rested 'an old time'; touch -r sub/sub.go stamp
printf 'package sub\n\nfunc F() int { return 3 }\n' >sub/sub.go; touch -r stamp sub/sub.go; b built 'an edit with the old size and time'; prog '3 1 1' 'old size and time'
printf 'package sub\n\nfunc F() int { return 4 }\n' >s.new; touch -r stamp s.new; mv s.new sub/sub.go; b built 'a file replaced by rename'; prog '4 1 1' 'rename'
printf 'package sub\n\nfunc G() int { return 5 }\n' >sub/g.go; b built 'an added file'; b rested 'after an added file'
rm sub/g.go; b built 'a removed file'; b rested 'after a removed file'
printf 'package sub\n\nfunc H() int { return 5 }\n' >sub/g_windows.go; b built 'an added file for another system'; b rested 'after that'
printf 'package sub\n' >sub/g_test.go; b built 'an added test'; b rested 'after an added test'; rm sub/g_*.go; b built 'both gone'
echo two >data/two; b built 'an added embedded file'; prog '4 2 1' 'embed'; mkdir data/d; b built 'a folder among embedded files'; echo x >data/d/x; b built 'a file in it'; prog '4 3 1' 'embed'
echo uno >data/one; b built 'another embedded text'; rm -r data/d data/two; b built 'embedded files gone'; prog '4 1 1' 'embed'
# A folder behind a link.
mv sub other/real; ln -s other/real sub; b rested 'a folder behind a link, the same'; b rested 'a folder behind a link'
cp -r other/real other/fake; sed -i 's/4/6/' other/fake/sub.go; ln -sfn other/fake sub; b built 'the link leads elsewhere'; prog '6 1 1' 'link'
rm sub; mv other/real sub; rm -r other; b built 'the folder again'; b rested 'the folder again'
# Settings. Each has a manifest of its own: going back is nothing to do.
GOAMD64=v3 did built 'another setting' build -debug-cache -o prog .; b restored 'the old setting'
GOFLAGS='-tags=x' did built 'other GOFLAGS' build -debug-cache -o prog .; b restored 'the old GOFLAGS'; b rested 'and again'
OTHER=1 did rested 'a variable of others' build -debug-cache -o prog .
# The output.
rm prog; b restored 'no output'; prog '4 1 1' 'no output'; b rested 'after that'
head -c 1000 prog >../p; cat ../p >prog; b restored 'a cut output'; prog '4 1 1' 'a cut output'
chmod 0444 prog; b restored 'an output without rights'; prog '4 1 1' 'rights'
cp "$VOLE" prog; b restored 'another program as output'; prog '4 1 1' 'another program'
rm prog; mkdir prog; v build -debug-cache -o prog .; is "$rc $(test -x prog/m && echo in)" '0 in' 'a folder as output'; rm -r prog
echo text >prog; v build -o prog .; expect 1 'build output "prog" already exists and is not an object file' 'a text as output'; rm prog; b built 'no text any more'
did built 'no output wanted' build -debug-cache -o /dev/null .; did rested 'no output wanted' build -debug-cache -o /dev/null .
checks=$((checks + 1)); [ -c /dev/null ] || fail '/dev/null is no device any more'
did built 'a new folder' build -debug-cache -o new/dir/ .; did rested 'a new folder' build -debug-cache -o new/dir/ .; rm -r new; did built 'the folder is gone' build -debug-cache -o new/dir/ .; rm -r new; did restored 'it is gone again' build -debug-cache -o new/dir/ .; rm -r new
# Several packages; one that is no program; what is wrong stays wrong.
did built 'all packages' build -debug-cache ./...; did rested 'all packages' build -debug-cache ./...
echo 'var x int = ""' >>sub/sub.go; v build ./...; is $rc 1 'an error'; v build ./...; is $rc 1 'the error again'; has err 'cannot use ""' 'the error again'; v build -o prog .; is $rc 1 'the error in a dependency'
sed -i '$d' sub/sub.go; did rested 'the error is gone' build -debug-cache ./...
v build -debug-cache ./none...; has err 'matched no packages' 'a warning'; v build -debug-cache ./none...; has err 'matched no packages' 'the warning again'
# Flags: -a builds, -m and -S say again what they said, -v names nothing, -n, -x and -work do as ever.
did built '-a' build -a -debug-cache -o prog .; b rested 'after -a'
v build -gcflags=-m -o prog .; cp err ../err1; v build -gcflags=-m -o prog .; has err 'inlining call' '-m'; cmp -s err ../err1 || fail '-m twice'
v build -gcflags=-S -o prog .; v build -gcflags=-S -o prog .; has err 'TEXT' '-S'
v build -v -o prog .; has err '^example.com/m$' '-v'; v build -v -o prog .; is "$(cat err)" '' '-v without work'
for f in -x -n; do v build $f -o prog .; v build $f -o prog .; has err '^WORK=' "$f"; done
v build -work -o prog .; v build -work -o prog .; has err '^WORK=' '-work'; rm -rf "$(sed -n 's/^WORK=//p' err)"
# go.mod, go.work, vendor, -C.
b restored 'before other modules'
echo >>go.mod; b built 'another go.mod'; b rested 'another go.mod'
printf 'go 1.26\n\nuse ./m\n' >../go.work; b built 'a go.work above'; b rested 'a go.work above'; rm ../go.work; b built 'no go.work any more'; b rested 'no go.work any more'
cd ..; did built '-C' build -C m -debug-cache -o prog2 .; did rested '-C' build -C m -debug-cache -o prog2 .; cd m; rm prog2
cd sub; did built 'another folder' build -debug-cache -o prog .; did rested 'another folder' build -debug-cache -o prog .; cd ..
mkdir vendor; b built 'a vendor folder'; rmdir vendor; b built 'no vendor folder'
# run: the program of the last time, whatever its arguments; its own exit code.
r() { did "$1" "$2" run -debug-cache . x y; has err '^4 1 3$' "$2"; }
r built 'run'; r restored 'run again'; did restored 'run with others' run -debug-cache . z; has err '^4 1 2$' 'other arguments'
sed -i 's/4/7/' sub/sub.go; did built 'run after an edit' run -debug-cache . x y; has err '^7 1 3$' 'run after an edit'; sed -i 's/7/4/' sub/sub.go; r built 'run and back'
printf 'package main\n\nimport "os"\n\nfunc main() { os.Exit(len(os.Args)) }\n' >../one.go
v run ../one.go; is $rc 1 'run FILE'; v run -debug-cache ../one.go a b; is $rc 3 'run FILE again'; has err 'hit .* program' 'run FILE again'
v run -exec 'echo -n' -debug-cache ../one.go a; has out 'one a' '-exec of a kept program'
# install: the program goes where it should; what an earlier build left goes.
export GOBIN=$PWD/bin
did built 'install' install -debug-cache; did rested 'install again' install -debug-cache; is "$(bin/m 2>&1)" '4 1 1' 'install'
rm bin/m; did built 'installed, removed' install -debug-cache; rm bin/m; did restored 'and again' install -debug-cache; cp bin/m m; did built 'a program in the folder' install -debug-cache; is "$(ls m 2>/dev/null)" '' 'it is gone'
unset GOBIN
# The library.
lib=$("$VOLE" env GOROOT); mkdir -p ../golib/src; echo go1.26.0 >../golib/VERSION; ln -s "$lib"/src/* ../golib/src/
printf 'package main\n\nimport "errors"\n\nfunc main() { println(errors.New("x").Error()) }\n' >../lib.go
l() { GOROOT=$PWD/../golib did "$1" "$2" build -debug-cache -o ../l ../lib.go; }
l built 'a library'; l rested 'a library'
rm ../golib/src/errors; cp -r "$lib"/src/errors ../golib/src/; l rested 'an equal package in its place'
sed -i 's/return e.s$/return e.s + "y"/' ../golib/src/errors/errors.go; l built 'another library'; is "$(../l 2>&1)" xy 'another library'
echo go1.26.1 >../golib/VERSION; l built 'another version'
# Modules: go.sum, the module cache, a folder that takes a module's place.
PROXY=$PWD/../proxy; mkdir -p ../x ../mm ../mine; (cd ../x && printf 'module x.org/x\n\ngo 1.26\n' >go.mod && printf 'package x\n\nfunc F() int { return 1 }\n' >x.go && publish x.org/x v1.0.0)
cd ../mm; printf 'module mm\n\ngo 1.26\n\nrequire x.org/x v1.0.0\n' >go.mod; printf 'package main\n\nimport "x.org/x"\n\nfunc main() { println(x.F()) }\n' >m.go
export GOPROXY=file://$PROXY GONOSUMDB=x.org GOMODCACHE=$PWD/../mods
v build -mod=mod -o prog; is $rc 0 'a module'; b built 'a module'; b rested 'a module'; prog 1 'a module'
echo >>go.sum; b built 'another go.sum'; b rested 'another go.sum'
mv go.sum kept; v build -o prog .; expect 1 'm.go:3:8: missing go.sum entry' 'no go.sum'; sed 's/h1:..../h1:AAAA/' kept >go.sum; v build -o prog .; is $rc 1 'a wrong go.sum'; mv kept go.sum; b rested 'the right go.sum'
chmod u+w ../mods/x.org/x@v1.0.0 ../mods/x.org/x@v1.0.0/x.go; sed -i 's/1/2/' ../mods/x.org/x@v1.0.0/x.go; b built 'an edited module cache'; prog 2 'an edited module cache'
cp ../x/go.mod ../mine/; sed 's/1/3/' ../x/x.go >../mine/x.go; echo 'replace x.org/x => ../mine' >>go.mod; b built 'a folder in its place'; b rested 'a folder in its place'; prog 3 'a folder'
sed -i 's/3/4/' ../mine/x.go; b built 'an edit there'; prog 4 'an edit there'
unset GOPROXY GONOSUMDB GOMODCACHE
# The cache: without rights, full, damaged, gone.
cd ..; hello h.go
h() { did "$1" "$2" build -debug-cache -o h h.go; }
GOCACHE=off h built 'no cache'; GOCACHE=off h built 'no cache'; GOCACHE=rel h built 'a relative cache'; GOCACHE=rel h built 'a relative cache'
h built 'a cache'; h rested 'a cache'; rm h; h built 'no output'; rm h; h restored 'no output'
if [ "$can_be_plain" ]; then
    chmod -R a-w cache; plain true && { rm -f h; vp build -debug-cache -o h h.go; is "$rc $(./h 2>&1)" '0 hello' 'a read-only cache'; has err 'hit .* program' 'a read-only cache'; }
    vp build -debug-cache -o h2 h.go; is $rc 0 'a read-only cache'; has err 'cache lost' 'a read-only cache'; chmod -R u+w cache
fi
(ulimit -f 100; exec "$VOLE" build -debug-cache -o /dev/null h.go) >out 2>err; is $? 0 'a full disk'; has err 'lost .* program\|put .* manifest' 'a full disk'
is "$(find cache -name '*.tmp*')" '' 'a full disk leaves nothing'
"$VOLE" clean -cache; is "$(ls -d cache/vole 2>/dev/null)" '' 'clean -cache'
h built 'after clean -cache'
python3 - "$VOLE" <<'P' >report || fail "damaged cache: $(cat report)"
import glob, os, random, re, subprocess, sys
vole = sys.argv[1]
def build():
    p = subprocess.run([vole, "build", "-debug-cache", "-o", "h", "h.go"], capture_output=True, text=True, timeout=600)
    if p.returncode or "internal error" in p.stderr or subprocess.run(["./h"], capture_output=True).stderr != b"hello\n":
        sys.exit(f"seed {seed}: exit {p.returncode}: {p.stderr[:500]}")
    return p.stderr
seed = -1
name = re.search(r"manifest\n", build()) and re.search(r"(\w{8}) manifest", build())[1]
for seed in range(500):
    r = random.Random(seed)
    [manifest] = glob.glob(f"cache/vole/{name[:1]}/{name}*")
    path = manifest if seed % 2 else r.choice(sorted(glob.glob("cache/vole/*/*") + ["cache/vole/files", "cache/vole/notes"]))
    data = bytearray(open(path, "rb").read())
    at = r.randrange(len(data) or 1)
    if seed % 5 == 0: data = data[:at]
    elif data: data[at] ^= 1 << r.randrange(8)
    open(path, "wb").write(data)
    if r.randrange(2) and os.path.exists("h"): os.remove("h")
    if seed % 4 == 0: open("h.go", "a").write(f"// {seed}\n") # what was damaged is asked for
    said = build()
    if seed % 2 and not re.search("put .* manifest", said): sys.exit(f"seed {seed}: damage was not noticed: {said}")
P
checks=$((checks + 500))
# Whatever a build opens or asks, the manifest names it: nothing that changes can be missed.
if strace -o /dev/null true 2>/dev/null; then
    mkdir -p w/m w/dep w/tree; cd w; (cd tree && git init -q . 2>/dev/null)
    printf 'module example.com/dep\n\ngo 1.26\n' >dep/go.mod; printf 'package dep\n\nfunc F() int { return 1 }\n' >dep/dep.go
    printf 'go 1.26\n\nuse (\n\t./m\n\t./dep\n)\n' >go.work; cp -r ../m/data m/; printf 'module example.com/m\n\ngo 1.26\n' >m/go.mod
    printf 'package main\n\nimport (\n\t"embed"\n\t"example.com/dep"\n\t"net/http"\n)\n\n//go:embed data\nvar f embed.FS\n\nfunc main() { println(dep.F(), http.StatusOK) }\n' >m/main.go
    rm -rf ../cache/vole; strace -f -qq -e trace=%file,getdents64 -o ../trace "$VOLE" build -o ../o ./m ./dep 2>../err && fail 'two packages into a file'
    strace -f -qq -e trace=%file -o ../trace "$VOLE" build -debug-cache -o ../o ./m 2>../err || fail "a traced build: $(cat ../err)"
    python3 - "$VOLE" ../trace ../cache/vole <<'P' >../report || fail "not in the manifest: $(cat ../report)"
import glob, os, re, sys
vole, trace, cache = sys.argv[1:]
[data] = [d for f in glob.glob(cache + "/*/*") if b"\x7fELF" not in (d := open(f, "rb").read()) and b"volepak" not in d[:80] and b"volernw" not in d[:80]]
data, at, names, last = data[64:], 0, {}, b""
def num():
    global at
    v = shift = 0
    while True:
        b = data[at]; at += 1
        v |= (b & 127) << shift; shift += 7
        if b < 128: return v
for _ in range(num()):
    kind = data[at]; at += 2
    keep = num(); more = num()
    last = last[:keep] + data[at:at + more]; at += more + 8
    at += 4 if kind in (2, 3) else 36 if kind in (4, 5, 10, 11) else 0
    names.setdefault(os.path.normpath(os.path.join(os.getcwd(), last.decode())), set()).add(kind)
own = os.path.normpath(os.path.join(os.getcwd(), cache, ".."))
missed, seen = set(), 0
for line in open(trace):
    m = re.search(r'(\w+)\((?:AT_FDCWD, )?"((?:[^"\\]|\\.)*)"', line)
    if not m or m[1] in ("execve", "mkdir", "rename", "linkat", "unlink"): continue
    p = os.path.normpath(os.path.join(os.getcwd(), m[2]))
    if p.startswith((own, "/proc/", "/lib", "/etc/ld", "/sys/", "/usr/lib/x86_64", "/dev/")) or "O_TMPFILE" in line or "O_CREAT" in line: continue
    if m[1] == "readlink" or p in (os.path.abspath("../o"), os.path.abspath("..")): continue # realpath's steps; the output
    if p == os.getcwd() or os.path.basename(p) in (".bzr", ".hg", ".git", ".svn", ".fslckout", "_FOSSIL_"): continue # the key; asked again
    seen += 1
    opened = re.search(r"= \d", line) and m[1] == "openat"
    wanted = 5 if "O_DIRECTORY" in line else 4 # the bytes, or the names
    if p not in names or (opened and wanted not in names[p]): missed.add(m[1] + " " + p)
if missed or seen < 500: sys.exit(f"{len(missed)} of {seen}: " + "; ".join(sorted(missed)[:20]))
P
    checks=$((checks + 1)); cd ..
    for how in 'build -o h' run; do
        "$VOLE" $how h.go 2>/dev/null; strace -f -qq -e trace=openat -o trace "$VOLE" $how h.go 2>/dev/null
        is "$(grep -c 'vole/files' trace)" 0 "$how with nothing to do does not read the table of files"
    done
    strace -f -qq -o trace "$VOLE" run h.go 2>/dev/null
    if grep -q io_uring_enter trace; then
        calls=$(sed '/execveat(/,$d' trace | wc -l)
        is "$([ "$calls" -lt 130 ] && echo few || echo "$calls")" few 'system calls of run with nothing to do' # 98, and some for each part of a path
    else skip 'no io_uring here: run asks for each file alone'
    fi
else skip 'strace is not there'
fi
