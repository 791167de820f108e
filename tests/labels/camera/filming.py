"""What a camera sees, made by a test: frames of labels on a table, and a film of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

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
