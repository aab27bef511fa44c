"""The cases of tests/mod/run.py: test_NAME(run) talks to the site NAME of the server, which @site defines just above it."""
import os, signal, socket, struct, subprocess, time, zipfile

from server import *

M = f"{PATH}@{VERSION}"
AT = f"cache/download/{PATH}/@v/{VERSION}."
LIST = f"cache/download/{PATH}/@v/list"
DIR = f"{PATH}@{VERSION}"
MADE = {}  # name -> zip file, or what makes it
FILES = [f"{DIR}/{f}" for f in GOOD]


def zip_site(name, make):
    """A site whose zip file is another one. It is made by prepare(name), before the client's clock runs."""
    MADE[name] = make

    def answer(h, rest):
        if not rest.endswith(".zip"):
            return False
        h.send(prepare(name))
    SITES[name] = answer


def prepare(name):
    if callable(MADE[name]):
        MADE[name] = MADE[name]()
    return MADE[name]


# ---- what works ----------------------------------------------------------------------------------------------------------

def test_good(r):
    r("stat", PATH, VERSION).works("^v1.0.0 2024-01-02T03:04:05Z").kept(AT + "info")
    r("versions", PATH).works("^v1.0.0\n$")
    r("latest", PATH).works("^v1.0.0 ")
    r("gomod", PATH, VERSION).works("module example.org/m").kept(AT + "info", AT + "mod", LIST)
    r("-sum", "go.sum", "dir", M).works(DIR + "\n$").kept(AT + "info", AT + "mod", LIST, AT + "zip", AT + "ziphash", *FILES)
    assert r.read("go.sum") == f"{PATH} {VERSION} {zip_h1(GOOD_ZIP)}\n", r.read("go.sum")
    assert os.stat(f"{r.cache}/{DIR}").st_mode & 0o777 == 0o555 and os.stat(f"{r.cache}/{DIR}/m.go").st_mode & 0o777 == 0o444
    r.env["GOPROXY"] = "off"  # all of it is there
    r("-sum", "go.sum", "dir", M).works(DIR)
    r("dir", f"{PATH}@v1.0.1").fails("example.org/m@v1.0.1: module lookup disabled by GOPROXY=off|module lookup disabled by GOPROXY=off", 2)


def test_writable(r):
    r("-rw", "dir", M).works()
    assert os.stat(f"{r.cache}/{DIR}").st_mode & 0o200


def test_parallel(r):
    """Several processes and threads ask for the same thing at once: it is there once."""
    ps = [r.start("-sum", "go.sum", "dir", M, M, M) for _ in range(6)]
    outs = [(r.end_of(p), p.returncode) for p in ps]
    assert all(c == 0 for _, c in outs), outs
    assert sum(rest.endswith(".zip") for name, rest, _ in r.srv.log if name == "parallel") == 1
    r.kept(AT + "info", AT + "zip", AT + "ziphash", *FILES)


def test_file(r):
    """A module cache is a proxy by a file: URL."""
    r("stat", PATH, VERSION).works()
    r("gomod", PATH, VERSION).works()
    r("dir", M).works()
    r.env["GOPROXY"] = "file://" + r.cache + "/cache/download"
    r.cache = r.env["GOMODCACHE"] = r.top + "/cache2"
    r("versions", PATH).works("^v1.0.0\n$")
    r("dir", M).works().kept(AT + "info", AT + "zip", AT + "ziphash", *FILES)
    r("stat", PATH, "v1.0.1").fails("v1.0.1.info: no such file or directory", 2)


# ---- statuses --------------------------------------------------------------------------------------------------------------

@site("status")
def status(h, rest):
    code = int(rest.split("/")[0])
    h.text("no such thing here" if code < 500 else "", code)


