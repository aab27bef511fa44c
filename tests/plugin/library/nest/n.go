package main

import (
	"fmt"
	"os"
	"plugin"
)

var Said string

// A plugin that opens another one while it is initialized.
func init() {
	p, err := plugin.Open(os.Getenv("NEST"))
	if err != nil {
		panic(err)
	}
	s, err := p.Lookup("Walk")
	Said = fmt.Sprint(s.(func() string)(), err)
}
