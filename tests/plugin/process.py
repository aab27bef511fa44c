"""Plugins in processes of their own (package vole/plugin/process). Used by run.py."""
import os, shutil, subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


def values(r, top, stress):
    """All kinds of values, errors, callbacks, contexts, deaths; the same under stress, in host and plugin."""
    for debug in stress:
        code, said = r.command("./host.exe", "p.so", cwd=top, env={"VOLEDEBUG": debug})
        r.check("process " + debug, code == 0 and said.startswith("all right"), said)


def attacks(r, top):
    """A plugin that does what it can: everything is refused or contained, and the host goes on."""
    jail = os.path.join(top, "files")
    os.makedirs(jail)
    code, said = r.command("./attack.exe", "evil.so", jail, cwd=top, env={"SEEDS": os.environ.get("VOLE_PLUGIN_SEEDS", "18")})
    if "cannot enforce" in said: # an old kernel: what it cannot do is said, and nothing starts
        print("process attacks: " + [l for l in said.split("\n") if "cannot enforce" in l][0])
        r.skipped += 1
    else:
        r.check("process attacks", code == 0 and said.startswith("all contained"), said)


def group(r, top):
    """A control group of the process's own, where the system delegates one."""
    r.skipped += 1 if not delegated() else 0
    if not delegated(): print("process group: no delegated control group (version 2) with memory and pids here")
    else:
        code, said = r.command("./host.exe", "p.so", "group", "1.5", cwd=top)
        r.check("process group", code == 0 and said.startswith("all right"), said)


def delegated():
    """May this process make groups with controllers below its own?"""
    own = [l[3:].strip() for l in open("/proc/self/cgroup") if l.startswith("0::")] if os.path.exists("/proc/self/cgroup") else []
    for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
        path = root + own[0] + "/cgroup.subtree_control" if own else ""
        if os.path.exists(path) and {"memory", "pids"} <= set(open(path).read().split()) and os.access(os.path.dirname(path), os.W_OK): return True
    return False


def in_chroot(r, top):
    """An empty folder with host and plugin is enough, with /proc or without."""
    jail = os.path.join(top, "jail")
    os.makedirs(jail)
    for f in ("host.exe", "p.so"): shutil.copy(os.path.join(top, f), jail)
    p = subprocess.run(["/host.exe", "/p.so"], cwd="/", preexec_fn=lambda: (os.chroot(jail), os.chdir("/")), capture_output=True, text=True)
    r.check("process in an empty chroot", p.returncode == 0 and p.stdout.startswith("all right"), p.stdout + p.stderr)


def stage(r, top, stress):
    shutil.copytree(os.path.join(HERE, "process"), top, dirs_exist_ok=True)
    if not r.build(top, "-o", "host.exe", "./host") or not r.build(top, "-buildmode=plugin", "-o", "p.so", "./plug"): return
    values(r, top, stress)
    if os.geteuid() == 0: in_chroot(r, top)
    else: r.skipped += 1
    group(r, top)
    if r.build(top, "-o", "attack.exe", "./attack") and r.build(top, "-buildmode=plugin", "-o", "evil.so", "./evil"): attacks(r, top)
    if r.build(top, "-o", "bench.exe", "./bench"):
        code, said = r.command("./bench.exe", "p.so", cwd=top)
        r.check("process bench", code == 0 and "net/rpc" in said, said)
