package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const programs = "/plugin/"

// fewer: under any of these switches the program makes 4,000 calls in the place of 140,000, each of which takes a millisecond where the processor is emulated.
var fewer = []string{"VOLEDEBUG=schedrand=3"}

// verdicts is what a program of tests/plugin/process says: a last line with `good`. Of what it says else much is shown, as notes.
func verdicts(name, good string, said string, err error) {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	right := err == nil && strings.Contains(lines[len(lines)-1], good)
	for i, line := range lines {
		if strings.HasPrefix(line, "note ") {
			say("%s", line)
		} else if !right && i < 60 {
			say("note %s: %s", name, line)
		}
	}
	check(name, right, err)
}

// landlock is the kernel's version of it.
func landlock() int {
	const createRuleset, askVersion = 444, 1
	v, _, _ := syscall.RawSyscall(createRuleset, 0, 0, askVersion)
	return max(0, int(v))
}

// delegate makes a group that belongs to the user, as a service manager does, with one in it where the user's programs are.
func delegate(name string, controllers string) (top, own group) {
	top = newGroup(root, name)
	own = newGroup(top, "host")
	for _, path := range []string{"", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"} {
		must(os.Chown(filepath.Join(string(top), path), user, user))
		must(os.Chown(filepath.Join(string(own), path), user, user))
	}
	top.set("cgroup.subtree_control", controllers)
	return top, own
}

func plugins() {
	version := landlock()
	say("note Landlock %d", version)
	files := "/tmp/files"
	must(os.MkdirAll(files, 0o777))
	must(os.Chmod(files, 0o777))
	for _, uid := range []int{0, user} {
		who := "as root: "
		if uid != 0 {
			who = "as a user: "
		}
		said, err := group("").run(uid, fewer, programs+"host", programs+"p.so")
		verdicts(who+"values", "all right", said, err)
		dir := fmt.Sprintf("%s/%d", files, uid)
		must(os.MkdirAll(dir, 0o777))
		must(os.Chown(dir, uid, uid))
		if version < 4 {
			said, err = group("").run(uid, nil, programs+"attack", programs+"evil.so", dir)
			check(who+"an older kernel is told", err != nil && strings.Contains(said, "cannot enforce: ") && strings.Contains(said, "(Landlock "), said)
		} else {
			said, err = group("").run(uid, []string{"SEEDS=12"}, programs+"attack", programs+"evil.so", dir)
			verdicts(who+"attacks", "all contained", said, err)
		}
	}
}

// groups: control groups of plugins' processes.
func groups() {
	said, err := group("").run(0, fewer, programs+"host", programs+"p.so", "group", "1.5")
	verdicts("as root, in the root's group: values", "all right", said, err)
	top, own := delegate("delegated", "+memory +pids +cpu")
	rootTop := newGroup(root, "ofroot")
	for _, row := range []struct {
		who    string
		uid    int
		in     group
		parent group
	}{{"root", 0, "", rootTop}, {"user", user, own, top}} {
		said, err := row.in.run(row.uid, nil, programs+"group", programs+"evil.so", "enforced", string(row.parent), "/tmp")
		verdicts("groups, "+row.who+": enforced", "all right", said, err)
		said, err = row.in.run(row.uid, nil, programs+"group", programs+"evil.so", "vanish", string(row.parent))
		verdicts("groups, "+row.who+": that vanish", "all right", said, err)
		killedHost(row.who, row.uid, row.in, row.parent)
	}
	for _, row := range []struct{ name, controllers string }{{"memory alone", "+memory"}, {"pids alone", "+pids"}, {"without pids", "+memory +cpu"}} {
		part, in := delegate("part", row.controllers)
		// what is not delegated from above cannot be switched on
		group(part).set("cgroup.subtree_control", row.controllers)
		part.remove()
		upper := newGroup(root, "upper")
		upper.set("cgroup.subtree_control", row.controllers)
		part, in = delegate("upper/part", row.controllers)
		said, err := in.run(user, nil, programs+"group", programs+"evil.so", "partial", string(part), strings.ReplaceAll(row.controllers, "+", ""))
		verdicts("groups, "+row.name, "all right", said, err)
		upper.remove()
	}
	tight, in := delegate("tight", "+memory +pids +cpu")
	box := newGroup(tight, "box", "memory.max", size(64), "memory.swap.max", "0") // the host is not in it, or the kernel might end the host
	for _, path := range []string{"", "cgroup.procs", "cgroup.subtree_control"} {
		must(os.Chown(filepath.Join(string(box), path), user, user))
	}
	said, err = in.run(user, nil, programs+"group", programs+"evil.so", "outer", string(box), "/tmp")
	verdicts("groups: a tighter one above", "all right", said, err)
	plain := newGroup(root, "plain") // nothing is delegated
	said, err = plain.run(user, nil, programs+"group", programs+"evil.so", "outside", string(top))
	verdicts("groups: delegated elsewhere", "all right", said, err)
	for _, mode := range []string{"none", "foreign"} {
		said, err := plain.run(user, nil, programs+"group", programs+"evil.so", mode, string(rootTop))
		verdicts("groups, not delegated: "+mode, "all right", said, err)
	}
	for _, g := range []group{top, rootTop, tight, plain} {
		left, _ := filepath.Glob(string(g) + "/vole-plugin-*")
		check("groups: none is left in "+filepath.Base(string(g)), len(left) == 0, left)
		g.remove()
	}
}

// killedHost: the plugin's process ends with its host, and the next host removes the group.
func killedHost(who string, uid int, in, parent group) {
	c := in.in(uid, nil, programs+"group", programs+"evil.so", "victim", string(parent))
	out, err := c.StdoutPipe()
	must(err)
	must(c.Start())
	line, _ := bufio.NewReader(out).ReadString('\n')
	pid, left, _ := strings.Cut(strings.TrimSpace(line), " ")
	check("groups, "+who+": the victim's process is in its group", group(left).get("cgroup.procs") == pid && pid != "", group(left).get("cgroup.procs"), " ", line)
	c.Process.Kill()
	c.Wait()
	n, _ := strconv.Atoi(pid)
	gone := soon(func() bool { return group(left).number("cgroup.events", "populated") == 0 })
	check("groups, "+who+": a killed host leaves no process", gone, n, group(left).get("cgroup.procs"))
	said, err := in.run(uid, nil, programs+"group", programs+"evil.so", "once", string(parent))
	verdicts("groups, "+who+": after a killed host", "all right", said, err)
	_, err = os.Stat(left)
	check("groups, "+who+": the next host removes the group of a killed one", os.IsNotExist(err), left)
}
