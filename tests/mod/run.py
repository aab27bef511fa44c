#!/usr/bin/env python3
"""Fetching of modules against a server of our own that behaves badly (tests/mod/server.py): each case runs build/fetchdrv with an empty
module cache and checks the exit code, the words of the error, and that nothing was kept (neither in the cache nor in TMPDIR).

Usage: run.py BUILD [PATTERN...]. Last line: 'N passed, N failed'.
"""
import fnmatch, os, re, shutil, signal, stat, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cases, server

HANG = 900  # seconds

def listing(top):
    """What is in a folder; locks and the folders that hold them are no debris: the go command leaves them too."""
    out = []
    for d, _, files in os.walk(top):
        out += [os.path.relpath(os.path.join(d, f), top) for f in files if f != "lock" and not f.endswith(".lock")]
    return sorted(out)


def writable(top):
    for d, _, _ in os.walk(top):
        os.chmod(d, 0o755)
    return top


class Run:
    """One case's folder and environment."""

    def __init__(self, drv, srv, name):
        self.drv, self.srv, self.name = drv, srv, name
        self.top = tempfile.mkdtemp(prefix="vole-mod-")
        self.cache, self.tmp = self.top + "/cache", self.top + "/tmp"
        os.makedirs(self.tmp)
        os.makedirs(self.top + "/home")
        self.env = {k: v for k, v in os.environ.items() if k in ("PATH", "GOROOT", "LANG")}
        self.env.update(HOME=self.top + "/home", GOPATH=self.top + "/gopath", GOMODCACHE=self.cache, TMPDIR=self.tmp, GOPROXY=srv.url(name),
                        GOSUMDB="off", GOENV="off", GOAUTH="off", VOLE_NET_TIMEOUT="60", GOTOOLCHAIN="local")

    def start(self, *args):
        return subprocess.Popen([self.drv, *args], env=self.env, cwd=self.top, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end_of(self, p):
        """Streams of a process that ends by itself; nothing is said of how long a busy machine may take."""
        try:
            return p.communicate(timeout=HANG)
        except subprocess.TimeoutExpired:
            p.kill()
            raise AssertionError(f"hangs: {p.args}: " + p.communicate()[1])

    def __call__(self, *args):
        p = self.start(*args)
        self.out, self.err = self.end_of(p)
        self.code = p.returncode
        if self.code < 0:
            raise AssertionError(f"killed by signal {-self.code}: {self.err}")
        return self

    def fails(self, pattern, code=1):
        if self.code != code:
            raise AssertionError(f"exit code {self.code}, not {code}: {self.out}{self.err}")
        if not re.search(pattern, self.err):
            raise AssertionError(f"error is {self.err!r}, not {pattern!r}")
        return self

    def works(self, pattern=""):
        if self.code or not re.search(pattern, self.out):
            raise AssertionError(f"exit code {self.code}, output {self.out!r}, not {pattern!r}: {self.err}")
        return self

    def kept(self, *names):
        have = listing(self.cache)
        if have != sorted(names):
            raise AssertionError(f"in the cache: {have}, not {sorted(names)}")
        if os.listdir(self.tmp):
            raise AssertionError(f"in TMPDIR: {os.listdir(self.tmp)}")
        return self

    def write(self, name, text):
        with open(os.path.join(self.top, name), "w") as f:
            f.write(text)
        return os.path.join(self.top, name)

    def read(self, name):
        with open(os.path.join(self.top, name)) as f:
            return f.read()

    def end(self):
        shutil.rmtree(writable(self.top))


def main():
    drv = os.path.abspath(os.path.join(sys.argv[1], "fetchdrv"))
    patterns = sys.argv[2:] or ["*"]
    good = bad = 0
    with server.Server() as srv:
        for name, fn in sorted(vars(cases).items()):
            if not name.startswith("test_") or not any(fnmatch.fnmatch(name[5:], p) for p in patterns):
                continue
            r = Run(drv, srv, name[5:])
            try:
                fn(r)
                good += 1
                print(f"{name[5:]}: ok", flush=True)
            except AssertionError as e:
                bad += 1
                print(f"FAIL {name[5:]}: {e}", flush=True)
            r.end()
    print(f"{good} passed, {bad} failed")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
