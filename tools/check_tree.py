#!/usr/bin/env python3
"""The rules of the source tree that a machine can check (HACKING.md, docs/ARCHITECTURE.md). Usage: tools/check_tree.py [--build build]

includes  go downwards in the order below; outside a folder only FOLDER/FOLDER.h and .def tables; src/ and rt/ meet only in abi/
globals   no writable file-scope data in the toolchain's objects (.data, .bss and their thread-local kin)
contract  a source file begins with a comment that names it and says what it does
length    no file is much longer than 1,000 lines
format    clang-format-14 (where it is installed) would change nothing
paths     no path of a machine and no host of a package registry
A line for each offence, last 'N passed, N failed, N skipped': rules, not offences.
"""
import argparse, os, re, shutil, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ORDER = "base env cache archive mod syntax types ir ssa arch meta obj pack asm link load program test serve watch build cmd".split()
# What may look at what although the order says otherwise, with the reason.
INCLUDES = {
    ("ssa", "arch"): "ssa/ drives the machine through the Arch struct",
    ("ssa", "obj"): "code goes into symbols; obj/ stands on base/ alone",
    ("arch", "obj"): "the same",
    ("meta", "obj"): "the same",
    ("ir", "obj"): "a function and a variable remember their symbol",
}
SEAMS = {
    "base/events.h": "of base/, but only what waits for many things needs it",
    "types/check.h": "ir/ asks for bodies and objects on demand, as the checker's own parts do",
    "ir/unit.h": "what the worklist takes in the place of trees: pack/ keeps it, program/ hands it out",
}
GLOBALS = {"src/base/blocks.c": "memory that no arena holds, as malloc has it", "src/base/fail.c": "what a crash report names, one a thread", "src/base/seen.c": "the list of what was asked, one a thread"}
LONG = {
    "rt/sched/proc.c": "the scheduler: one invariant over P, M and run queues",
    "tests/unit/amd64_fuzz.c": "one table of instruction forms",
    "tools/gogen.py": "one generator of programs: its parts share the scope that they build up",
}
FORMAT = {"rt/arch/amd64/gosys.h": "assembly in columns"}
PATHS = re.compile(r"(?<![\w$}])/(?:root|home|work)/(?!example|user|gopher|me/)\w|/tmp/wt/|\b(?:deb\.debian\.org|proxy\.golang\.org|sum\.golang\.org|pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org)\b")


def tracked():
    """Files of the tree: git's list, or, in a copy without git, all but hidden ones and what is built."""
    if shutil.which("git") and os.path.exists(os.path.join(ROOT, ".git")):
        return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
    found = []
    for d, dirs, files in os.walk(ROOT):
        dirs[:] = [x for x in dirs if not x.startswith((".", "build")) and x != "__pycache__"]
        found += [os.path.relpath(os.path.join(d, f), ROOT) for f in files if not f.startswith(".")]
    return sorted(found)


def text(path):
    return open(os.path.join(ROOT, path), encoding="utf-8", errors="replace").read()


def folder(path):
    parts = path.split("/")
    return parts[0], parts[1] if len(parts) > 2 else ""


def includes(files, a):
    for f in files:
        top, own = folder(f)
        if top not in ("src", "rt", "abi") or not f.endswith((".c", ".h", ".S")):
            continue
        for n, line in enumerate(text(f).split("\n"), 1):
            m = re.match(r'\s*#\s*include "([^"]+)"', line)
            if not m or m[1].endswith(".inc"):
                continue
            where, name = os.path.dirname(m[1]), os.path.basename(m[1])
            if where == "abi" or (top == "abi" and not where):
                continue
            if top == "abi":
                yield f"{f}:{n}: abi/ stands alone: {m[1]}"
            elif top == "rt":
                if not os.path.exists(os.path.join(ROOT, "rt", m[1])):
                    yield f"{f}:{n}: rt/ looks at abi/ and itself only: {m[1]}"
            elif where.split("/")[0] not in ORDER:
                yield f"{f}:{n}: not a folder of src/: {m[1]}"
            elif (to := where.split("/")[0]) != own:
                if ORDER.index(to) > ORDER.index(own) and (own, to) not in INCLUDES:
                    yield f"{f}:{n}: upwards, from {own} to {to}"
                if name != to + ".h" and not name.endswith(".def") and m[1] not in SEAMS:
                    yield f"{f}:{n}: inside of {to}/: {m[1]}"


