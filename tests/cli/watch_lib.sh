# watch_lib.sh - functions for tests of vole watch (39-watch*.sh): a watcher whose events are waited for; no step sleeps instead.
export GOFLAGS=-buildvcs=false GOWORK=off GOCACHE=$PWD/cache GOPROXY=off HOME=$PWD/home
mkdir -p home
# w_start ARGS: a watcher whose events go to ../ev. w_stop: ends it with SIGINT; rc.
w_start() { : >"$top/ev"; "$VOLE" watch -json "$@" >"$top/ev" 2>"$top/ev.err" </dev/null & w_pid=$!; }
w_stop() { kill -INT $w_pid 2>/dev/null; rc=0; wait $w_pid || rc=$?; is "$rc" 0 "$1: exit code of the watcher"; }
w_count() { grep -c "\"Action\":\"$1\"" "$top/ev"; }
# await WHAT: a line of the events, by a pattern; for a minute of no progress it fails.
await() {
    checks=$((checks + 1)) n_=0
    until grep -q -e "$1" "$top/ev"; do
        n_=$((n_ + 1))
        if [ $n_ -gt ${PATIENCE:-1200} ]; then fail "$2: no '$1' in: $(tail -3 "$top/ev") $(head -3 "$top/ev.err")"; return 1; fi
        sleep 0.05
    done
}
# await_n ACTION N TITLE: the N-th event of that kind.
await_n() {
    checks=$((checks + 1)) n_=0
    until [ "$(w_count "$1")" -ge "$2" ]; do
        n_=$((n_ + 1))
        if [ $n_ -gt ${PATIENCE:-1200} ]; then fail "$3: $(w_count "$1") of $2 '$1' in: $(tail -3 "$top/ev") $(head -3 "$top/ev.err")"; return 1; fi
        sleep 0.05
    done
}
says() { await "\"Output\":\"$1" "$2"; }
top=$PWD
main() { printf 'package main\n\nimport "time"\n\nfunc main() {\n\tprintln("%s")\n\ttime.Sleep(time.Hour)\n}\n' "$1"; }
