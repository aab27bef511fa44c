#!/usr/bin/env python3
"""Programs at the runtime's limits (tests/limits/*.go): a million goroutines, deep and endless recursion, much garbage, loops without calls.

Each row states what must hold: output, exit code, and a bound of its peak memory. With --go the official toolchain's program runs beside
it and a row's memory is also compared as a ratio; without it such rows use the figure that official Go 1.26 had (their `gc_mb`).
Last line: 'N passed, N failed'. Exit code 1 if anything failed.
"""
import argparse, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# name, stdout+stderr (regular expression at its start), exit code, peak MB at most or None, MB of gc's and times that at most or None
ROWS = [
    ("million", r"parked and woken 1000000 4500000\n$", 0, None, (2655, 1.1)),
    ("deepcalls", r"returned 1\n$", 0, None, None),
    ("endless", r"runtime: goroutine stack exceeds 1000000000-byte limit\n(.*\n)*?fatal error: stack overflow\n\n(.*\n)*?goroutine 1 ", 2, None, None),
    ("alloc20g", r"allocated 20 GB, held \d+ MB\n$", 0, 200, None),
    ("callfree", r"collected\n$", 0, None, None),
]


def run(exe, seconds=900):
    """(exit code or 'hang', output, peak MB)"""
    measure = os.path.join(HERE, "..", "build", "measure")  # tools/measure.c
    with tempfile.TemporaryFile() as out, tempfile.NamedTemporaryFile("r") as used:
        subprocess.run([measure, used.name, "timeout", "-s", "KILL", str(seconds), exe], stdout=out, stderr=out,
                       stdin=subprocess.DEVNULL, cwd="/")
        code, _, _, peak = used.read().split()
        out.seek(0)
        return "hang" if code == "137" else int(code), out.read(1 << 20).decode(errors="replace"), int(peak) / 1024


def check(row, tool_vole, go, d):
    """What is wrong with the row ('' if nothing) and its figures."""
    name, text, code, limit, ratio = row
    src, exe = f"{HERE}/limits/{name}.go", f"{d}/{name}"
    p = subprocess.run([tool_vole, "build", "-o", exe, src], capture_output=True, text=True)
    if p.returncode:
        return "does not build: " + p.stdout + p.stderr, ""
    rc, out, mb = run(exe)
    figures = f"{mb:.0f} MB"
    if go and ratio:
        env = dict(os.environ, GOTOOLCHAIN="local", CGO_ENABLED="0", GOFLAGS="")
        subprocess.run([go, "build", "-o", exe + ".gc", src], check=True, env=env)
        ratio = (run(exe + ".gc")[2], ratio[1])
    if ratio:
        figures += f", {mb / ratio[0]:.2f} of gc's {ratio[0]:.0f} MB"
    if rc != code:
        return f"exit code {rc}, want {code}: {out[:400]}", figures
    if not re.match(text, out):
        return "it printed: " + out[:400], figures
    if limit and mb > limit:
        return f"more than {limit} MB", figures
    if ratio and mb > ratio[0] * ratio[1]:
        return f"more than {ratio[1]} of gc's memory", figures
    return "", figures


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO"), help="official go, for the memory ratio")
    p.add_argument("names", nargs="*")
    a = p.parse_args()
    bad = done = 0
    with tempfile.TemporaryDirectory() as d:
        for row in ROWS:
            if a.names and row[0] not in a.names:
                continue
            why, figures = check(row, os.path.abspath(a.vole), a.go, d)
            done += 1
            bad += bool(why)
            print(f"{row[0]:10} {figures:32} " + ("FAIL: " + why if why else "ok"), flush=True)
    print(f"{done - bad} passed, {bad} failed")
    return 1 if bad or not done else 0


sys.exit(main())
