#!/usr/bin/env python3
"""Programs that are changed while they run: `vole watch -patch` and `vole watch`, form by form (tests/patch/forms.py, tests/patch/auto.py).

Usage: tests/patch/run.py VOLE [FORM...] [--auto] [--debug SWITCHES] [--keep]
--auto: the forms of -patch without that flag: whether it is a patch or a new start, the answer must be that of a fresh start.
A program answers a request with what its code computes and a counter. It is edited as the form says; then its answer must be what a fresh start of the changed
program answers, and the counter must have gone on if the form is a patch, and begun anew if it is a new start, with the reason that the form names.
--debug: VOLEDEBUG for the programs, such as gcstress=50,stackmove=1.
"""
import argparse, json, os, re, shutil, socket, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forms import FORMS, BASE
from auto import AUTO


def ask_stream(port, path="/", timeout=20):
    end = time.monotonic() + timeout
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as s:
                s.sendall((path + "\n").encode())
                got = b""
                while chunk := s.recv(65536):
                    got += chunk
                if got:
                    return got.decode()
        except OSError:
            pass
        if time.monotonic() > end:
            raise TimeoutError("no answer")
        time.sleep(0.01)


def ask_datagram(port, path="/", timeout=20):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(0.2)
            try:
                s.connect(("127.0.0.1", port))
                s.send(path.encode())
                return s.recv(65536).decode()
            except OSError:
                time.sleep(0.01)
    raise TimeoutError("no answer")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_time(pid):
    """Ticks that the processes below pid have had, those that are gone too."""
    try:
        used = [int(x) for x in open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()[11:15]]
        below = open("/proc/%d/task/%d/children" % (pid, pid)).read().split()
    except OSError:
        return 0
    return sum(used) + sum(cpu_time(int(p)) for p in below)


