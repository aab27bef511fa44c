#!/usr/bin/env python3
"""Makes src/link/text_order.def: which functions of the library programs of several kinds run. Needs wrk, h2load, and ptrace.

usage: text_order.py [--vole PATH] [--list] > src/link/text_order.def
Programs: those of bench/ that end by themselves, examples/words, and the five services of bench/services.py under load. An int3 stands at the entry of each
function until that is entered once. A function's class: 1 what all services run, 2 what several programs run, 3 what one runs. Initialisers are left out: the
linker knows them by their names. --list: the functions of each program instead.
"""
import argparse, collections, ctypes, os, re, shutil, signal, subprocess, sys, tempfile, threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "bench"))
import services

PROGRAMS = ("hello", "channels", "generics", "ifaces", "json_", "maps", "sorting", "strings_")
TRACEME, CONT, GETREGS, SETREGS, SETOPTIONS = 0, 7, 12, 13, 0x4200
CLONE, EXITKILL, WALL = 8, 0x100000, 0x40000000
RIP = 16  # word of user_regs_struct
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def text_symbols(file):
    out = subprocess.run(["nm", "--defined-only", file], capture_output=True, text=True, check=True).stdout
    return [(int(m[1], 16), m[2]) for m in re.finditer(r"^([0-9a-f]+) [tT] (.+)$", out, re.M)]


def functions(exe):
    """Entry -> name."""
    found = {}
    for address, name in text_symbols(exe): found.setdefault(address, name)
    return found


def trace(command, out, entries):
    """Runs a command; yields the entries of functions when they are entered the first time."""
    pid = os.fork()
    if not pid:
        libc.ptrace(TRACEME, 0, None, None)
        os.dup2(out, 1)
        os.execv(command[0], command)
    os.waitpid(pid, 0)
    libc.ptrace(SETOPTIONS, pid, None, CLONE | EXITKILL)
    yield pid
    memory = os.open("/proc/%d/mem" % pid, os.O_RDWR)
    old = {a: os.pread(memory, 1, a) for a in entries}
    for a in entries: os.pwrite(memory, b"\xcc", a)
    regs = (ctypes.c_ulong * 27)()
    thread, signal_ = pid, 0
    seen = set()
    while True:
        libc.ptrace(CONT, thread, None, signal_)
        while True:
            thread, status = os.waitpid(-1, WALL)
            if os.WIFSTOPPED(status): break
            if thread == pid: return os.close(memory)
        signal_ = os.WSTOPSIG(status)
        if signal_ == signal.SIGTRAP and not status >> 16:
            libc.ptrace(GETREGS, thread, None, ctypes.addressof(regs))
            at = regs[RIP] - 1
            if at in old:
                if at not in seen:
                    seen.add(at)
                    os.pwrite(memory, old[at], at)
                    yield at
                regs[RIP] = at
                libc.ptrace(SETREGS, thread, None, ctypes.addressof(regs))
                signal_ = 0
        elif signal_ in (signal.SIGTRAP, signal.SIGSTOP): signal_ = 0


def run_program(exe, arguments):
    names = functions(exe)
    out = os.open(os.devnull, os.O_WRONLY)
    steps = trace([exe] + arguments, out, names)
    next(steps)
    return {names[a] for a in steps}


def run_service(exe, row, tmp):
    """The threads of ptrace are threads of who started the process: the load comes from another one."""
    names, port, file = functions(exe), services.free_port(), os.path.join(tmp, "page.html")
    secure = row in ("tls", "h2")
    ready, out = os.pipe()
    steps = trace([exe, "127.0.0.1:%d" % port, file] + (["tls"] if secure else []), out, names)
    pid = next(steps)

    def load():
        os.read(ready, 1)
        url = "%s://127.0.0.1:%d/" % ("https" if secure else "http", port) + {"json": "echo", "file": "files/page.html"}.get(row, "hello")
        script = ["-s", os.path.join(tmp, "post.lua")] if row == "json" else []
        try:
            for connections in (16, 64):
                if row == "h2": services.h2load(url, ["-m10"], connections, 2, 0, tmp, lambda: 0)
                else: services.wrk(url, connections, 2, script)
        finally: os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=load)
    thread.start()
    found = {names[a] for a in steps}
    thread.join()
    os.close(ready)
    os.close(out)
    return found


def package_of(name):
    """Up to the first dot behind the last slash of what stands before type arguments and receivers."""
    head = re.split(r"[\[(]", name, maxsplit=1)[0]
    slash = head.rfind("/") + 1
    dot = head.find(".", slash)
    return name[:dot] if dot > 0 else None


def is_library(name):
    package = package_of(name)
    return package and not re.search(r"[ \"\\]", name) and package != "main" and not re.match(r"\.init(\.|·|$)", name[len(package):])


def table(found, rows, runtime):
    counts = collections.Counter(n for f in found.values() for n in f if n not in runtime and is_library(n))
    classes = collections.defaultdict(list)
    for name, n in counts.items():
        cls = 1 if all(name in found[r] for r in rows) else 2 if n > 1 else 3
        classes[cls, package_of(name)].append(name[len(package_of(name)) + 1:])
    print("// text_order.def - functions of the library that programs of several kinds run: tools/text_order.py makes it.\n//")
    print("// TEXT_ORDER(class, \"package\", \"names\")   1: all services of net/http run it, 2: several programs, 3: one (link/text_order.c)")
    for (cls, package), names in sorted(classes.items()):
        line = ""
        for name in sorted(names) + [None]:
            if name is None or line and len(line) + len(name) > 130:
                print('TEXT_ORDER(%d, "%s", "%s")' % (cls, package, line))
                line = ""
            if name: line += (" " if line else "") + name


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--vole", default=os.path.join(HERE, "..", "build", "vole"))
    p.add_argument("--list", action="store_true")
    a = p.parse_args()
    tmp = tempfile.mkdtemp(prefix="text-order")
    try:
        services.write_inputs(tmp)
        sources = [(n, os.path.join(HERE, "..", "bench", n + ".go"), []) for n in PROGRAMS]
        sources += [("words", os.path.join(HERE, "..", "examples", "words", "main.go"), [os.path.join(HERE, "..", "README.md")])]
        sources += [("http", os.path.join(HERE, "..", "bench", "http", "main.go"), [])]
        found = {}
        for name, source, arguments in sources:
            exe = os.path.join(tmp, name)
            subprocess.run([a.vole, "build", "-o", exe, source], check=True)
            if name == "http": found.update({row: run_service(exe, row, tmp) for row in services.ROWS})
            else: found[name] = run_program(exe, arguments)
            print(name, {n: len(f) for n, f in found.items() if n == name or name == "http"}, file=sys.stderr)
        if a.list:
            for n, f in found.items(): print(n, *sorted(f), sep="\n\t")
        else: table(found, services.ROWS, {n for _, n in text_symbols(os.path.join(os.path.dirname(os.path.abspath(a.vole)), "lib", "rt-linux-amd64.a"))})
    finally: shutil.rmtree(tmp)


if __name__ == "__main__":
    main()
