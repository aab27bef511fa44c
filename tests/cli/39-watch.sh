# 39-watch.sh - vole watch without configuration: what the build looks at, bursts, kill -9; the events of -json tell when a step is done.
. "$here/watch_lib.sh"

# ---- without configuration: what the build looks at, and only that
mkdir -p a/p a/data ext && cd a
printf 'module x.org/a\n\ngo 1.26\n\nrequire x.org/ext v0.0.0\n\nreplace x.org/ext => ../ext\n' >go.mod
printf 'module x.org/ext\n\ngo 1.26\n' >../ext/go.mod
printf 'package ext\n\nconst E = "e1"\n' >../ext/ext.go
printf 'package p\n\nconst P = "p1"\n' >p/p.go
echo d1 >data/d.txt
cat >main.go <<'GO'
package main

import (
	"embed"
	"os"
	"time"

	"x.org/a/p"
	"x.org/ext"
)

//go:embed data
var data embed.FS

var more string

func main() {
	list, _ := data.ReadDir("data")
	text, _ := data.ReadFile("data/d.txt")
	println("m1", p.P, ext.E, len(list), string(text[:2]), more, len(os.Args))
	time.Sleep(time.Hour)
}
GO
w_start . -- one two
says 'm1 p1 e1 1 d1  3' 'the program runs'
await_n idle 1 'at rest'
sed -i s/m1/m2/ main.go; says 'm2 p1' 'main.go saved'
sed -i s/p1/p2/ p/p.go; says 'm2 p2' 'a package saved'
sed -i s/e1/e2/ ../ext/ext.go; says 'm2 p2 e2' 'a replaced module outside of the root'
echo d2 >data/d.txt; says 'm2 p2 e2 1 d2' 'an embedded file'
echo x >data/new.txt; says 'm2 p2 e2 2 d2' 'a new file of an embedded folder'
rm data/new.txt; await_n start 7 'it is gone'
printf 'package main\n\nfunc init() { more = "more" }\n' >more.go; says 'm2 p2 e2 1 d2 more' 'a new source file'
rm more.go; await_n start 9 'a source file is gone'
cp main.go main.tmp; sed -i s/m2/m3/ main.tmp; mv main.tmp main.go; says 'm3 p2' 'saved by renaming'
sed s/m3/m4/ main.go >../main.new; : >main.go; sleep 0.02; cat ../main.new >main.go; says 'm4 p2' 'a file that was empty for a moment'
is "$(w_count build-failed)" 0 'no build of the empty file'
mv p q; await_n build-failed 1 'a folder is gone'
mv q p; await '"Action":"same"' 'it is back: the program is the same'
await_n idle $(($(w_count idle))) 'at rest'
builds=$(w_count build)
printf 'package main\n\nimport "testing"\n\nfunc TestX(t *testing.T) {}\n' >x_test.go; echo x >notes.txt; mkdir -p other; hello other/main.go; touch main.go; cp main.go copy; cat copy >main.go
sed -i s/m4/m5/ main.go; says 'm5 p2' 'a change after files that do not count'
is "$(w_count build)" $((builds + 1)) 'builds: one for the change, none for tests, notes, other packages and saves without a change'
sed -i 's/"m5"/m5/' main.go; await_n build-failed 2 'a mistake'
await '"file":"./main.go","line":20,"col":10,"text":"undefined: m5[^^]*","source":"' 'the mistake with its place'
sed -i 's/m5/"m6"/' main.go; says 'm6 p2' 'mended'
pid=$(sed -n 's/.*"start","Pid":\([0-9]*\).*/\1/p' ../ev | tail -1)
w_stop 'without configuration'
kill -0 "$pid" 2>/dev/null && fail "the program outlives the watcher"
is "$(ls -d "$TMPDIR"/vole-watch* 2>/dev/null)" '' 'no files are left'
cd ..

# ---- a burst is one build of the last state, and a newer save overtakes a build
mkdir b && cd b && printf 'module x.org/b\n\ngo 1.26\n' >go.mod && main v0 >main.go
for i in $(seq 50); do mkdir d$i; for k in $(seq 100); do echo "package d$i" >d$i/f$k.go; done; done
{ echo 'package main'; for i in $(seq 50); do echo "import _ \"x.org/b/d$i\""; done; } >imports.go
git init -q . && git add -A && git -c user.name=x -c user.email=x@x commit -qm one
for i in $(seq 50); do for k in $(seq 100); do echo "// 2" >>d$i/f$k.go; done; done; main v1 >main.go
git -c user.name=x -c user.email=x@x commit -qam two && git checkout -q HEAD~1
w_start; says v0 'it runs'; await_n idle 1 'at rest'
git checkout -q master 2>/dev/null || git checkout -q main; says v1 'a checkout of 5,000 files'
await_n idle 2 'at rest'; is "$(w_count built)" 2 'builds of a checkout that ended'; is "$(w_count start)" 2 'starts of a checkout'
for i in $(seq 30); do main w$i >main.go; done; says w30 'the last of many saves'
is "$(grep -c '"Output":"w' ../ev | awk '{print ($1 < 10)}')" 1 'few of the states between'
w_stop 'a burst'; cd ..

