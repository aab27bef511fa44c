# 11-output.sh - where the result goes: full disk, folders, killed builds. What was there before a failed build stays.
hello h.go
printf 'package main\nfunc main() { x }\n' >bad.go
left() { checks=$((checks + 1)); n=$(ls -A | grep -c 'tmp-'); [ "$n" = 0 ] || fail "$1: temporary files left: $(ls -A | grep tmp-)"; }
v build -o o h.go; is $rc 0 'build'; before=$(cksum <o)
v build -o o bad.go; expect 1 './bad.go:2:15: undefined: x' 'bad source'; is "$(cksum <o)" "$before" 'output of a failed build'
(ulimit -f 8; v build -a -o o h.go; expect 1 'cannot write o: file too large' 'file size limit'; [ $fails = 0 ]) || fails=$((fails + 1))
is "$(cksum <o)" "$before" 'output survives a failed write'; left 'file size limit'
(ulimit -f 8; v build -o fresh h.go; [ ! -e fresh ]) || fail 'partial output file'
if [ "$(id -u)" = 0 ] && mkdir disk && mount -t tmpfs -o size=64k none disk 2>/dev/null; then
    v build -o disk/o h.go; expect 1 'cannot write disk/o: no space left on device' 'full disk'
    is "$(ls -A disk)" '' 'full disk: nothing left'
    mount -o remount,ro disk && { v build -o disk/o h.go; expect 1 'cannot write disk/o: read-only file system' 'read-only file system'; }
    umount disk
else skip 'a full disk: no right to mount'; fi
if [ $can_be_plain ]; then
    mkdir ro; chmod 555 ro; vp build -o ro/o h.go; expect 1 'cannot write ro/o: permission denied' 'read-only folder'
    cp o ro/old 2>/dev/null; is "$(ls ro)" "$([ -e ro/old ] && echo old)" 'read-only folder: nothing new'
