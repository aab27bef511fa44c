# 39-watch-more.sh - vole watch: folders by events and by looking, the limit of watches, several services, tests that depend on a change.
. "$here/watch_lib.sh"

# ---- folders: new ones, recreated ones, links, others outside, hidden; by events and by looking
mkdir -p f/w/in f/side && cd f/w && printf 'module x.org/f\n\ngo 1.26\n' >go.mod && main f1 >main.go
cat >.air.toml <<'EOF2'
[build]
cmd = "echo build; cp go.mod x"
full_bin = "echo started; sleep 1000"
include_ext = ["txt"]
include_dir = ["in", "../side"]
follow_symlink = true
EOF2
for poll in false true; do
    w_start --build.poll=$poll --build.poll_interval 50; await_n idle 1 "poll=$poll: at rest"
    echo x >in/a.txt; await_n idle 2 "poll=$poll: a file"
    mkdir -p in/n/m && echo x >in/n/m/a.txt; await_n idle 3 "poll=$poll: new folders"
    echo y >in/n/m/a.txt; await_n idle 4 "poll=$poll: a file of a new folder"
    rm -r in/n; await_n idle 5 "poll=$poll: a folder is gone"
    mkdir -p in/n/m && echo x >in/n/m/a.txt; await_n idle 6 "poll=$poll: it is there again"
    mkdir -p ../moved && echo x >../moved/a.txt && mv ../moved in/moved; await_n idle 7 "poll=$poll: a folder moved in"
    echo y >in/moved/a.txt; await_n idle 8 "poll=$poll: a file of it"
    echo x >../side/a.txt; await_n idle 9 "poll=$poll: outside of the root"
    mkdir -p ../far && echo x >../far/a.txt && ln -s "$(realpath ../far)" in/link; await_n idle 10 "poll=$poll: a link to a folder"
    echo y >../far/a.txt; await_n idle 11 "poll=$poll: a file behind a link"
    w_stop "poll=$poll"; rm -rf in/* ../side/* ../far
done
sed -i 's/follow_symlink.*//' .air.toml
mkdir ../far && ln -s "$(realpath ../far)" in/link; w_start; await_n idle 1 'at rest'
echo x >../far/a.txt; mkdir in/.hidden && echo x >in/.hidden/a.txt; echo x >in/a.txt; await_n idle 2 'a file'
is "$(w_count change)" 1 'links are not followed, hidden folders do not count'
w_stop links; cd ../..

# ---- the limit of watches: the rest is looked at, and that is told once
if unshare -Ur sh -c 'echo 10 >/proc/sys/user/max_inotify_watches' 2>/dev/null; then
    mkdir -p g && cd g && for i in $(seq 30); do mkdir d$i; done
    printf '[build]\ncmd = "true"\nfull_bin = "sleep 1000"\npoll_interval = 50\ninclude_ext = ["txt"]\n' >.air.toml
    : >../ev; unshare -Ur sh -c 'echo 10 >/proc/sys/user/max_inotify_watches; exec "$VOLE" watch -json' >../ev 2>../ev.err </dev/null & w_pid=$!
    await_n idle 1 'at rest'
    is "$(w_count notice)" 1 'a notice, once'; has ../ev 'limit of watched folders'
    for i in 1 15 30; do echo $i >d$i/a.txt; await "\"Files\":.*\"d$i/a.txt\"" "a file of folder $i"; done
    w_stop 'a limit'; cd ..
else skip 'the limit of watches: no user namespaces here'; fi

# ---- several services
mkdir -p s/db s/api s/lib && cd s && printf 'module x.org/s\n\ngo 1.26\n' >go.mod
main db1 >db/main.go; printf 'package lib\n\nconst L = "l1"\n' >lib/lib.go
printf 'package main\n\nimport (\n\t"os"\n\t"time"\n\t"x.org/s/lib"\n)\n\nfunc main() {\n\tprintln("api1", lib.L, os.Args[1], os.Getenv("LOG"))\n\ttime.Sleep(time.Hour)\n}\n' >api/main.go
printf '[[service]]\nname = "api"\npackage = "./api"\nargs = ["-x"]\nenv = ["LOG=all"]\ndepends_on = ["db"]\nrestart_with = true\n[[service]]\nname = "db"\npackage = "./db"\n' >.air.toml
w_start; says 'api1 l1 -x all' 'the service that depends'; await_n idle 1 'at rest'
is "$(sed -n 's/.*"start","Service":"\([a-z]*\)".*/\1/p' ../ev | tr '\n' ' ')" 'db api ' 'the order'
sed -i s/l1/l2/ lib/lib.go; says 'api1 l2' 'a package of one of them'; await_n idle 2 'at rest'
is "$(sed -n 's/.*"start","Service":"\([a-z]*\)".*/\1/p' ../ev | tr '\n' ' ')" 'db api api ' 'only that one'
sed -i s/db1/db2/ db/main.go; says db2 'the other'; await_n idle 3 'at rest'
is "$(sed -n 's/.*"start","Service":"\([a-z]*\)".*/\1/p' ../ev | tr '\n' ' ')" 'db api api db api ' 'and the one that restarts with it'
w_stop services; cd ..

