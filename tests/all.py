#!/usr/bin/env python3
"""What `make test` runs once vole is built: the stages below, one after the other, each with its time; --only and --skip choose.

A stage is a command; its last line 'N passed, N failed[, N skipped]' is its figure, else its exit code is. A stage that hangs
fails: one that neither says anything nor uses the processor for IDLE seconds, or uses it for ENDLESS seconds of its own
without saying anything; a busy machine makes no stage fail. A stage that did nothing fails too. Known failures (tests/conformance_known.txt, tests/known.txt) are named with their reason and count as skipped, never as passed.
The last line is the total: 'N passed, N failed, N skipped'. Exit code 1 if anything failed.
"""
import argparse, os, re, shutil, signal, subprocess, sys, tempfile, threading, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIGURE = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?(?: \((\d+) failures are known\))?")
CONFORMANCE = "ken/*,chan/*,interface/*,typeparam/*,syntax/*"
SANITIZED = "ken/*,chan/*,interface/*,syntax/*,fixedbugs/bug3*"  # what the sanitizer's build compiles besides tests/golden and tests/errors
# Crashes are the sanitizer's to report, not vole's.
ASAN = {"ASAN_OPTIONS": "detect_leaks=0:handle_segv=2:handle_sigbus=2:handle_abort=2", "UBSAN_OPTIONS": "print_stacktrace=1"}


def make(a, suffix, flags=""):
    """The shell command that builds the toolchain and the runtime in another folder."""
    return f"make -s -j{os.cpu_count()} all WERROR=-Werror B={a.build}-{suffix} " + flags


def sanitized(kind):
    return f"OPT='-O1 -g' CFLAGS='-fsanitize={kind} -fno-sanitize-recover=all' LDFLAGS=-fsanitize={kind}"


def stages(a):
    py, vole = sys.executable, a.vole
    conformance = [py, "tools/conformance.py", "-q", "-j", str(os.cpu_count())]
    shell = lambda *commands: ["sh", "-ec", "\n".join(commands)]
    clang = [make(a, "clang", "CC=clang"), f"'{py}' tests/golden.py --vole {a.build}-clang/vole"]
    if not shutil.which("clang"):
        clang = ["echo 'clang is not installed'", "echo '0 passed, 0 failed, 1 skipped'"]
    return [
        ("tree", ["tools/check_tree.py", "--build", a.build], {}),
        ("unit", ["make", "-s", "unit", "B=" + a.build, "WERROR=-Werror"], {}),
        ("golden", [py, "tests/golden.py", "--vole", vole], {}),
        ("messages", [py, "tests/help.py", "--vole", vole], {}),
        ("runtime", ["tests/rt/run.sh"], {"VOLE": vole}),
        ("runtime rules", [py, "tests/check_rt/run.py", vole, a.build], {}),
        ("debug runtime", ["sh", "-ec", f"make -s -j{os.cpu_count()} B={a.build}-rtdebug RTDEBUG=1 {a.build}-rtdebug/lib/rt-linux-amd64.a; "
                           f"cp '{vole}' {a.build}-rtdebug/vole; exec '{py}' tests/golden.py --vole {a.build}-rtdebug/vole golden/"], {}),
        ("command line", ["tests/cli/run.sh", vole], {}),
        ("modules", shell(f"make -s B={a.build} {a.build}/fetchdrv WERROR=-Werror", f"'{py}' tests/mod/run.py {a.build}"), {}),
        ("caches elsewhere", shell(f"make -s B={a.build} {a.build}/cachedrv WERROR=-Werror", f"'{py}' tests/cache/run.py {a.build}"), {}),
        ("many programs", shell(f"make -s B={a.build} {a.build}/manydrv WERROR=-Werror", f"'{py}' tests/many/run.py {a.build}"), {}),
        ("patches", [py, "tests/patch/run.py", vole], {}),
        ("patches by default", [py, "tests/patch/run.py", vole, "--auto"], {}),
        ("plugins", ["sh", "-ec", f"exec '{py}' tests/plugin/run.py '{vole}' \"$('{vole}' env GOROOT)\""], {}),
        ("services", shell(f"make -s B={a.build} {a.build}/servedrv WERROR=-Werror", f"'{py}' tests/serve/run.py {a.build}"), {}),
        ("published tables", [py, "tests/published.py", "--vole", vole], {}),
        ("conformance", conformance + ["--vole", vole, "--only", CONFORMANCE], {}),
        ("limits", [py, "tests/limits.py", "--vole", vole], {}),
        ("empty PATH", empty_path, {}),
        ("reproducible", reproducible, {}),
        # ASan and UBSan in the toolchain: everything it compiles is right, and it does nothing wrong while it does so
        ("sanitizer", shell(make(a, "asan", sanitized("address,undefined")), f"'{py}' tests/golden.py --vole {a.build}-asan/vole"), ASAN),
        ("many programs, sanitizer", shell(make(a, "asan", sanitized("address,undefined")), f"make -s B={a.build}-asan {sanitized('address,undefined')} {a.build}-asan/manydrv",
                                             f"'{py}' tests/many/run.py --few {a.build}-asan"), {"ASAN_OPTIONS": "detect_leaks=0"}),
        ("sanitizer conformance", conformance + ["--memory", "0", "--vole", f"{a.build}-asan/vole", "--only", SANITIZED], ASAN),
        ("threads", shell(make(a, "tsan", sanitized("thread")), f"tests/threads.sh {a.build}-tsan/vole"), {}),
        ("clang", shell(*clang), {}),
    ]


PROGRAM = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("built", len(fmt.Sprint(1.5, "x"))) }\n'