else skip 'a read-only folder: root without setpriv'; fi
v build -o no/such/o h.go; is $rc 0 'missing folders are made'; is "$(no/such/o 2>&1)" hello 'missing folders are made'
: >notes.d; v build -o notes.d/o h.go; expect 1 'cannot write notes.d/o: not a directory' 'a file where a folder should be'
printf 'package p\n' >p.go; mkdir d
v build -o d p.go; expect 1 'go: no main packages to build' 'a folder for no program'
v build -buildmode=exe p.go; is "$rc $(cat err)" '0 ' 'exe: no program to build'; v build -buildmode=exe -o x p.go; expect 1 '-buildmode=exe requires exactly one main package' 'no program'
v build -buildmode=plugin p.go; expect 1 '-buildmode=plugin requires exactly one main package' 'a plugin that is no program'
v build -buildmode=c-shared h.go; expect 1 'not supported yet: -buildmode=c-shared' 'a library for C'; v run -buildmode=plugin h.go; expect 1 'not supported yet: -buildmode=plugin' 'a plugin that runs'; v build -buildmode=x h.go; expect 1 'buildmode=x not supported' 'no mode'
v build -buildmode=archive h.go; expect 1 'no packages to build' 'archive: programs are left out'
v build -buildvcs=hg h.go; expect 2 'invalid boolean value "hg" for -buildvcs: value is neither '"'auto'"' nor a valid bool' -buildvcs
v build -o p.a p.go; is "$(ar t p.a | tr '\n' ' ')" '__.PKGDEF _go_.o ' 'a library: an archive'; v build -x -o px.a p.go; cmp -s p.a px.a || fail 'a library: -x leaves other bytes'
GOCACHE=off v build -o pn.a p.go; cmp -s p.a pn.a || fail 'a library: other bytes without a cache'
v build -o p.a p.go; is "$rc" 0 'an archive may be replaced'
echo 'precious' >notes.txt; v build -o notes.txt h.go; expect 1 'command-line-arguments: go build command-line-arguments: build output "notes.txt" already exists and is not an object file' 'a text as output'
is "$(cat notes.txt)" precious 'the text'
mkdir h; v build h.go; expect 1 'go: build output "h" already exists and is a directory' 'a folder of the name'; v build bad.go; mkdir bad; v build bad.go; expect 1 'go: build output "bad" already exists' 'before anything is compiled'; rmdir bad
v build -buildmode=archive -o x h.go; expect 1 'no packages to build' 'nothing is left'; v build -covermode=x h.go; expect 2 'invalid value "x" for flag -covermode: valid modes are "set", "count", or "atomic"' -covermode
v build -x -coverpkg=./... h.go; expect 1 'not supported yet: -cover with -x, -n, -work or -toolexec' -coverpkg
mkdir kept; printf 'package p\nvar x int = ""\n' >wrong.go; mkdir -p mm/a mm/b; echo 'module mm' >mm/go.mod; cp wrong.go mm/a; cp h.go mm/b; v build -C mm -o ../kept/ ./...; is "$rc $(ls kept)" '0 b' 'into a folder: programs alone are built'
v build -o h h.go; is $rc 0 'into a folder'; is "$(h/h 2>&1)" hello 'into a folder'
v build -o new/ h.go; is $rc 0 'into a new folder'; is "$(new/h 2>&1)" hello 'into a new folder'
v build -o /dev/null h.go; is $rc 0 '/dev/null'; [ -c /dev/null ] || fail '/dev/null is gone'
v build -o /dev/full h.go; expect 1 'cannot write /dev/full: no space left on device' 'a device'; [ -c /dev/full ] || fail '/dev/full is gone'
ln -s /dev/null link; v build -o link h.go; is $rc 0 'a link to a device'; [ -c /dev/null ] && [ -L link ] || fail 'the link'
(umask 027; v build -o mode h.go); is "$(stat -c %a mode)" 750 'umask'
# A file system that knows no files without a name: another way to the same file.
cat >shim.c <<'EOF'
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>
int open(const char *path, int flags, ...) {
    va_list a;
    va_start(a, flags);
    int mode = va_arg(a, int);
    va_end(a);
    if ((flags & O_TMPFILE) == O_TMPFILE) return errno = EOPNOTSUPP, write(2, "shim\n", 5), -1;
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
int open64(const char *, int, ...) __attribute__((alias("open")));
EOF
if ${CC:-cc} -shared -fPIC -o shim.so shim.c 2>/dev/null; then
    (umask 027; LD_PRELOAD=$PWD/shim.so v build -o named h.go); has err shim 'the shim is used'; is "$(stat -c %a named)" 750 'umask without O_TMPFILE'
    is "$(./named 2>&1)" hello 'output without O_TMPFILE'; left 'without O_TMPFILE'
    cp h/h old; (ulimit -f 8; LD_PRELOAD=$PWD/shim.so v build -o old h.go); cmp -s old h/h || fail 'output survives a failed write without O_TMPFILE'; left 'failed without O_TMPFILE'
else skip 'no O_TMPFILE: no shared libraries'; fi
# A build that is killed at any moment leaves the old output and nothing else.
for sig in KILL TERM INT; do
    for ms in 02 05 08 11 14 17 20 30; do
        timeout -s $sig 0.$ms "$VOLE" build -o o h.go >/dev/null 2>&1
        is "$(cksum <o)" "$before" "killed by $sig"
    done
done
left 'killed builds'
is "$(ls -A "$TMPDIR")" '' 'temporary folder'
# A script: the first line is the system's; the folder stays as it is.
mkdir script && printf '#!/usr/bin/env -S vole run\npackage main\n\nimport "os"\n\nfunc main() {\n\tprintln(len(os.Args))\n\tos.Exit(3)\n}\n' >script/s.go
v run script/s.go a b; is "$rc $(cat err)" '3 3' 'a script'; v run script/s.go; is "$rc $(cat err)" '3 1' 'a script, again'
is "$(ls script)" s.go 'a script leaves nothing'
for name in tool tool.v2 .tool _tool tool_test tool_windows 'my tool' a@b; do # as scripts are called: without .go
    cp script/s.go "script/$name"; v run "script/$name" a; is "$rc $(cat err)" '3 2' "a script: $name"
done
ln -s tool script/link; v run script/link; is "$rc $(cat err)" '3 1' 'a link to a script'
printf 'package main\n\nfunc main() {}\n' >script/plain; v run ./script/plain; [ $rc != 0 ] || fail 'a file without #! and .go'
(cd script && rm -f tool tool.v2 .tool _tool tool_test tool_windows 'my tool' a@b link plain)
printf '#!/usr/bin/env -S vole run\npackage main\n\nfunc main() { x := 1 }\n' >script/e.go; v run script/e.go; has err 'e.go:4:15: declared and not used: x' 'a place in a script'
mkdir script/p && printf '#!x\npackage p\n' >script/p/p.go && printf 'module m\n' >script/go.mod; (cd script && v build ./p; grep -q "expected 'package', found '#'" err) || fail 'a package is no script'
