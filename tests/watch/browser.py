#!/usr/bin/env python3
"""A browser before the proxy: headless Chromium loads a page of a program that is changed, broken and mended (make browser; by hand).

Reload after a save, overlay on an error, gone after the fix, WebSocket through the proxy, JSON POST with a query string arrives whole.
Usage: browser.py BUILD [--watch]: with `vole watch`, or (the default) with the driver of tests/serve and `vole build`. Nothing depends on how
long anything takes. Last line: 'N passed, N failed'.
"""
import json, os, re, shutil, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "serve"))
import drive
from drive import free_port, until


class Browser:
    """Chromium with one page, over its debugging pipe: messages of JSON, each with a NUL behind it."""

    def __init__(self, profile):
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if not program:
            sys.exit("no chromium here")
        (self.r, out), (inp, self.w) = os.pipe(), os.pipe()

        def place():
            a, b = os.dup(inp), os.dup(out)
            os.dup2(a, 3)
            os.dup2(b, 4)
            os.set_inheritable(3, True)
            os.set_inheritable(4, True)

        args = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--user-data-dir=" + profile, "--remote-debugging-pipe", "about:blank"]
        self.p = subprocess.Popen(args, preexec_fn=place, close_fds=False, stderr=subprocess.DEVNULL)
        os.close(out)
        os.close(inp)
        self.number, self.rest, self.session = 0, b"", None
        target = until("a page", lambda: [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"])[0]["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def message(self):
        while b"\0" not in self.rest:
            b = os.read(self.r, 1 << 20)
            assert b, "the browser ended"
            self.rest += b
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **params):
        self.number += 1
        m = {"id": self.number, "method": method, "params": params}
        if self.session:
            m["sessionId"] = self.session
        os.write(self.w, json.dumps(m).encode() + b"\0")
        while (got := self.message()).get("id") != self.number:
            pass
        assert "error" not in got, got
        return got["result"]

    def value(self, text):
        """Of an expression in the page; None while the page changes."""
        try:
            r = self.call("Runtime.evaluate", expression=text, awaitPromise=True, returnByValue=True)
        except AssertionError as e:
            if "context" in str(e) or "navigat" in str(e):
                return None
            raise
        return r["result"].get("value")

    def close(self):
        self.p.kill()
        self.p.wait()


class Project:
    """A module whose program has a version; broken: with an error that shows what escaping is for."""

    def __init__(self, build, top):
        self.build, self.top = build, top
        self.port, self.proxy = free_port(), free_port()
        self.text = open(HERE + "/page.go").read()
        open(top + "/go.mod", "w").write("module example.org/page\n\ngo 1.26\n")

    def write(self, version, more=""):
        text = self.text.replace("VERSION", version) + more
        open(self.top + "/main.go.new", "w").write(text)
        os.rename(self.top + "/main.go.new", self.top + "/main.go")


class Driven(Project):
    """Built with `vole build`, served by the driver."""

    def start(self):
        os.environ["ADDRESS"] = f"127.0.0.1:{self.port}"
        self.d = drive.Driver("-proxy", f"127.0.0.1:{self.proxy}", f"127.0.0.1:{self.port}")

    def save(self, version, more=""):
        self.write(version, more)
        p = subprocess.run([self.build + "/vole", "build", "-o", "page", "."], cwd=self.top, capture_output=True, text=True)
        if p.returncode == 0:
            os.rename(self.top + "/page", self.top + "/" + version)
            self.d.tell("start", self.top + "/" + version)
            return
        errors = []
        for l in p.stderr.split("\n"):
            if m := re.match(r"(?:\./)?([\w.]+):(\d+):(\d+): (.*)", l):
                errors.append({"file": m[1], "line": int(m[2]), "col": int(m[3]), "text": m[4], "source": more.strip()})
        self.d.tell("error", json.dumps({"errors": errors}))

    def close(self):
        self.d.close()


class Watched(Project):
    """By `vole watch`, with Air's keys."""

    def start(self):
        open(self.top + "/.air.toml", "w").write(f"[proxy]\nenabled = true\nproxy_port = {self.proxy}\napp_port = {self.port}\n")
        env = dict(os.environ, ADDRESS=f"127.0.0.1:{self.port}")
        self.p = subprocess.Popen([self.build + "/vole", "watch"], cwd=self.top, env=env, stdin=subprocess.DEVNULL)

    def save(self, version, more=""):
        self.write(version, more)
        if not hasattr(self, "p"):
            self.start()

    def close(self):
        self.p.terminate()
        self.p.wait()


OVERLAY = "(document.getElementById('vole-overlay') || {}).textContent || ''"
VERSION = "document.querySelector('h1') ? document.querySelector('h1').textContent : ''"
SOCKET = """new Promise((good, bad) => {
  const s = new WebSocket('ws://' + location.host + '/ws');
  s.onopen = () => s.send('hello');
  s.onmessage = e => good(e.data);
  s.onerror = bad;
})"""
POST = "fetch('/post?debug=1&x=%20', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({a: [1, '&=']})}).then(r => r.text())"
BROKEN = "\nfunc broken() { var x int = \"</pre><b id=evil>\"; _ = x }\n"


def steps(b, project):
    def shows(version):
        return lambda: b.value(VERSION) == version

    project.save("v1")
    b.call("Page.navigate", url=f"http://localhost:{project.proxy}/")
    yield "the page", lambda: until("v1", shows("v1"))
    yield "WebSocket", lambda: b.value(SOCKET) == "hello"
    yield "JSON POST with a query", lambda: b.value(POST) == 'POST debug=1&x=%20 {"a":[1,"&="]}'
    project.save("v2")
    yield "reload after a save", lambda: until("v2", shows("v2"))
    project.save("v3", BROKEN)
    yield "overlay", lambda: "main.go" in until("an overlay", lambda: b.value(OVERLAY))
    yield "position and text of the error", lambda: re.search(r"main\.go:\d+:\d+", b.value(OVERLAY)) and "</pre><b id=evil>" in b.value(OVERLAY)
    yield "texts are no markup", lambda: b.value("document.getElementById('evil') === null")
    yield "the last good program serves", lambda: b.value(POST).startswith("POST ") and b.value(VERSION) == "v2"
    project.save("v4")
    yield "gone after the fix", lambda: until("v4", lambda: b.value(VERSION) == "v4" and b.value(OVERLAY) == "")


def main():
    build = drive.BUILD = os.path.abspath(sys.argv[1])
    top, profile = tempfile.mkdtemp(prefix="vole-browser-"), tempfile.mkdtemp(prefix="vole-chromium-")
    project = (Watched if "--watch" in sys.argv else Driven)(build, top)
    b, good, bad = None, 0, 0
    try:
        if "--watch" not in sys.argv:
            project.start()
        b = Browser(profile)
        for name, holds in steps(b, project):
            passed = bool(holds())
            print(("ok   " if passed else "FAIL ") + name, flush=True)
            good, bad = good + passed, bad + (not passed)
    finally:
        if b:
            b.close()
        project.close()
        shutil.rmtree(top)
        shutil.rmtree(profile, ignore_errors=True)
    print(f"{good} passed, {bad} failed")
    return bad > 0


sys.exit(main())
