"""Where everything stands on our label, as somebody would note it down who draws the same one by hand.

It is read from the marks of our own labels, so that it cannot grow apart from them: one label of every name
is drawn, and what stands where is the same on all of them but for the name's lines.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict, cast

from depot.own import digits, spoken
from labels.board import MM, YELLOW, Board, Mark, Polygons
from labels.designs.pictogram import scan
from labels.letters import CAPITAL, LEADING, PT, RISE
from labels.sheet import Drawn
from labels.symbols import QUIET, Symbology, code128, qr
from scripts.bench.yardstick.sheet_ours import SETUP, write
from scripts.bench.yardstick.things import names, things

_PAD = 0.8
"""Millimetres round the pictogram, as the design has them."""


class Text(TypedDict):
    """One line of text: where it begins, on which baseline, in which size; "CODE" and "DIGITS" are the thing's."""

    x: float
    y: float
    size: float
    bold: bool
    said: str


class Layout(TypedDict):
    """A sheet of labels. All lengths are points, from the lower left of the label and, for `corners`, the page.

    Args:
        page, label: width and height; corners: where each label of a page begins.
        yellow: the field's colour; field: its x, y, width and height.
        pictogram: polygons.
        texts: of each name, in the order in which they stand.
        bars, qr: x and y of the first module, and a module's width; bar_height: how high the bars are.
    """

    page: tuple[float, float]
    label: tuple[float, float]
    corners: list[tuple[float, float]]
    yellow: tuple[float, float, float]
    field: tuple[float, float, float, float]
    pictogram: list[list[tuple[float, float]]]
    texts: dict[str, list[Text]]
    bars: tuple[float, float, float]
    bar_height: float
    qr: tuple[float, float, float]


def layout(folder: Path) -> Layout:
    """Draw one label of every name and note down where everything stands. Raises ValueError if one is unlike."""
    drawn: list[Drawn] = []
    count = len(names())
    write(folder / "layout.pdf", count, each=drawn.append)
    medium = SETUP.medium
    noted = [_label(code, label) for label, (code, _) in zip(drawn, things(count), strict=True)]
    alike = noted[0]
    for one in noted:
        if one | {"lines": 0} != alike | {"lines": 0}:
            raise ValueError("the labels' marks do not stand in the same places; draw them by hand anew")
    return cast(
        "Layout",
        {
            "page": (medium.page_width * MM, medium.page_height * MM),
            "label": (medium.width * MM, medium.height * MM),
            "corners": [
                (left * MM, (medium.page_height - top - medium.height) * MM) for left, top in medium.cells()
            ],
            "yellow": YELLOW,
            "texts": {name: one["lines"] for name, one in zip(names(), noted, strict=True)},
            **{key: said for key, said in alike.items() if key != "lines"},
        },
    )


def _label(code: str, label: Drawn) -> dict[str, Any]:
    field = next(mark for mark in label.marks if mark.what == "field")
    figures, *lines = (mark for mark in label.marks if mark.what == "text")
    symbols = {mark.symbology: mark for mark in label.marks if mark.what == "code"}
    bars, square = symbols[Symbology.CODE128], symbols[Symbology.QR]
    side = figures.x - field.x - 2.5 * _PAD
    *name, _, _ = lines
    return {
        "field": (*_at(field.x, field.y + field.height), field.width * MM, field.height * MM),
        "pictogram": _pictogram(field.x + _PAD, field.y + (field.height - side) / 2, side),
        "lines": [
            _text(figures, code, CAPITAL, CAPITAL, bold=True),
            *(_text(mark, code, LEADING, RISE, bold=mark in name) for mark in lines),
        ],
        "bars": _first_module(bars, code128(code).width, Symbology.CODE128),
        "bar_height": bars.height * MM,
        "qr": _first_module(square, qr(code).width, Symbology.QR),
    }


def _text(mark: Mark, code: str, high: float, rise: float, *, bold: bool) -> Text:
    size = mark.height / (PT * high)
    x, y = _at(mark.x, mark.y + size * PT * rise)
    said = mark.said.replace(code, "CODE").replace(spoken(code), "DIGITS")
    if digits(code) in said:
        raise ValueError(f"a text says the digits as nobody expected: {said}")
    return {"x": x, "y": y, "size": round(size, 6), "bold": bold, "said": said}


def _first_module(mark: Mark, modules: int, symbology: Symbology) -> tuple[float, float, float]:
    """Find the lowest module on the left; a Code 128 has quiet zones at its two ends only."""
    module = mark.width / (modules + 2 * QUIET[symbology])
    quiet = module * QUIET[symbology]
    below = 0.0 if symbology is Symbology.CODE128 else quiet
    return *_at(mark.x + quiet, mark.y + mark.height - below), module * MM


class _Polygons:
    """Stands in for a board, and listens to what the pictogram draws on it."""

    def __init__(self) -> None:
        self.heard: list[list[tuple[float, float]]] = []

    def picture(self, x: float, y: float, side: float, polygons: Polygons) -> None:
        """Take down polygons."""
        self.heard += ([_at(x + across * side, y + down * side) for across, down in one] for one in polygons)


def _pictogram(x: float, y: float, side: float) -> list[list[tuple[float, float]]]:
    polygons = _Polygons()
    scan(cast("Board", polygons), x, y, side)
    return polygons.heard


def _at(x: float, y: float) -> tuple[float, float]:
    """From millimetres below the label's top left corner to points above its lower left one."""
    return round(x * MM, 6), round((SETUP.medium.height - y) * MM, 6)
