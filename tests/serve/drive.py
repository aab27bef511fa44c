"""What the cases of tests/serve share: the driver, servers that are asked, load."""
import os, queue, shutil, socket, subprocess, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
HANG = 300  # seconds without progress
BUILD = TOP = ""  # run.py sets them


def free_port():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    p = s.getsockname()[1]
    s.close()
    return p


def is_free(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind(("127.0.0.1", port))
        s.listen()
        return True
    except OSError:
        return False
    finally:
        s.close()


def until(what, f):
    """f() as soon as it is true."""
    end = time.monotonic() + HANG
    while not (v := f()):
        assert time.monotonic() < end, f"hangs: {what}"
        time.sleep(0.005)
    return v


def ask(address, path="/"):
    """The words that a server answers with; an OSError or AssertionError if it does not."""
    s = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
    s.settimeout(HANG)
    try:
        s.connect(address)
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        got = b""
        while b := s.recv(65536):
            got += b
    finally:
        s.close()
    assert got.startswith(b"HTTP/1.1 200"), got
    return got.split(b"\r\n\r\n", 1)[1].decode().strip()


def serves(address, version):
    """Waits until that version answers: programs may drop connections while they come and go."""
    def asks():
        try:
            return ask(address).startswith(version)
        except (OSError, AssertionError):
            return False
    until(version, asks)


class Load(threading.Thread):
    """Requests one after the other until it is stopped; what failed is kept."""

    def __init__(self, address, path="/"):
        super().__init__()
        self.address, self.path, self.count, self.failed, self.end = address, path, 0, [], False
        self.start()

    def run(self):
        while not self.end:
            try:
                ask(self.address, self.path)
                self.count += 1
            except (OSError, AssertionError) as e:
                self.failed.append(repr(e))

    def stop(self):
        self.end = True
        self.join()


def head_of(c, got=b""):
    """Bytes up to the empty line, and what came behind it."""
    while b"\r\n\r\n" not in got:
        b = c.recv(65536)
        if not b:
            return got, b""
        got += b
    n = got.index(b"\r\n\r\n") + 4
    return got[:n], got[n:]


def exactly(c, n, got=b""):
    while len(got) < n:
        b = c.recv(min(65536, n - len(got)))
        assert b, f"ended after {len(got)} of {n} bytes: {got[-200:]}"
        got += b
    return got


def connect(address):
    s = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
    s.settimeout(HANG)
    s.connect(address)
    return s


class Kept(threading.Thread):
    """Requests over one connection that is kept as long as the server keeps it."""

    def __init__(self, address):
        super().__init__()
        self.address, self.count, self.failed, self.end = address, 0, [], False
        self.start()

    def run(self):
        c, rest = None, b""
        while not self.end:
            try:
                if not c:
                    c, rest = connect(self.address), b""
                c.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                head, rest = head_of(c, rest)
                assert head.startswith(b"HTTP/1.1 200 "), head
                n = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                rest = exactly(c, n, rest)[n:]
                self.count += 1
                if b"Connection: close" in head:
                    c.close()
                    c = None
            except (OSError, AssertionError, IndexError) as e:
                self.failed.append(repr(e))
                c = None

    def stop(self):
        self.end = True
        self.join()


class Driver:
    def __init__(self, *flags):
        self.p = subprocess.Popen([BUILD + "/servedrv", *map(str, flags)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.events, self.seen = queue.Queue(), []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for l in self.p.stdout:
            w = l.rstrip("\n").split(" ", 6)
            if len(w) < 7:
                continue  # more lines of output
            self.events.put((w[0], int(w[1]), int(w[2]), int(w[3]), int(w[4]), int(w[5]), w[6]))
        self.events.put(None)

    def tell(self, *words):
        self.p.stdin.write(" ".join(map(str, words)) + "\n")

    def wait(self, kind):
        """The next event of that kind; those before it are kept in seen."""
        while True:
            try:
                e = self.events.get(timeout=HANG)
            except queue.Empty:
                raise AssertionError(f"hangs: waiting for {kind}, after {self.seen[-3:]}")
            assert e, f"the driver ended, waiting for {kind}, after {self.seen[-3:]}"
            self.seen.append(e)
            if e[0] == kind:
                return e

    def web(self, *args):
        self.tell("start", TOP + "/web", *args)

    def close(self):
        if self.p.poll() is None:
            self.p.stdin.close()
        self.p.wait()
