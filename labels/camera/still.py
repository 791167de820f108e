"""A picture for whoever aims the camera: small and grey, what is read in it, and how good light and focus are."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from math import dist
from typing import Any

import cv2

from depot.own import OwnCode
from labels.camera.feed import Picture
from labels.reading.values import CORRECTED, Code, Symbology

LONGEST_SIDE = 480
"""Pixels of the picture that is shown; codes' corners are in those of the whole one."""
_QUALITY = 80
ENOUGH_OF_BARS, ENOUGH_OF_SQUARES = 2.5, 3.0
"""Pixels a module below which noise, blur and slant leave readers little (measured: docs/reading.md)."""

_BARS_WIDE = {Symbology.EAN13: 95, Symbology.EAN8: 67, Symbology.UPCE: 51}
_OWN_BARS_WIDE = 123
"""Modules of Code 128 that a code of ours has as it is printed: start, letter, change, four pairs, change, letter,
check of 11 each, and the stop of 13."""
_OWN_SQUARE_WIDE = 21
"""Modules of QR version 1, which a code of ours is."""
_OWN_LONG = 10


def still(picture: Picture, codes: Iterable[Code]) -> dict[str, Any]:
    """Make the picture as it is told.

    Returns:
        `jpeg` in base64; `width` and `height` of the whole picture; `brightness`, the mean of its grey levels, 0
        to 255; `sharpness`, the variance of its Laplacian, which for one scene is the largest where the focus is
        best and says nothing beside another scene's; and `codes`.
    """
    height, width = picture.grey.shape
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture.grey, size, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return {
        "jpeg": base64.b64encode(jpeg.tobytes()).decode("ascii"),
        "width": width,
        "height": height,
        "brightness": round(float(picture.grey.mean())),
        "sharpness": round(float(cv2.Laplacian(picture.grey, cv2.CV_32F).var())),
        "codes": [_told(code) for code in codes],
    }


def _told(code: Code) -> dict[str, Any]:
    fine = pixels_a_module(code)
    enough = ENOUGH_OF_SQUARES if code.symbology in CORRECTED else ENOUGH_OF_BARS
    judged = {} if fine is None else {"pixels_a_module": round(fine, 1), "enough": fine >= enough}
    return {"code": code.text, "aim": code.aim, "corners": code.corners, **judged}


def pixels_a_module(code: Code) -> float | None:
    """Measure how fine a code is seen; None where the text does not tell how many modules it has."""
    modules = _BARS_WIDE.get(code.symbology)
    if isinstance(code.scan, OwnCode) and len(code.text) == _OWN_LONG:
        own = {Symbology.CODE128: _OWN_BARS_WIDE, Symbology.QR: _OWN_SQUARE_WIDE}
        modules = own.get(code.symbology)
    return None if modules is None else dist(*code.corners[:2]) / modules
