"""All codes in one picture, with as many looks at it as it takes and time allows."""

from __future__ import annotations

import time

from labels.reading.belief import Findings
from labels.reading.looks import (
    DENOISED,
    DOUBLED,
    EVENED,
    SHARPENED,
    SMALL,
    UPRIGHT,
    UPRIGHT_SHARPENED,
    ZBAR,
)
from labels.reading.values import Code
from labels.reading.views import Grey, Views

BUDGET_MS = 3000
"""Milliseconds after which no further look at a picture is begun."""

_ALWAYS = (SMALL, DENOISED)
"""Together three quarters of the time of zxing-cpp's own defaults, and each sees labels that the other misses."""
_FURTHER = (UPRIGHT, UPRIGHT_SHARPENED, SHARPENED, EVENED, ZBAR, DOUBLED)


def read(grey: Grey, *, budget_ms: float = BUDGET_MS) -> tuple[Code, ...]:
    """Read every code in a picture.

    Two looks are always taken. More follow while nothing is believed or something is in doubt: none of them
    is ever needed for a good picture, all of them for one without a code, which takes longest.

    Args:
        grey: rows and columns of bytes, 0 black. Raises ValueError for anything else.
        budget_ms: no look is begun after so many milliseconds; one that was begun ends. 0 is one look.

    Returns:
        What is believed (see `belief`), the same text in two symbologies as two codes, and the same in one
        symbology once.
    """
    ends = time.perf_counter() + budget_ms / 1000
    views, findings = Views(grey), Findings()
    for number, look in enumerate((*_ALWAYS, *_FURTHER), start=1):
        findings.add(look(views))
        settled = number >= len(_ALWAYS) and findings.codes and not findings.doubtful
        if settled or time.perf_counter() >= ends:
            break
    return findings.codes
