#!/usr/bin/env python3
"""A GOCACHEPROG program for tests: prog.py FOLDER [FAULT]. It keeps entries in FOLDER and behaves as FAULT says."""
import base64, hashlib, json, os, sys, time

top, fault = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
out, count = sys.stdout, 0


def say(**answer):
    text = json.dumps(answer)
    out.write({"newlines": json.dumps(answer, indent=1) + "\n\n", "together": text}.get(fault, text + "\n"))
    out.flush()


def fail(where):
    """What goes wrong at the second question."""
    if fault == "dies": sys.exit(3)
    if fault == "hangs": time.sleep(1000)
    if fault == "garbage": out.write("what?\n"); out.flush()
    if fault == "binary": out.buffer.write(bytes(range(256)) * 10); out.flush()
    if fault == "endless": 
        while True: out.write('{"ID": ' + "1" * 100000); out.flush()
    if fault == "error": say(ID=where, Err="no room"); return True
    if fault == "other": say(ID=where + 7, Miss=True); return True
    return fault in ("garbage", "binary")


if fault == "silent": time.sleep(1000)
if fault == "nothing": say(ID=0, KnownCommands=[]); sys.exit(0)
say(ID=0, KnownCommands=["get", "close"] if fault == "readonly" else ["put", "close"] if fault == "writeonly" else ["get", "put", "close"])
for line in sys.stdin:
    if not line.strip(): continue
    q = json.loads(line)
    count += 1
    if q["Command"] == "close":
        if fault == "stays": time.sleep(1000)
        if fault != "curt": say(ID=q["ID"])
        break
    path = os.path.join(top, base64.b64decode(q["ActionID"]).hex())
    if q["Command"] == "put":
        body = b""
        if q.get("BodySize"):
            line = sys.stdin.readline()
            while not line.strip(): line = sys.stdin.readline()
            body = base64.b64decode(json.loads(line))
        assert len(body) == q["BodySize"] and hashlib.sha256(body).digest() == base64.b64decode(q["OutputID"])
        open(path, "wb").write(body)
    if count > 1 and fail(q["ID"]): continue
    if q["Command"] == "put": say(ID=q["ID"], DiskPath=path)
    elif not os.path.exists(path): say(ID=q["ID"], Miss=True)
    elif fault == "gone": say(ID=q["ID"], OutputID="AA==", Size=5, DiskPath=path + "/none")
    elif fault == "nameless": say(ID=q["ID"], OutputID="AA==", Size=5)
    elif fault == "folder": say(ID=q["ID"], OutputID="AA==", Size=5, DiskPath=top)
    else:
        if fault == "damages":
            data = bytearray(open(path, "rb").read()); data[-1] ^= 1
            path += ".bad"; open(path, "wb").write(data)
        say(ID=q["ID"], OutputID="AA==", Size=os.path.getsize(path), DiskPath=path)
