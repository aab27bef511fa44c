"""Keys and signatures of plugins (vole plugin keygen, sign, verify). Used by run.py.

Every 16th byte of a signed plugin and every byte of its signatures is changed, and each of these files refused.
"""
import base64, hashlib, json, os, shutil, stat

HERE = os.path.dirname(os.path.abspath(__file__))
PLUGIN = "package main\n\nfunc F(x int) int { return x + 1 }\n"
HOST = '''package main

import (
	"fmt"
	"os"
	"plugin"
)

func main() {
	p, err := plugin.Open(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	f, err := p.Lookup("F")
	fmt.Println(f.(func(int) int)(41), err)
}
'''
SIGNATURE = 128


def read(path): return open(path, "rb").read()


def write(path, data):
    with open(path, "wb") as f: f.write(data)


def keys(r, top):
    vole = lambda *words: r.command(r.vole, "plugin", *words, cwd=top)
    code, said = vole("keygen", "-o", "a", "-comment", "team a")
    secret, public = read(top + "/a.key").decode(), read(top + "/a.pub").decode()
    raw = base64.b64decode(public.split(" ")[1])
    print_ = "SHA256:" + base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")
    r.check("keygen", code == 0 and print_ in said, said)
    r.check("form of keys", secret.startswith("vole-plugin-secret-key-1 ") and public.startswith("vole-plugin-public-key-1 ") and len(raw) == 32 and
            len(base64.b64decode(secret.split(" ")[1])) == 32 and secret.endswith(" team a\n") and public.endswith(" team a\n"), secret + public)
    r.check("mode of a secret key", stat.S_IMODE(os.stat(top + "/a.key").st_mode) == 0o600)
    r.check("keys are never overwritten", vole("keygen", "-o", "a")[0] == 1 and read(top + "/a.key").decode() == secret)
    os.rename(top + "/a.key", top + "/moved")
    r.check("nor half a pair", vole("keygen", "-o", "a")[0] == 1 and not os.path.exists(top + "/a.key") and read(top + "/a.pub").decode() == public)
    os.rename(top + "/moved", top + "/a.key")
    for name in ("b", "c"): vole("keygen", "-o", name)
    r.check("each pair is another", len({read(f"{top}/{n}.pub") for n in "abc"}) == 3)
    r.check("-o names no file", vole("keygen", "-o", "")[0] == 2 and not os.path.exists(top + "/plugin.key"))
    r.check("comment of two lines", vole("keygen", "-o", "d", "-comment", "x\ny")[0] == 2 and not os.path.exists(top + "/d.key"))
    return print_


def bad_keys(r, top):
    good = read(top + "/a.pub").decode()
    text = good.split(" ")[1]
    y2 = base64.b64encode(bytes([2] + [0] * 31)).decode()       # no point of the curve
    small = base64.b64encode(bytes([1] + [0] * 31)).decode()    # the neutral element, of small order
    cases = {"empty": "", "comments": "# none\n\n", "cut": good[:40], "other kind": good.replace("public", "secret"), "no base64": good.replace(text, text[:-4] + "!!!="),
             "31 bytes": good.replace(text, base64.b64encode(bytes(31)).decode()), "33 bytes": good.replace(text, base64.b64encode(bytes(33)).decode()),
             "two blanks": good.replace(" ", "  ", 1), "version 2": good.replace("key-1", "key-2"), "not a point": good.replace(text, y2), "small order": good.replace(text, small),
             "a good and a bad one": good + "x\n", "binary": "\0\1\2\xff"}
    for name, content in cases.items():
        write(top + "/bad.pub", content.encode("latin-1"))
        code, said = r.command(r.vole, "plugin", "verify", "-key", "bad.pub", "signed.so", cwd=top)
        r.check("public key, " + name, code == 1 and "bad.pub" in said and ": ok" not in said, said)
        if name in ("empty", "comments"): continue
        code, said = r.command(r.vole, "plugin", "verify", "-key", "a.pub", "-revoked", "bad.pub", "signed.so", cwd=top)
        r.check("file of revoked keys, " + name, code == 1 and "bad.pub" in said and ": ok" not in said, said)
    secret = read(top + "/a.key").decode()
    for name, content in {"empty": "", "public": good, "two": secret * 2, "cut": secret[:50]}.items():
        write(top + "/bad.key", content.encode())
        before = read(top + "/p.so")
        code, said = r.command(r.vole, "plugin", "sign", "-key", "bad.key", "p.so", cwd=top)
        r.check("secret key, " + name, code == 1 and "bad.key" in said and read(top + "/p.so") == before, said)


