// Package hot tells a program that functions of it were replaced while it runs: vole watch does so after a save.
//
// A program that was built otherwise can import it all the same: nothing ever happens then.
package hot // import "vole/hot"

import "sync"

// Event is about one patch.
type Event struct {
	Patch     int // its number since the start of the program, from 1
	Functions int // that changed or are new
	Running   int // calls of old versions that were under way, and go on in them
}

var (
	mu    sync.Mutex
	hooks []func(Event)
)

// Enabled reports whether functions of this program may be replaced while it runs.
func Enabled() bool { return enabled }

// OnReload has f called after each patch, one call after the other, on a goroutine of this package: new code runs already. A panic in f ends the program,
// as it does elsewhere.
func OnReload(f func(Event)) {
	mu.Lock()
	hooks = append(hooks, f)
	mu.Unlock()
}

func reloaded(e Event) {
	mu.Lock()
	list := hooks[:len(hooks):len(hooks)]
	mu.Unlock()
	for _, f := range list {
		f(e)
	}
}
