#!/usr/bin/env python3
"""An editor's session with gopls that vole built and that has vole as its only `go`; each answer is checked, and compared with gc's.

Usage: tools/gopls_session.py --vole build/vole [--go OFFICIAL] [--gopls MODULE@VERSION]
gopls is downloaded and built by vole. It runs with a PATH whose `go` is a link to vole, in a GOROOT without bin/ and pkg/tool, on a
copy of examples/gin, and is spoken to over its standard input and output (JSON-RPC). With --go the same is done with gopls built by the
official toolchain and with that as its `go`, and every answer must be the same. A line an answer; last line 'N passed, N failed, 0 skipped'.
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile, threading

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATIENCE = 900  # seconds for one answer: a busy machine is slow, a hang is for ever


class Server:
    """A gopls that runs, and what it said."""

    def __init__(self, command, cwd, env):
        self.p = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.answers, self.diagnostics, self.ended, self.serial, self.told = {}, {}, [], 0, []
        self.news = threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()

    def write(self, message):
        body = json.dumps(dict(message, jsonrpc="2.0")).encode()
        self.p.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.p.stdin.flush()

    def listen(self):
        while True:
            length = 0
            while (line := self.p.stdout.readline()).strip():
                if line.lower().startswith(b"content-length:"): length = int(line.split(b":")[1])
            if not line: break
            message = json.loads(self.p.stdout.read(length))
            with self.news:
                self.take(message)
                self.news.notify_all()

    def take(self, m):
        if "method" in m and "id" in m:  # gopls asks: a value for each item of its configuration, else nothing
            self.write({"id": m["id"], "result": [None] * len(m["params"]["items"]) if m["method"] == "workspace/configuration" else None})
        elif "method" not in m:
            self.answers[m["id"]] = m
        elif m["method"] == "textDocument/publishDiagnostics":
            self.diagnostics[m["params"]["uri"], m["params"].get("version", 0)] = m["params"]["diagnostics"]
        elif m["method"] == "$/progress" and m["params"]["value"].get("kind") == "end":
            self.ended.append(m["params"]["value"].get("message", ""))
        elif m["method"] == "window/showMessage":
            self.told.append(m["params"]["message"])

    def wait(self, what):
        with self.news:
            if not self.news.wait_for(what, PATIENCE): raise RuntimeError("no answer in %d s" % PATIENCE)
            return what()

    def notify(self, method, params):
        self.write({"method": method, "params": params})

    def ask(self, method, params):
        self.serial += 1
        n = self.serial
        self.write({"id": n, "method": method, "params": params})
        m = self.wait(lambda: self.answers.get(n))
        return m["error"] if "error" in m else m["result"]


def at(text, pattern):
    """The position of the group of pattern in text."""
    m = re.search(pattern, text)
    start = m.start(1)
    return {"line": text.count("\n", 0, start), "character": start - (text.rfind("\n", 0, start) + 1)}


def shorter(answer, where):
    """An answer as text in which folders have names, so that two sessions can be compared."""
    text = json.dumps(answer, sort_keys=True, indent=1)
    for name, folder in where.items(): text = text.replace(folder, name)
    return text


def by_order(items):
    return sorted(items, key=lambda x: json.dumps(x, sort_keys=True))


def session(gopls, path, folder, env, where):
    """Yields (question, answer as text, what must be in it)."""
    s = Server([gopls, "serve"], folder, dict(env, PATH=path))
    root, uri = "file://" + folder, "file://" + folder + "/main.go"
    text = open(folder + "/main.go").read()
    doc = {"uri": uri}
    here = lambda pattern: {"textDocument": doc, "position": at(text, pattern)}
    say = lambda answer: shorter(answer, where)

    capabilities = {"window": {"workDoneProgress": True}, "workspace": {"configuration": True, "workspaceEdit": {"documentChanges": True}},
                    "textDocument": {"completion": {"completionItem": {"snippetSupport": False}}}}
    hello = s.ask("initialize", {"processId": os.getpid(), "rootUri": root, "capabilities": capabilities,
                                 "workspaceFolders": [{"uri": root, "name": "gin"}]})
    yield "initialize", say(hello["capabilities"]), '"renameProvider"'
    s.notify("initialized", {})
    s.wait(lambda: s.ended)
    yield "packages are loaded", say(s.ended[0]), "Finished loading packages."

    s.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "go", "version": 1, "text": text}})
    s.wait(lambda: (uri, 1) in s.diagnostics)
    yield "no diagnostics", say(s.diagnostics[uri, 1]), "[]"
    yield "definition into gin", say(s.ask("textDocument/definition", here(r"gin\.(New)\(\)"))), "gin-gonic/gin@v1.12.0/gin.go"
    yield "definition into the library", say(s.ask("textDocument/definition", here(r"strconv\.(Atoi)"))), "$GOROOT/src/strconv/"
    yield "type definition", say(s.ask("textDocument/typeDefinition", here(r"\b(r)\.GET"))), "gin-gonic/gin@v1.12.0/gin.go"
    yield "hover", say(s.ask("textDocument/hover", here(r"gin\.(New)\(\)"))), "func gin.New(opts ...gin.OptionFunc) *gin.Engine"
    yield "signature help", say(s.ask("textDocument/signatureHelp", here(r"strconv\.Atoi\((c)"))), "Atoi(s string) (int, error)"
    yield "symbols", say(s.ask("textDocument/documentSymbol", {"textDocument": doc})), "(*store).add"
    yield "references", say(by_order(s.ask("textDocument/references", dict(here(r"type (Item) "), context={"includeDeclaration": True})))), uri.replace(folder, "$FOLDER")
    yield "implementations", say(by_order(s.ask("textDocument/implementation", here(r"\*gin\.(Engine)")) or [])), "gin-gonic/gin@v1.12.0/"
    yield "highlights", say(s.ask("textDocument/documentHighlight", here(r"\b(router)\("))), '"range"'
    yield "symbols of the workspace", say(by_order(s.ask("workspace/symbol", {"query": "router"}))), "router"
    calls = s.ask("textDocument/prepareCallHierarchy", here(r"func (router)"))
    yield "calls", say(s.ask("callHierarchy/incomingCalls", {"item": calls[0]})), '"main"'
    yield "formatting", say(s.ask("textDocument/formatting", {"textDocument": doc, "options": {"tabSize": 8, "insertSpaces": False}})), "[]"

    def change(version, new):
        s.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": new}]})

    wrong = text.replace("r := gin.New()\n", "r := gin.New()\n\tvar n int = r.\n", 1)
    change(2, wrong)
    items = s.ask("textDocument/completion", {"textDocument": doc, "position": dict(at(wrong, r"= r\.()\n"))})["items"]
    yield "completion", say(sorted([i["label"], i.get("detail", ""), i["kind"]] for i in items)), '"RunUnix"'
    change(3, text.replace('c.String(http.StatusOK, "pong")', 'c.String("x", 1)\n\t\tundefined1()', 1))
    s.wait(lambda: len(s.diagnostics.get((uri, 3), [])) > 1)
    yield "diagnostics of a type error", say(by_order(s.diagnostics[uri, 3])), 'undefined: undefined1'
    change(4, text.replace('"strconv"\n', '', 1))
    s.wait(lambda: s.diagnostics.get((uri, 4)))
    yield "a missing import", say(by_order(s.diagnostics[uri, 4])), "undefined: strconv"
    fixes = s.ask("textDocument/codeAction", {"textDocument": doc, "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
                                             "context": {"diagnostics": [], "only": ["source.organizeImports"]}})
    yield "imports are put in order", say([[f["title"], f.get("edit")] for f in fixes]), 'strconv'
    change(5, text)
    s.wait(lambda: s.diagnostics.get((uri, 5)) == [])
    yield "no diagnostics again", say(s.diagnostics[uri, 5]), "[]"
    edit = s.ask("textDocument/rename", dict(here(r"func \(s \*(store)\) get"), newName="stock"))
    yield "rename", say(edit), '"newText": "stock"'
    yield "a rename that cannot be", say(s.ask("textDocument/rename", dict(here(r"func \(s \*store\) (get)"), newName="add"))), "would conflict with this method"
    mod = {"uri": root + "/go.mod"}
    s.notify("textDocument/didOpen", {"textDocument": dict(mod, languageId="go.mod", version=1, text=open(folder + "/go.mod").read())})
    yield "hover in go.mod", say(s.ask("textDocument/hover", {"textDocument": mod, "position": {"line": 4, "character": 12}})), "gin"
    yield "lenses of go.mod", say(s.ask("textDocument/codeLens", {"textDocument": mod})), "gopls.tidy"
    known = s.ask("workspace/executeCommand", {"command": "gopls.list_known_packages", "arguments": [{"URI": uri}]})
    yield "packages that can be imported", say(sorted(k for k in known["Packages"] if "." not in k or "gin-gonic" in k)), "gin-gonic/gin/binding"
    yield "it told nothing", say(s.told), "[]"
    s.ask("shutdown", None)
    s.notify("exit", None)
    yield "exit", str(s.p.wait(PATIENCE)), "0"


def link_tree(src, dst):
    """The library's source as a GOROOT without programs."""
    for part in ("src", "pkg/include", "lib", "api", "VERSION", "go.env"):
        a, b = os.path.join(src, part), os.path.join(dst, part)
        if os.path.isdir(a): shutil.copytree(a, b, copy_function=lambda f, t: link(f, t), symlinks=True)
        elif os.path.exists(a): link(a, b)


