"""Forms of edits: files of a program, what is edited, and whether that is a patch or a new start (and why)."""

import os

MAIN = """package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
)

var count atomic.Int64
var history []string
var jobs = make(chan string)

type App struct {
	name  string
	calls int
}

func (a *App) Title() string { return strings.ToUpper(a.name) + "-one" }

type Shaper interface{ Area() int }
type Square struct{ side int }

func (s Square) Area() int { return s.side * s.side }

var app = &App{name: "app"}
var shape Shaper = Square{3}

const limit = 10

func small(x int) int { return x + 1 }

func twice[T any](x T) []T { return []T{x, x} }

func text() string { return "hello" }

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func counter() func(int) int {
	total := 100
	return func(n int) int {
		total += n
		return total
	}
}

var add = counter()

//go:noinline
func sum(list ...int) int {
	s := 0
	for _, x := range list {
		s += x
	}
	return s
}

func deferred() (s string) {
	defer func() { s += " deferred" }()
	return "returned"
}

func answer() string {
	app.calls++
	var b strings.Builder
	fmt.Fprintln(&b, text(), small(1), twice(2), app.Title(), shape.Area(), limit, fib(10), sum(1, 2), deferred())
	return b.String()
}

func loop(in, out chan int) {
	for x := range in {
		out <- x * 2
	}
}

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		panic(err)
	}
	serve := func(c net.Conn) {
		defer c.Close()
		path, _ := bufio.NewReader(c).ReadString('\\n')
		history = append(history, path)
		fmt.Fprint(c, handle(path), "count ", count.Add(1))
	}
	for {
		c, err := l.Accept()
		if err != nil {
			panic(err)
		}
		go serve(c)
	}
}
"""

EXTRA = """package main

func handle(path string) string {
	return "literal one " + answer()
}
"""
BASE = {"go.mod": "module app\n\ngo 1.26\n", "main.go": MAIN, "extra.go": EXTRA}


def one(*edit, **more):
    return {"steps": [dict({"edit": list(edit)}, **more)]}


def main(old, new):
    return ("main.go", old, new)


def restart(why, *edit):
    return one(*edit, want="restarted", why=why)


DEFERRED = MAIN[MAIN.index("func deferred"):MAIN.index("func answer")]



