#!/usr/bin/env python3
"""Builds cmd/compile, cmd/link and cmd/asm with vole and lets them do all the work of an official `go build -a` again.

Usage: tools/selfhost.py --vole build/vole --go OFFICIAL [packages...]      (default: std cmd/go)
The official go command runs this file as -toolexec; every object and executable that its own tools make is made a second
time, into another file, by the tools that vole built, and compared byte for byte. Last line: 'N passed, N failed'.
"""
import argparse, filecmp, os, shutil, subprocess, sys, tempfile

TOOLS = ("compile", "link", "asm")


def again(args, out, log):
    """Runs vole's build of the tool with -o into a file of its own; compares."""
    tool = os.path.basename(args[0])
    own = os.path.join(os.environ["SELFHOST_TOOLS"], tool)
    fd, second = tempfile.mkstemp(dir=os.environ["SELFHOST_TMP"])
    os.close(fd)
    argv = [own] + [second if i and args[i] == "-o" else a for i, a in enumerate(args[1:])]
    done = subprocess.run(argv, capture_output=True)
    same = done.returncode == 0 and filecmp.cmp(out, second, shallow=False)
    with open(log, "a") as f:
        f.write("%s %s %s %s\n" % ("same" if same else "FAIL", tool, os.environ.get("TOOLEXEC_IMPORTPATH", "?"),
                                  "" if same else (done.stderr.decode(errors="replace")[:300] or "other bytes").replace("\n", " ")))
    if os.path.exists(second): os.unlink(second)


def toolexec(args):
    tool = os.path.basename(args[0])
    done = subprocess.run(args)
    if done.returncode or tool not in TOOLS or "-o" not in args: return done.returncode
    again(args, args[args.index("-o") + 1], os.environ["SELFHOST_LOG"])
    return 0


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", required=True)
    p.add_argument("--go", required=True)
    p.add_argument("packages", nargs="*", default=["std", "cmd/go"])
    o = p.parse_args()
    vole, tmp = os.path.abspath(o.vole), tempfile.mkdtemp(prefix="selfhost")
    goroot = subprocess.run([o.go, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    env = dict(os.environ, GOROOT=goroot, GOFLAGS="", GO111MODULE="off", GOWORK="off", GOENV="off", CGO_ENABLED="0")
    os.mkdir(tmp + "/tools")
    for t in TOOLS:
        subprocess.run([vole, "build", "-o", tmp + "/tools/" + t, "cmd/" + t], check=True, env=env, cwd="/")
    env.update(SELFHOST_TOOLS=tmp + "/tools", SELFHOST_TMP=tmp, SELFHOST_LOG=tmp + "/log", GOCACHE=tmp + "/cache")
    run = subprocess.run([o.go, "build", "-a", "-toolexec", "%s %s" % (sys.executable, os.path.abspath(__file__)), "-o",
                          tmp + "/out/"] + o.packages, env=env, cwd="/")
    lines = open(tmp + "/log").read().splitlines() if os.path.exists(tmp + "/log") else []
    bad = [l for l in lines if not l.startswith("same")]
    for t in TOOLS: print("%-8s %d made again" % (t, sum(l.split()[1] == t for l in lines)))
    for l in bad: print(l)
    print("%d passed, %d failed" % (len(lines) - len(bad), len(bad)))
    shutil.rmtree(tmp)
    return 1 if bad or run.returncode or not lines else 0


if __name__ == "__main__":
    sys.exit(toolexec(sys.argv[1:]) if "SELFHOST_LOG" in os.environ and len(sys.argv) > 1 and not sys.argv[1].startswith("--") else main())
