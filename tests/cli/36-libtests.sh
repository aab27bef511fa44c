# 36-libtests.sh - tests of the library that link to hooks of the runtime or look at what the linker laid out.
export GOCACHE=$PWD/cache GOFLAGS= GOWORK=off GOPROXY=off TMPDIR=$PWD/tmp
mkdir tmp
passes() { # package, pattern
    v test -vet=off -short -run "$2" "$1"; is $rc 0 "$1 $2"
    has out "^ok  	$1	" "$1 $2"; is "$(grep -c 'no tests' out)" 0 "$1 $2"
}
passes runtime/metrics TestNames
passes runtime/pprof "^(TestBlockProfileBias|TestTryAdd|TestCPUProfileInlining|TestMutexProfile|TestGoroutineCounts|TestBlockProfile|TestProfilerStackDepth)\$"
passes crypto/internal/fips140test '^TestIntegrityCheckInfo$' # static functions of assembly lie in the module
passes runtime/debug WriteHeapDump
passes time '^TestChan$'
# Vet of a package that imports a file which is on no disk (internal/buildcfg's).
v test -short -run '^TestFilePos|^TestNoPos$' go/token; is $rc 0 'vet of go/token'; has out '^ok  	go/token	' 'vet of go/token'
