"""A camera on the network that shows what it is told to: Motion JPEG over HTTP, from threads of this process.

Needs nothing of pytest, so that benchmarks can hold labels before a camera, too.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

RATE = 10.0
"""Frames a second of the camera over a table."""
WIDTH, HEIGHT = 640, 480
_DESK = 96
"""The grey of the table that it looks at."""


class NetworkCamera:
    """A camera with an address (MJPEG over HTTP), which shows what a test puts before it. A context manager.

    Args:
        frames: what it shows at first, one after the other and again from the first.
        rate: frames a second.
    """

    def __init__(self, frames: Sequence[Grey], rate: float = 15.0) -> None:
        self._connections: list[ThreadingHTTPServer] = []
        self._shown = threading.Lock()
        self._cut = threading.Event()
        self.port, self.rate = 0, rate
        self.sent_at = 0.0
        """When the newest picture began to be sent, in seconds of `time.monotonic`; 0 before."""
        self.show(*frames)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/video"

    def show(self, *frames: Grey) -> None:
        """Show these from now on, one after the other and again from the first: noise that is not frozen."""
        jpegs = [cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames]
        with self._shown:
            self._jpegs, self.sent_at = jpegs, 0.0

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    def plug_in(self) -> None:
        """Answer, under the address that it has had."""
        self._cut = threading.Event()
        server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        server.daemon_threads = True
        self.port = server.server_port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self._connections.append(server)

    def unplug(self) -> None:
        """Fall silent in the middle, and answer nobody."""
        self._cut.set()
        for server in self._connections:
            server.shutdown()
            server.server_close()
        self._connections.clear()

    def cut(self) -> None:
        """Break off what is being sent, and answer whoever asks again."""
        self._cut.set()
        self._cut = threading.Event()

    def _frames(self) -> Iterator[bytes]:
        number, cut = 0, self._cut
        while not cut.wait(1 / self.rate):
            with self._shown:
                self.sent_at = self.sent_at or time.monotonic()
                jpeg = self._jpegs[number % len(self._jpegs)]
            yield jpeg
            number += 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                with contextlib.suppress(OSError):  # whoever watches has gone
                    for jpeg in camera._frames():
                        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                        self.wfile.write(head.encode() + jpeg + b"\r\n")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


class Shown(NetworkCamera):
    """Such a camera over a table on which a paper lies, or none.

    Args:
        width, height: of its picture, in pixels.
        rate: frames a second.
    """

    def __init__(self, width: int = WIDTH, height: int = HEIGHT, rate: float = RATE) -> None:
        self._size = height, width
        super().__init__([self._table(None)], rate)

    def lay(self, paper: Grey | None) -> None:
        """Lay a paper on the table, and take away what lay there; None for nothing."""
        self.show(self._table(paper))

    def _table(self, paper: Grey | None) -> Grey:
        picture = np.full(self._size, _DESK, dtype=np.uint8)
        if paper is not None:
            top, left = ((room - need) // 2 for room, need in zip(self._size, paper.shape, strict=True))
            picture[top : top + paper.shape[0], left : left + paper.shape[1]] = paper
        return picture