def test_status(r):
    for code, words, end in ((404, "404 Not Found", 2), (410, "410 Gone", 2), (403, "403 Forbidden", 1), (500, "500 Internal Server Error", 1),
                             (503, "503 Service Unavailable", 1)):
        r.env["GOPROXY"] = r.srv.url("status") + f"/{code}"
        more = "\n\tserver response: no such thing here" if code < 500 else ""
        for args in (("stat", PATH, VERSION), ("gomod", PATH, VERSION), ("dir", M)):
            r(*args).fails(rf"^(go: downloading .*\n)?{M}: reading http://127.*: {words}{more}\n$", end).kept()
        r("versions", PATH).fails(rf"^module {PATH}: reading http://127.*list: {words}{more}\n$", end).kept()


@site("terminal")
def terminal(h, rest):
    h.text("\x1b[31mred\x07", 404)


def test_terminal(r):
    """What could play with a terminal is not shown."""
    r("stat", PATH, VERSION).fails("404 Not Found\n$", 2)
    assert "\x1b" not in r.err


def test_lists(r):
    good, gone, bad = r.srv.url("good"), r.srv.url("status") + "/410", r.srv.url("status") + "/500"
    for proxies, ok in ((f"{gone},{good}", 1), (f"{bad},{good}", 0), (f"{bad}|{good}", 1), (f"http://127.0.0.1:1|{good}", 1),
                        (f"http://127.0.0.1:1,{good}", 0), (f"{gone},off", 0), (f"off,{good}", 0), (f"{bad}|{gone},{good}", 1)):
        r.env["GOPROXY"] = proxies
        r("stat", PATH, VERSION)
        assert (r.code == 0) == bool(ok), (proxies, r.err)
        if ok:
            r.kept(AT + "info")
            os.remove(f"{r.cache}/{AT}info")
    r.env["GOPROXY"] = f"{gone}|{bad}"
    r("stat", PATH, VERSION).fails("500 Internal Server Error")  # tells more than that there is none
    for proxies, words in (("", "GOPROXY list is not the empty string, but contains no entries"), (",", "contains no entries"),
                           ("ftp://x", r"invalid proxy URL scheme \(must be https, http, file\): ftp://x"),
                           ("x", "invalid proxy URL missing scheme: x"), ("file://host/x", "invalid file:// proxy URL with non-path elements")):
        if proxies:
            r.env["GOPROXY"] = proxies
            r("stat", PATH, VERSION).fails(words)
    r.env.update(GOPROXY=good, GONOPROXY="example.org")
    r("stat", PATH, VERSION)
    assert r.code and "disabled by GOPRIVATE" in r.err or "unrecognized import path" in r.err, r.err


# ---- transfers -----------------------------------------------------------------------------------------------------------------

