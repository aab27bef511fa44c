#!/bin/sh
# run.sh - runs fuzz targets one after the other. Usage: tests/fuzz/run.sh FOLDER SECONDS TARGET...
#
# FOLDER/target/NAME are the programs. Seeds are the Go files of this repository's tests and of GOROOT/test that are not too long
# (for the target build only those that import nothing); what libFuzzer finds is kept in FOLDER/corpus-NAME. A finding stays in FOLDER as
# NAME-crash-*, NAME-timeout-* or NAME-oom-*, and ends the run with exit code 1.
here=$(cd "$(dirname "$0")" && pwd)
dir=$1 seconds=$2
shift 2
max=6000
goroot=${GOROOT:-$("$dir/../vole" env GOROOT 2>/dev/null)}
rm -rf "$dir/seeds" "$dir/seeds-build" "$dir/seeds-asm"
mkdir -p "$dir/seeds" "$dir/seeds-build" "$dir/seeds-asm"
find "$here/../../examples" "$here/../golden" "$here/../errors" "$here/seeds" "$goroot/test" -name '*.go' -size -"$((max / 512))"b 2>/dev/null | sort >"$dir/files"
n=0
while read -r f; do
    n=$((n + 1))
    cp "$f" "$dir/seeds/$n"
    grep -Eq '^import |^ERROR' "$f" && ! grep -Eq '^import "unsafe"' "$f" || cp "$f" "$dir/seeds-build/$n"
done <"$dir/files"
# assembly: whole files, and one file cut at its functions
find "$here/../asm" "$goroot/test" "$goroot/src" -name '*_amd64.s' -size -"$((max / 512))"b 2>/dev/null | sort | while read -r f; do cp "$f" "$dir/seeds-asm/$(echo "$f" | cksum | cut -d' ' -f1)"; done
awk -v dir="$dir/seeds-asm" 'FNR == 1 || /^TEXT/ || n++ > 99 { close(out); out = dir "/part" ++part; n = 0; if (!/^TEXT/) print "TEXT f(SB),0,$8-8" >out } { print >out }' \
    "$goroot"/src/cmd/asm/internal/asm/testdata/amd64*.s 2>/dev/null
python3 "$here/mod_seeds.py" "$dir"
rm -rf "$dir/seeds-modfile" && mkdir -p "$dir/seeds-modfile"
find "$goroot" "$here/../.." -path "$dir" -prune -o \( -name go.mod -o -name go.sum -o -name go.work -o -name modules.txt \) -size -"$((max / 512))"b -print 2>/dev/null |
    sort | while read -r f; do cp "$f" "$dir/seeds-modfile/$(echo "$f" | cksum | cut -d' ' -f1)"; done
# Entries of the cache, and what is in them.
rm -rf "$dir/seeds-cache" "$dir/cache" && mkdir -p "$dir/seeds-cache"
for p in unsafe unicode/utf8 errors; do GOCACHE="$(cd "$dir" && pwd)/cache" GOFLAGS=-trimpath "$dir/../vole" build "$p" 2>/dev/null; done
for f in "$dir"/cache/vole/*/*; do cp "$f" "$dir/seeds-cache/" && tail -c +65 "$f" >"$dir/seeds-cache/$(basename "$f")-value"; done
# Packs of the packages of small programs.
rm -rf "$dir/seeds-pack" "$dir/cache" && mkdir -p "$dir/seeds-pack"
for p in generics defers selects; do GOCACHE="$(cd "$dir" && pwd)/cache" "$dir/../vole" build -o /dev/null "$here/../golden/$p.go" 2>/dev/null; done
for f in $(grep -l volepak "$dir"/cache/vole/*/*); do [ "$(wc -c <"$f")" -gt "$max" ] || tail -c +65 "$f" >"$dir/seeds-pack/$(basename "$f")"; done
# Archives and objects of the tools.
rm -rf "$dir/seeds-archive" && mkdir -p "$dir/seeds-archive"
printf '//go:build ignore\n\npackage p\n\nfunc F()\n' >"$dir/p.go"; printf 'TEXT ·F(SB), 0, $0\n\tRET\n' >"$dir/p.s"
"$dir/../vole" tool compile -p p -o "$dir/seeds-archive/p.a" "$dir/p.go" && "$dir/../vole" tool asm -p p -D X=1 -o "$dir/seeds-archive/p.o" "$dir/p.s"
cd "$dir" || exit 1
ulimit -s 524288 2>/dev/null # as vole's own thread has it
for t in "$@"; do
    seeds=seeds
    case $t in build | asm | zip | proxy | modfile | template | load | settings | version | cache | pack) seeds=seeds-$t ;; esac
    mkdir -p "corpus-$t"
    echo "fuzz $t"
    ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0 UBSAN_OPTIONS=print_stacktrace=1 "target/$t" -max_total_time="$seconds" -timeout=20 \
        -rss_limit_mb=2000 -max_len=$max -dict="$here/go.dict" -print_final_stats=1 -verbosity=${VERBOSITY:-0} -artifact_prefix="$t-" "corpus-$t" "$seeds" || exit 1
done
echo "fuzz: no findings"
