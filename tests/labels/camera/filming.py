"""What a camera sees, made by a test: frames of labels on a table, a film of them, and a camera in the network."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

SIZE = (480, 270)
"""Width and height of a frame, in pixels."""

Place = tuple[Grey, int, int]
"""A piece of paper, and where its upper left corner lies; what is outside the frame is not seen."""


class Table:
    """A table of no even grey under a camera with a little noise; the same frames every time."""

    def __init__(self, size: tuple[int, int] = SIZE) -> None:
        self._rng = np.random.default_rng(7)
        coarse = self._rng.uniform(70, 140, (5, 8)).astype(np.float32)
        self._ground = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)

    def with_(self, *papers: Place, glare_at: int | None = None, noise: float = 3.0) -> Grey:
        """Take a frame.

        Args:
            glare_at: the column at which the light is mirrored, as a spot that hides what is under it.
            noise: standard deviation of the sensor's, in grey levels.
        """
        seen = np.array(self._ground)
        for paper, left, top in papers:
            _lay(seen, paper, left, top)
        if glare_at is not None:
            cv2.ellipse(seen, (glare_at, seen.shape[0] // 2), (240, 150), 0, 0, 360, 255, -1)
        soft = cv2.GaussianBlur(seen, (0, 0), 0.6)
        noisy = soft + self._rng.normal(0, noise, soft.shape)
        return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)


def _lay(seen: NDArray[Any], paper: Grey, left: int, top: int) -> None:
    high, wide = seen.shape
    x, y = max(left, 0), max(top, 0)
    part = paper[y - top : high - top, x - left : max(wide - left, 0)]
    seen[y : y + part.shape[0], x : x + part.shape[1]] = part


def film(file: Path, frames: Iterable[Grey], rate: float) -> Path:
    """Film frames, so many a second, each a JPEG as cheap cameras send them."""
    film = None
    for frame in frames:
        if film is None:
            size = (frame.shape[1], frame.shape[0])
            film = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), rate, size, isColor=False)
        film.write(frame)
    assert film is not None
    assert film.isOpened()
    film.release()
    return file


class NetworkCamera:
    """A camera with an address (MJPEG over HTTP), which shows what a test puts before it. A context manager."""

    RATE = 15.0
    """Frames a second."""

    def __init__(self, frames: Sequence[Grey]) -> None:
        self._connections: list[ThreadingHTTPServer] = []
        self._shown = threading.Condition()
        self._cut = threading.Event()
        self.port = 0
        self.show(*frames)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/video"

    def show(self, *frames: Grey) -> None:
        """Show these from now on, one after the other and again from the first: noise that is not frozen."""
        jpegs = [cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames]
        with self._shown:
            self._jpegs = jpegs

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
        while not cut.wait(1 / self.RATE):
            with self._shown:
                yield self._jpegs[number % len(self._jpegs)]
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
