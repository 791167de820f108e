"""A camera on the network that shows what it is told to: Motion JPEG over HTTP, from a thread of this process.

Needs nothing of pytest, so that benchmarks can hold labels before a camera, too.
"""

from __future__ import annotations

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

RATE = 10.0
"""Frames a second."""
WIDTH, HEIGHT = 640, 480
_DESK = 96
"""The grey of the table that the camera looks at."""


class Shown:
    """The camera. A context manager: it can be reached as long as it lasts.

    Args:
        width, height: of its picture, in pixels.
        rate: frames a second.
    """

    def __init__(self, width: int = WIDTH, height: int = HEIGHT, rate: float = RATE) -> None:
        self._size, self.rate = (height, width), rate
        self._changed = threading.Condition()
        self._open = True
        self.sent_at = 0.0
        """When the newest picture began to be sent, in seconds of `time.monotonic`; 0 before."""
        self.show(None)

    def __enter__(self) -> Self:
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                with contextlib.suppress(OSError):  # whoever looked has hung up
                    while jpeg := camera._next():
                        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                        self.wfile.write(head.encode() + jpeg + b"\r\n")

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._open = False
            self._changed.notify_all()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        """What a setting calls it by."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def show(self, paper: Grey | None) -> None:
        """Lay a paper on the table, and take away what lay there; None for nothing."""
        picture = np.full(self._size, _DESK, dtype=np.uint8)
        if paper is not None:
            top, left = ((room - need) // 2 for room, need in zip(self._size, paper.shape, strict=True))
            picture[top : top + paper.shape[0], left : left + paper.shape[1]] = paper
        _, jpeg = cv2.imencode(".jpg", picture)
        with self._changed:
            self._jpeg, self.sent_at = jpeg.tobytes(), 0.0
            self._changed.notify_all()

    def _next(self) -> bytes:
        """Wait as long as the camera's rate says; the picture that there is then, nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open, 1 / self.rate)
            self.sent_at = self.sent_at or time.monotonic()
            return self._jpeg if self._open else b""
