"""Cases of the proxy: what goes in comes out, and what is added to it. The program is a server of the test's own that says what it got."""
import socket, threading, time

import drive
from drive import Driver, Kept, exactly, free_port, head_of, is_free, until


class App:
    """A program: handle(connection) is called in a thread of its own for each connection."""

    def __init__(self, handle, port=0):
        self.s = socket.socket()
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.s.bind(("127.0.0.1", port))
        self.s.listen(100)
        self.port, self.got, self.conns = self.s.getsockname()[1], [], 0
        self.handle = handle
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                c, _ = self.s.accept()
            except OSError:
                return
            self.conns += 1
            threading.Thread(target=self.serve, args=(c,), daemon=True).start()

    def serve(self, c):
        try:
            self.handle(self, c)
        except (OSError, AssertionError):
            pass
        finally:
            c.close()

    def close(self):
        self.s.shutdown(socket.SHUT_RDWR)
        self.s.close()


def body_of(c):
    """The body of an answer with a length."""
    head, rest = head_of(c)
    return exactly(c, int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]), rest)


def says(*answers):
    """A program that answers its connections' requests with these bytes, one after the other; it keeps what it was asked."""
    left = list(answers)

    def handle(app, c):
        rest = b""
        while True:
            head, rest = head_of(c, rest)
            if not head:
                return
            n = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in head.lower() else 0
            body = exactly(c, n, rest[:n])
            rest = rest[n:]
            app.got.append(head + body)
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer is None:
                return
            c.sendall(answer)
            if b"Connection: close" in answer or b"HTTP/1.0" in answer:
                return
    return handle


