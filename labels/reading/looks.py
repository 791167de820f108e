"""The looks at a picture: a view and the reader that is shown it, in the order in which they pay.

Chosen and ordered by what each finds beyond the ones before it for its milliseconds; the figures are in
docs/reading.md. A look that fails is logged and finds nothing: pictures come from outside.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

import cv2

from labels.reading.readers import BARS, zbar, zxing
from labels.reading.values import Code
from labels.reading.views import View, Views

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a picture."""

    view: Callable[[Views], View | None]
    """Makes what is looked at; None where it cannot be made of this picture."""
    read: Callable[[View], list[Code]]

    def __call__(self, views: Views) -> list[Code]:
        """Read, and report nothing where a library fails on this picture."""
        try:
            view = self.view(views)
            return [] if view is None else self.read(view)
        except (cv2.error, RuntimeError, MemoryError):  # what C++ libraries throw becomes one of these
            _LOG.warning("a look at a picture failed", exc_info=True)
            return []


_bars = partial(zxing, formats=BARS, turn=False)

SMALL = Look(attrgetter("small"), zxing)
DENOISED = Look(attrgetter("denoised"), zxing)
UPRIGHT = Look(attrgetter("upright"), _bars)
UPRIGHT_SHARPENED = Look(attrgetter("upright_sharpened"), _bars)
SHARPENED = Look(attrgetter("sharpened"), zxing)
EVENED = Look(attrgetter("evened"), partial(zxing, invert=True))
ZBAR = Look(attrgetter("upright"), zbar)
DOUBLED = Look(attrgetter("doubled"), zxing)
