// host DIR: the manager, with plugins and keys in DIR. A line for each thing that was looked at: "ok name" or "FAIL name: why".
package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"example.com/manager/api"
	vp "vole/plugin"
	"vole/plugin/process"
)

var dir, fresh string // what run.py made; what this run writes
var bad bool

func check(name string, ok bool, said ...any) {
	if ok {
		fmt.Println("ok", name)
		return
	}
	bad = true
	fmt.Println("FAIL", name+":", fmt.Sprint(said...))
}

func path(name string) string { return filepath.Join(dir, name) }

var grants []string

var logs int

func audit() (*vp.Audit, string) {
	logs++
	name := filepath.Join(fresh, fmt.Sprintf("audit%d.log", logs))
	a, err := vp.OpenAudit(name, vp.AuditOptions{})
	if err != nil {
		panic(err)
	}
	return a, name
}

func trust(need int) *vp.Trust {
	t, err := vp.ReadTrust(path("good.pub"), path("revoked.pub"))
	if err != nil {
		panic(err)
	}
	t.Need = need
	return t
}

func manager() (*vp.Manager, string) {
	a, name := audit()
	m, err := vp.New(vp.Options{Trust: trust(1), Audit: a, Grant: grants, Services: map[string]string{"clock": "1.2"}})
	if err != nil {
		panic(err)
	}
	return m, name
}

func spec(file string) vp.Spec {
	return vp.Spec{Name: "filter", File: path(file), Export: "Filter", Drain: 5 * time.Second}
}

var ctx = context.Background()

// refused loads what must be refused, with words that say why, and looks for the record of it.
func refused(name string, s vp.Spec, words string) {
	m, log := manager()
	err := m.Load(ctx, s)
	text, _ := os.ReadFile(log)
	check("refused: "+name, err != nil && strings.Contains(err.Error(), words), err)
	check("recorded: "+name, bytes.Contains(text, []byte(`"allowed":false`)), string(text))
	check("nothing left: "+name, m.Current("filter") == nil && len(m.Instances()) == 0)
}

func write(name string, data []byte) vp.Spec {
	if err := os.WriteFile(path(name), data, 0o600); err != nil {
		panic(err)
	}
	return spec(name)
}

// sign appends a signature as abi/plugin.h says, whatever the bytes are.
func sign(data []byte) []byte {
	text, _ := os.ReadFile(path("good.key"))
	seed, err := base64.StdEncoding.DecodeString(strings.Fields(string(text))[1])
	if err != nil {
		panic(err)
	}
	key := ed25519.NewKeyFromSeed(seed)
	sum := sha512.Sum512(data)
	s := append([]byte("vole signature\n\x00"), make([]byte, 16)...)
	s = append(s, key.Public().(ed25519.PublicKey)...)
	s = append(s, ed25519.Sign(key, append([]byte("vole plugin signature 1\n"), sum[:]...))...)
	return append(bytes.Clone(data), s...)
}

