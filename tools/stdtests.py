#!/usr/bin/env python3
"""The library's own tests, built with vole: stdtests.py [-v] [GLOB...]

vole has no `vole test` yet, so a GOROOT of symbolic links is made for each package: its folder holds the package's files and its own test
files under other names, and a sub-folder holds the external test files, another the main function that `go test` would make.
The program runs in the package's folder with -test.short. Prints a line for each package that does not pass and last 'N packages pass,
N fail, N not built; N tests pass, N fail'. Exit code 1 if any fails. SKIP below says which packages check parts of gc.
"""
import argparse, concurrent.futures, fnmatch, os, re, shutil, subprocess, sys, tempfile

SKIP = ("cmd/* vendor/* runtime runtime/cgo runtime/race* runtime/msan runtime/asan runtime/coverage runtime/trace runtime/pprof runtime/metrics "
        "internal/runtime/* internal/abi internal/coverage* internal/trace* internal/buildcfg internal/goexperiment go/build go/importer go/internal/* "
        "internal/pkgbits plugin debug/gosym debug/buildinfo internal/cgrouptest net/internal/cgotest crypto/internal/boring* math/big/internal/asmgen "
        "testing internal/testenv encoding/json/jsontext encoding/json/v2 internal/synctest crypto/internal/fips140test crypto/internal/fips140/check/checktest").split()
OSES = set("aix android darwin dragonfly freebsd illumos ios js netbsd openbsd plan9 solaris wasip1 windows hurd nacl zos".split())
ARCHES = set("386 arm arm64 loong64 mips mipsle mips64 mips64le ppc64 ppc64le riscv64 s390x wasm sparc64 riscv".split())


def run(cmd, timeout, **kw):
    try:
        p = subprocess.run(cmd, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL, **kw)
        return p.returncode, (p.stdout + p.stderr).decode("utf-8", "replace")
    except subprocess.TimeoutExpired as e:
        return "timeout", (e.stdout or b"").decode(errors="replace")


TAGS = {"linux", "amd64", "unix", "gc", "goexperiment.swissmap", "goexperiment.regabiwrappers", "goexperiment.regabiargs", "goexperiment.aliastypeparams", "goexperiment.spinbitmutex",
        "goexperiment.greenteagc"} | {f"go1.{n}" for n in range(1, 27)}


def chosen(name, text):
    parts = name[:-len("_test.go")].split("_")[1:]
    if any(p in OSES or p in ARCHES for p in parts[-2:]):
        return False
    m = re.search(r"^//go:build (.*)$", text.split("\npackage ")[0] + "\n", re.M)
    if not m:
        return True
    e = re.sub(r"[\w.]+", lambda w: str(w[0] in TAGS), m[1]).replace("!", " not ").replace("&&", " and ").replace("||", " or ")
    return eval(e)


def new_name(f):
    """x_linux_test.go -> x_tst_linux.go: no test file any more, the same constraint."""
    parts = f[:-len("_test.go")].split("_")
    k = len(parts)
    while k > 1 and parts[k - 1] in ("linux", "amd64", "unix"):
        k -= 1
    return "_".join(parts[:k] + ["tst"] + parts[k:]) + ".go"


def link_tree(real, made, parts):
    """made/ as a folder of links into real/, with parts[0]/parts[1]/... as folders of their own."""
    os.makedirs(made)
    for e in os.listdir(real):
        if not parts or e != parts[0]:
            os.symlink(os.path.join(real, e), os.path.join(made, e))
    if parts:
        link_tree(os.path.join(real, parts[0]), os.path.join(made, parts[0]), parts[1:])


def tests_in(text):
    return re.findall(r"^func (Test(?:[A-Z_0-9\u0080-\uffff]\w*)?)\((?:\w+ )?\*testing\.T\)", text, re.M)


