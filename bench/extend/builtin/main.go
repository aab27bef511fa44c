// Compiled in: the extension is a package of the host, chosen when it starts.
package main

import (
	"os"
	"time"

	"example.com/extend/api"
	"example.com/extend/impl"
)

var known = map[string]func() api.Extension{"impl": func() api.Extension { return impl.Impl{} }}

func main() {
	begin := time.Now()
	name := "impl"
	if len(os.Args) > 3 {
		name = os.Args[3]
	}
	api.Report(begin, known[name]())
}
