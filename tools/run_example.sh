#!/bin/sh
# run_example.sh VOLE - the main job on a real program: compiles examples/words from an empty state and runs it on this README.
set -eu
vole=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
t0=$(date +%s%N)
"$vole" build -o "$out/words" examples/words/main.go
t1=$(date +%s%N)
echo "built examples/words in $(( (t1 - t0) / 1000000 )) ms, $(( $(wc -c <"$out/words") / 1024 )) KiB"
"$out/words" README.md docs/ARCHITECTURE.md