# ---- kill -9 of the watcher leaves nothing
mkdir c && cd c && printf 'module x.org/c\n\ngo 1.26\n' >go.mod && main k1 >main.go
w_start; says k1 'it runs'
pid=$(sed -n 's/.*"start","Pid":\([0-9]*\).*/\1/p' ../ev | tail -1)
kill -9 $w_pid; wait $w_pid 2>/dev/null
n=0; while kill -0 "$pid" 2>/dev/null || ls -d "$TMPDIR"/vole-watch* >/dev/null 2>&1; do n=$((n + 1)); [ $n -gt 200 ] && break; sleep 0.05; done
is "$(kill -0 "$pid" 2>/dev/null && echo alive; ls -d "$TMPDIR"/vole-watch* 2>/dev/null)" '' 'after kill -9'
cd ..

# ---- keys of a terminal, and lines for people
mkdir k && cd k && printf 'module x.org/k\n\ngo 1.26\n' >go.mod && main key1 >main.go
cat >../keys.py <<'PY'
import os, pty, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "watch", "--vole.check", "off"])
seen = b""
def until(text, times=1, limit=90):
    global seen
    end = time.monotonic() + limit
    while seen.count(text) < times:
        if time.monotonic() > end: sys.exit("no %r in %r" % (text, seen[-600:]))
        try: seen += os.read(fd, 4096)
        except OSError: sys.exit("the end, no %r in %r" % (text, seen[-600:]))
until(b"key1"); until(b"after the save")
os.write(fd, b"r"); until(b"key1", 2)
os.write(fd, b"h"); until(b"r restart")
until(b"after the save", 2)
text = open("main.go").read().replace("key1", "key2"); open("main.go", "w").write(text)
until(b"key2"); until(b"main.go: restarted: main.main changed outside of its function literals; ready ")
text = text.replace('"key2"', "key2"); open("main.go", "w").write(text)
until(b"undefined: key2"); until(b"main.go: 1 error; the last good program goes on")
os.write(fd, b"q")
status = os.waitpid(pid, 0)[1]
print("exit", os.waitstatus_to_exitcode(status))
PY
is "$(python3 ../keys.py "$VOLE" 2>&1)" 'exit 0' keys
cd ..

# ---- nothing of a program is left: one that ignores SIGTERM, with a child in a session of its own that has its socket
mkdir l && cd l && printf 'module x.org/l\n\ngo 1.26\n' >go.mod
cat >main.go <<'GO'
package main

import (
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

func main() {
	signal.Ignore(syscall.SIGTERM)
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		println("left1 cannot listen", err.Error())
		os.Exit(1)
	}
	f, _ := l.(*net.TCPListener).File()
	c := exec.Command("sleep", "98765")
	c.ExtraFiles = []*os.File{f}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // the child is one of this thread
		started <- c.Start()
		time.Sleep(time.Hour)
	}()
	println("left1 listens", <-started == nil)
	time.Sleep(time.Hour)
}
GO
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
left() { pgrep -f '^sleep 98765'; }
for handover in false true; do
    w_start --vole.handover=$handover --build.kill_delay 100 . $port; says 'left1 listens true' "handover=$handover: it listens"
    await_n ready 1 "handover=$handover: ready"
    sed -i s/left1/left2/ main.go; says 'left2 listens true' "handover=$handover: the new one listens"
    await_n replaced 1 "handover=$handover: the old one is gone"; is "$(left | wc -l)" 1 "handover=$handover: children of the old one"
    w_stop "handover=$handover"; is "$(left)" '' "handover=$handover: what is left"; sed -i s/left2/left1/ main.go
done
cd ..

# ---- standard input is the program's, if it is no terminal
mkdir n && cd n && printf 'module x.org/n\n\ngo 1.26\n' >go.mod
printf 'package main\n\nimport (\n\t"bufio"\n\t"os"\n\t"time"\n)\n\nfunc main() {\n\tline, _ := bufio.NewReader(os.Stdin).ReadString(10)\n\tprintln("read", line)\n\ttime.Sleep(time.Hour)\n}\n' >main.go
echo given >line; "$VOLE" watch -json >../ev 2>../ev.err <line & w_pid=$!
says 'read given' 'standard input'; w_stop 'standard input'; cd ..
