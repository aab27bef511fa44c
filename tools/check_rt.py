#!/usr/bin/env python3
"""check_rt - the rule about C on goroutine stacks, checked when the runtime is built (rt/rt.h: marks; abi/abi.h: the guard area).

In:     the runtime's sources (marks) and what GCC wrote beside its objects (-fcallgraph-info=su: who calls whom, bytes of stack);
        rt/checks.def: what cannot be computed, each row with its reason.
Checks: every C function has exactly one mark; a LEAF function calls LEAF and SIGNAL functions only, a SIGNAL function no SYSTEM one;
        nothing that runs on a goroutine's stack is recursive, calls through a pointer or has a frame of unknown size; the deepest chain
        of each LEAF function fits into the guard area, less what Go functions without a check use (STACK_SMALL, STACK_NOSPLIT).
        With --exe: the same for Go functions, measured in the machine code of a program (objdump): what runs below a stack check fits.
Out:    violations on stderr, exit code 1. -v prints the depths. Without GCC's files (clang) it says so and exits 0.
Never:  changes anything.
"""
import argparse, os, re, subprocess, sys
from collections import defaultdict

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MARKS = ("SYSTEM", "LEAF", "SIGNAL")
MARK = re.compile(r"\b(SYSTEM|LEAF|SIGNAL)\b")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", re.S)
ATTRIBUTE = re.compile(r"__attribute__\(\((?:[^()]|\([^()]*\))*\)\)")
# A function's head at the start of a line: anything without ; { } = up to the name, its parameters, then { or ;
HEAD = re.compile(r"^(?!#|typedef|extern \w+ \w+;|return|else|struct \w+ \{)([A-Za-z_][\w \t\n*]*?[ \t\n*])(\w+)\(([^;{}=]*?)\)\s*((?:GOSYM\([^)]*\)|__asm__\([^)]*\))?)\s*([;{])", re.M)


def blank(text):
    """Comments, attributes and preprocessor lines become spaces; offsets and lines stay."""
    def spaces(m):
        return re.sub(r"[^\n]", " ", m[0])
    text = COMMENT.sub(spaces, text)
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", spaces, text, flags=re.M)
    return ATTRIBUTE.sub(lambda m: "_" + spaces(m)[1:], text)  # a word: a function's head may start with it


class Function:
    """A C function as the source shows it."""
    def __init__(self, name, file):
        self.name, self.file, self.marks, self.line, self.end, self.defined = name, file, set(), 0, 0, False


class Source:
    """Marks and extents of all functions under rt/."""
    def __init__(self, root):
        self.statics, self.globals, self.by_file = {}, {}, defaultdict(list)
        files = []
        for d, _, names in sorted(os.walk(os.path.join(root, "rt"))):
            files += [os.path.join(d, n) for n in sorted(names) if n.endswith((".h", ".c"))]
        files.sort(key=lambda f: f.endswith(".c"))
        for f in files:
            self.read(os.path.relpath(f, root), open(f, encoding="utf-8").read())

    def read(self, file, text):
        text = blank(text)
        for m in HEAD.finditer(text):
            head, name, is_def = m[1], m[2], m[5] == "{"
            if name in ("if", "for", "while", "switch", "_Static_assert"):
                continue
            static = "static" in head.split()
            key = (file, name)
            f = self.statics.get(key)
            if f is None and static:
                f = self.statics[key] = Function(name, file)
            if f is None:
                f = self.globals.setdefault(name, Function(name, file))
            marks = MARK.findall(head)
            f.marks.update(marks)
            if is_def:
                f.defined, f.file = True, file
                f.line = text.count("\n", 0, m.start(2)) + 1
                depth, i = 0, m.end() - 1
                while i < len(text):
                    depth += (text[i] == "{") - (text[i] == "}")
                    i += 1
                    if depth == 0:
                        break
                f.end = text.count("\n", 0, i) + 1
                self.by_file[file].append(f)

    def all(self):
        return list(self.statics.values()) + [f for f in self.globals.values() if f.defined]

    def find(self, file, name):
        return self.statics.get((file, name)) or self.globals.get(name)

    def at(self, file, line):
        """The function whose body contains a line."""
        for f in self.by_file.get(file, ()):
            if f.line <= line <= f.end:
                return f
        return None


NODE = re.compile(r'node: \{ title: "([^"]+)" label: "([^"]*)"')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"(?: label: "([^"]*)")? \}')


