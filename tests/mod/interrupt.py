#!/usr/bin/env python3
"""Commands that change go.mod are killed at random moments: go.mod and go.sum are then what they were or what they become, nothing else stands in
the folder, and the next run of the command finishes as if nothing had happened, with the module cache that the killed one left.

Usage: interrupt.py VOLE TIMES [SEED], or interrupt.py --world FOLDER: only makes FOLDER/proxy and FOLDER/m. The modules come from a folder (GOPROXY=file://...). Moments are parts of the time that an undisturbed run
took, so that a slow machine only shifts them.
"""
import os, random, re, shutil, signal, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server

NAMES = ["a", "b", "c", "d", "e"]
COMMANDS = [["mod", "tidy"], ["get", "x.org/a@v1.0.0"], ["get", "-u", "./..."], ["get", "x.org/e@v1.1.0", "x.org/d@none"], ["mod", "download", "all"]]
GOMOD = "module x.org/main\n\ngo 1.21\n\nrequire x.org/d v1.0.0\n"
MAIN = "package main\n\nimport (\n\t_ \"x.org/a\"\n\t_ \"x.org/c/sub\"\n)\n\nfunc main() {}\n"


def make_proxy(top):
    for i, n in enumerate(NAMES):
        d = f"{top}/x.org/{n}/@v"
        os.makedirs(d)
        with open(f"{d}/list", "w") as f:
            f.write("v1.0.0\nv1.1.0\n")
        for v in ("v1.0.0", "v1.1.0"):
            need = "".join(f"require x.org/{k} {v}\n" for k in NAMES[i + 1:i + 3])
            mod = f"module x.org/{n}\n\ngo 1.20\n\n{need}"
            uses = "".join(f'import _ "x.org/{k}"\n' for k in NAMES[i + 1:i + 3])
            files = {"go.mod": mod.encode(), "m.go": f"package {n}\n\n{uses}".encode(), "sub/s.go": b"package sub\n" + b"// text\n" * 300}
            files.update({f"data/{k}": b"x" * 3000 for k in range(40)})
            for ext, data in ((".mod", mod.encode()), (".info", f'{{"Version":"{v}","Time":"2024-01-02T03:04:05Z"}}'.encode()),
                              (".zip", server.make_zip(files, path=f"x.org/{n}", version=v))):
                with open(f"{d}/{v}{ext}", "wb") as f:
                    f.write(data)


def read(name):
    try:
        with open(name) as f:
            return f.read()
    except FileNotFoundError:
        return None


def write(name, text):
    with open(name, "w") as f:
        f.write(text)


class World:
    def __init__(self, vole):
        self.vole, self.top = vole, tempfile.mkdtemp(prefix="vole-int-")
        self.dir, self.cache, self.tmp = (f"{self.top}/{n}" for n in ("m", "cache", "tmp"))
        make_proxy(self.top + "/proxy")
        self.env = dict(os.environ, GOPROXY=f"file://{self.top}/proxy", GOMODCACHE=self.cache, GOFLAGS="-modcacherw", GOSUMDB="off", GOENV="off",
                        GOWORK="off", TMPDIR=self.tmp, GOTOOLCHAIN="local")

    def fresh(self, sums):
        for d in (self.dir, self.cache, self.tmp):
            shutil.rmtree(d, ignore_errors=True)
            os.makedirs(d)
        self.before = (GOMOD, sums)
        for name, text in (("go.mod", self.before[0]), ("go.sum", sums), ("main.go", MAIN)):
            if text is not None:
                write(f"{self.dir}/{name}", text)

    def start(self, args):
        return subprocess.Popen([self.vole, *args], cwd=self.dir, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def run(self, args):
        p = self.start(args)
        err = p.communicate()[1]
        if p.returncode:
            sys.exit(f"vole {' '.join(args)}: {err}")

    def state(self):
        return read(self.dir + "/go.mod"), read(self.dir + "/go.sum")


def one(w, args, whole, seconds, sums, rnd):
    """Kills a run; returns whether it was still running."""
    w.fresh(sums)
    p = w.start(args)
    time.sleep(rnd.random() * seconds * 1.1)
    p.send_signal(rnd.choice([signal.SIGKILL, signal.SIGINT, signal.SIGTERM]))
    err = p.communicate()[1]
    sums = [s or "" for s in (w.before[1], whole[1])]
    both = "".join(sorted({l for s in sums for l in s.splitlines(True)}))  # go.sum is extended before go.mod is written
    for name, now, may in (("go.mod", w.state()[0], (w.before[0], whole[0])), ("go.sum", w.state()[1], (w.before[1], *sums, both))):
        if now not in may and "".join(sorted((now or "").splitlines(True))) not in may:
            sys.exit(f"{' '.join(args)}: killed; {name} is neither what it was nor what it becomes:\n{now}\n{err}")
    more = set(os.listdir(w.dir)) - {"go.mod", "go.sum", "main.go"}
    # a complete file on its way to its name: SIGKILL between link and rename
    more = sorted(n for n in more if not (re.fullmatch(r"go\.(mod|sum)\.tmp-.*", n) and read(f"{w.dir}/{n}") in whole))
    if more:
        sys.exit(f"{' '.join(args)}: killed; left in the module's folder: {more}")
    w.run(args)
    if w.state() != whole:
        sys.exit(f"{' '.join(args)}: after a killed run, another result:\n{w.state()}\nnot\n{whole}")
    return p.returncode != 0


def main():
    if sys.argv[1] == "--world":
        make_proxy(sys.argv[2] + "/proxy")
        os.makedirs(sys.argv[2] + "/m")
        write(sys.argv[2] + "/m/go.mod", GOMOD)
        write(sys.argv[2] + "/m/main.go", MAIN)
        return
    vole, times = os.path.realpath(sys.argv[1]), int(sys.argv[2])
    rnd, w, cut = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1), World(vole), 0
    w.fresh(None)
    w.run(["mod", "tidy"])
    tidy_sums, plans = w.state()[1], []
    for args in COMMANDS:
        for sums in (None, tidy_sums):
            w.fresh(sums)
            start = time.monotonic()
            w.run(args)
            plans.append((args, w.state(), time.monotonic() - start, sums))
    for i in range(times):
        cut += one(w, *plans[i % len(plans)], rnd)
    shutil.rmtree(w.top)
    if cut < times // 4:
        sys.exit(f"only {cut} of {times} runs were killed before their end")
    print(f"{times} runs, {cut} killed before their end")


main()
