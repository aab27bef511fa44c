package api

import "sync/atomic"

type Filter interface {
	Name() string
	Apply(line string) (string, error)
}

type Event struct {
	ID   int
	Tags map[string]string
	Next *Event
}

type Pair[K comparable, V any] struct {
	Key K
	Val V
}

func (p Pair[K, V]) String() string { return "pair" }

var Calls atomic.Int64
var Registry = map[string]Filter{}

func Register(f Filter) { Registry[f.Name()] = f }