class Node:
    def __init__(self, title):
        self.title, self.name, self.file, self.line, self.bytes, self.kind, self.calls = title, title.lstrip("*"), "", 0, None, "", []


class Graph:
    """What GCC says about the compiled functions: frames (return address included) and direct calls."""
    def __init__(self, build):
        self.nodes = {}
        for d, _, names in sorted(os.walk(os.path.join(build, "rt"))):
            for n in sorted(names):
                if n.endswith(".ci"):
                    self.read(open(os.path.join(d, n), encoding="utf-8").read())

    def node(self, title):
        return self.nodes.setdefault(title, Node(title))

    def read(self, text):
        for m in NODE.finditer(text):
            n = self.node(m[1])
            parts = m[2].split("\\n")
            if len(parts) < 2:
                continue
            n.name = re.sub(r"\.(part|isra|constprop|cold)\b.*", "", parts[0])
            place = parts[1].split(":")
            if len(parts) > 2 or not n.file:
                n.file, n.line = place[0], int(place[1])
            if len(parts) > 2:
                size = re.match(r"(\d+) bytes \(([^)]*)\)", parts[2])
                n.bytes, n.kind = int(size[1]), size[2]
        for m in EDGE.finditer(text):
            place = (m[3] or "").split(":")
            self.node(m[1]).calls.append((m[2], place[0], int(place[1]) if len(place) > 1 else 0))


ROW = re.compile(r'^(ASM|CALLS|DEPTH|RESERVED)\("([^"]+)",\s*(.*?),?\s*"([^"]*)"\)\s*$', re.M)


class Table:
    """rt/checks.def."""
    def __init__(self, path):
        self.asm, self.calls, self.depth, self.reserved, self.used = {}, defaultdict(list), {}, set(), set()
        text = re.sub(r"^//[^\n]*", "", open(path, encoding="utf-8").read(), flags=re.M)
        rest = ROW.sub("", text).strip()
        if rest:
            sys.exit(f"check_rt: {path}: not a row: {rest.splitlines()[0]}")
        for kind, name, value, why in ROW.findall(text):
            if len(why) < 8:
                sys.exit(f"check_rt: {path}: {name}: no reason")
            if kind == "ASM":
                self.asm[name] = int(value)
            elif kind == "RESERVED":
                self.reserved.update(name.split())
            elif kind == "DEPTH":
                self.depth[name] = int(value)
            else:
                self.calls[name] += [c.strip('" ') for c in value.split(",") if c.strip('" ')]


def constant(header, name):
    return int(re.search(rf"#define\s+{name}\s+(\d+)", open(header, encoding="utf-8").read())[1])


