# 39-watch-patch.sh - vole watch as it is without -patch: what programs see of it, and where it builds plain ones (tests/patch has what is patched).
. "$here/watch_lib.sh"

# ---- a program is what it is without watch: deadlocks, environment, descriptors, goroutines
mkdir d && cd d && printf 'module x.org/d\n\ngo 1.26\n' >go.mod
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

func main() {
	f, _ := os.Open("go.mod")
	fmt.Println("seen", len(os.Getenv("VOLE_PATCH")), strings.Contains(fmt.Sprint(os.Environ()), "VOLE_PATCH"), f.Fd() < 4, runtime.NumGoroutine())
	<-make(chan int)
}
GO
w_start; says 'seen 0 false true 1' 'environment, descriptors, goroutines'
await '"Status":"exit status 2"' 'it ends'
grep -q 'all goroutines are asleep - deadlock!' ../ev ../ev.err || fail 'a deadlock is not reported'
w_stop deadlock; cd ..

# ---- modes
mkdir m && cd m && printf 'module x.org/m\n\ngo 1.26\n' >go.mod
text() { printf 'package main\n\nimport "time"\n\nfunc main() {\n\tprintln("%s")\n\tif time.Now().IsZero() {\n\t\tprintln(unused(1))\n\t}\n\ttime.Sleep(time.Hour)\n}\n\n//go:noinline\nfunc unused(x int) int { return x + %s }\n' "$1" "$2" >main.go; }
text m1 1; w_start; says m1 'it runs'; await_n idle 1 'at rest'
text m1 2; await '"patched","Function":"main.unused"' 'what has not run is patched'
text m2 2; await '"Restarted":"main.main changed' 'what has run starts it again'; w_stop auto
text m1 1; w_start -patch=false; says m1 'it runs'; await_n idle 1 'at rest'
text m1 2; await_n start 2 'a new start'; is "$(w_count patched)" 0 'patches of -patch=false'; w_stop never
printf '[build]\nfull_bin = "exec ./tmp/main"\n' >.air.toml
text m1 1; w_start; says m1 'it runs'; await_n idle 1 'at rest'
text m1 2; await_n start 2 'full_bin: a new start'; is "$(w_count patched)" 0 'patches of a shell'; w_stop full_bin
printf 'patch = "auto"\n[build]\ncmd = "go build -o ./tmp/main ."\nentrypoint = ["./tmp/main"]\n' >.air.toml
text m1 1; w_start; says m1 'it runs'; await_n idle 1 'at rest'
text m1 2; await '"patched","Function":"main.unused"' 'entrypoint is what is built'; w_stop entrypoint
printf 'patch = "maybe"\n' >.air.toml
is "$("$VOLE" watch 2>&1 | tail -1)" 'vole watch: .air.toml:1: patch is a string, not true, false or "auto"' 'another word'
cd ..
