# 43-text-order.sh - what programs run lies together in text (src/link/text_order.c), and little of the rest becomes memory of the process.
export GOCACHE=$PWD/cache GOFLAGS=
v build -o server "$here/../../bench/http/main.go"; is $rc 0 'build a service'
nm -n server >symbols || fail nm
python3 - symbols "$here/../../src/link/text_order.def" >order 2>&1 <<'E'
import re, sys
syms = [l.rstrip("\n").split(" ", 2)[2] for l in open(sys.argv[1]) if l.split(" ")[1] in "tT"]
at = {s: i for i, s in reversed(list(enumerate(syms)))}
listed = {p + "." + n: int(c) for c, p, names in re.findall(r'^TEXT_ORDER\((\d), "([^"]+)", "([^"]+)"\)$', open(sys.argv[2]).read(), re.M) for n in names.split(" ")}
here = {n: c for n, c in listed.items() if n in at and not n.startswith("crypto/internal/fips140/")}
# The table is of this library: most names are here (some belong to programs that are no services).
print("known", "yes" if len([n for n in listed if n in at]) * 10 >= len(listed) * 7 and len(here) > 1000 else (len(here), len(listed)))
classes = [here[n] for n in sorted(here, key=at.get)]
print("classes", "yes" if classes == sorted(classes) else classes)
first = min(at[n] for n in here)
print("initialisers", "yes" if all(at[n] < first for n in ("net/http.init", "os.init", "time.init")) else "no")
last = max(at[n] for n in here)
print("together", "yes" if last - first == len(here) - 1 else (last - first, len(here)))
print("own", "yes" if at["main.main"] in range(last + 1, last + 20) else (at["main.main"], last))
fips = [i for i, s in enumerate(syms) if s.startswith("crypto/internal/fips140/")]
print("fips", "yes" if fips[-1] - fips[0] == len(fips) - 1 else "no")
E
is "$(tr '\n' ' ' <order)" 'known yes classes yes initialisers yes together yes own yes fips yes ' order
# A service that waits has touched less than two thirds of its text, though the file was written just now.
./server 127.0.0.1:0 server >said & pid=$!
for i in $(seq 600); do [ -s said ] && break; sleep .1; done
set -- $(awk '/^[0-9a-f]+-.* r-xp .*\/server$/ { on = 1 } on && /^Size:/ { size = $2 } on && /^Rss:/ { print size, $2; exit }' /proc/$pid/smaps)
kill $pid; wait $pid 2>/dev/null
is "$(($2 * 3 < $1 * 2))" 1 "text that is memory of the process: $2 of $1 KB"
# An executable is written in small pieces, whatever its size: the kernel maps a whole piece.
if command -v strace >/dev/null 2>&1 && strace -o probe true 2>/dev/null; then
    strace -f -e trace=write -o calls "$VOLE" build -o again "$here/../../bench/http/main.go" >out 2>err; is $? 0 'build it again'
    cmp -s server again; is $? 0 'the same bytes'
    has calls 'write([0-9]*, "\\177ELF.*"\.\.\., 65536) *= 65536'
else skip 'strace is not here'; fi
