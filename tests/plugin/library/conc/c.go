package main

import (
	"fmt"
	"os"
	"plugin"
	"sync"
)

// Opens all files at once, each several times.
func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]map[*plugin.Plugin]bool{}
	for _, f := range os.Args[1:] {
		seen[f] = map[*plugin.Plugin]bool{}
		for range 8 {
			wg.Go(func() {
				p, err := plugin.Open(f)
				if err != nil {
					panic(err)
				}
				for _, name := range []string{"Sum", "Walk", "Tmpl", "Said"} {
					if s, err := p.Lookup(name); err == nil {
						switch f := s.(type) {
						case func() string:
							f()
						case *string:
							if *f == "" {
								panic("not initialized")
							}
						}
					}
				}
				mu.Lock()
				seen[f][p] = true
				mu.Unlock()
			})
		}
	}
	wg.Wait()
	for _, f := range os.Args[1:] {
		fmt.Println(f, len(seen[f]))
	}
}
