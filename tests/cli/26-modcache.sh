# 26-modcache.sh - the module cache when disks are full or cannot be written, several commands at once, and that nothing is written elsewhere.
top=$PWD; python3 "$here/../mod/interrupt.py" --world .
export GOPROXY=file://$top/proxy GOSUMDB=off GOENV=off GOWORK=off GOFLAGS=-modcacherw GOTOOLCHAIN=local GOMODCACHE=$top/cache
cp -r m before
# Several at once, with an empty cache: each does its job, and what they leave is whole.
for n in 1 2 3 4 5 6; do cp -r before m$n; (cd m$n && "$VOLE" mod tidy && "$VOLE" build -trimpath -o o .) >out$n 2>&1 & done; wait
for n in 1 2 3 4 5 6; do checks=$((checks + 1)); [ -x m$n/o ] && cmp -s m1/go.sum m$n/go.sum && cmp -s m1/go.mod m$n/go.mod && cmp -s m1/o m$n/o || fail "six at once, number $n: $(tail -1 out$n)"; done
cd m1 && v mod verify && is "$rc $(cat out)" '0 all modules verified' 'verified'; cd "$top" || exit 1
is "$(find cache -name '*partial*' -o -name '*tmp*')" '' 'remains of several at once'
# A go.mod of the cache that is not what go.sum says: in a workspace, too, nobody goes on.
cp -r m1 ws; printf 'go 1.21\n\nuse .\n' >ws/go.work; cp -r cache damaged; echo '// more' >>damaged/cache/download/x.org/a/@v/v1.1.0.mod
for c in 'mod why x.org/e' 'mod why -m x.org/e' 'build -o o3 .' 'list -deps .' 'list -m all' 'mod graph'; do for w in '' off; do
    (cd ws && GOWORK=$w GOMODCACHE=$top/damaged "$VOLE" $c) >out 2>err; is $? 1 "a damaged go.mod: $c"; has err 'verifying x.org/a@v1.1.0/go.mod: checksum mismatch'
done; done
# A malformed go.sum ends every command, with one error, but not mod tidy.
echo 'x y' >>m1/go.sum
cd m1; for c in 'build -o o3 .' 'list -deps .' 'list -m all' 'mod why x.org/e' 'mod graph' 'mod verify'; do
    v $c; is "$rc $(tr '\n' ' ' <err)" "1 malformed go.sum: $top/m1/go.sum:11: wrong number of fields 2 " "a malformed go.sum: $c"
done; rm out err; cd "$top" || exit 1
v mod tidy -C m1; is "$rc $(cat err)" '0 ' 'a malformed go.sum: mod tidy'; cp m2/go.sum m1/
# A build with a whole cache that cannot be written; an empty one; a full disk.
if [ "$(id -u)" = 0 ] && mkdir disk && mount -t tmpfs -o size=4m none disk 2>/dev/null; then
    cp -r cache disk/cache; mount -o remount,ro disk; export GOMODCACHE=$top/disk/cache
    v build -C m1 -o o2 .; is $rc 0 'a module cache that cannot be written'
    v clean -modcache; expect 1 "go: unlinkat $top/disk/cache/" 'clean it'; has err 'read-only file system'; is "$(wc -l <err)" 1 'clean it: one error'
    export GOMODCACHE=$top/disk/none; v mod tidy -C m; is $rc 1 'an empty one'; has err 'mkdir .*: read-only file system$'
    v mod download -C m1; is $rc 1 'an empty one: download'; umount disk
    for kb in 4 16 40 100 400; do
        mount -t tmpfs -o size=${kb}k none disk; export GOMODCACHE=$top/disk/cache
        v mod tidy -C m; is $rc 1 "a disk of $kb KB"; has err ': no space left on device$'; cmp -s m/go.mod before/go.mod || fail "a disk of $kb KB: go.mod changed"
        is "$(ls m)" "$(printf 'go.mod\nmain.go')" "a disk of $kb KB"; is "$(find disk -name '*partial*' -o -name '*tmp*')" '' "a disk of $kb KB: remains"
        umount disk
    done
    mount -t tmpfs -o size=8k none disk; export GOMODCACHE=$top/cache; cp before/* disk/; head -c 100000 /dev/zero >disk/full 2>/dev/null
    v mod tidy -C disk; is $rc 1 'a full disk under go.mod'; has err 'go: updating go.sum: no space left on device'
    cmp -s disk/go.mod before/go.mod || fail 'a full disk under go.mod: it changed'; is "$(ls -A disk | tr '\n' ' ')" 'full go.mod main.go ' 'a full disk under go.mod'; umount disk
else skip 'disks that are full or cannot be written: no right to mount'; fi
# Nothing is written but the module cache, the cache and what is named.
GOROOT=$("$VOLE" env GOROOT); export GOROOT # it may be below HOME
export HOME=$top/home GOPATH=$top/gopath GOCACHE=$top/gocache GOMODCACHE=$top/cache2; mkdir home
mkdir w && cd w && cp ../before/* .
for c in 'mod tidy' 'build -o o' 'list -m all' 'list -deps -json .' 'get x.org/e@v1.1.0' 'run .' 'mod graph' 'mod verify' 'mod download' 'version -m o' 'fmt' 'tool nm o' 'env'; do v $c; is $rc 0 "$c"; done
rm -f out err; is "$(ls -A | tr '\n' ' ')" 'go.mod go.sum main.go o ' 'in the folder of the module'; cd "$top" || exit 1
is "$(ls -A home)" '' 'in HOME'; is "$(ls -A "$TMPDIR")" '' 'in TMPDIR'; is "$(ls -A gopath 2>/dev/null)" '' 'in GOPATH'
is "$(find proxy -newer w/main.go)" '' 'in the proxy'; is "$(ls cache2)" "$(printf 'cache\nx.org')" 'in the module cache'; is "$(ls gocache | tr '\n' ' ')" 'built tools vole ' 'in the cache'
