package main

import (
	"fmt"
	"strings"
	"time"
)

const mb = 1 << 20

func size(n int) string { return fmt.Sprint(n * mb) }

// load makes a service hold 150 MB and allocate four times as much.
func load(s *service) string {
	if s.ask("live 150") == "died" || s.ask("churn 600") == "died" {
		return s.end()
	}
	return "lives"
}

// lives: the same service, built by vole, in a group.
func lives(name string, g group, want string, env ...string) {
	s := g.service("/bin/service.vole", env...)
	limit := s.ask("limit")
	how := load(s)
	check(name+": limit", limit == want, limit, " wanted ", want)
	check(name+": 150 MB live, 600 allocated", how == "lives", how)
	if !s.died {
		check(name+": ends", s.end() == "exit status 0")
	}
}

// memory: a limit of the control group is the runtime's.
func memory() {
	g := newGroup(root, "m")
	g.set("cgroup.subtree_control", "+memory")
	tight := newGroup(g, "max", "memory.max", size(256), "memory.swap.max", "0")
	lives("memory.max", tight, "230")
	check("memory.max: nothing killed", tight.number("memory.events", "oom_kill") == 0)
	for _, program := range []string{"gc", "vole"} { // the same program, without what is tested here
		s := tight.service("/bin/service."+program, "GODEBUG=containermemlimit=0")
		say("note memory.max, GOGC alone, built by %s: %s", program, load(s))
		if program == "vole" {
			check("memory.max, switched off: killed", s.died)
		}
		s.in.Close()
	}
	high := newGroup(g, "high", "memory.high", size(256), "memory.swap.max", "0")
	lives("memory.high", high, "230")
	say("note memory.high: reclaimed %d times", high.number("memory.events", "high"))
	outer := newGroup(g, "outer", "memory.max", size(256), "memory.swap.max", "0")
	outer.set("cgroup.subtree_control", "+memory")
	lives("nested groups", newGroup(outer, "inner", "memory.max", size(1024)), "230")
	lives("without a limit", newGroup(g, "free"), "none")
	changes(g)
	byHand(g)
	g.remove()
}

// byHand: who gives a limit has it.
func byHand(g group) {
	max := newGroup(g, "hand", "memory.max", size(512))
	for _, row := range []struct{ env, want string }{
		{"GOMEMLIMIT=200MiB", "200"}, {"GOMEMLIMIT=off", "none"}, {"GODEBUG=containermemlimit=0", "none"}, {"GODEBUG=containermemlimit=1", "460"}, {"GOGC=off", "460"}, {"X=", "460"},
	} {
		s := max.service("/bin/service.vole", row.env)
		got := s.ask("limit")
		check("limit with "+row.env, got == row.want, got, " wanted ", row.want)
		s.end()
	}
	s := max.service("/bin/service.vole", "GOMEMLIMIT=200MiB")
	s.ask("live 10")
	max.set("memory.max", size(400))
	s.ask("churn 200")
	got := s.ask("limit")
	check("a limit that was given stays", got == "200", got)
	s.end()
}

// changes: the limit is lowered and raised while the service runs.
func changes(g group) {
	c := newGroup(g, "changes", "memory.max", size(1024), "memory.swap.max", "0")
	s := c.service("/bin/service.vole")
	check("changes: at first", s.ask("limit") == "921")
	check("changes: load", load(s) == "lives")
	before := c.number("memory.current", "")
	c.set("memory.high", size(256))
	got, ok := s.becomes("limit", "230")
	check("changes: memory.high lowered", ok, got)
	ok = soon(func() bool { return s.ask("churn 1") == "died" || c.number("memory.current", "") < 245*mb })
	check("changes: the heap follows", ok && !s.died, c.number("memory.current", "")/mb, " MB, before ", before/mb)
	c.set("memory.max", size(256))
	check("changes: churn in it", s.ask("churn 600") == "done")
	check("changes: nothing killed", c.number("memory.events", "oom_kill") == 0, c.get("memory.events"))
	c.set("memory.max", "max", "memory.high", "max")
	got, ok = s.becomes("limit", "none")
	check("changes: raised", ok, got)
	check("changes: 400 MB live", s.ask("live 400") == "400")
	s.ask("live 20")
	c.set("memory.max", size(640))
	got, ok = s.becomes("limit", "576")
	check("changes: a limit again", ok, got)
	check("changes: ends", s.end() == "exit status 0")
	asleep(c)
	tooSmall(c)
}