def changed(r, top, print_):
    """Files that differ from the signed one by a byte, or by what stands at the end."""
    good = read(top + "/signed.so")
    body = len(good) - SIGNATURE
    cases = {}
    for at in [*range(0, body, 16), *range(body, len(good))]:
        b = bytearray(good)
        b[at] ^= 0x40
        cases[f"byte {at}"] = bytes(b)
    cases["rubbish"] = good + b"x"
    cases["128 bytes of rubbish"] = good + bytes(SIGNATURE)
    cases["cut"] = good[:-1]
    cases["half a signature"] = good[:body + 64]
    cases["no signature"] = good[:body]
    cases["rubbish before it"] = good[:body] + bytes(16) + good[body:]
    cases["other magic"] = good[:body] + b"Vole signature\n\0" + good[body + 16:]
    cases["a byte of the plugin twice"] = good[:4096] + good[4096:4097] + good[4096:]
    cases["signature of another plugin"] = good[:body] + read(top + "/other.so")[-SIGNATURE:]
    cases["a second signature that does not fit"] = good + read(top + "/other.so")[-SIGNATURE:]
    cases["empty"] = b""
    names = []
    for i, content in enumerate(cases.values()):
        names.append(f"m{i}")
        write(f"{top}/m{i}", content)
    for i in range(0, len(names), 500):
        code, said = r.command(r.vole, "plugin", "verify", "-key", "a.pub", *names[i:i + 500], cwd=top)
        lines = said.splitlines()
        r.check("verify of changed files", code == 1 and len(lines) == len(names[i:i + 500]), said)
        for name, line, what in zip(names[i:], lines, list(cases)[i:]): r.check("changed: " + what, line.startswith(name + ": FAILED: "), line)
    print(f"sign: {len(cases)} changed files refused")
    return cases


def loaded(r, top, cases):
    """The runtime loads what is signed, and refuses what stands behind a plugin and is no signature."""
    os.makedirs(top + "/host")
    write(top + "/host/main.go", HOST.encode())
    write(top + "/host/go.mod", b"module example.com/host\n\ngo 1.26\n")
    if not r.build(top + "/host", "-o", "../host.exe", "."): return
    for name in ("signed.so", "twice.so"):
        code, said = r.command("./host.exe", name, cwd=top)
        r.check("load " + name, code == 0 and said == "42 <nil>\n", said)
    for name in ("rubbish", "128 bytes of rubbish", "cut", "half a signature", "rubbish before it", "other magic"):
        write(top + "/bad.so", cases[name])
        code, said = r.command("./host.exe", "bad.so", cwd=top)
        r.check("load: " + name, code == 1 and "signature" in said, said)
        code, said = r.command(r.vole, "tool", "plugin", "bad.so", cwd=top)
        r.check("show: " + name, code == 2 and "signature" in said, said)
        r.check("plugin show: " + name, r.command(r.vole, "plugin", "show", "bad.so", cwd=top)[0] == 1)


def signing(r, top, print_):
    vole = lambda *words: r.command(r.vole, "plugin", *words, cwd=top)
    plain = read(top + "/p.so")
    for name in ("signed.so", "twice.so"): shutil.copy(top + "/p.so", top + "/" + name)
    os.chmod(top + "/signed.so", 0o751)
    code, said = vole("sign", "-key", "a.key", "signed.so")
    good = read(top + "/signed.so")
    r.check("sign", code == 0 and print_ in said and good[:-SIGNATURE] == plain and len(good) == len(plain) + SIGNATURE, said)
    r.check("mode is kept", stat.S_IMODE(os.stat(top + "/signed.so").st_mode) == 0o751)
    code, said = vole("sign", "-key", "a.key", "signed.so")
    r.check("sign again", code == 0 and "already" in said and read(top + "/signed.so") == good, said)
    os.symlink("twice.so", top + "/link.so")
    code, said = vole("sign", "-key", "b.key", "link.so")
    code2, said2 = vole("sign", "-key", "a.key", "twice.so")
    twice = read(top + "/twice.so")
    r.check("a second signature, through a link", code == code2 == 0 and os.path.islink(top + "/link.so") and len(twice) == len(plain) + 2 * SIGNATURE, said + said2)
    r.check("signatures do not depend on each other", twice[-SIGNATURE:] == good[-SIGNATURE:])
    vole("sign", "-key", "a.key", "other.so")
    shutil.copy(HERE + "/sign/check.go", top)
    if r.build(top, "-o", "check.exe", "check.go"):
        for key, file, want in (("a", "signed.so", "1 1"), ("b", "signed.so", "1 0"), ("b", "twice.so", "2 1"), ("a", "p.so", "0 0")):
            said = r.command("./check.exe", key + ".pub", file, cwd=top)[1]
            r.check(f"crypto/ed25519: {key} {file}", said == want + "\n", said)
    b = bytearray(plain)
    b[-8] ^= 1
    cases = {"no plugin": b"hello\n", "program": read("/proc/self/exe")[:100000], "damaged": plain[:200] + b"\xff" + plain[201:], "cut": plain[:-64], "rubbish behind": plain + b"\n",
             "a signature that does not fit": bytes(b) + good[-SIGNATURE:]}
    for name, content in cases.items():
        write(top + "/bad.so", content)
        code, said = vole("sign", "-key", "a.key", "bad.so")
        r.check("sign: " + name, code == 1 and "bad.so: " in said and read(top + "/bad.so") == content, said)
    r.check("sign what is not there", vole("sign", "-key", "a.key", "none.so")[0] == 1 and not os.path.exists(top + "/none.so"))
    r.check("nothing is left beside", not [f for f in os.listdir(top) if "tmp" in f], str(os.listdir(top)))


