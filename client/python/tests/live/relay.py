"""Passes bytes between a client and a server, until it cuts all connections at once."""

import contextlib
import socket
import threading


class Relay:
    """Listens on loopback; what connects is connected on to `target`."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._acceptor = threading.Thread(target=self._accept)
        self._acceptor.start()

    def cut(self) -> int:
        """Cuts what is connected now, and tells how many connections that were."""
        with self._lock:
            for ends in self._open:
                _shut(*ends)
            return len(self._open)

    def close(self) -> None:
        """Ends it, and waits for its threads."""
        _shut(self._listener)
        self.cut()
        self._acceptor.join()
        self._listener.close()

    def _accept(self) -> None:
        passing = []
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                passing.append(threading.Thread(target=self._serve, args=(near,)))
                passing[-1].start()
        self.cut()
        for thread in passing:
            thread.join()

    def _serve(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError), socket.create_connection(self._target) as far:
            with self._lock:
                self._open.append((near, far))
            back = threading.Thread(target=_pass, args=(far, near))
            back.start()
            _pass(near, far)
            back.join()
            with self._lock:
                self._open.remove((near, far))


def _pass(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    _shut(source, sink)


def _shut(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
