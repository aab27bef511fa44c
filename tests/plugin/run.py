#!/usr/bin/env python3
"""Plugins: programs that load some, what hosts and plugins may differ in, files that are none, upstream's tests.

usage: run.py VOLE GOROOT [STAGE...]     stages: basic pages profile library unload caches manager abi bad sign capabilities process debugger examples upstream
VOLE_PLUGIN_LOADS=N: so many loads and unloads under load (300)

Closing line: N passed, N failed, N skipped.
"""
import os, random, re, shutil, struct, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import abi, capabilities, debugger, examples, manager, process, sign


class Run:
    def __init__(self, vole, goroot):
        self.vole, self.goroot = vole, goroot
        self.passed = self.failed = self.skipped = 0

    def check(self, name, ok, said=""):
        self.passed += bool(ok)
        self.failed += not ok
        if not ok: print(f"FAIL {name}: {said[-1500:]}")

    def command(self, *words, cwd, env=None):
        p = subprocess.run(words, cwd=cwd, env=dict(os.environ, GOFLAGS="-mod=mod", **(env or {})), capture_output=True, text=True, stdin=subprocess.DEVNULL, errors="replace")
        return p.returncode, p.stdout + p.stderr

    def build(self, cwd, *words):
        code, said = self.command(self.vole, "build", *words, cwd=cwd)
        self.check("build " + " ".join(words), code == 0, said)
        return code == 0


def basic(r, top):
    """One host and a plugin that uses much of the language: output, and the same under stress."""
    shutil.copytree(os.path.join(HERE, "basic"), top, dirs_exist_ok=True)
    if not r.build(top, "-o", "host.exe", "./host") or not r.build(top, "-buildmode=plugin", "-o", "p.so", "./plug"): return
    want = open(os.path.join(HERE, "basic/expected.txt")).read()
    for debug in STRESS:
        code, said = r.command("./host.exe", "p.so", cwd=top, env={"VOLEDEBUG": debug})
        r.check("basic " + debug, code == 0 and said == want, said)
    code, said = r.command("./host.exe", "p.so", "crash", cwd=top)
    lines = [l.strip() for l in said.split("\n")]
    r.check("traceback through a plugin", code == 2 and any(l.startswith("example.com/basic/plug.Panics(") for l in lines) and
            any("plug/plug.go:46" in l for l in lines) and "main.main()" in lines, said)
    types = [t for t, _, _ in segments(open(os.path.join(top, "host.exe"), "rb").read())]
    r.check("no interpreter, nothing dynamic", types and PT_LOAD in types and PT_DYNAMIC not in types and PT_INTERP not in types, str(types))
    if os.geteuid() == 0: in_chroot(r, top)
    else: r.skipped += 1


PAGES_HOST = """package main

import (
	"fmt"
	"plugin"
	"syscall"
)

func faults() (n int64) {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return u.Minflt
}

func main() {
	before := faults()
	p, err := plugin.Open("./p.so")
	n := faults() - before
	if err != nil {
		panic(err)
	}
	f, _ := p.Lookup("F")
	fmt.Println(f.(func(int) string)(3), n)
}
"""
PAGES_PLUGIN = """package main

import "fmt"

var V int

func F(n int) string { V++; return fmt.Sprintf("n %d", n) }

func main() {}
"""


def pages(r, top):
    """What a host has is not looked at when a plugin is opened, and what it lacks lies together: few pages are touched (22; 75 before it was so)."""
    write_module(os.path.join(top, "host"), "package api\n", PAGES_HOST)
    write_module(os.path.join(top, "plug"), "package api\n", PAGES_PLUGIN)
    if not r.build(os.path.join(top, "host"), "-o", "../host.exe", ".") or not r.build(os.path.join(top, "plug"), "-buildmode=plugin", "-o", "../p.so", "."): return
    said = [r.command("./host.exe", cwd=top)[1].split() for _ in range(5)]  # other threads begin beside it
    r.check("pages touched", all(s[:2] == ["n", "3"] for s in said) and min(int(s[-1]) for s in said) < 36, str(said))


def profile(r, top):
    """Profiles of a host name a plugin's functions and lines."""
    shutil.copytree(os.path.join(HERE, "profile"), top, dirs_exist_ok=True)
    if not r.build(top, "-o", "host.exe", ".") or not r.build(top, "-buildmode=plugin", "-o", "p.so", "./plug"): return
    code, said = r.command("./host.exe", "p.so", cwd=top)
    r.check("profiles", code == 0 and said == "cpu: named\nheap: p.go:18\n", said)


