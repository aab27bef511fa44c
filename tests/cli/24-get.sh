# 24-get.sh - get: flags, arguments, folders; no network (tests/unit/mod_graph.c has the versions).
export GOPROXY=off GOWORK= GOMODCACHE=$PWD/cache
mkdir none && cd none && v get x.org/y; expect 1 'go: go.mod file not found in current directory or any parent directory.' 'outside of a module'
cd .. && mkdir -p m/sub r && cd m || exit 1
printf 'module x.org/m\n\ngo 1.21\n\nreplace x.org/r => ../r\n' >go.mod
printf 'module x.org/r\n\ngo 1.21\n' >../r/go.mod; printf 'package r\n' >../r/r.go
printf 'package sub\n\nimport _ "x.org/r"\n' >sub/s.go
v get ./sub; expect 0 'go: added x.org/r v0.0.0-00010101000000-000000000000' 'a missing import'
has go.mod '^require x.org/r v0.0.0-00010101000000-000000000000$'
v list -m all; is "$(cat out)" "$(printf 'x.org/m\nx.org/r v0.0.0-00010101000000-000000000000 => ../r')" 'list -m all'
v list -m; is "$(cat out)" 'x.org/m' 'list -m'
v list -m -json=Path,Version x.org/r; is "$(cat out)" "$(printf '{\n\t"Path": "x.org/r",\n\t"Version": "v0.0.0-00010101000000-000000000000"\n}')" 'list -m -json'
v list -m x.org/none; expect 1 'go: module x.org/none: not a known dependency' 'list -m of nothing'
v list -m ./sub; expect 1 'go: cannot use relative path ./sub to specify module' 'list -m of a folder'
v get x.org/r@none; expect 0 'go: removed x.org/r v0.0.0-00010101000000-000000000000' 'none'
v get -u=x; expect 1 'go: unknown upgrade flag -u=x' '-u=x'
v get -d=false; expect 1 'go: -d flag may not be set to false' '-d=false'
v get -insecure x.org/r; expect 1 'go: -insecure flag is no longer supported; use GOINSECURE instead' '-insecure'
v get x.go; expect 1 'go: x.go: arguments must be package or module paths' 'a file'
v get x.org/r@; expect 1 'go: invalid module version syntax "x.org/r@"' 'no version'
v get x.org/r@-v; expect 1 'go: invalid module version "-v"' 'a version like a flag'
v get ./sub@v1.0.0; expect 1 "go: can't request explicit version" 'a version of a folder'
v get all@v1.0.0; expect 1 "go: can't request version \"v1.0.0\" of pattern \"all\" that includes the main module" 'all@version'
v get fmt@v1.0.0; expect 1 "go: can't request explicit version \"v1.0.0\" of standard library package fmt" 'the library'
v get x.org/m@v1.0.0; expect 1 "go: can't request version \"v1.0.0\" of the main module (x.org/m)" 'the main module'
v get x.org/m/sub@v1.0.0; expect 1 "go: package x.org/m/sub is in the main module, so can't request version v1.0.0" 'a package of it'
v get .../x; expect 1 'because first path element contains a wildcard' 'a wildcard in front'
v get ../r; expect 1 'is not within module rooted at' 'a folder outside'
v get x.org/other; expect 1 'module lookup disabled by GOPROXY=off' 'no proxy'
mkdir -p ../px/golang.org/toolchain/@v; printf 'v0.0.1-go1.24.3.linux-amd64\nv0.0.1-go1.25.0.linux-amd64\n' >../px/golang.org/toolchain/@v/list
cp go.mod go.mod.old; GOPROXY=file://$(cd .. && pwd)/px v get go@1.24; expect 0 'go: upgraded go 1.21 => 1.24.3' 'go@1.24'
has go.mod '^go 1.24.3$'; v get go@1.99; expect 1 'module lookup disabled by GOPROXY=off' 'go@1.99'; mv go.mod.old go.mod
v get go@none; expect 1 'go: cannot use go@none' 'go@none'
cd .. && printf 'go 1.20\n\nuse ./m\n' >go.work && cd m && v get x.org/r; is "$(head -1 ../go.work)" 'go 1.21' 'go.work keeps up'
# Of two proxies the second one is asked when the first one has no module for any part of the path, not for each part of it.
cd .. && mkdir two && cd two || exit 1
cat >two.py <<'P'
import os, zipfile
def mod(proxy, path, version, file):
    d = f"{proxy}/{path}/@v"
    os.makedirs(d)
    gomod = f"module {path}\n"
    for name, text in (("list", version + "\n"), (version + ".info", '{"Version":"%s"}' % version), (version + ".mod", gomod)):
        open(f"{d}/{name}", "w").write(text)
    with zipfile.ZipFile(f"{d}/{version}.zip", "w") as z:
        z.writestr(f"{path}@{version}/go.mod", gomod)
        z.writestr(f"{path}@{version}/{file}", "package p\n")
mod("a", "x.test/m", "v1.0.0", "sub/s.go")
mod("b", "x.test/m/sub", "v1.2.0", "s.go")
mod("a", "x.test/k", "v1.0.0", "k.go")
mod("b", "x.test/k/p", "v1.0.0", "p.go")
mod("b", "x.test/n", "v1.0.0", "n.go")
P
python3 two.py; printf 'module m\n\ngo 1.21\n' >go.mod
two() { GOWORK=off GOFLAGS=-modcacherw GOSUMDB=off GOPROXY="file://$PWD/a$1file://$PWD/b" GOMODCACHE=$PWD/cache v get "$2"; }
two , x.test/m/sub@latest; expect 0 '' 'a path of two proxies'; is "$(tail -1 err)" 'go: added x.test/m v1.0.0' 'the first proxy counts'
two , x.test/n; is "$(tail -1 err)" 'go: added x.test/n v1.0.0' 'the second proxy'
two , x.test/k/p; has err 'module x.test/k@upgrade found (v1.0.0), but does not contain package x.test/k/p' 'the first proxy has a module, not the package'
two '|' x.test/k/p; is "$(tail -1 err)" 'go: added x.test/k/p v1.0.0' 'after a bar the next one is asked whatever was said'
