// Package api is what host and plugins share.
package api

import (
	"sync"
	"sync/atomic"
)

// Filter is what plugins export.
type Filter interface {
	Version() int
	Call(n int) (int, int) // the version, and n times it
	Do(what string, in []byte) (string, error)
}

// Keep is the host's: it keeps what it gets.
var Keep func(any)

// What the host has and plugins wait for.
var (
	Chan chan int
	Mu   sync.Mutex
	RW   sync.RWMutex
	Wait func()
)

// Log is what plugins tell the host of their lives.
var Log struct{ Activated, Deactivated, Deferred, Config atomic.Int64 }
