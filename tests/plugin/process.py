"""Plugins in processes of their own (package vole/plugin/process). Used by run.py."""
import os, shutil

HERE = os.path.dirname(os.path.abspath(__file__))


def values(r, top, stress):
    """All kinds of values, errors, callbacks, contexts, deaths; the same under stress, in host and plugin."""
    for debug in stress:
        code, said = r.command("./host.exe", "p.so", cwd=top, env={"VOLEDEBUG": debug})
        r.check("process " + debug, code == 0 and said == "all right\n", said)


def stage(r, top, stress):
    shutil.copytree(os.path.join(HERE, "process"), top, dirs_exist_ok=True)
    if not r.build(top, "-o", "host.exe", "./host") or not r.build(top, "-buildmode=plugin", "-o", "p.so", "./plug"): return
    values(r, top, stress)