def in_chroot(r, top):
    """An empty folder with the host and its plugin is enough."""
    jail = os.path.join(top, "jail")
    os.makedirs(jail)
    for f in ("host.exe", "p.so"): shutil.copy(os.path.join(top, f), jail)
    p = subprocess.run(["/host.exe", "/p.so"], cwd="/", preexec_fn=lambda: (os.chroot(jail), os.chdir("/")), capture_output=True, text=True)
    r.check("in an empty chroot", p.returncode == 0 and "HELLO" in p.stdout, p.stdout + p.stderr)


PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_VOLE_PLUGIN = 1, 2, 3, 0x6f6c6576


def segments(image):
    """Type, place and size in the file, of an ELF-64 file."""
    at, size, n = struct.unpack_from("<Q", image, 32)[0], *struct.unpack_from("<HH", image, 54)
    return [(struct.unpack_from("<I", image, at + i * size)[0], *struct.unpack_from("<Q16xQ", image, at + i * size + 8)) for i in range(n)]


STRESS = ("", "gcstress=50,clobberfree=1,verify=1", "stackmove=1", "schedrand=3", "gcphase=30")


def library(r, top):
    """Plugins that use much of the library which the host does not have; opened at once, and by a plugin that is being initialized."""
    shutil.copytree(os.path.join(HERE, "library"), top, dirs_exist_ok=True)
    ok = all([r.build(top, "-buildmode=plugin", "-o", p + ".so", "./" + p) for p in ("web", "crypt", "gen", "nest")])
    if not ok or not r.build(top, "-o", "host.exe", "./host") or not r.build(top, "-o", "conc.exe", "./conc"): return
    want = open(os.path.join(HERE, "library/expected.txt")).read()
    env = {"NEST": os.path.join(top, "gen.so")}
    for debug in STRESS:
        code, said = r.command("./host.exe", "web.so", "crypt.so", "gen.so", cwd=top, env={"VOLEDEBUG": debug})
        r.check("library " + debug, code == 0 and said == want, said)
        code, said = r.command("./conc.exe", "web.so", "crypt.so", "gen.so", "nest.so", cwd=top, env=dict(env, VOLEDEBUG=debug))
        r.check("opened at once " + debug, code == 0 and said.split()[1::2] == ["1"] * 4, said)


def unload_prepare(r, top):
    """host.exe, p.so and s.so, and for many.exe the plugins whose names are the answer; None if it cannot be built."""
    shutil.copytree(os.path.join(HERE, "basic"), top, dirs_exist_ok=True)
    shutil.rmtree(os.path.join(top, "host"))
    shutil.copytree(os.path.join(HERE, "unload"), top, dirs_exist_ok=True)
    ok = r.build(top, "-o", "host.exe", "./host") and r.build(top, "-o", "many.exe", "./many")
    ok = ok and r.build(top, "-buildmode=plugin", "-o", "p.so", "./plug") and r.build(top, "-buildmode=plugin", "-o", "s.so", "./small")
    if not ok: return None
    text, files = open(os.path.join(top, "small/s.go")).read(), []
    for i in range(20):
        os.makedirs(os.path.join(top, f"small{i}"))
        open(os.path.join(top, f"small{i}/s.go"), "w").write(text.replace("of the plugin", f"of plugin {i}"))
        if not r.build(top, "-buildmode=plugin", "-o", f"small{i}.so", f"./small{i}"): return None
        files.append(f"small{i}.so")
    return files


