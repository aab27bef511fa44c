package main

import (
	"os"
	"plugin"
)

func call(p *plugin.Plugin, name string) {
	s, err := p.Lookup(name)
	if err != nil {
		println(err.Error())
		return
	}
	switch f := s.(type) {
	case func() string:
		println(name, f())
	case func() bool:
		println(name, f())
	case func() int:
		println(name, f())
	case func() uint32:
		println(name, f())
	case func() error:
		println(name, f().Error())
	case func() []string:
		for _, x := range f() {
			println(name, x)
		}
	default:
		println(name, "?")
	}
}

func main() {
	web, err := plugin.Open(os.Args[1])
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	for _, n := range []string{"Serve", "Tmpl", "Err"} {
		call(web, n)
	}
	c, err := plugin.Open(os.Args[2])
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	for _, n := range []string{"Sum", "Sign", "Seal", "Big", "Bits", "CRC", "Re", "Embed", "Map", "Mutex", "Select"} {
		call(c, n)
	}
	g, err := plugin.Open(os.Args[3])
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	for _, n := range []string{"Walk", "Sorted", "Reflect", "Caller", "Nested", "Goexit"} {
		call(g, n)
	}
	for _, p := range []*plugin.Plugin{g, c, web} {
		if err := p.Close(); err != nil {
			println(err.Error())
		} else {
			println("closed")
		}
	}
}