def many(w, ask, files, write):
    """PATCHES patches of one handler (48): the memory of the program and the number of patches in it stay."""
    n, sizes, modules = int(os.environ.get("PATCHES", "48")), [], []
    for i in range(n):
        write(dict(files, **{"main.go": files["main.go"].replace('return "begin"', 'return "hello %d"' % i)}))
        e = w.next(["patched", "ready", "build-failed"])
        if e["Action"] != "patched":
            return "patch %d: %s" % (i, e)
        text = ask()
        if "hello %d " % i not in text:
            return "patch %d: %r" % (i, text)
        modules.append(e["Modules"])
        sizes.append(w.memory())
    early, late = max(sizes[n // 4:n // 2]), max(sizes[-n // 4:])
    if max(modules) > 40 or late > early * 1.1 + 1024:
        return "patches in memory %d, memory %d, then %d KB" % (max(modules), early, late)
    if os.environ.get("PATCHES"):
        print("%d patches: memory %d, then %d KB; patches in memory at most %d" % (n, early, late, max(modules)))
    return None


FORMS = {
    "body": one(main('return "hello"', 'return "hi"')),
    "method": one(main('+ "-one"', '+ "-two"')),
    "interface method": one(main("s.side * s.side", "s.side * s.side * 10")),
    "generic": one(main("[]T{x, x}", "[]T{x, x, x}")),
    "inlined": one(main("return x + 1", "return x + 2")),
    "recursion": one(main("return fib(n-1) + fib(n-2)", "return fib(n-1) + fib(n-2) + 1")),
    "variadic": one(main("s += x", "s += 2 * x")),
    "defer": one(main('" deferred"', '" late"')),
    "const": one(main("limit = 10", "limit = 11")),
    "literal in main": one(main('handle(path), "count', 'handle(path), "literal ", "count')),
    "new function": one(("extra.go", EXTRA.replace("answer()", "answer() + more(3)") + '\nfunc more(n int) string {\n\tif n == 0 {\n\t\treturn "."\n\t}\n\treturn "more " + more(n-1)\n}\n')),
    "new type": one(("extra.go", EXTRA.replace("answer()", 'answer() + fmt.Sprintf("%v %T ", point{1, 2}, point{})').replace("main\n", 'main\n\nimport "fmt"\n\ntype point struct{ X, Y int }\n\nfunc (p point) String() string { return "point" }\n', 1))),
    "new variable": one(("extra.go", EXTRA.replace("answer()", "answer() + words[1]").replace("main\n", 'main\n\nimport "strings"\n\nvar words = strings.Fields("a b c")\n', 1))),
    "new import": one(("extra.go", EXTRA.replace("answer()", 'answer() + path(p)').replace("path string", "p string").replace("main\n", 'main\n\nimport "encoding/json"\n\nfunc path(s string) string {\n\tb, _ := json.Marshal(map[string]any{"path": s, "n": []int{1, 2}})\n\treturn string(b)\n}\n', 1))),
    "goroutine": one(("extra.go", EXTRA.replace("answer()", 'answer() + <-later()').replace("main\n", 'main\n\nfunc later() chan string {\n\tc := make(chan string)\n\tgo func() { c <- "later" }()\n\treturn c\n}\n', 1))),
    "two files": one(main('return "hello"', 'return "hi"'), ("extra.go", EXTRA.replace("literal one", "literal two"))),
    "deleted function": one(main(", deferred())", ")"), main(DEFERRED, "")),
    "comment": one(main("func fib", "// fib is slow.\nfunc fib"), want="same"),
    "edit and revert": {"steps": [{"edit": [main('return "hello"', 'return "hi"')]}, {"edit": [main('return "hi"', 'return "hello"')]}, {"edit": [main('return "hello"', 'return "ho"')]}]},
    "error between": {"steps": [{"edit": [main('return "hello"', "return 1")], "want": "build-failed"}, {"edit": [main("return 1", 'return "hi"')]}]},
    "signature": one(main("func small(x int) int { return x + 1 }", "func small(x int64) int64 { return x + 1 }")),
    "signature of a called function": one(main("func sum(list ...int) int {\n\ts := 0", "func sum(list ...int64) int64 {\n\ts := int64(7)")),
    "closure": {"setup": [main("fib(10), ", "fib(10), add(1), ")], "steps": [{"edit": [main("total += n", "total += n * 10")], "answer": "literal one hello 2 [2 2] APP-one 9 10 55 111 3 returned deferred\n"}]},
    "main changed": restart("main.main changed", main('panic(err)\n\t}\n\tserve', 'panic("x")\n\t}\n\tserve')),
    "field added": restart("type App has another layout (field extra added)", main("\tcalls int\n", "\tcalls int\n\textra int\n"), main('return "hello"', 'return "hi"')),
    "field retyped": restart("type App has another layout (field calls changed)", main("\tcalls int\n", "\tcalls int32\n"), main('return "hello"', 'return "hi"')),
    "interface changed": restart("type Shaper has another layout", main("Shaper interface{ Area() int }", "Shaper interface{ Area() int; Sides() int }"), main("func (s Square) Area", "func (s Square) Sides() int { return 4 }\nfunc (s Square) Area")),
    "method added": restart("other methods", main("func (a *App) Title", 'func (s Square) String() string { return "sq" }\nfunc (a *App) Title')),
    "variable's value": restart("variable app has another type or initial value", main('name: "app"', 'name: "ppa"')),
    "many": dict(one(main('return "hello"', 'return "begin"')), after=many),
    "init added": restart("an init function was added", main("const limit", 'func init() { app.name = "init" }\n\nconst limit')),
}
