// Ship sends lines on, as many as come within its buffer at once.
//
//vole:capabilities
package main

import (
	"bufio"
	"context"
	"errors"
	"sync"

	"example.com/logproc/stage"
)

type ship struct {
	mu  sync.Mutex
	out *bufio.Writer // over what the host has granted
}

func (s *ship) Activate(_ context.Context, config any) error {
	c, ok := config.(*stage.Config)
	if !ok || c.Out == nil {
		return errors.New("ship: no way out is granted")
	}
	s.out = bufio.NewWriterSize(c.Out, 64<<10)
	return nil
}

func (s *ship) Process(line []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Write(line)
	return nil, s.out.WriteByte('\n')
}

// Deactivate is called when no line is on its way any more: nothing stays in the buffer.
func (s *ship) Deactivate(context.Context) error { return s.out.Flush() }

// New is what the host asks for.
func New() any { return new(ship) }

var PluginVersion = "1.0.0"