@site("cut")
def cut(h, rest):
    if not rest.endswith((".zip", ".mod", ".info")):
        return False
    body = GOOD_ZIP if rest.endswith(".zip") else b'{"Version":"v1.0.0"}'
    h.send(body[:len(body) // 2], length=len(body))


def test_cut(r):
    for args in (("stat", PATH, VERSION), ("gomod", PATH, VERSION), ("dir", M)):
        r(*args).fails("unexpected EOF").kept()


@site("huge")
def huge(h, rest):
    h.send(b"{}", length=10 ** 18)


def test_huge(r):
    """A Content-Length that nobody can mean."""
    for args in (("stat", PATH, VERSION), ("gomod", PATH, VERSION), ("dir", M)):
        r(*args).fails("unexpected EOF|longer than").kept()


@site("endless")
def endless(h, rest):
    h.send_response(200)
    h.send_header("Transfer-Encoding", "chunked")
    h.end_headers()
    while True:
        h.wfile.write(b"100000\r\n" + b" " * (1 << 20) + b"\r\n")


def test_endless(r):
    r("stat", PATH, VERSION).fails("the answer is longer than [0-9]+ bytes").kept()


@site("stall")
def stall(h, rest):
    if rest.endswith(".zip"):
        h.send_response(200)
        h.send_header("Content-Length", str(len(GOOD_ZIP)))
        h.end_headers()
        h.wfile.write(GOOD_ZIP[:100])
        h.wfile.flush()
    time.sleep(30)


def test_stall(r):
    r.env["VOLE_NET_TIMEOUT"] = "2"
    for args in (("stat", PATH, VERSION), ("dir", M)):
        r(*args).fails("no progress for 2 seconds").kept()


@site("slow")
def slow(h, rest):
    """Slower than the time limit as a whole, but it goes on."""
    if not rest.endswith(".info"):
        return False
    body = b'{"Version":"v1.0.0"}'
    h.send_response(200)
    h.send_header("Content-Length", str(len(body)))
    h.end_headers()
    for i in range(len(body)):
        h.wfile.write(body[i:i + 1])
        h.wfile.flush()
        time.sleep(0.4)


def test_slow(r):
    r.env["VOLE_NET_TIMEOUT"] = "4"
    r("stat", PATH, VERSION).works("^v1.0.0")


@site("redirects")
def redirects(h, rest):
    h.redirect(f"/redirects/{rest}x" if len(rest) < 2000 else "/")


def test_redirects(r):
    r("stat", PATH, VERSION).fails("stopped after 10 redirects").kept()


@site("redirected")
def redirected(h, rest):
    h.redirect(f"/good/{rest}")


def test_redirected(r):
    r("dir", M).works()


@site("elsewhere")
def elsewhere(h, rest):
    h.redirect("file:///etc/passwd")


def test_elsewhere(r):
    r("gomod", PATH, VERSION).fails("unsupported protocol scheme \"file\"").kept()


@site("gibberish")
def gibberish(h, rest):
    h.wfile.write(b"\0\1\2 this is no HTTP\n\n")
    h.close_connection = True


def test_gibberish(r):
    r("stat", PATH, VERSION).fails(f"{M}: Get \"http://127").kept()


@site("reset")
def reset(h, rest):
    h.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    h.close_connection = True
    h.connection.close()


def test_reset(r):
    r("stat", PATH, VERSION).fails("connection reset by peer|EOF").kept()


def test_refused(r):
    r.env["GOPROXY"] = "http://127.0.0.1:1"
    r("stat", PATH, VERSION).fails(r'Get "http://127.0.0.1:1/example.org/m/@v/v1.0.0.info": dial tcp 127.0.0.1:1: connect: connection refused').kept()


@site("headers")
def headers(h, rest):
    h.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for i in range(200000):
        h.wfile.write(b"X-A: " + b"b" * 100 + b"\r\n")


def test_headers(r):
    r("stat", PATH, VERSION).fails("Get \"http://127|read \"http://127").kept()


# ---- answers -----------------------------------------------------------------------------------------------------------------

@site("garbage")
def garbage(h, rest):
    kind, _, rest = rest.partition("/")
    body = {"html": "<!DOCTYPE html><html><body>Sign in</body></html>", "empty": "", "half": '{"Version":"v1', "list": "[1,2]", "number": "7",
            "other": '{"Version":"v1.0.1"}', "none": "{}", "type": '{"Version":[1]}', "time": '{"Version":"v1.0.0","Time":"yesterday"}',
            "version": '{"Version":"latest\\n"}', "deep": "[" * 100000, "nul": '{"Version":"v1.0.0\\u0000"}'}[kind]
    h.send(body, kind="text/html")


def test_garbage(r):
    for kind in ("html", "empty", "half", "list", "number", "type", "time", "version", "deep", "nul"):
        r.env["GOPROXY"] = r.srv.url("garbage") + "/" + kind
        for args in (("stat", PATH, VERSION), ("latest", PATH), ("stat", PATH, "master")):
            r(*args).fails(rf"^(module )?{PATH}[@:].*invalid response from proxy \"http://127").kept()
    for kind, words in (("other", "proxy returned info for version v1.0.1 instead of requested version"),
                        ("none", "proxy returned info for version  instead of requested version")):
        r.env["GOPROXY"] = r.srv.url("garbage") + "/" + kind
        r("stat", PATH, VERSION).fails(words).kept()
    r("stat", PATH, "master").fails('proxy returned invalid version ""').kept()
    r.env["GOPROXY"] = r.srv.url("garbage") + "/html"
    r("versions", PATH).works("^$")  # no line of it is a version
    r("dir", M).fails(f"{M}: .*zip: not a valid zip file").kept()


@site("badlist")
def badlist(h, rest):
    if not rest.endswith("list"):
        return False
    h.text("v1.0.0\nv2\n../x\nv1.0.0-20200101000000-abcdefabcdef\nv0.9.0 2020-01-01T00:00:00Z\n\0\n" + "v" * 100000 + "\nv1.0.0")


def test_badlist(r):
    r("versions", PATH).works("v0.9.0\n.*v1.0.0\n")
    assert "x" not in r.out and "2020" not in r.out


# ---- zip files ------------------------------------------------------------------------------------------------------------------

def bad_zip(name, make, words):
    zip_site(name, make)

    def test(r):
        prepare(name)
        r("-sum", "go.sum", "dir", M).fails(words).kept()
        assert not os.path.exists(r.top + "/go.sum") or not r.read("go.sum"), "go.sum has been written"
    globals()["test_" + name] = test


def entry(name, mode=None):
    i = zipfile.ZipInfo(name)
    i.compress_type = zipfile.ZIP_DEFLATED
    if mode:
        i.create_system, i.external_attr = 3, mode << 16
    return i


def bomb():
    return make_zip([("a", b"\0" * (300 << 20)), ("b", b"\0" * (300 << 20))])


def lie():
    """Declares 10 bytes and holds 64 MiB."""
    b = bytearray(make_zip({"a": b"\0" * (64 << 20)}))
    real, said = struct.pack("<I", 64 << 20), struct.pack("<I", 10)
    return bytes(b.replace(real, said))


def damaged():
    b = bytearray(make_zip({"a": os.urandom(5000)}))
    b[2000] ^= 0xff
    return bytes(b)


P = f"{PATH}@{VERSION}/"
for args in (
        ("zip_bomb", bomb, r"total uncompressed size of module contents too large \(max size is 524288000 bytes\)"),
        ("zip_lie", lie, "larger than declared|damaged|unexpected|not a valid"),
        ("zip_damaged", damaged, "zip: (damaged data|checksum error)"),
        ("zip_cut", lambda: GOOD_ZIP[:-30], "zip: not a valid zip file"),
        ("zip_empty", lambda: b"", "zip: not a valid zip file"),
        ("zip_dotdot", lambda: make_zip([(entry(P + "../../../../evil"), b"x")]), 'malformed file path "../../../../evil": invalid path element ".."'),
        ("zip_dotdot2", lambda: make_zip([(entry(P + "x/../../evil"), b"x")]), "is not clean"),
        ("zip_prefix", lambda: make_zip(GOOD, prefix="example.org/other@v1.0.0/"), "zip for example.org/m@v1.0.0 has unexpected file "),
        ("zip_absolute", lambda: make_zip([(entry("/etc/evil"), b"x")]), "zip for example.org/m@v1.0.0 has unexpected file "),
        ("zip_absolute2", lambda: make_zip([(entry(P + "/etc/evil"), b"x")]), "is not clean|malformed"),
        ("zip_backslash", lambda: make_zip([(entry(P + "a\\b"), b"x")]), "malformed file path.*invalid char"),
        ("zip_nul", lambda: make_zip([(entry(P + "aXb"), b"x")]).replace(b"aXb", b"a\0b"), "malformed|invalid|unexpected|not a valid"),
        ("zip_control", lambda: make_zip([(entry(P + "a\nb"), b"x")]), "malformed|newlines"),
        ("zip_case", lambda: make_zip({"a/x": b"1", "A/y": b"2"}), "case-insensitive file name collision"),
        ("zip_twice", lambda: make_zip({"a": b"1", "b": b"2"}).replace(b"v1.0.0/b", b"v1.0.0/a"), "multiple entries for file"),
        ("zip_both", lambda: make_zip({"a": b"1", "a/b": b"2"}), "both a file and a directory"),
        ("zip_gomod", lambda: make_zip({"sub/go.mod": b"module x\n"}), "go.mod file not in module root directory"),
        ("zip_gomod2", lambda: make_zip({"GO.MOD": b"module x\n"}), "go.mod files must have lowercase names"),
        ("zip_gomod3", lambda: make_zip({"go.mod": b" " * (17 << 20)}), "go.mod file too large"),
        ("zip_device", lambda: make_zip({"aux.go": b"package x\n"}), "malformed file path|disallowed")):
    bad_zip(*args)

# A link's entry is unpacked as a file that holds its target, as the go command does.
zip_site("zip_link", lambda: make_zip([(entry(P + "go.mod"), GOMOD.encode()), (entry(P + "link", 0o120777), b"/etc/passwd")]))


def test_zip_link(r):
    r("dir", M).works()
    assert not os.path.islink(f"{r.cache}/{DIR}/link") and open(f"{r.cache}/{DIR}/link").read() == "/etc/passwd"


zip_site("zip_nothing", lambda: make_zip({}))


def test_zip_nothing(r):
    """A module without files, as a repository with only other modules in it makes one."""
    r("-sum", "go.sum", "dir", M).works().kept(AT + "info", AT + "zip", AT + "ziphash")
    assert r.read("go.sum") == f"{PATH} {VERSION} h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


zip_site("zip_many", lambda: make_zip([(f"f{i}", b"") for i in range(70000)]))


def test_zip_many(r):
    prepare("zip_many")
    r("dir", M).works()


# ---- sums ---------------------------------------------------------------------------------------------------------------------

WRONG = "h1:" + "A" * 43 + "="


def test_wrong_sum(r):
    r.write("go.sum", f"{PATH} {VERSION} {WRONG}\n{PATH} {VERSION}/go.mod {WRONG}\n")
    words = rf"verifying {M}(/go.mod)?: checksum mismatch\n\tdownloaded: h1:.*\n\tgo.sum:     {WRONG}\n\nSECURITY ERROR\nThis download does NOT match"
    r("-sum", "go.sum", "dir", M).fails(words).kept()
    r("-sum", "go.sum", "gomod", PATH, VERSION).fails(words).kept()
    assert r.read("go.sum") == f"{PATH} {VERSION} {WRONG}\n{PATH} {VERSION}/go.mod {WRONG}\n"


def test_sum_file(r):
    r.write("go.sum", "example.org/m v1.0.0\n")
    r("-sum", "go.sum", "dir", M).fails(r"malformed go.sum:\n.*go.sum:1: wrong number of fields 2").kept()
    r.write("go.sum", f"{PATH} {VERSION} h2:unknown\n")
    r("-sum", "go.sum", "dir", M).works()
    assert "unknown hashes in go.sum: h2:unknown" in r.err, r.err
    assert r.read("go.sum") == f"{PATH} {VERSION} h2:unknown\n{PATH} {VERSION} {zip_h1(GOOD_ZIP)}\n" or \
        r.read("go.sum") == f"{PATH} {VERSION} {zip_h1(GOOD_ZIP)}\n{PATH} {VERSION} h2:unknown\n"


def test_sum_mode(r):
    """go.sum keeps its mode when it is replaced."""
    os.chmod(r.write("go.sum", ""), 0o604)
    r("-sum", "go.sum", "dir", M).works()
    assert os.stat(r.top + "/go.sum").st_mode & 0o777 == 0o604 and r.read("go.sum")


def use_sumdb(r):
    r.env.update(GOSUMDB=SUMDB.vkey, GONOSUMDB="")


def test_sumdb(r):
    use_sumdb(r)
    r("-sum", "go.sum", "dir", M).works()
    have = [f for f in os.popen(f"cd {r.cache}/cache/download/sumdb && find . -type f").read().split()]
    assert any("lookup/example.org/m@v1.0.0" in f for f in have) and any("tile/8/1/000.p/1" in f for f in have), have
    assert os.path.exists(f"{r.top}/gopath/pkg/sumdb/{SUMDB.name}/latest")
    n = len(r.srv.log)
    shutil_rm(r, DIR)
    r("-sum", "go2.sum", "dir", M).works()  # from the cache alone
    assert not [x for x in r.srv.log[n:] if "lookup" in x[1]]


def shutil_rm(r, name):
    subprocess.run(["chmod", "-R", "u+w", f"{r.cache}/{name}"], check=True)
    subprocess.run(["rm", "-rf", f"{r.cache}/{name}"], check=True)


def bad_sumdb(name, change, words):
    """change(request, body) -> another body or None (404)."""
    def answer(h, rest):
        if not rest.startswith("sumdb/"):
            return False
        what = rest.split("/", 2)[2]
        body = SUMDB.answer(what)
        body = body and change(what, body)
        h.text("not found", 404) if body is None else h.send(body, kind="text/plain")
    SITES[name] = answer

    def test(r):
        use_sumdb(r)
        r("-sum", "go.sum", "dir", M).fails(words)
        left = [f for f in subprocess.run(["find", r.cache, "-type", "f"], capture_output=True, text=True).stdout.split()
                if "/sumdb/" not in f and not f.endswith(("lock", ".lock"))]
        assert not left, left
        assert name == "sumdb_missing" or "/lookup/" not in subprocess.run(["find", r.cache], capture_output=True, text=True).stdout, "an unverified record was kept"
        assert not os.path.exists(r.top + "/go.sum") or not r.read("go.sum")
    globals()["test_" + name] = test


GOOD_H1 = zip_h1(GOOD_ZIP).encode()
for args in (
        ("sumdb_record", lambda w, b: b.replace(GOOD_H1, WRONG.encode()) if w.startswith("lookup") else b,
         "cannot authenticate record data in server response"),
        ("sumdb_signature", lambda w, b: b[:-6] + b"AAAA" + b[-2:] if w.startswith("lookup") else b, "invalid signature|malformed|no verifiable"),
        ("sumdb_unsigned", lambda w, b: b[:b.rindex(b"\n\n") + 2] if w.startswith("lookup") else b, "malformed note|malformed record"),
        ("sumdb_html", lambda w, b: b"<html>Sign in</html>" if w.startswith("lookup") else b, "malformed record data"),
        ("sumdb_number", lambda w, b: b.replace(b"300\n", b"999999\n", 1) if w.startswith("lookup") else b,
         "cannot validate record 999999 in tree of size 301"),
        ("sumdb_negative", lambda w, b: b.replace(b"300\n", b"-1\n", 1) if w.startswith("lookup") else b, "malformed record data"),
        ("sumdb_tile", lambda w, b: bytes(len(b)) if w.startswith("tile") else b, "inconsistent|downloaded inconsistent tile|SECURITY|invalid"),
        ("sumdb_short", lambda w, b: b[:-1] if w.startswith("tile") else b, "bad result slice"),
        ("sumdb_long", lambda w, b: b + b"x" if w.startswith("tile") else b, "bad result slice"),
        ("sumdb_gone", lambda w, b: None if w.startswith("lookup") else b, f"{M}: verifying module: {M}: reading http://.*: 404 Not Found"),
        ("sumdb_missing", lambda w, b: SUMDB.lookup("example.org/filler@v1.0.7").encode() if w.startswith("lookup") else b,
         "verifying module: checksum missing from sumdb response\n\nSECURITY ERROR")):
    bad_sumdb(*args)


def mismatch(h, rest):
    if not rest.endswith(".zip"):
        return False
    h.send(make_zip(dict(GOOD, evil=b"package evil\n")))


SITES["sumdb_mismatch"] = mismatch


def test_sumdb_mismatch(r):
    use_sumdb(r)
    r("-sum", "go.sum", "dir", M).fails(rf"verifying module: checksum mismatch\n\tdownloaded: h1:.*\n\t{SUMDB.name}: {zip_h1(GOOD_ZIP)}".replace("+", r"\+"))
    assert not os.path.exists(f"{r.cache}/{AT}zip") and not os.path.exists(f"{r.cache}/{DIR}")


def test_sumdb_fork(r):
    """A database that has told us another history."""
    use_sumdb(r)
    other = Sumdb()
    other.records[5] = "example.org/filler v1.0.5 h1:other\n"
    os.makedirs(f"{r.top}/gopath/pkg/sumdb/{SUMDB.name}")
    r.write(f"gopath/pkg/sumdb/{SUMDB.name}/latest", other.head(290))
    r("-sum", "go.sum", "dir", M).fails("SECURITY ERROR\ngo.sum database server misbehavior detected!")
    assert not os.path.exists(f"{r.cache}/{DIR}")


def test_sumdb_key(r):
    for key, words in (("sum.example.org", "invalid GOSUMDB"), (SUMDB.vkey[:-4] + "AAA=", "invalid GOSUMDB: (invalid verifier hash|malformed)"),
                       ("a b c", "invalid GOSUMDB: too many fields")):
        r.env["GOSUMDB"] = key
        r("-sum", "go.sum", "dir", M).fails(words)


def test_nosumdb(r):
    use_sumdb(r)
    r.env["GONOSUMDB"] = "example.org/*"
    r("-sum", "go.sum", "dir", M).works()
    assert not os.path.exists(f"{r.cache}/cache/download/sumdb")


# ---- interrupted ----------------------------------------------------------------------------------------------------------------

SITES["interrupted"] = stall


def test_interrupted(r):
    """SIGINT in the middle of a transfer leaves nothing."""
    p = r.start("-sum", "go.sum", "dir", M)
    while p.poll() is None and not any(name == "interrupted" and rest.endswith(".zip") for name, rest, _ in r.srv.log):
        time.sleep(0.05)
    p.send_signal(signal.SIGINT)
    r.end_of(p)
    assert p.returncode != 0
    r.kept()


zip_site("unpacking", lambda: make_zip([("go.mod", GOMOD.encode())] + [(f"d{i % 100}/f{i}", b"x" * 1000) for i in range(20000)]))


def test_unpacking(r):
    """Killed while unpacking: the folder is marked as partial, and the next one begins anew."""
    prepare("unpacking")
    r("zip", PATH, VERSION).works()
    for wait in (0.05, 0.15, 0.3):
        p = r.start("dir", M)
        time.sleep(wait)
        p.kill()
        p.communicate()
        there = os.path.exists(f"{r.cache}/{DIR}")
        assert not there or p.returncode == 0 or os.path.exists(f"{r.cache}/{AT}partial"), "a half folder without its mark"
    r("dir", M).works()
    assert not os.path.exists(f"{r.cache}/{AT}partial")
    assert sum(len(f) for _, _, f in os.walk(f"{r.cache}/{DIR}")) == 20001


# ---- credentials ------------------------------------------------------------------------------------------------------------------

def test_user(r):
    """A password in a proxy's URL goes to http only on request, and is never shown."""
    r.env["GOPROXY"] = r.srv.url("good").replace("http://", "http://me:secret@")
    r("stat", PATH, VERSION).fails("refusing to pass credentials to insecure URL: http://me:xxxxx@127").kept()
    assert "secret" not in r.err


def test_netrc(r):
    """.netrc is for https."""
    r.write("home/.netrc", "machine 127.0.0.1 login me password secret\n")
    r.env["GOAUTH"] = "netrc"
    r("stat", PATH, VERSION).works()
    assert not any("Authorization" in h for name, _, h in r.srv.log if name == "netrc")
