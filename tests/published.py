#!/usr/bin/env python3
"""Tests of bench/published.py: its readers, tables and pictures, and a short run of the service by vole alone. No figure is asserted.

usage: published.py [--vole PATH]
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile
import xml.etree.ElementTree as ET

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(TOP, "bench", "published")
sys.path.insert(0, BENCH)
import draw, measure, page

good = bad = 0


def check(what, holds, said=""):
    global good, bad
    good, bad = good + bool(holds), bad + (not holds)
    if not holds: print("FAIL %s %s" % (what, str(said)[:600]))


def raises(kind, do, *args):
    try: do(*args)
    except kind as e: return str(e) or kind.__name__
    return None


def luminance(colour):
    part = lambda c: c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
    return sum(w * part(int(colour[i:i + 2], 16) / 255) for w, i in ((0.2126, 1), (0.7152, 3), (0.0722, 5)))


def contrast(a, b):
    a, b = sorted((luminance(a), luminance(b)))
    return (b + 0.05) / (a + 0.05)


def readers():
    check("percentile", [measure.percentile(range(1, 101), p) for p in (50, 99, 100)] == [50, 99, 100] and measure.percentile([7, 3], 99) == 7 and measure.percentile([5], 50) == 5)
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
    check("a whole answer", measure.complete(ok + b"abcd") == b"abcd")
    check("half of one", [measure.complete(x) for x in (b"HTTP/1.1 2", ok, ok + b"abc")] == [None] * 3)
    chunks = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"
    check("one in chunks", measure.complete(chunks) == b"abc0123456789")
    check("half of them", all(measure.complete(chunks[:n]) is None for n in range(20, len(chunks) - 4)))
    check("a bad status", "404" in (raises(measure.Failed, measure.complete, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") or ""))
    wrk = "  Latency Distribution\n     50%  1.00ms\n     99%  {}\n  8100 requests in 1.00s, 1.27MB read\n{}Requests/sec:   8055.12\n"
    check("wrk", measure.read_wrk(wrk.format("850.00us", "")) == (8055.12, 0.85, 8100) and measure.read_wrk(wrk.format("1.25s", ""))[1] == 1250)
    said = page.public("mvn: no such file /srv/a/b.jar,\n from https://registry.example/x (http://y.example/z), 3/4 of GET /items")
    check("messages without addresses and folders", said == "mvn: no such file b.jar, from (address) ((address)), 3/4 of GET /items", said)
    for error in ("  Non-2xx or 3xx responses: 1\n", "  Socket errors: connect 0, read 0, write 0, timeout 2\n"):
        check("wrk with an error", raises(measure.Failed, measure.read_wrk, wrk.format("1.00ms", error)))


def servers(tmp):
    """Services that are wrong have no figure."""
    def server(program): return measure.Server([sys.executable, "-c", program], os.path.join(tmp, "log"))

    answering = ("import sys, http.server as h\nclass H(h.BaseHTTPRequestHandler):\n protocol_version = 'HTTP/1.1'\n def do_GET(s):\n  s.send_response(%d); b = b'%s'; s.send_header('Content-Length', len(b)); s.end_headers(); s.wfile.write(b)\n"
                 "h.HTTPServer(('127.0.0.1', int(sys.argv[1])), H).serve_forever()")
    expected = json.dumps(measure.GET[1])
    for what, program, said in (("ends", "import sys; sys.exit('no port today')", "no port today"), ("answers otherwise", answering % (200, "{}"), "a wrong answer"), ("refuses", answering % (500, expected), "500")):
        with server(program) as s: message = raises(measure.Failed, s.first_answer, *measure.GET)
        check("a service that " + what, said in (message or ""), message)
    with server(answering % (200, expected)) as s:
        took = s.first_answer(*measure.GET)
        memory, cpu = measure.memory(s.pid), s.stop()
        check("a good one", took > 0 and memory[0] >= memory[1] > 1 and cpu > 0, (took, memory, cpu))
    check("nothing is left of it", raises(ProcessLookupError, os.kill, s.pid, 0))


def pictures():
    for i, mode in enumerate(("light", "dark")):
        paper = draw.COLOURS["bg"][i]
        for name, pair in draw.COLOURS.items():
            if name not in ("bg", "grid"): check("%s is seen, %s" % (name, mode), contrast(pair[i], paper) >= (4.5 if name in ("ink", "soft") else 3), contrast(pair[i], paper))
    bars = draw.bars("A & <b>", "note", "ms", [("one", "vole", [100.0, 200.0], (10, 20)), ("<two>", "gc", [50.0], None), ("three", "node", [1.0], (100, None))])
    lines = draw.lines("L", "note", [("linear", False, [("a", "vole", [(1, 2.0), (2, 4.0)]), ("b", "gc", [(1, 2.0), (2, 4.0)])]), ("log", True, [("a", "vole", [(1, 0.5), (2, 900.0)])])])
    for name, svg in (("bars", bars), ("lines", lines)):
        root = ET.fromstring(svg)
        check(name + " stands alone", not re.search(r"href|url\(|<script|@import", svg) and "prefers-color-scheme:dark" in svg)
        width, height = int(root.get("width")), int(root.get("height"))
        numbers = [(float(t.get("x")), float(t.get("y"))) for t in root.iter("{http://www.w3.org/2000/svg}text")]
        check(name + " keep inside", all(0 <= x <= width and 0 <= y <= height for x, y in numbers))
    widths = [float(r.get("width")) for r in ET.fromstring(bars).iter("{http://www.w3.org/2000/svg}rect")][1:]
    check("bars are in proportion", abs(widths[1] / widths[0] - 2) < 0.01 and abs(widths[0] / widths[2] - 2) < 0.01, widths)
    places = draw.spread([5, 5, 6, 100, 3], 10)
    ordered = sorted(places)
    check("names do not overlap", all(b - a >= 9.99 for a, b in zip(ordered, ordered[1:])) and places[3] == 100 and places.index(min(places)) == 4, places)
    check("numbers", [draw.number(v) for v in (0, 0.0123, 1.0, 12.34, 123.4, 1234.5)] == ["0", "0.0123", "1", "12.3", "123", "1,234"], [draw.number(v) for v in (0, 0.0123, 1.0, 12.34, 123.4, 1234.5)])
    check("axes", draw.steps(10) == [0, 2, 4, 6, 8, 10] and all(len(draw.steps(v)) <= 7 for v in (0.013, 1, 7, 99, 12345)), draw.steps(10))


def sources():
    pins = [l.strip() for l in open(os.path.join(BENCH, "python", "requirements.txt")) if l.strip()]
    check("Python's pins", all(re.fullmatch(r"[\w.-]+==[\w.]+", l) for l in pins), pins)
    package, lock = (json.load(open(os.path.join(BENCH, "node", f))) for f in ("package.json", "package-lock.json"))
    check("Node's pins", all(v[0].isdigit() and lock["packages"]["node_modules/" + k]["version"] == v for k, v in package["dependencies"].items()))
    check("no registry in the lock", not any("resolved" in p for p in lock["packages"].values()))
    for f in ("javalin", "spring"): check("Java's pins, " + f, not re.search(r"<version>[^<]*(SNAPSHOT|[\[(,])", open(os.path.join(BENCH, f, "pom.xml")).read()))
    text = open(os.path.join(TOP, "docs", "services.md")).read()
    for name in re.findall(r"\]\((images/\w+\.svg)\)", text): check(name + " is there", ET.parse(os.path.join(TOP, "docs", name)).getroot().tag.endswith("svg"))


def whole(vole, tmp):
    """A short run of what vole alone can do; the others are left out, and that is said."""
    at, saved = os.path.join(tmp, "services.md"), os.path.join(tmp, "figures.json")
    shutil.copy(os.path.join(TOP, "docs", "services.md"), at)
    words = [sys.executable, os.path.join(TOP, "bench", "published.py"), "--page", at, "--write", "--cache", os.path.join(tmp, "cache")]
    nowhere = [x for o in ("--go", "--java", "--python") for x in (o, os.path.join(tmp, "nowhere"))]
    p = subprocess.run(words + nowhere + ["--quick", "--vole", vole, "--only", "vole,gc,javalin,fastapi", "--rounds", "1", "--seconds", "2", "--cold-seconds", "0.1", "--save", saved], capture_output=True, text=True)
    check("a short run", p.returncode == 0, p.stderr)
    if p.returncode: return
    f, wrk = json.load(open(saved)), shutil.which("wrk")
    check("vole's figures", [s["key"] for s in f["services"]] == ["vole"] and all(f["services"][0].get(k) for k in ("start", "idle", "cold")) and bool(f["services"][0].get("load")) == bool(wrk), f["services"])
    check("what waits", "vole" in [x["key"] for x in f["parked"]] and all(x["bytes"] > 0 for x in f["parked"]), f["parked"])
    for name in ("Go, gc", "Java, Javalin", "Python, FastAPI", "goroutine, gc", "platform thread, Java"): check("left out: " + name, re.search(r"^Left out: %s: \S.* is not installed$" % name, p.stdout, re.M), p.stdout)
    check("vole's version", f["versions"].get("vole", "").startswith("vole version"), f["versions"])
    text, before = open(at).read(), open(os.path.join(TOP, "docs", "services.md")).read()
    prose = lambda t: re.sub(r"<!-- figures (\w+) -->.*?<!-- end -->", r"\1", t, flags=re.S)
    check("the text between figures stays", prose(text) == prose(before))
    check("the figures are in the page", "| Go, vole |" in text and ("### " not in text) and "Left out: Go, gc" in text)
    for name in re.findall(r"\]\((images/\w+\.svg)\)", text): check("drawn: " + name, ET.parse(os.path.join(tmp, name)).getroot() is not None)
    check("a page without a place", raises(ValueError, page.rewritten, text.replace("figures cold", "cold"), f, "images"))
    check("all pictures", len(re.findall(r"\]\(images/", text)) == (5 if wrk else 4))
    again = subprocess.run(words + ["--read", saved], capture_output=True, text=True)
    check("again from the figures", again.returncode == 0 and open(at).read() == text, again.stderr)
    link = os.path.join(tmp, "go")
    os.symlink(vole, link)
    p = subprocess.run([words[0], words[1], "--vole", vole, "--go", link, "--only", "vole,gc", "--tables", "start", "--rounds", "1"], capture_output=True, text=True)
    check("a go that is vole is no gc", p.returncode == 0 and "Left out: Go, gc: " in p.stdout and "is a link to vole" in p.stdout, p.stdout + p.stderr)
    wrong = subprocess.run(words + ["--only", "cobol"], capture_output=True, text=True)
    check("no such service", wrong.returncode == 2 and "cobol" in wrong.stderr, wrong.stderr)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--vole", default=os.path.join(TOP, "build", "vole"))
    a = p.parse_args()
    with tempfile.TemporaryDirectory(prefix="published-test") as tmp:
        readers()
        servers(tmp)
        pictures()
        sources()
        whole(os.path.abspath(a.vole), tmp)
    print("%d passed, %d failed" % (good, bad))
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
