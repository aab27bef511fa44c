# 28-cache.sh - the build cache under stress: kills, builds at once, a full disk, its size; stamps of version control.
export GOCACHE=$PWD/cache GOENV=off GOFLAGS= GOWORK=
hello h.go
# 300 kills at random moments while the program changes, then 100 pairs at once: never a wrong program, an error or debris.
python3 - "$VOLE" <<'P' >report || fail "$(cat report)"
import os, random, subprocess, sys, time
vole, r = sys.argv[1], random.Random(7)
def write(text): open("k.go", "w").write('package main\n\nfunc main() { println("%s") }\n' % text)
def check(name, want, what):
    got = subprocess.run([name], capture_output=True).stderr.decode().strip()
    if got != want: sys.exit(f"{what}: {got!r}, not {want!r}")
write(0)
t = time.time(); subprocess.run([vole, "build", "-o", "k", "k.go"], check=True); whole = time.time() - t
for i in range(300):
    write(i)
    p = subprocess.Popen([vole, "build", "-o", "k", "k.go"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(whole * (r.random() if i % 3 else 0.7 + 0.4 * r.random()))
    p.kill()
    if (err := p.communicate()[1]): sys.exit(f"kill {i}: {err}")
    if i % 3 == 0:
        run = subprocess.run([vole, "build", "-o", "k", "k.go"], capture_output=True, text=True)
        if run.returncode or run.stderr: sys.exit(f"after kill {i}: {run}")
        check("./k", str(i), f"after kill {i}")
for i in range(100):
    write(f"pair {i}")
    same = i % 2 # into one file, or each into its own
    ps = [subprocess.Popen([vole, "run" if i % 4 == 3 else "build", *([] if i % 4 == 3 else ["-o", f"p{n * same}"]), "k.go"], stderr=subprocess.PIPE) for n in (0, 1)]
    for n, p in enumerate(ps):
        err = p.communicate()[1].decode()
        if p.returncode or err.strip() != (f"pair {i}" if i % 4 == 3 else ""): sys.exit(f"pair {i}: {p.returncode} {err}")
        if i % 4 != 3: check(f"./p{n * same}", f"pair {i}", f"pair {i}")
debris = [os.path.join(d, f) for d, _, fs in os.walk("cache") for f in fs if ".tmp" in f or (len(f) != 64 and f not in ("trim", "files", "notes") and "built" not in d and not (f == "go" and d.endswith("/bin")))]
if debris: sys.exit(f"debris: {debris}")
P
checks=$((checks + 400))
rm -rf cache k k.go p? 
# A full disk.
mkdir small; if mount -t tmpfs -o size=100k none small 2>/dev/null; then
    GOCACHE=$PWD/small; for i in 1 2 3; do v build -debug-cache -o h h.go; is "$rc $(./h 2>&1)" '0 hello' 'a full disk'; rm h; done
    v run -debug-cache h.go; is $rc 0 'a full disk'; has err 'cache lost .* program: no space left on device' 'a full disk'
    is "$(find small -name '*.tmp*' -o -size 0 -type f)" '' 'a full disk leaves nothing'; umount small
else skip 'no tmpfs can be mounted'
fi
GOCACHE=$PWD/cache
# Its size, and entries that nobody used.
for i in 1 2 3 4 5 6; do
    hello $i.go; touch -d '1 second ago' mark; v run $i.go
    find cache/vole -type f -newer mark -exec touch -d "$((10 - i)) hours ago" {} + # what this one made or used
done
entries() { find cache/vole -type f -name '????????????????????*' "$@"; }
checks=$((checks + 1)); [ "$(entries | wc -l)" -ge 12 ] || fail "entries: $(entries | wc -l)"
hello 7.go; VOLECACHESIZE=700K v run -debug-cache 7.go; has err 'cache trim: [1-9]' 'a small cache'
n=$(entries -printf '%s\n' | awk '{ n += $1 } END { print n }'); checks=$((checks + 1)); [ "$n" -lt 720000 ] || fail "a small cache is $n bytes"
v run -debug-cache 7.go; has err 'hit .* program' 'what was used last stays'; v run -debug-cache 1.go; has err 'miss' 'what was used first goes'
touch -d '6 days ago' cache/vole/*/*; v run -debug-cache 7.go; has err 'hit .* program' 'an old entry'; echo '1 0' >cache/vole/trim
hello 8.go; v run -debug-cache 8.go; has err 'cache trim: [1-9]' 'old entries'; v run -debug-cache 7.go; has err 'hit .* program' 'an old entry that was used'
is "$(entries -mtime +2 | wc -l)" 0 'old entries are gone'
# Version control is asked each time.
mkdir g; cd g; printf 'module g\n\ngo 1.26\n' >go.mod; hello g.go; printf '/g\nout\nerr\n' >.gitignore
if git init -q . 2>/dev/null; then
    git() { command git -c user.name=a -c user.email=a@b.c "$@" >/dev/null 2>&1; }
    stamp() { v build -debug-cache -o g; rm -f err; "$VOLE" version -m g | grep -o 'vcs.modified=.*\|vcs.revision=.*' | tr '\n' ' '; }
    git add .; git commit -m one; head1=$(command git rev-parse HEAD)
    is "$(stamp)" "vcs.revision=$head1 vcs.modified=false " 'a commit'; is "$(stamp)" "vcs.revision=$head1 vcs.modified=false " 'nothing new'
    v build -debug-cache -o g; is "$(grep -c changed err)" 0 'nothing new'
    echo x >README; is "$(stamp)" "vcs.revision=$head1 vcs.modified=true " 'a new file'
    git add .; git commit -m two; is "$(stamp)" "vcs.revision=$(command git rev-parse HEAD) vcs.modified=false " 'another commit'
    git tag v1.2.3; v build -debug-cache -o g; has err 'changed: vcs' 'a tag'; is "$("$VOLE" version -m g | grep -c 'mod	g	v1.2.3')" 1 'a tag'; git tag -d v1.2.3
    git checkout "$head1"; is "$(stamp)" "vcs.revision=$head1 vcs.modified=false " 'the first again'
    unset -f git
else skip 'git is not there'
fi
cd ..