func attacks() {
	file, err := os.ReadFile(path("filter1.so"))
	if err != nil {
		panic(err)
	}
	refused("not signed", spec("unsigned.so"), "not signed")
	refused("wrong key", spec("other.so"), "is not trusted")
	refused("revoked key", spec("revoked.so"), "is revoked")
	for _, at := range []int{0, 100, len(file) / 3, len(file) / 2, len(file) - 300, len(file) - 128, len(file) - 110, len(file) - 90, len(file) - 1} {
		b := bytes.Clone(file)
		b[at] ^= 1
		_, err := trust(1).Verify(b)
		check(fmt.Sprintf("changed byte of %d from the end", len(file)-at), err != nil)
	}
	b := bytes.Clone(file)
	b[len(b)/2] ^= 1
	refused("changed byte", write("changed.so", b), "does not fit")
	refused("truncated", write("short.so", file[:len(file)-1000]), "")
	refused("half", write("half.so", append(bytes.Clone(file[:len(file)/2]), file[len(file)-128:]...)), "does not fit")
	refused("empty", write("empty.so", nil), "size")
	refused("a folder", spec("."), "regular")
	refused("no file", spec("missing.so"), "no such file")
	refused("signed text", write("text.so", sign([]byte(strings.Repeat("hello\n", 1000)))), "not a plugin")
	b = bytes.Clone(file[:len(file)-128])
	b[bytes.Index(b, []byte("vole plugin\n\x00"))+200] ^= 1 // its sums, which any host looks at
	refused("signed, damaged", write("damaged.so", sign(b)), "damaged")
	s := spec("filter1.so")
	s.Export = "Missing"
	refused("no such export", s, "does not export")
	s = spec("filter1.so")
	s.Version = ">=2"
	refused("an old version", s, "is not in")
	m, _ := manager()
	if _, err := vp.Get[fmt.Stringer](m, "filter"); err != nil {
		panic(err)
	}
	err = m.Load(ctx, spec("filter1.so"))
	check("not what handles need", err != nil && strings.Contains(err.Error(), "is not a fmt.Stringer") && len(m.Instances()) == 0, err)

	a, _ := audit()
	two, err := vp.New(vp.Options{Trust: trust(2), Audit: a, Grant: grants, Services: map[string]string{"clock": "1"}})
	check("two keys", err == nil && two.Load(ctx, spec("filter1.so")) != nil && two.Load(ctx, spec("both.so")) == nil && two.Close(ctx) == nil)
	capabilities(a, file)
	needs, err := vp.New(vp.Options{Trust: trust(1), Audit: a, Grant: grants})
	err = needs.Load(ctx, spec("filter1.so"))
	check("what it needs is missing", err != nil && strings.Contains(err.Error(), "needs clock"), err)
	_, err = vp.New(vp.Options{Trust: &vp.Trust{}, Audit: a})
	check("no keys, no manager", err != nil)
	_, err = vp.New(vp.Options{Trust: trust(1)})
	check("no audit, no manager", err != nil)
	_, err = vp.New(vp.Options{Trust: trust(1), Audit: a, Grant: []string{"file", "fire"}})
	check("a Grant that grants nothing", err != nil && strings.Contains(err.Error(), `no capability "fire"`), err)
	wrong := spec("filter1.so")
	wrong.Grant = []string{"files"}
	err = needs.Load(ctx, wrong)
	check("a plugin's Grant that grants nothing", err != nil && strings.Contains(err.Error(), `no capability "files"`), err)
	swapped(file)
}

// capabilities: what a plugin can reach must be granted, and proved.
func capabilities(a *vp.Audit, file []byte) {
	load := func(name string, s vp.Spec, grant ...string) error {
		m, err := vp.New(vp.Options{Trust: trust(1), Audit: a, Grant: grant, Services: map[string]string{"clock": "1"}})
		if err == nil {
			err = m.Load(ctx, s)
			m.Close(ctx)
		}
		return err
	}
	said := func(err error, words string) bool { return err != nil && strings.Contains(err.Error(), words) }
	check("no capability, no grant", load("none", spec("filter1.so")) == nil)
	err := load("greedy", spec("greedy.so"))
	check("a capability that is not granted", said(err, "is not granted: "), err)
	m, _ := vp.New(vp.Options{Trust: trust(1), Audit: a, Grant: []string{vp.Any}})
	man, err := m.Verify(spec("greedy.so"))
	check("a capability has its path", err == nil && len(man.Capabilities) > 0 && man.Proved, err)
	if err != nil {
		return
	}
	var all []string
	for _, c := range man.Capabilities {
		all = append(all, c.Name)
	}
	check("all but one", len(all) == 1 || load("greedy", spec("greedy.so"), all[1:]...) != nil)
	check("all by name", load("greedy", spec("greedy.so"), all...) == nil)
	check("any", load("greedy", spec("greedy.so"), vp.Any) == nil)
	s := spec("greedy.so")
	s.Grant = all
	check("granted to one", load("greedy", s) == nil)
	b := bytes.Clone(file[:len(file)-128])
	copy(b[bytes.Index(b, []byte("\ncapabilities\t"))+1:], "kapa")
	s = write("unproved.so", sign(b))
	check("nothing proved", said(load("unproved", s), "proves nothing") && said(load("unproved", s, vp.Any), "proves nothing"))
	b = bytes.Clone(file[:len(file)-128])
	copy(b[bytes.Index(b, []byte("\ncapabilities\t"))+14:], "7")
	check("fewer than promised", said(load("fewer", write("fewer.so", sign(b)), vp.Any), "malformed"))
}