class Check:
    def __init__(self, build):
        self.src, self.graph, self.table = Source(ROOT), Graph(build), Table(os.path.join(ROOT, "rt/checks.def"))
        self.errors, self.memo, self.path = [], {}, []

    def error(self, text):
        if text not in self.errors:
            self.errors.append(text)

    def mark_of(self, node):
        """The mark of a compiled function; None for assembly."""
        if node.title in self.table.asm:
            return None
        f = self.src.find(node.file, node.name)
        return next(iter(f.marks)) if f and len(f.marks) == 1 else "?" if f and f.defined else None

    def marks(self):
        for f in self.src.all():
            if len(f.marks) != 1:
                what = "no mark" if not f.marks else "marks " + " and ".join(sorted(f.marks))
                self.error(f"{f.file}:{f.line}: {f.name}: {what}")

    def callees(self, n):
        for target, file, line in n.calls:
            if target == "__indirect_call":
                known = self.table.calls.get(n.name)
                if known is not None:
                    self.table.used.add(n.name)
                    for k in known:
                        yield self.graph.node(k), file, line
                    continue
            yield self.graph.node(target), file, line

    def calls(self):
        allowed = {"LEAF": ("LEAF", "SIGNAL"), "SIGNAL": ("SIGNAL", "LEAF")}
        for n in list(self.graph.nodes.values()):
            if n.bytes is None:
                continue
            mine = self.mark_of(n)
            for target, file, line in self.callees(n):
                inlined = self.src.at(file, line)
                if inlined and inlined.name != n.name and len(inlined.marks) == 1:
                    self.rule(allowed, n.name, mine, inlined.name, next(iter(inlined.marks)), file, line)
                    caller, its = inlined.name, next(iter(inlined.marks))
                else:
                    caller, its = n.name, mine
                if target.title != "__indirect_call":
                    self.rule(allowed, caller, its, target.name, self.mark_of(target), file, line)

    def rule(self, allowed, caller, mine, callee, its, file, line):
        if mine in allowed and its in MARKS and its not in allowed[mine]:
            self.error(f"{file}:{line}: {mine} function {caller} calls {its} function {callee}")

    def depth(self, title, stack):
        """Bytes below the caller's RSP that a call of `title` uses, and the chain."""
        if title in self.memo:
            return self.memo[title]
        n = self.graph.node(title)
        for key in (title.lstrip("*"), n.name):
            if key in self.table.asm:
                self.table.used.add(key)
                return self.table.asm[key], [key]
        if n.name in self.table.depth:
            self.table.used.add(n.name)
            return self.table.depth[n.name], [n.name]
        if title in stack:
            self.error(f"{n.file}:{n.line}: {n.name}: recursive on a goroutine's stack: " + " > ".join(stack[stack.index(title):] + [title]))
            return 0, []
        if n.bytes is None:
            self.error(f"{title}: no stack usage known (assembly? add a row to rt/checks.def); chain: " + " > ".join(stack))
            return 0, []
        if n.kind not in ("static", "dynamic,bounded"):
            self.error(f"{n.file}:{n.line}: {n.name}: frame of unknown size ({n.kind})")
        best, chain = 0, []
        for target, file, line in self.callees(n):
            if target.title == "__indirect_call":
                self.error(f"{file}:{line}: {n.name} (on a goroutine's stack) calls through a pointer")
                continue
            d, c = self.depth(target.title, stack + [title])
            if d > best:
                best, chain = d, c
        self.memo[title] = n.bytes + best, [n.name] + chain
        return self.memo[title]

    def depths(self, limit, verbose):
        rows = []
        for n in list(self.graph.nodes.values()):
            if n.bytes is not None and self.mark_of(n) == "LEAF":
                d, chain = self.depth(n.title, [])
                rows.append((d, n, chain))
                if d > limit:
                    self.error(f"{n.file}:{n.line}: {n.name}: {d} bytes of stack, {limit} are left in the guard area: " + " > ".join(chain))
        rows.sort(key=lambda r: -r[0])
        if verbose:
            for d, n, chain in rows:
                print(f"{d:5} {n.name}: " + " > ".join(chain))
        return rows

    def stale(self):
        for name in list(self.table.asm) + list(self.table.depth) + list(self.table.calls):
            if name not in self.table.used:
                self.error(f"rt/checks.def: {name}: nothing needs this row")


class Program:
    """The machine code of an executable: what each function calls, and how far below its caller's RSP."""
    HEADER = re.compile(r"^([0-9a-f]+) <(.*)>:$")
    BRANCH = re.compile(r"^(call|j\w+)\s+([0-9a-f]+) <")
    IMM = re.compile(r"^(sub|add|and)\s+\$(-?0x[0-9a-f]+),%rsp")

    def __init__(self, path):
        self.names, self.code = defaultdict(list), {}
        for l in self.objdump("-t", path):
            m = re.match(r"^([0-9a-f]{16}) .{7} \S+\s+[0-9a-f]+(?: \.hidden)? (.+)$", l)
            if m:
                self.names[int(m[1], 16)].append(m[2])
        at = None
        for l in self.objdump("-d", "--no-show-raw-insn", path):
            m = self.HEADER.match(l)
            if m:
                at = int(m[1], 16)
                self.names[at].append(m[2])
                self.code[at] = []
            elif at is not None and "\t" in l:
                self.code[at].append(l.split("\t", 1)[1].strip())

    @staticmethod
    def objdump(*args):
        return subprocess.run(["objdump", *args], capture_output=True, text=True, errors="replace", check=True).stdout.splitlines()

    def calls(self, at):
        """(largest frame, [(bytes at the call without its return address, target or None)]). Counting stops where RSP is loaded (another stack)."""
        depth = frame = 0
        out, switches = [], any(re.match(r"^mov\s+%fs:\S+,%rsp", i) for i in self.code[at])
        for i in self.code[at]:
            m = self.IMM.match(i)
            if m:
                v = int(m[2], 16)
                v -= (v >> 63) << 64
                depth += {"sub": v, "add": -v, "and": 8}[m[1]]
            elif i.startswith("push"):
                depth += 8
            elif i.startswith("pop"):
                depth -= 8
            elif switches and re.match(r"^(mov|lea)q?\s+.*,%rsp", i):
                break
            elif m := self.BRANCH.match(i):
                to = int(m[2], 16)
                if m[1] == "call" or (to in self.code and to != at and not switches):
                    out.append((max(frame, depth), to))
            elif i.startswith("call"):
                out.append((max(frame, depth), None))
            frame = max(frame, depth)
        return frame, out


