// A plugin under the manager: signed, its capabilities proved, replaceable while calls run.
package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	vp "vole/plugin"

	"example.com/extend/api"
)

type managed struct{ h *vp.Handle[api.Extension] }

func (x managed) Add(a, b int) (sum int) {
	x.h.Do(func(e api.Extension) error { sum = e.Add(a, b); return nil })
	return
}
func (x managed) Upper(s string) (t string) {
	x.h.Do(func(e api.Extension) error { t = e.Upper(s); return nil })
	return
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	begin := time.Now()
	trust, err := vp.ReadTrust(os.Args[2], "")
	check(err)
	log, err := vp.OpenAudit(filepath.Join(filepath.Dir(os.Args[2]), "audit.log"), vp.AuditOptions{})
	check(err)
	m, err := vp.New(vp.Options{Trust: trust, Audit: log})
	check(err)
	check(m.Load(context.Background(), vp.Spec{Name: "x", File: os.Args[1], Export: "New"}))
	h, err := vp.Get[api.Extension](m, "x")
	check(err)
	api.Report(begin, managed{h})
}