def package(pkg, a):
    """-> (state, text, passed, failed)"""
    src = os.path.join(a.src, pkg)
    own, ext = [], []
    for f in sorted(os.listdir(src)):
        if f.endswith("_test.go"):
            text = open(os.path.join(src, f), encoding="utf-8").read()
            if not chosen(f, text):
                continue
            name = re.search(r"^package (\w+)", text, re.M)[1]
            (ext if name.endswith("_test") else own).append((f, text))
    if not any(tests_in(t) for _, t in own + ext):
        return "none", "", 0, 0
    tmp = tempfile.mkdtemp(prefix="vole-std-")
    try:
        root = os.path.join(tmp, "goroot")
        os.makedirs(root)
        for e in os.listdir(a.goroot):
            if e != "src":
                os.symlink(os.path.join(a.goroot, e), os.path.join(root, e))
        link_tree(a.src, os.path.join(root, "src"), pkg.split("/"))
        d = os.path.join(root, "src", pkg)
        for f in os.listdir(d):
            if f.endswith("_test.go"):
                os.unlink(os.path.join(d, f))
        for f, text in own:
            open(os.path.join(d, new_name(f)), "w", encoding="utf-8").write(text)
        m, x = os.path.join(d, "zzmain"), d + "_test"
        os.makedirs(m)
        os.makedirs(x)
        names = []
        for f, text in ext:
            open(os.path.join(x, new_name(f)), "w", encoding="utf-8").write(text)
            names += [(n, "external." + n) for n in tests_in(text)]
            for line in text.split("\n"):  # embedded files
                if line.startswith("//go:embed"):
                    for pat in line.split()[1:]:
                        top = pat.strip('"`').split("/")[0].removeprefix("all:")
                        if os.path.exists(os.path.join(src, top)) and not os.path.exists(os.path.join(x, top)):
                            (shutil.copytree if os.path.isdir(os.path.join(src, top)) else shutil.copy)(os.path.join(src, top), os.path.join(x, top))
        mine = [n for _, t in own for n in tests_in(t)]
        names += [(n, "thepackage." + n) for n in mine]
        everything = "\n".join(t for _, t in ext)
        test_main = "external.TestMain(m)" if re.search(r"^func TestMain\(", everything, re.M) else "thepackage.TestMain(m)" if any(re.search(r"^func TestMain\(", t, re.M) for _, t in own) else ""
        names = [n for n in names if not n[1].endswith("TestMain")]
        imp = "\n\t".join(f'{a if a + "." in test_main or any(y.startswith(a + ".") for _, y in names) else "_"} "{path}"' for a, path in (("thepackage", pkg), ("external", pkg + "_test")) if a != "external" or ext)
        open(os.path.join(m, "zz_tests.go"), "w").write(
            'package main\n\nimport (\n\ttheos "os"\n\t"testing"\n\t"testing/internal/testdeps"\n\t' + imp + "\n)\n\nfunc main() {\n\ttestdeps.ImportPath = \"" + pkg + "\"\n\tm := testing.MainStart(testdeps.TestDeps{}, []testing.InternalTest{\n"
            + "".join(f'\t\t{{"{n}", {x}}},\n' for n, x in names) + "\t}, nil, nil, nil)\n" + (f"\t{test_main}\n" if test_main else "") + ("\ttheos.Exit(m.Run())\n" if not test_main else "\t_ = theos.Exit\n") + "}\n")
        exe = os.path.join(tmp, os.path.basename(pkg) + ".test")
        rc, out = run([a.vole, "build", *a.flags.split(), "-o", exe, "."], 200, cwd=m, env=dict(os.environ, GOROOT=root, GOFLAGS=""))
        if rc != 0:
            return "build", f"exit {rc}\n{out[:3000]}", 0, 0
        args = ["-test.short", "-test.v", f"-test.timeout={a.timeout}s"] + (["-test.run=" + a.run] if a.run else [])
        env = dict(os.environ, GOROOT=a.goroot, PATH=a.path, PWD=src, **dict(e.split("=", 1) for e in a.env))
        work = src
        rc, out = run([exe, *args], a.timeout + 20, cwd=work, env=env)
        if a.keep:
            print("kept", tmp)
        ok = len(re.findall(r"^--- PASS", out, re.M))
        bad = re.findall(r"^--- FAIL: (\S+)", out, re.M)
        if rc == 0:
            return "pass", "", ok, len(bad)
        text = "\n".join(l for l in out.split("\n") if not re.match(r"\s*(=== |--- (PASS|SKIP))", l))
        return "fail", f"exit {rc}; failed: {' '.join(bad) or '?'}\n{text[:a.show] if not a.tail else text[-a.show:]}", ok, max(1, len(bad))
    finally:
        if not a.keep:
            shutil.rmtree(tmp, ignore_errors=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    p.add_argument("--vole", default=os.path.join(here, "..", "build", "vole"))
    p.add_argument("--goroot", help="default: vole's")
    p.add_argument("--flags", default="", help="build flags")
    p.add_argument("--env", action="append", default=[], metavar="K=V")
    p.add_argument("--run", default="", help="only these tests (regexp)")
    p.add_argument("--timeout", type=int, default=120)
    p.add_argument("--show", type=int, default=1500, help="characters of output shown for a failure")
    p.add_argument("--tail", action="store_true", help="the end of the output, not its beginning")
    p.add_argument("-j", type=int, default=1)
    p.add_argument("-v", action="store_true")
    p.add_argument("--keep", action="store_true")
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO"), help="put on PATH for tests that run the go command")
    p.add_argument("packages", nargs="*")
    a = p.parse_args()
    a.vole = os.path.abspath(a.vole)
    a.goroot = os.path.realpath(a.goroot or subprocess.run([a.vole, "env", "GOROOT"], capture_output=True, text=True).stdout.strip())
    a.src = os.path.realpath(os.path.join(a.goroot, "src"))
    a.path = (os.path.dirname(a.go) + ":" if a.go else "") + os.environ.get("PATH", "")
    pkgs = []
    for d, dirs, fs in os.walk(a.src):
        dirs[:] = sorted(x for x in dirs if x not in ("testdata", "cmd", "vendor") and x[0] not in "._")
        pkg = os.path.relpath(d, a.src)
        if not any(f.endswith("_test.go") for f in fs) or pkg == ".":
            continue
        if any(fnmatch.fnmatch(pkg, g) for g in a.packages) if a.packages else not any(fnmatch.fnmatch(pkg, g) for g in SKIP):
            pkgs.append(pkg)
    count = dict(none=0, build=0)
    count.update({"pass": 0, "fail": 0})
    good = bad = 0
    with concurrent.futures.ThreadPoolExecutor(a.j) as pool:
        for pkg, (state, text, ok, no) in zip(pkgs, pool.map(lambda x: package(x, a), pkgs)):
            count[state] += 1
            good, bad = good + ok, bad + no
            if a.v or state in ("fail", "build"):
                print(f"{state} {pkg}: {ok} tests pass" + (f", {no} fail" if no else ""), flush=True)
            if text:
                print("    " + text.rstrip().replace("\n", "\n    "), flush=True)
    print(f"{count['pass']} packages pass, {count['fail']} fail, {count['build']} not built; {good} tests pass, {bad} fail")
    sys.exit(count["fail"] + count["build"] > 0)


if __name__ == "__main__":
    main()
