"""What bench/published.py measures: the services, how each is made runnable, and what their toolchains call themselves.

A service is one process that listens on 127.0.0.1, on the port that follows its command, with the routes of go/main.go. What it depends on comes by name and
pinned version through the clients of its language (mvn, pip, npm) into the cache folder, at the first run only. Missing says why one cannot be had here.
"""
import collections, glob, hashlib, os, re, shutil, subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
Service = collections.namedtuple("Service", "key name language make")


class Missing(Exception):
    """The reason why a service or a row is left out."""


def run(words, cwd=None, env=None):
    p = subprocess.run(words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if p.returncode:
        lines = [l for l in p.stdout.strip().split("\n") if l.strip()] or ["no message"]
        raise Missing("%s: exit code %d: %s" % (" ".join(os.path.basename(w) for w in words[:3]), p.returncode, " | ".join(lines[-3:])[:400]))
    return p.stdout


def java_version(java):
    """(major, what it calls itself); a java that does not run is version 0."""
    p = subprocess.run([java, "-version"], capture_output=True, text=True)
    m = re.search(r'version "(\d+)', p.stderr)
    lines = p.stderr.strip().split("\n")
    return (int(m[1]), lines[min(1, len(lines) - 1)]) if m and not p.returncode else (0, "")


def newest_java():
    """JAVA_HOME's, else the newest of the distribution's folder and PATH's."""
    if home := os.environ.get("JAVA_HOME"): return os.path.join(home, "bin", "java")
    found = {os.path.realpath(p) for p in [*glob.glob("/usr/lib/jvm/*/bin/java"), shutil.which("java")] if p and os.access(p, os.X_OK)}
    return max(sorted(found), key=lambda p: java_version(p)[0], default=None)


class Machine:
    """The tools that are here, and a folder for what is made of the dependencies."""

    def __init__(self, options, tmp, say):
        self.tmp, self.cache, self.say = tmp, os.path.abspath(options.cache), say
        self.vole, self.go, self.java, self.python = options.vole and os.path.abspath(options.vole), options.go, options.java or newest_java(), options.python
        self.versions = collections.OrderedDict()

    def need(self, command, what):
        path = command and shutil.which(command)
        if not path: raise Missing("%s is not installed" % what)
        return path

    def official_go(self):
        path = self.need(self.go, "go")
        if self.vole and os.path.exists(self.vole) and os.path.samefile(path, self.vole): raise Missing("`%s` is a link to vole; --go names the official one" % self.go)
        return path

    def java_home(self):
        path = os.path.realpath(self.need(self.java, "java"))
        major, name = java_version(path)
        if major < 17: raise Missing("Java 17 or later is not installed")
        self.versions["Java"] = name
        return path, os.path.dirname(os.path.dirname(path))

    def kept(self, name, sources, tools, make):
        """The folder of the cache that `make` filled from these files with these tools; it is filled again when one of them changes."""
        key = hashlib.sha256("\0".join(tools).encode())
        for s in sources: key.update(open(os.path.join(HERE, s), "rb").read())
        folder = os.path.join(self.cache, name + "-" + key.hexdigest()[:16])
        done = os.path.join(folder, ".complete")
        if not os.path.exists(done):
            self.say("%s: its dependencies are fetched into the cache (the first time only)" % name)
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            make(folder)
            open(done, "w").close()
        return folder


def build_go(m, key, tool, source):
    out = os.path.join(m.tmp, key)
    run([tool, "build", "-o", out, os.path.join(HERE, source)], env=dict(os.environ, CGO_ENABLED="0", GOFLAGS="", GOWORK="off"))
    return out


def by_vole(m):
    tool = m.need(m.vole, "vole")
    m.versions["vole"] = run([tool, "version"]).strip()
    return [build_go(m, "vole-service", tool, "go/main.go")]


def by_gc(m):
    tool = m.official_go()
    m.versions["gc"] = run([tool, "version"]).strip()
    return [build_go(m, "gc-service", tool, "go/main.go")]


def by_maven(folder, label, dependency):
    def make_it(m):
        java, home = m.java_home()
        mvn = m.need("mvn", "Maven (mvn)")

        def make(to):
            for f in ("pom.xml", "Service.java"): shutil.copy(os.path.join(HERE, folder, f), to)
            run([mvn, "-q", "-B", "-Dmaven.repo.local=" + os.path.join(m.cache, "maven"), "package"], cwd=to, env=dict(os.environ, JAVA_HOME=home))

        at = m.kept(folder, [folder + "/pom.xml", folder + "/Service.java"], [java], make)
        pom = open(os.path.join(HERE, folder, "pom.xml")).read()
        m.versions[label] = re.search(r"<artifactId>%s</artifactId>\s*<version>([^<]+)" % dependency, pom)[1]
        return [java, "-jar", os.path.join(at, "target", "service.jar")]
    return make_it


def by_pip(source, labels):
    def make_it(m):
        python = m.need(m.python, "Python")

        def make(to):
            run([python, "-m", "venv", to])
            run([os.path.join(to, "bin", "python"), "-m", "pip", "install", "-q", "--cache-dir", os.path.join(m.cache, "pip"), "-r", os.path.join(HERE, "python", "requirements.txt")])

        version = run([python, "--version"]).strip()
        at = m.kept("python", ["python/requirements.txt"], [python, version], make)
        m.versions["Python"] = version.split()[-1]
        pins = dict(l.strip().split("==") for l in open(os.path.join(HERE, "python", "requirements.txt")) if "==" in l)
        for label in labels: m.versions[label] = pins[label]
        return [os.path.join(at, "bin", "python"), os.path.join(HERE, "python", source)]
    return make_it


def by_node(source, label=None):
    def make_it(m):
        node = m.need("node", "Node")
        version = run([node, "--version"]).strip()
        m.versions["Node"] = version.lstrip("v")
        if not label: return [node, os.path.join(HERE, "node", source)]
        npm = m.need("npm", "npm")

        def make(to):
            for f in ("package.json", "package-lock.json", source): shutil.copy(os.path.join(HERE, "node", f), to)
            run([npm, "ci", "--silent", "--no-audit", "--no-fund", "--cache", os.path.join(m.cache, "npm")], cwd=to)

        at = m.kept("node", ["node/package.json", "node/package-lock.json", "node/" + source], [version], make)
        m.versions[label] = re.search(r'"express": "([^"]+)"', open(os.path.join(HERE, "node", "package.json")).read())[1]
        return [node, os.path.join(at, source)]
    return make_it


SERVICES = (
    Service("vole", "Go, vole", "Go", by_vole),
    Service("gc", "Go, gc", "Go", by_gc),
    Service("javalin", "Java, Javalin", "Java", by_maven("javalin", "Javalin", "javalin")),
    Service("spring", "Java, Spring Boot", "Java", by_maven("spring", "Spring Boot", "spring-boot-starter-parent")),
    Service("fastapi", "Python, FastAPI", "Python", by_pip("fastapi_service.py", ("fastapi", "uvicorn", "uvloop"))),
    Service("flask", "Python, Flask", "Python", by_pip("flask_service.py", ("Flask", "waitress"))),
    Service("node", "Node, http", "Node", by_node("http.js")),
    Service("express", "Node, Express", "Node", by_node("express.js", "Express")),
)


# What waits: (key, name, how many in a whole run, the command for N of them).
def park_go(tool_of, key):
    return lambda m, n: [build_go(m, key + "-parked", tool_of(m), "parked/parked.go"), str(n)]


def park_c(m, n):
    cc, out = m.need(os.environ.get("CC", "cc"), "a C compiler"), os.path.join(m.tmp, "c-parked")
    run([cc, "-O2", "-pthread", "-o", out, os.path.join(HERE, "parked", "parked.c")])
    m.versions["C compiler"] = run([cc, "--version"]).split("\n")[0]
    return [out, str(n)]


def park_java(kind, least):
    def make(m, n):
        java, home = m.java_home()
        if java_version(java)[0] < least: raise Missing("virtual threads need Java %d or later (--java)" % least)
        javac = m.need(os.path.join(home, "bin", "javac"), "the compiler of that Java (javac)")
        run([javac, "-d", m.tmp, os.path.join(HERE, "parked", "Parked.java")])
        return [java, "-cp", m.tmp, "Parked", str(n), kind]
    return make


PARKED = (
    ("vole", "goroutine, vole", 100000, park_go(lambda m: m.need(m.vole, "vole"), "vole")),
    ("gc", "goroutine, gc", 100000, park_go(Machine.official_go, "gc")),
    ("javalin", "virtual thread, Java", 100000, park_java("virtual", 21)),
    ("c", "thread, C", 10000, park_c),
    ("spring", "platform thread, Java", 10000, park_java("platform", 17)),
)
