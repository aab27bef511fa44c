#!/usr/bin/env python3
"""linknames.py - every name of the library that packages may pull with //go:linkname: does a program that pulls it link?

usage: tools/linknames.py [--vole build/vole] [--go go] [--list] [--out FILE]

The names are read from the GOROOT that vole uses: what a //go:linkname line of the library names (linux/amd64, no cgo),
functions and variables. One program refers to all of them, each by a declaration without parameters; vole must link it.
With --go the official toolchain is asked first which of them it accepts. Exit code 1: some name is missing.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

TAGS = {"linux", "amd64", "unix", "gc", "goexperiment.regabiwrappers", "goexperiment.regabiargs", "goexperiment.dwarf5",
        "goexperiment.greenteagc", "goexperiment.randomizedheapbase64"}
KNOWN_OS = set("aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows".split())
KNOWN_ARCH = set("386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm".split())
# Names that gc defines and vole does not, with the reason.
ABSENT = {
    "arena.runtime_arena_arena_Free": "GOEXPERIMENT=arenas", "arena.runtime_arena_arena_New": "GOEXPERIMENT=arenas",
    "arena.runtime_arena_arena_Slice": "GOEXPERIMENT=arenas", "arena.runtime_arena_heapify": "GOEXPERIMENT=arenas",
    "arena.runtime_arena_newArena": "GOEXPERIMENT=arenas",
    "runtime.cgoCheckPointer": "cgo", "runtime.cgoCheckResult": "cgo", "runtime.cgoNoCallback": "cgo",
    "runtime.setsigsegv": "cgo", "plugin.lastmoduleinit": "plugins",
    "runtime.mayMoreStackMove": "-d=maymorestack", "runtime.mayMoreStackPreempt": "-d=maymorestack",
    "runtime.blockUntilEmptyFinalizerQueue": "upstream's tests", "runtime.blockevent": "upstream's tests",
    "sync.event": "upstream's tests", "reflect.gcbits": "upstream's tests",
    "math/big.addMulVVW": "no assembly", "math/big.addVV": "no assembly", "math/big.mulAddVWW": "no assembly",
    "math/big.shlVU": "no assembly", "math/big.subVV": "no assembly",
    "reflect.(*Value).pointer": "a wrapper that only its name asks for",
    "runtime/metrics_test.runtime_readMetricNames": "upstream's tests",
}


def has_tag(tag):
    return tag in TAGS or re.fullmatch(r"go1\.\d+", tag) is not None


def is_selected(name, text):
    parts = name[:-3].split("_")
    if parts[-1] == "test":
        return False
    words = [w for w in parts[1:][-2:] if w in KNOWN_OS or w in KNOWN_ARCH]
    if len(words) == 2 and parts[-1] in KNOWN_OS:
        words = words[1:]
    if any(w not in TAGS for w in words):
        return False
    m = re.search(r"^//go:build (.*)$", text, re.M)
    if not m or "\npackage " in text[:m.start()]:
        return True
    expr = re.sub(r"[\w.]+", lambda t: str(has_tag(t[0])), m[1])
    return eval(expr.replace("&&", " and ").replace("||", " or ").replace("!", " not "))


def library(goroot):
    """(import path, texts of its files) of every package of the library"""
    src = os.path.join(goroot, "src")
    for folder, dirs, files in os.walk(src):
        rel = os.path.relpath(folder, src)
        dirs[:] = sorted(d for d in dirs if d != "testdata" and not d.startswith(("_", ".")) and (rel, d) != (".", "cmd"))
        texts = []
        for f in sorted(files):
            if f.endswith(".go"):
                with open(os.path.join(folder, f)) as fh:
                    t = fh.read()
                if is_selected(f, t):
                    texts.append(t)
        yield rel, texts


def blocked(tree):
    with open(os.path.join(tree, "src/ir/blocked.def")) as f:
        return set(re.findall(r'B\("([^"]+)"', f.read()))


def names(goroot, tree):
    """{symbol: (package to import, is a variable)}"""
    out, deny = {}, blocked(tree)
    for path, texts in library(goroot):
        if path.startswith(("runtime/cgo", "vendor/", "internal/fuzz")):
            continue
        text = "\n".join(texts)
        for m in re.finditer(r"^//go:linkname (\S+)(?: (\S+))?\s*$", text, re.M):
            local, sym = m[1], m[2] or path + "." + m[1]
            func = re.search(r"^func %s\(.*$" % re.escape(local), text, re.M)
            if m[2] and func and not func[0].rstrip().endswith(("{", "}")):
                if not sym.startswith(path + ".") or sym == path + "." + local:
                    continue  # a pull; of an own method it is a mark
            if m[2] and not func:
                continue
            if sym not in deny and "." in sym:
                out.setdefault(sym, (path, not func))
    return out


def import_of(sym, path, packages):
    owner = sym[:sym.index(".", sym.rindex("/") + 1 if "/" in sym else 0)]
    return [p for p in (path, owner) if p in packages and "internal/" not in p and not p.startswith("internal")]


def program(syms, packages):
    imports = sorted({i for s, (p, _) in syms.items() for i in import_of(s, p, packages)} - {"unsafe", "main", "."})
    out = ["package main", "", "import ("] + ['\t_ "%s"' % i for i in imports] + ['\t"os"', '\t_ "unsafe"', ")", ""]
    body = []
    for k, (s, (_, is_var)) in enumerate(sorted(syms.items())):
        out += ["//go:linkname n%d %s" % (k, s), ("var n%d byte" if is_var else "func n%d()") % k, ""]
        body.append("\t\tprintln(n%d)" % k if is_var else "\t\tn%d()" % k)
    return "\n".join(out + ["func main() {", "\tif len(os.Args) > 5 {"] + body + ["\t}", "}", ""])


def build(tool, syms, packages, folder, env=None):
    src = os.path.join(folder, "pull.go")
    with open(src, "w") as f:
        f.write(program(syms, packages))
    with open(os.path.join(folder, "empty.s"), "w") as f:
        f.write("")
    r = subprocess.run([tool, "build", "-o", os.path.join(folder, "pull"), src], capture_output=True, text=True, env=env)
    text = r.stderr + r.stdout
    bad = set(re.findall(r"invalid reference to (\S+)", text))
    bad |= set(re.findall(r"relocation target (\S+) not defined", text))
    return r.returncode, bad, text


def accepted(tool, syms, packages, folder):
    """The names with which a program links: those that are complained about are left out until there is none."""
    env = dict(os.environ, CGO_ENABLED="0")
    while True:
        code, bad, text = build(tool, syms, packages, folder, env)
        if code == 0:
            return syms
        if not bad & set(syms):
            sys.exit("linknames: %s: %s" % (tool, text))
        syms = {s: v for s, v in syms.items() if s not in bad}


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    ap.add_argument("--vole", default="build/vole")
    ap.add_argument("--go", help="official go: only names that it accepts")
    ap.add_argument("--list", action="store_true", help="print the names and end")
    ap.add_argument("--out", help="write the program here")
    o = ap.parse_args()
    tree = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    goroot = subprocess.run([o.vole, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    packages = {p for p, t in library(goroot) if t}
    syms = {s: v for s, v in names(goroot, tree).items() if s not in ABSENT}
    with tempfile.TemporaryDirectory() as folder:
        if o.go:
            n = len(syms)
            syms = accepted(o.go, syms, packages, folder)
            print("%d of %d names are accepted by %s" % (len(syms), n, o.go))
        if o.list:
            print("\n".join(sorted(syms)))
            return 0
        if o.out:
            with open(o.out, "w") as f:
                f.write(program(syms, packages))
        good = accepted(o.vole, syms, packages, folder)
    for s in sorted(set(syms) - set(good)):
        print("missing:", s)
    print("%d of %d names link" % (len(good), len(syms)))
    return 0 if len(good) == len(syms) else 1


if __name__ == "__main__":
    sys.exit(main())
