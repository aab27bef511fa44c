#!/usr/bin/env python3
"""What is built once: full builds, builds with nothing to do, and edits of one body, vole and the official toolchain side by side.

usage: cache.py [--go PATH] [--vole PATH] [--edits N] [--gopls VERSION] [hello] [server] [gopls]

CPU seconds (user+system) of: a full build (-a; of gopls by gc only with --full, it takes minutes), the build after it that has nothing to do (least of
three), builds after an edit of main's body and after an added comment (median of N each), the second `run` without the program's own. "kept" is the
share of what vole asked its cache for and found over all edits (-debug-cache), manifests and whole programs apart. Ratios of one run count, not the times. gopls is taken from the module
cache, or downloaded.
"""
import argparse, json, os, re, shutil, statistics, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MEASURE = os.path.join(HERE, "..", "build", "measure")  # tools/measure.c


class Tool:
    def __init__(self, path, cache, env):
        self.path, self.env = path, dict(env, GOCACHE=cache) if cache else env
        self.found = self.asked = 0

    def cpu(self, *words, cwd):
        """CPU seconds of a command; None: it failed."""
        with tempfile.NamedTemporaryFile("r") as used:
            p = subprocess.run([MEASURE, used.name, self.path, *words], capture_output=True, text=True, cwd=cwd, env=self.env)
            code, user, system, _ = used.read().split()
        events = re.findall(r"^vole: cache (hit|found|miss) +\S+ (?!manifest|program)", p.stderr, re.M)
        self.asked += len(events)
        self.found += len(events) - events.count("miss")
        if code != "0": print(f"{self.path} {' '.join(words)}: exit {code}: {p.stderr[:300]}", file=sys.stderr)
        return float(user) + float(system) if code == "0" else None


def project(name, top, a):
    """A folder with a main package of its own, and the file with main."""
    folder = os.path.join(top, name)
    if name != "gopls":
        os.makedirs(folder)
        shutil.copy(os.path.join(HERE, name + ".go"), os.path.join(folder, "main.go"))
        open(folder + "/go.mod", "w").write("module example.com/" + name + "\n\ngo 1.26\n")
    else:
        got = subprocess.run([a.go, "mod", "download", "-json", "golang.org/x/tools/gopls@" + a.gopls], capture_output=True, text=True, cwd="/")
        if got.returncode: sys.exit("gopls: " + got.stdout + got.stderr)
        shutil.copytree(json.loads(got.stdout)["Dir"], folder)
        subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    return folder, os.path.join(folder, "main.go")


def measure(tool, own, folder, file, a, full):
    """{column: seconds or None}"""
    out = {}
    flags = ["-debug-cache"] if own else []
    build = lambda *more: tool.cpu("build", *flags, *more, "-o", "prog" + ("v" if own else "g"), ".", cwd=folder)
    text = open(file).read()
    if "func main() {" not in text: sys.exit(f"{file}: no main to edit")
    out["full"] = build("-a") if full else None
    build()
    out["nothing"] = min((build() or 0 for _ in range(3)), default=None)
    tool.found = tool.asked = 0
    for column, edit in (("edit", "func main() { _ = %d;"), ("comment", "// edit %d\nfunc main() {")):
        times = []
        for i in range(a.edits):
            open(file, "w").write(text.replace("func main() {", edit % i))
            times.append(build())
        out[column] = statistics.median(times) if None not in times else None
    open(file, "w").write(text)
    build()
    return out


def second_run(tool, own, folder):
    """The second `run` of a program that ends by itself, without what the program needs."""
    tool.cpu("run", ".", cwd=folder)
    again = min(tool.cpu("run", ".", cwd=folder) for _ in range(3))
    program = Tool(os.path.join(folder, "prog" + ("v" if own else "g")), None, tool.env)
    return max(0.0, again - min(program.cpu(cwd=folder) for _ in range(3)))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO") or shutil.which("go"))
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--edits", type=int, default=10)
    p.add_argument("--gopls", default="v0.22.0")
    p.add_argument("--full", action="store_true")
    p.add_argument("names", nargs="*")
    a = p.parse_args()
    if not a.go: sys.exit("bench: no official go: set OFFICIAL_GO or --go")
    env = dict(os.environ, GOFLAGS="-buildvcs=false", GOTOOLCHAIN="local", CGO_ENABLED="0", GO111MODULE="", GOWORK="off")
    show = lambda v: "-" if v is None else f"{v:.3f}"
    print(f"{'project':8} {'what':14} {'gc':>9} {'vole':>9} {'gc/vole':>9}")
    with tempfile.TemporaryDirectory() as top:
        for name in a.names or ("hello", "server", "gopls"):
            folder, file = project(name, top, a)
            go, vole = Tool(a.go, None, env), Tool(os.path.abspath(a.vole), top + "/cache", env)
            g, v = measure(go, False, folder, file, a, a.full or name != "gopls"), measure(vole, True, folder, file, a, True)
            if name == "hello": g["second run"], v["second run"] = second_run(go, False, folder), second_run(vole, True, folder)
            for column in v:
                ratio = g[column] / v[column] if g[column] and v[column] else None
                print(f"{name:8} {column:14} {show(g[column]):>9} {show(v[column]):>9} {'-' if ratio is None else f'{ratio:.1f}':>9}", flush=True)
            print(f"{name:8} {'kept':14} {'':>9} {f'{vole.found / vole.asked:.0%}' if vole.asked else '-':>9}", flush=True)


main()