def verifying(r, top, print_):
    vole = lambda *words: r.command(r.vole, "plugin", "verify", *words, cwd=top)
    write(top + "/all.pub", b"# who may\n\n" + read(top + "/c.pub") + read(top + "/a.pub").rstrip(b"\n"))
    rows = [("signed", ("-key", "a.pub", "signed.so"), 0, "ok: signed by " + print_ + " team a"), ("of two files", ("-key", "c.pub", "-key", "a.pub", "signed.so"), 0, "ok"),
            ("of a file of several", ("-key", "all.pub", "signed.so"), 0, "ok"), ("by nobody", ("-key", "a.pub", "p.so"), 1, "no signature"),
            ("by another", ("-key", "b.pub", "signed.so"), 1, "none of the keys"), ("twice, first key", ("-key", "b.pub", "twice.so"), 0, "ok"), ("twice, second key", ("-key", "a.pub", "twice.so"), 0, "ok"),
            ("revoked", ("-key", "a.pub", "-revoked", "a.pub", "signed.so"), 1, "revoked"), ("another is revoked", ("-key", "a.pub", "-revoked", "b.pub", "signed.so"), 0, "ok"),
            ("twice, one revoked", ("-key", "all.pub", "-key", "b.pub", "-revoked", "a.pub", "twice.so"), 0, "ok"), ("revoked in a list", ("-key", "a.pub", "-revoked", "b.pub", "-revoked", "all.pub", "signed.so"), 1, "revoked"),
            ("one of two plugins", ("-key", "a.pub", "signed.so", "p.so"), 1, "p.so: FAILED"), ("not there", ("-key", "a.pub", "none.so"), 1, "no such file"),
            ("no such key", ("-key", "none.pub", "signed.so"), 1, "none.pub"), ("no key", ("signed.so",), 2, "usage"), ("no plugin", ("-key", "a.pub"), 2, "usage"),
            ("no list of revoked keys", ("-key", "a.pub", "-revoked", "none", "signed.so"), 1, "none")]
    for name, words, want, text in rows:
        code, said = vole(*words)
        r.check("verify: " + name, code == want and text in said and (want == 0) == ("FAILED" not in said and ": ok" in said), f"exit {code}: {said}")
    code, said = vole("-json", "-key", "a.pub", "-revoked", "b.pub", "signed.so", "twice.so", "p.so")
    rows = [json.loads(l) for l in said.splitlines()]
    r.check("verify -json", code == 1 and [x["OK"] for x in rows] == [True, True, False] and rows[0]["Key"] == print_ and
            [s["State"] for s in rows[1]["Signatures"]] == ["revoked", "trusted"] and rows[2]["Error"] == "it has no signature", said)
    for words in (("tool", "plugin"), ("plugin", "show")):
        code, said = r.command(r.vole, *words, "twice.so", cwd=top)
        r.check(" ".join(words) + " tells who signed", code == 0 and f"\nsignature\t{print_}\n" in said and said.count("\nsignature\t") == 2, said)


def stage(r, top):
    write(top + "/go.mod", b"module example.com/p\n\ngo 1.26\n")
    write(top + "/p.go", PLUGIN.encode())
    if not r.build(top, "-buildmode=plugin", "-ldflags=-s", "-o", "p.so", "p.go"): return
    write(top + "/p.go", PLUGIN.replace("+ 1", "+ 2").encode())
    if not r.build(top, "-buildmode=plugin", "-ldflags=-s", "-o", "other.so", "p.go"): return
    print_ = keys(r, top)
    signing(r, top, print_)
    verifying(r, top, print_)
    bad_keys(r, top)
    loaded(r, top, changed(r, top, print_))
