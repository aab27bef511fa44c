// Package stage is what the log processor and its plugins have in common.
package stage

import "io"

// A Stage takes a line and gives what becomes of it; nil: nothing. It is called by several goroutines at once.
type Stage interface {
	Process(line []byte) ([]byte, error)
}

// Config is what a stage is activated with.
type Config struct {
	Out io.Writer // where a stage that ships lines sends them: the only way out that a plugin is given
	Key []byte    // of a stage that encrypts
}
