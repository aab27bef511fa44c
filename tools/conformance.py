#!/usr/bin/env python3
"""Runs Go's own tests (GOROOT/test) with vole and says which pass, by kind.

In: a GOROOT with test/, the vole to check, and tests/conformance_known.txt (tests that are known to fail, with the reason).
Out: a line for each failure, tables, and last 'N passed, N failed, N skipped'; failed counts known and new failures alike, the exit
code is 1 only if a test fails that is not on the list. Everything is done with `vole build` and by running what it built; tests of
the gc compiler's internals (its assembly, its optimiser's messages, its own commands) are left out and counted with their reason.
It never writes into GOROOT: the tests are copied to a temporary folder.
"""
import argparse, collections, concurrent.futures, contextlib, fnmatch, json, os, re, resource, shlex, shutil, signal, subprocess, sys
import tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDERS = (". ken chan interface internal/runtime/sys syntax dwarf fixedbugs codegen abi typeparam typeparam/mdempsky arenas simd").split()
CLASSES = {"run": "run buildrun rundir runindir buildrundir runoutput errorcheckandrundir".split(),
           "compile": "compile compiledir build builddir".split(),
           "errorcheck": "errorcheck errorcheckdir errorcheckoutput".split()}
CLASS = {kind: c for c, kinds in CLASSES.items() for kind in kinds}
DENOMINATOR = {"run": 1158, "compile": 667, "errorcheck": 557}  # all that are in, with Go 1.26 on linux/amd64

# ---- which tests are left out, and why --------------------------------------------------------------------------------------------

# Upstream's type checker is expected to fail these (types2Failures in cmd/internal/testdir).
UPSTREAM = set("""shift1.go fixedbugs/issue10700.go fixedbugs/issue18331.go fixedbugs/issue18419.go fixedbugs/issue20233.go
    fixedbugs/issue20245.go fixedbugs/issue31053.go""".split())
# The go command itself fails these: it reads package clause, imports and embeds first and words its errors its own way, where
# upstream's driver runs the compiler alone.
GO_COMMAND = {
    "embedfunc.go": "rejects the ERROR comment after //go:embed as a pattern",
    "embedvers.go": "rejects the ERROR comment after //go:embed as a pattern",
    "import5.go": "stops at the first bad import path",
    "import6.go": "stops at the first bad import path",
    "syntax/import.go": "words the bad import declaration its own way",
    "fixedbugs/issue4776.go": "words the missing package clause its own way",
    "fixedbugs/issue11362.go": "rejects the double slash as a malformed import path",
    "fixedbugs/issue11610a.go": "rejects the empty import path first",
    "fixedbugs/issue13266.go": "words the bad package name its own way",
    "fixedbugs/issue18393.go": "stops at the bad import, before the syntax error",
    "fixedbugs/issue32133.go": "stops at the first unterminated string",
}
GC_PARTS = {
    "linkmain_run.go": "runs go tool compile and link", "linkobj.go": "runs go tool compile -linkobj",
    "nosplit.go": "the gc linker's stack analysis", "fixedbugs/bug369.go": "runs go tool compile -N",
    "fixedbugs/issue9355.go": "reads go tool compile -S", "fixedbugs/issue10607.go": "the gc linker's build id and link modes",
}
PATIENCE = {"rangegen.go": 900}  # a machine-written program, huge
# Flags of gc that change how it compiles and not what a program means.
NO_MATTER = re.compile(r"-[NBe]|-l(=\d)?|-c=\d+|-complete|-dynlink|-p=(main|p)|-d=(panic|libfuzzer|checkptr|softfloat)(,ssa/check/on)*"
                       r"|-d=ssa/(check|insert_resched_checks)/[\w=]+(,ssa/check/on)*")


