# 39-watch-air.sh - vole watch with Air's configuration: every key that can be seen from outside, and commands of the shell.
. "$here/watch_lib.sh"

# ---- init, -c, places of the file, words
mkdir d && cd d && printf 'module x.org/d\n\ngo 1.26\n' >go.mod && main i1 >main.go
v watch init; expect 0 '' init; is "$(cat out)" '.air.toml written' init; has .air.toml '^#:schema'; has .air.toml '^cmd = "go build -o ./tmp/main ."'
v watch init; expect 1 '.air.toml exists already' 'init again'
v watch -v; expect 0 '' '-v'; has out '^vole watch [0-9]'
v watch -h; expect 0 '' '-h'; has out '--build.exclude_unchanged'
v watch --build.what 1; expect 2 'flag provided but not defined' 'an unknown flag'
v watch -c none.toml; expect 1 'none.toml: no such file or directory' 'no such file'
printf '[build]\ncmd = 3\n' >bad.toml; v watch -c bad.toml; expect 1 'bad.toml:2: build.cmd is an integer, not a string' 'a wrong type'
printf '[build]\ncmd = "\n' >bad.toml; v watch -c bad.toml; expect 1 'bad.toml:2: a string is not closed' 'bad TOML'
printf '[proxy]\nenabled = true\n' >bad.toml; v watch -c bad.toml; expect 1 'proxy' 'a proxy without ports'
w_start -- arg; says i1 'what init wrote works'; [ -x tmp/main ] || fail 'tmp/main is not there'
sed -i s/i1/i2/ main.go; says i2 'saved'
w_stop 'init'
mkdir .config && mv .air.toml .config/air.toml; w_start; says i2 '.config/air.toml'; w_stop '.config/air.toml'
cd .. && air_wd=$PWD/d w_start; says i2 'air_wd'; w_stop 'air_wd'; cd d
cd ..

# ---- commands of the shell, and what the keys say
mkdir -p e/web e/assets e/out && cd e && printf 'module x.org/e\n\ngo 1.26\n' >go.mod
cat >main.go <<'GO'
package main

import (
	"os"
	"strings"
	"time"
)

func main() {
	page, _ := os.ReadFile("web/a.html")
	println("args", strings.Join(os.Args[1:], ","), "env", os.Getenv("E1"), os.Getenv("E2"), os.Getenv("E3"), "page", string(page))
	time.Sleep(time.Hour)
}
GO
printf h1 >web/a.html; echo css >assets/a.css; printf 'E1=one\nE2="two x"\n' >.env; echo 'E2=later' >.env.local
cat >.air.toml <<EOF2
tmp_dir = "out"
env_files = [".env", ".env.local", ".env.none"]
[build]
pre_cmd = ["echo pre >>out/log"]
cmd = "echo build >>out/log && '$VOLE' build -o out/x ."
entrypoint = ["./out/x", "first"]
args_bin = ["second"]
post_cmd = ["echo post >>out/log"]
exclude_unchanged = true
exclude_regex = ["_gen\\\\.go$"]
[[build.rules]]
name = "css"
cmd = "cp assets/a.css out/made.css; echo rule >>out/log"
include_dir = ["assets"]
include_ext = ["css"]
EOF2
E3=outer w_start third
says 'args first,second,third env one later outer page h1' 'arguments and environment'
await_n idle 1 'at rest'; is "$(tr '\n' ' ' <out/log)" 'pre build ' 'commands before and of the build'
printf h2 >web/a.html; says 'args first,second,third env one later outer page h2' 'a template restarts the program'
await_n idle 2 'at rest'; is "$(tr '\n' ' ' <out/log)" 'pre build pre build ' 'the commands again'
echo css2 >assets/a.css; await '"Action":"rule","Rule":"css"' 'a rule'; is "$(cat out/made.css)" css2 'what the rule made'
is "$(tr '\n' ' ' <out/log)" 'pre build pre build rule ' 'a rule builds nothing'
printf 'E1=uno\n' >.env; says 'args first,second,third env uno later outer page h2' 'an env file'
printf 'E1=uno\n' >.env; touch main.go; echo 'package main' >x_gen.go; cp main.go main.go~
printf h3 >web/a.html; says '.*page h3' 'a change after files that do not count'
is "$(grep -c build out/log)" 4 'no build for excluded files and saves without a change'
sed -i 's/"page"/pages/' main.go; await_n build-failed 1 'a mistake'; has out/build-errors.log 'main.go:'
is "$(w_count exit)" 0 'the last good program goes on'
w_stop 'commands'; is "$(tail -1 out/log)" post 'the command at the end'
sed -i 's/, pages,/, "page",/' main.go