def unload(r, top):
    """What holds a plugin is named; what nothing holds goes, again and again, beside goroutines that allocate, and memory stays flat."""
    files = unload_prepare(r, top)
    if files is None: return
    code, said = r.command("./host.exe", "s.so", "p.so", cwd=top)
    said = re.sub(r"goroutine \d+", "goroutine N", said)
    r.check("what holds a plugin", code == 0 and said == open(os.path.join(HERE, "unload/expected.txt")).read(), said)
    loads = int(os.environ.get("VOLE_PLUGIN_LOADS", "300"))
    for debug, n in (("", loads), ("gcstress=200,clobberfree=1,verify=1", loads // 4), ("stackmove=1", loads // 4), ("schedrand=3", loads // 4), ("gcphase=30", loads // 4)):
        code, said = r.command("./many.exe", str(n), *files, cwd=top, env={"VOLEDEBUG": debug})
        r.check(f"{n} loads and unloads {debug}", code == 0, said)


def caches(r, top):
    """Caches of the library, and what only a plugin's own variables lead to, do not hold a plugin; types that the host has do, and stay the same."""
    shutil.copytree(os.path.join(HERE, "caches"), top, dirs_exist_ok=True)
    if not r.build(top, "-o", "host.exe", "./host") or not r.build(top, "-buildmode=plugin", "-o", "p.so", "./plug"): return
    if not r.build(top, "-buildmode=plugin", "-o", "f.so", "./fails"): return
    want = open(os.path.join(HERE, "caches/expected.txt")).read()
    for debug in STRESS:
        code, said = r.command("./host.exe", "p.so", "f.so", cwd=top, env={"VOLEDEBUG": debug})
        r.check("caches " + debug, code == 0 and said == want, said)


def write_module(folder, api_text, which):
    os.makedirs(os.path.join(folder, "api"), exist_ok=True)
    open(os.path.join(folder, "go.mod"), "w").write("module example.com/abi\n\ngo 1.26\n")
    open(os.path.join(folder, "api/api.go"), "w").write(api_text)
    open(os.path.join(folder, "main.go"), "w").write(which)


def abi_rows(r, top):
    """Each difference: refused with its name, or accepted."""
    write_module(os.path.join(top, "host"), abi.API, abi.HOST)
    if not r.build(os.path.join(top, "host"), "-o", "../host.exe", "."): return
    refused = accepted = 0
    for name, edits, flags, words in abi.ROWS:
        text = abi.API
        for old, new in edits:
            assert old in text, name
            text = text.replace(old, new)
        if '"os"' in text: text = text.replace("io.Writer", "*os.File")
        if '"io"' in text and "io." not in text.replace('"io"', ""): text = text.replace('\t"io"\n', "")
        write_module(os.path.join(top, "plugin"), text, abi.PLUGIN)
        code, said = r.command(r.vole, "build", "-buildmode=plugin", *flags, "-o", "../p.so", ".", cwd=os.path.join(top, "plugin"))
        if code:
            r.check("abi: " + name, False, said)
            continue
        code, said = r.command("./host.exe", "p.so", cwd=top)
        if words: r.check("abi: " + name, code == 1 and "different" in said and words in said and "host" in said, said)
        else: r.check("abi: " + name, code == 0 and "x1100" in said.replace(" ", ""), said)
        refused += bool(words)
        accepted += not words
    print(f"abi: {refused} kinds of mismatch, {accepted} harmless differences")


WORDS_HOST = """package main

import (
	"fmt"
	"os"
	"plugin"
)

func open(file string) {
	_, err := plugin.Open(file)
	fmt.Println(err)
}

func main() {
	for _, file := range os.Args[1:] {
		open(file)
		open(file)
	}
	fmt.Println(os.Rename("p.so", "text.so"))
	open("text.so")
}
"""


def gc_words(r, top, good):
    """What is no plugin is refused in the words of gc's hosts (glibc's dlopen), with the file's path, and can be opened again when it is one."""
    write_module(os.path.join(top, "w"), "package api\n", WORDS_HOST)
    if not r.build(os.path.join(top, "w"), "-o", "../words.exe", "."): return
    elf = lambda at, byte: good[:at] + bytes([byte]) + good[at + 1:]
    files = {"empty": (b"", "file too short"), "line.so": (b"hello\n", "file too short"), "text.so": (b"hello\n" * 100, "invalid ELF header"), "begin.so": (good[:64], "cannot read file data"),
             "class.so": (elf(4, 1), "wrong ELF class: ELFCLASS32"), "order.so": (elf(5, 2), "ELF file data encoding not little-endian"),
             "version.so": (elf(6, 9), "ELF file version ident does not match current one"), "object.so": (elf(16, 1), "only ET_DYN and ET_EXEC can be loaded"),
             "exe.so": (elf(16, 2), "cannot dynamically load executable"), "segments.so": (elf(54, 1), "ELF file's phentsize not the expected size"),
             "magic.so": (elf(0, 0), "invalid ELF header"), "folder.so": (None, "cannot read file data: Is a directory")}
    want = []
    for name, (content, words) in files.items():
        path = os.path.join(os.path.realpath(top), name)
        if content is None: os.mkdir(path)
        else: open(path, "wb").write(content)
        want += [f'plugin.Open("{name}"): {path}: {words}'] * 2
    os.symlink("missing", os.path.join(top, "nowhere.so"))
    for name in ("missing.so", "nowhere.so", ""): want += [f'plugin.Open("{name}"): realpath failed'] * 2
    code, said = r.command("./words.exe", *files, "missing.so", "nowhere.so", "", cwd=top)
    lines = said.split("\n")
    for i, line in enumerate(want): r.check("gc's words", lines[i] == line, f"{lines[i]}, not {line}")
    r.check("what was none is opened when it is one", code == 0 and lines[len(want):] == ["<nil>", "<nil>", ""], said)
    shutil.move(os.path.join(top, "text.so"), os.path.join(top, "p.so"))


def bad_files(r, top):
    """What is no plugin, or a damaged one: an error, and the host goes on."""
    write_module(os.path.join(top, "m"), abi.API, abi.HOST)
    write_module(os.path.join(top, "p"), abi.API, abi.PLUGIN)
    if not r.build(os.path.join(top, "m"), "-o", "../host.exe", ".") or not r.build(os.path.join(top, "p"), "-buildmode=plugin", "-o", "../p.so", "."): return
    code, said = r.command(r.vole, "tool", "plugin", "-decls", "p.so", cwd=top)
    lines = said.split("\n")
    for want in ("plugin\texample.com/abi", "export\tfunc F(*example.com/abi/api.Shape) string", "needs\truntime.newobject", "variable\texample.com/abi/api.Count",
                 "\tconst Max\t= 100, 1, number 0", "\ttype Kind\tKind int"):
        r.check("tool plugin: " + want, code == 0 and want in lines, said)
    good = open(os.path.join(top, "p.so"), "rb").read()
    rng = random.Random(1)
    starts = [next(a for t, a, _ in segments(good) if t == PT_VOLE_PLUGIN), [a for t, a, _ in segments(good) if t == PT_LOAD][1]]
    cases = {"empty": b"", "text": b"hello\n" * 100, "host": open(os.path.join(top, "host.exe"), "rb").read(), "head": good[:64], "half": good[:len(good) // 2],
             "tail": good[:-1], "foreign": open("/proc/self/exe", "rb").read()}
    for i in range(150):
        b = bytearray(good)
        # mostly where structure is that any host uses: headers, the beginning of the head's segment and of constants
        at = rng.randrange(64 + 56 * 5) if i % 3 == 0 else starts[i % 2] + rng.randrange(3000) if i % 3 == 1 else rng.randrange(len(b))
        b[at] ^= 1 << rng.randrange(8)
        cases[f"byte {at}"] = bytes(b)
    as_good = r.command("./host.exe", "p.so", cwd=top)[1]
    covered = [(a, a + n) for t, a, n in segments(good) if t in (PT_LOAD, PT_VOLE_PLUGIN)]
    loaded = 0
    for name, content in cases.items():
        path = os.path.join(top, "bad.so")
        open(path, "wb").write(content)
        code, said = r.command("./host.exe", "bad.so", cwd=top)
        loaded += code == 0
        shown, said_tool = r.command(r.vole, "tool", "plugin", "bad.so", cwd=top)
        # what lies between the segments and the end of the section table is for debuggers
        harmless = name.startswith("byte") and not any(a <= int(name[5:]) < b for a, b in covered)
        r.check("tool plugin, bad file: " + name, shown == (0 if harmless else 2), f"exit {shown}: {said_tool}")
        # of a changed byte the loader knows if the host uses it; definitions that the host has are not looked at
        same = name.startswith("byte") and code == 0 and said == as_good
        r.check("bad file: " + name, same if harmless or code == 0 else code == 1 and 'plugin.Open("bad' in said, f"exit {code}: {said}")
    print(f"bad: {loaded} of {len(cases)} files do their job, the byte that differs is not used")
    r.check("bad: most changes are refused", loaded * 2 < len(cases), str(loaded))
    gc_words(r, top, good)
    code = r.build(os.path.join(top, "p"), "-buildmode=plugin", "-ldflags=-s -pluginpath=hot/2", "-o", "../p2.so", ".")
    said = r.command(r.vole, "tool", "plugin", "p2.so", cwd=top)[1]
    r.check("-pluginpath", "plugin\thot/2" in said.split("\n"), said)


def upstream(r, top):
    code, said = r.command(sys.executable, os.path.join(HERE, "upstream.py"), r.vole, r.goroot, cwd=top)
    words = said.strip().split("\n")[-1].replace(",", "").split()
    r.passed, r.failed, r.skipped = r.passed + int(words[0]), r.failed + int(words[2]), r.skipped + int(words[4])
    print("\n".join(l for l in said.split("\n") if not l.startswith("ok ") and "passed," not in l).strip())


STAGES = {"basic": basic, "pages": pages, "profile": profile, "library": library, "unload": unload, "caches": caches, "manager": lambda r, top: manager.stage(r, top, STRESS), "abi": abi_rows, "bad": bad_files, "sign": sign.stage,
          "capabilities": capabilities.stage, "process": lambda r, top: process.stage(r, top, STRESS), "debugger": debugger.stage, "examples": examples.stage, "upstream": upstream}


def main():
    r = Run(os.path.abspath(sys.argv[1]), sys.argv[2])
    for name, stage in STAGES.items():
        if sys.argv[3:] and name not in sys.argv[3:]: continue
        with tempfile.TemporaryDirectory() as top: stage(r, top)
    print(f"{r.passed} passed, {r.failed} failed, {r.skipped} skipped")
    return 1 if r.failed else 0


if __name__ == "__main__":
    sys.exit(main())
