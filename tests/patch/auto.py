"""Forms of edits under `vole watch` as it is without -patch: what has run outside of requests starts the program again, all else is a patch."""

from forms import EXTRA, MAIN, extra, main, one

RAN = " has run outside of requests"


def auto(*steps, setup=(), **more):
    return dict({"words": [], "setup": list(setup), "steps": [s["steps"][0] for s in steps]}, **more)


def restart(why, *edit, **more):
    return one(*edit, want="restarted", why=why, **more)


def decls(text, body="return answer()", imports=()):
    return extra(body, imports, text)


ROUTES = decls("""var table = map[string]string{}

func init() { routes() }

func routes() {
	table["/"] = word() + " one"
	put(func() string { return "added" })
}

//go:noinline
func put(f func() string) { table["f"] = f() }

//go:noinline
func word() string { return "word" }
""", 'return table["/"] + table["f"] + word() + answer()')

TEMPLATE = decls("""var page = template.Must(parse("page"))

func parse(name string) (*template.Template, error) { return template.New(name).Parse("one {{.}} ") }
""", 'var b strings.Builder; page.Execute(&b, "x"); return b.String() + answer()', ("text/template", "strings"))

COMMAND = MAIN.replace("func main() {", """type Command struct{ RunE func(args []string) error }

func (c *Command) Execute() error { return c.RunE(os.Args[1:]) }

var title = ""

//go:noinline
func setUp() { title = "set up" }

func main() {
	root := &Command{RunE: func(args []string) error {
		setUp()
		return serveAll()
	}}
	if err := root.Execute(); err != nil {
		panic(err)
	}
}

func serveAll() error {""").replace("	for {\n		c, err := l.Accept()", "	for title != \"\" {\n		c, err := l.Accept()").replace("		go serve(c)\n	}\n}", "		go serve(c)\n	}\n	return nil\n}")

DATAGRAMS = """package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
)

//go:noinline
func often() string { return "often one " }

//go:noinline
func rare() string { return "rare one " }

//go:noinline
func handle(path string) string {
	if path == "/rare" {
		return rare()
	}
	return often()
}

func main() {
	port, _ := strconv.Atoi(os.Getenv("PORT"))
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		panic(err)
	}
	b := make([]byte, 100)
	for count := 1; ; count++ {
		n, from, _ := c.ReadFrom(b)
		c.WriteTo(fmt.Appendf(nil, "%scount %d", handle(string(b[:n])), count), from)
	}
}
"""

# A listener of its own serves first, and setting up goes on behind that: it is no request.
SECOND = decls("""var table string

func init() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			if c, err := l.Accept(); err == nil {
				c.Close()
			}
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	c.Read(make([]byte, 1))
	fill()
}

//go:noinline
func fill() { table = "table one " }
""", "return table + answer()", ("net",))

EARLY = decls("""var early string

func init() {
	begin()
	for {
		if _, err := os.Stat("go.txt"); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
}

//go:noinline
func begin() { early = "early one " }
""", "return early + late() + answer()\n}\n\nfunc late() string {\nreturn \"late one \"", ("os", "time"))

TICKING = decls("""var ticks atomic.Int64

func init() {
	go func() {
		for range time.Tick(time.Millisecond) {
			tick()
		}
	}()
}

//go:noinline
func tick() { ticks.Add(1) }
""", "for ticks.Load() == 0 { time.Sleep(time.Millisecond) }; return answer()", ("sync/atomic", "time"))

AUTO = {
    "auto: handler": auto(one(main('return "hello"', 'return "hi"')), one(main('return "hi"', 'return "ho"')), one(main('+ "-one"', '+ "-two"'))),
    "auto: handler and back": auto(one(main('return "hello"', 'return "hi"')), one(main('return "hi"', 'return "hello"')), one(main('return "hello"', 'return "ho"'))),
    "auto: route table": auto(restart("main.routes" + RAN, ("extra.go", '" one"', '" two"')), one(main('return "hello"', 'return "hi"')), setup=[ROUTES]),
    "auto: literal in setup": auto(restart("main.routes.func1" + RAN, ("extra.go", '"added"', '"more"')), setup=[ROUTES]),
    "auto: helper of both": auto(restart("main.word" + RAN, ("extra.go", 'return "word"', 'return "drow"')), setup=[ROUTES]),
    "auto: handler beside setup": auto(restart("main.routes" + RAN, ("extra.go", '" one"', '" two"'), main('return "hello"', 'return "hi"')), setup=[ROUTES]),
    "auto: signature in setup": auto(restart(RAN, ("extra.go", "func word() string {", "func word(x ...int) string {")), setup=[ROUTES]),
    "auto: literal in main": auto(one(main('handle(path), "count', 'handle(path), "literal ", "count')), one(main('"literal "', '"twice "'))),
    "auto: template": auto(restart("main.parse" + RAN, ("extra.go", "one {{.}}", "two {{.}}")), setup=[TEMPLATE]),
    "auto: command": auto(restart("main.setUp" + RAN, main('title = "set up"', 'title = "set up again"')), restart("main.main.func1" + RAN, main("setUp()\n\t\treturn", "setUp()\n\t\tsetUp()\n\t\treturn")), one(main('return "hello"', 'return "hi"')), setup=[("main.go", COMMAND)]),
    "auto: no listener": auto(restart("main.often" + RAN, ("main.go", "often one", "often two")), one(("main.go", "rare one", "rare two"), path="/rare"), restart("main.rare" + RAN, ("main.go", "rare two", "rare three"), path="/rare"), setup=[("main.go", DATAGRAMS), ("extra.go", "package main\n")], ask="udp", words=["-vole.handover=false"]),
    "auto: another listener first": auto(restart("main.fill" + RAN, ("extra.go", "table one", "table two")), one(main('return "hello"', 'return "hi"')), setup=[SECOND]),
    "auto: in the background": auto(restart("main.tick" + RAN, ("extra.go", "ticks.Add(1)", "ticks.Add(2)")), one(main('return "hello"', 'return "hi"')), setup=[TICKING]),
    "auto: new function": auto(one(("extra.go", "answer()", "answer() + more()"), ("extra.go", "func handle", 'func more() string { return "more one" }\n\nfunc handle')), one(("extra.go", "more one", "more two")), one(("extra.go", "more two", "more three"))),
    "auto: new variable": auto(restart("variable main.words is new", ("extra.go", EXTRA.replace("answer()", "answer() + words[1]").replace("main\n", 'main\n\nimport "strings"\n\nvar words = strings.Fields("a b c")\n', 1)))),
    "auto: new constant variable": auto(one(("extra.go", EXTRA.replace("answer()", "answer() + words[1]").replace("main\n", 'main\n\nvar words = [...]string{"a", "b"}\n', 1)))),
    "auto: not ready yet": auto(one(("extra.go", "late one", "late two"), then={"go.txt": "go"}), restart("main.begin" + RAN, ("extra.go", "early one", "early two")), setup=[EARLY], first=False),
}