# stop_on_error, rerun, clean_on_exit, flags that stand over the file, full_bin
printf '[build]\ncmd = "go build -o tmp/y ."\nfull_bin = "E1=full ./tmp/y"\nstop_on_error = true\nexclude_unchanged = true\n[misc]\nclean_on_exit = true\nwhat = 1\n' >.air.toml
w_start --build.args_bin 'a,b' --build.args_bin c
says 'args a,b,c env full' 'full_bin and flags'
sed -i 's/"page"/pages/' main.go; await_n build-failed 1 'a mistake'
pid=$(sed -n 's/.*"start","Pid":\([0-9]*\).*/\1/p' ../ev | tail -1)
n=0; while kill -0 "$pid" 2>/dev/null && [ $n -lt 400 ]; do n=$((n + 1)); sleep 0.05; done
kill -0 "$pid" 2>/dev/null && fail 'stop_on_error: the program goes on'
sed -i 's/, pages,/, "page",/' main.go; await_n start 2 'mended'
w_stop 'stop_on_error'; [ -e tmp ] && fail 'clean_on_exit: tmp is there'
printf 'package main\n\nfunc main() { println("done") }\n' >main.go
printf '[build]\nrerun = true\nrerun_delay = 10\n' >.air.toml
w_start; await_n exit 3 'rerun'; w_stop rerun
cd ..

# ---- the proxy: the page with its script, the program's changes, its mistakes
mkdir p && cd p && printf 'module x.org/p\n\ngo 1.26\n' >go.mod
ports=$(python3 -c 'import socket; s = [socket.socket() for _ in "ab"]; [x.bind(("127.0.0.1", 0)) for x in s]; print(*[x.getsockname()[1] for x in s])')
app=${ports% *} front=${ports#* }
printf 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {\n\t\tw.Header().Set("Content-Type", "text/html")\n\t\tw.Write([]byte("<body>q1</body>"))\n\t})\n\tpanic(http.ListenAndServe("127.0.0.1:%s", nil))\n}\n' $app >main.go
printf '[proxy]\nenabled = true\nproxy_port = %s\napp_port = %s\n' $front $app >.air.toml
page() { python3 -c 'import sys, urllib.request as u; print(u.urlopen(u.Request(sys.argv[1], headers={"Accept": "text/html", "Sec-Fetch-Dest": "document"}), timeout=60).read().decode())' http://127.0.0.1:$front/ >page 2>&1; }
w_start; await_n ready 1 'it serves'; page; has page '<body>q1'; has page '<script'
sed -i s/q1/q2/ main.go; await_n patched 1 'saved'; page; has page '<body>q2'
sed -i 's/\[\]byte("/byte("/' main.go; await_n build-failed 1 'a mistake'; page; has page '<body>q2'
w_stop proxy
printf 'app_start_timeout = 50000\n' >>.air.toml; w_start; await_n build-failed 1 'nothing was ever built'
PATIENCE_=$(date +%s); page; has page '502'; is "$(($(date +%s) - PATIENCE_ < 25))" 1 'without a program nobody waits for one'
sed -i 's/byte("<body>/[]byte("<body>/' main.go; await_n ready 1 'mended'; page; has page '<body>q2'
w_stop 'no program at first'; cd ..

# ---- several programs are services; `idle` comes behind all else
mkdir -p several/a several/b && cd several && printf 'module x.org/s\n\ngo 1.26\n' >go.mod && main a1 >a/main.go && main b1 >b/main.go
v watch ./a ./b; expect 2 './b is a second package' 'two packages'
w_start ./...; await_n build-failed 1 'a pattern of two programs'; await '2 main packages: name one' 'it is told'; is "$(w_count start)" 0 'none is run'; w_stop several
w_start ./a -- ./b; says a1 'an argument behind --'; await_n idle 1 'at rest'
sed -i s/a1/a2/ a/main.go; await_n replaced 1 'replaced'; await_n idle 2 'at rest again'
is "$(grep -o '"Action":"[a-z]*"' ../ev | tail -1)" '"Action":"idle"' 'the last event'
w_stop 'one of them'; cd ..

# ---- the check: told beside a program that runs, or before it starts; a command in its place
mkdir h && cd h && printf 'module x.org/h\n\ngo 1.26\n' >go.mod
printf 'package main\n\nimport (\n\t"fmt"\n\t"os"\n\t"time"\n)\n\nfunc main() {\n\tfmt.Fprintf(os.Stderr, "%%d c1\\n", "x")\n\ttime.Sleep(time.Hour)\n}\n' >main.go
w_start; await '"Action":"check-failed","Errors":\[{"file":"main.go","line":10,' 'vet'; says '.*c1' 'the program runs all the same'
sed -i 's/%d c1/%s c2/' main.go; await_n checked 1 'mended'; w_stop vet
sed -i 's/%s c2/%d c2/' main.go
w_start --vole.check_stops; await_n check-failed 1 'a check that stops'; await_n built 1 'a check that stops'; await_n idle 1 'at rest'
is "$(w_count start)" 0 'nothing is started'
sed -i 's/%d c2/%s c3/' main.go; says '.*c3' 'mended'; w_stop 'check_stops'
w_start --vole.check 'test -e fine'; await_n check-failed 1 'a command'; w_stop 'a command'
w_start --vole.check off; await_n idle 1 'without'; is "$(w_count checked)" 0 'no check'; w_stop 'without'
cd ..
