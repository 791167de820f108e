"""Pictures as files, from anybody: whatever is in one, the answer is a `Reading` and comes in bounded time.

Nothing is unpacked before the header has said how much it is, only files are opened (a pipe might never
end), and only kinds of pictures that people have: some others of Pillow's start programs.
"""

from __future__ import annotations

import logging
import os
import stat
import struct
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from labels.reading.stills import BUDGET_MS, read
from labels.reading.values import Flaw, Reading
from labels.reading.views import Grey

_LOG = logging.getLogger(__name__)

MOST_BYTES = 40_000_000
MOST_PIXELS = 64_000_000
"""A telephone's largest picture has 50 million."""

_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PPM")
# What Pillow raises for broken pictures, by its sources' and our own broken pictures' account.
_BROKEN = (
    *(OSError, SyntaxError, ValueError, EOFError, struct.error),
    *(LookupError, TypeError, ArithmeticError, MemoryError),
)


def read_file(path: Path, *, budget_ms: float = BUDGET_MS) -> Reading:
    """Read every code in a picture in a file. Never raises for what is at the path.

    Args:
        path: a PNG, JPEG, WebP, TIFF, BMP, GIF or PNM; of several pictures in one file the first.
        budget_ms: as for `stills.read`; unpacking the picture comes before it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (OSError, ValueError):  # a path with a NUL in it is a ValueError
        return Reading(flaw=_unopened(path))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return Reading(flaw=Flaw.NO_FILE)
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        _LOG.warning("a picture's file that can be opened and not read", exc_info=True)
        return Reading(flaw=Flaw.DAMAGED)
    finally:
        os.close(handle)
    return read_bytes(data, budget_ms=budget_ms)


def read_bytes(data: bytes, *, budget_ms: float = BUDGET_MS) -> Reading:
    """Read every code in a picture that is in memory, like `read_file`."""
    if not data:
        return Reading(flaw=Flaw.EMPTY)
    if len(data) > MOST_BYTES:
        return Reading(flaw=Flaw.TOO_LARGE)
    with warnings.catch_warnings(record=True) as said:  # of Pillow, to whoever sits at the terminal
        warnings.simplefilter("always")
        grey = _unpacked(data)
    for one in said:
        _LOG.info("Pillow on a picture: %s", one.message)
    return Reading(flaw=grey) if isinstance(grey, Flaw) else Reading(read(grey, budget_ms=budget_ms))


def _unopened(path: Path) -> Flaw:
    """Say why a path could not be opened. A socket cannot, and is there; a file may be another's."""
    try:
        return Flaw.MISSING if stat.S_ISREG(path.stat().st_mode) else Flaw.NO_FILE
    except (OSError, ValueError):
        return Flaw.MISSING


def _unpacked(data: bytes) -> Grey | Flaw:
    """Unpack a picture into grey as people see it, or say what is wrong with it."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return Flaw.TOO_MANY_PIXELS
            image.draft("L", image.size)  # a JPEG's colours need not be unpacked
            return _flat(_turned(image))
    except Image.DecompressionBombError:
        return Flaw.TOO_MANY_PIXELS
    except UnidentifiedImageError:
        return Flaw.NO_IMAGE
    except _BROKEN:
        _LOG.info("a picture that cannot be unpacked", exc_info=True)
        return Flaw.DAMAGED


def _turned(image: Image.Image) -> Image.Image:
    """Turn a picture as its Exif data says, or leave it where that is nonsense."""
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        _LOG.info("Exif data that mean nothing", exc_info=True)
        return image


def _flat(image: Image.Image) -> Grey:
    """Make one byte a pixel of any mode: deeper ones by their own range, what is transparent on white paper."""
    if image.mode.startswith(("I", "F")):
        values = np.nan_to_num(np.asarray(image, dtype=np.float32), posinf=0, neginf=0)
        lowest, highest = float(values.min()), float(values.max())
        return ((values - lowest) * (255 / max(highest - lowest, 1e-6))).astype(np.uint8)
    if image.mode == "LAB":
        image = image.getchannel("L")
    elif image.has_transparency_data:
        seen = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    elif image.mode in ("CMYK", "HSV", "YCbCr"):
        image = image.convert("RGB")
    return np.asarray(image.convert("L"))
