"""What is done to a picture before it is read: less of it, less noise, bars upright, edges sharper.

Every view is made when it is asked for and then kept, because several readers look at the same one. Each
knows the way back: where its pixels are in the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.uint8]
Matrix: TypeAlias = NDArray[np.float64]

_MOST_PIXELS = 16_000_000
_LONGEST = 30_000
"""Pixels of a side. OpenCV turns no longer ones than 32,767, zxing-cpp reads none longer than 65,535."""
_SMALL, _MIDDLE = 1000, 2560
"""Pixels of the longer side of the smaller views."""
_GROWTH = 6
"""How many times more pixels a turned picture may have: a square takes 2, a till receipt 5, a ribbon thousands."""


@dataclass(frozen=True, slots=True)
class View:
    """A grey picture, what was done for it, and the matrix that leads from its pixels to the picture's own."""

    name: str
    grey: Grey
    back: Matrix


class Views:
    """All the ways to look at one picture.

    Args:
        grey: two dimensions of bytes. Raises ValueError for anything else.
    """

    def __init__(self, grey: Grey) -> None:
        if grey.ndim != 2 or grey.dtype != np.uint8 or not grey.size:
            raise ValueError(f"Expected rows and columns of uint8, got {grey.dtype} of shape {grey.shape}.")
        self._grey = np.ascontiguousarray(grey)

    @cached_property
    def whole(self) -> View:
        """The picture, unless it is so large that half of it says the same in a quarter of the time."""
        height, width = self._grey.shape
        times = max((height * width / _MOST_PIXELS) ** 0.5, max(height, width) / _LONGEST, 1)
        return _reduced(View("whole", self._grey, np.eye(3)), "whole", int(np.ceil(times)))

    @cached_property
    def small(self) -> View:
        """At most 1,000 pixels long. A fifth of the time, and four or more pixels averaged have little noise."""
        return _no_longer(self.whole, "small", _SMALL)

    @cached_property
    def middle(self) -> View:
        """At most 2,560 pixels long, for what takes long."""
        return _no_longer(self.whole, "middle", _MIDDLE)

    @cached_property
    def denoised(self) -> View:
        """Smooth where it is even, as sharp as before at edges. Noise makes readers wrong and, above all, slow."""
        return View("denoised", _smooth(self.whole.grey, 3), self.whole.back)

    @cached_property
    def evened(self) -> View:
        """Contrast drawn out where there is little. Only without the noise, or that is drawn out as well."""
        even = cv2.createCLAHE(clipLimit=2, tileGridSize=(4, 4)).apply(_smooth(self.middle.grey, 5))
        return View("evened", np.asarray(even, dtype=np.uint8), self.middle.back)

    @cached_property
    def sharpened(self) -> View:
        """Edges drawn out, against a wrong focus."""
        return View("sharpened", _sharp(cv2.medianBlur(self.middle.grey, 3), 3, 3), self.middle.back)

    @cached_property
    def doubled(self) -> View:
        """Sharpened and twice as large, for modules of little more than a pixel."""
        grey, back = self.sharpened.grey, self.sharpened.back
        large = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        return View("doubled", np.asarray(large, dtype=np.uint8), back @ _scaled(0.5))

    @cached_property
    def upright(self) -> View | None:
        """Turned until the bars stand upright and averaged along them; None where there is no room to turn it.

        A bar is as good as one line across it, and there are many: averaging them takes noise away and
        leaves the widths alone. Readers of bars look along rows and stand 15 degrees of slant.
        """
        turned = _turned(self.middle, _slant(self.small.grey))
        if turned is None:
            return None
        grey, back = turned
        return View("upright", np.asarray(cv2.blur(grey, (1, 9)), dtype=np.uint8), back)

    @cached_property
    def upright_sharpened(self) -> View | None:
        """The same with the bars' edges drawn out: with so little noise left this can be strong."""
        if self.upright is None:
            return None
        return View("upright, sharpened", _sharp(self.upright.grey, 2, 1.5), self.upright.back)


def _scaled(factor: float) -> Matrix:
    """The way back from a picture of other size: pixels are squares, and their centres lie at the halves."""
    shift = (factor - 1) / 2
    return np.array([(factor, 0, shift), (0, factor, shift), (0, 0, 1)])


def _no_longer(view: View, name: str, longest: int) -> View:
    return _reduced(view, name, int(np.ceil(max(view.grey.shape) / longest)))


def _reduced(view: View, name: str, times: int) -> View:
    """Average so many pixels each way into one."""
    if times == 1:
        return View(name, view.grey, view.back)
    height, width = view.grey.shape
    size = (max(width // times, 1), max(height // times, 1))
    small = cv2.resize(view.grey, size, interpolation=cv2.INTER_AREA)
    return View(name, np.asarray(small, dtype=np.uint8), view.back @ _scaled(times))


def _smooth(grey: Grey, diameter: int) -> Grey:
    return np.asarray(cv2.bilateralFilter(grey, diameter, 40, 3), dtype=np.uint8)


def _sharp(grey: cv2.typing.MatLike, width: float, strength: float) -> Grey:
    soft = cv2.GaussianBlur(grey, (0, 0), width)
    return np.asarray(cv2.addWeighted(grey, 1 + strength, soft, -strength, 0), dtype=np.uint8)


def _slant(grey: Grey) -> float:
    """Find how far bars are from upright, in degrees, where the picture looks most like bars.

    Where all edges run one way (the structure tensor's coherence) and are strong, there are bars.
    """
    soft = cv2.GaussianBlur(grey, (0, 0), 1).astype(np.float32)
    across, down = cv2.Scharr(soft, cv2.CV_32F, 1, 0), cv2.Scharr(soft, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.boxFilter(part, -1, (31, 31)) for part in (across * across, down * down, across * down))
    along = np.hypot(xx - yy, 2 * xy)
    place = np.unravel_index(np.argmax(along * along / (xx + yy + 1e-3)), along.shape)
    return float(np.degrees(np.arctan2(2 * xy[place], xx[place] - yy[place])) / 2)


def _turned(view: View, degrees: float) -> tuple[Grey, Matrix] | None:
    """Turn a picture and keep its corners in sight."""
    height, width = view.grey.shape
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = int(np.ceil(width * cosine + height * sine)), int(np.ceil(width * sine + height * cosine))
    if size[0] * size[1] > _GROWTH * width * height:
        return None
    turn[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    turned = cv2.warpAffine(view.grey, turn, size, flags=cv2.INTER_LINEAR, borderValue=(128,))
    back = np.linalg.inv(np.vstack([turn, (0, 0, 1)]))
    return np.asarray(turned, dtype=np.uint8), view.back @ back
