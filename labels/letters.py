"""Letters: the two typefaces that every page carries in itself, and how a text is made to fit.

IBM Plex Sans Condensed: narrow, so that long Norwegian names stay large, and with the letters of every
language from Iceland to Poland, northern Sámi among them. A typeface that is not embedded prints as black
boxes where the printer lacks a letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "DepotSans", "DepotSans-Bold"

PT = 25.4 / 72
"""Millimetres in a typographic point."""
LEADING = 1.16
"""From one line to the next, in sizes of the letters."""
RISE = 0.90
"""From a line's top to its baseline, in sizes: room for the ring on an Å."""
CAPITAL = 0.70
"""The height of digits and capitals, in sizes."""


@cache
def ready() -> None:
    """Make both typefaces known to ReportLab; they are read once in a process."""
    for name, file in (
        (REGULAR, "IBMPlexSansCondensed-Regular.ttf"),
        (BOLD, "IBMPlexSansCondensed-Bold.ttf"),
    ):
        with (files("labels") / "fonts" / file).open("rb") as font:
            pdfmetrics.registerFont(TTFont(name, font))


@lru_cache(maxsize=512)
def width_of(text: str, size: float, *, bold: bool) -> float:
    """Measure a text in millimetres; `size` is in points."""
    ready()
    return float(pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size)) * PT


def has(text: str) -> bool:
    """Say whether both typefaces have every letter of a text."""
    ready()
    fonts = [pdfmetrics.getFont(name) for name in (REGULAR, BOLD)]
    known = [font.face.charToGlyph for font in fonts if isinstance(font, TTFont)]
    return all(ord(letter) in glyphs for glyphs in known for letter in text)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text that fits: its lines, their size in points, and the height in millimetres that they take."""

    lines: tuple[str, ...]
    size: float
    height: float


@lru_cache(maxsize=512)
def fit(
    text: str, width: float, height: float, *, largest: float, smallest: float, bold: bool = False
) -> Fitted:
    """Make a text fit into a box: as large as it goes, wrapped at its blanks, shortened only at the last.

    Args:
        text: one paragraph; width, height: the box in millimetres.
        largest, smallest: sizes in points between which it may be set.
        bold: whether it is set bold.

    A name that does not fit at the smallest size loses what stands in brackets, then what stands behind its
    comma, then its end, which an ellipsis marks.
    """
    size = largest
    while size > smallest:
        fitted = _set(text, width, size, bold)
        if fitted is not None and fitted.height <= height:
            return fitted
        size = max(smallest, size - 0.5)
    for shorter in _shorter(text):
        fitted = _set(shorter, width, smallest, bold)
        if fitted is not None and fitted.height <= height + 0.01:
            return fitted
    return Fitted((), smallest, 0.0)


@lru_cache(maxsize=512)
def one_line(text: str, width: float, high: float, *, largest: float, smallest: float) -> float:
    """Say in which size, in points, bold digits or capitals fit on one line.

    Args:
        width: the line's, mm; high: how high the digits may be, mm.
        largest, smallest: between which sizes; the smallest is taken where nothing fits.
    """
    by_height = high / (PT * CAPITAL)
    by_width = width / width_of(text, 100.0, bold=True) * 100.0
    return max(smallest, min(largest, by_height, by_width))


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> Fitted:
    """Wrap a text at a size, however many lines it takes; a word wider than the box is broken."""
    return (
        _set(text, width, size, bold)
        or _set(_broken(text, width, size, bold), width, size, bold)
        or Fitted((text,), size, size * PT * LEADING)
    )


def _set(text: str, width: float, size: float, bold: bool) -> Fitted | None:
    """Wrap at blanks; None where a word is wider than the box."""
    lines: list[str] = []
    blank = width_of(" ", size, bold=bold)
    used = 0.0
    for word in text.split(" "):
        wide = width_of(word, size, bold=bold)
        if wide > width:
            return None
        if lines and used + blank + wide <= width:
            lines[-1] += " " + word
            used += blank + wide
        else:
            lines.append(word)
            used = wide
    return Fitted(tuple(lines), size, len(lines) * size * PT * LEADING)


def _shorter(text: str) -> list[str]:
    without_brackets = re.sub(r" *\([^)]*\)", "", text).strip()
    tries = [text, without_brackets, without_brackets.split(",")[0]]
    last = tries[-1]
    tries.extend(last[:end].rstrip(" ,-–") + "…" for end in range(len(last) - 1, 0, -1))
    return tries


def _broken(text: str, width: float, size: float, bold: bool) -> str:
    """Put blanks into words that are wider than the box, as addresses on the web are."""
    pieces = []
    for word in text.split(" "):
        rest = word
        while width_of(rest, size, bold=bold) > width and len(rest) > 1:
            end = next(
                (n for n in range(len(rest) - 1, 1, -1) if width_of(rest[:n], size, bold=bold) <= width), 1
            )
            pieces.append(rest[:end])
            rest = rest[end:]
        pieces.append(rest)
    return " ".join(pieces)