class Watcher:
    """vole watch -json in a folder; its events in a list."""

    def __init__(self, vole, folder, env, port, words=()):
        self.events, self.seen, self.cond, self.port = [], 0, threading.Condition(), port
        self.process = subprocess.Popen([vole, "watch", "-json", *words, "."], cwd=folder, env=dict(env, PORT=str(port)),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors = ""
        threading.Thread(target=self.read, daemon=True).start()
        threading.Thread(target=self.read_errors, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            with self.cond:
                self.events.append(json.loads(line))
                self.cond.notify_all()

    def read_errors(self):
        for line in self.process.stderr:
            self.errors += line

    def next(self, actions, limit=60):
        """The next event with one of these actions. Nothing for that many seconds in which nobody has worked is a hang, and twenty times as long: checks
        run at the lowest priority, so on a busy machine `idle` takes its time."""
        start = time.monotonic()
        end, used = start + limit, cpu_time(self.process.pid)
        with self.cond:
            while True:
                while self.seen < len(self.events):
                    e = self.events[self.seen]
                    self.seen += 1
                    if e["Action"] in actions:
                        return e
                if self.cond.wait(max(0, end - time.monotonic())):
                    continue
                now = cpu_time(self.process.pid)
                if now > used and time.monotonic() < start + 20 * limit:
                    end, used = time.monotonic() + limit, now
                else:
                    raise TimeoutError("no %s; events: %s %s" % (actions, [e["Action"] for e in self.events[-8:]], self.errors[-500:]))

    def memory(self):
        """KB that the program has in memory but for its file's pages."""
        pid = [e["Pid"] for e in self.events if e["Action"] == "start"][-1]
        return int(re.search(r"RssAnon:\s+(\d+)", open("/proc/%d/status" % pid).read()).group(1))

    def end(self):
        self.process.terminate()
        self.process.wait(20)

    def output(self):
        return "".join(e.get("Output", "") for e in self.events if e["Action"] == "output")


def write(folder, files):
    for name, text in files.items():
        path = os.path.join(folder, name)
        if text is None:
            os.remove(path)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.exists(path) and open(path).read() == text:
            continue
        with open(path + "~", "w") as f:
            f.write(text)
        os.rename(path + "~", path)


CAREFUL = ("has run outside of requests", "when a program starts")  # why it is a new start without -patch


def edited(files, edits):
    files = dict(files)
    for e in edits:
        if len(e) == 2:  # a whole file
            files[e[0]] = e[1]
            continue
        name, old, new = e
        assert old in files[name], (name, old)
        files[name] = files[name].replace(old, new)
    return files


def split(answer):
    """What the code computes; the counter."""
    text, _, count = answer.rpartition("count ")
    return text, int(count)


def fresh_answer(vole, folder, env, ask, path):
    """Of a plain build of what the folder holds now."""
    program = os.path.join(folder, ".fresh")
    subprocess.run([vole, "build", "-o", program, "."], cwd=folder, env=env, check=True)
    port = free_port()
    with subprocess.Popen([program], env=dict(env, PORT=str(port)), cwd=folder) as p:
        try:
            return split(ask(port, path))[0]
        finally:
            p.kill()


def check(vole, form, env, folder, loose):
    """loose: a patch or a new start, if only the answer is right."""
    ask = {"tcp": ask_stream, "udp": ask_datagram}[form.get("ask", "tcp")]
    files = edited(BASE, form.get("setup", []))
    write(folder, files)
    port, env = free_port(), dict(env, **form.get("env", {}))
    w = Watcher(vole, folder, env, port, form.get("words", ["-patch"] if not loose else []))
    try:
        w.next(["ready"])
        count = split(ask(port))[1] if form.get("first", True) else 0
        for step in form["steps"]:
            before = form.get("before")
            if before:
                ask(port, before)
            files = edited(files, step["edit"])
            write(folder, files)
            want, path = step.get("want", "patched"), step.get("path", "/")
            e = w.next(["patched", "same", "ready", "build-failed"])
            what = {"ready": "restarted"}.get(e["Action"], e["Action"])
            kept = step.get("answer")
            if loose and kept:  # that of a program which was patched in the steps before, too
                step = {k: v for k, v in step.items() if k != "answer"}
            if loose and what == "restarted" and any(why in e["Restarted"] for why in CAREFUL):
                want, step = what, dict(step, why="")
            if what != want:
                return "%s instead of %s: %s" % (what, want, {k: v for k, v in e.items() if k in ("Restarted", "Text", "Function")})
            if want == "build-failed":
                continue
            if want == "restarted" and step["why"] not in e.get("Restarted", ""):
                return "another reason: %s" % e.get("Restarted")
            if "functions" in step and e.get("Functions") != step["functions"]:
                return "%s functions: %s" % (e.get("Functions"), e)
            if "then" in step:
                write(folder, step["then"])
            text, now = split(ask(port, path))
            fresh = step["answer"] if "answer" in step else fresh_answer(vole, folder, env, ask, path)
            if fresh is not None and text != fresh and not (loose and want == "patched" and text == kept):
                return "answer %r, of a fresh start %r (%s)" % (text, fresh, e)
            if want == "restarted":
                count = 0
            if now != count + 1:
                return "count %d behind %d" % (now, count)
            count = now
        if form.get("after"):
            return form["after"](w, lambda at="/": ask(port, at), files, lambda f: write(folder, f))
    finally:
        w.end()
    return None


def main():
    p = argparse.ArgumentParser()
    p.add_argument("vole")
    p.add_argument("forms", nargs="*")
    p.add_argument("--debug", default="")
    p.add_argument("--auto", action="store_true")
    p.add_argument("--keep", action="store_true")
    o = p.parse_args()
    vole, failed, done = os.path.abspath(o.vole), 0, 0
    env = dict(os.environ, VOLE_PLAIN="1", GOFLAGS="-buildvcs=false", GOTOOLCHAIN="local")
    if o.debug:
        env["VOLEDEBUG"] = o.debug
    forms = {k: v for k, v in FORMS.items() if "after" not in v} if o.auto else dict(FORMS, **AUTO)
    for name, form in forms.items():
        if o.forms and name not in o.forms:
            continue
        folder = tempfile.mkdtemp(prefix="patch-")
        try:
            wrong = check(vole, form, env, os.path.realpath(folder), o.auto)
        except (TimeoutError, subprocess.CalledProcessError, ValueError) as e:
            wrong = str(e)
        done += 1
        if wrong:
            failed += 1
            print("FAIL %s: %s" % (name, wrong), flush=True)
        if not o.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print("%d passed, %d failed" % (done - failed, failed))
    sys.exit(failed > 0 or not done)


if __name__ == "__main__":
    main()
