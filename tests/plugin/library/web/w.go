package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"text/template"
	"time"
)

var Default = http.DefaultClient

func Serve() string {
	mux := http.NewServeMux()
	mux.HandleFunc("/{name}", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"name": r.PathValue("name"), "m": r.Method})
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	resp, err := http.Get(s.URL + "/bob")
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return strings.TrimSpace(string(b))
}

func Tmpl() string {
	var b strings.Builder
	template.Must(template.New("x").Parse(`{{range .}}<{{.}}>{{end}}`)).Execute(&b, []int{1, 2, 3})
	return b.String()
}

func Timer(d time.Duration, f func()) *time.Timer { return time.AfterFunc(d, f) }
func Stdout() *os.File                            { return os.Stdout }
func Err() error                                  { _, err := os.Open("/nonexistent"); return fmt.Errorf("wrapped: %w", err) }
