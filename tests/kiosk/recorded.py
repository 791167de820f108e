"""A scanner that plays keyboard, as the kernel tells of it: the events of its keys, written into a FIFO."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.kiosk.keystream import typed


class Recorded:
    """The scanner's end. A context manager: the FIFO is there as long as it lasts.

    Args:
        device: where the FIFO is made.
    """

    def __init__(self, device: Path) -> None:
        self.device = device

    def __enter__(self) -> Self:
        os.mkfifo(self.device)
        self._end = os.open(self.device, os.O_RDWR)  # open at both ends, so that it never seems to have ended
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._end)
        self.device.unlink()

    def send(self, data: bytes) -> None:
        """Write events, all of them at once, which must fit into the FIFO."""
        assert os.write(self._end, data) == len(data)

    def scan(self, text: str) -> None:
        """Type a text and Enter on an American keyboard, without a gap."""
        self.send(typed(text, at=time.monotonic()))
