# 37-trace.sh - execution traces: upstream's reader takes what programs write, under several numbers of Ps and with generations that follow each other closely.
export GOFLAGS=-buildvcs=false GOWORK=off GOCACHE=$PWD/cache GOPROXY=off
cp -r "$here/trace" prog && cd prog
v build -o stress .; is "$rc $(cat err)" '0 ' 'the build'
# reads NAME: events of the trace, one a line
reads() { v tool trace -d=parsed t.trace; is "$rc $(cat err)" '0 ' "$1: the reader"; }
for p in 1 2 8; do
    for godebug in x=1 traceadvanceperiod=0 traceadvanceperiod=2000000,asyncpreemptoff=1; do
        for voledebug in '' schedrand=7 gcstoptheworld=1 stackmove=1,gcstress=300; do
            name="$p $godebug $voledebug"
            GOMAXPROCS=$p GODEBUG=$godebug VOLEDEBUG=$voledebug timeout 120 ./stress t.trace >log 2>&1; is "$? $(cat log)" '0 ' "$name: the program"
            reads "$name"
        done
    done
done
reads last
for what in 'Running->Waiting Reason="network"' 'Running->Waiting Reason="select"' 'Running->Waiting Reason="sync"' 'Running->Waiting Reason="sleep"' \
    'Running->Runnable Reason="preempted"' 'Running->Syscall' 'Syscall->Runn' 'NotExist->Runnable' 'Running->NotExist' 'TaskBegin' 'TaskEnd' \
    'RegionBegin .*"panicky"' 'RegionEnd .*"panicky"' 'Log .*"done"' 'RangeBegin .*"stop-the-world (GOMAXPROCS)"' \
    'RangeEnd .*"GC concurrent mark phase"' '/sched/gomaxprocs:threads' '/memory/classes/heap/objects:bytes' 'ProcID=.*Idle->Running' 'main.main.func4 @'; do
    has out "$what" "an event of each kind"
done
v run . flight f.trace; is "$rc $(cat err)" '0 ' 'a flight recorder'
for f in f.trace f.trace.both; do v tool trace -d=parsed "$f"; is "$rc $(cat err)" '0 ' "$f"; has out 'Running->Waiting' "$f: events"; done
printf 'package main\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {\n\tc := make(chan int)\n\tgo func() { c <- 1 }()\n\t<-c\n}\n' >x_test.go
v test -trace=t.trace .; is $rc 0 'vole test -trace'; reads 'vole test -trace'; has out 'x.org/trace.TestIt' 'the stack of a test'
cd ..