// swapped: while the file and a link to it are changed all the time, what is loaded is what was verified.
func swapped(file []byte) {
	evil := bytes.Clone(file)
	at := bytes.Index(evil, []byte("done "))
	copy(evil[at:], "evil ")
	link := path("link.so")
	good, bads := path("good.so"), path("evil.so")
	os.WriteFile(good, file, 0o600)
	os.WriteFile(bads, evil, 0o600)
	os.Symlink(good, link)
	stop := make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			to := good
			if i%2 == 0 {
				to = bads
			}
			os.Symlink(to, link+".new")
			os.Rename(link+".new", link)
		}
	})
	loaded, denied, wrong := 0, 0, 0
	for i := 0; i < 200 && (i < 30 || loaded == 0 || denied == 0); i++ {
		m, _ := manager()
		if err := m.Load(ctx, spec("link.so")); err != nil {
			denied++
			continue
		}
		h, _ := vp.Get[api.Filter](m, "filter")
		h.Do(func(f api.Filter) error {
			if s, _ := f.Do("x", nil); s != "done x" {
				wrong++
			}
			return nil
		})
		os.WriteFile(good, evil, 0o600) // behind it
		h.Do(func(f api.Filter) error {
			if s, _ := f.Do("x", nil); s != "done x" {
				wrong++
			}
			return nil
		})
		os.WriteFile(good, file, 0o600)
		loaded++
		if err := m.Close(ctx); err != nil {
			check("unload", false, err)
		}
	}
	close(stop)
	wg.Wait()
	check("swapped between check and use", loaded > 0 && denied > 0 && wrong == 0, loaded, denied, wrong)
}

func life() {
	m, log := manager()
	h, err := vp.Get[api.Filter](m, "filter")
	check("a handle before the plugin", err == nil && errors.Is(h.Do(func(api.Filter) error { return nil }), vp.ErrNotActive))
	s := spec("filter1.so")
	s.Config = 7
	check("load", m.Load(ctx, s) == nil)
	check("loaded twice", m.Load(ctx, s) != nil)
	_, err = vp.Get[fmt.Stringer](m, "filter")
	check("a handle of another type", err != nil)
	version := func() (v int) {
		h.Do(func(f api.Filter) error { v = f.Version(); return nil })
		return v
	}
	check("call", version() == 1)
	err = h.Do(func(f api.Filter) error { _, err := f.Do("error", nil); return err })
	check("its errors come through", err != nil && err.Error() == "its own", err)
	err = nil // it is of the plugin
	check("health, reload", m.Health(ctx, "filter") == nil && m.Reload(ctx, "filter", 9) == nil && api.Log.Config.Load() == 9)
	check("activated", api.Log.Activated.Load() >= 1 && m.Current("filter").Version == "1.0.0" && m.Current("filter").State() == vp.Active)

	for _, c := range []struct{ config, words string }{{"refuse", "not today"}, {"panic", "while activated"}, {"hang", "deadline"}, {"sick", "sick"}} {
		s := spec("filter2.so")
		s.Config, s.Hook = c.config, 100*time.Millisecond
		err := m.Swap(ctx, s)
		check("rollback: "+c.config, err != nil && strings.Contains(err.Error(), c.words) && version() == 1 && len(m.Instances()) == 1, err)
	}
	err = m.Swap(ctx, spec("changed.so"))
	check("a swap to what is not signed", err != nil && version() == 1, err)
	f, release, err := h.Acquire()
	old := m.Current("filter")
	done := make(chan error)
	go func() { done <- m.Swap(ctx, spec("filter2.so")) }()
	for version() != 2 {
		runtime.Gosched()
	}
	for old.State() == vp.Active {
		runtime.Gosched()
	}
	check("a call that runs keeps its version", f.Version() == 1 && old.State() == vp.Draining)
	f = nil
	release()
	check("swap", <-done == nil && version() == 2 && old.State() == vp.Unloaded, old.State())
	s = spec("filter1.so")
	s.Name, s.Export = "other", "Make"
	check("two names", m.Load(ctx, s) == nil)
	o, err := vp.Get[api.Filter](m, "other")
	ov := 0
	o.Do(func(f api.Filter) error { ov = f.Version(); return nil })
	check("side by side", err == nil && ov == 1 && version() == 2, ov)
	err = m.Unload(ctx, "other")
	check("unload", err == nil, err)
	twice(m)
	held(m)
	mistakes(m)
	err = m.Close(ctx)
	check("unload all", err == nil && len(m.Instances()) == 0, err)
	check("deactivated", api.Log.Deactivated.Load() >= 4)
	_, err = vp.VerifyAudit(log, nil)
	check("audit of it all", err == nil, err)
}

