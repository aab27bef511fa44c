#!/usr/bin/env python3
"""Seeds for the targets zip and proxy. Usage: mod_seeds.py FOLDER: writes FOLDER/seeds-zip/* and FOLDER/seeds-proxy/*."""
import json, os, sys, zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mod"))
import server

P, V = "a.b/m", "v1.0.0"


def zips():
    make = lambda files: server.make_zip(files, path=P, version=V)
    yield make({})
    yield make({"go.mod": b"module a.b/m\n", "m.go": b"package m\n", "sub/s.go": b"package sub\n" * 50})
    yield make({"A/x": b"1", "a/y": b"2"})
    yield make({"../../evil": b"1", "x/../y": b"2"})
    yield make({"go.mod/": b"", "d/": b"", "d/e": b"x"})
    stored = zipfile.ZipInfo(f"{P}@{V}/stored")
    yield make([(stored, b"stored" * 30)])
    link = zipfile.ZipInfo(f"{P}@{V}/link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    yield make([(link, b"/etc/passwd"), ("LICENSE", b"x")])


def answers():
    yield json.dumps(server.INFO)
    yield json.dumps(dict(server.INFO, Origin={"VCS": "git", "URL": "https://x.org/r", "Hash": "0" * 40, "Ref": "refs/tags/v1.0.0", "TagSum": "t1:="}))
    yield "v1.0.0\nv1.1.0 2024-01-02T03:04:05Z\nv0.0.0-20200101000000-abcdefabcdef\n"
    yield server.SUMDB.head()
    yield server.SUMDB.lookup(f"{server.PATH}@{server.VERSION}")
    yield "go.sum database tree\n301\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    yield server.SUMDB.vkey
    yield ('<html><head><!-- x --><meta name="go-import" content="a.b/m git https://x.org/r sub"><meta name=go-import '
           "content='a.b mod https://p.org/?a=1&amp;b=2'></head><body>")
    yield "https://user:pa%20ss@host.org:8080/a%2fb/c?x=y&z#frag"
    yield "file:///tmp/x"


def main():
    for kind, all_ in (("zip", zips()), ("proxy", answers())):
        d = os.path.join(sys.argv[1], "seeds-" + kind)
        os.makedirs(d, exist_ok=True)
        for i, s in enumerate(all_):
            with open(f"{d}/{i}", "wb") as f:
                f.write(s if isinstance(s, bytes) else s.encode())


main()