def constraint_holds(expr, tags):
    """The value of a //go:build expression: || over && over ! and parentheses."""
    toks = re.findall(r"&&|\|\||[!()]|[\w.]+", expr)

    def either():
        v = both()
        while toks[:1] == ["||"]:
            toks.pop(0)
            v = both() or v
        return v

    def both():
        v = one()
        while toks[:1] == ["&&"]:
            toks.pop(0)
            v = one() and v
        return v

    def one():
        t = toks.pop(0)
        if t == "!":
            return not one()
        if t == "(":
            v = either()
            toks.pop(0)
            return v
        return t in tags
    return either()


class Test:
    """One file of GOROOT/test: what its first line asks for."""

    def __init__(self, name, text, tags):
        self.name, self.text, self.folder = name, text, name[:-3] + ".dir"
        self.kind, self.args, self.gcflags, self.ignored = "", [], [], []
        self.out = None         # why it is left out
        self.fails = False      # errors are wanted
        self.complete = self.alone = False
        self.lang = self.modver = ""
        self.read(tags)

    def read(self, tags):
        lines = self.text.split("\n")
        first = next((l for l in lines if l.strip().strip("/").strip() and not re.match(r"//go:build |// \+build ", l)), "")
        words = shlex.split(first.removeprefix("//"))
        self.kind = words.pop(0) if words else "none"
        if self.kind not in CLASS and self.kind not in ("asmcheck", "skip", "errorcheckwithauto"):
            self.kind, self.out = "none", "no directive"
        cond = None
        for l in lines:
            if l.startswith("package "):
                break
            if l.startswith("//go:build "):
                cond = l.split(" ", 1)[1].split("//")[0].strip()
                break
        if cond and "\npackage" in self.text and not constraint_holds(cond, tags):
            self.out = "needs cgo" if constraint_holds(cond, tags | {"cgo"}) else "another platform: " + cond
        elif self.kind == "skip":
            self.out = "marked skip upstream"
        elif self.kind == "asmcheck":
            self.out = "gc internals: asmcheck reads its assembly"
        elif self.kind == "errorcheckwithauto":
            self.kind, self.out = "errorcheck", "gc internals: errorcheckwithauto reads its optimiser's messages"
        if self.out:
            return
        self.fails = CLASS[self.kind] == "errorcheck"
        self.options(words)
        self.args = words
        if self.name in UPSTREAM:
            self.out = "fails upstream (types2Failures)"
        elif self.name in GC_PARTS:
            self.out = "gc internals: " + GC_PARTS[self.name]
        elif not self.out and re.search(r'"go", ?"tool"', self.text):
            self.out = "gc internals: runs go tool itself"
        elif not self.out and self.name in GO_COMMAND:
            self.out = "the go command fails it: " + GO_COMMAND[self.name]

    def options(self, words):
        """Takes the options off words."""
        while words and words[0].startswith("-"):
            w = words.pop(0)
            if w in ("-0", "-1"):
                self.fails = w == "-1"
            elif w == "-s":
                self.alone = True
            elif w == "-t":
                words.pop(0)  # seconds, for gc
            elif w == "-goexperiment":
                self.out = "gc internals: GOEXPERIMENT=" + words.pop(0)
            elif w == "-godebug":
                self.ignored += [w, words.pop(0)]
            elif w == "-gomodversion":
                self.modver = words.pop(0)
            elif w == "-ldflags":
                self.ignored += [w, *words]
                words.clear()
            elif w.startswith("-lang="):
                self.lang = w.removeprefix("-lang=go")
            elif w == "-gcflags":
                self.compiler_flags(words.pop(0))
            else:
                self.compiler_flags(w.removeprefix("-gcflags="))

    def compiler_flags(self, value):
        for f in value.removeprefix("all=").split():
            if f == "-e=0":
                self.gcflags.append(f)
            elif NO_MATTER.fullmatch(f) and not (f == "-d=checkptr" and self.kind in ("run", "errorcheck")):
                self.ignored.append(f)
                self.complete |= f == "-complete"
            elif not self.out:
                self.out = "gc internals: flag " + f