class GoCheck:
    """Below a stack check that succeeded: RSP may be up to min(frame, STACK_SMALL) under the guard; everything that is called there must fit."""
    def __init__(self, program, check, guard, small):
        self.p, self.c, self.guard, self.small, self.memo, self.errors = program, check, guard, small, {}, []
        self.titles = {n.title.lstrip("*"): n for n in check.graph.nodes.values() if n.bytes is not None and check.mark_of(n) == "LEAF"}
        self.c_functions = {n.title.lstrip("*") for n in check.graph.nodes.values() if n.bytes is not None}
        self.morestack = next(a for a, names in program.names.items() if "runtime.morestack" in names)
        self.checked = 8 + 8 + program.calls(self.morestack)[0]

    def need(self, at, chain):
        """Bytes below the caller's RSP, return address included."""
        if at is None:
            return self.checked, ["a checked function"]
        if at in self.memo:
            return self.memo[at]
        names = self.p.names[at]
        name = names[-1] if names else hex(at)
        c = next((self.titles[n] for n in names if n in self.titles), None)
        if name in self.c.table.reserved:
            r = 0, [name]
        elif c:
            r = self.c.depth(c.title, [])
        elif at not in self.p.code or any(n in self.c_functions for n in names):
            r = 8, [name]  # C behind a switch of stacks
        elif at in chain:
            self.errors.append("recursive without a stack check: " + " > ".join(self.p.names[a][-1] for a in chain[chain.index(at):] + [at]))
            r = 0, []
        else:
            frame, calls = self.p.calls(at)
            if any(t == self.morestack for _, t in calls):
                r = self.checked, [name]
            else:
                best, way = frame, []
                for depth, to in calls:
                    d, w = self.need(to, chain + [at])
                    if depth + d > best:
                        best, way = depth + d, w
                r = 8 + best, [name] + way
        self.memo[at] = r
        return r

    def run(self, verbose):
        worst, n = (0, []), 0
        for at in self.p.code:
            frame, calls = self.p.calls(at)
            if not any(t == self.morestack for _, t in calls):
                continue
            n += 1
            for _, to in calls:
                if to == self.morestack:
                    continue
                d, way = self.need(to, [])
                d += min(frame, self.small)
                if d > worst[0]:
                    worst = d, [self.p.names[at][-1]] + way
                if d > self.guard:
                    self.errors.append(f"{d} bytes below the guard, which has {self.guard}: {self.p.names[at][-1]} > " + " > ".join(way))
        if verbose:
            print(f"check_rt: {n} functions with a stack check; at most {worst[0]} of {self.guard} bytes: " + " > ".join(worst[1]))
        return self.errors


def main():
    global ROOT
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--build", default="build", help="the build folder")
    p.add_argument("--exe", help="a program built by vole: check the Go functions in it")
    p.add_argument("-v", action="store_true", help="print depths")
    p.add_argument("--root", default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))), help="what contains rt/ and abi/")
    a = p.parse_args()
    ROOT = a.root
    abi = os.path.join(ROOT, "abi/abi.h")
    guard, small, nosplit = (constant(abi, n) for n in ("STACK_GUARD", "STACK_SMALL", "STACK_NOSPLIT"))
    c = Check(a.build)
    c.marks()
    if not any(n.bytes is not None for n in c.graph.nodes.values()):
        print("check_rt: no call graphs (the compiler is not GCC): marks are checked, stack depths are not")
    else:
        c.calls()
        rows = c.depths(guard - small - nosplit, a.v)
        c.stale()
        if a.v:
            print(f"check_rt: {len(c.src.all())} functions, {len(rows)} LEAF, deepest {rows[0][0]} of {guard - small - nosplit} bytes")
        if a.exe:
            c.errors += GoCheck(Program(a.exe), c, guard, small).run(True)
    for e in c.errors:
        print("check_rt: " + e, file=sys.stderr)
    return 1 if c.errors else 0


if __name__ == "__main__":
    sys.exit(main())
