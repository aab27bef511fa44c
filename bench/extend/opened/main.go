// A plugin, with package plugin as everybody knows it.
package main

import (
	"os"
	"plugin"
	"time"

	"example.com/extend/api"
)

func main() {
	begin := time.Now()
	p, err := plugin.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	s, err := p.Lookup("Extension")
	if err != nil {
		panic(err)
	}
	api.Report(begin, s.(api.Extension))
}
