"""Cuts what a scanner sends, byte after byte, into scans.

A scanner ends a code with CR, LF, both, Tab or ETX, or with nothing. One that has ended its last code does so the
next time, too: when it falls silent in the middle, half a code is missing. One that has not is silent between two
codes and nowhere else. Surprising: what a scanner did before its last code counts for nothing, because a label with
a line break in it would have a scanner that ends no code seem one that does, and every scan after it half a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.terminal.wedge import LONGEST

PADDING = b"\x00\x02"
"""NUL, with which some scanners fill up a packet, and STX, with which some begin a code."""
SILENCE = 0.3
"""Seconds of silence that end a code of a scanner that did not send a terminator after the last one."""
BROKEN_SILENCE = 1.0
"""Seconds of silence after which a code is given up whose terminator has not come; the scanner sent one before."""
ENOUGH = 4096
"""Bytes without a terminator after which nothing more is kept of them, not even to be looked at."""

_PIECES = re.compile(rb"([^\r\n\t\x03]*)([\r\n\t\x03]*)")
"""Characters of a code, and what ends it: CR, LF, Tab and ETX, in any number."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One code.

    Args:
        text: at most `LONGEST` bytes in UTF-8; what is no UTF-8 is a replacement character.
        raw: everything that came for it, at most `ENOUGH` bytes; the terminator included, as far as it came with it.
        at: when its last byte was read, in monotonic seconds.
        cut: whether a part is missing.
    """

    text: str
    raw: bytes
    at: float
    cut: bool = False


@dataclass
class Framer:
    """Collects bytes and gives them out as codes, in the order in which they came.

    Feed it whatever comes, and say with `is_silent` that nothing has come. It believes no clock but the one who
    listens: on a busy machine two bytes may be read long after each other, and have come together.
    """

    _held: bytearray = field(default_factory=bytearray)
    _raw: bytearray = field(default_factory=bytearray)
    _last: float = 0.0
    _ended_its_last: bool = False

    def feed(self, data: bytes, at: float) -> Iterator[Frame]:
        """Take bytes in; give the codes that they complete.

        Args:
            data: any number of bytes.
            at: when they were read, in monotonic seconds; never earlier than those before.
        """
        self._last = at
        for body, end in _PIECES.findall(data):
            self._hold(body)
            self._raw += (body + end)[: ENOUGH - len(self._raw)]
            if end and self._held:
                self._ended_its_last = True
                yield self._given(cut=False)
            elif end:  # the LF of a CR LF that came in two pieces, the terminator behind a terminator
                self._raw.clear()

    def is_silent(self, at: float) -> Iterator[Frame]:
        """Nothing has come until now; give what that ends.

        Args:
            at: now, in monotonic seconds on the clock of `feed`.
        """
        if self._held and at - self._last >= (BROKEN_SILENCE if self._ended_its_last else SILENCE):
            cut, self._ended_its_last = self._ended_its_last, False
            yield self._given(cut=cut)

    def is_broken_off(self) -> Iterator[Frame]:
        """The scanner has gone: what is held is half a code."""
        if self._held:
            yield self._given(cut=True)

    def _hold(self, body: bytes) -> None:
        if not self._held:
            body = body.lstrip(PADDING)
        self._held += body[: LONGEST + 1 - len(self._held)]

    def _given(self, *, cut: bool) -> Frame:
        text = self._held.rstrip(b"\x00").decode("utf-8", "replace")
        head = text.encode("utf-8")[:LONGEST].decode("utf-8", "ignore")
        frame = Frame(head, bytes(self._raw), self._last, cut=cut or len(head) < len(text))
        self._held.clear()
        self._raw.clear()
        return frame
