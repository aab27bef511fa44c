#!/usr/bin/env python3
"""Builds the real programs of tests/programs/programs.txt with vole, and compares what they do with gc's builds of them.

Usage: tools/programs.py --vole build/vole [--go OFFICIAL] [--only NAME,NAME] [-j N] [--keep DIR]
A program's module is downloaded (by vole), copied and built there with CGO_ENABLED=0; own programs are built in a copy of their
folder. Its job runs in an empty folder. Without --go a job's output is only shown to be there (exit code below 126).
A line a program: build time and size of both, 'same' or what differs. Last line: 'N passed, N failed, N skipped'.
"""
import argparse, concurrent.futures, difflib, json, os, re, shutil, socket, subprocess, sys, tempfile, time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIST = os.path.join(TOP, "tests/programs/programs.txt")


def programs():
    for line in open(LIST):
        if line.startswith("#") or not line.strip(): continue
        name, module, package, job = (s.strip() for s in line.split("|", 3))
        yield name, module, package, job


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def source(o, module):
    run = subprocess.run([o.vole, "mod", "download", "-json", module], capture_output=True, text=True, cwd="/")
    if run.returncode and o.go: run = subprocess.run([o.go, "mod", "download", "-json", module], capture_output=True, text=True, cwd="/")
    if run.returncode: raise RuntimeError("download: " + (run.stderr or run.stdout).strip()[:300])
    return json.loads(run.stdout)["Dir"]


def build(tool, folder, package, out):
    env = dict(os.environ, CGO_ENABLED="0", GOFLAGS="-buildvcs=false", GOWORK="off")
    start = time.monotonic()
    run = subprocess.run([tool, "build", "-o", out, package], cwd=folder, env=env, capture_output=True, text=True)
    if run.returncode:
        said = [l for l in (run.stderr + run.stdout).splitlines() if not l.startswith("go: downloading ")]
        raise RuntimeError("build: " + "\n".join(said)[:1500])
    return time.monotonic() - start, os.path.getsize(out)


def do_job(job, binary, src, top, label):
    cwd = os.path.join(top, "job")  # the same path for both: outputs may name it
    shutil.rmtree(cwd, ignore_errors=True)
    os.makedirs(cwd)
    named = os.path.join(top, "bin", os.path.basename(top))
    os.makedirs(os.path.dirname(named), exist_ok=True)
    shutil.copy(binary, named)
    env = dict(os.environ, BIN=named, SRC=src, PORT=str(PORTS.setdefault(top, free_port())), HOME=cwd, XDG_CACHE_HOME=cwd + "/.cache",
               TZ="UTC", NO_COLOR="1", GOTELEMETRY="off")
    for name in ("GOMODCACHE", "GOPATH", "GOCACHE"): env[name] = KEEP[name]
    run = subprocess.run(["sh", "-c", job], cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=600)
    return "exit code %d\n%s" % (run.returncode, run.stdout.decode(errors="replace"))


PORTS, KEEP = {}, {}


def one(o, entry):
    name, module, package, job = entry
    top = os.path.join(o.tmp, name)
    os.makedirs(top)
    try:
        src, folder = source(o, module), os.path.join(top, "src")
        shutil.copytree(os.path.join(TOP, "tests/programs", name) if package.startswith("own") else src, folder, symlinks=True)
        subprocess.run(["chmod", "-R", "u+w", folder], check=True)
        package = package[3:].strip() or "." if package.startswith("own") else package
        times, size = build(o.vole, folder, package, top + "/v")
        outputs = [do_job(job, top + "/v", src, top, "vole")]
        line = "%-13s vole %6.2f s %7d kB" % (name, times, size // 1024)
        if o.go:
            times, size = build(o.go, folder, package, top + "/g")
            outputs.append(do_job(job, top + "/g", src, top, "go"))
            line += "   gc %6.2f s %7d kB" % (times, size // 1024)
        good = len(set(outputs)) == 1 and int(outputs[0].split()[2]) < 126
        if len(outputs[0].splitlines()) < 2: return False, line + "  the job says nothing: " + outputs[0]
        diff = "" if good else "\n" + "\n".join(list(difflib.unified_diff(*[s.splitlines() for s in (outputs * 2)[:2]], "vole", "gc", lineterm="", n=1))[:30])
        return good, line + ("  same, %d lines" % (outputs[0].count("\n") - 1) if good else "  DIFFERS" + diff)
    except (RuntimeError, OSError, subprocess.SubprocessError) as e:
        return False, "%-13s %s" % (name, e)
    finally:
        if not o.keep: subprocess.run(["chmod", "-R", "u+w", top]), shutil.rmtree(top, ignore_errors=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", required=True)
    p.add_argument("--go")
    p.add_argument("--only", default="")
    p.add_argument("-j", type=int, default=1)
    p.add_argument("--keep")
    o = p.parse_args()
    o.vole = os.path.abspath(o.vole)
    o.tmp = os.path.abspath(o.keep) if o.keep else tempfile.mkdtemp(prefix="programs")
    for name in ("GOMODCACHE", "GOPATH", "GOCACHE"):
        KEEP[name] = subprocess.run([o.go or o.vole, "env", name], capture_output=True, text=True, check=True).stdout.strip()
    chosen = [e for e in programs() if not o.only or e[0] in o.only.split(",")]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(o.j) as pool:
        for good, line in pool.map(lambda e: one(o, e), chosen):
            bad += not good
            print(line, flush=True)
    if not o.keep: shutil.rmtree(o.tmp, ignore_errors=True)
    print("%d passed, %d failed, 0 skipped" % (len(chosen) - bad, bad))
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
