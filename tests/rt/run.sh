#!/bin/sh
# Runs each program of this folder with vole and compares output and exit code with NAME.out. `run.sh -u` writes them with the go command of $GO.
# Of a crash's stacks only the text before the first goroutine counts.
cd "$(dirname "$0")" || exit 1
update=; [ "$1" = -u ] && { update=1; shift; }
tmp=$(mktemp -d); trap 'rm -rf $tmp' EXIT
bad=0
for f in ${*:-*.go}; do
	n=${f%.go}
	if [ $update ]; then ${GO:-go} build -o $tmp/x $n.go; else ${VOLE:-../../build/vole} build -o $tmp/x $n.go >$tmp/build 2>&1; fi
	if [ $? != 0 ]; then echo "rt/$n: does not build: $(head -1 $tmp/build)"; bad=1; continue; fi
	(timeout 600 $tmp/x >$tmp/o 2>&1; echo "exit $?" >$tmp/e) 2>/dev/null
	sed -e '/^runtime stack:/,$d' -e '/^goroutine [0-9]* /,$d' -e 's/0x[0-9a-f]\{2,\}/ADDR/g' $tmp/o >$tmp/got; cat $tmp/e >>$tmp/got
	if [ $update ]; then cp $tmp/got $n.out; continue; fi
	if cmp -s $tmp/got $n.out; then echo "rt/$n: ok"; elif grep -q "^rt/$n " ../known.txt 2>/dev/null; then echo "known $(grep "^rt/$n " ../known.txt)"; else echo "rt/$n: FAILED"; diff $n.out $tmp/got | head -${LINES_:-6}; bad=1; fi
done
exit $bad
