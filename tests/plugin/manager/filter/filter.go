// Version 1 of a plugin; the others are made of it.
package main

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"time"
	"unique"

	"example.com/manager/api"
)

const version = 1

var PluginVersion = "1.0.0"
var PluginNeeds = []string{"clock >=1"}

type filter struct{ config int }

var kind = unique.Make("filter") // in the host's table: several plugins make it

var state = [4]int{version, version, version, version}

func (f *filter) Version() int { return version }
func (f *filter) Call(n int) (int, int) {
	sum := 0
	for _, v := range state {
		sum += v
	}
	return sum / len(state), n * version
}

func (f *filter) Do(what string, in []byte) (string, error) {
	switch what {
	case "panic":
		panic("of the plugin")
	case "kind":
		return kind.Value(), nil
	case "nil":
		var p *filter
		return "", errors.New(string(rune(p.config)))
	case "write":
		in[0] = 'X'
	case "loop":
		defer api.Log.Deferred.Add(1)
		spin(&f.config)
	case "recover":
		defer api.Log.Deferred.Add(1)
		for {
			f.stubborn()
		}
	case "calls":
		for i := 0; ; i++ {
			f.config += len(strings.Repeat("x", i%10))
		}
	case "goexit":
		runtime.Goexit()
	case "deep":
		f.deep(1)
	case "go panic":
		go func() {
			defer api.Log.Deferred.Add(1)
			panic("of a goroutine")
		}()
	case "go nested":
		go func() { go func() { var p *filter; p.config++ }() }()
	case "timer":
		time.AfterFunc(time.Millisecond, func() { panic("of a timer") })
	case "finalizer":
		runtime.SetFinalizer(new([100]int), func(*[100]int) { panic("of a finalizer") })
	case "cleanup":
		runtime.AddCleanup(new([100]int), func(n int) { spin(&n) }, 1)
	case "go loop":
		for range 3 {
			go spin(new(int))
		}
	case "go quiet":
		go func() { <-make(chan int) }()
	case "go bomb":
		for {
			go func() { time.Sleep(time.Hour) }()
		}
	case "fork":
		go bomb()
		go bomb()
	case "sleep":
		time.Sleep(300 * time.Millisecond)
	case "error":
		return "", errors.New("its own")
	}
	return "done " + what, nil
}

func (f *filter) Activate(ctx context.Context, config any) error {
	api.Log.Activated.Add(version)
	switch c := config.(type) {
	case int:
		f.config = c
	case string:
		switch c {
		case "refuse":
			return errors.New("not today")
		case "panic":
			panic("while activated")
		case "hang":
			<-ctx.Done()
			return ctx.Err()
		case "sick":
			f.config = -1
		}
	}
	return nil
}
func (f *filter) Deactivate(ctx context.Context) error {
	api.Log.Deactivated.Add(version)
	return nil
}
func (f *filter) Health(ctx context.Context) error {
	if f.config < 0 {
		return errors.New("sick")
	}
	return nil
}
func (f *filter) Reload(ctx context.Context, config any) error {
	f.config = config.(int)
	api.Log.Config.Store(int64(f.config))
	return nil
}

func spin(p *int) {
	for {
		*p++
	}
}

// stubborn wants to go on whatever comes.
func (f *filter) stubborn() {
	defer func() { recover() }()
	defer func() {
		defer func() { recover() }()
		panic("another")
	}()
	for i := range 1000 {
		f.config += i
	}
}

func (f *filter) deep(n int) int {
	var pad [64]int
	pad[n%64] = f.deep(n + 1)
	return pad[n%7]
}

func bomb() {
	for {
		go bomb()
		runtime.Gosched()
	}
}

var Filter filter

// PluginInfo is for those that cannot read the variables.
func PluginInfo() (string, []string) { return PluginVersion, nil }

func Make() (any, error) { return &filter{}, nil }

func main() {}