class Proxied:
    """A proxy before a program."""

    def __init__(self, handle, *flags):
        self.app = App(handle)
        self.d = Driver("-plain", "-proxy", ":0", f"127.0.0.1:{self.app.port}", *flags)
        at = self.d.wait("proxy")[6]
        assert at.startswith("127.0.0.1:"), at
        self.port = int(at.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.d.close()
        self.app.close()

    def connect(self):
        c = socket.create_connection(("127.0.0.1", self.port))
        c.settimeout(drive.HANG)
        return c

    def ask(self, request, until_end=True):
        """All that comes until the connection ends."""
        c, got = self.connect(), b""
        c.sendall(request)
        while b := c.recv(65536):
            got += b
        c.close()
        return got


CLOSE = b"Connection: close\r\n"
PAGE = b"Accept: text/html,*/*\r\n"


def get(path=b"/", fields=CLOSE):
    return b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n"


def answer(body, fields=b""):
    return b"HTTP/1.1 200 OK\r\n" + fields + b"Content-Length: %d\r\n\r\n" % len(body) + body


# ---- as it is -----------------------------------------------------------------------------------------------------------

def case_bytes():
    a = b"HTTP/1.1 299  Odd  words\r\nx-LOWER:  v \r\nSet-Cookie: a\r\nset-cookie: b\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\0\r\n\xff"
    q = b"GET /p%2f?q=a&&b HTTP/1.1\r\nhOst:x\r\nX-Empty:\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    with Proxied(says(a)) as p:
        assert p.ask(q) == a
        assert p.app.got == [q]


def case_json_post_with_query():
    q = b'POST /api?debug=1&x=%20 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"a":[1,"&"]}'
    with Proxied(says(answer(b"ok", CLOSE))) as p:
        assert p.ask(q).endswith(b"\r\n\r\nok")
        assert p.app.got == [q]


def case_chunked_both_ways():
    body = b"5;ext=1\r\nhello\r\n0\r\nTrailer-A: x\r\n\r\n"

    def handle(app, c):
        head, rest = head_of(c)
        app.got.append(head + exactly(c, len(body), rest))
        c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Trailer-A\r\n" + CLOSE + b"\r\n" + body)

    q = b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: Trailer-A\r\n" + CLOSE + b"\r\n" + body
    with Proxied(handle) as p:
        c = p.connect()
        for i in range(len(q)):
            c.sendall(q[i:i + 1])
        got = b""
        while b := c.recv(65536):
            got += b
        assert got.endswith(b"\r\n\r\n" + body) and p.app.got == [q]


def case_head_has_no_body():
    with Proxied(says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: text/html\r\n\r\n", answer(b"two"))) as p:
        c = p.connect()
        c.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\n" + PAGE + b"\r\n")
        head, rest = head_of(c)
        assert b"Content-Length: 100" in head and not rest
        c.sendall(get(fields=b""))
        assert body_of(c) == b"two" and p.app.conns == 1


def case_no_body_204_304():
    with Proxied(says(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", b"HTTP/1.1 204 No Content\r\n\r\n", answer(b"3"))) as p:
        c = p.connect()
        for want in b"304", b"204", b"200":
            c.sendall(get(fields=b""))
            assert want in head_of(c)[0]


def case_pipelined():
    with Proxied(says(answer(b"1"), answer(b"22"), answer(b"333", CLOSE))) as p:
        got = p.ask(get(b"/a", b"") + get(b"/b", b"") + get(b"/c"))
        assert [x.split(b"\r\n\r\n")[1] for x in got.split(b"HTTP/1.1")[1:]] == [b"1", b"22", b"333"]
        assert [q.split()[1] for q in p.app.got] == [b"/a", b"/b", b"/c"]


def case_continue():
    def handle(app, c):
        head_of(c)
        c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = exactly(c, 5)
        c.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer(body, CLOSE))

    with Proxied(handle) as p:
        c = p.connect()
        c.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert head_of(c) == (b"HTTP/1.1 100 Continue\r\n\r\n", b"")
        c.sendall(b"12345")
        got = b""
        while b := c.recv(65536):
            got += b
        assert got == b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer(b"12345", CLOSE)


def case_events_are_not_held():
    go = threading.Event()

    def handle(app, c):
        head_of(c)
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
        go.wait(drive.HANG)
        c.sendall(b"data: 2\n\n")

    with Proxied(handle) as p:
        c = p.connect()
        c.sendall(get(fields=PAGE))
        head, rest = head_of(c)
        assert exactly(c, 9, rest) == b"data: 1\n\n"
        go.set()
        assert exactly(c, 9) == b"data: 2\n\n" and c.recv(1) == b""


def echo(greeting):
    def handle(app, c):
        head, rest = head_of(c)
        app.got.append(head)
        c.sendall(greeting)
        while rest or (rest := c.recv(65536)):
            c.sendall(rest)
            rest = b""
        c.sendall(b"bye")
    return handle


def case_websocket():
    hello = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n\x81\x02hi"
    with Proxied(echo(hello)) as p:
        c = p.connect()
        q = b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: y\r\n\r\n"
        c.sendall(q)
        assert exactly(c, len(hello)) == hello and p.app.got == [q]
        for n in 1, 100, 3 << 20:
            data = bytes(i & 255 for i in range(n))
            threading.Thread(target=c.sendall, args=(data,)).start()
            assert exactly(c, n) == data
        c.shutdown(socket.SHUT_WR)
        assert exactly(c, 3) == b"bye" and c.recv(1) == b""


def case_http2_cleartext():
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    def handle(app, c):
        assert exactly(c, len(preface)) == preface
        while b := c.recv(65536):
            c.sendall(b)

    with Proxied(handle) as p:
        c = p.connect()
        c.sendall(preface[:17])
        c.sendall(preface[17:] + b"\0\0\0\4\0\0\0\0\0")
        assert exactly(c, 9) == b"\0\0\0\4\0\0\0\0\0"


def case_large_bodies():
    size = 20 << 20

    def handle(app, c):
        _, rest = head_of(c)
        body = exactly(c, size, rest)
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % size + body)

    with Proxied(handle) as p:
        c, body = p.connect(), bytes(range(256)) * (size // 256)
        c.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size + body)
        got = b""
        while b := c.recv(1 << 20):
            got += b
        assert got.split(b"\r\n\r\n", 1)[1] == body


# ---- pages --------------------------------------------------------------------------------------------------------------

HTML = b"Content-Type: text/html; charset=utf-8\r\n"
SCRIPT = b'<script src="/__air_internal/reload.js?g='


def with_script(got, before, after):
    head, body = got.split(b"\r\n\r\n", 1)
    assert body.startswith(before + SCRIPT) and body.endswith(b'"></script>' + after), body
    return head, body


def case_page():
    text = b"<html><body>\xff</body>x</BODY\n></html>"
    with Proxied(says(answer(text, HTML + CLOSE))) as p:
        head, body = with_script(p.ask(get(fields=PAGE + b"Accept-Encoding: gzip, br\r\n" + CLOSE)), b"<html><body>\xff</body>x", b"</BODY\n></html>")
        assert head == b"HTTP/1.1 200 OK\r\n" + HTML + CLOSE + b"Content-Length: %d" % len(body), head
        assert p.app.got == [get(fields=PAGE + b"Accept-Encoding: identity\r\n" + CLOSE)]


def case_page_in_chunks():
    a = b"HTTP/1.1 200 OK\r\n" + HTML + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n"
    with Proxied(says(a + b"3\r\na</\r\n4\r\nbody\r\n2\r\n>b\r\n0\r\nX: y\r\n\r\n")) as p:
        head, body = p.ask(get(fields=PAGE)).split(b"\r\n\r\n", 1)
        assert body.endswith(b"0\r\nX: y\r\n\r\n"), body
        text, rest = b"", body
        while n := int(rest.split(b"\r\n")[0], 16):
            rest = rest.split(b"\r\n", 1)[1]
            text, rest = text + rest[:n], rest[n + 2:]
        assert text.startswith(b"a" + SCRIPT) and text.endswith(b"</script></body>b"), text


def case_page_until_the_end():
    with Proxied(says(b"HTTP/1.0 200 OK\r\n" + HTML + b"\r\n<p></body>")) as p:
        with_script(p.ask(get(fields=PAGE)), b"<p>", b"</body>")


def case_page_streams():
    """What stands before the last </body> so far is not held."""
    go = threading.Event()

    def handle(app, c):
        head_of(c)
        c.sendall(b"HTTP/1.0 200 OK\r\n" + HTML + b"\r\nfirst part, and more</body>")
        go.wait(drive.HANG)
        c.sendall(b"rest")

    with Proxied(handle) as p:
        c = p.connect()
        c.sendall(get(fields=PAGE))
        _, rest = head_of(c)
        assert exactly(c, 20, rest) == b"first part, and more"
        go.set()
        got = b""
        while b := c.recv(65536):
            got += b
        assert got.startswith(SCRIPT) and got.endswith(b"</body>rest")


def case_no_page():
    """Not asked for as a page, not HTML, encoded, a part: as it is."""
    for fields, more in ((b"", HTML), (PAGE, b"Content-Type: text/plain\r\n"), (PAGE, HTML + b"Content-Encoding: gzip\r\n"), (PAGE, b"")):
        a = answer(b"</body>", more + CLOSE)
        with Proxied(says(a)) as p:
            assert p.ask(get(fields=fields + CLOSE)) == a
    a = answer(b"</body>", HTML + CLOSE)
    with Proxied(says(a)) as p:
        assert p.ask(get(fields=PAGE).replace(b"GET", b"POST")) == a


def case_page_with_policy():
    a = answer(b"</body>", HTML + b"Content-Security-Policy: script-src 'self' 'nonce-a+/b='\r\n" + CLOSE)
    with Proxied(says(a)) as p:
        assert b'<script nonce="a+/b=" src="/__air_internal/' in p.ask(get(fields=PAGE))


def case_own_script():
    with Proxied(says(answer(b"#program#"))) as p:
        c = p.connect()
        c.sendall(get(b"/__air_internal/reload.js?g=1", b"") + get(fields=CLOSE))
        got = b""
        while b"#program#" not in got:
            got += c.recv(65536)
        assert b"EventSource" in got and got.count(b"HTTP/1.1 200") == 2


def line(c, got, word):
    while word not in got[0]:
        b = c.recv(65536)
        assert b, got
        got[0] += b
    got[0] = got[0].split(word, 1)[1]


def case_events():
    with Proxied(says(answer(b"x"))) as p:
        c, got = p.connect(), [b""]
        c.sendall(get(b"/__air_internal/sse", b""))
        line(c, got, b"event: hello\ndata: ")
        generation = int(got[0].split(b"\n")[0])
        p.d.tell("error", '{"errors":[{"file":"a.go","text":"<b>"}]}')
        line(c, got, b'event: failed\ndata: {"errors":[{"file":"a.go","text":"<b>"}]}\n\n')
        late, more = p.connect(), [b""]
        late.sendall(get(b"/__air_internal/sse", b""))
        line(late, more, b"event: failed\n")
        p.d.tell("error", "")
        line(c, got, b"event: good\n")
        p.d.tell("reload")
        line(c, got, b"event: reload\n")
        c.close()
        c, got = p.connect(), [b""]
        c.sendall(get(b"/__air_internal/sse", b""))
        line(c, got, b"data: %d\n" % (generation + 1))


# ---- programs that come and go --------------------------------------------------------------------------------------------

def case_waits_for_the_program():
    port = free_port()
    d = Driver("-plain", "-proxy", "127.0.0.1:0", f"127.0.0.1:{port}")
    at = int(d.wait("proxy")[6].rsplit(":", 1)[1])
    c = socket.create_connection(("127.0.0.1", at))
    c.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
    c.settimeout(0.2)
    try:
        assert not c.recv(1), "an answer without a program"
    except TimeoutError:
        pass
    c.settimeout(drive.HANG)
    app = App(says(answer(b"late")), port)
    assert body_of(c) == b"late" and app.got[0].endswith(b"abc")
    app.close()
    d.close()


def case_program_does_not_come():
    d = Driver("-plain", "-proxy", "127.0.0.1:0", f"127.0.0.1:{free_port()}", "-app-timeout", 50)
    at = int(d.wait("proxy")[6].rsplit(":", 1)[1])
    c = socket.create_connection(("127.0.0.1", at))
    c.sendall(get(fields=PAGE))
    head, rest = head_of(c)
    while b := c.recv(65536):
        rest += b
    assert head.startswith(b"HTTP/1.1 504 ") and SCRIPT in rest
    d.close()


def case_held():
    with Proxied(says(answer(b"1"))) as p:
        p.d.tell("hold")
        c = p.connect()
        c.sendall(get(b"/held"))
        until("a second request, to have the first one seen", lambda: True)
        c.settimeout(0.2)
        try:
            assert not c.recv(1)
        except TimeoutError:
            pass
        assert not p.app.got
        c.settimeout(drive.HANG)
        p.d.tell("reload")
        assert body_of(c) == b"1"


def case_asked_again():
    """The program closes a connection that it kept, just when a request comes."""
    dropped = []

    def handle(app, c):
        rest = b""
        while True:
            head, rest = head_of(c, rest)
            if not head:
                return
            app.got.append(head)
            if b"/second" in head and not dropped:
                dropped.append(1)
                return
            c.sendall(answer(b"ok"))

    with Proxied(handle) as p:
        c = p.connect()
        for path in b"/first", b"/second", b"/third":
            c.sendall(get(path, b""))
            assert body_of(c) == b"ok"
        assert [q.split()[1] for q in p.app.got] == [b"/first", b"/second", b"/second", b"/third"]


def case_not_asked_again():
    """A POST is never sent twice, and gets a connection of its own."""
    def handle(app, c):
        head, _ = head_of(c)
        app.got.append(head)
        if b"POST" not in head:
            c.sendall(answer(b"ok"))
            head_of(c)

    with Proxied(handle) as p:
        c = p.connect()
        c.sendall(get(b"/first", b""))
        assert body_of(c) == b"ok"
        c.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert head_of(c)[0].startswith(b"HTTP/1.1 502 ")
        assert len(p.app.got) == 2 and p.app.conns == 2


def case_always_lost():
    with Proxied(says(None)) as p:
        assert p.ask(get()).startswith(b"HTTP/1.1 502 ") and 2 <= len(p.app.got) <= 5


def case_cut_short():
    """Whoever reads a cut answer sees that it is cut."""
    for a in (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n123", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\n123\r\n"):
        with Proxied(says(a)) as p:
            assert p.ask(get(fields=b"")) == a


def case_wrong_answer():
    with Proxied(says(b"nonsense\r\n\r\n")) as p:
        assert p.ask(get()).startswith(b"HTTP/1.1 502 ")


def case_wrong_requests():
    with Proxied(says(answer(b"x"))) as p:
        for q in (b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"):
            assert p.ask(q).startswith(b"HTTP/1.1 400 "), q
        assert p.ask(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").startswith(b"HTTP/1.1 400 ")
        assert p.ask(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20000).startswith(b"HTTP/1.1 431 ")
        assert p.ask(get()).endswith(b"\r\n\r\nx")


def case_clients_that_leave():
    """Nothing is left of clients that go at any point, and others are served."""
    with Proxied(says(answer(b"y" * 100000, HTML))) as p:
        q = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789"
        for i in range(0, len(q) + 1, 3):
            c = p.connect()
            c.sendall(q[:i])
            c.close()
        for i in range(30):
            c = p.connect()
            c.sendall(get(fields=PAGE))
            c.recv(i * 50 + 1)
            c.close()
        assert p.ask(get()).endswith(b"yyy")
        until("connections end", lambda: count_sockets(p.d.p.pid) < 20)


def count_sockets(pid):
    import os
    n = 0
    for f in os.listdir(f"/proc/{pid}/fd"):
        try:
            n += os.readlink(f"/proc/{pid}/fd/{f}").startswith("socket:")
        except (OSError, AssertionError):
            pass
    return n


def case_tls():
    d = Driver("-plain", "-proxy", ":0", "127.0.0.1:1", "-tls")
    assert d.p.wait() == 1


def replaced(*flags, mode=""):
    p = free_port()
    d = Driver("-proxy", "127.0.0.1:0", f"127.0.0.1:{p}", *flags)
    at = int(d.wait("proxy")[6].rsplit(":", 1)[1])
    d.web("tcp", f"127.0.0.1:{p}", "v0", mode)
    d.wait("ready")
    loads = [Kept(("127.0.0.1", at)), Kept(("127.0.0.1", at)), drive.Load(("127.0.0.1", at)), drive.Load(("127.0.0.1", at), "/slow")]
    for i in range(1, 11):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}", mode)
        d.wait("ready")
        if i > 1 or "-replace" not in flags:
            d.wait("replaced") if "-replace" not in flags else None
        assert drive.ask(("127.0.0.1", at)).startswith(f"v{i} ")
    for l in loads:
        l.stop()
    assert not any(l.failed for l in loads), [l.failed[:3] for l in loads]
    assert all(l.count for l in loads)
    d.close()
    assert is_free(p)


def case_replaced_with_handover():
    replaced()


def case_replaced_after_its_end():
    replaced("-replace")


def case_replaced_by_force():
    replaced("-replace", "-kill-delay", "1", mode="deaf")


def case_rude_with_handover():
    replaced(mode="rude")


def case_rude_after_its_end():
    replaced("-replace", mode="rude")