def link(f, t):
    try: os.link(f, t)
    except OSError: shutil.copy2(f, t)


def answers(o, tool, name, tmp):
    own = name == "vole"
    module, version = o.gopls.split("@")
    run = subprocess.run([tool, "mod", "download", "-json", o.gopls], capture_output=True, text=True, cwd="/")
    if run.returncode: raise RuntimeError("download: " + run.stderr + run.stdout)
    top = os.path.join(tmp, name)
    shutil.copytree(json.loads(run.stdout)["Dir"], top + "/src")
    subprocess.run(["chmod", "-R", "u+w", top], check=True)
    run = subprocess.run([tool, "build", "-o", top + "/gopls", "."], cwd=top + "/src", env=dict(os.environ, CGO_ENABLED="0", GOFLAGS="-buildvcs=false"),
                         capture_output=True, text=True)
    if run.returncode: raise RuntimeError("build: " + run.stderr)
    value = lambda n: subprocess.run([tool, "env", n], capture_output=True, text=True, check=True, cwd="/").stdout.strip()
    env = {"HOME": top, "GOTELEMETRY": "off", "GOMODCACHE": value("GOMODCACHE"), "GOCACHE": value("GOCACHE"), "GOPROXY": value("GOPROXY"),
           "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "XDG_CACHE_HOME": top + "/cache", "GOROOT": value("GOROOT")}
    os.makedirs(top + "/bin")
    os.symlink(tool, top + "/bin/go")
    if own:
        link_tree(env["GOROOT"], top + "/goroot")
        env["GOROOT"] = top + "/goroot"
    path = top + "/bin:/usr/bin:/bin"
    folder = top + "/gin"
    shutil.copytree(TOP + "/examples/gin", folder)
    where = {"$FOLDER": folder, "$GOROOT": env["GOROOT"], "$MODCACHE": env["GOMODCACHE"]}
    return session(top + "/gopls", path, folder, env, where)


def collect(o, tool, name, tmp):
    """The answers of a session, and why it ended early."""
    got = []
    try:
        for answer in answers(o, tool, name, tmp): got.append(answer)
    except (RuntimeError, OSError, AttributeError, TypeError, KeyError) as e:
        got.append(("the session", "%s: %s" % (type(e).__name__, e), "\0"))
    return got


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", required=True)
    p.add_argument("--go")
    p.add_argument("--gopls", default="golang.org/x/tools/gopls@v0.22.0")
    p.add_argument("-v", action="store_true", help="shows the answers")
    o = p.parse_args()
    tmp = tempfile.mkdtemp(prefix="gopls")
    theirs = {q: a for q, a, _ in collect(o, os.path.abspath(o.go), "go", tmp)} if o.go else None
    bad = n = 0
    for question, answer, needed in collect(o, os.path.abspath(o.vole), "vole", tmp):
        n += 1
        wrong = "" if needed in answer else " has no %r: %s" % (needed, answer[:600])
        if theirs is not None and theirs.get(question) != answer:
            wrong += " differs from gc's: %s\n  gc's: %s" % (answer[:1500], str(theirs.get(question))[:1500])
        bad += wrong != ""
        print(question + (":" + wrong if wrong else ": ok" + (", as gc" if o.go else "")), flush=True)
        if o.v: print(answer[:2000])
    subprocess.run(["chmod", "-R", "u+w", tmp])
    shutil.rmtree(tmp, ignore_errors=True)
    print("%d passed, %d failed, 0 skipped" % (n - bad, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
