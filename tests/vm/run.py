#!/usr/bin/env python3
"""What needs a kernel with control groups of version 2, or another Landlock: run in a virtual machine.

usage: run.py VOLE GOROOT [PART...]      parts: memory procs plugins groups; GOROOT/bin/go or OFFICIAL_GO is the go that is compared with
VOLE_VM_KERNEL=FILE:FILE: kernels to boot (the newest /boot/vmlinuz-*; Debian's linux-image-cloud-amd64 will do); VOLE_VM_BUSYBOX=FILE (/bin/busybox, static)
VOLE_VM_ACCEL=kvm:tcg: accelerators of qemu in the order in which they are tried; a kernel that shows no sign of life goes to the next

The machine has one file system in memory with programs that vole built, busybox, and the service a second time by the official go. It has no network and no disk. guest/ prints a
verdict a line over the serial console. A machine hangs if it uses much processor time, or none at all, without a new line. What is missing here is counted as skipped, with its name.

Closing line: N passed, N failed, N skipped.
"""
import glob, os, queue, re, shutil, stat, subprocess, sys, tempfile, threading, time
HERE = os.path.dirname(os.path.abspath(__file__))
PROCESS = os.path.join(os.path.dirname(HERE), "plugin", "process")
INIT = """#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t tmpfs -o mode=1777 tmp /tmp
/bin/busybox ip link set lo up
echo BEGIN $(/bin/busybox uname -r)
/bin/guest PARTS
/bin/busybox poweroff -f
"""
NO_START, NO_LINE, TOO_MUCH, IDLE = 20, 120, 900, 0.03  # seconds idle before BEGIN; seconds without a line, if idle; processor seconds without a line; what idle is


def build(vole, gocmd, top, missing):
    """The programs, by their path in the machine."""
    shutil.copytree(HERE, os.path.join(top, "vm"))
    shutil.copytree(PROCESS, os.path.join(top, "process"))
    env = dict(os.environ, GOFLAGS="-mod=mod", CGO_ENABLED="0", GOTOOLCHAIN="local")
    rows = [(vole, "vm", "guest", "bin/guest", []), (vole, "vm", "service", "bin/service.vole", []), (vole, "process", "host", "plugin/host", []), (vole, "process", "attack", "plugin/attack", []),
            (vole, "process", "group", "plugin/group", []), (vole, "process", "plug", "plugin/p.so", ["-buildmode=plugin"]), (vole, "process", "evil", "plugin/evil.so", ["-buildmode=plugin"])]
    if gocmd: rows.append((gocmd, "vm", "service", "bin/service.gc", []))
    else: missing.append("no official go: the comparisons with it")
    files = {}
    for command, module, package, path, flags in rows:
        out = os.path.join(top, path.replace("/", "."))
        subprocess.run([command, "build", *flags, "-o", out, "./" + package], cwd=os.path.join(top, module), env=env, check=True)
        files[path] = open(out, "rb").read()
    return files


def archive(files):
    """A file system in memory: cpio, "newc"."""
    out, nodes = bytearray(), {}
    for path, content in files.items():
        parts = path.split("/")
        for i in range(1, len(parts)): nodes.setdefault("/".join(parts[:i]), (stat.S_IFDIR | 0o755, b""))
        nodes[path] = (stat.S_IFDIR | 0o755, b"") if content is None else (stat.S_IFREG | 0o755, content)
    nodes["dev/console"] = (stat.S_IFCHR | 0o600, b"")
    nodes["TRAILER!!!"] = (0, b"")
    for i, (path, (mode, content)) in enumerate(sorted(nodes.items(), key=lambda n: (n[0] == "TRAILER!!!", n[0]))):
        console = stat.S_ISCHR(mode)
        fields = (i + 1, mode, 0, 0, 1, 0, len(content), 0, 0, 5 if console else 0, 1 if console else 0, len(path) + 1, 0)
        out += b"070701" + b"".join(b"%08x" % f for f in fields) + path.encode() + b"\0"
        out += bytes(-len(out) % 4) + content
        out += bytes(-len(out) % 4)
    return bytes(out)


def used(pid):
    """Processor seconds of a process."""
    try: f = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    except OSError: return 0.0
    return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")


