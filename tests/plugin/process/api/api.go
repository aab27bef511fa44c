// Package api is what host and plugins agree on.
package api

import (
	"context"
	"io"
	"net/url"
	"time"
)

// Ready is set by an init function: in the plugin's process it runs there too, since the plugin imports this package.
var Ready = "no"

func init() { Ready = "yes" }

type Item struct {
	ID    int64
	Name  string
	Tags  map[string][]string
	Next  *Item
	Score float64
	At    time.Time
	Any   any
	Blob  []byte
	Flag  bool
	Small [3]int16
	Link  *url.URL // says itself how it becomes bytes, as a part of it cannot cross
	Links [1]url.URL
}

type Logger interface {
	Log(format string, args ...any) int
}

type Failure struct{ Code int }

func (f *Failure) Error() string { return "failure" }

// Filter has parameters of all kinds, in registers and on the stack.
type Filter interface {
	Apply(ctx context.Context, in *Item) (*Item, error)
	Mixed(a int8, b float32, c string, d [3]int64, e float64, f []string, g complex128, h bool, i uint16, j, k, l, m int64, n string, o func(int) int) (string, float64, [3]int64, error)
	Sum(first int, more ...int) int
	Read(r io.Reader, w io.Writer) (int64, error)
	Keep(l Logger) Logger
	Kept(text string) int
	None()
}
