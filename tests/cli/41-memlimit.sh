# 41-memlimit.sh - a program's memory limit is nine tenths of what its control groups allow, unless it or its environment gives one: versions 1 and 2,
# groups within groups, containers, a limit that changes; made-up files (VOLECGROUPS), and a real group where one may be made.
export GOFLAGS=-buildvcs=false GO111MODULE=off
cat >limit.go <<'GO'
package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

func mb() string {
	if n := debug.SetMemoryLimit(-1); n < math.MaxInt64 {
		return fmt.Sprint(n >> 20)
	}
	return "none"
}

var keep [][]byte

func main() {
	if len(os.Args) > 1 && os.Args[1] == "set" {
		debug.SetMemoryLimit(77 << 20)
	}
	fmt.Println(mb())
	if len(os.Args) > 2 { // FILE VALUE: the limit changes
		runtime.GC()
		os.WriteFile(os.Args[2]+".new", []byte(os.Args[3]+"\n"), 0o644)
		os.Rename(os.Args[2]+".new", os.Args[2]) // never half written
		old := mb()
		for end := time.Now().Add(10 * time.Second); mb() == old && time.Now().Before(end); {
			if strings.HasPrefix(os.Args[1], "busy") {
				keep = append(keep[:0], make([]byte, 1<<16))
			} else {
				time.Sleep(20 * time.Millisecond)
			}
		}
		fmt.Println(mb())
	}
}
GO
v build -o limit limit.go
expect 0 "" "build"
mb() { echo $(($1 << 20)); }
# root CGROUP MOUNTINFO: a new made-up root.
root() {
    rm -rf r && mkdir -p r/proc/self r/sys/fs/cgroup
    printf '%s\n' "$1" >r/proc/self/cgroup
    printf '%s\n' '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw' "$2" >r/proc/self/mountinfo
}
put() { mkdir -p "r$(dirname "$1")" && echo "$2" >"r$1"; }
lim() { VOLECGROUPS=$PWD/r "$@" 2>&1; }
V2='30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate'
V1='31 22 0:27 / /sys/fs/cgroup/memory rw shared:9 master:2 - cgroup cgroup rw,memory'

root 0::/app.slice/my.service "$V2"
is "$(lim ./limit)" none "no files"
put /sys/fs/cgroup/app.slice/my.service/memory.max "$(mb 1000)"
is "$(lim ./limit)" 900 "version 2"
put /sys/fs/cgroup/app.slice/my.service/memory.high "$(mb 500)"
is "$(lim ./limit)" 450 "memory.high"
put /sys/fs/cgroup/app.slice/memory.max "$(mb 200)"
is "$(lim ./limit)" 180 "the group above"
put /sys/fs/cgroup/app.slice/memory.max max
put /sys/fs/cgroup/app.slice/my.service/memory.high max
is "$(lim ./limit)" 900 "max is none"
is "$(GOMEMLIMIT=300MiB lim ./limit)" 300 "GOMEMLIMIT"
is "$(GOMEMLIMIT=off lim ./limit)" none "GOMEMLIMIT=off"
is "$(GODEBUG=containermemlimit=0 lim ./limit)" none "switched off"
is "$(lim ./limit set)" 77 "SetMemoryLimit"
is "$(GOGC=off lim ./limit)" 900 "GOGC=off"
f=$PWD/r/sys/fs/cgroup/app.slice/my.service/memory.max
is "$(lim ./limit busy "$f" "$(mb 600)" | tr '\n' ' ')" "900 540 " "a limit that shrinks"
is "$(lim ./limit calm "$f" max | tr '\n' ' ')" "540 none " "a limit that goes"
echo "$(mb 600)" >"$f"
is "$(GOMEMLIMIT=400MiB lim timeout 3 ./limit calm "$f" "$(mb 100)" | tr '\n' ' ')" "400 " "a limit that was given stays"

root 0::/docker/abc '33 22 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw'
put /sys/fs/cgroup/memory.max "$(mb 100)"
is "$(lim ./limit)" 90 "a container that sees its group as the root"
root 0::/../other '33 22 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw'
put /sys/fs/cgroup/memory.max "$(mb 100)"
is "$(lim ./limit)" 90 "a group outside of what is mounted"
root 0::/a '33 22 0:26 / /odd\040place ro - cgroup2 cgroup rw'
put "/odd place/a/memory.max" "$(mb 100)"
is "$(lim ./limit)" 90 "a mount with a space"

root "$(printf '5:cpu,cpuacct:/c\n4:memory:/docker/x\n0::/u')" "$(printf '%s\n%s' "$V2" "$V1")"
put /sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes 9223372036854771712
is "$(lim ./limit)" none "version 1 without a limit"
put /sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes "$(mb 400)"
put /sys/fs/cgroup/u/memory.max "$(mb 10)"
is "$(lim ./limit)" 360 "version 1, in both"
put /sys/fs/cgroup/memory/docker/memory.limit_in_bytes "$(mb 300)"
is "$(lim ./limit)" 270 "version 1, the group above"

# the ceiling of GOMAXPROCS is looked for in the same way
cat >procs.go <<'GO'
package main

import "runtime"

func main() { println(runtime.GOMAXPROCS(0), runtime.NumCPU()) }
GO
v build -o procs procs.go
root 0::/a/b "$V2"
put /sys/fs/cgroup/a/b/cpu.max "max 100000"
put /sys/fs/cgroup/a/cpu.max "150000 100000"
set -- $(lim ./procs)
is "$1" "$([ "$2" -lt 2 ] && echo 1 || echo 2)" "cpu.max of the group above"

# A real group: a service whose heap would double lives.
cat >service.go <<'GO'
package main

type node struct{ l, r *node }

func tree(d int) *node {
	if d == 0 {
		return nil
	}
	return &node{tree(d - 1), tree(d - 1)}
}

var live = make([]*node, 48)

func main() {
	for n := 0; n < 400; n++ {
		live[n%48] = tree(16) // a megabyte
	}
	println("ok")
}
GO
v build -o service service.go
C=/sys/fs/cgroup/memory/vole-test-$$ limit=memory.limit_in_bytes
[ -d /sys/fs/cgroup/memory ] || { C=/sys/fs/cgroup/vole-test-$$ limit=memory.max; }
if mkdir "$C" 2>/dev/null && mb 64 2>/dev/null >"$C/$limit" && [ "$(cat "$C/$limit")" = "$(mb 64)" ]; then
    echo 0 2>/dev/null >"$C/memory.swap.max"
    mb 64 2>/dev/null >"$C/memory.memsw.limit_in_bytes"
    in_group() { sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$C" "$@" 2>&1; }
    is "$(in_group ./service)" ok "in a group of 64 MB"
    is "$(GODEBUG=containermemlimit=0 in_group ./service | grep -c ok)" 0 "without its limit"
else skip "no control group could be made"; fi
rmdir "$C" 2>/dev/null