def empty_path(a):
    """Building needs no other program."""
    with tempfile.TemporaryDirectory() as d:
        open(d + "/p.go", "w").write(PROGRAM)
        env = {k: v for k, v in os.environ.items() if k in ("HOME", "GOROOT", "XDG_DATA_HOME", "TMPDIR")}
        if "GOROOT" not in env:
            env["GOROOT"] = subprocess.run([a.vole, "env", "GOROOT"], capture_output=True, text=True).stdout.strip()
        p = subprocess.run([a.vole, "build", "-o", d + "/p", d + "/p.go"], env=dict(env, PATH=""), capture_output=True, text=True)
        if p.returncode:
            return p.stdout + p.stderr
        out = subprocess.run([d + "/p"], env={}, capture_output=True, text=True).stdout
        return "" if out == "built 4\n" else "the program printed " + out


def reproducible(a):
    """The same source in two folders gives the same bytes with -trimpath, whatever the number of threads."""
    server = open(os.path.join(ROOT, "bench", "server.go")).read()  # large: net/http
    with tempfile.TemporaryDirectory() as d:
        for name, text in (("small", PROGRAM), ("server", server)):
            images = []
            for sub, threads in (("one", "1"), ("another/folder", "2"), ("third", "7")):
                at = f"{d}/{name}/{sub}"
                os.makedirs(at)
                open(at + "/p.go", "w").write(text)
                open(at + "/go.mod", "w").write("module example.org/p\n\ngo 1.26\n")
                p = subprocess.run([a.vole, "build", "-trimpath", "-p", threads, "-o", "p", "."], cwd=at, capture_output=True, text=True)
                if p.returncode:
                    return p.stdout + p.stderr
                images.append(open(at + "/p", "rb").read())
            if len(set(images)) != 1:
                return f"{name}: images differ, sizes {[len(i) for i in images]}"
        for threads in ("1", "2", "7", "16", "16", "16"):  # many: jump tables whose bytes are equal are made in any order
            p = subprocess.run([a.vole, "build", "-p", threads, "-o", f"{d}/x.a", "reflect"], capture_output=True, text=True)
            if p.returncode:
                return p.stdout + p.stderr
            images.append(open(f"{d}/x.a", "rb").read())
        if len(set(images[3:])) != 1:
            return "reflect: object files differ"
    return ""


IDLE, ENDLESS = 300, 1500  # seconds: see above


def processor_time(session):
    """Seconds that the living processes of a session have used, with their children that ended."""
    used = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            f = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
            if int(f[3]) == session: used += sum(int(x) for x in f[11:15])
        except (OSError, IndexError):
            pass
    return used / os.sysconf("SC_CLK_TCK")


class Watch(threading.Thread):
    """Ends a stage that hangs."""

    def __init__(self, p):
        super().__init__(daemon=True)
        self.p, self.hung, self.said = p, "", True

    def run(self):
        idle, last, since = 0, 0.0, 0.0
        while self.p.poll() is None:
            time.sleep(1)
            now = processor_time(self.p.pid)
            since += max(0.0, now - last)
            idle = 0 if abs(now - last) > 0.005 or self.said else idle + 1
            if self.said: since = 0.0
            self.said, last = False, now
            if idle > IDLE: self.hung = f"hangs: nothing done for {IDLE} s"
            if since > ENDLESS: self.hung = f"hangs: {ENDLESS} s of the processor's time without a word"
            if self.hung: return os.killpg(self.p.pid, signal.SIGKILL)


def stage(a, name, what, env):
    """Runs a stage; (passed, failed, skipped)."""
    print(f"==== {name}", flush=True)
    start, last = time.time(), ""
    if callable(what):
        bad = what(a)
        print(bad and f"FAIL {name}: {bad}" or f"{name}: ok", flush=True)
        return (0, 1, 0) if bad else (1, 0, 0)
    p = subprocess.Popen(what, cwd=ROOT, env=dict(os.environ, **env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         errors="replace", start_new_session=True)
    watch, lines = Watch(p), []
    watch.start()
    for l in p.stdout:
        watch.said = True
        lines.append(l.rstrip("\n"))
        print("  " + lines[-1], flush=True)
    rc = p.wait()
    print(f"  [{time.time() - start:.0f} s]", flush=True)
    m = next((m for l in reversed(lines) if (m := FIGURE.match(l))), None)
    if m:
        known = int(m[4] or 0)
        n = (int(m[1]), int(m[2]) - known, int(m[3] or 0) + known)
    else:  # a line for each test, as unit tests and tests/rt print them
        good = sum(bool(re.search(r": ok$|: \d+ checks, 0 failures$", l)) or l.startswith("unit ") for l in lines)
        bad = sum(bool(re.search(r": FAILED$|: does not build|^FAIL ", l)) for l in lines)
        known = sum(l.startswith(("known ", "skipped ")) for l in lines)
        n = (good - (rc != 0 and not bad and good > 0), bad, known)
    if rc and not n[1]:
        print(f"FAIL {name}: " + (watch.hung or f"exit {rc}"))
        n = (n[0], 1, n[2])
    if not any(n):
        print(f"FAIL {name}: nothing was run")
        n = (0, 1, 0)
    return n


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--build", default="build", help="the build folder")
    p.add_argument("--only", default="", help="stages, commas")
    p.add_argument("--skip", default="", help="stages, commas")
    a = p.parse_args()
    a.vole = os.path.join(ROOT, a.build, "vole")
    only, skip, total, parts = a.only.split(",") if a.only else None, a.skip.split(","), [0, 0, 0], []
    for name, what, env in stages(a):
        if (not only or name in only) and name not in skip:
            n = stage(a, name, what, env)
            total = [x + y for x, y in zip(total, n)]
            parts.append(f"{name}: {n[0]} passed, {n[1]} failed, {n[2]} skipped")
    print("\n" + "\n".join(parts))
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] or not total[0] else 0


sys.exit(main())
