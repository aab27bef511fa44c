# 17-runtime-info.sh - what a program knows of its toolchain: runtime.GOROOT, runtime.Version, defaults of GODEBUG.
cat >info.go <<'EOF'
package main

import (
	"fmt"
	"go/build"
	"runtime"
)

func main() {
	p, err := build.ImportDir(runtime.GOROOT()+"/src/fmt", 0)
	fmt.Println(runtime.GOROOT(), runtime.Version(), p.Name, err == nil)
}
EOF
root=$("$VOLE" env GOROOT); version=$(sed -n 1p "$root/VERSION" 2>/dev/null || echo go1.26)
run() { out=$(env -u GOROOT -u GODEBUG "$@" 2>&1); rc=$?; echo "$out" >out; }
v build -o o info.go; run ./o; is "$out" "$root $version fmt true" 'GOROOT and Version'
run GOROOT=/elsewhere ./o; is "$out" "/elsewhere $version  false" 'GOROOT of the environment'
v build -trimpath -o o info.go; run ./o; is "$out" " $version  false" '-trimpath: no GOROOT'
v build -ldflags '-X runtime.defaultGOROOT=/there -X runtime.buildVersion=go1.26-mine' -o o info.go
run ./o; is "$out" '/there go1.26-mine  false' '-X runtime.defaultGOROOT'
# The patch level is what GOROOT's VERSION says.
mkdir -p root; for f in "$root"/*; do ln -s "$f" root/; done; rm -f root/VERSION; printf 'go1.26.77\ntime x\n' >root/VERSION
out=$(GOROOT=$PWD/root "$VOLE" run info.go 2>&1); is "$out" "$PWD/root go1.26.77 fmt true" 'VERSION of another GOROOT'
# Defaults of GODEBUG hold for the library, for what the overlay's Go reads and for what C reads; the environment comes before them.
cat >debug.go <<'EOF'
package main

import (
	"fmt"
	"runtime"
	"time"
)

func main() {
	defer func() { _, own := recover().(*runtime.PanicNilError); fmt.Println(own, cap(time.NewTimer(time.Hour).C)) }()
	runtime.GC()
	panic(nil)
}
EOF
v build -ldflags '-X runtime.godebugDefault=panicnil=1,asynctimerchan=1,gctrace=1' -o o debug.go
run ./o; has out '^false 1$' 'GODEBUG defaults: Go'; has out '^gc 1 @' 'GODEBUG defaults: C'
run GODEBUG=panicnil=0,asynctimerchan=0,gctrace=0 ./o; is "$out" 'true 0' 'the environment before the defaults'
# Descriptors 0 to 2 that are closed at start lead to /dev/null, as in gc's programs: no file that is opened later gets what is printed.
printf 'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc main() {\n\tf, err := os.Create("mine")\n\tfmt.Fprintln(os.NewFile(9, ""), f.Fd() > 2, err)\n\tfmt.Println("lost")\n\tprintln("lost")\n}\n' >streams.go
v build -o streams streams.go; is $rc 0 'streams'; ./streams 9>told 0<&- 1>&- 2>&-; is "$? $(cat told) $(wc -c <mine)" '0 true <nil> 0' 'closed streams'