def load(testdir):
    tags = {"linux", "amd64", "gc", "unix", "amd64.v1", "test_run"} | {f"go1.{i}" for i in range(1, 27)}
    tags |= {"goexperiment." + x for x in "regabiwrappers regabiargs dwarf5 greenteagc randomizedheapbase64".split()}
    tests = []
    for d in FOLDERS:
        full = os.path.join(testdir, d)
        for f in sorted(os.listdir(full)) if os.path.isdir(full) else []:
            if f.endswith(".go") and f[0] != ".":
                tests.append(Test(os.path.normpath(os.path.join(d, f)), read(os.path.join(full, f)), tags))
    return tests


# ---- files -------------------------------------------------------------------------------------------------------------------------

def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as f:
        return f.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
        f.write(text)


def lacks_body(text):
    """Some function is declared without a body, so the package needs an assembly file to be accepted."""
    for l in re.findall(r"^func\b.*", text, re.M):
        l = re.sub(r"//.*|/\*.*?\*/|(?:interface|struct) ?\{[^{}]*\}", "", l)
        if "{" not in l and 0 < l.count("(") == l.count(")"):
            return True
    return False


def not_main(text):
    """The same as package p: building it compiles and links nothing."""
    return re.sub(r"^package main\b", "package p", text, count=1, flags=re.M)


# ---- the ERROR comments ------------------------------------------------------------------------------------------------------------

def comments(short, text):
    """[(line, regexp)]: what the comments of a file ask for. LINE and LINE+1 in a regexp stand for a position."""
    for n, l in enumerate(text.split("\n"), 1):
        m = re.search(r"// (?:GC_)?ERROR (.*)", l)
        if m and "////" not in l and "// ERRORAUTO" not in l:
            for q in re.findall(r'"([^"]*)"', m[1]):
                yield n, re.compile(re.sub(r"LINE(?:([+-]\d+))?", lambda p: f"{short}:{n + int(p[1] or 0)}", q))


def compare(output, files):
    """Each comment of files ({base name: text}) is met on its line and no message of these files is left. Returns what is wrong."""
    names = "|".join(map(re.escape, files))
    output = re.sub(rf"(^|[\s(])[^\s:()]*/({names}):", r"\1\2:", output, flags=re.M)
    msgs, source = [], {l.strip() for text in files.values() for l in text.split("\n")}
    for l in output.split("\n"):
        l = l.rstrip("\r")
        if l.startswith("\t") and msgs:
            if l.strip() not in source and not re.fullmatch(r"[\s^~]*", l):  # an older vole shows source lines
                msgs[-1] += "\n" + l
        elif l.strip() and not l.startswith(("#", "<autogenerated>", "go tool")):
            msgs.append(l)
    where = collections.defaultdict(list)  # "a.go:12" -> its messages, each once
    for m in msgs:
        p = re.match(rf"((?:{names}):\d+)[:\[]", m)
        where[p[1] if p else ""].append(m)
    bad = []

    def met(rx, m):
        body = m.partition(" ")[2] or m
        return rx.search(body) or rx.search(re.sub(rf"\b((?:{names}):\d+):\d+", r"\1", body))
    for short, text in files.items():
        for n, rx in comments(short, text):
            here = where[f"{short}:{n}"]
            rest = [m for m in here if not met(rx, m)]
            if not here:
                bad.append(f"{short}:{n}: no error, want {rx.pattern!r}")
            elif len(rest) == len(here):
                bad.append(f"{short}:{n}: want {rx.pattern!r}, got: " + " | ".join(here))
            where[f"{short}:{n}"] = rest
    return bad + ["unexpected: " + m for k, ms in where.items() if k for m in ms]


# ---- running -----------------------------------------------------------------------------------------------------------------------

class Failed(Exception):
    """The phase that failed, and what was seen."""


