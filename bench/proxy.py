"""A plain TCP relay that counts the bytes of each direction, so that nothing on the wire escapes."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType


class CountingProxy:
    """Relays a free local port to `port`; `down` counts bytes to the browser, `up` bytes from it."""

    def __init__(self, port: int) -> None:
        self.down = 0
        self.up = 0
        self._target = port
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> CountingProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            for source, sink, is_down in ((server, browser, True), (browser, server, False)):
                threading.Thread(target=self._relay, args=(source, sink, is_down), daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket, is_down: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
                self._count(len(data), is_down)
        _close(source)
        _close(sink)

    def _count(self, amount: int, is_down: bool) -> None:
        with self._lock:
            self.down += amount if is_down else 0
            self.up += 0 if is_down else amount


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
