package main

import (
	"fmt"
	"path"
	"runtime"
)

func where() {
	_, f, l, ok := runtime.Caller(1)
	fmt.Println(path.Base(f), l, ok)
}

func main() {
	where()
//line :1
	where()
//line foo.go:1
	where()
//line :30
	where()
//line bar.go:10:20
	where()
//line :11:22
	where()
	where()
}
