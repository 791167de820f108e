"""Whether anything has moved between two pictures: cheap, and not taken in by a sensor's noise or by the light.

Pictures are compared 160 cells wide. A cell of a 1280-pixel picture is the mean of 64 pixels, which leaves an
eighth of the noise; a label of 45 x 18 mm that fills a third of the width has about a thousand cells.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from labels.reading.values import Corners
from labels.reading.views import Grey

WIDE = 160
"""Cells across."""
MOVED = 12
"""Cells that have changed where something has moved: a label that comes in by 3 of its 45 mm has more."""
_LEAST, _MOST = 6.0, 16.0
"""Grey levels by which a changed cell differs, at the least and at the most, whatever the noise."""
_TIMES_NOISE = 5.0
DARK = 24
"""The grey level, of 255, under which 99 in 100 cells lie where nothing can be seen: the light is off, or something
lies on the lens. White paper in a dim room is above it."""

Cells = NDArray[np.bool_]


def glance(grey: Grey) -> Grey:
    """Make a picture small enough to be compared."""
    height, width = grey.shape
    size = (WIDE, max(1, round(height * WIDE / width)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def is_dark(glance: Grey) -> bool:
    """Tell whether a picture shows nothing at all."""
    return bool(np.percentile(glance, 99) < DARK)


def changed(now: Grey, before: Grey) -> Cells:
    """Tell which cells of a glance have changed.

    What all cells have in common is the light, and is left out. How much the middle cell still differs is noise;
    it is bounded, because where everything has moved the middle cell has, too.
    """
    if now.shape != before.shape:
        return np.ones(now.shape, dtype=np.bool_)
    difference = now.astype(np.int16) - before
    difference -= np.int16(np.median(difference))
    size = np.abs(difference)
    noise = 1.48 * float(
        np.median(size)
    )  # of a normal distribution, the median deviation times this is sigma
    return np.asarray(size > min(max(_LEAST, _TIMES_NOISE * noise), _MOST))


def has_moved(cells: Cells) -> bool:
    """Tell whether so many cells have changed that it is worth looking."""
    return int(np.count_nonzero(cells)) >= MOVED


def is_touched(cells: Cells, corners: Corners, width: int) -> bool:
    """Tell whether anything has changed at a place.

    Args:
        corners: of a code, in pixels of the picture; width: the picture's, in pixels.
    """
    places = np.array(corners) * (WIDE / width)
    left, top = np.maximum(np.floor(places.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(places.max(axis=0)).astype(int) + 1
    return bool(cells[top:bottom, left:right].any())
