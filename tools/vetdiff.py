#!/usr/bin/env python3
"""Findings of `vole vet` against `go vet`: vetdiff.py --vole BIN --go BIN [--command vet|fix] [--flags '...'] [-v] TARGET...

A target is MODULE@VERSION, which is copied out of the module cache and vetted as ./..., or words for the library (std, 'cmd/go/...').
Both commands run three times: first (each has one build cache for all targets, empty at the beginning, or that of --cache), again, and after an
edit of one file. Compared are the findings as they are printed, without regard to order (of fix: the text of `fix -diff`), and whether the
exit code is 0. Prints a line a target, with the CPU seconds of vole and of go for the three runs, and last 'N the same, N not, N left out'.
Exit code 1 if findings differ.
"""
import argparse, json, os, resource, shlex, shutil, subprocess, sys, tempfile


def run(words, cwd, env, timeout):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        p = subprocess.run(words, cwd=cwd, env=env, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL)
        out, rc = (p.stdout + p.stderr).decode("utf-8", "replace"), p.returncode
    except subprocess.TimeoutExpired:
        out, rc = "timeout", -1
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return out, rc, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def module_source(go, name, env):
    p = subprocess.run([go, "mod", "download", "-json", name], capture_output=True, cwd="/", env=env)
    return json.loads(p.stdout or b"{}").get("Dir")


def edit(folder):
    """A comment at the end of the first file of a package, so that it is another one."""
    for at, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith(".go") and not name.endswith("_test.go") and "testdata" not in at:
                with open(os.path.join(at, name), "a") as f:
                    f.write("\n// edited\n")
                return


def measure(cmd, words, cwd, env, edits, timeout):
    first = run([cmd, *words], cwd, env, timeout)
    again = run([cmd, *words], cwd, env, timeout)
    if edits:
        edit(cwd)
    edited = run([cmd, *words], cwd, env, timeout)
    return first, again, edited


def findings(result, cwd):
    lines = (l.replace(cwd + "/", "").removeprefix("./") for l in result[0].splitlines())
    return sorted(l for l in lines if l and not l.startswith("# ") and not l.startswith("go: downloading"))


def compare(a, target, tmp, env):
    words = [a.command, *(["-diff"] if a.command == "fix" else []), *shlex.split(a.flags)]
    is_module = "@" in target
    source = module_source(a.go, target, env) if is_module else None
    if is_module and not source:
        return None
    results = []
    for name, cmd in (("vole", a.vole), ("go", a.go)):
        cwd = os.path.join(tmp, name, "m")
        shutil.copytree(source, cwd, symlinks=True) if source else os.makedirs(cwd)
        subprocess.run(["chmod", "-R", "u+w", os.path.dirname(cwd)])
        own = dict(env, GOCACHE=os.path.join(a.cache, name))
        all_words = words + (["./..."] if is_module else target.split())
        results.append([(findings(r, cwd), r[1] != 0, r[2]) for r in measure(cmd, all_words, cwd, own, is_module, a.timeout)])
    return results


def tell(target, results, verbose):
    ours, theirs = results
    same = all(o[:2] == t[:2] for o, t in zip(ours, theirs))
    cpu = "  ".join(f"{o[2]:.2f}/{t[2]:.2f}" for o, t in zip(ours, theirs))
    print(f"{'same' if same else 'DIFF'} {target}: {len(theirs[0][0])} lines; CPU vole/go, first, again, edited: {cpu}", flush=True)
    for o, t in zip(ours, theirs):
        if o[:2] == t[:2] or not verbose:
            continue
        print(f"  exit {o[1]} {t[1]}")
        for name, mine, other in (("vole", o[0], t[0]), ("go  ", t[0], o[0])):
            more = [l for l in mine if l not in other]
            print("".join(f"  {name}: {l}\n" for l in more[:20]) + (f"  {name}: and {len(more) - 20} more\n" if len(more) > 20 else ""), end="")
        break
    return same


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--vole", required=True)
    ap.add_argument("--go", required=True)
    ap.add_argument("--command", choices=("vet", "fix"), default="vet")
    ap.add_argument("--flags", default="")
    ap.add_argument("--cache", help="folder of the two build caches, to be used again: vole and go in it")
    ap.add_argument("--timeout", type=int, default=900)
    ap.add_argument("-v", action="store_true", help="show the lines that differ")
    ap.add_argument("targets", nargs="+")
    a = ap.parse_args()
    a.vole, a.go = os.path.abspath(a.vole), shutil.which(a.go) or a.go
    env = dict(os.environ, CGO_ENABLED="0", GOFLAGS="-mod=mod", GOWORK="off", GONOSUMCHECK="1", GOTOOLCHAIN="local")
    same = other = left = 0
    with tempfile.TemporaryDirectory() as caches:
        a.cache = os.path.abspath(a.cache or caches)
        own = os.path.join(a.cache, "vole")
        os.makedirs(own, exist_ok=True)
        subprocess.run([a.vole, "tool", a.command, "-V=full"], capture_output=True, env=dict(env, GOCACHE=own))  # its tool is there
        for target in a.targets:
            with tempfile.TemporaryDirectory() as tmp:
                results = compare(a, target, tmp, env)
            if results is None:
                print(f"left out {target}")
                left += 1
            elif tell(target, results, a.v):
                same += 1
            else:
                other += 1
    print(f"{same} the same, {other} not, {left} left out")
    sys.exit(other > 0)


if __name__ == "__main__":
    main()
