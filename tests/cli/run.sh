#!/bin/sh
# run.sh - tests of the command line. Usage: tests/cli/run.sh [VOLE [NAME...]]
#
# Each tests/cli/NAME.sh is sourced in a fresh folder with the functions below; a failed check is reported and the rest goes on.
here=$(cd "$(dirname "$0")" && pwd)
VOLE=$(realpath "${1:-$here/../../build/vole}")
[ $# -gt 0 ] && shift
export VOLE here LC_ALL=C VOLE_PLAIN=1 # what helps with errors has tests of its own (tests/cli/12-flags.sh)
unset GOFLAGS GOOS GOARCH NO_COLOR
lib=$here/lib.sh
bad=0
for t in ${*:-$(cd "$here" && ls [0-9]*.sh | sed 's/\.sh$//')}; do
    dir=$(mktemp -d) || exit 1
    TMPDIR=$(mktemp -d) || exit 1
    export TMPDIR
    (cd "$dir" && . "$lib" && . "$here/$t.sh" && finish) 2>"$dir.err" || { bad=$((bad + 1)); echo "FAIL cli/$t"; }
    cat "$dir.err" >&2
    # A word that is no command of the test's would be a check that cannot fail.
    ! grep -e "$here/.*not found\$" "$dir.err" || { bad=$((bad + 1)); echo "FAIL cli/$t: an unknown command"; }
    rm -f "$dir.err"
    chmod -R u+rwx "$dir" 2>/dev/null
    rm -rf "$dir" "$TMPDIR"
    unset TMPDIR
done
[ $bad = 0 ] && echo "cli: all pass"
exit $((bad > 0))
