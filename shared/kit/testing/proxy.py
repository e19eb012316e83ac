"""A TCP proxy that misbehaves on demand: the network between a service and its broker or database, in tests."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class Proxy:
    """Forwards `127.0.0.1:port` to a target until told to `cut`, `stall` or `slow`; `heal` ends any of them."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.refusing = False
        self._flowing = threading.Event()
        self._flowing.set()
        self._pace = 0  # bytes per second; 0 is as fast as it goes
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Drop every connection and refuse new ones."""
        self.refusing = True
        for end in list(self._open):
            _close(end)

    def stall(self) -> None:
        """Keep connections open and let nothing through: the far side seems dead."""
        self._flowing.clear()

    def slow(self, bytes_per_second: int) -> None:
        self._pace = bytes_per_second

    def heal(self) -> None:
        self.refusing, self._pace = False, 0
        self._flowing.set()

    def close(self) -> None:
        self.cut()
        self.heal()
        _close(self._door)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the door was closed
            while True:
                near, _ = self._door.accept()
                try:
                    if self.refusing:
                        raise ConnectionRefusedError
                    far = socket.create_connection(self.target, timeout=5)
                except OSError:
                    _close(near)
                    continue
                far.settimeout(None)
                self._open |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(min(self._pace, 65536) or 65536):
                self._flowing.wait()
                if self._pace:
                    threading.Event().wait(len(data) / self._pace)
                sink.sendall(data)
        for end in (source, sink):
            _close(end)
            self._open.discard(end)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