# ---- tests that depend on what changed, and no others
mkdir -p u/a u/b u/c/testdata u/n && cd u && printf 'module x.org/u\n\ngo 1.26\n' >go.mod
printf 'package a\n\nfunc A() int { return 1 }\n' >a/a.go; printf 'package b\n\nimport "x.org/u/a"\n\nfunc B() int { return a.A() }\n' >b/b.go
printf 'package c\n\nfunc C() int { return 1 }\n' >c/c.go; printf 'package n\n\nimport "x.org/u/a"\n\nvar N = a.A()\n' >n/n.go; echo x >c/testdata/x
for p in a b c; do printf 'package %s\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {}\n' $p >$p/${p}_test.go; done
: >../ev; "$VOLE" watch test -json >../ev 2>../ev.err </dev/null & w_pid=$!
await '"Action":"test","Packages":\["x.org/u/a","x.org/u/b","x.org/u/c"\]' 'all at first'; await_n idle 1 'at rest'
picked() { await_n idle $1 "$3"; is "$(grep '"Action":"test"' ../ev | tail -1 | sed 's/.*"Packages"://; s/}$//')" "$2" "$3"; }
echo '// x' >>b/b.go; picked 2 '["x.org/u/b"]' 'a package that nothing imports'
echo '// x' >>a/a.go; picked 3 '["x.org/u/a","x.org/u/b"]' 'one that another imports'
echo '// x' >>a/a_test.go; picked 4 '["x.org/u/a"]' 'a test'
echo y >c/testdata/x; picked 5 '["x.org/u/c"]' 'a file of testdata'
echo '// x' >>n/n.go; picked 6 '[]' 'a package without tests'
echo '// x' >>go.mod; picked 7 '["x.org/u/a","x.org/u/b","x.org/u/c"]' go.mod
printf 'package c\n\nimport "testing"\n\nfunc TestIt(t *testing.T) { t.Fatal("bad") }\n' >c/c_test.go; await_n test-failed 1 'a test fails'
printf 'package c\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {}\n' >c/c_test.go; picked 9 '["x.org/u/c"]' 'it is mended'
mkdir -p ../new/e && printf 'package e\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {}\n' >../new/e/e_test.go && mv ../new d; picked 10 '["x.org/u/d/e"]' 'a new folder, moved in'
echo '// x' >>d/e/e_test.go; picked 11 '["x.org/u/d/e"]' 'a file of it'
w_stop 'watch test'; cd ..

# ---- what a build makes, and tests beside a main package, do not make it build again and again
mkdir loop && cd loop && printf 'module x.org/loop\n\ngo 1.26\n' >go.mod && main l1 >main.go
printf 'package main\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n' >m_test.go
once() { # TITLE ARGS: one build, then rest; after an edit one more
    title=$1; shift; main l1 >main.go; w_start "$@"; await_n idle 1 "$title: at rest"; is "$(w_count build)" 1 "$title: builds at the start"
    main l2 >main.go; says l2 "$title: an edit"; await_n idle 2 "$title: at rest again"; is "$(w_count build)" 2 "$title: builds after an edit"; w_stop "$title"
}
once 'a test of the main package' --vole.check off
printf '[build]\ncmd = "go build -o ./tmp/main ."\nbin = "./tmp/main"\n[vole]\ncheck = "off"\n' >.air.toml; once 'an output below the root'
printf '[build]\ncmd = "vole build -o ../loop.out"\nbin = "../loop.out"\n[vole]\ncheck = "off"\n' >.air.toml; once 'an output outside of the root, no package'
rm .air.toml; cd ..
