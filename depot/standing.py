"""How a line of the catalogue stands now, for somebody who looks for a thing.

Values only, so that the kiosk's journey, which knows no database, can carry them; `availability` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What people look for, in the order in which it is shown."""

    WALKING = "walking"
    WHEELCHAIR = "wheelchair"
    TOILET = "toilet"
    BATH = "bath"
    BED = "bed"
    TRANSFER = "transfer"
    SITTING = "sitting"
    DAILY = "daily"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNow:
    """A line as it is now, at the depot of the station that asks; never who has the rest.

    `product` is its code in the catalogue, `label` the one on its shelf label. `shelves` are where pieces
    stand free and how many, the fullest first, and `free` their sum; of a counted line, what was counted.
    `elsewhere` names other depots and how many are free there. `waiting` people are in its queue for this
    depot. `expected` is the day on which a piece may come free for whoever joins it next; None while one is
    free, and where no date tells. `max_weight_kg` is what it bears. `needs` are lines that this one is no use
    without; `suits` those that it goes with, whichever is the accessory.
    """

    product: str
    label: str
    kind: Kind
    self_service: bool = True
    counted: bool = False
    shelves: tuple[tuple[str, int], ...] = ()
    free: int = 0
    elsewhere: tuple[tuple[str, int], ...] = ()
    waiting: int = 0
    expected: date | None = None
    max_weight_kg: int | None = None
    needs: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()
