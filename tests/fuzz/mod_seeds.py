#!/usr/bin/env python3
"""Seeds for the targets whose input is not Go. Usage: mod_seeds.py FOLDER: writes FOLDER/seeds-TARGET/*."""
import json, os, struct, sys, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mod"))
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


def templates():
    with open(os.path.join(HERE, "..", "cli", "list_templates.txt")) as f:
        lines = f.read().splitlines()
    yield from lines
    yield "\n".join(lines[:12])
    yield '{{define "t"}}{{if .}}{{template "t" (slice . 1)}}{{len .}}{{end}}{{end}}{{template "t" .Name}}'
    yield '{{block "b" .GoFiles}}{{range $i, $f := .}}{{$i}}{{$f | printf "%-8.3q|"}}{{else}}none{{end}}{{end}}{{template "b" .Imports}}'
    yield "{{.Module.Path}}@{{.Module.Version}} {{.Error.Err}} {{.DepsErrors}} {{.Double}} {{(index .DepsErrors 0).Err}}{{.ImportMap.b}}"
    yield r"{{'\x41'}} {{'\u00e9'}} {{0x1p-2}} {{1e3}} {{0b11}} {{-7}} {{`a`}} {{1_000}} {{nil | print}}"
    yield '{{(module "x.org/y").Version}} {{with $m := .Module}}{{$m.Path}}{{else with .Dir}}{{.}}{{end}} {{range 3}}{{.}}{{end}}'


def settings():
    yield "GOFLAGS=-mod=mod\nGOPROXY=https://p.org,direct\nGOPATH=/a:/b\n# x\nGOEXPERIMENT=nodwarf5,rangefunc\nGOOS=plan9\nGOARCH=arm"
    yield "machine example.org login me password x\nmacdef m\na b\n\ndefault login a password b\n"
    yield "\n".join(["github.com/A/b", "gopkg.in/yaml.v2", "a.b/m/v2", "github.com/!a/b", "x.org/a_b-c~d", "golang.org/toolchain"])
    yield "\n".join(["v1.2.3", "v1.2", "v1.2.3-pre.1+meta", "v0.0.0-20200101000000-abcdefabcdef", "v1.2.4-0.20200101000000-abcdefabcdef", "v2.0.0+incompatible"])
    yield "\n".join(["1.21", "1.21rc1", "1.21.3", "go1.22.1-custom", "1.9beta2", "default", "1.021"])


def folders():
    yield "//go:build (linux && !cgo) || go1.21 // x\n// +build linux,!arm amd64\n\n// Package p does. More.\npackage p // import \"x.org/p\"\n\nimport (\n\t_ \"embed\"\n\tf \"fmt\"; \"./q\"\n)\n\n//go:embed *.txt all:sub/[a-c]*\nvar x string\n"
    yield "//go:debug a=1\n//go:debug default=go1.20\npackage main\nimport \"C\"\n//go:embed \"sub\" `a.txt` p\\?q\nvar _ int\n"
    yield "\xef\xbb\xbf/* a */ package p; import . `fmt`; import(); func f() { }\n"
    yield '{"Replace": {"x.go": "q/q.go", "sub/n.go": "x.go", "a.txt": "", "/p/y.go": "../p/x.go"}}'
    yield "#include \"textflag.h\"\n//go:build amd64\nTEXT ·f(SB), NOSPLIT, $0-0\n\tRET\n"


def executables():
    """ELF files with build information in each of its two forms."""
    mod = b"0w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6path\tx.org/m\nmod\tx.org/m\t(devel)\t\ndep\ta.b/c\tv1.0.0\th1:x\n=>\t./c\t\t\nbuild\t-compiler=gc\nbuild\tq=\"a b\"\n\xf92C1\x86\x18 r\x00\x82B\x10A\x16\xd8\xf2"
    inline = b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\x08go1.26.3" + bytes([len(mod) | 128, len(mod) >> 7]) + mod
    base = 0x400000 + 128
    headers = struct.pack("<QQQQ", base + 64, 8, base + 72, len(mod))
    pointers = b"\xff Go buildinf:\x08\x00" + struct.pack("<QQ", base + 32, base + 48) + headers + b"go1.17.1" + mod
    for data in (inline, pointers):
        ident = b"\x7fELF\x02\x01\x01" + bytes(9)
        head = ident + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, 0, 0, 64, 56, 1, 64, 0, 0)
        yield head + struct.pack("<IIQQQQQQ", 1, 6, 128, base, base, len(data), len(data), 16) + bytes(8) + data


def main():
    kinds = (("zip", zips()), ("proxy", answers()), ("template", templates()), ("settings", settings()), ("load", folders()), ("version", executables()))
    for kind, all_ in kinds:
        d = os.path.join(sys.argv[1], "seeds-" + kind)
        os.makedirs(d, exist_ok=True)
        for i, s in enumerate(all_):
            with open(f"{d}/{i}", "wb") as f:
                f.write(s if isinstance(s, bytes) else s.encode())


main()
