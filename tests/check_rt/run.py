#!/usr/bin/env python3
"""The test of tools/check_rt.py: it finds every violation in rt/bad.c (bad.out; -u rewrites it), and nothing in the runtime and a large program.

run.py VOLE BUILD [-u]
"""
import os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
vole, build = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
failed = 0


def result(name, problem):
    global failed
    failed += bool(problem)
    print(f"{name}: " + (f"FAILED: {problem}" if problem else "ok"))


def check(*args):
    p = subprocess.run([sys.executable, ROOT + "/tools/check_rt.py", *args], capture_output=True, text=True)
    return p.returncode, p.stderr


with tempfile.TemporaryDirectory() as d:
    os.mkdir(d + "/rt")
    cc = ["gcc", "-O2", "-ffreestanding", "-mno-red-zone", "-w", "-c", "rt/bad.c", "-o", d + "/rt/bad.o"]
    if subprocess.run(cc + ["-fcallgraph-info=su"], cwd=HERE, capture_output=True).returncode:
        print("known check_rt bad: gcc writes no call graphs")
    else:
        rc, err = check("--root", HERE, "--build", d)
        if "-u" in sys.argv:
            open(HERE + "/bad.out", "w").write(err)
        result("check_rt bad", "" if rc == 1 and err == open(HERE + "/bad.out").read() else err)
    rc, err = check("--build", build)
    result("check_rt runtime", err if rc else "")
    if subprocess.run(["objdump", "--version"], capture_output=True).returncode == 0:
        p = subprocess.run([vole, "build", "-o", d + "/large", HERE + "/large.go"], capture_output=True, text=True)
        rc, err = check("--build", build, "--exe", d + "/large") if p.returncode == 0 else (1, p.stderr)
        result("check_rt program", err if rc else "")
sys.exit(failed > 0)
