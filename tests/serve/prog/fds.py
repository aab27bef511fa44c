"""A server that knows LISTEN_FDS, for tests/serve: answers each connection with its version. Usage: fds.py VERSION"""
import os, signal, socket, sys

assert int(os.environ["LISTEN_PID"]) == os.getpid() and os.environ["LISTEN_FDS"] == "1"
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
s = socket.socket(fileno=3)
s.setblocking(True)
while True:
    c, _ = s.accept()
    c.recv(65536)
    c.sendall(f"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{sys.argv[1]} {os.getpid()}".encode())
    c.close()
