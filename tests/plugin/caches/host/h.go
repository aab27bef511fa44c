// Caches of the library do not keep a plugin, but for types that the host still has.
package main

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"plugin"
	"runtime"
	"unique"

	"example.com/caches/api"
)

func open() *plugin.Plugin {
	p, err := plugin.Open(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return p
}

//go:noinline
func run(p *plugin.Plugin, name string) string {
	f, err := p.Lookup("Run")
	if err != nil {
		panic(err)
	}
	return f.(func(string) string)(name)
}

// fails opens a plugin whose initialization panics.
func fails() {
	defer func() {
		if v := recover(); v != nil {
			fmt.Println("panic:", v)
		}
	}()
	_, err := plugin.Open(os.Args[2])
	fmt.Println(err != nil, err)
}

// gobs sends a value of a type that only the plugin has registered, and one of its own, both ways.
func gobs() (error, error, *api.Point, any) {
	var b bytes.Buffer
	to, from := gob.NewEncoder(&b), gob.NewDecoder(&b)
	type pair struct {
		P *api.Point
		V any
	}
	var p pair
	return to.Encode(pair{&api.Point{1, 2}, api.Size(4)}), from.Decode(&p), p.P, p.V
}

func main() {
	names := []string{"json", "host's type", "xml", "template", "made types", "setting", "finalizer", "slow cleanup", "file", "signal", "trace", "weak", "environment", "unique", "gob"}
	for range 2 {
		for _, name := range names {
			p := open()
			fmt.Println(name+":", run(p, name))
			fmt.Println(p.Close())
			runtime.GC()
		}
	}
	fmt.Println(api.Weak.Value())
	fmt.Println(gobs())
	fmt.Println(os.Getenv("OF_THE_PLUGIN"), unique.Make("text").Value())
	p := open()
	for _, name := range append(names, "kept") {
		run(p, name)
	}
	fmt.Println(p.Close())
	fmt.Println("the same type:", run(p, "same"))
	api.Kept = nil
	fmt.Println(p.Close())
	fails()
	fails()
	b, err := json.Marshal(&[]*api.Point{{3, 4}})
	fmt.Println(string(b), err)
	b, err = xml.Marshal(api.Point{5, 6})
	fmt.Println(string(b), err)
}
