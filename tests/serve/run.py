#!/usr/bin/env python3
"""Programs that are kept running and replaced: build/servedrv (src/serve/) with programs that vole built, and others.

Each case (services.py, proxy.py) starts a driver, gives it orders and waits for its events; nothing depends on how long anything takes.
Usage: run.py BUILD [PATTERN...]; --wrk N: as many changes under the load of wrk (which must be installed). Last line: 'N passed, N failed'.
"""
import fnmatch, os, shutil, signal, subprocess, sys, tempfile, time, traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import drive, proxy, services


def wrk_once(n, header, through):
    """N changes under wrk."""
    p = drive.free_port()
    d = drive.Driver(*(["-proxy", "127.0.0.1:0", f"127.0.0.1:{p}"] if through else []))
    at = d.wait("proxy")[6] if through else f"127.0.0.1:{p}"
    d.web("tcp", f"127.0.0.1:{p}", "v0")
    d.wait("ready")
    w = subprocess.Popen(["wrk", "-t1", "-c16", "-d3600s", "--timeout", "60", "-H", header, f"http://{at}/"], stdout=subprocess.PIPE, text=True)
    began = time.monotonic()
    for i in range(n):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}")
        d.wait("replaced")
    took = time.monotonic() - began
    w.send_signal(signal.SIGINT)
    print(f"{n} changes in {took:.1f} s, {header}, {'through the proxy' if through else 'direct'}:\n{w.communicate()[0]}", flush=True)
    d.close()


def wrk_changes(n):
    for through in (False, True):
        for header in ("Connection: close", "X: y"):
            wrk_once(n, header, through)


def main():
    args = sys.argv[1:]
    drive.BUILD, drive.TOP = os.path.abspath(args.pop(0)), tempfile.mkdtemp(prefix="vole-serve-")
    good = bad = 0
    try:
        subprocess.run([drive.BUILD + "/vole", "build", "-o", drive.TOP + "/web", drive.HERE + "/prog/web.go"], check=True)
        if args[:1] == ["--wrk"]:
            return wrk_changes(int(args[1]))
        for module in services, proxy:
            for name in [n[5:] for n in vars(module) if n.startswith("case_")]:
                if args and not any(fnmatch.fnmatch(name, a) for a in args):
                    continue
                d = drive.Driver() if module is services else None
                began = time.monotonic()
                try:
                    vars(module)["case_" + name](*[d] if d else [])
                    good += 1
                except Exception:
                    bad += 1
                    print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
                if d:
                    d.close()
                if time.monotonic() - began > 10:
                    print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)
    finally:
        shutil.rmtree(drive.TOP)
    print(f"{good} passed, {bad} failed")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
