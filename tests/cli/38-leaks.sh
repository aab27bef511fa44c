# 38-leaks.sh - vole test -leaks: a test binary that succeeds but leaves goroutines that can never run again fails, whoever ends it.
export GOFLAGS=-buildvcs=false GOWORK=off GOCACHE=$PWD/cache GOPROXY=off
mkdir -p m/good m/bad m/own && cd m && printf 'module x.org/l\n\ngo 1.26\n' >go.mod
cat >good/g_test.go <<'GO'
package good

import (
	"testing"
	"time"
)

var c = make(chan int)

// What a global reaches and what sleeps can go on, and a goroutine that ended is no leak.
func TestIt(t *testing.T) {
	done := make(chan bool)
	go func() { <-c }()
	go func() { time.Sleep(time.Hour); <-done }()
	go func() { close(done) }()
	t.Run("parallel", func(t *testing.T) { t.Parallel(); <-done })
}
GO
cat >bad/b_test.go <<'GO'
package bad

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

func wait(c chan int) { <-c }

// Only who waits already is found.
func waiting() (n int) {
	buf := make([]byte, 1<<16)
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "bad.wait") && strings.Contains(g, " [chan receive") {
			n++
		}
	}
	return
}

func TestIt(t *testing.T) {
	go wait(make(chan int))
	go wait(nil)
	for waiting() < 2 {
		time.Sleep(time.Millisecond)
	}
}
GO
cat >own/o_test.go <<'GO'
package own_test

import (
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

type box struct {
	mu sync.Mutex
	p  *int
}

func TestMain(m *testing.M) { os.Exit(m.Run()) }

func TestIt(t *testing.T) {
	go func() {
		b := new(box)
		b.mu.Lock()
		b.mu.Lock()
	}()
	for buf := make([]byte, 1<<16); !strings.Contains(string(buf[:runtime.Stack(buf, true)]), " [sync.Mutex.Lock"); {
		time.Sleep(time.Millisecond)
	}
}
func TestFails(t *testing.T) {
	if os.Getenv("FAILS") != "" {
		t.Fatal("fails")
	}
}
GO
v test ./...; is $rc 0 'without -leaks'
v test -leaks ./good; is "$rc $(cat err)" '0 ' 'no leaks'; has out '^ok  	x.org/l/good	' 'no leaks'
v test -leaks ./good; has out '(cached)' 'cached'
for try in 1 2; do
    v test -leaks ./...; is $rc 1 'leaks'
    has out '^found 2 leaked goroutines:$' 'how many'; has out '^goroutine [0-9]* \[chan receive (leaked)\]:$' 'a channel'
    has out '^goroutine [0-9]* \[chan receive (nil chan) (leaked)\]:$' 'no channel'; has out '^x.org/l/bad.wait(...)$' 'the stack'
    has out '^created by x.org/l/bad.TestIt in goroutine' 'who made it'; has out '^FAIL	x.org/l/bad	' 'bad'; has out '^ok  	x.org/l/good	' 'good'
    has out '^found 1 leaked goroutine:$' 'TestMain: how many'; has out '(leaked)\]:$' 'TestMain'; has out '^FAIL	x.org/l/own	' 'TestMain'
done
FAILS=1; export FAILS; v test -leaks ./own; is $rc 1 'a failure'; has out 'fails$' 'a failure'
if grep -q leaked out; then fail 'a failure is enough'; fi; unset FAILS
v test -leaks -json ./bad; is $rc 1 '-json'; has out '"Action":"fail","Package":"x.org/l/bad"' '-json'; has out '"Output":"found 2 leaked' '-json'
v test -leaks -cover ./bad; is $rc 1 '-cover'; has out 'found 2 leaked' '-cover'
v test -leaks -c -o bad.test ./bad; is "$rc $(cat err)" '0 ' '-c'; ./bad.test >out 2>err; is $? 1 'a test binary by itself'; has err 'found 2 leaked' 'a test binary by itself'
v list -leaks ./...; expect 2 'flag provided but not defined: -leaks' 'only test has it'
cd ..
