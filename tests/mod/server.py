"""A module proxy and checksum database for tests: by the first element of a request's path it serves well, or as badly as that name says.

SITES maps a name to a function (handler, rest of the path) that answers; what it does not answer is served from the modules below.
"""
import base64, ctypes, ctypes.util, hashlib, io, json, socket, struct, threading, time, zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SITES = {}
PATH, VERSION = "example.org/m", "v1.0.0"


def site(*names):
    def add(fn):
        for n in names or [fn.__name__]:
            SITES[n] = fn
        return fn
    return add


# ---- modules -----------------------------------------------------------------------------------------------------------

def make_zip(files, prefix=None, path=PATH, version=VERSION):
    """files: name -> bytes, or (ZipInfo, bytes)."""
    b = io.BytesIO()
    with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files.items() if isinstance(files, dict) else files:
            if isinstance(name, str):
                name = (f"{path}@{version}/" if prefix is None else prefix) + name
            z.writestr(name, data)
    return b.getvalue()


def h1(pairs):
    """The hash of (name, bytes) pairs."""
    text = "".join(f"{hashlib.sha256(d).hexdigest()}  {n}\n" for n, d in sorted(pairs))
    return "h1:" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def zip_h1(data):
    z = zipfile.ZipFile(io.BytesIO(data))
    return h1([(i.filename, z.read(i)) for i in z.infolist()])


GOMOD = f"module {PATH}\n\ngo 1.20\n"
GOOD = {"go.mod": GOMOD.encode(), "m.go": b"package m\n", "sub/s.go": b"package sub\n" * 4000, "LICENSE": b"none\n"}
GOOD_ZIP = make_zip(GOOD)
INFO = {"Version": VERSION, "Time": "2024-01-02T03:04:05Z"}


# ---- the checksum database -------------------------------------------------------------------------------------------------

class Sumdb:
    """A log with a record a module version; keys and signatures by libsodium."""

    def __init__(self, name="sum.example.org"):
        self.name = name
        self.na = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
        pk, self.sk = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        self.na.crypto_sign_seed_keypair(pk, self.sk, b"vole tests: not a secret at all!")
        key = b"\x01" + pk.raw
        self.id = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
        self.vkey = f"{name}+{self.id.hex()}+{base64.b64encode(key).decode()}"
        self.records = []
        for i in range(300):  # more than one tile
            self.records.append(f"example.org/filler v1.0.{i} h1:{base64.b64encode(bytes([i % 256]) * 32).decode()}\n")
        self.records.append(f"{PATH} {VERSION} {zip_h1(GOOD_ZIP)}\n{PATH} {VERSION}/go.mod {h1([('go.mod', GOMOD.encode())])}\n")

    def leaf(self, i):
        return hashlib.sha256(b"\0" + self.records[i].encode()).digest()

    def node(self, level, n):
        if level == 0:
            return self.leaf(n)
        return hashlib.sha256(b"\1" + self.node(level - 1, 2 * n) + self.node(level - 1, 2 * n + 1)).digest()

    def root(self, lo, hi):
        if hi - lo == 1:
            return self.leaf(lo)
        k = 1
        while 2 * k < hi - lo:
            k *= 2
        return hashlib.sha256(b"\1" + self.root(lo, lo + k) + self.root(lo + k, hi)).digest()

    def sign(self, text):
        sig = ctypes.create_string_buffer(64)
        data = text.encode()
        self.na.crypto_sign_detached(sig, None, data, ctypes.c_ulonglong(len(data)), self.sk)
        return f"{text}\n\u2014 {self.name} {base64.b64encode(self.id + sig.raw).decode()}\n"

    def head(self, n=None):
        n = n or len(self.records)
        return self.sign(f"go.sum database tree\n{n}\n{base64.b64encode(self.root(0, n)).decode()}\n")

    def lookup(self, what):
        path, _, version = what.partition("@")
        for i, r in enumerate(self.records):
            if r.startswith(f"{path} {version} "):
                return f"{i}\n{r}\n{self.head()}"
        return None

    def tile(self, level, n, width):
        return b"".join(self.node(8 * level, 256 * n + i) for i in range(width))

    def answer(self, rest):
        """The body for supported, latest, lookup/..., tile/8/L/N[.p/W]; None: there is none."""
        if rest == "supported":
            return b""
        if rest == "latest":
            return self.head().encode()
        if rest.startswith("lookup/"):
            t = self.lookup(rest[7:])
            return t and t.encode()
        f = rest.split("/")
        if f[0] != "tile" or f[2] == "data":
            return None
        width = 256
        if f[-2].endswith(".p"):
            width, f = int(f[-1]), f[:-2] + [f[-2][:-2]]
        n = 0
        for part in f[3:]:
            n = n * 1000 + int(part.lstrip("x"))
        level = int(f[2])
        return self.tile(level, n, width) if (256 * n + width) << 8 * level <= len(self.records) else None


SUMDB = Sumdb()


# ---- HTTP --------------------------------------------------------------------------------------------------------------------

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *a):
        pass

    def send(self, body, status=200, kind="application/octet-stream", length=None):
        if isinstance(body, str):
            body = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True

    def text(self, body, status=200):
        self.send(body, status, "text/plain; charset=utf-8")

    def json(self, value):
        self.send(json.dumps(value), kind="application/json")

    def redirect(self, to):
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def good(self, rest):
        base = f"{PATH}/@v/"
        if rest.startswith("sumdb/"):
            name, _, what = rest[6:].partition("/")
            body = SUMDB.answer(what) if name == SUMDB.name else None
            return self.text("not found", 404) if body is None else self.send(body, kind="text/plain")
        if rest == base + "list":
            return self.text(VERSION + "\n")
        if rest in (base + VERSION + ".info", f"{PATH}/@latest"):
            return self.json(INFO)
        if rest == base + VERSION + ".mod":
            return self.text(GOMOD)
        if rest == base + VERSION + ".zip":
            return self.send(GOOD_ZIP)
        return self.text("not found", 404)

    def do_GET(self):
        name, _, rest = self.path.lstrip("/").partition("/")
        self.server.log.append((name, rest, dict(self.headers)))
        try:
            fn = SITES.get(name)
            if fn is None or fn(self, rest) is False:
                self.good(rest)
        except OSError:  # the client went away
            self.close_connection = True


class Server:
    def __enter__(self):
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.log = self.log = []
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *a):
        self.http.shutdown()

    def url(self, name):
        return f"http://127.0.0.1:{self.http.server_address[1]}/{name}"
