#!/usr/bin/env python3
"""What is built once: full builds, builds with nothing to do, and edits of one body, vole and the official toolchain side by side.

usage: cache.py [--go PATH] [--vole PATH] [--edits N] [--gopls VERSION] [--full] [--write] [hello] [server] [gopls]

CPU seconds (user+system) of: a full build (-a; of gopls by gc only with --full, it takes minutes), the build after it that has nothing to do (least of
three), builds after an edit of main's body and after an added comment (median of N each), the second `run` without the program's own. "kept" is the
share of what the builds after edits did not make anew: of vole's functions (-debug-cache), of gc's steps (packages and the link, -debug-actiongraph). Ratios of
one run count, not the times. gopls is taken from the module cache, or downloaded. --write puts the figures, with the time by the clock, into docs/building.md.
"""
import argparse, datetime, json, os, re, shutil, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
MEASURE = os.path.join(HERE, "..", "build", "measure")  # tools/measure.c


class Tool:
    def __init__(self, path, cache, env):
        self.path, self.env = path, dict(env, GOCACHE=cache) if cache else env
        self.kept = self.made = 0
        self.wall = None  # seconds of the last command by the clock

    def cpu(self, *words, cwd):
        """CPU seconds of a command; None: it failed."""
        with tempfile.NamedTemporaryFile("r") as used:
            begin = time.monotonic()
            p = subprocess.run([MEASURE, used.name, self.path, *words], capture_output=True, text=True, cwd=cwd, env=self.env)
            self.wall = time.monotonic() - begin
            code, user, system, _ = used.read().split()
        for kept, made in re.findall(r"^vole: cache: units: (\d+) functions from packs, (\d+) made", p.stderr, re.M):
            self.kept, self.made = self.kept + int(kept), self.made + int(made)
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


def count_steps(tool, graph):
    """What the go command's graph of one build says of its steps."""
    for step in json.load(open(graph)):
        if step["Mode"] not in ("build", "link"): continue
        ran = step.get("Cmd") is not None
        tool.kept, tool.made = tool.kept + (not ran), tool.made + ran


def measure(tool, own, folder, file, a, full):
    """{column: (CPU seconds or None, seconds by the clock)}"""
    out = {}
    graph = os.path.join(folder, "graph.json")
    flags = ["-debug-cache"] if own else ["-debug-actiongraph=" + graph]
    build = lambda *more: tool.cpu("build", *flags, *more, "-o", "prog" + ("v" if own else "g"), ".", cwd=folder)
    text = open(file).read()
    if "func main() {" not in text: sys.exit(f"{file}: no main to edit")
    out["full"] = (build("-a") if full else None, tool.wall)
    build()
    out["nothing"] = min(((build() or 0, tool.wall) for _ in range(3)))
    tool.kept = tool.made = 0
    for column, edit in (("edit", "func main() { _ = %d;"), ("comment", "// edit %d\nfunc main() {")):
        times, walls = [], []
        for i in range(a.edits):
            open(file, "w").write(text.replace("func main() {", edit % i))
            times.append(build())
            walls.append(tool.wall)
            if not own: count_steps(tool, graph)
        out[column] = (statistics.median(times) if None not in times else None, statistics.median(walls))
    open(file, "w").write(text)
    build()
    return out


def second_run(tool, own, folder):
    """The second `run` of a program that ends by itself, without what the program needs."""
    tool.cpu("run", ".", cwd=folder)
    again = min(tool.cpu("run", ".", cwd=folder) for _ in range(3))
    program = Tool(os.path.join(folder, "prog" + ("v" if own else "g")), None, tool.env)
    return max(0.0, again - min(program.cpu(cwd=folder) for _ in range(3)))


ROWS = (("full", "full build (`-a`)"), ("nothing", "nothing to do"), ("edit", "an edit of `main`"), ("comment", "a comment more in `main`"))


def share(tool):
    return f"{100 * tool.kept / (tool.kept + tool.made):.3f} %" if tool.kept + tool.made else "-"


def table(results):
    """The figures of docs/building.md: lines of Markdown."""
    amount = lambda t: f"{1000 * t:.0f} ms" if t < 1 else f"{t:.3g} s"
    time_of = lambda v: "-" if v[0] is None else f"{amount(v[0])} ({amount(v[1])})"
    out = ["| project | what | vole | go | times less CPU |", "| --- | --- | --- | --- | --- |"]
    for name, go, vole, g, v in results:
        for column, what in ROWS:
            ratio = f"{g[column][0] / v[column][0]:.1f}" if g[column][0] and v[column][0] else "-"
            out.append(f"| {name} | {what} | {time_of(v[column])} | {time_of(g[column])} | {ratio} |")
        out.append(f"| {name} | share that was kept | {share(vole)} | {share(go)} | |")
    return out


def write(results, a):
    page = os.path.join(HERE, "..", "docs", "building.md")
    said = f"{datetime.date.today()}, {os.cpu_count()} cores, medians of {a.edits} edits of each kind: CPU time (in brackets: by the clock)."
    text = open(page).read()
    block = "<!-- figures builds -->\n" + "\n".join([said, "", *table(results)]) + "\n<!-- end -->"
    text, n = re.subn(r"<!-- figures builds -->\n.*?<!-- end -->", lambda _: block, text, flags=re.S)
    if n != 1: sys.exit(f"{page}: no place for the figures")
    open(page, "w").write(text)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--go", default=os.environ.get("OFFICIAL_GO") or shutil.which("go"))
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--edits", type=int, default=10)
    p.add_argument("--gopls", default="v0.22.0")
    p.add_argument("--full", action="store_true")
    p.add_argument("--write", action="store_true", help="rewrite the table of docs/building.md")
    p.add_argument("names", nargs="*")
    a = p.parse_args()
    if not a.go: sys.exit("bench: no official go: set OFFICIAL_GO or --go")
    env = dict(os.environ, GOFLAGS="-buildvcs=false", GOTOOLCHAIN="local", CGO_ENABLED="0", GO111MODULE="", GOWORK="off")
    show = lambda v: "-" if v is None else f"{v:.3f}"
    print(f"{'project':8} {'what':14} {'gc':>9} {'vole':>9} {'gc/vole':>9}")
    results = []
    with tempfile.TemporaryDirectory() as top:
        for name in a.names or ("hello", "server", "gopls"):
            folder, file = project(name, top, a)
            go, vole = Tool(a.go, None, env), Tool(os.path.abspath(a.vole), top + "/cache", env)
            g, v = measure(go, False, folder, file, a, a.full or name != "gopls"), measure(vole, True, folder, file, a, True)
            results.append((name, go, vole, dict(g), dict(v)))
            if name == "hello": g["second run"], v["second run"] = (second_run(go, False, folder), 0), (second_run(vole, True, folder), 0)
            for column in v:
                ratio = g[column][0] / v[column][0] if g[column][0] and v[column][0] else None
                print(f"{name:8} {column:14} {show(g[column][0]):>9} {show(v[column][0]):>9} {'-' if ratio is None else f'{ratio:.1f}':>9}", flush=True)
            print(f"{name:8} {'kept':14} {share(go):>9} {share(vole):>9}", flush=True)
    if a.write: write(results, a)


main()
