"""Bar codes as modules, and how wide a module may be on a given printer.

Widths are the reason that labels scan: a module is a whole number of printer dots or it is not printed. A
bar code drawn as a picture at 300 dots an inch and printed at 203 decoded not once in 30 (measured); one
whose modules are 2.64 dots wide is read by good software and by no cheap scanner.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import zxingcpp
from barcode import Code128, Gs1_128

from depot.foreign import FNC1

MM_PER_INCH = 25.4


class Symbology(StrEnum):
    """The kinds of bar code that are printed, named as the reading half names them."""

    CODE128 = "code128"
    QR = "qr"
    DATAMATRIX = "datamatrix"


QUIET = {Symbology.CODE128: 10, Symbology.QR: 4, Symbology.DATAMATRIX: 2}
"""Blank modules that each needs on every side (Code 128: at its two ends). Data Matrix needs one; two is kinder."""

WIDEST_MM = {Symbology.CODE128: 0.38, Symbology.QR: 0.80, Symbology.DATAMATRIX: 0.60}
"""Above this a code only takes room: every scanner reads it easily, by hand or camera."""
NARROWEST_MM = {Symbology.CODE128: 0.249, Symbology.QR: 0.30, Symbology.DATAMATRIX: 0.249}
"""Below this cheap scanners fail, however sharp the print (a quarter of a millimetre is what they promise)."""


_FNC1_IN_CODE128 = "\xf1"
"""How python-barcode is told of FNC1."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A bar code: which modules are dark.

    Args:
        text: what it says; symbology: how.
        rows: for each row of modules the runs of dark ones, as (first, length); Code 128 has one row.
        width, height: in modules, without the quiet zone.
    """

    text: str
    symbology: Symbology
    rows: tuple[tuple[tuple[int, int], ...], ...]
    width: int
    height: int

    @property
    def quiet(self) -> int:
        """The blank modules that it needs beside it."""
        return QUIET[self.symbology]


def code128(text: str) -> Symbol:
    """Make a Code 128 of printable ASCII.

    Raises:
        barcode.errors.IllegalCharacterError: a character that Code 128 has not.
    """
    modules = Code128(text).build()[0]
    return Symbol(text, Symbology.CODE128, (_runs(modules),), len(modules), 1)


def gs1_128(text: str) -> Symbol:
    """Make a GS1-128: a Code 128 that begins with FNC1, and has it between two fields.

    Args:
        text: GS1 element strings, as scanners send them: with GS where a symbol has FNC1. (As a character of the
            data GS would make it a plain Code 128 with the same text: `]C0`, and no GS1.)
    """
    modules = Gs1_128(text.replace(FNC1, _FNC1_IN_CODE128)).build()[0]
    return Symbol(text, Symbology.CODE128, (_runs(modules),), len(modules), 1)


def qr(text: str, *, gs1: bool = False) -> Symbol:
    """Make a QR code at error level H: a third of it may be scratched. A code of ours is 21 modules wide.

    Args:
        text: printable ASCII; what no single alphabet has (a Sámi letter beside a euro sign) is written as UTF-8,
            and the code says so (ECI 26). gs1: whether it is a GS1 element string of one element, such as `giai` makes.
    """
    more = {"gs1": True} if gs1 else {}
    said = f"({text[:4]}){text[4:]}" if gs1 else text
    made = zxingcpp.create_barcode(said, zxingcpp.BarcodeFormat.QRCode, ec_level="H", **more)
    return _matrix(text, Symbology.QR, made)


def datamatrix(text: str) -> Symbol:
    """Make a Data Matrix, for labels that are too small for anything else. A code of ours is 14 modules wide."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix)
    return _matrix(text, Symbology.DATAMATRIX, made)


def _matrix(text: str, symbology: Symbology, made: zxingcpp.Barcode) -> Symbol:
    dark = np.array(made.to_image(scale=1, add_quiet_zones=False, add_hrt=False)) == 0
    rows = tuple(_runs("".join("01"[module] for module in row)) for row in dark.astype(int))
    return Symbol(text, symbology, rows, dark.shape[1], dark.shape[0])


@lru_cache(maxsize=512)
def _runs(modules: str) -> tuple[tuple[int, int], ...]:
    """Find the runs of ones in a row of ones and zeros."""
    runs, at = [], 0
    for run in modules.replace("10", "1 0").replace("01", "0 1").split():
        if run[0] == "1":
            runs.append((at, len(run)))
        at += len(run)
    return tuple(runs)


def giai(prefix: str, code: str) -> str:
    """Make the GS1 element string of an asset: AI 8004, the company prefix, our code as the reference.

    Args:
        prefix: the GS1 company prefix, digits; code: the item's code, 10 characters.

    GS1 General Specifications, section 3.9.9 (GIAI): at most 30 characters.
    """
    return f"8004{prefix}{code}"


def module_dots(symbol: Symbol, room_mm: float, dpi: int) -> int:
    """Say how many printer dots wide a module is, so that the symbol with its quiet zone fits.

    Args:
        symbol: the bar code; room_mm: the width that it has, quiet zones included, in millimetres.
        dpi: the printer's dots in an inch.

    Returns:
        Whole dots: as wide as fits up to `WIDEST_MM`; 0 where not even `NARROWEST_MM` fits, since no symbol
        is better than one that only the proof can read.
    """
    dot = MM_PER_INCH / dpi
    modules = symbol.width + 2 * symbol.quiet
    most = min(int(room_mm / (modules * dot) + 1e-6), int(WIDEST_MM[symbol.symbology] / dot + 1e-6))
    least = -int(-NARROWEST_MM[symbol.symbology] / dot // 1)
    if most < least:
        return 0
    return most
