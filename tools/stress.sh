#!/bin/sh
# stress.sh [SWITCH...] - golden programs and the run tests of chan/, ken/ and typeparam/ under the runtime's stress switches
# (VOLEDEBUG, rt/boot/start.c): collections every N allocations, stacks that move at every call, random scheduling, freed memory
# overwritten. VOLE: the vole to use; ONLY: other tests; J: at once. Exit code 1 if anything fails that passes without the switch.
# The programs are built so that words of frames which no stack map may name are recognized by `verify`.
cd "$(dirname "$0")/.." || exit 1
export VOLE_SSA_POISON=1
vole=${VOLE:-build/vole}; j=${J:-2}; bad=0
[ $# = 0 ] && set -- gcstress=50,clobberfree=1,verify=1 stackmove=1 schedrand=1 schedrand=7,gcstress=200,clobberfree=1,stackmove=1,verify=1
for s; do
	echo "==== VOLEDEBUG=$s"
	[ "$GOLDEN" = no ] || python3 tests/golden.py --vole "$vole" -j "$j" --env "VOLEDEBUG=$s" golden/ || bad=1
	python3 tools/conformance.py -q --vole "$vole" -j "$j" --env "VOLEDEBUG=$s" --kind class:run --only "${ONLY:-chan/*,ken/*,typeparam/*}" || bad=1
done
exit $bad