// twice: who releases a call twice does not release another's.
func twice(m *vp.Manager) {
	s := spec("filter1.so")
	s.Name, s.Drain = "other", 50*time.Millisecond
	check("load again", m.Load(ctx, s) == nil)
	h, _ := vp.Get[api.Filter](m, "other")
	_, first, _ := h.Acquire()
	f, second, _ := h.Acquire()
	first()
	first()
	deactivated := api.Log.Deactivated.Load()
	err := m.Unload(ctx, "other")
	check("released twice", err != nil && strings.Contains(err.Error(), "calls run still") && api.Log.Deactivated.Load() == deactivated, err)
	f = nil
	second()
	_ = f
	err = m.Unload(ctx, "other")
	check("released", err == nil, err)
}

var holder api.Filter

// held: what cannot go is told of, and tried again.
func held(m *vp.Manager) {
	s := spec("filter1.so")
	s.Name = "other"
	hold := func() {
		h, _ := vp.Get[api.Filter](m, "other")
		h.Do(func(f api.Filter) error { holder = f; return nil })
	}
	before := len(m.Instances())
	check("load, to be held", m.Load(ctx, s) == nil)
	hold()
	for range 2 {
		err := m.Unload(ctx, "other")
		check("held", err != nil && strings.Contains(err.Error(), "main.holder") && len(m.Instances()) == before+1, err, len(m.Instances()))
	}
	holder = nil
	err := m.Unload(ctx, "other")
	check("held no more", err == nil && len(m.Instances()) == before, err, len(m.Instances()))
	check("load, to be swapped", m.Load(ctx, s) == nil)
	hold()
	check("swap of what is held", m.Swap(ctx, s) == nil && len(m.Instances()) == before+2, len(m.Instances()))
	holder = nil
	check("the next swap takes it out", m.Swap(ctx, s) == nil && len(m.Instances()) == before+1, len(m.Instances()))
	check("unload what was swapped", m.Unload(ctx, "other") == nil && len(m.Instances()) == before)
}

