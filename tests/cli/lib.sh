# lib.sh - functions of the command line tests.
fails=0 checks=0
fail() { fails=$((fails + 1)); echo "  $t: $*"; }
finish() { echo "cli $t: $checks checks, $fails failures"; [ $fails = 0 ]; }
# v ARGS...: runs vole; sets rc, and leaves streams in out and err.
v() { rc=0; timeout 900 "$VOLE" "$@" >out 2>err || rc=$?; }
# expect RC TEXT: exit code, and the first line of err that is no heading contains TEXT; never an internal error.
expect() {
    checks=$((checks + 1))
    line=$(grep -v '^# ' err | head -1)
    grep -q 'internal error' err && fail "$3: internal error: $line"
    [ "$rc" = "$1" ] || fail "$3: exit code $rc, not $1: $line"
    case "$line" in *"$2"*) ;; *) fail "$3: '$line' does not contain '$2'" ;; esac
}
is() { checks=$((checks + 1)); [ "$1" = "$2" ] || fail "$3: '$1' is not '$2'"; }
has() { checks=$((checks + 1)); grep -q -e "$2" "$1" || fail "$3: no '$2' in: $(head -3 "$1")"; }
hasnt() { checks=$((checks + 1)); ! grep -q -e "$2" "$1" || fail "$3: '$2' is in: $(head -3 "$1")"; }
hello() { printf 'package main\n\nfunc main() { println("hello") }\n' >"$1"; }
# Where there is no pgrep: pgrep -f PATTERN.
command -v pgrep >/dev/null 2>&1 || pgrep() {
    found_=1
    for p_ in /proc/[0-9]*; do
        tr '\0' ' ' <"$p_/cmdline" 2>/dev/null | grep -q -e "$2" && { echo "${p_#/proc/}"; found_=0; }
    done
    return $found_
}
# skip REASON: what could not be tested here; it is shown and counted.
skip() { echo "skipped cli $t: $*"; }
# Without the right to pass over permissions, which root has: prefix of a command. Fails if that is impossible.
plain() {
    if [ "$(id -u)" != 0 ]; then "$@"; else setpriv --inh-caps=-all --bounding-set=-dac_override,-dac_read_search "$@"; fi
}
: >locked; chmod 0 locked
can_be_plain=; plain true 2>/dev/null && ! plain cat locked >/dev/null 2>&1 && can_be_plain=1
rm -f locked
vp() { rc=0; plain timeout 900 "$VOLE" "$@" >out 2>err || rc=$?; } # v without these rights
rep() { awk -v s="$1" -v n="$2" 'BEGIN { while (n-- > 0) printf "%s", s }'; }
# publish MODULE VERSION: the files of the current folder as that version of the module, in the file proxy at $PROXY (lower case paths).
publish() {
    mkdir -p "$PROXY/$1/@v"
    printf '{"Version":"%s","Time":"2024-01-02T03:04:05Z"}' "$2" >"$PROXY/$1/@v/$2.info"
    cp go.mod "$PROXY/$1/@v/$2.mod"
    echo "$2" >>"$PROXY/$1/@v/list"
    rm -f "$PROXY/$1/@v/$2.zip"
    python3 - "$1@$2" "$PROXY/$1/@v/$2.zip" <<'PY'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[2], "w") as z:
    for folder, _, names in os.walk("."):
        for name in names:
            path = os.path.normpath(os.path.join(folder, name))
            z.write(path, sys.argv[1] + "/" + path)
PY
}
