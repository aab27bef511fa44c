"""Forms of edits: files of a program, what is edited, and whether that is a patch or a new start (and why)."""

import os, threading, time

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



def extra(body, imports=(), decls="", param="path"):
    """extra.go with another handle and more declarations."""
    head = "package main\n\n" + "".join('import "%s"\n' % i if " " not in i else "import %s\n" % i for i in imports)
    return ("extra.go", head + "\n" + decls + "\nfunc handle(%s string) string {\n%s\n}\n" % (param, body))


def goes_on(w, ask, files, write):
    """A request that waits in an old function is answered by it; who comes behind the patch gets the new one."""
    slow = []
    thread = threading.Thread(target=lambda: slow.append(ask("/slow")))
    thread.start()
    time.sleep(0.3)
    write(dict(files, **{"extra.go": files["extra.go"].replace("old way", "new way")}))
    e = w.next(["patched", "ready", "build-failed"])
    if e["Action"] != "patched" or "a call of the old version goes on" not in e["Text"]:
        return "not patched beside a call: %s" % e
    if "new way" not in ask():
        return "the new version does not run"
    ask("/go")
    thread.join(20)
    return None if slow and "old way" in slow[0] else "of the old call: %r" % slow


def ended(w, ask, files, write):
    """The program ends while a patch is being applied; it is started again, and no reason of then is told of what comes later."""
    write(dict(files, **{"end/end.go": 'package end\n\nimport "os"\n\nfunc init() { os.Exit(3) }\n',
                         "extra.go": files["extra.go"].replace("package main\n", 'package main\n\nimport _ "app/end"\n')}))
    for i in range(2):  # of the patch, and of the new start
        e = w.next(["exit"])
        if e["Code"] != 3:
            return "not ended: %s" % e
    w.next(["idle"])
    write(dict(files, **{"end/end.go": "package end\n"}))
    e = w.next(["ready", "patched"])
    if e["Action"] != "ready" or e.get("Restarted"):
        return "after two ends: %s" % e
    return None if "literal one" in ask() else "another answer"


def alone(w, ask, files, write):
    """A build of ours does not keep the socket that the program listens on: who else has it is asked while it runs."""
    before = set(children(w.process.pid))
    line = [x.split() for x in open("/proc/net/tcp") if x.split()[1].endswith(":%04X" % w.port) and x.split()[3] == "0A"]
    seen = set()
    for i in range(20):
        mark = len(w.events)
        write(dict(files, **{"extra.go": files["extra.go"].replace("literal one", "literal %d" % i)}))
        while not any(e["Action"] in ("patched", "ready", "build-failed") for e in w.events[mark:]):
            for pid in set(children(w.process.pid)) - before:
                links = descriptors(pid)
                if links and not is_fresh(pid):
                    seen.add(pid)
                    if "socket:[%s]" % line[0][9] in links:
                        time.sleep(0.03)  # it may be about to close it
                        links = descriptors(pid)
                    if "socket:[%s]" % line[0][9] in links:
                        return "a build has the socket: %s" % links
        if len(seen) > 3:
            return None
    return "no build was seen (%d)" % len(seen)


def kept_closure(w, ask, files, write):
    """Values of functions go on when what they call, and the function itself, is no more: what they lead to stays in memory."""
    def step(handle, more=""):
        text = "package main\n\nvar kept []func() string\n\n%s\nfunc handle(path string) string {\n%s\n}\n" % (more, handle)
        write(dict(files, **{"extra.go": text}))
        return w.next(["patched", "ready", "build-failed"])

    call = "\ts := \"\"\n\tfor _, f := range kept {\n\t\ts += f() + \" \"\n\t}\n\treturn s"
    make = "\tkept = append(kept, make_(len(kept)))\n"
    never = "\tif path == \"/never\" {\n\t" + make + "\t}\n"
    helper = "//go:noinline\nfunc helper(n int) string { return string(rune('a'+n)) + \"helped\" }\n"
    plain = "//go:noinline\nfunc make_(n int) func() string { return func() string { return helper(n) } }\n"
    other = "//go:noinline\nfunc make_(n int) func() string { m := n; return func() string { return helper(m) + \"%s\" } }\n"
    for handle, more in ((call, ""), (make + call, helper + plain), (make + call, helper + other % "1"), (never + call, helper + other % "2"), (call, "")):
        e = step(handle, more)
        if e["Action"] != "patched":
            return "not patched: %s" % e
        text = ask()
    want = text[:text.index("count")]
    if "ahelped" not in want or "bhelped2" not in want:
        return "kept: %r" % want
    for i in range(40):
        e = step(call.replace("range kept", "range kept[:len(kept)+0*%d]" % i) + " + string(rune('A'+%d))" % (i % 26))
        if e["Action"] != "patched" or want.strip() not in ask():
            return "patch %d: %s %r" % (i, e, ask())
    return None


