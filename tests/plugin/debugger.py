"""What GDB sees of loaded plugins and of patches: functions by name, frames, and nothing when they have gone. Used by run.py."""
import json, os, re, shutil, subprocess, threading

HOST = '''package main

import (
	"bufio"
	"fmt"
	"os"
	"plugin"
)

//go:noinline
func here(n int) { fmt.Fprintln(os.Stderr, "here", n) }

//go:noinline
func gone() { fmt.Fprintln(os.Stderr, "gone") }

func use(file string) *plugin.Plugin {
	p, err := plugin.Open(file)
	if err != nil {
		panic(err)
	}
	f, err := p.Lookup("Outer")
	if err != nil {
		panic(err)
	}
	f.(func(int, func(int)))(41, here)
	return p
}

func main() {
	p := use(os.Args[1])
	if len(os.Args) > 2 {
		fmt.Println("ready")
		bufio.NewReader(os.Stdin).ReadString('\\n')
	}
	if err := p.Close(); err != nil {
		panic(err)
	}
	gone()
	p = use(os.Args[1])
}
'''
PLUGIN = '''package main

import "strings"

//go:noinline
func inner(n int, call func(int)) {
	call(n + len(strings.Repeat("x", 1))) // Repeat: of the library, and not in the host
}

func Outer(n int, call func(int)) { inner(n, call) }

func main() {}
'''
SERVICE = '''package main

import (
	"fmt"
	"time"
)

//go:noinline
func answer() int { return 41 }

func main() {
	for {
		fmt.Println("answer", answer())
		time.Sleep(50 * time.Millisecond)
	}
}
'''
THREADS = '''package main

import (
	"runtime"
	"sync"
)

//go:noinline
func f(i int) int { return i*3 + 1 }

func loop(n int) {
	s := 0
	for i := 0; i < n; i++ {
		s += f(i)
	}
	if s != 3*n*(n-1)/2+n {
		println("wrong", s)
	}
}

func main() {
	runtime.GOMAXPROCS(4)
	for range 10 {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { loop(200) })
		}
		wg.Wait()
	}
	println("all done")
}
'''
PLUG = "example.com/debugger/plug"


def gdb(cwd, *words, commands):
    args = [x for c in ("set pagination off", "set confirm off", "set language c", "set breakpoint pending on", *commands) for x in ("-ex", c)]
    try:
        p = subprocess.run(["gdb", "-q", "-nx", "-batch", *args, *words], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=120)
    except subprocess.TimeoutExpired as e:
        return f"gdb takes too long: {e.stdout} {e.stderr}"
    return (p.stdout + p.stderr).replace("[", ".").replace("]", "")  # it shows pkg.f as pkg[f]


def frames(said):
    """The functions of each backtrace, the innermost first."""
    lists = []
    for m in re.finditer(r"^#(\d+) +(?:0x[0-9a-f]+ in )?(\S+) \(", said, re.M):
        if m[1] == "0": lists.append([])
        if lists: lists[-1].append(m[2])
    return lists


def write(top, files):
    for name, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(top, name)), exist_ok=True)
        open(os.path.join(top, name), "w").write(text)


def runs_under(r, top):
    inner = f"tbreak '{PLUG}.inner'"  # once: a function begins again when its stack has grown
    said = gdb(top, "--args", "./host.exe", "p.so", commands=(
        inner, "run", "bt", f"info symbol '{PLUG}.inner'", "tbreak strings.Repeat", "continue", "bt", "tbreak main.here", "continue", "bt",
        "tbreak main.gone", "continue", f"info symbol '{PLUG}.inner'", inner, "continue", "bt"))
    lists = frames(said)
    r.check("a breakpoint at a plugin's function, its frames", lists.count([f"{PLUG}.inner", f"{PLUG}.Outer", "main.use", "main.main"]) == 2, said)
    r.check("of the library's functions those that the plugin brought", ["strings.Repeat", f"{PLUG}.inner", f"{PLUG}.Outer", "main.use", "main.main"] in lists, said)
    r.check("frames of host and plugin in turn", ["main.here", f"{PLUG}.inner", f"{PLUG}.Outer", "main.use", "main.main"] in lists, said)
    r.check("no name is left when it was closed", len(re.findall(f"{PLUG}.inner in section .text of <in-memory|No symbol table is loaded", said)) == 2 and "No symbol table is loaded" in said, said)


def threads(r, top):
    """GDB steps one thread over a breakpoint by running the instruction elsewhere: behind the program's entry, which must not be code."""
    said = gdb(top, "./threads.exe", commands=("handle SIGURG nostop noprint pass", "break main.f", "ignore 1 10000000", "run", "info breakpoints"))
    r.check("8,000 hits of a breakpoint in four threads", "all done" in said and "wrong" not in said and int((re.findall(r"already hit (\d+) times", said) or ["0"])[0]) >= 8000, said)


def attached(r, top):
    p = subprocess.Popen(["./host.exe", "p.so", "wait"], cwd=top, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        r.check("it waits", p.stdout.readline() == "ready\n")
        said = gdb(top, "-p", str(p.pid), "./host.exe", commands=(f"info symbol '{PLUG}.inner'",))
        if "ptrace: Operation not permitted" in said: r.skipped += 1
        else: r.check("who comes later sees it too", f"{PLUG}.inner in section .text of <in-memory" in said, said)
    finally:
        p.communicate("\n", timeout=60)


def patched(r, top):
    """A function that came with a patch, and one that it changed."""
    write(top, {"go.mod": "module service\n\ngo 1.26\n", "main.go": SERVICE})
    w = subprocess.Popen([r.vole, "watch", "-json", "-patch", "."], cwd=top, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    late = threading.Timer(120, w.kill)
    late.start()
    try:
        pid, patched = 0, False
        for line in w.stdout:
            e = json.loads(line)
            if e["Action"] == "start": pid = e["Pid"]
            if e["Action"] == "output" and "answer 41" in e.get("Output", "") and not patched:
                patched = True
                write(top, {"main.go": SERVICE.replace("return 41 }", "return added() + 1 }\n\n//go:noinline\nfunc added() int { return 42 }")})
            if e["Action"] == "output" and "answer 43" in e.get("Output", ""): break
        said = gdb(top, "-p", str(pid), commands=("info symbol 'main.added'", "info functions -n main[.]answer", "break main.added", "continue", "bt"))
        if "ptrace: Operation not permitted" in said: r.skipped += 1
        else:
            r.check("a function of a patch", "main.added in section .text of <in-memory" in said, said)
            r.check("frames of patches", ["main.added", "main.answer", "main.main"] in frames(said), said)
    finally:
        late.cancel()
        w.terminate()
        w.wait(20)


def stage(r, top):
    if not shutil.which("gdb"):
        r.skipped += 1
        print("debugger: there is no gdb")
        return
    write(top, {"go.mod": "module example.com/debugger\n\ngo 1.26\n", "host/main.go": HOST, "plug/p.go": PLUGIN, "threads/t.go": THREADS})
    if not r.build(top, "-o", "host.exe", "./host") or not r.build(top, "-o", "threads.exe", "./threads") or not r.build(top, "-buildmode=plugin", "-o", "p.so", "./plug"): return
    runs_under(r, top)
    threads(r, top)
    attached(r, top)
    patched(r, os.path.join(top, "service"))
