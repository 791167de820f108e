"""Cuts what a scanner sends, byte after byte, into scans.

A scanner ends a code with CR, LF, both, Tab or ETX, or with nothing. One that has ended its codes so far does so
the next time, too: when it falls silent in the middle, half a code is missing. One that never has is silent
between two codes and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.terminal.wedge import LONGEST

TERMINATORS = frozenset(b"\r\n\t\x03\x00")
"""CR, LF, Tab; ETX, and the NUL of scanners that fill up a packet."""
STX = 0x02
"""What some scanners begin a code with."""
SILENCE = 0.3
"""Seconds of silence that end a code of a scanner that has never sent a terminator."""
BROKEN_SILENCE = 1.0
"""Seconds of silence after which a code is given up whose terminator has not come; the scanner has sent others."""
ENOUGH = 4096
"""Bytes without a terminator after which nothing more is kept of them, not even to be looked at."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One code. `raw` is everything that came for it, terminator included; `cut` says that a part is missing."""

    text: str
    raw: bytes
    at: float
    cut: bool = False


@dataclass
class Framer:
    """Collects bytes and gives them out as codes, in the order in which they came.

    Feed it whatever comes, and call `flush` when `deadline` has passed without anything.
    """

    _held: bytearray = field(default_factory=bytearray)
    _raw: bytearray = field(default_factory=bytearray)
    _last: float = 0.0
    _ends_its_codes: bool = False

    @property
    def deadline(self) -> float | None:
        """When `flush` will give something out, on the clock of `feed`; None while nothing is held."""
        return self._last + self._patience() if self._held else None

    def feed(self, data: bytes, at: float) -> Iterator[Frame]:
        """Take bytes in; give the codes that they complete.

        Args:
            data: any number of bytes.
            at: when they were read, in monotonic seconds; never earlier than those before.
        """
        yield from self.flush(at)
        for byte in data:
            self._last = at
            if len(self._raw) < ENOUGH:
                self._raw.append(byte)
            if byte not in TERMINATORS:
                if byte != STX or self._held:
                    self._hold(byte)
            elif self._held:
                self._ends_its_codes = True
                yield self._given(at)
            else:  # the LF of CR LF, the NULs after a code: they end nothing
                self._raw.clear()

    def flush(self, at: float) -> Iterator[Frame]:
        """Give out what is held if it has been silent for long enough.

        Args:
            at: now, in monotonic seconds on the clock of `feed`.
        """
        if self._held and at - self._last >= self._patience():
            yield self._given(self._last, cut=self._ends_its_codes)

    def broken_off(self) -> Iterator[Frame]:
        """The scanner has gone: what is held is half a code."""
        if self._held:
            yield self._given(self._last, cut=True)
        self._raw.clear()

    def _patience(self) -> float:
        return BROKEN_SILENCE if self._ends_its_codes else SILENCE

    def _hold(self, byte: int) -> None:
        if len(self._held) <= LONGEST:
            self._held.append(byte)

    def _given(self, at: float, *, cut: bool = False) -> Frame:
        too_long = len(self._held) > LONGEST
        text = self._held[:LONGEST].decode("utf-8", "replace")
        frame = Frame(text, bytes(self._raw), at, cut=cut or too_long)
        self._held.clear()
        self._raw.clear()
        return frame
