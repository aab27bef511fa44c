#!/bin/sh
# threads.sh - a vole built with ThreadSanitizer compiles programs with 2 and with 4 threads. Usage: tests/threads.sh VOLE
#
# With an empty cache, so that everything is compiled; later programs take packs of the earlier ones.
# Prints what the sanitizer says and last 'N passed, N failed, 0 skipped'.
vole=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
good=0 bad=0
for p in 2 4; do
    for f in tests/golden/generics.go tests/golden/jsons.go tests/golden/bigstack.go tests/golden/closures.go tests/golden/selects.go \
        tests/errors/generic_body.go bench/server.go; do
        want=0
        case $f in tests/errors/*) want=1 ;; esac
        GOCACHE=$dir/cache$p "$vole" build -p $p -o "$dir/o" $f >"$dir/log" 2>&1
        rc=$?
        if [ $rc = $want ] && ! grep -q 'ThreadSanitizer' "$dir/log"; then good=$((good + 1)); else
            bad=$((bad + 1))
            echo "FAIL $f -p $p: exit $rc"
            sed 's/^/    /' "$dir/log" | head -60
        fi
    done
done
echo "$good passed, $bad failed, 0 skipped"
[ $bad = 0 ]