class Runner:
    def __init__(self, a, work):
        self.memory = a.memory
        self.vole, self.flags, self.timeout, self.work, self.testdir = a.vole, shlex.split(a.flags), a.timeout, work, work + "/test"
        self.goenv = dict(os.environ, GOENV="off", GOFLAGS="", GOTOOLCHAIN="local", GOWORK="off", GOPROXY="off", GO111MODULE="",
                          CGO_ENABLED="0", LC_ALL="C.UTF-8", GOROOT=a.goroot)
        write(work + "/bin/go", f'#!/bin/sh\nexec "{a.vole}" "$@"\n')  # for tests that call go themselves
        os.chmod(work + "/bin/go", 0o755)
        self.goenv["PATH"] = work + "/bin:" + self.goenv.get("PATH", "")
        self.runenv = dict(self.goenv, **dict(kv.split("=", 1) for kv in a.env))

    def command(self, phase, t, cmd, cwd, env):
        """What cmd wrote, stdout and stderr together. Its process group ends with it."""
        with tempfile.TemporaryFile() as f:
            p = subprocess.Popen(cmd, cwd=cwd, env=dict(env, PWD=cwd), stdin=subprocess.DEVNULL, stdout=f, stderr=f,
                                 start_new_session=True)
            with contextlib.suppress(OSError):
                if self.memory:
                    resource.prlimit(p.pid, resource.RLIMIT_DATA, (self.memory << 30, self.memory << 30))
            try:
                how = p.wait(max(self.timeout, PATIENCE.get(t.name, 0)))
            except subprocess.TimeoutExpired:
                how = None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(p.pid, signal.SIGKILL)
            p.wait()
            f.seek(0)
            out = f.read(32 << 20).decode("utf-8", "surrogateescape")
        if how is None:
            raise Failed(phase + " timeout", out)
        if how:
            raise Failed(phase, (f"signal {-how}\n" if how < 0 else f"exit {how}\n") + out)
        return out

    def build(self, t, what, cwd, exe=None, flags=()):
        out = self.command("build", t, [self.vole, "build", *self.flags, *flags, *(["-o", exe] if exe else []), *what], cwd, self.goenv)
        if exe and not os.path.exists(exe):
            raise Failed("build", "exit 0\nno output file\n" + out)
        return out

    def run(self, t, exe, args, cwd):
        """Runs a program and compares its output with the test's .out file."""
        got = self.command("run", t, [exe, *args], cwd, self.runenv)
        path = os.path.join(self.testdir, t.name[:-3] + ".out")
        want = read(path) if os.path.exists(path) else ""
        if got.replace("\r\n", "\n") != want:
            raise Failed("output", f"want:\n{want[:800]}\ngot:\n{got[:1200]}")

    def module(self, root, files, t, name="test", version=""):
        """A module of files ({relative path: text}), with an empty .s beside declarations without a body."""
        write(f"{root}/go.mod", f"module {name}\n\ngo {version or t.lang or t.modver or '1.26'}\n")
        for f, text in files.items():
            write(f"{root}/{f}", text)
            if f.endswith(".go") and lacks_body(text):
                write(os.path.join(root, os.path.dirname(f), "empty.s"), "")

    def program(self, t, tmp, exe):
        """Builds the test's file and the .go files among its arguments; returns the other arguments."""
        args = list(t.args)
        files = [os.path.join(self.testdir, t.name)]
        while args and args[0].endswith(".go"):
            files.append(os.path.join(self.testdir, args.pop(0)))
        texts = {os.path.basename(f): read(f) for f in files}
        if t.lang or any(map(lacks_body, texts.values())):
            self.module(tmp + "/m", texts, t)
            self.build(t, ["."], tmp + "/m", exe)
        else:
            self.build(t, files, self.testdir, exe)
        return args

    def written(self, t, tmp):
        """The program that the test's program writes."""
        args = self.program(t, tmp, tmp + "/writer")
        return self.command("run", t, [tmp + "/writer", *args], self.testdir, self.runenv)

    def one_file(self, t, tmp, short, text, flags=()):
        """Compiles one file: in a module if that matters, else as a list of files."""
        if t.lang or lacks_body(text) and not t.complete:
            self.module(tmp, {short: text}, t)
            return self.build(t, ["."], tmp, tmp + "/a.out", flags)
        write(f"{tmp}/{short}", text)
        return self.build(t, [short], tmp, tmp + "/a.out", flags)

    def check_errors(self, t, files, build):
        """What build(flags) reports is what the comments of files ask for."""
        try:
            out = build(["-gcflags=" + " ".join(t.gcflags or ["-e"])])
        except Failed as f:
            if f.args[0] != "build" or not t.fails:
                raise
            out = f.args[1].partition("\n")[2]
        else:
            if t.fails:
                raise Failed("accepted", "built without an error\n" + out)
        bad = compare(out, files)
        if bad:
            raise Failed("errors", "\n".join(bad) + "\n---- output:\n" + out)

    # one method a kind

    def do_run(self, t, tmp):
        args = self.program(t, tmp, tmp + "/a.exe")
        self.run(t, tmp + "/a.exe", args, self.testdir)

    do_buildrun = do_run

    def do_build(self, t, tmp):
        self.program(t, tmp, tmp + "/a.exe")

    def do_runoutput(self, t, tmp):
        write(tmp + "/tmp__.go", self.written(t, tmp))
        self.build(t, [tmp + "/tmp__.go"], self.testdir, tmp + "/a.exe")
        self.run(t, tmp + "/a.exe", [], self.testdir)

    def do_compile(self, t, tmp):
        self.one_file(t, tmp, os.path.basename(t.name), not_main(t.text))

    def do_errorcheck(self, t, tmp, short="", text=""):
        short, text = short or os.path.basename(t.name), text or t.text
        self.check_errors(t, {short: text}, lambda flags: self.one_file(t, tmp, short, text if t.fails else not_main(text), flags))

    def do_errorcheckoutput(self, t, tmp):
        self.do_errorcheck(t, tmp, "tmp__.go", self.written(t, tmp))

    def folder(self, t, tmp, main=True):
        """The packages of the test's folder as one module: [(its path seen from tmp/w, {file: text})], by first file.

        The package of a.go is in folder a; imports of "./a" become "test/a". Commands run in tmp/w, where no output meets a folder."""
        pkgs = {}
        for f in sorted(os.listdir(os.path.join(self.testdir, t.folder))):
            if f.endswith(".go"):
                text = read(os.path.join(self.testdir, t.folder, f))
                m = re.search(r"^package ([^\W\d]\w*)", text, re.M)
                pkgs.setdefault(f if t.alone else m and m[1], (re.sub(r"[^\x00-\x7f]", "x", f[:-3]), f[:-3], {}))[2][f] = text
        ascii_of = {stem: safe for safe, stem, _ in pkgs.values()}
        files = {}
        for safe, _, texts in pkgs.values():
            for f, text in texts.items():
                text = re.sub(r'^(\s*(?:import\s+)?\(?\s*(?:[\w.]+\s+)?)"\./([^"]+)"',
                              lambda m: f'{m[1]}"test/{ascii_of.get(m[2], m[2])}"', text, flags=re.M)
                files[safe + "/" + re.sub(r"_test\.go$", "_test_.go", f)] = text if main else not_main(text)
        self.module(tmp, files, t)
        os.mkdir(tmp + "/w")
        return [("../" + safe, texts) for safe, _, texts in pkgs.values()]

    def last_as_program(self, t, tmp, pkgs):
        self.build(t, [pkgs[-1][0]], tmp + "/w", tmp + "/a.exe")
        self.run(t, tmp + "/a.exe", t.args, tmp)

    def folder_errors(self, t, tmp, pkgs, built):
        self.check_errors(t, {f: x for _, texts in pkgs for f, x in texts.items()},
                          lambda flags: self.build(t, [d for d, _ in built], tmp + "/w", flags=flags))

    def do_compiledir(self, t, tmp):
        self.build(t, [d for d, _ in self.folder(t, tmp, main=False)], tmp + "/w")

    def do_rundir(self, t, tmp):
        self.last_as_program(t, tmp, self.folder(t, tmp))

    def do_errorcheckdir(self, t, tmp):
        pkgs = self.folder(t, tmp, main=t.fails)
        self.folder_errors(t, tmp, pkgs, pkgs)

    def do_errorcheckandrundir(self, t, tmp):
        pkgs = self.folder(t, tmp)
        self.folder_errors(t, tmp, pkgs, pkgs[:-1])
        self.last_as_program(t, tmp, pkgs)

    def as_module(self, t, tmp, name, version):
        root = f"{tmp}/src/{name}"
        shutil.copytree(os.path.join(self.testdir, t.folder), root)
        write(root + "/go.mod", f"module {name}\n\ngo {version}\n")
        self.build(t, ["."], root, tmp + "/a.exe")
        return root

    def do_runindir(self, t, tmp):
        root = self.as_module(t, tmp, os.path.basename(t.folder), t.modver or "1.14")
        self.run(t, tmp + "/a.exe", t.args, root)

    def do_builddir(self, t, tmp):
        self.as_module(t, tmp, "test", "1.26")

    def do_buildrundir(self, t, tmp):
        self.as_module(t, tmp, "test", "1.26")
        self.run(t, tmp + "/a.exe", t.args, tmp)

    def __call__(self, t):
        tmp, start = tempfile.mkdtemp(prefix="t-", dir=self.work), time.time()
        r = {"name": t.name, "kind": t.kind, "status": "pass"}
        try:
            getattr(self, "do_" + t.kind)(t, tmp)
        except Failed as f:
            r.update(status="fail", phase=f.args[0], message=f.args[1][:4000])
        except Exception as e:  # a fault of this tool: never a pass
            r.update(status="fail", phase="tool", message=repr(e))
        finally:
            shutil.rmtree(tmp, ignore_errors=True)
        return dict(r, seconds=round(time.time() - start, 2))


