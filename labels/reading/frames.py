"""Codes in a camera's pictures, one after the other: little time for each, but there is always a next one."""

from __future__ import annotations

from collections import deque
from itertools import cycle

from labels.reading.belief import Findings, looks_needed, worth_a_thought
from labels.reading.looks import DENOISED, EVENED, SHARPENED, SMALL, UPRIGHT, UPRIGHT_SHARPENED, ZBAR
from labels.reading.values import Code
from labels.reading.views import Grey, Views

REMEMBERED = 5
"""Frames of which two or four must say the same, before bars that are not ours are believed (see `belief`)."""


class FrameReader:
    """Reads a camera's frames in turn.

    A frame gets one look, and a second one, another each time, if the first finds nothing: a label that lies
    still is seen in every way within six frames, and no frame takes longer than two looks.
    """

    def __init__(self) -> None:
        self._others = cycle((UPRIGHT, SMALL, ZBAR, SHARPENED, EVENED, UPRIGHT_SHARPENED))
        self._before: deque[list[Code]] = deque(maxlen=REMEMBERED - 1)

    def read(self, grey: Grey) -> tuple[Code, ...]:
        """Read the next frame.

        Args:
            grey: rows and columns of bytes, 0 black. Raises ValueError for anything else.

        Returns:
            What is believed of this frame: our own codes and squares at once, other bars when enough of the
            last frames said the same.
        """
        views = Views(grey)
        seen = [code for code in DENOISED(views) if worth_a_thought(code)]
        if not seen:
            seen = [code for code in next(self._others)(views) if worth_a_thought(code)]
        findings = Findings()
        for frame in (*self._before, seen):
            findings.add(frame)
        self._before.append([code for code in seen if looks_needed(code) > 1])
        here = {(code.text, code.symbology) for code in seen}
        return tuple(code for code in findings.codes if (code.text, code.symbology) in here)
