#!/usr/bin/env python3
"""Ways to extend a program, side by side (bench/extend; docs/extending.md draws conclusions): the same extension of two functions in each of them.

usage: extend.py [--vole PATH] [--go PATH] [--rounds N]

ready: microseconds from the beginning of main until the first call can be made. Add: nanoseconds of a call that adds two numbers; Upper: of one that turns 67 bytes
into others. memory: the host's most, in MB. Best of the rounds, which take turns. The WebAssembly module needs an official toolchain (--go), since
vole has no such target, and wazero from the module proxy; without --go the row is left out, and that is said.
"""
import argparse, os, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
WAYS = ("builtin", "reflective", "opened", "managed", "isolated", "rpc", "wasm")
NAMES = {"builtin": "compiled in", "reflective": "embed and reflection", "opened": "plugin", "managed": "plugin, managed", "isolated": "plugin, own process",
         "rpc": "process, net/rpc", "wasm": "WebAssembly, wazero"}


def command(cwd, *words, env=None):
    p = subprocess.run(words, cwd=cwd, env=dict(os.environ, GOWORK="off", GOFLAGS="", **(env or {})), capture_output=True, text=True)
    if p.returncode: sys.exit(f"extend: {' '.join(words)}: {p.stdout}{p.stderr}")


def measure(tool, cwd, exe, *args):
    """What it prints, and its most memory, in KB; that of a child of its own is not in it."""
    out = os.path.join(cwd, "measured")
    p = subprocess.run([tool, out, exe, *args], cwd=cwd, stdout=subprocess.PIPE, text=True)
    code, _, _, peak = open(out).read().split()
    if code != "0" or len(p.stdout.split()) != 3: sys.exit(f"extend: {exe}: status {code}: {p.stdout}")
    return [float(x) for x in p.stdout.split()], float(peak)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--go")
    p.add_argument("--rounds", type=int, default=5)
    a = p.parse_args()
    vole = os.path.abspath(a.vole)
    with tempfile.TemporaryDirectory() as top:
        src = os.path.join(top, "src")
        shutil.copytree(os.path.join(HERE, "extend"), src)
        at = lambda name: os.path.join(top, name)
        command(src, vole, "build", "-buildmode=plugin", "-ldflags=-s -w", "-o", at("x.so"), "./plug")
        command(top, vole, "plugin", "keygen", "-o", "keys")
        command(top, vole, "plugin", "sign", "-key", "keys.key", "x.so")
        ways = [w for w in WAYS if w != "wasm" or a.go]
        for w in ways: command(os.path.join(src, "wasm") if w == "wasm" else src, vole, "build", "-ldflags=-s -w", "-o", at(w), "." if w == "wasm" else "./" + w)
        if a.go: command(src, a.go, "build", "-buildmode=c-shared", "-ldflags=-s -w", "-o", at("x.wasm"), "./wasmplug", env={"GOOS": "wasip1", "GOARCH": "wasm"})
        best = {}
        for _ in range(a.rounds):
            for w in ways:
                figures, memory = measure(os.path.join(os.path.dirname(vole), "measure"), top, at(w), at("x.wasm" if w == "wasm" else "x.so"), at("keys.pub"))
                best[w] = [min(x) for x in zip(best.get(w, [*figures, memory]), [*figures, memory])]
        size = lambda f: f"{os.path.getsize(at(f)) / 1e3:.0f}"
        print(f"{'':22} {'host KB':>8} {'ext. KB':>8} {'ready us':>10} {'Add ns':>9} {'Upper ns':>9} {'memory MB':>10}")
        for w in ways:
            ready, add, upper, memory = best[w]
            ext = "x.wasm" if w == "wasm" else "x.so" if w in ("opened", "managed", "isolated") else None
            print(f"{NAMES[w]:22} {size(w):>8} {size(ext) if ext else '-':>8} {ready:10.1f} {add:9.2f} {upper:9.1f} {memory / 1e3:10.1f}")
        if not a.go: print("WebAssembly left out: no --go")


if __name__ == "__main__": main()