// mistakes are told before anything of a plugin runs.
func mistakes(m *vp.Manager) {
	s := spec("filter1.so")
	s.Name = "other"
	over, cancel := context.WithCancel(ctx)
	cancel()
	activated := api.Log.Activated.Load()
	err := m.Load(over, s)
	check("load, canceled", errors.Is(err, context.Canceled) && m.Current("other") == nil, err)
	err = m.Swap(over, spec("filter1.so"))
	check("swap, canceled", errors.Is(err, context.Canceled), err)
	s.Version = ">=one"
	err = m.Load(ctx, s)
	check("no range", err != nil && strings.Contains(err.Error(), "Spec.Version"), err)
	check("nothing ran", api.Log.Activated.Load() == activated)
	_, err = vp.OpenAudit("/dev/zero", vp.AuditOptions{})
	check("a log without end", err != nil && strings.Contains(err.Error(), "regular file"), err)
	_, err = vp.VerifyAudit("/dev/zero", nil)
	check("a log without end, verified", err != nil && strings.Contains(err.Error(), "regular file"), err)
}

// panics end the plugin, not the host.
func panics() {
	for _, kind := range []string{"panic", "nil"} {
		m, log := manager()
		h, _ := vp.Get[api.Filter](m, "filter")
		m.Load(ctx, spec("filter1.so"))
		err := h.Do(func(f api.Filter) error { f.Do(kind, nil); return nil })
		var p *vp.PanicError
		check("a call: "+kind, errors.As(err, &p) && p.Plugin == "filter" && strings.Contains(p.Stack, "filter.go:"), err)
		check("ended: "+kind, errors.Is(h.Do(func(api.Filter) error { return nil }), vp.ErrNotActive) && m.Instances()[0].State() == vp.Failed)
		text, _ := os.ReadFile(log)
		check("recorded: "+kind, bytes.Contains(text, []byte(`"event":"panic"`)))
		check("unloaded: "+kind, m.Unload(ctx, "filter") == nil)
		check("loaded anew: "+kind, m.Load(ctx, spec("filter1.so")) == nil && m.Close(ctx) == nil)
	}
}

// domains: what would end or hang the process ends the plugin.
func domains() {
	until := func(ok func() bool) bool {
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if ok() {
				return true
			}
		}
		return false
	}
	call := vp.Limits{Call: 100 * time.Millisecond}
	cpu := vp.Limits{CPU: 50 * time.Millisecond}
	for _, r := range []struct {
		what   string
		limits vp.Limits
		words  string // of the record
		defers int64  // deferred calls that must have run
	}{
		{"loop", call, "a call took longer than 100ms", 1},
		{"recover", call, "a call took longer", 1},
		{"calls", call, "a call took longer", 0},
		{"loop", cpu, "more than 50ms of processor time", 1},
		{"calls", cpu, "more than 50ms", 0},
		{"recover", cpu, "more than 50ms", 1},
		{"sleep", call, "a call took longer", 0},
		{"goexit", vp.Limits{}, "runtime.Goexit", 0},
		{"goexit", call, "runtime.Goexit", 0},
		{"deep", vp.Limits{Stack: 1 << 20}, "stack overflow", 0},
		{"deep", vp.Limits{}, "stack overflow", 0},
		{"go panic", vp.Limits{}, "of a goroutine", 1},
		{"go nested", vp.Limits{}, "nil pointer", 0},
		{"timer", vp.Limits{}, "of a timer", 0},
		{"finalizer", vp.Limits{}, "of a finalizer", 0},
		{"cleanup", cpu, "more than 50ms", 0},
		{"go loop", cpu, "more than 50ms", 0},
		{"go bomb", vp.Limits{Goroutines: 100}, "too many goroutines", 0},
		{"fork", vp.Limits{Goroutines: 1000}, "too many goroutines", 0},
	} {
		name := fmt.Sprintf("%s %+v", r.what, r.limits)
		m, log := manager()
		h, _ := vp.Get[api.Filter](m, "filter")
		s := spec("filter1.so")
		s.Limits, s.Drain = r.limits, 2*time.Second
		if err := m.Load(ctx, s); err != nil {
			check(name, false, err)
			continue
		}
		inst := m.Current("filter")
		api.Log.Deferred.Store(0)
		done := make(chan error, 1)
		go func() {
			done <- h.Do(func(f api.Filter) error { f.Do(r.what, nil); return nil })
		}()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			check("returns: "+name, false)
		}
		check("ended: "+name, until(func() bool {
			if r.what == "finalizer" || r.what == "cleanup" {
				runtime.GC()
			}
			return inst.State() == vp.Failed && m.Current("filter") == nil
		}), inst.State())
		var text []byte
		check("recorded: "+name, until(func() bool { text, _ = os.ReadFile(log); return bytes.Contains(text, []byte(r.words)) }), string(text))
		check("no goroutine left: "+name, until(func() bool { return inst.Goroutines() == 0 }), inst.Goroutines())
		check("deferred calls ran: "+name, until(func() bool { return api.Log.Deferred.Load() >= r.defers }))
		err := m.Unload(ctx, "filter")
		check("unloaded: "+name, err == nil, err)
	}
	m, _ := manager()
	h, _ := vp.Get[api.Filter](m, "filter")
	s := spec("filter1.so")
	s.Limits = vp.Limits{Call: time.Second, Goroutines: 10, CPU: 10 * time.Second}
	m.Load(ctx, s)
	v := 0
	for range 1000 {
		h.Do(func(f api.Filter) error { v += f.Version(); return nil })
	}
	check("within all limits", v == 1000 && m.Current("filter") != nil)
	h.Do(func(f api.Filter) error { f.Do("go quiet", nil); return nil })
	check("its goroutines are counted", m.Current("filter").Goroutines() == 1, m.Current("filter").Goroutines())
	time.Sleep(50 * time.Millisecond) // it waits
	err := m.Unload(ctx, "filter")
	check("a goroutine that waits does not hold it", err == nil, err)
	recovered := func() (r any) {
		defer func() { r = recover() }()
		panic("host")
	}()
	check("the host recovers as ever", recovered == "host")
}

