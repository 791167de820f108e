"""Names of paper sizes, as IPP printers and CUPS queues tell and take them (PWG 5101.1).

A printer is always told the medium by a name that says its size, and where it lists its own, by one of those:
the size is what is compared, never the word before it, because every maker has another word for a label of
62 x 29 mm. A label may be listed upright where our page lies, as rolls of die-cut labels are: the printer
turns the page, and the bar code's modules stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

MM_PER_INCH = 25.4
_NEAR = 1.0
"""Millimetres by which two makers' figures for one label may differ. Our margins are wider."""
_SELF_DESCRIBING = re.compile(
    r"(?P<series>[a-z0-9]+)_(?P<name>[^_]+)_(?P<width>\d{1,4}(?:\.\d{1,4})?)x(?P<height>\d{1,5}(?:\.\d{1,4})?)"
    r"(?P<unit>mm|in)(?P<more>[._-].*)?"
)
_STANDARD = {
    (210.0, 297.0): "iso_a4_210x297mm",
    (148.0, 210.0): "iso_a5_148x210mm",
    (297.0, 420.0): "iso_a3_297x420mm",
    (215.9, 279.4): "na_letter_8.5x11in",
    (215.9, 355.6): "na_legal_8.5x14in",
}


class Size(NamedTuple):
    """A size by its name; millimetres. `height` 0 is a roll of any length."""

    keyword: str
    series: str
    name: str
    width: float
    height: float
    plain: bool

    def is_near(self, width: float, height: float) -> bool:
        """Whether it is this size, upright or lying; a roll is as long as one likes."""
        return self._off(width, height) <= _NEAR

    def _off(self, width: float, height: float) -> float:
        if self.height == 0:
            return abs(self.width - width)
        upright = max(abs(self.width - width), abs(self.height - height))
        return min(upright, max(abs(self.width - height), abs(self.height - width)))

    def rank(self, width: float, height: float) -> tuple[bool, bool, float]:
        """Sort by: not turned, without a tray or "borderless" in its name, how far off."""
        turned = abs(self.width - width) > _NEAR
        return turned, not self.plain, self._off(width, height)


def size(keyword: str) -> Size | None:
    """Read a name; None where it says no size, as "auto" or a tray's name does."""
    found = _SELF_DESCRIBING.fullmatch(keyword)
    if not found:
        return None
    factor = MM_PER_INCH if found["unit"] == "in" else 1.0
    return Size(
        keyword,
        found["series"],
        found["name"],
        float(found["width"]) * factor,
        float(found["height"]) * factor,
        found["more"] is None,
    )


def keyword_for(width: float, height: float) -> str:
    """Name a size: A4 and its kin by their own names, any other as a custom one, as `custom_62x29mm_62x29mm`."""
    for (across, down), name in _STANDARD.items():
        if abs(across - width) < 0.1 and abs(down - height) < 0.1:
            return name
    said = f"{_figure(width)}x{_figure(height)}mm"
    return f"custom_{said}_{said}"


def _figure(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".")


def chosen(supported: Iterable[str], width: float, height: float) -> str | None:
    """Choose the printer's own name for a page, or a custom one where it takes such sizes.

    Args:
        supported: media-supported, as the printer tells it; width, height: of the page, mm.

    Returns:
        None where it takes no such size.
    """
    sizes = [one for one in map(size, supported) if one]
    real = [one for one in sizes if one.name not in ("min", "max") and one.height]
    fitting = [one for one in real if one.is_near(width, height)]
    if fitting:
        return min(fitting, key=lambda one: one.rank(width, height)).keyword
    return keyword_for(width, height) if _takes_custom(sizes, width, height) else None


def _takes_custom(sizes: list[Size], width: float, height: float) -> bool:
    """Whether a size lies between a smallest and a largest one (PWG 5101.1: custom_min_..., custom_max_...)."""
    for series in ("custom", "roll"):
        least = next((one for one in sizes if (one.series, one.name) == (series, "min")), None)
        most = next((one for one in sizes if (one.series, one.name) == (series, "max")), None)
        if least and most and _is_between(least, most, width, height):
            return True
    return False


def _is_between(least: Size, most: Size, width: float, height: float) -> bool:
    return (
        least.width - _NEAR <= width <= most.width + _NEAR
        and least.height - _NEAR <= height <= most.height + _NEAR
    )


def lies_in(ready: Iterable[str], width: float, height: float) -> bool | None:
    """Say whether such paper lies in one of the trays; None where the printer tells no sizes.

    Args:
        ready: media-ready, as the printer tells it.
    """
    sizes = [one for one in map(size, ready) if one]
    return any(one.is_near(width, height) for one in sizes) if sizes else None
