package main

import (
	"fmt"
	"go/build"
	"go/build/constraint"
)

func main() {
	c := build.Default
	fmt.Println(c.GOOS, c.GOARCH, c.Compiler, c.CgoEnabled, c.ReleaseTags[0], c.ReleaseTags[len(c.ReleaseTags)-1])
	ok, err := c.MatchFile("/nowhere", "x_windows.go")
	fmt.Println(ok, err)
	x, err := constraint.Parse("//go:build linux && !cgo")
	fmt.Println(x, err, x.Eval(func(tag string) bool { return tag == "linux" }))
}