// remote: the same plugin in a process of its own, behind the same handle.
func remote() {
	m, log := manager()
	h, _ := vp.Get[api.Filter](m, "filter")
	var pid int
	s := spec("filter1.so")
	s.Process = func(file *os.File) (vp.Remote, error) {
		p, err := process.Start(process.Spec{File: file, CallTimeout: time.Second, BestEffort: true})
		if err != nil {
			return nil, err
		}
		pid = p.Pid()
		return p, nil
	}
	err := m.Load(ctx, s)
	check("a process of its own", err == nil, err)
	told := s
	told.Name, told.Config = "told", 1
	failed := m.Load(ctx, told)
	check("a Config that nobody would get is refused", failed != nil && strings.Contains(failed.Error(), "hooks are not called"), failed)
	told.Config, told.Limits.Goroutines = nil, 5
	failed = m.Load(ctx, told)
	check("limits that nobody would keep are refused", failed != nil && strings.Contains(failed.Error(), "of Limits"), failed)
	if err != nil {
		return
	}
	version := func() (v int) {
		h.Do(func(f api.Filter) error { v = f.Version(); return nil })
		return v
	}
	check("its version", m.Current("filter").Version == "1.0.0", m.Current("filter").Version)
	check("called there", version() == 1 && pid > 0 && pid != os.Getpid())
	in := []byte("abc")
	h.Do(func(f api.Filter) error { _, err := f.Do("write", in); return err })
	check("what it is given is a copy", string(in) == "abc")
	err = m.Swap(ctx, spec("filter2.so"))
	check("swap into this process", err == nil && version() == 2, err)
	check("the process is gone", syscall.Kill(pid, 0) != nil)
	s.File = path("filter3.so")
	err = m.Swap(ctx, s)
	check("swap into a process", err == nil && version() == 3, err)
	syscall.Kill(pid, syscall.SIGKILL)
	var text []byte
	for end := time.Now().Add(5 * time.Second); !bytes.Contains(text, []byte(`"event":"ended"`)) && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
		text, _ = os.ReadFile(log)
	}
	check("the end of a process is the plugin's", m.Current("filter") == nil && bytes.Contains(text, []byte(`"event":"ended"`)), string(text))
	err = m.Unload(ctx, "filter")
	check("unloaded", err == nil, err)
	s.File = path("changed.so")
	check("verified first", m.Load(ctx, s) != nil)
	s.File = path("filter1.so")
	m.Load(ctx, s)
	err = h.Do(func(f api.Filter) error { _, err := f.Do("loop", nil); return err })
	check("an endless loop there", errors.Is(err, process.ErrTimeout), err)
	m.Close(ctx)
}

