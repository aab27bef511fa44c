#!/usr/bin/env python3
"""Upstream's tests of -buildmode=plugin (GOROOT/src/cmd/cgo/internal/testplugin), the programs built and run by vole.

usage: upstream.py VOLE GOROOT [NAME...]

What is left out, with its reason, is shown and counted. Closing line: N passed, N failed, N skipped.
"""
import os, shutil, subprocess, sys, tempfile

# name, then commands: b(args...) builds, r(program, times) runs.
def b(*args): return ("build", args)
def r(name, times=1): return ("run", (name, times))
P = "-buildmode=plugin"

def pair(name, plugin, main, so="plugin.so", flags=()):
    return (name, [b(P, *flags, "-o", so, plugin), b("-o", name + ".exe", main), r(name + ".exe")])

TESTS = [
    ("RunHost", [r("host.exe")]),
    ("UniqueTypesAndItabs", [b(P, "./iface_a"), b(P, "./iface_b"), b("-o", "iface.exe", "./iface"), r("iface.exe")]),
    pair("Issue18676", "./issue18676/plugin.go", "./issue18676/main.go"),
    pair("Issue19534", "./issue19534/plugin.go", "./issue19534/main.go", flags=("-gcflags=-p=issue.19534", "-ldflags=-pluginpath=issue.19534")),
    pair("Issue18584", "./issue18584/plugin.go", "./issue18584/main.go"),
    pair("Issue19418", "./issue19418/plugin.go", "./issue19418/main.go", flags=("-ldflags=-X main.Val=linkstr",)),
    ("Issue19529", [b(P, "-o", "plugin.so", "./issue19529/plugin.go")]),
    ("Issue22175", [b(P, "-o", "issue22175_plugin1.so", "./issue22175/plugin1.go"), b(P, "-o", "issue22175_plugin2.so", "./issue22175/plugin2.go"),
                    b("-o", "issue22175.exe", "./issue22175/main.go"), r("issue22175.exe")]),
    pair("Issue22295", "./issue22295.pkg", "./issue22295.pkg/main.go", so="issue.22295.so"),
    pair("Issue24351", "./issue24351/plugin.go", "./issue24351/main.go", so="issue24351.so"),
    pair("Method", "./method/plugin.go", "./method/main.go"),
    pair("Method2", "./method2/plugin.go", "./method2/main.go", so="method2.so"),
    pair("Method3", "./method3/plugin.go", "./method3/main.go", so="method3.so"),
    ("Issue44956", [b(P, "-o", "issue44956p1.so", "./issue44956/plugin1.go"), b(P, "-o", "issue44956p2.so", "./issue44956/plugin2.go"),
                    b("-o", "issue44956.exe", "./issue44956/main.go"), r("issue44956.exe")]),
    ("Issue52937", [b(P, "-o", "issue52937.so", "./issue52937/main.go")]),
    pair("Issue53989", "./issue53989/plugin.go", "./issue53989/main.go", so="issue53989.so"),
    ("ForkExec", [b("-o", "forkexec.exe", "./forkexec/main.go"), r("forkexec.exe 1", 100)]),
    ("SymbolNameMangle", [b(P, "-o", "mangle.so", "./mangle/plugin.go")]),
    pair("Issue62430", "./issue62430/plugin.go", "./issue62430/main.go", so="issue62430.so"),
    ("Issue67976", [b(P, "-o", "issue67976.so", "./issue67976/plugin.go")]),
    pair("Issue75102", "./issue75102/plugin.go", "./issue75102/main.go", so="issue75102.so", flags=("-gcflags=all=-N -l",)),
]
SKIPPED = [
    ("DWARFSections", "vole writes no DWARF"),
    ("Issue25756", "its plugin is C code"),
    ("Issue25756pie", "the same, and -buildmode=pie is not supported"),
    ("BuildID", "vole's files have no build ID of gc's form"),
    ("TextSectionSplit", "upstream runs it on darwin/arm64 only"),
]


def drop_cgo(top):
    """gc's plugins need cgo, so its programs import "C"; one statement calls a C function."""
    for folder, _, files in os.walk(top):
        for name in files:
            path = os.path.join(folder, name)
            text = open(path).read()
            lines = [l for l in text.split("\n") if l.strip() != 'import "C"' and l.strip() != '"C"' and not l.strip().startswith("C.")]
            if "\n".join(lines) != text: open(path, "w").write("\n".join(lines))


def prepare(vole, goroot, top, env):
    source = os.path.join(goroot, "src/cmd/cgo/internal/testplugin")
    mod, alt = os.path.join(top, "src/testplugin"), os.path.join(top, "alt/src/testplugin")
    for here, there in ((os.path.join(source, "testdata"), mod), (os.path.join(source, "altpath/testdata"), alt)):
        shutil.copytree(here, there)
        open(os.path.join(there, "go.mod"), "w").write("module testplugin\n")
        drop_cgo(there)
    build = lambda folder, *args: run(vole, ["build", *args], folder, env)
    problems = [build(alt, P, "-o", os.path.join(mod, "plugin-mismatch.so"), "./plugin-mismatch"), build(mod, P, "./plugin1"), build(mod, P, "./plugin2")]
    if any(problems): return mod, [p for p in problems if p]
    shutil.copy(os.path.join(mod, "plugin2.so"), os.path.join(mod, "plugin2-dup.so"))
    problems += [build(mod, P, "-o=sub/plugin1.so", "./sub/plugin1"), build(mod, P, "-o=unnamed1.so", "./unnamed1/main.go"),
                 build(mod, P, "-o=unnamed2.so", "./unnamed2/main.go"), build(mod, "-o", "host.exe", "./host")]
    return mod, [p for p in problems if p]


def run(program, args, folder, env):
    """Empty if it went well, else what is wrong."""
    if not os.path.exists(program): return f"{program} was not built"
    p = subprocess.run([program, *args], cwd=folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return "" if p.returncode == 0 else f"{os.path.basename(program)} {' '.join(args)}: exit {p.returncode}\n{(p.stdout + p.stderr)[-1500:]}"


def one(vole, steps, mod, env):
    for kind, args in steps:
        if kind == "build": problem = run(vole, ["build", *args], mod, env)
        else:
            words = args[0].split()
            problem = ""
            for _ in range(args[1]): problem = problem or run(os.path.join(mod, words[0]), words[1:], mod, env)
        if problem: return problem
    return ""


def main():
    vole, goroot = os.path.abspath(sys.argv[1]), sys.argv[2]
    only = sys.argv[3:]
    if not os.path.isdir(os.path.join(goroot, "src/cmd/cgo/internal/testplugin")):
        print(f"the GOROOT has no testplugin\n0 passed, 0 failed, {len(TESTS)} skipped")
        return 0
    failed = passed = 0
    with tempfile.TemporaryDirectory() as top:
        env = dict(os.environ, GOPATH=top, GO111MODULE="auto", GOFLAGS="")
        mod, problems = prepare(vole, goroot, top, env)
        for p in problems: print("prepare:", p)
        for name, steps in TESTS:
            if only and name not in only: continue
            problem = one(vole, steps, mod, env)
            failed += bool(problem)
            passed += not problem
            print(f"{'FAIL' if problem else 'ok'} {name}" + (": " + problem if problem else ""))
    for name, why in SKIPPED: print(f"skipped {name}: {why}")
    print(f"{passed} passed, {failed + len(problems)} failed, {len(SKIPPED)} skipped")
    return 1 if failed or problems else 0


sys.exit(main())
