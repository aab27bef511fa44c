#!/usr/bin/env python3
"""The library's Example functions as programs: vole's result against the official toolchain's.

For every package of GOROOT/src with example_*_test.go files a folder gets those files as package main and a main function that runs the
Example named by its argument. Both toolchains build it; each Example with an `// Output:` comment is run in a process of its own and
stdout, exit code are compared (lines sorted for `// Unordered output:`). An Example that the official build does not reproduce from one
run to the next, or that fails there, is not counted.
Prints a line for each difference and 'N examples agree, N differ' last. Exit code 1 when any differs.
"""
import argparse, concurrent.futures, fnmatch, os, re, shutil, subprocess, sys, tempfile

OFFICIAL = dict(GOTOOLCHAIN="local", GOFLAGS="-mod=mod", CGO_ENABLED="0", GO111MODULE="on", GOWORK="off")


def run(cmd, timeout, **kw):
    try:
        p = subprocess.run(cmd, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL, **kw)
        return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as e:
        return "timeout", (e.stdout or b"").decode(errors="replace"), (e.stderr or b"").decode(errors="replace")


def example_files(folder):
    """The example files of a package: external test package, or files that are examples by name."""
    out = []
    for f in sorted(os.listdir(folder)):
        if f.endswith("_test.go") and "example" in f and os.path.isfile(os.path.join(folder, f)):
            text = open(os.path.join(folder, f), encoding="utf-8").read()
            if re.search(r"^package \w+_test\b", text, re.M) and "//go:build ignore" not in text:
                out.append((f, text))
    return out


def examples_of(text):
    """Names of the Example functions with an output comment, and whether its lines are unordered."""
    out = []
    for m in re.finditer(r"^func (Example\w*)\(\) \{\n(.*?)^\}", text, re.M | re.S):
        o = re.search(r"^\s*// ?(unordered )?output:", m[2], re.M | re.I)
        if o:
            out.append((m[1], bool(o[1])))
    return out


def write_program(folder, files, names):
    for f, text in files:
        text = re.sub(r"^package \w+_test\b", "package main", text, count=1, flags=re.M)
        open(os.path.join(folder, f.replace("_test.go", "_x.go")), "w", encoding="utf-8").write(text)
    rows = "".join(f'\t\t"{n}": {n},\n' for n in names)
    open(os.path.join(folder, "zmain.go"), "w").write(
        f'package main\n\nimport exampleOS "os"\n\nfunc main() {{\n\tmap[string]func(){{\n{rows}\t}}[exampleOS.Args[1]]()\n}}\n')
    open(os.path.join(folder, "go.mod"), "w").write("module examples\n\ngo 1.26\n")


def build(tool, folder, exe, a):
    env = dict(os.environ, **OFFICIAL)
    if tool == a.go:
        return run([tool, "build", "-o", exe, "."], 600, cwd=folder, env=env)
    return run([tool, "build", *a.flags.split(), "-o", exe, "."], 120, cwd=folder)


def package(pkg, a):
    """-> (agree, [(name, what differs)])"""
    src = os.path.join(a.goroot, "src", pkg)
    files = example_files(src)
    found = [e for _, t in files for e in examples_of(t)]
    if not found:
        return 0, []
    tmp = tempfile.mkdtemp(prefix="vole-ex-")
    try:
        groups = [files]
        good = bad = 0
        result = []
        while groups:
            part = groups.pop()
            names = [e for _, t in part for e in examples_of(t)]
            if not names:
                continue
            d = tempfile.mkdtemp(dir=tmp)
            write_program(d, part, [n for n, _ in names])
            for extra in ("testdata",):
                if os.path.isdir(os.path.join(src, extra)):
                    os.symlink(os.path.join(src, extra), os.path.join(d, extra))
            rc, out, err = build(a.go, d, os.path.join(d, "official"), a)
            if rc != 0:
                if len(part) > 1:
                    groups += [[f] for f in part]
                elif a.v:
                    print(f"{pkg}/{part[0][0]}: not built by the official toolchain: {err.splitlines()[1:2]}", flush=True)
                continue
            rc, out, err = build(a.vole, d, os.path.join(d, "vole"), a)
            if rc != 0:
                result.append((pkg, f"vole build: exit {rc}\n{out}{err}"[:2000]))
                continue
            for name, unordered in names:
                def once(which, env=None):
                    rc, out, err = run([os.path.join(d, which), name], 60, cwd=d, env=env)
                    return rc, sorted(out.split("\n")) if unordered else out, err
                want, want2 = once("official"), once("official")
                if want[0] != 0 or want[:2] != want2[:2]:
                    continue
                got = once("vole", dict(os.environ, **dict(e.split("=", 1) for e in a.env)))
                if got[:2] == want[:2]:
                    good += 1
                else:
                    result.append((f"{pkg}.{name}", f"exit {got[0]}, want {want[0]}\n--- got\n{got[1]}\n--- want\n{want[1]}\n--- stderr\n{got[2][:1500]}"))
        return good, result
    finally:
        if a.keep:
            print("kept", tmp)
        else:
            shutil.rmtree(tmp, ignore_errors=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    p.add_argument("--vole", default=os.path.join(here, "..", "build", "vole"))
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO") or shutil.which("go"), help="the official go command (OFFICIAL_GO, or on PATH)")
    p.add_argument("--flags", default="", help="build flags for vole")
    p.add_argument("--env", action="append", default=[], metavar="K=V", help="environment of vole's programs")
    p.add_argument("-j", type=int, default=1)
    p.add_argument("-v", action="store_true")
    p.add_argument("--keep", action="store_true", help="keep the folders")
    p.add_argument("packages", nargs="*", help="glob patterns of import paths (all)")
    a = p.parse_args()
    if not a.go:
        sys.exit("examples.py: no official go command: set OFFICIAL_GO")
    a.vole, a.go = os.path.abspath(a.vole), os.path.abspath(a.go)
    a.goroot = subprocess.run([a.go, "env", "GOROOT"], capture_output=True, text=True, env=dict(os.environ, **OFFICIAL)).stdout.strip()
    root = os.path.join(a.goroot, "src")
    pkgs = []
    for d, dirs, fs in os.walk(root, followlinks=True):
        dirs[:] = sorted(x for x in dirs if x not in ("testdata", "cmd", "vendor"))
        pkg = os.path.relpath(d, root)
        if any("example" in f and f.endswith("_test.go") for f in fs) and (not a.packages or any(fnmatch.fnmatch(pkg, g) for g in a.packages)):
            pkgs.append(pkg)
    agree = differ = 0
    with concurrent.futures.ThreadPoolExecutor(a.j) as pool:
        for pkg, (good, bad) in zip(pkgs, pool.map(lambda x: package(x, a), pkgs)):
            agree += good
            differ += len(bad)
            if a.v:
                print(f"{pkg}: {good} agree, {len(bad)} differ", flush=True)
            for name, what in bad:
                print(f"DIFF {name}\n    " + what.replace("\n", "\n    "), flush=True)
    print(f"{agree} examples agree, {differ} differ")
    sys.exit(differ > 0 or not pkgs)


main()