// shared memory is shared.
func input() {
	m, _ := manager()
	h, _ := vp.Get[api.Filter](m, "filter")
	m.Load(ctx, spec("filter1.so"))
	in := []byte("abc")
	h.Do(func(f api.Filter) error { f.Do("write", in); return nil })
	check("what a plugin is given it can change", string(in) == "Xbc" && m.Close(ctx) == nil)
}

// swaps under load: each call sees one whole version, none is lost.
func swaps(n int) {
	m, log := manager()
	h, _ := vp.Get[api.Filter](m, "filter")
	if err := m.Load(ctx, spec("filter1.so")); err != nil {
		check("load", false, err)
		return
	}
	var calls, torn, failed, running atomic.Int64
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := 0; !stop.Load(); i++ {
				err := h.Do(func(f api.Filter) error {
					running.Add(1)
					v, product := f.Call(i)
					if v != f.Version() || product != v*i {
						torn.Add(1)
					}
					running.Add(-1)
					return nil
				})
				if err != nil {
					failed.Add(1)
				}
				calls.Add(1)
				if i%32 == 0 {
					runtime.Gosched()
				}
			}
		})
	}
	begin := time.Now()
	var wrong error
	for i := range n {
		if err := m.Swap(ctx, spec(fmt.Sprintf("filter%d.so", i%2+2))); err != nil {
			wrong = err
			break
		}
	}
	took := time.Since(begin)
	stop.Store(true)
	wg.Wait()
	rate := float64(calls.Load()) / took.Seconds()
	fmt.Fprintf(os.Stderr, "%d swaps, %d calls, %.0f calls/s, %v a swap\n", n, calls.Load(), rate, took/time.Duration(n))
	check("swaps under load", wrong == nil && torn.Load() == 0 && failed.Load() == 0 && running.Load() == 0, wrong, torn.Load(), failed.Load())
	check("calls were made", calls.Load() > int64(n) && (os.Getenv("VOLEDEBUG") != "" || rate >= 50000), rate)
	check("old versions are gone", len(m.Instances()) == 1, len(m.Instances()))
	check("the last one", m.Close(ctx) == nil)
	_, err := vp.VerifyAudit(log, nil)
	check("audit of swaps", err == nil, err)
}

