#!/bin/sh
# run.sh archive [builddir] - the runtime without a compiler: assembles the hand-made Go functions NAME.go.s of this folder (gen.py), links them with
# NAME.c, NAME.S and the archive, and runs the program plain and under the hostile switches.
set -e
here=$(dirname "$0"); root=$here/../../..; lib=$1; out=${2:-$root/build/tests/rt}
mkdir -p "$out"
for src in "$here"/*.go.s; do
	n=$(basename "$src" .go.s)
	python3 "$here/gen.py" "$src" > "$out/$n.gen.s"
	cc -c -o "$out/$n.gen.o" "$out/$n.gen.s"
	cc -I"$root/rt" -I"$root" -c -o "$out/$n.S.o" "$here/$n.S"
	cc -std=c17 -ffreestanding -fno-pic -fno-builtin -O2 -g -mno-red-zone -ffixed-r14 -I"$root/rt" -I"$root" -c -o "$out/$n.c.o" "$here/$n.c"
	cc -static -nostdlib -no-pie -Wl,-z,noexecstack -Wl,--gc-sections -o "$out/$n" "$out/$n.gen.o" "$out/$n.S.o" "$out/$n.c.o" "$lib"
	for v in "" clobberfree=1,verify=1 gcstress=2003 schedrand=5 gcphase=30,verify=1,clobberfree=1; do
		VOLEDEBUG=$v timeout 600 "$out/$n" > "$out/$n.log" 2>&1 || { echo "FAILED rt/$n VOLEDEBUG=$v"; tail -20 "$out/$n.log"; exit 1; }
	done
	echo "rt/$n ok"
done
