"""Which of what the readers say is true.

A symbology's own check lets 2 to 6 in a hundred readings through that are wrong, near the limit of what can
be told apart (measured); an EAN's check digit one of ten. So:

- a code of ours is believed at once if its check digit and check letter hold, and never else;
- QR and Data Matrix repair errors and notice what they cannot repair: believed at once;
- any other bars are believed when two different looks at the picture have read the same, and EAN of less
  than 2.3 pixels a module when four have: there the same wrong number, check digit right, was read by two
  in 3 of 100 and by three in 3 of 700 (measured);
- fewer than six characters of anything but a QR code are no code, as fewer than six keys are no scan;
- two codes believed of one place are both wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from math import dist

import cv2
import numpy as np

from depot.own import SHAPE, OwnCode
from labels.reading.values import CORRECTED, Code, Symbology

SHORTEST = 6
"""Characters of a code in bars or in a Data Matrix."""


def worth_a_thought(code: Code) -> bool:
    """Tell whether a reading may be true at all."""
    if code.symbology is Symbology.QR:
        return bool(code.text)
    if len(code.text) < SHORTEST:
        return False
    made_like_ours = SHAPE.fullmatch(code.text.upper()) is not None
    return not made_like_ours or code.symbology in CORRECTED or isinstance(code.scan, OwnCode)


def looks_needed(code: Code) -> int:
    """Say how many readings of this code it takes to believe it, each by another look or of another frame."""
    if code.symbology in CORRECTED or (
        SHAPE.fullmatch(code.text.upper()) is not None and isinstance(code.scan, OwnCode)
    ):
        return 1
    modules = _MODULES.get(code.symbology, 0)
    return 4 if dist(*code.corners[:2]) < _NARROW * modules else 2


_MODULES = {Symbology.EAN13: 95, Symbology.EAN8: 67, Symbology.UPCE: 51}
"""How many modules wide those are that are all of one width."""
_NARROW = 2.3


class Findings:
    """What has been read in one picture, look by look."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, Symbology], list[Code]] = {}

    def add(self, look: Iterable[Code]) -> None:
        """Take in what one look has read; the same code twice in one look counts once."""
        told: dict[tuple[str, Symbology], Code] = {}
        for code in look:
            if worth_a_thought(code):
                told.setdefault((code.text, code.symbology), code)
        for key, code in told.items():
            self._seen.setdefault(key, []).append(code)

    @property
    def doubtful(self) -> tuple[Code, ...]:
        """What has been read, but not often enough."""
        return tuple(_first(said) for said in self._seen.values() if not _believed(said))

    @property
    def codes(self) -> tuple[Code, ...]:
        """What is believed, in the order in which it was found."""
        believed = [_first(said) for said in self._seen.values() if _believed(said)]
        disputed = {id(one) for pair in combinations(believed, 2) if _disagree(*pair) for one in pair}
        return tuple(code for code in believed if id(code) not in disputed)


def _believed(said: list[Code]) -> bool:
    return len(said) >= looks_needed(_first(said))


def _first(said: list[Code]) -> Code:
    """Prefer who knows the AIM identifier."""
    return next((code for code in said if not code.by.startswith("zbar")), said[0])


def _disagree(one: Code, other: Code) -> bool:
    """Tell whether two codes with different texts lie on each other."""
    if one.text == other.text:
        return False
    area, _ = cv2.rotatedRectangleIntersection(_box(one), _box(other))
    return area != cv2.INTERSECT_NONE


def _box(code: Code) -> cv2.typing.RotatedRect:
    """The rectangle around a code; a line becomes three pixels thick, so that lines can cross."""
    centre, (width, height), angle = cv2.minAreaRect(np.array(code.corners, dtype=np.float32))
    return centre, (max(width, 3), max(height, 3)), angle