def captured(variables, shown):
    return extra('if old == nil {\n\t\t%s\n\t\told = func() string { return fmt.Sprint(%s) }\n\t}\n\treturn old() + answer()' % (variables, shown), ["fmt"], "var old func() string\n")


def captures_others(w, ask, files, write):
    """A closure of before runs no code that takes its variables for others."""
    before = ask()
    write(dict(files, **{"extra.go": captured("a, c := 1, 7", 'a, c, " "')[1]}))
    e = w.next(["patched", "ready"])
    now = ask()
    return None if e["Action"] == "patched" and before[:5] == "10 1 " == now[:5] else "%s: %r, then %r" % (e["Action"], before, now)


def children(pid):
    try:
        return [int(x) for x in open("/proc/%d/task/%d/children" % (pid, pid)).read().split()]
    except OSError:
        return []


def descriptors(pid):
    try:
        return [os.readlink("/proc/%d/fd/%s" % (pid, f)) for f in os.listdir("/proc/%d/fd" % pid)]
    except OSError:
        return []


def is_fresh(pid):
    """It has not come to its own code yet: standard output is the watcher's still."""
    try:
        return os.readlink("/proc/%d/fd/1" % pid) != os.readlink("/proc/%d/fd/2" % pid)
    except OSError:
        return True


def hooked(w, ask, files, write):
    write(dict(files, **{"extra.go": files["extra.go"].replace("count of hooks", "count of all hooks")}))
    e = w.next(["patched", "ready"])
    for i in range(100):
        text = ask()
        if "count of all hooks 2 2 true" in text:
            return None
        time.sleep(0.02)
    return "hooks: %r %s" % (text, e)


def traced(w, ask, files, write):
    """Names and lines of a panic in patched code, on goroutines, through a function literal and an inlined function."""
    text = ask()
    want = ["main.deeper main.go:", "main.handle.func1 extra.go:", "main.handle extra.go:"]
    lines = files["extra.go"].split("\n")
    at = [i + 1 for i, s in enumerate(lines) if "deeper()" in s and "func" not in s]
    if "main.handle.func1 extra.go:%d" % at[0] not in text:
        return "traceback: want line %d: %r" % (at[0], text)
    return None


def served(w, ask, files, write):
    """Requests on four threads while the handler is patched again and again: none fails, none is torn."""
    stop, bad, done = threading.Event(), [], [0]

    def requests():
        while not stop.is_set():
            try:
                text = ask("/x")
                if not text.startswith("literal one b") or "count " not in text:
                    bad.append(text)
                done[0] += 1
            except Exception as e:
                bad.append(repr(e))

    threads = [threading.Thread(target=requests) for _ in range(4)]
    for x in threads:
        x.start()
    try:
        for i in range(20):
            write(dict(files, **{"main.go": files["main.go"].replace('return "begin"', 'return "b%d"' % i)}))
            e = w.next(["patched", "ready", "build-failed"])
            if e["Action"] != "patched":
                return "patch %d under load: %s" % (i, e)
    finally:
        stop.set()
        for x in threads:
            x.join()
    return "%d of %d requests failed: %r" % (len(bad), done[0], bad[:3]) if bad or done[0] < 50 else None


