"""Cases of services: programs that are replaced while they serve."""
import os, pty, signal, subprocess, sys

import drive
from drive import Driver, HERE, Kept, Load, ask, free_port, is_free, serves, until


def replace(d, address, network, where, changes=12, mode=""):
    """A program that is replaced while it is asked all the time: nobody notices but by the version."""
    d.web(network, where, "v0", mode)
    d.wait("ready")
    loads = [Load(address), Kept(address), Kept(address), Load(address, "/slow")]
    for i in range(1, changes + 1):
        d.web(network, where, f"v{i}", mode)
        pid = d.wait("ready")[1]
        d.wait("replaced")
        assert ask(address) == f"v{i} {pid}"
    for l in loads:
        l.stop()
    assert not any(l.failed for l in loads), [l.failed[:3] for l in loads]
    assert all(l.count > 0 for l in loads)
    d.tell("stop")
    d.wait("stopped")
    assert not any(e[0] in ("killed", "ended", "failed") for e in d.seen), d.seen


def case_tcp4(d):
    p = free_port()
    replace(d, ("127.0.0.1", p), "tcp", f"127.0.0.1:{p}")
    assert is_free(p)


def case_all_interfaces(d):
    p = free_port()
    replace(d, ("127.0.0.1", p), "tcp", f":{p}", 4)
    assert is_free(p)


def case_tcp4_any(d):
    p = free_port()
    replace(d, ("127.0.0.1", p), "tcp4", f":{p}", 4)
    assert is_free(p)


def case_unix(d):
    path = f"{drive.TOP}/unix.sock"
    replace(d, path, "unix", path)
    assert not os.path.exists(path)


def case_unix_removed_first(d):
    path = f"{drive.TOP}/removed.sock"
    replace(d, path, "unix", path, 6, "remove")
    assert not os.path.exists(path)


def case_second_bind_is_an_error(d):
    p = free_port()
    for v in ("v1", "v2"):
        d.web("tcp", f"127.0.0.1:{p}", v, "twice")
        d.wait("ready")
        serves(("127.0.0.1", p), v)
        assert "address already in use" in ask(("127.0.0.1", p), "/second")


def case_listens_again(d):
    p = free_port()
    for v in ("v1", "v2", "v3"):
        d.web("tcp", f"127.0.0.1:{p}", v, "again")
        d.wait("ready")
        serves(("127.0.0.1", p), v)
    assert not [e for e in d.seen if e[0] == "ended"]


def case_closed_is_closed(d):
    """What a program closes while it runs is free at once."""
    p, q = free_port(), free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v1", "closed", f"127.0.0.1:{q}")
    d.wait("ready")
    until("the port is free", lambda: is_free(q))
    assert ask(("127.0.0.1", p)).startswith("v1")


def case_two_addresses(d):
    """The second one is bound a moment after the program is ready: it is kept all the same."""
    p, q = free_port(), free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v0", "two", f"127.0.0.1:{q}")
    d.wait("ready")
    serves(("127.0.0.1", q), "v0")
    loads = [Load(("127.0.0.1", p))]
    for i in range(1, 6):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}", "two", f"127.0.0.1:{q}")
        d.wait("replaced")
        serves(("127.0.0.1", q), f"v{i}")
    loads[0].stop()
    assert loads[0].count and not loads[0].failed, loads[0].failed[:3]
    assert not [e for e in d.seen if e[0] == "ended"]


def case_another_address(d):
    """The port of the version before is free as soon as that is gone."""
    p, q = free_port(), free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v1")
    d.wait("ready")
    d.web("tcp", f"127.0.0.1:{q}", "v2")
    d.wait("replaced")
    until("the port is free", lambda: is_free(p))
    assert ask(("127.0.0.1", q)).startswith("v2")


def case_options_differ(d):
    """tcp4 :p is not what tcp :p (both families) was: the program gets the error that it would get."""
    p = free_port()
    d.web("tcp", f":{p}", "v1")
    d.wait("ready")
    d.web("tcp4", f":{p}", "v2")
    e = d.wait("ended")
    assert e[2] == 1 and e[5] == 1 and ask(("127.0.0.1", p)).startswith("v1")


def case_deaf(d):
    d.close()
    d, p = Driver("-kill-delay", 100), free_port()
    for i in range(3):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}", "deaf")
        d.wait("ready")
        if i:
            assert d.wait("killed")[4] == 1
            d.wait("replaced")
    d.tell("stop")
    d.wait("stopped")
    assert is_free(p)
    d.close()


def case_child_in_another_session(d):
    p, q = free_port(), free_port()
    for v in ("v1", "v2"):
        d.web("tcp", f"127.0.0.1:{p}", v, "child", f"127.0.0.1:{q}")
        d.wait("ready")
        until("the child", lambda: not is_free(q))
    d.tell("stop")
    d.wait("stopped")
    assert is_free(p) and is_free(q)


def case_new_one_crashes(d):
    p = free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v1")
    pid = d.wait("ready")[1]
    d.web("tcp", f"127.0.0.1:{p}", "v2", "crash")
    e = d.wait("ended")
    assert e[2] == 3 and e[5] == 1 and ask(("127.0.0.1", p)) == f"v1 {pid}"
    d.tell("start", drive.TOP + "/none")
    assert "no such file" in d.wait("failed")[6] and ask(("127.0.0.1", p)) == f"v1 {pid}"
    d.web("tcp", f"127.0.0.1:{p}", "v3")
    d.wait("replaced")
    assert ask(("127.0.0.1", p)).startswith("v3")


