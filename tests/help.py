#!/usr/bin/env python3
"""What helps with errors: wrong programs, the help that is wanted below their errors, and that what claims to mend them does.

tests/help/*.txt: cases. "== NAME" begins one, the source follows ("package main" is put in front; "> PATH" begins a file of
the module m that is given whole), then one line: "-- help: TEXT" must be among the lines of help; "-- fix: TEXT" too, and one of the
edits that belong to that error must make the program compile; "-- choice: TEXT": no edit of it is one that fix -errors takes. Of every edit that is told to be certain (isPreferred) the program
must compile, or, with several errors, have fewer of them. Prints 'N passed, N failed, 0 skipped' last.
"""
import argparse, concurrent.futures, glob, json, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def cases():
    for path in sorted(glob.glob(os.path.join(HERE, "help", "*.txt"))):
        for part in re.split(r"^== ", open(path, encoding="utf-8").read(), flags=re.M)[1:]:
            name, rest = part.split("\n", 1)
            source, kind, want = re.match(r"(.*?)^-- (fix|choice|help): ([^\n]*)", rest, re.M | re.S).groups()
            files = {"main.go": "package main\n\n" + source}
            if source.startswith("> "):
                files = dict(re.findall(r"^> (\S+)\n(.*?)(?=^> |\Z)", source, re.M | re.S))
            yield os.path.basename(path)[:-4] + ": " + name, files, kind, want


def build(vole, root):
    env = {k: v for k, v in os.environ.items() if k != "VOLE_PLAIN"}
    p = subprocess.run([vole, "build", "-json", "-gcflags=-e", "-o", "/dev/null"], cwd=root, env=env, capture_output=True, timeout=600)
    events = [json.loads(l) for l in p.stdout.decode().splitlines()]
    text = "".join(e.get("Output", "") for e in events) + p.stderr.decode()
    return p.returncode, text, [e["Diagnostic"] for e in events if "Diagnostic" in e]


def offset(text, at):
    """Of an LSP position, in a text whose characters may be two UTF-16 units."""
    lo = 0
    for _ in range(at["line"]):
        lo = text.index("\n", lo) + 1
    units = at["character"]
    while units > 0:
        units -= 2 if ord(text[lo]) >= 0x10000 else 1
        lo += 1
    return lo


def applied(vole, files, fix):
    """Errors of the program with the edits of a fix: (exit code, number, text)."""
    with tempfile.TemporaryDirectory() as root:
        write(root, files)
        for e in reversed(fix["edits"]):
            path = os.path.join(root, os.path.relpath(e["file"], fix["root"]))
            text = open(path, encoding="utf-8").read()
            lo, hi = offset(text, e["range"]["start"]), offset(text, e["range"]["end"])
            open(path, "w", encoding="utf-8").write(text[:lo] + e["newText"] + text[hi:])
        rc, text, found = build(vole, root)
        return rc, len(found), text


def write(root, files):
    for path, text in {"go.mod": "module m\n\ngo 1.24\n", **files}.items():
        os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
        open(os.path.join(root, path), "w", encoding="utf-8").write(text)


def run(vole, name, files, kind, want):
    with tempfile.TemporaryDirectory() as root:
        write(root, files)
        rc, text, found = build(vole, root)
    bad = []
    if rc != 1:
        bad.append(f"exit {rc}")
    if not any(want in l for l in text.split("\n") if l.startswith("    ")):
        bad.append(f"no help {want!r}")
    mended, nfixes = False, 0
    for d in found:
        for fix in d.get("fixes", []):
            fix["root"] = root
            after, left, said = applied(vole, files, fix)
            nfixes += 1
            belongs = want in fix["title"] or want in text or any(want in h for h in d.get("help", []))
            mended |= after == 0 and belongs
            if fix.get("isPreferred") and after != 0 and left >= len(found):
                bad.append(f"does not compile: {fix['title']}\n{said}")
    if kind == "choice" and not any(want in f["title"] for d in found for f in d.get("fixes", [])):
        bad.append("no edit to choose")
    if kind == "choice" and any(want in f["title"] and not f.get("byChoice") for d in found for f in d.get("fixes", [])):
        bad.append("it is no choice")
    if kind == "fix" and not mended:
        bad.append("no fix mends it")
    return bad and bad + [text], nfixes


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("-j", type=int, default=os.cpu_count())
    p.add_argument("-v", action="store_true", help="show all messages")
    p.add_argument("names", nargs="*", help="only cases whose name contains one of these")
    a = p.parse_args()
    vole = os.path.abspath(a.vole)
    todo = [c for c in cases() if not a.names or any(n in c[0] for n in a.names)]
    failed = fixes = 0
    with concurrent.futures.ThreadPoolExecutor(a.j) as pool:
        for c, (bad, n) in zip(todo, pool.map(lambda c: run(vole, *c), todo)):
            fixes += n
            if bad:
                failed += 1
                print(f"FAIL {c[0]}\n    " + "\n".join(bad).replace("\n", "\n    "), flush=True)
    print(f"{fixes} fixes applied; {sum(c[2] == 'fix' for c in todo)} programs of {len(todo)} are to be mended")
    print(f"{len(todo) - failed} passed, {failed} failed, 0 skipped")
    sys.exit(failed > 0 or not todo)


if __name__ == "__main__":
    main()