def writable_globals(files, a):
    objects = [os.path.join(d, n) for d, _, names in os.walk(os.path.join(ROOT, a.build, "src")) for n in names if n.endswith(".o")]
    if not objects:
        yield f"{a.build}/src has no objects: build first"
    for o in sorted(objects):
        src = os.path.relpath(o, os.path.join(ROOT, a.build))[:-2] + ".c"
        if src in GLOBALS or src not in files:
            continue
        out = subprocess.run(["nm", "-f", "sysv", o], capture_output=True, text=True).stdout
        for l in out.split("\n"):
            c = [x.strip() for x in l.split("|")]
            if len(c) == 7 and re.match(r"\.(data|bss|tdata|tbss)(?!\.rel\.ro)|\*COM\*", c[6]) and c[2] in "dDbBC" and c[3] != "SECTION":
                yield f"{src}: {c[0]} is writable ({c[6]})"


def contract(files, a):
    for f in files:
        name, ext = os.path.basename(f), os.path.splitext(f)[1]
        if f.startswith("tests/check_rt/"):
            continue  # wrong on purpose
        t = text(f)
        head = t.split("\n")[:2]
        if ext in (".c", ".h", ".def", ".rules", ".S") and folder(f)[0] in ("src", "rt", "abi", "tests", "tools"):
            if not re.match(r"(//+|;) " + re.escape(name) + r"\b.* - \S|/\* " + re.escape(name), head[0]):
                yield f"{f}:1: does not begin with '// {name} - what it does'"
        elif ext == ".sh":
            if not any(re.match(r"# \S.{20}", h) for h in head):
                yield f"{f}:1: no comment says what it does"
        elif ext == ".py" and not re.match(r'(#!.*\n)?"""\S', t):
            yield f"{f}:1: no docstring says what it does"


def length(files, a):
    for f in files:
        if f.endswith((".c", ".h", ".S", ".py", ".sh", ".def", ".rules")) and f not in LONG:
            n = text(f).count("\n")
            if n > 1000:
                yield f"{f}: {n} lines"


def formatted(files, a):
    sources = [f for f in files if f.endswith((".c", ".h")) and folder(f)[0] in ("src", "rt", "abi") and f not in FORMAT]
    p = subprocess.run([a.clang_format, "--dry-run", *sources], cwd=ROOT, capture_output=True, text=True)
    for f in sorted(set(re.findall(r"^([^:\n]+):\d+:\d+: warning: code should be clang-formatted", p.stderr, re.M))):
        yield f"{f}: clang-format would change it"
    if p.returncode:
        yield p.stderr.split("\n")[0]


def paths(files, a):
    for f in files:
        if f == "tools/check_tree.py":
            continue
        for n, l in enumerate(text(f).split("\n"), 1):
            if m := PATHS.search(l):
                yield f"{f}:{n}: {m[0]}"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--build", default="build")
    a = p.parse_args()
    a.clang_format = shutil.which("clang-format-14")
    good = bad = skipped = 0
    files = [f for f in tracked() if os.path.isfile(os.path.join(ROOT, f))]
    for rule in (includes, writable_globals, contract, length, formatted, paths):
        if rule is formatted and not a.clang_format:
            print("formatted: skipped, clang-format-14 is not installed")
            skipped += 1
            continue
        found = list(rule(files, a))
        for l in found:
            print(f"FAIL {rule.__name__}: {l}")
        good, bad = good + (not found), bad + bool(found)
    print(f"{good} passed, {bad} failed, {skipped} skipped")
    return bad > 0


sys.exit(main())