// asleep: a service that does nothing when its limit is lowered gives back what it does not need.
func asleep(c group) {
	c.set("memory.max", size(1024), "memory.high", "max")
	s := c.service("/bin/service.vole")
	s.ask("live 300")
	s.ask("live 20")
	c.set("memory.high", size(128))
	ok := soon(func() bool { return c.number("memory.current", "") < 128*mb })
	check("changes while it sleeps: below the limit", ok, c.number("memory.current", "")/mb)
	got, ok := s.becomes("limit", "115")
	check("changes while it sleeps: limit", ok, got)
	check("changes while it sleeps: goes on", s.ask("churn 100") == "done")
	s.end()
}

// tooSmall: a limit below what is live is no hang: the collector has half of the time at most. What is above memory.high makes the kernel put the program to sleep,
// tenths of a second for each megabyte, so it is little.
func tooSmall(c group) {
	c.set("memory.high", "max", "memory.max", size(1024))
	s := c.service("/bin/service.vole")
	s.ask("live 200")
	c.set("memory.high", size(220))
	got, ok := s.becomes("limit", "198")
	check("a limit below what is live: limit", ok, got)
	check("a limit below what is live: goes on", s.ask("churn 5") == "done")
	say("note a limit below what is live: %s cycles", s.ask("cycles"))
	c.set("memory.high", "max", "memory.max", size(100))
	how := "lives"
	if !soon(func() bool { return s.ask("churn 10") == "died" }) {
		check("memory.max below what is live: the kernel ends it", false, how)
	} else {
		how = s.end()
		check("memory.max below what is live: the kernel ends it", strings.Contains(how, "killed"), how)
	}
}

// procs: GOMAXPROCS follows cpu.max as with the official go, which looks at the innermost group alone.
func procs() {
	g := newGroup(root, "p", "cgroup.subtree_control", "+cpu")
	inner := newGroup(g, "inner")
	rows := []struct{ outer, inner, env, own string }{ // own: not as the official go
		{"max", "max 100000", "", ""}, {"max", "200000 100000", "", ""}, {"max", "50000 100000", "", ""}, {"max", "250000 100000", "", ""}, {"max", "210000 100000", "", ""},
		{"300000 100000", "200000 100000", "", ""}, {"max", "800000 100000", "", ""}, {"max", "20000 10000", "", ""}, {"200000 100000", "max", "", "2"}, {"200000 100000", "300000 100000", "", "2"},
		{"max", "200000 100000", "GOMAXPROCS=3", ""}, {"max", "200000 100000", "GODEBUG=containermaxprocs=0", ""}, {"max", "300000 100000", "GODEBUG=updatemaxprocs=0", ""},
	}
	for _, r := range rows {
		g.set("cpu.max", r.outer)
		inner.set("cpu.max", r.inner)
		vole, gc := inner.service("/bin/service.vole", r.env), inner.service("/bin/service.gc", r.env)
		a, b := vole.ask("procs"), gc.ask("procs")
		check("GOMAXPROCS for "+strings.Join([]string{r.outer, r.inner, r.env}, ", "), a == b && r.own == "" || a == r.own, a, " go: ", b)
		vole.end()
		gc.end()
	}
	g.set("cpu.max", "max")
	inner.set("cpu.max", "max")
	for _, env := range []string{"", "GOMAXPROCS=4", "GODEBUG=updatemaxprocs=0", "GODEBUG=containermaxprocs=0"} {
		vole, gc := inner.service("/bin/service.vole", env), inner.service("/bin/service.gc", env)
		first := gc.ask("procs")
		for _, step := range []struct{ outer, inner, want, gc string }{{"max", "200000 100000", "2", "2"}, {"max", "300000 100000", "3", "3"}, {"200000 100000", "300000 100000", "2", "3"}, {"max", "max", "4", "4"}} {
			g.set("cpu.max", step.outer)
			inner.set("cpu.max", step.inner)
			want, theirs := step.want, step.gc
			if env != "" { // it is looked at once a second
				want, theirs = first, first
				vole.ask("churn 20")
				time.Sleep(2500 * time.Millisecond)
			}
			a, ok := vole.becomes("procs", want)
			b, same := gc.becomes("procs", theirs)
			check("GOMAXPROCS changes to "+step.outer+", "+step.inner+" "+env, ok && same, a, " go: ", b, " wanted ", want)
			if env != "" {
				break
			}
		}
		vole.end()
		gc.end()
	}
	g.remove()
}
