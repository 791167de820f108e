"""A scanner that plays keyboard, as the kernel tells of it: the events of its keys, written into a FIFO."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from depot import keyboards
from depot.keyboards import SHIFT

EVENT = struct.Struct("@llHHi")
"""linux/input.h, `struct input_event`: seconds, microseconds, type, code, value."""
SYNCHRONISE, KEY = 0, 1
ENTER, LEFT_CTRL, LEFT_SHIFT, RIGHT_BRACE = 28, 29, 42, 27
"""linux/input-event-codes.h."""


class Recorded:
    """The scanner's end. A context manager: the FIFO is there as long as it lasts.

    Args:
        device: where the FIFO is made.
    """

    def __init__(self, device: Path) -> None:
        self.device = device

    def __enter__(self) -> Recorded:
        os.mkfifo(self.device)
        self._end = os.open(self.device, os.O_RDWR)  # open at both ends, so that it never seems to have ended
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._end)
        self.device.unlink()

    def send(self, data: bytes) -> None:
        """Write the events of keys, all at once."""
        assert os.write(self._end, data) == len(data)

    def scan(self, text: str) -> None:
        """Type a text and Enter, without a gap."""
        self.send(typed(text + "\r"))


def typed(text: str) -> bytes:
    """Give the events of a scanner that believes in an American keyboard; GS is Ctrl and the right bracket."""
    return b"".join(event for char in text for event in _strokes(char))


def _strokes(char: str) -> Iterator[bytes]:
    if char == "\r":
        held, key = [], ENTER
    elif char == "\x1d":
        held, key = [LEFT_CTRL], RIGHT_BRACE
    else:
        stroke = keyboards.stroke_for(char, "us")
        assert stroke, f"no key of an American keyboard types {char!r}"
        held, key = [LEFT_SHIFT] * (stroke.level == SHIFT), stroke.key
    pressed = [*held, key]
    for code, value in [(one, 1) for one in pressed] + [(one, 0) for one in reversed(pressed)]:
        yield _event(KEY, code, value)
        yield _event(SYNCHRONISE, 0, 0)


def _event(kind: int, code: int, value: int) -> bytes:
    seconds, rest = divmod(time.monotonic(), 1)
    return EVENT.pack(int(seconds), int(rest * 1_000_000), kind, code, value)