class Machine:
    """A boot: lines() yields what it says, until it is off or hangs; why says how it ended, if not well."""
    def __init__(self, accel, kernel, initrd):
        self.why, self.begun = "", False
        # one thread for all processors: with several, qemu 7 shows one half of an instruction that another patches
        cpu = "host,-arch-capabilities" if accel == "kvm" else "max"
        self.qemu = subprocess.Popen(["qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=single" if accel == "tcg" else accel, "-cpu", cpu, "-smp", "4", "-m", "2048", "-nodefaults", "-no-user-config", "-nographic",
                                      "-no-reboot", "-net", "none", "-serial", "stdio", "-kernel", kernel, "-initrd", initrd, "-append", "console=ttyS0 loglevel=3 panic=-1"],
                                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.queue = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.qemu.stdout: self.queue.put(line.decode(errors="replace").strip())
        self.queue.put(None)

    def lines(self):
        last, cpu, calm = time.time(), used(self.qemu.pid), (time.time(), used(self.qemu.pid))
        while True:
            try: line = self.queue.get(timeout=1)
            except queue.Empty: line = ""
            if line is None: break
            now, total = time.time(), used(self.qemu.pid)
            if line:
                last, cpu = now, total
                if re.search(r"BEGIN \d", line): self.begun, line = True, line[line.index("BEGIN"):] # behind what the firmware printed
                yield line
            if total - calm[1] > IDLE * (now - calm[0]) + 0.1: calm = (now, total)
            quiet = now - calm[0]
            if total - cpu > TOO_MUCH: self.why = f"{TOO_MUCH} s of processor time without a line"
            elif quiet > NO_START and not self.begun: self.why = "no sign of life"
            elif min(quiet, now - last) > NO_LINE: self.why = f"idle for {NO_LINE} s"
            if self.why: self.qemu.kill()
        self.qemu.wait()
        if not self.begun: self.why = self.why or "it did not start"


def run(kernel, initrd, counts):
    """One kernel: its verdicts, counted. The first accelerator with which it lives."""
    for accel in os.environ.get("VOLE_VM_ACCEL", "kvm:tcg").split(":"):
        if accel == "kvm" and not os.access("/dev/kvm", os.W_OK): continue
        m, ended, tail, verdicts = Machine(accel, kernel, initrd), False, [], 0
        for line in m.lines():
            tail = (tail + [line])[-20:]
            if os.environ.get("VOLE_VM_ALL") == "raw": print(line, flush=True)
            if not m.begun: continue
            verdicts += line.startswith(("ok ", "FAIL "))
            counts["passed"] += line.startswith("ok ")
            counts["failed"] += line.startswith("FAIL ")
            ended |= line == f"END {verdicts}"
            if not line.startswith("ok ") or os.environ.get("VOLE_VM_ALL"): print(line, flush=True)
        if m.begun:
            counts["failed"] += not ended
            if not ended: print("FAIL " + os.path.basename(kernel) + " did not come to its end with all verdicts: " + m.why + "\n" + "\n".join(tail))
            return
        print(f"note {os.path.basename(kernel)} with {accel}: {m.why}" + (": " + tail[-1] if tail else ""), flush=True)
    print("FAIL " + os.path.basename(kernel) + " starts with no accelerator")
    counts["failed"] += 1


def static(path):
    """No interpreter is asked for."""
    return os.path.exists(path) and open(path, "rb").read(4) == b"\x7fELF" and b"/ld-linux" not in open(path, "rb").read(4096)


def main():
    vole, goroot, parts = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]
    version = lambda name: [int(n) for n in re.findall(r"\d+", os.path.basename(name))]
    kernels = [k for k in os.environ.get("VOLE_VM_KERNEL", "").split(":") if k] or sorted(glob.glob("/boot/vmlinuz-*"), key=version)[-1:]
    busybox = os.environ.get("VOLE_VM_BUSYBOX", "/bin/busybox")
    gocmd = next((g for g in (os.environ.get("OFFICIAL_GO"), os.path.join(goroot, "bin/go")) if g and os.access(g, os.X_OK)), None)
    lacks = [what for what, there in (("qemu-system-x86_64 (qemu-system-x86)", shutil.which("qemu-system-x86_64")), ("a kernel (linux-image-cloud-amd64, or VOLE_VM_KERNEL)", kernels),
                                      ("a static busybox (busybox-static)", static(busybox))) if not there]
    counts = {"passed": 0, "failed": 0, "skipped": len(lacks)}
    for what in lacks: print("skip: there is no " + what)
    if not lacks:
        with tempfile.TemporaryDirectory() as top:
            missing = []
            files = build(vole, gocmd, top, missing)
            files.update({"bin/busybox": open(busybox, "rb").read(), "init": INIT.replace("PARTS", " ".join(parts)).encode(), "proc": None, "sys": None, "dev": None, "tmp": None})
            for what in missing: print("skip: there is " + what)
            counts["skipped"] += len(missing)
            initrd = os.path.join(top, "initrd")
            open(initrd, "wb").write(archive(files))
            for kernel in kernels: run(kernel, initrd, counts)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
