"""The designs: a row of data and a small function each. A new one is a row here and a function beside.

A function draws on a board of any size and returns the height of the label in millimetres; it knows neither
page nor printer nor ledger. What it says comes as a value (`labels.says`), in the words of one language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from depot.words import Words
from labels.board import Board
from labels.designs.asset import asset, asset_small
from labels.designs.calibration import calibration
from labels.designs.card import card
from labels.designs.commands import commands
from labels.designs.loan import loan
from labels.designs.scanner import scanner
from labels.designs.shelf import shelf
from labels.designs.slips import guidance, hold
from labels.designs.wall import poster

__all__ = ["DESIGNS", "Design"]

Draw = Callable[[Board, Any, Words], float]


@dataclass(frozen=True, slots=True)
class Design:
    """How one kind of label looks.

    Args:
        name: as the command line and the label queue call it; draw: what draws it.
        medium: what it is printed on where nobody says; least: the smallest label that it makes sense on,
            width and height in mm.
        whole_page: it is a page and not one of a sheet's labels.
    """

    name: str
    draw: Draw
    medium: str
    least: tuple[float, float]
    whole_page: bool = False


DESIGNS: Mapping[str, Design] = {
    one.name: one
    for one in (
        Design("asset",       asset,       "avery-l7160", (24, 9)),
        Design("asset-small", asset_small, "54x25-300",   (24, 9)),
        Design("shelf",       shelf,       "avery-l7173", (60, 28)),
        Design("loan",        loan,        "receipt-80",  (44, 48)),
        Design("card",        card,        "cards-a4",    (80, 45)),
        Design("hold",        hold,        "receipt-80",  (44, 48)),
        Design("guidance",    guidance,    "receipt-80",  (44, 48)),
        Design("command",     commands,    "a4",          (80, 180)),
        Design("poster",      poster,      "a4",          (140, 200)),
        Design("scanner",     scanner,     "a4",          (180, 270)),
        Design("calibration", calibration, "avery-l7160", (24, 9), whole_page=True),
    )
}  # fmt: skip
