"""What every source of scans ends in, whatever reads it: one value for a scan, one for a scanner that came or went.

The application is told what was scanned and never needs to know by what. A reader runs in a thread of its own,
because the kernel keeps no more than eight characters of a grabbed scanner for a program that is busy with a
commit; so time is taken where the last byte was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from kiosk.terminal.sounds import Sound


class Source(StrEnum):
    """What a scan came through."""

    WEDGE = "wedge"
    """A scanner that plays keyboard."""
    PASTE = "paste"
    EVDEV = "evdev"
    """The same, read as a device of the kernel and grabbed: no terminal and no layout of this machine between."""
    SERIAL = "serial"
    CAMERA = "camera"


@dataclass(frozen=True, slots=True)
class Heard:
    """One scan, as a reader gives it.

    Args:
        text: without terminator, at most `wedge.LONGEST` bytes, otherwise untouched: control characters and
            replacement characters included.
        source: what it came through.
        at: when its last byte was read, or its picture taken, in seconds of `time.monotonic`.
        scanner: the `name` of the `[[scanner]]`; empty for the terminal.
        symbology: the AIM identifier (`]C1`) where the source tells it apart from the text.
        cut: whether a part is missing: there was more, or the scanner went away in the middle.
        raw: what came, byte by byte, terminator included, where somebody looks at the scanner itself.
    """

    text: str = field(repr=False)
    source: Source
    at: float
    scanner: str = ""
    symbology: str | None = None
    cut: bool = False
    raw: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """A scanner has come or gone.

    Args:
        scanner: the `name` of its `[[scanner]]`.
        source: what kind of scanner it is.
        is_there: whether it can be read now.
        why: one line for the log: which device was found, or why none could be read.
        is_taken: whether it is plugged in, and another program reads it.
    """

    scanner: str
    source: Source
    is_there: bool
    why: str
    is_taken: bool = False


Tell: TypeAlias = Callable[[Heard | Presence], None]
"""Takes what a reader has to say; it may be called from any thread and returns at once."""


class ScanReader(Protocol):
    """What reads a scanner, in a thread of its own."""

    @property
    def name(self) -> str:
        """The `name` of its `[[scanner]]`."""

    @property
    def source(self) -> Source:
        """What kind of scanner it reads."""

    def start(self, tell: Tell) -> None:
        """Begin to read, and to tell; a device that is not there is waited for."""

    def stop(self) -> None:
        """Stop within a second and let go of the device; nothing is told any more. Also before `start`."""

    def answer(self, sound: Sound) -> None:
        """Have the scanner itself show or sound what became of the scan, if it can; never waits for it."""
