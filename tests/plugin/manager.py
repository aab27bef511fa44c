"""The manager, package vole/plugin: what it refuses, the life of plugins, swaps under load, the audit log. Used by run.py.

VOLE_PLUGIN_SWAPS=N: so many swaps under load (100). VOLE_PLUGIN_HOGS=a,b: these memory bombs only (manager/hog); VOLE_PLUGIN_WAITS: these waits.
"""
import os, shutil

HERE = os.path.dirname(os.path.abspath(__file__))
EXTRA = "greedy", "hog", "waits"
HOGS = "list,append,deferred,finalizers,timers,goroutines,Buffer,fragments"  # memory bombs that run in each stress mode
PARTS = "ranges,tampering,attacks,life,panics,input,domains,memory,waits,remote"


def prepare(r, top):
    """Three versions of a plugin, signed; keys: good and second are trusted, revoked is revoked, other is unknown."""
    shutil.copytree(os.path.join(HERE, "manager"), top, dirs_exist_ok=True)
    text = open(os.path.join(top, "filter/filter.go")).read()
    ok = r.build(top, "-o", "host.exe", "./host")
    for v in (1, 2, 3):
        folder = os.path.join(top, f"filter{v}")
        os.makedirs(folder)
        with open(folder + "/filter.go", "w") as f: f.write(text.replace("version = 1", f"version = {v}").replace("1.0.0", f"{v}.0.0"))
        ok = ok and r.build(top, "-buildmode=plugin", "-o", f"filter{v}.so", f"./filter{v}")
    if not ok or not all(r.build(top, "-buildmode=plugin", "-o", name + ".so", "./" + name) for name in EXTRA): return False
    vole = lambda *words: r.check("vole plugin " + " ".join(words), r.command(r.vole, "plugin", *words, cwd=top)[0] == 0)
    for key in ("good", "second", "revoked", "other"): vole("keygen", "-o", key)
    with open(top + "/good.pub", "a") as f: f.write(open(top + "/second.pub").read() + open(top + "/revoked.pub").read())
    for name in ("unsigned", "other", "revoked", "both"): shutil.copy(top + "/filter1.so", f"{top}/{name}.so")
    for v in (1, 2, 3): vole("sign", "-key", "good.key", f"filter{v}.so")
    for name in EXTRA: vole("sign", "-key", "good.key", name + ".so")
    for key in ("other", "revoked"): vole("sign", "-key", key + ".key", key + ".so")
    for key in ("good", "second"): vole("sign", "-key", key + ".key", "both.so")
    return True


def lines(r, name, code, said):
    """Counts what the host looked at."""
    rows = [l for l in said.split("\n") if l.startswith(("ok ", "FAIL "))]
    for l in rows: r.check(f"{name}: {l}", l.startswith("ok "), l)
    r.check(f"{name} to the end", code == 0 and rows, f"exit {code}: {said}")


def tools(r, top):
    """A package that is in no GOROOT: what asks for packages knows it."""
    vole = lambda *words: r.command(r.vole, *words, cwd=top)
    code, said = vole("list", "-f", "{{.ImportPath}} {{.Standard}}", "vole/plugin")
    r.check("list", code == 0 and said == "vole/plugin true\n", said)
    for words, want in ((("vole/plugin",), "Package plugin manages plugins"), (("vole/plugin.Manager.Swap",), "func (m *Manager) Swap("), (("vole/plugin", "Handle.Do"), "func (h *Handle[T]) Do(")):
        code, said = vole("doc", *words)
        r.check("doc " + " ".join(words), code == 0 and want in said, said)
    code, said = vole("doc", "vole/missing")
    r.check("doc of what is not there", code == 1 and "vole/missing" in said, said)
    before = open(top + "/go.mod").read()
    for words in (("vet", "./host"), ("vet", "vole/plugin"), ("mod", "tidy")):
        code, said = vole(*words)
        r.check(" ".join(words), code == 0 and not said, said)
    r.check("no requirement", open(top + "/go.mod").read() == before)


def stage(r, top, stress):
    if not prepare(r, top): return
    tools(r, top)
    n = int(os.environ.get("VOLE_PLUGIN_SWAPS", "100"))
    for debug in stress:
        env = {"VOLEDEBUG": debug, "VOLE_PLUGIN_HOGS": HOGS if debug else ""}
        lines(r, "manager " + debug, *r.command("./host.exe", top, PARTS, "0", cwd=top, env=env))
        lines(r, "swaps " + debug, *r.command("./host.exe", top, "swaps", str(n if not debug else n // 20), cwd=top, env=env))
