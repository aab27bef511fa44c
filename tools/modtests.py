#!/usr/bin/env python3
"""The own tests of real modules, `vole test` against the official go: modtests.py --vole BIN --go BIN [-v] MODULE@VERSION...

Each module is copied from the module cache (or downloaded into it), then `test -short -json ./...` runs in it with both commands. Compared is
the verdict of each package and of each test that both ran. Modules whose tests need what cannot be had (packages, cgo) are told and not
counted. Prints a line a module and last 'N modules the same, N not, N left out; N tests the same, N not'. Exit code 1 if a verdict differs.
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile


def run(cmd, cwd, timeout, env):
    try:
        p = subprocess.run(cmd, cwd=cwd, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL, env=env)
        return p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as e:
        return (e.stdout or b"").decode("utf-8", "replace"), "timeout"


def verdicts(text):
    out, last = {}, {}
    for line in text.splitlines():
        try:
            e = json.loads(line)
        except ValueError:
            continue
        key = (e.get("Package", ""), re.sub(r"0x[0-9a-f]+|time\.Date\([^)]*\)|/Test\w+/\d{3}(?=/)|\b[0-9a-f]{10,12}\b", "_", e.get("Test", "")))  # addresses, times and t.TempDir in names
        if e.get("Action") in ("pass", "fail", "skip"):
            out[key] = e["Action"]
        elif e.get("Action") == "output":
            last.setdefault(key, []).append(e["Output"])
    return out, last


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--vole", required=True)
    ap.add_argument("--go", required=True)
    ap.add_argument("--timeout", type=int, default=300)
    ap.add_argument("-v", action="store_true", help="show the output of tests whose verdict differs")
    ap.add_argument("modules", nargs="+")
    a = ap.parse_args()
    env = dict(os.environ, CGO_ENABLED="0", GOFLAGS="-mod=mod", GOWORK="off", GONOSUMCHECK="1", GOTOOLCHAIN="local")
    same = other = left = tests_same = tests_other = 0
    for m in a.modules:
        p = subprocess.run([a.go, "mod", "download", "-json", m], capture_output=True, cwd="/", env=env)
        source = json.loads(p.stdout or b"{}").get("Dir")
        if not source:
            print(f"left out {m}: {p.stderr.decode().strip().splitlines()[-1:]}")
            left += 1
            continue
        with tempfile.TemporaryDirectory() as tmp:
            results, said = [], []
            for name, cmd in (("go", a.go), ("vole", a.vole)):
                work = os.path.join(tmp, name, "m")
                shutil.copytree(source, work, symlinks=True)
                subprocess.run(["chmod", "-R", "u+w", work])
                out, err = run([os.path.abspath(cmd), "test", "-short", "-count=1", "-json", "./..."], work, a.timeout, env)
                results.append(verdicts(out))
                said.append(err)
        (want, _), (got, output) = results
        if not any(t for (_, t) in want):
            print(f"left out {m}: no test ran: {said[0].strip()[:100]!r}")
            left += 1
            continue
        differ = sorted(k for k in set(want) | set(got) if want.get(k) != got.get(k))
        tests = [k for k in want if k[1]]
        bad = [k for k in differ if k[1] or k in want]
        tests_same += len([k for k in tests if k not in differ])
        tests_other += len([k for k in differ if k[1]])
        same += not bad
        other += bool(bad)
        print(f"{'same  ' if not bad else 'DIFFER'} {m}: {len(tests)} tests, {len(bad)} verdicts differ", flush=True)
        for k in bad[:8]:
            print(f"    {k[0]} {k[1] or '(package)'}: go {want.get(k)}, vole {got.get(k)}")
            if a.v:
                print("".join(("        " + x) for x in output.get(k, [])[-12:]), end="")
        sys.stdout.flush()
    print(f"{same} modules the same, {other} not, {left} left out; {tests_same} tests the same, {tests_other} not")
    sys.exit(other > 0)


if __name__ == "__main__":
    main()
