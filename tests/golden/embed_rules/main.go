package main

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed st/sub/b.txt
var text string

//go:embed a..b
var bytes []byte

//go:embed st
var plain embed.FS

//go:embed all:st
//go:embed a* st/*.txt
var everything embed.FS

var (
	//go:embed "st/[a-c].txt" `st/s?b/*`
	globbed embed.FS
)

type named []byte

//go:embed st/a.txt
var n named

func list(name string, f embed.FS) {
	fmt.Println(name)
	fs.WalkDir(f, ".", func(p string, d fs.DirEntry, err error) error {
		fmt.Println(" ", p, d.IsDir(), err)
		return nil
	})
}

func main() {
	fmt.Printf("%q %q %q\n", text, bytes, n)
	list("plain", plain)
	list("everything", everything)
	list("globbed", globbed)
	_, err := plain.ReadFile("st/other/no.txt")
	fmt.Println(err)
}
