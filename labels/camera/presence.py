"""What is in the picture: a code is told once, when it comes, and again only after it has left.

A code is what it means: the QR code and the bars of one label, with a GIAI around the code or without, are one.
A reader misses a label now and then, in glare, under a hand, between two views; so a code has left only when it has
not been read for a second of looking, and never while nothing has changed where it was. In the dark nothing leaves.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from depot.own import OwnCode
from labels.camera.motion import changed, is_dark, is_touched
from labels.reading.values import Code
from labels.reading.views import Grey

AWAY_SECONDS = 1.0
"""How long a code is not read before it has left, in seconds in which was looked."""
AWAY_LOOKS = 4
"""And in how many looks, on a machine that has time for few. A label that lies still and is seen in one of six ways
only has not left either: nothing has changed where it is."""
LONGEST_STEP = 0.4
"""The most seconds that two looks may be apart to count in full: nobody has looked meanwhile."""


@dataclass(slots=True)
class _Seen:
    """A code that is in the picture, and how it was when it was read last; `width` is that picture's, in pixels."""

    code: Code
    glance: Grey
    width: int
    away_looks: int = 0
    away_seconds: float = 0.0

    @property
    def has_left(self) -> bool:
        return self.away_looks >= AWAY_LOOKS and self.away_seconds >= AWAY_SECONDS


class InSight:
    """Remembers what is in the picture."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, _Seen] = {}
        self._looked: float | None = None

    def look(self, codes: Iterable[Code], glance: Grey, width: int, at: float) -> list[Code]:
        """Take in what one look at the picture has found.

        Args:
            codes: what was read; glance: the same picture, small; width: its own, in pixels.
            at: when it was taken, in seconds of any clock that does not go back.

        Returns:
            What was not there before, each once, from left to right.
        """
        step = 0.0 if self._looked is None else min(max(at - self._looked, 0.0), LONGEST_STEP)
        self._looked = at
        read: dict[Hashable, Code] = {}
        for code in sorted(codes, key=_from_left):
            read.setdefault(_meaning(code), code)
        if not is_dark(glance):
            self._miss(read.keys(), glance, step)
        new = [code for meaning, code in read.items() if meaning not in self._seen]
        self._seen.update({meaning: _Seen(code, glance, width) for meaning, code in read.items()})
        return new

    def _miss(self, read: Iterable[Hashable], glance: Grey, step: float) -> None:
        """Count the look for what it has not found, and forget what has left."""
        for meaning in set(self._seen).difference(read):
            seen = self._seen[meaning]
            if is_touched(changed(glance, seen.glance), seen.code.corners, seen.width):
                seen.away_looks += 1
                seen.away_seconds += step
            else:
                seen.away_looks, seen.away_seconds = 0, 0.0
            if seen.has_left:
                del self._seen[meaning]


def _meaning(code: Code) -> Hashable:
    scan = code.scan
    return (scan.kind, scan.code) if isinstance(scan, OwnCode) else code.text


def _from_left(code: Code) -> tuple[float, float]:
    return min(x for x, _ in code.corners), min(y for _, y in code.corners)
