"""The libraries that read: zxing-cpp, and pyzbar for bars that zxing-cpp gives up on.

Both are told which symbologies to look for, and no more. zxing-cpp never looks at reduced copies of its own
(`try_downscale`): it then joined two labels into one text, from a clean picture. zbar is shown nothing but
bars: its QR codes come in a guessed alphabet, an incomplete one raises ValueError, and its readers of
DataBar and PDF417 print complaints over whatever is on the terminal.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from math import dist
from typing import Any

import cv2
import numpy as np
import zxingcpp
from zxingcpp import BarcodeFormat as Format

from labels.reading.values import Code, Corners, Symbology
from labels.reading.views import View

_LOG = logging.getLogger(__name__)

_SYMBOLOGIES = {
    Format.Code128:      Symbology.CODE128,
    Format.Code39:       Symbology.CODE39,
    Format.EAN13:        Symbology.EAN13,
    Format.EAN8:         Symbology.EAN8,
    Format.UPCA:         Symbology.EAN13,
    Format.UPCE:         Symbology.UPCE,
    Format.QRCode:       Symbology.QR,
    Format.QRCodeModel2: Symbology.QR,
    Format.DataMatrix:   Symbology.DATA_MATRIX,
}  # fmt: skip
_BARS = (Format.Code128, Format.Code39, Format.EAN13, Format.EAN8, Format.UPCA, Format.UPCE)
# Micro QR and rMQR, which zxing-cpp counts among QR codes, have little to tell them from noise.
FORMATS = zxingcpp.BarcodeFormats([*_BARS, Format.QRCodeModel2, Format.DataMatrix])
"""What zxing-cpp looks for."""
BARS = zxingcpp.BarcodeFormats(list(_BARS))
"""The same without squares."""

_ZBAR = {
    "CODE128": (Symbology.CODE128, "]C0"),
    "CODE39": (Symbology.CODE39, "]A0"),
    "EAN13": (Symbology.EAN13, "]E0"),
}
"""What zbar looks for. It does not tell GS1-128 from Code 128, nor does it give an AIM identifier."""


def zxing(
    view: View, *, formats: zxingcpp.BarcodeFormats = FORMATS, turn: bool = True, invert: bool = False
) -> list[Code]:
    """Read with zxing-cpp.

    Args:
        view: what to read.
        formats: the symbologies to look for.
        turn: whether bars may run down instead of across.
        invert: whether light symbols on dark ground are looked for, too.
    """
    found = zxingcpp.read_barcodes(
        view.grey,
        formats=formats,
        text_mode=zxingcpp.TextMode.Plain,  # the default writes brackets into GS1 data
        try_rotate=turn,
        try_downscale=False,
        try_invert=invert,
    )
    return [code for one in found if (code := _of_zxing(one, view))]


def _of_zxing(found: zxingcpp.Barcode, view: View) -> Code | None:
    symbology = _SYMBOLOGIES[found.format]
    place = found.position
    around = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    corners = _back(view, ((one.x, one.y) for one in around))
    if symbology is Symbology.UPCE and not _many_rows(corners):
        return None
    return Code(_text(found), symbology, found.symbology_identifier, corners, f"zxing {view.name}")


def _text(found: zxingcpp.Barcode) -> str:
    """Decode the bytes as UTF-8, which is what is meant where it can be; else as zxing-cpp thinks they are meant."""
    try:
        return found.bytes.decode()
    except UnicodeDecodeError:
        return found.text


def _many_rows(corners: Corners) -> bool:
    """Tell whether more than a row or two of bars were read, as they are of any symbol that is there.

    Rows that leave a slanted EAN-13 at its middle have read a whole UPC-E, check digit included, in one of
    ten. It happened in 3.5 % of 2,500 such pictures, in places at most a twentieth as high as long; those of
    real UPC-E were three fifths (measured).
    """
    top_left, top_right, _, bottom_left = corners
    return dist(top_left, bottom_left) > dist(top_left, top_right) / 5


def zbar(view: View) -> list[Code]:
    """Read bars with zbar; nothing where the system has no zbar."""
    library = _pyzbar()
    if library is None:
        return []
    wanted = [library.ZBarSymbol[name] for name in _ZBAR]
    try:
        found = library.decode(view.grey, symbols=wanted)
    except (ValueError, library.PyZbarError):  # an orientation that pyzbar has no name for
        _LOG.info("zbar failed on a picture", exc_info=True)
        return []
    return [
        Code(
            one.data.decode("ascii"), *_ZBAR[one.type], _back(view, _around(one.polygon)), f"zbar {view.name}"
        )
        for one in found
        if one.type in _ZBAR and one.data.isascii()
    ]


def _around(polygon: Iterable[tuple[int, int]]) -> Iterable[tuple[float, float]]:
    points = np.array([tuple(one) for one in polygon] or [(0, 0)], dtype=np.float32)
    return ((float(x), float(y)) for x, y in cv2.boxPoints(cv2.minAreaRect(points)))


@cache
def _pyzbar() -> Any:
    """Import pyzbar, which is a wrapper of a library that is not in its package."""
    try:
        from pyzbar import pyzbar
    except ImportError as missing:
        _LOG.warning("reading goes on without zbar, which sees some blurred bars better: %s", missing)
        return None
    return pyzbar


def _back(view: View, points: Iterable[tuple[float, float]]) -> Corners:
    """Say where points of a view are in the picture."""
    homogeneous = np.array([(x, y, 1) for x, y in points]) @ view.back.T
    a, b, c, d = ((round(float(x), 1), round(float(y), 1)) for x, y, _ in homogeneous)
    return (a, b, c, d)
