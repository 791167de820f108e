"""What is found in a picture. Light to import: no reader and no array is needed to name what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from depot import codes
from depot.codes import Giai, Grai, Gtin, NavLabel, Scan, Udi
from depot.own import OwnCode

Point: TypeAlias = tuple[float, float]
Corners: TypeAlias = tuple[Point, Point, Point, Point]


class Symbology(StrEnum):
    """The kinds of symbols that are read. No others: what nobody prints, noise is taken for."""

    CODE128 = "code128"
    CODE39 = "code39"
    QR = "qr"
    DATA_MATRIX = "datamatrix"
    EAN13 = "ean13"
    """And UPC-A, which is the same bars: its twelve digits come with the leading 0 that makes them thirteen."""
    EAN8 = "ean8"
    UPCE = "upce"
    """Comes as the thirteen digits that its eight stand for."""


CORRECTED = frozenset({Symbology.QR, Symbology.DATA_MATRIX})
"""Symbologies that repair errors and notice what they cannot repair; bars only have a check character."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code in a picture. What it says may open something for whoever knows it, so its `repr` keeps quiet."""

    text: str = field(repr=False)
    """As decoded. GS (0x1d) stands where FNC1 separates fields; control characters may be in it."""
    symbology: Symbology
    aim: str
    """The AIM identifier, with which GS1 data is told from other: `]C1`, `]d2` and `]Q3` are GS1."""
    corners: Corners
    """Where it is, in pixels of the picture as people see it. Of bars it may be no more than a line across."""
    by: str
    """The reader and what was done to the picture for it."""

    @property
    def scan(self) -> Scan:
        """What it means, as for every scan."""
        return codes.parse(self.text, self.aim, parted=True)

    @property
    def kind(self) -> str:
        """What it means, in one word: item, card, shelf, ..., gtin, udi, giai, grai, nav, or unreadable."""
        scan = self.scan
        if isinstance(scan, OwnCode):
            return scan.kind.name.lower()
        return _KINDS.get(type(scan), "unreadable")

    @property
    def loggable(self) -> str:
        """What this was, in one line, without what a card says."""
        return f"{self.symbology} {self.scan.loggable}"


_KINDS: dict[type, str] = {Gtin: "gtin", Udi: "udi", Giai: "giai", Grai: "grai", NavLabel: "nav"}


class Flaw(StrEnum):
    """Why a picture could not be looked at."""

    MISSING = "missing"
    """There is nothing at this path, or nothing that we may open."""
    NO_FILE = "no_file"
    """A directory, a pipe, a device: only files are read, because anything else might never end."""
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    """More bytes than any picture of a label has."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """The header promises more than we unpack; nothing was unpacked."""
    NO_IMAGE = "no_image"
    """None of the kinds of picture that are read."""
    DAMAGED = "damaged"
    """A picture that ends too early or contradicts itself."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one picture: its codes, or why there are none to look for."""

    codes: tuple[Code, ...] = ()
    flaw: Flaw | None = None
