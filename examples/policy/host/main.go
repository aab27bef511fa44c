// Policy answers questions over HTTP by rules that are a plugin. Which one, and with which settings, a file says; when it changes, the new rules are
// verified, loaded and asked for their health, and from one instant on every question is answered by them. If anything about them is wrong the old rules stay.
//
//	policy -config policy.json -trust keys.pub -audit policy.log
//	curl 'localhost:8080/decide?user=ann&action=write&resource=door&hour=9'
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	vp "vole/plugin"

	"example.com/policy/rules"
)

var (
	config = flag.String("config", "policy.json", "which rules hold")
	trust  = flag.String("trust", "keys.pub", "keys that may sign rules")
	audit  = flag.String("audit", "policy.log", "log of all decisions about rules")
	listen = flag.String("listen", "localhost:8080", "address")
	every  = flag.Duration("every", 100*time.Millisecond, "how often the configuration is looked at")
)

// A Config is what the file says.
type Config struct {
	Plugin   string         // relative to the file
	Version  string         // the range that it must be in
	Settings rules.Settings // for its Activate
}

type engine struct {
	m      *vp.Manager
	rules  *vp.Handle[rules.Policy]
	text   string // of the configuration that holds, or was refused
	loaded bool
}

// apply makes the configuration hold, if it is another one.
func (e *engine) apply() error {
	text, err := os.ReadFile(*config)
	if err != nil || string(text) == e.text {
		return err
	}
	e.text = string(text)
	var c Config
	if err := json.Unmarshal(text, &c); err != nil {
		return fmt.Errorf("%s: %w", *config, err)
	}
	file := c.Plugin
	if !filepath.IsAbs(file) {
		file = filepath.Join(filepath.Dir(*config), file)
	}
	spec := vp.Spec{Name: "rules", File: file, Export: "New", Version: c.Version, Config: c.Settings, Hook: time.Second, Drain: 5 * time.Second}
	if e.loaded {
		return e.m.Swap(context.Background(), spec)
	}
	err = e.m.Load(context.Background(), spec)
	e.loaded = err == nil
	return err
}

// changed is the callback: what the manager did, in order.
func changed(e vp.Event) {
	line := strings.TrimSpace(e.Kind + " " + e.Plugin + " " + e.Version)
	if e.Err != nil {
		line += ": " + e.Err.Error()
	}
	fmt.Fprintln(os.Stderr, "policy:", line)
}

func (e *engine) decide(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	hour, err := strconv.Atoi(q.Get("hour"))
	if err != nil {
		hour = time.Now().Hour()
	}
	var d rules.Decision
	err = e.rules.Do(func(p rules.Policy) error {
		d = p.Decide(rules.Request{User: q.Get("user"), Action: q.Get("action"), Resource: q.Get("resource"), Hour: hour})
		return nil
	})
	if err != nil { // no rules, or they failed: nobody may anything
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(d)
}

func run() error {
	keys, err := vp.ReadTrust(*trust, "")
	if err != nil {
		return err
	}
	log, err := vp.OpenAudit(*audit, vp.AuditOptions{Sync: true})
	if err != nil {
		return err
	}
	defer log.Close()
	e := new(engine)
	if e.m, err = vp.New(vp.Options{Trust: keys, Audit: log, OnEvent: changed}); err != nil {
		return err
	}
	if e.rules, err = vp.Get[rules.Policy](e.m, "rules"); err != nil {
		return err
	}
	if err := e.apply(); err != nil {
		fmt.Fprintln(os.Stderr, "policy:", err)
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "policy: listening on", l.Addr())
	mux := http.NewServeMux()
	mux.HandleFunc("/decide", e.decide)
	s := &http.Server{Handler: mux}
	end := make(chan os.Signal, 1)
	signal.Notify(end, os.Interrupt, syscall.SIGTERM)
	go func() {
		for {
			select {
			case <-end:
				s.Shutdown(context.Background())
				return
			case <-time.After(*every):
				if err := e.apply(); err != nil {
					fmt.Fprintln(os.Stderr, "policy:", err)
				}
			}
		}
	}()
	if err := s.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "policy:", err)
		os.Exit(1)
	}
}