// tampering with the log is found.
func tampering() {
	a, name := audit()
	var middle vp.Head
	for i := range 10 {
		a.Record(vp.Record{Event: "test", Plugin: fmt.Sprint("p", i), Allowed: i%2 == 0})
		if i == 4 {
			middle = a.Head()
		}
	}
	head := a.Head()
	check("another writer", func() bool { _, err := vp.OpenAudit(name, vp.AuditOptions{}); return err != nil }())
	a.Close()
	check("closed", a.Record(vp.Record{Event: "late"}) != nil)
	text, _ := os.ReadFile(name)
	got, err := vp.VerifyAudit(name, &middle)
	check("whole", err == nil && got == head, err)
	lines := strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	lines[9] += "\n"
	join := func(l ...string) string { return strings.Join(l, "") }
	swap := append([]string{}, lines...)
	swap[3], swap[4] = swap[4], swap[3]
	rows := []struct{ name, text, words string }{
		{"a changed byte", strings.Replace(string(text), "p3", "q3", 1), "line 4 was changed"},
		{"a changed last line", strings.Replace(string(text), "p9", "q9", 1), "line 10 was changed"},
		{"a line removed", join(append(append([]string{}, lines[:3]...), lines[4:]...)...), "line 4 does not follow"},
		{"the first removed", join(lines[1:]...), "line 1 does not follow"},
		{"moved", join(swap...), "line 4 does not follow"},
		{"twice", join(append(append([]string{}, lines[:5]...), lines[4:]...)...), "line 6 does not follow"},
		{"half a line", string(text[:len(text)-20]), "line 10 has no end"},
		{"text at the end", string(text) + "{}\n", "line 11 is no record"},
		{"the end removed", join(lines[:9]...), "is not there"},
		{"all removed", "", "is not there"},
	}
	for i, r := range rows {
		file := filepath.Join(fresh, fmt.Sprintf("tampered%d.log", i))
		os.WriteFile(file, []byte(r.text), 0o600)
		_, err := vp.VerifyAudit(file, &head)
		check("tampering: "+r.name, err != nil && strings.Contains(err.Error(), r.words), err)
		a, err := vp.OpenAudit(file, vp.AuditOptions{Head: &head})
		check("not continued: "+r.name, err != nil)
		if a != nil {
			a.Close()
		}
	}
	b, err := vp.OpenAudit(name, vp.AuditOptions{Sync: true, Head: &head})
	check("continued", err == nil && b.Record(vp.Record{Event: "more"}) == nil && b.Head().Seq == 11)
	b.Close()
	got, err = vp.VerifyAudit(name, &head)
	check("one chain", err == nil && got == b.Head(), err)
	var r vp.Record
	check("lines of JSON", json.Unmarshal([]byte(lines[2]), &r) == nil && r.Plugin == "p2" && r.Seq == 3)

	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err == nil {
		full.Close()
		a, log := audit()
		m, _ := vp.New(vp.Options{Trust: trust(1), Audit: a, Grant: grants, Services: map[string]string{"clock": "1"}})
		a.Close()
		err = m.Load(ctx, spec("filter1.so"))
		check("no record, no plugin", err != nil && len(m.Instances()) == 0, err, log)
	}
}

func ranges() {
	for _, r := range []struct {
		v, list string
		want    bool
	}{{"1.2.3", "", true}, {"1.2.3", "*", true}, {"1.2.3", ">=1.2 <2", true}, {"2.0.0", ">=1.2 <2", false}, {"1.2.3", "1.2", true}, {"1.3.0", "1.2", false},
		{"1.9.0", "^1.2", true}, {"1.1.9", "^1.2", false}, {"2.0.0", "^1.2", false}, {"0.3.1", "^0.3", true}, {"0.4.0", "^0.3", false},
		{"1.2.9", "~1.2.3", true}, {"1.3.0", "~1.2.3", false}, {"1.9.0", "~1", true}, {"2.0.0", "~1", false}, {"1.2.3", "!=1.2.3", false}, {"1.10.0", ">1.9", true}} {
		got, err := vp.InRange(r.v, r.list)
		check("range "+r.v+" "+r.list, err == nil && got == r.want, got, err)
	}
	for _, r := range [][2]string{{"1.x", ""}, {"", ""}, {"1.2.3.4", ""}, {"1", ">>1"}, {"1", "^"}, {"-1", ""}} {
		_, err := vp.InRange(r[0], r[1])
		check("no range "+r[0]+" "+r[1], err != nil)
	}
}

func main() {
	dir = os.Args[1]
	fresh, _ = os.MkdirTemp(dir, "run")
	n := 20
	fmt.Sscan(os.Args[3], &n)
	for _, name := range strings.Split(os.Args[2], ",") {
		map[string]func(){"attacks": attacks, "life": life, "panics": panics, "domains": domains, "memory": memory, "waits": waits, "remote": remote, "input": input, "swaps": func() { swaps(n) }, "tampering": tampering,
			"ranges": ranges}[name]()
	}
	if bad {
		os.Exit(1)
	}
}
