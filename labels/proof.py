"""The proof: what was made is drawn again in dots and read back, and must say what it was to say.

It is read at 203 and 300 dots an inch, as the coarsest printers print and as a camera sees it, by the
reading half of this room, which knows nothing of how the code was drawn. Each code is read alone, and then
the whole label: nothing may be found on it that nobody has put there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from labels import raster
from labels.reading.stills import read
from labels.sheet import Drawn
from labels.symbols import MM_PER_INCH

RESOLUTIONS = (203, 300)
"""Dots in an inch of the coarsest label printers, and of the common ones."""
_BORDER = 12
"""Dots of white round what is cut out: on paper, too, a label's edge is followed by something."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A code that did not read as it should.

    Args:
        label: which label, counted from 1; page, dpi: where and in which dots.
        wanted: what it was to say; got: what was read, several parted by blanks; empty for nothing.
    """

    label: int
    page: int
    dpi: int
    wanted: str
    got: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof found: how many codes were read back, and what was wrong."""

    read: int
    flaws: tuple[Flaw, ...]


def prove(document: bytes | Path, drawn: Sequence[Drawn], *, at: Iterable[int] = RESOLUTIONS) -> Proof:
    """Read back every code of a document.

    Args:
        document: the PDF or its file; drawn: its labels as `sheet.write` told them, in order.
        at: in which resolutions, dots in an inch.
    """
    by_page: dict[int, list[tuple[int, Drawn]]] = defaultdict(list)
    for number, label in enumerate(drawn, 1):
        by_page[label.page].append((number, label))
    count, flaws = 0, []
    for dpi in at:
        for page, picture in enumerate(raster.pages(document, dpi), 1):
            for number, label in by_page[page]:
                codes, wrong = _label(picture, label, number, dpi)
                count += codes
                flaws.extend(wrong)
    return Proof(count, tuple(flaws))


def _label(picture: Image.Image, label: Drawn, number: int, dpi: int) -> tuple[int, list[Flaw]]:
    codes = [mark for mark in label.marks if mark.what == "code"]
    wrong = []
    for mark in codes:
        got = _read(picture, (label.left + mark.x, label.top + mark.y, mark.width, mark.height), dpi)
        if got != {mark.said}:
            wrong.append(Flaw(number, label.page, dpi, mark.said, " ".join(sorted(got))))
    right = len(codes) - len(wrong)
    if codes:
        wanted = {mark.said for mark in codes}
        found = _read(picture, (label.left, label.top, label.width, label.height), dpi)
        if not found or found - wanted:
            said = " ".join(sorted(wanted))
            wrong.append(Flaw(number, label.page, dpi, said, " ".join(sorted(found))))
    return right, wrong


def _read(picture: Image.Image, box: tuple[float, float, float, float], dpi: int) -> set[str]:
    """Read what stands in a box of the page, given in millimetres from its top left corner."""
    x, y, width, height = (mm * dpi / MM_PER_INCH for mm in box)
    cut = picture.crop((round(x), round(y), round(x + width), round(y + height)))
    return {one.text for one in read(np.asarray(ImageOps.expand(cut, _BORDER, 255)))}