def case_crash_frees_the_port(d):
    p = free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v1")
    os.kill(d.wait("ready")[1], signal.SIGKILL)
    e = d.wait("ended")
    assert e[2] == -9 and e[5] == 0
    until("the port is free", lambda: is_free(p))


def case_overtaken(d):
    """Starts in quick succession: the last one serves, nothing else is left."""
    p = free_port()
    for i in range(20):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}")
    serves(("127.0.0.1", p), "v19")
    d.tell("stop")
    d.wait("stopped")
    assert is_free(p)


def case_watcher_killed(d):
    p, q = free_port(), free_port()
    d.web("tcp", f"127.0.0.1:{p}", "v1", "child", f"127.0.0.1:{q}")
    d.wait("ready")
    until("the child", lambda: not is_free(q))
    d.p.kill()
    until("nothing is left", lambda: is_free(p) and is_free(q))


def case_nobody_answers(d):
    p = free_port()
    w = subprocess.Popen([drive.TOP + "/web", "tcp", f"127.0.0.1:{p}", "v1"], env=dict(os.environ, VOLE_SOCKETS="vole-nobody.1"))
    try:
        until("it serves", lambda: not is_free(p))
        assert ask(("127.0.0.1", p)).startswith("v1")
    finally:
        w.terminate()
        assert w.wait() == 0


def case_listen_fds(d):
    """In an environment that speaks of somebody else's sockets, too."""
    d.close()
    p = free_port()
    os.environ.update(LISTEN_FDS="7", LISTEN_PID="1", VOLE_SOCKETS="vole-nobody.1")
    d = Driver("-listen", f"127.0.0.1:{p}", "-ready", 1)
    for name in "LISTEN_FDS", "LISTEN_PID", "VOLE_SOCKETS":
        del os.environ[name]
    load = Load(("127.0.0.1", p))
    for i in range(5):
        d.tell("start", sys.executable, HERE + "/prog/fds.py", f"v{i}")
        d.wait("ready")
        serves(("127.0.0.1", p), f"v{i}")
    load.stop()
    assert load.count
    d.close()
    assert is_free(p)


def case_replaced_after_the_end(d):
    """Programs that know of nothing: the next starts when the one before is gone, and is ready when it answers."""
    d.close()
    p = free_port()
    d = Driver("-replace", "-plain", "-address", f"127.0.0.1:{p}")
    for i in range(4):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}")
        d.wait("ready")
        assert ask(("127.0.0.1", p)).startswith(f"v{i}")
    assert sum(e[0] == "replaced" for e in d.seen) == 3
    d.close()
    assert is_free(p)


def case_watched_by_another(d):
    """A watcher that runs under a watcher."""
    d.close()
    os.environ["VOLE_SOCKETS"] = "vole-nobody.1"
    d, p = Driver(), free_port()
    del os.environ["VOLE_SOCKETS"]
    for v in "v1", "v2":
        d.web("tcp", f"127.0.0.1:{p}", v)
        d.wait("ready")
        serves(("127.0.0.1", p), v)
    d.close()


def case_output(d):
    d.close()
    d = Driver("-output", "-plain")
    d.tell("start", "echo", "some", "words")
    d.wait("ended")
    assert [e[6] for e in d.seen if e[0] == "output"] == ["some words"], d.seen
    d.close()


def case_terminal(d):
    """A program with the terminal reads from it and hears ^C; afterwards the terminal is ours again."""
    inp, told = os.pipe()
    pid, tty = pty.fork()
    if pid == 0:
        os.dup2(inp, 0)
        os.close(told)
        os.execv(drive.BUILD + "/servedrv", ["servedrv", "-terminal", "-plain"])
    os.close(inp)
    got = [""]

    def says(word):
        def look():
            got[0] += os.read(tty, 4096).decode()
            return word in got[0]
        if word not in got[0]:
            until(word, look)
        got[0] = got[0].split(word, 1)[1]

    os.write(told, b"start sh " + drive.HERE.encode() + b"/prog/reads.sh\n")
    says("reads")
    os.write(tty, b"hello\n")
    says("got hello")
    os.write(tty, b"\x03")
    says("ended ")
    assert got[0].split()[1] == "7", got
    until("the terminal is ours", lambda: os.tcgetpgrp(tty) == pid)
    os.close(told)
    assert os.waitpid(pid, 0)[1] == 0
    os.close(tty)


def case_nothing_is_left_open(d):
    """A hundred changes cost no file and hardly any memory."""
    def files():
        return len(os.listdir(f"/proc/{d.p.pid}/fd"))

    def memory():
        return int(open(f"/proc/{d.p.pid}/statm").read().split()[1])

    p, seen = free_port(), []
    for i in range(100):
        d.web("tcp", f"127.0.0.1:{p}", f"v{i}")
        d.wait("replaced") if i else d.wait("ready")
        if i % 20 == 19:
            seen.append((files(), memory()))
    assert seen[0][0] == seen[-1][0] and seen[-1][1] - seen[1][1] < 100, seen
