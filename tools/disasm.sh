#!/bin/sh
# disasm.sh FUNCTION-SUFFIX vole-arguments... - machine SSA and disassembly of the functions whose names end so. Needs binutils.
f=$1; shift
t=$(mktemp -d)
VOLE_DUMP_SSA=$f ./build/vole "$@" 2>&1 | awk '/^---- /{p=0} /^func .* frame /{p=1} /^code /{p=1} p' > $t/out
grep -v '^code ' $t/out
grep '^code ' $t/out | while read -r _ name bytes; do
    echo "$name"; echo "$bytes" | xxd -r -p > $t/bin
    objdump -D -b binary -m i386:x86-64 -M intel $t/bin | sed 1,7d
done
rm -r $t
