"""Which of what the readers say is true.

A symbology's own check lets 2 to 6 in a hundred readings through that are wrong, near the limit of what can
be told apart (measured); an EAN's check digit one of ten. So:

- a code of ours is believed at once if its check digit and check letter hold, and never else;
- QR and Data Matrix repair errors and notice what they cannot repair: believed at once;
- any other bars are believed when two different looks at the picture have read the same;
- EAN and UPC of less than 2.3 pixels a module when four have and none has read another number there: of 4,500
  such pictures two looks read the same wrong number, check digit right, in 80, four in 4 (measured);
- EAN and UPC on a line less than a fiftieth of its length high are letters that happen to read as one: a line
  of text on a label of ours did, twice alike; of 223 true readings one was so low (measured);
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
    if len(code.text) < SHORTEST or _is_a_line_of_letters(code):
        return False
    made_like_ours = SHAPE.fullmatch(code.text.upper()) is not None
    return not made_like_ours or code.symbology in CORRECTED or isinstance(code.scan, OwnCode)


def looks_needed(code: Code) -> int:
    """Say how many readings of this code it takes to believe it, each by another look or of another frame."""
    if code.symbology in CORRECTED or (
        SHAPE.fullmatch(code.text.upper()) is not None and isinstance(code.scan, OwnCode)
    ):
        return 1
    return 4 if _narrow(code) else 2


_MODULES = {Symbology.EAN13: 95, Symbology.EAN8: 67, Symbology.UPCE: 51}
"""How many modules wide those are that are all of one width."""


def _is_a_line_of_letters(code: Code) -> bool:
    """Tell whether what is read as an EAN or UPC is too low for bars; zbar tells no heights, and is let be."""
    along, across = dist(*code.corners[:2]), dist(*code.corners[1:3])
    return code.symbology in _MODULES and not code.by.startswith("zbar") and across < along / 50


def _narrow(code: Code) -> bool:
    return dist(*code.corners[:2]) < 2.3 * _MODULES.get(code.symbology, 0)


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
        """What has been read, but not often enough, or may yet be contradicted."""
        firsts = [(_first(said), len(said)) for said in self._seen.values()]
        return tuple(code for code, times in firsts if times < looks_needed(code) or _narrow(code))

    @property
    def codes(self) -> tuple[Code, ...]:
        """What is believed, in the order in which it was found."""
        firsts = [(_first(said), len(said)) for said in self._seen.values()]
        believed = [
            code
            for code, times in firsts
            if times >= looks_needed(code) and not (_narrow(code) and self._contradicted(code))
        ]
        disputed = {id(one) for pair in combinations(believed, 2) if _disagree(*pair) for one in pair}
        return tuple(code for code in believed if id(code) not in disputed)

    def _contradicted(self, code: Code) -> bool:
        """Tell whether a look, any one, has read another number about there."""
        reach = dist(*code.corners[:2]) / 2
        others = (one for said in self._seen.values() for one in said if one.text != code.text)
        return any(
            one.symbology is code.symbology and dist(_centre(one), _centre(code)) < reach for one in others
        )


def _centre(code: Code) -> tuple[float, float]:
    xs, ys = zip(*code.corners, strict=True)
    return sum(xs) / 4, sum(ys) / 4


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
