// Logproc sends lines through stages that are plugins: put a signed one into its folder, and it works on the next line; replace it, and the next line goes
// through the new one; take it out, and it is gone from memory. Stages run in the order of their file names.
//
//	logproc -dir plugins.d -trust keys.pub -audit plugins.log < lines
//	logproc ... -load 200000    makes lines itself and counts what becomes of them
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	vp "vole/plugin"

	"example.com/logproc/stage"
)

var (
	dir     = flag.String("dir", "plugins.d", "folder of plugins")
	trust   = flag.String("trust", "keys.pub", "keys that may sign them")
	audit   = flag.String("audit", "plugins.log", "log of all decisions")
	load    = flag.Int("load", 0, "lines a second to make, instead of those of standard input")
	seconds = flag.Float64("seconds", 5, "how long to make them, if no signal ends it")
	every   = flag.Duration("every", 50*time.Millisecond, "how often the folder is looked at")
)

// A plugged is a stage that is in the pipeline.
type plugged struct {
	name   string
	seen   os.FileInfo
	handle *vp.Handle[stage.Stage] // nil: it was refused
}

type pipeline struct {
	m      *vp.Manager
	config *stage.Config
	stages atomic.Pointer[[]plugged] // in order; replaced as a whole
	in     atomic.Int64
	failed atomic.Int64
}

// process sends a line through all stages. A stage that was taken out in between is left out.
func (p *pipeline) process(line []byte) error {
	p.in.Add(1)
	for _, s := range *p.stages.Load() {
		if s.handle == nil {
			continue
		}
		err := s.handle.Do(func(st stage.Stage) (err error) {
			line, err = st.Process(line)
			return err
		})
		if errors.Is(err, vp.ErrNotActive) {
			continue
		}
		if err != nil {
			p.failed.Add(1)
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if line == nil {
			return nil
		}
	}
	_, err := p.config.Out.Write(append(line, '\n'))
	return err
}

// look brings the pipeline in line with the folder.
func (p *pipeline) look() {
	files, _ := filepath.Glob(filepath.Join(*dir, "*.so")) // sorted
	old := map[string]plugged{}
	for _, s := range *p.stages.Load() {
		old[s.name] = s
	}
	var now []plugged
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".so")
		info, err := os.Stat(file)
		if err != nil {
			continue
		}
		was, known := old[name]
		delete(old, name)
		if known && os.SameFile(was.seen, info) && was.seen.ModTime().Equal(info.ModTime()) {
			now = append(now, was)
			continue
		}
		spec := vp.Spec{Name: name, File: file, Export: "New", Config: p.config, Drain: 5 * time.Second}
		if p.m.Current(name) != nil {
			err = p.m.Swap(context.Background(), spec)
		} else {
			err = p.m.Load(context.Background(), spec)
		}
		s := plugged{name: name, seen: info, handle: was.handle}
		if s.handle == nil && err == nil {
			s.handle, err = vp.Get[stage.Stage](p.m, name)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "logproc:", err)
		}
		now = append(now, s) // what was refused is not tried again until it is another file
	}
	p.stages.Store(&now)
	for name := range old {
		if p.m.Current(name) == nil {
			continue
		}
		if err := p.m.Unload(context.Background(), name); err != nil {
			fmt.Fprintln(os.Stderr, "logproc:", err)
		}
	}
}

func run() error {
	keys, err := vp.ReadTrust(*trust, "")
	if err != nil {
		return err
	}
	log, err := vp.OpenAudit(*audit, vp.AuditOptions{})
	if err != nil {
		return err
	}
	defer log.Close()
	m, err := vp.New(vp.Options{Trust: keys, Audit: log, OnEvent: func(e vp.Event) {
		fmt.Fprintln(os.Stderr, "logproc:", strings.TrimSpace(fmt.Sprint(e.Kind, " ", e.Plugin, " ", e.Version, " ", text(e.Err))))
	}})
	if err != nil {
		return err
	}
	out := &counter{w: os.Stdout}
	p := &pipeline{m: m, config: &stage.Config{Out: out, Key: bytes.Repeat([]byte("k"), 32)}}
	p.stages.Store(new([]plugged))
	p.look()
	stop, stopped := make(chan bool), make(chan bool)
	go func() { // the only one that changes the pipeline
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(*every):
				p.look()
			}
		}
	}()
	if *load > 0 {
		p.make()
	} else if err := p.read(os.Stdin); err != nil {
		return err
	}
	close(stop)
	<-stopped
	for _, s := range *p.stages.Load() { // what a stage has buffered comes out
		if m.Current(s.name) == nil {
			continue
		}
		if err := m.Unload(context.Background(), s.name); err != nil {
			fmt.Fprintln(os.Stderr, "logproc:", err)
		}
	}
	fmt.Fprintf(os.Stderr, "logproc: %d lines in, %d out, %d failed\n", p.in.Load(), out.lines.Load(), p.failed.Load())
	return nil
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (p *pipeline) read(r io.Reader) error {
	s := bufio.NewScanner(r)
	for s.Scan() {
		if err := p.process(bytes.Clone(s.Bytes())); err != nil {
			fmt.Fprintln(os.Stderr, "logproc:", err)
		}
	}
	return s.Err()
}

// make makes lines on four goroutines.
func (p *pipeline) make() {
	var wg sync.WaitGroup
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	end := time.Now().Add(time.Duration(*seconds * float64(time.Second)))
	for g := range 4 {
		wg.Go(func() {
			pause := 4 * time.Second / time.Duration(*load) * 100
			for n := 0; ctx.Err() == nil && time.Now().Before(end); n++ {
				for i := range 100 {
					level := [...]string{"info", "debug", "warn", "error"}[i%4]
					if err := p.process(fmt.Appendf(nil, "level=%s worker=%d n=%d password=secret msg=hello", level, g, 100*n+i)); err != nil {
						fmt.Fprintln(os.Stderr, "logproc:", err)
					}
				}
				time.Sleep(pause)
			}
		})
	}
	wg.Wait()
}

// A counter counts lines; each Write is whole lines.
type counter struct {
	mu    sync.Mutex
	w     io.Writer
	lines atomic.Int64
}

func (c *counter) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines.Add(int64(bytes.Count(b, []byte("\n"))))
	return c.w.Write(b)
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "logproc:", err)
		os.Exit(1)
	}
}
