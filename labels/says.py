"""What a label says, as values: the designs draw them and never ask the ledger; `labels.subjects` reads them there.

No value here has room for a person: no label, slip or shelf tag bears a name, and nobody learns from one what
somebody has borrowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from depot.own import Command, Kind
from depot.paper import Room
from depot.scanner_sheet import SHEET, SheetCode
from depot.settings import Phone
from labels.media import Medium


@dataclass(frozen=True, slots=True)
class House:
    """What every label of a depot may say of it.

    Args:
        depot: its name; owner: whose the things are; address: where they are brought back to.
        phones: who can be rung.
        instructions: the web address of a line's instructions, with {label} for the line's code as shelves
            bear it and {product} for the catalogue's; empty where there are none.
        gs1_prefix: the owner's GS1 company prefix, with which things bear a GIAI; empty without one.
        fixed_scanner: whether things are held under the scanner, or the scanner is pointed at them.
    """

    depot: str
    owner: str = ""
    address: str = ""
    phones: tuple[Phone, ...] = ()
    instructions: str = ""
    gs1_prefix: str = ""
    fixed_scanner: bool = True

    @property
    def phone(self) -> str:
        """The number that stands where there is room for one; empty without any."""
        return self.phones[0].number if self.phones else ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A thing's own label. `code` is the item's, 10 characters; `name` the line's."""

    code: str
    name: str
    house: House


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shelf's label: the shelf and one line that stands on it.

    Args:
        code, name: the shelf's; product, line: the line's code as shelves bear it, and its name; both are
            empty for a shelf on which no line stands.
    """

    code: str
    name: str
    product: str = ""
    line: str = ""
    counted: bool = False
    fixed_scanner: bool = True


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan's label: what was borrowed, until when, and what to do when.

    Args:
        item: its code, of which only the digits are printed; name: the line's; line, product: the line's code
            as shelves bear it, and the catalogue's.
        due: the day; None where the clock was not trusted, and then `days` is told.
        note: the line's safety note; bears: how many kilograms it bears, where that is known.
        parts: what came along, by name, and how many of each.
    """

    item: str
    name: str
    line: str
    product: str
    due: date | None
    days: int
    house: House
    note: str = ""
    bears: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    """A borrower's card, or a storekeeper's badge. `code` is the card's; whose it is stands nowhere."""

    code: str
    house: House

    @property
    def is_badge(self) -> bool:
        """Whether it is a storekeeper's."""
        return self.code.startswith(Kind.BADGE)


@dataclass(frozen=True, slots=True)
class Hold:
    """The slip on a thing that is set aside for somebody.

    Args:
        slip: the slip's code; name: the line's; item: the thing's code, where one stands ready.
        pick_up_by: the last day; place: the sign that it stands at.
    """

    slip: str
    name: str
    house: House
    item: str = ""
    pick_up_by: date | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Guidance:
    """A slip for somebody who asks whose job a need is."""

    house: House


@dataclass(frozen=True, slots=True)
class Commands:
    """A command card: what to hold under the light instead of pressing a key."""

    commands: tuple[Command, ...]
    for_staff: bool
    house: House


@dataclass(frozen=True, slots=True)
class Poster:
    """How to borrow and return, on the wall."""

    room: Room


@dataclass(frozen=True, slots=True)
class Calibration:
    """A page that shows how far off a printer prints, and how fine."""

    medium: Medium
    printer: str = ""


@dataclass(frozen=True, slots=True)
class ScannerSheet:
    """The sheet that shows how a scanner is set up; it is the same in every depot."""

    codes: tuple[SheetCode, ...] = SHEET


Says: TypeAlias = (
    Asset | Shelf | Loan | Card | Hold | Guidance | Commands | Poster | Calibration | ScannerSheet
)