# ---- the report --------------------------------------------------------------------------------------------------------------------

def known_failures(path):
    """{test: reason}; lines of `name reason`, # starts a comment line."""
    if not path or not os.path.exists(path):
        return {}
    lines = (l.strip() for l in read(path).split("\n"))
    return {l.split()[0]: " ".join(l.split()[1:]) for l in lines if l and l[0] != "#"}


def first_line(r):
    """The line of a failure that says most."""
    lines = [l for l in r["message"].split("\n") if l.strip() and not re.match(r"exit \d+$|#", l)]
    best = [l for l in lines if re.search(r"not supported yet|bug:|panic:|fatal error:|SIG|Sanitizer", l)]
    return (best or lines or [r["message"].strip()])[0].strip()[:160]


def report(results, left, a):
    table, classes = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    for r in results:
        table[r["kind"]][r["status"]] += 1
        classes[CLASS[r["kind"]]][r["status"]] += 1
    for t in left:
        table[t.kind]["left"] += 1
    order = [*CLASS, "asmcheck", "errorcheckwithauto", "skip", "none"]
    print(f"\n{'kind':22}{'pass':>6}{'known':>7}{'NEW':>6}{'left out':>10}")
    for k in sorted(table, key=order.index):
        c = table[k]
        print(f"{k:22}{c['pass']:6}{c['known']:7}{c['fail']:6}{c['left']:10}")
    for c in CLASSES:
        if classes[c]:
            n = sum(classes[c].values())
            print(f"{c}: {classes[c]['pass']} / {n}" + (f" (of {DENOMINATOR[c]} in all)" if n != DENOMINATOR[c] else ""))
    reasons = collections.Counter(re.sub(r"(another platform|the go command fails it): .*", r"\1", t.out) for t in left)
    if reasons and not a.quiet:
        print("left out: " + "; ".join(f"{n} {why}" for why, n in reasons.most_common()))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", default=ROOT + "/build/vole")
    p.add_argument("--goroot", help="default: vole's")
    p.add_argument("--known", default=ROOT + "/tests/conformance_known.txt", help="known failures ('' for none)")
    p.add_argument("--only", action="append", default=[], metavar="GLOB", help="tests by name, e.g. 'ken/*'; several, or commas")
    p.add_argument("--kind", default="", help="kinds, or classes as class:run, class:compile, class:errorcheck; commas")
    p.add_argument("-j", type=int, default=os.cpu_count())
    p.add_argument("--timeout", type=int, default=600, help="seconds after which a command counts as hanging")
    p.add_argument("--flags", default="", help="more flags for vole build")
    p.add_argument("--memory", type=int, default=6, metavar="GB", help="limit of a process (default 6, 0: none, as sanitizers need it)")
    p.add_argument("--env", action="append", default=[], metavar="K=V", help="environment of the programs that are run")
    p.add_argument("--json", help="write all results to this file")
    p.add_argument("--list", action="store_true", help="name the tests, run none")
    p.add_argument("-q", "--quiet", action="store_true", help="no reasons of tests left out, no known failures")
    p.add_argument("-v", "--verbose", action="store_true", help="also tests that pass, and whole messages")
    a = p.parse_args()
    a.vole = os.path.abspath(shutil.which(a.vole) or a.vole)
    if not a.goroot:
        a.goroot = subprocess.run([a.vole, "env", "GOROOT"], capture_output=True, text=True).stdout.strip()
    source = os.path.realpath(os.path.join(a.goroot, "test"))
    if not os.path.isdir(source):
        print(f"conformance: {a.goroot or 'GOROOT'} has no test/\n0 passed, 0 failed, 1 skipped")
        return 0
    globs = [g for o in a.only for g in o.split(",")]
    kinds = {k for w in a.kind.split(",") if w for k in (CLASSES[w[6:]] if w.startswith("class:") else [w])}
    tests = [t for t in load(source) if (not kinds or t.kind in kinds) and (not globs or any(fnmatch.fnmatch(t.name, g) for g in globs))]
    left, tests = [t for t in tests if t.out], [t for t in tests if not t.out]
    if a.list:
        for t in tests + left:
            print(t.kind, t.name, t.out and f"LEFT OUT {t.out}" or " ".join(t.ignored and ["ignores", *t.ignored]), sep="\t")
        return 0
    known, new, results = known_failures(a.known), 0, []
    with tempfile.TemporaryDirectory(prefix="conformance-") as work:
        shutil.copytree(source, work + "/test")
        os.symlink(os.path.realpath(os.path.join(a.goroot, "src")), work + "/src")
        runner = Runner(a, work)
        with concurrent.futures.ThreadPoolExecutor(a.j) as pool:
            for done in concurrent.futures.as_completed([pool.submit(runner, t) for t in tests]):
                r = done.result()
                if r["status"] == "fail" and r["name"] in known:
                    r.update(status="known", reason=known[r["name"]])
                results.append(r)
                if r["status"] == "fail":
                    new += 1
                    text = r["message"].replace("\n", "\n    ") if a.verbose else first_line(r)
                    print(f"FAIL {r['kind']} {r['name']} [{r['phase']}] {text}", flush=True)
                elif r["status"] == "known" and not a.quiet:
                    print(f"known {r['kind']} {r['name']} [{r['phase']}] {r['reason']}", flush=True)
                elif r["status"] == "pass" and r["name"] in known:
                    print(f"FIXED {r['kind']} {r['name']}: passes, but is on the list: {known[r['name']]}", flush=True)
                elif r["status"] == "pass" and a.verbose:
                    print(f"pass {r['kind']} {r['name']} {r['seconds']}s", flush=True)
    report(results, left, a)
    bad, good = sum(r["status"] != "pass" for r in results), sum(r["status"] == "pass" for r in results)
    if a.json:
        with open(a.json, "w") as f:
            json.dump({"tool": "conformance", "vole": a.vole, "env": a.env, "flags": a.flags, "passed": good, "failed": bad, "new": new,
                       "skipped": len(left), "results": sorted(results, key=lambda r: r["name"]) +
                       [{"name": t.name, "kind": t.kind, "status": "skip", "reason": t.out} for t in left]}, f, indent=1)
    print(f"{good} passed, {bad} failed, {len(left)} skipped" + (f" ({bad - new} failures are known)" if bad else ""))
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