SLOW = """var gate = make(chan bool)

func slow(path string) string {
	if path == "/slow\\n" {
		<-gate
	}
	if path == "/go\\n" {
		gate <- true
	}
	return "old way "
}
"""
HOOKS = """var calls, patches int

func watch() bool {
	hot.OnReload(func(e hot.Event) { calls++; patches = e.Patch })
	return true
}

var watching = watch()
"""
TRACE = """//go:noinline
func deeper() string {
	pc := make([]uintptr, 10)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	s := ""
	for {
		f, more := frames.Next()
		s += fmt.Sprintf("%s %s:%d\\n", f.Function, filepath.Base(f.File), f.Line)
		if !more {
			return s
		}
	}
}
"""
WORKER = """func work() {
	for range jobs {
		println("old")
	}
}

var started = start()

func start() bool {
	go work()
	return true
}
"""
TICKER = """var mu sync.Mutex
var ticks int

func tick() {
	for {
		mu.Lock() // inlined, and what it calls in another package
		ticks++
		mu.Unlock()
		time.Sleep(time.Millisecond)
	}
}

var ticking = begin()

func begin() bool {
	go tick()
	return true
}
"""
LITERALS = """var list = add2()

//go:noinline
func keep(fs ...func(int) int) []func(int) int { return fs }

func add2() []func(int) int {
	k := len(os.Args)
	return keep(func(x int) int { return x + k }, func(x int) int { return x * 10 * k })
}

func all() (s string) {
	for _, f := range list {
		s += fmt.Sprint(f(3), " ")
	}
	return s
}
"""
LIB = {"lib/lib.go": 'package lib\n\ntype T struct{ A int }\n\nfunc (t T) Get() int { return t.A }\n\nfunc Name() string { return "lib" }\n'}
ASM = {"asm_amd64.s": '#include "textflag.h"\n\nTEXT ·seven(SB), NOSPLIT, $0-8\n\tMOVQ $7, ret+0(FP)\n\tRET\n'}
WITH_LIB = [(n, s) for n, s in LIB.items()] + [extra("return lib.Name() + fmt.Sprint(lib.T{5}.Get(), seven()) + answer()", ["fmt", "app/lib"], "func seven() int\n")] + [(n, s) for n, s in ASM.items()]
EMBED = [("page.txt", "page one"), extra("return page + answer()", ['_ "embed"'], "//go:embed page.txt\nvar page string\n")]

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
    "another package": {"setup": WITH_LIB, "steps": [{"edit": [("lib/lib.go", "t.A", "t.A * 2"), ("lib/lib.go", '"lib"', '"bil"')]}]},
    "assembly": {"setup": WITH_LIB, "steps": [{"edit": [("asm_amd64.s", "$7", "$8")]}]},
    "type of another package": {"setup": WITH_LIB, "steps": [{"edit": [("lib/lib.go", "A int", "A, B int"), ("extra.go", "lib.T{5}", "lib.T{A: 6}")], "want": "restarted", "why": "app/lib: type T has another layout"}]},
    "new method": one(extra("return answer() + Square{4}.more()", (), "func (s Square) more() string { return string(rune('a' + s.side)) }\n"), want="restarted", why="other methods"),
    "method tables from inside": one(extra('var b strings.Builder; template.Must(template.New("x").Parse("{{.}} of {{len .}}")).Execute(&b, path); return answer() + b.String()', ["strings", "text/template"])),
    "file beside the build": {"setup": [(".air.toml", 'patch = true\n[build]\ninclude_ext = ["go", "txt"]\n'), ("page.txt", "page one"), extra("return answer() + string(page)", ["os"], 'var page, _ = os.ReadFile("page.txt")\n')],
                              "steps": [{"edit": [("page.txt", "page one", "page two")], "want": "restarted", "why": "page.txt changed"}, {"edit": [main('return "hello"', 'return "hi"')]},
                                        {"edit": [main('return "hi"', 'return "ho"'), ("page.txt", "page two", "page three")], "want": "restarted", "why": "page.txt changed"}]},
    "closure is kept": {"setup": [("extra.go", "package main\n\nvar kept []func() string\n\nfunc handle(path string) string { return \"\" }\n")], "steps": [], "after": kept_closure},
    "captures another variable": {"setup": [captured("a, b := 1, 10", 'b, a, " "')], "steps": [], "after": captures_others},
    "ends in a patch": {"steps": [], "after": ended},
    "socket of a build": {"steps": [], "after": alone},
    "new instance": one(extra("return answer() + fmt.Sprint(twice(int8(3)), twice([]string{path}))", ["fmt"])),
    "method value": one(extra("f := app.Title; g := (*App).Title; return answer() + f() + g(app)")),
    "new interface": one(extra("var s any = shape; t, ok := s.(sized); return answer() + fmt.Sprint(ok, t.Area())", ["fmt"], "type sized interface{ Area() int }\n")),
    "reflection": one(extra('return answer() + fmt.Sprintf("%+v %v", Square{2}, reflect.TypeOf(app).Method(0).Name)', ["fmt", "reflect"])),
    "new channel type": one(extra('c := make(chan map[string]Square, 1); c <- map[string]Square{"a": {1}}; return answer() + fmt.Sprint(<-c)', ["fmt"])),
    "map of a new type": one(extra('m := map[key]int{{"a", 1}: 2}; m[key{"b", 2}]++; return answer() + fmt.Sprint(m)', ["fmt"], "type key struct {\n\ts string\n\tn int\n}\n")),
    "large switch": one(extra('s := ""; for i := range 12 { switch i { case 0: s += "a"; case 1: s += "b"; case 2: s += "c"; case 3: s += "d"; case 4: s += "e"; case 5: s += "f"; case 6: s += "g"; case 7: s += "h"; case 8: s += "i"; default: s += "-" } }; return answer() + s')),
    "large switch changed": {"setup": [extra('s := ""; for i := range 12 { switch i { case 0: s += "a"; case 1: s += "b"; case 2: s += "c"; case 3: s += "d"; case 4: s += "e"; case 5: s += "f"; case 6: s += "g"; case 7: s += "h"; case 8: s += "i"; default: s += "-" } }; return answer() + s')], "steps": [{"edit": [("extra.go", '"f"', '"F"')]}, {"edit": [("extra.go", 'case 6: s += "g"', 'case 6: s += "g"; s += s')]}]},
    "literal in front": {"setup": [extra("return all() + answer()", ["fmt", "os"], LITERALS)], "steps": [{"edit": [("extra.go", "keep(func(x int) int { return x + k }", "keep(func(x int) int { return x - k }, func(x int) int { return x + k }")], "answer": "4 30 hello 2 [2 2] APP-one 9 10 55 3 returned deferred\n"}, {"edit": [("extra.go", "x * 10 * k", "x * 20 * k")], "answer": "4 60 hello 2 [2 2] APP-one 9 10 55 3 returned deferred\n"}]},
    "captures": {"setup": [extra("return all() + answer()", ["fmt", "os"], LITERALS)], "steps": [{"edit": [("extra.go", "x + k }", "x + k + j }"), ("extra.go", "k := len(os.Args)", "k := len(os.Args); j := k + 1")], "answer": "4 30 hello 2 [2 2] APP-one 9 10 55 3 returned deferred\n"}]},
    "renamed": one(main("text()", "words()"), main("func words() string", "func words() string")) if False else one(("main.go", MAIN.replace("text()", "words()").replace('"hello"', '"renamed"'))),
    "embedded file": {"setup": EMBED, "steps": [{"edit": [("page.txt", "page one", "page two")], "want": "restarted", "why": "variable main.page has another initial value"}]},
    "built without units": {"setup": EMBED, "env": {"VOLE_SSA_CHECK": "1"}, "steps": [{"edit": [("page.txt", "page one", "page two")], "want": "restarted", "why": "variable main.page has another initial value"}]},
    "host of plugins": {"setup": [extra("return answer()", ['_ "plugin"'])], "steps": [{"edit": [main('return "hello"', 'return "hi"')]}]},
    "hooks": {"setup": [extra('return "count of hooks " + fmt.Sprint(calls, " ", patches, " ", hot.Enabled(), watching) + answer()', ["fmt", "vole/hot"], HOOKS)], "steps": [{"edit": [main('return "hello"', 'return "hi"')], "answer": None}], "after": hooked},
    "a call goes on": dict(one(extra("return slow(path) + answer()", (), SLOW)), after=goes_on),
    "traceback": dict(one(extra('f := func() string {\n\t\treturn deeper()\n\t}\n\treturn keep(f)()', ["fmt", "path/filepath", "runtime"], TRACE + "\n//go:noinline\nfunc keep(f func() string) func() string { return f }\n"), answer=None), after=traced),
    "under load": dict(one(main('return "hello"', 'return "begin"')), after=served),
    "worker": {"setup": [extra("return answer()", (), WORKER)], "steps": [{"edit": [("extra.go", '"old"', '"new"')], "want": "restarted", "why": "runs main.work, which changed"}]},
    "worker beside a new function": {"setup": [extra("return answer()", ("sync", "time"), TICKER)], "steps": [{"edit": [("extra.go", "return answer()", "return answer() + more()"), ("extra.go", "var mu", 'func more() string { return "more" }\n\nvar mu')]}]},
    "main changed": restart("main.main changed", main('panic(err)\n\t}\n\tserve', 'panic("x")\n\t}\n\tserve')),
    "field added": restart("type App has another layout (field extra added)", main("\tcalls int\n", "\tcalls int\n\textra int\n"), main('return "hello"', 'return "hi"')),
    "field retyped": restart("type App has another layout (field calls changed)", main("\tcalls int\n", "\tcalls int32\n"), main('return "hello"', 'return "hi"')),
    "interface changed": restart("type Shaper has another layout", main("Shaper interface{ Area() int }", "Shaper interface{ Area() int; Sides() int }"), main("func (s Square) Area", "func (s Square) Sides() int { return 4 }\nfunc (s Square) Area")),
    "method added": restart("other methods", main("func (a *App) Title", 'func (s Square) String() string { return "sq" }\nfunc (a *App) Title')),
    "variable's value": restart("variable app has another type or initial value", main('name: "app"', 'name: "ppa"')),
    "many": dict(one(main('return "hello"', 'return "begin"')), after=many),
    "init added": restart("an init function was added", main("const limit", 'func init() { app.name = "init" }\n\nconst limit')),
}
