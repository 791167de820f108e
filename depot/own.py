"""Our own codes: how they are made, what checks them, what each kind means.

A code is a kind letter, seven digits, a check digit over them and a check letter over all: `D00042177C`.
People say and type the eight digits; the letters serve scanners. Only digits and seventeen letters are used:
those that a scanner set to a US keyboard types alike on every Nordic, British, German and Latin layout, and
of which none is mistaken for another. Both checks must hold wherever both are there: a symbology's own check
lets 2 to 6 in a hundred readings near its resolution limit through although they are wrong (measured).

A card's and a badge's number is a credential: it is in no `repr`, `raw` or `loggable` here.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, TypeAlias

from depot.foreign import shape


class Kind(StrEnum):
    """What a code of ours is stuck on; the value is its first letter."""

    ITEM = "D"
    CARD = "B"
    SHELF = "S"
    PRODUCT = "P"
    SLIP = "N"
    COMMAND = "C"
    BADGE = "T"


class Command(StrEnum):
    """What the command card lets a person say by scanning instead of pressing a key."""

    FINISH = "finish"
    YES = "yes"
    NO = "no"
    UNDO = "undo"
    HELP = "help"
    LANGUAGE = "language"
    ALL_RIGHT = "all_right"
    BROKEN = "broken"
    MISSING_PART = "missing_part"
    SOILED = "soiled"
    BRINGING_BACK = "bringing_back"
    CLEANED = "cleaned"
    READ_ALOUD = "read_aloud"
    SAY_AGAIN = "say_again"
    LOUDER = "louder"
    QUIETER = "quieter"


# Printed on cards that hang in depots for years: a number once given is never given to another command.
_NUMBERS = {
    Command.FINISH:        "0000001",
    Command.YES:           "0000002",
    Command.NO:            "0000003",
    Command.UNDO:          "0000004",
    Command.HELP:          "0000005",
    Command.LANGUAGE:      "0000006",
    Command.ALL_RIGHT:     "0000007",
    Command.BROKEN:        "0000008",
    Command.MISSING_PART:  "0000009",
    Command.SOILED:        "0000010",
    Command.BRINGING_BACK: "0000011",
    Command.CLEANED:       "0000012",
    Command.READ_ALOUD:    "0000013",
    Command.SAY_AGAIN:     "0000014",
    Command.LOUDER:        "0000015",
    Command.QUIETER:       "0000016",
}  # fmt: skip
_COMMANDS = {number: command for command, number in _NUMBERS.items()}

# --- check characters ---

LETTERS = "BCDEFGHJKNPRSTUVX"
"""Seventeen, a prime: that is what makes the check letter catch every single and neighbouring error."""

# The totally anti-symmetric quasigroup of order 10 that H. Michael Damm published in his thesis ("Total
# anti-symmetrische Quasigruppen", Marburg 2004); row: what we have so far, column: the next digit.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

SHAPE = re.compile(f"[{LETTERS}][0-9]{{8}}[{LETTERS}]")
"""What every code of ours looks like, also those of kinds that later versions add."""


def damm(digits: str) -> str:
    """Compute the check digit that people's typing is checked by (any number of digits, ours are seven).

    It catches every wrong digit and every swap of neighbours. Over digits that end in their own check digit
    it is "0". Raises ValueError for anything but ASCII digits.
    """
    if not re.fullmatch("[0-9]*", digits):
        raise ValueError(f"Expected digits, got {shape(digits)}.")
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def check_letter(nine: str) -> str:
    """Compute the letter that closes a code: remainders by 17, each place weighing ten times the next.

    Args:
        nine: the kind letter and eight digits, upper case.

    Every single error, swap of neighbours, swap over one place and wrong pair of equal digits changes it,
    and so does every wrong kind letter. Raises ValueError for any other shape.
    """
    if not re.fullmatch(f"[{LETTERS}][0-9]{{8}}", nine):
        raise ValueError(f"Expected a kind letter and eight digits, got {shape(nine)}.")
    remainder = 0
    for character in nine:
        value = int(character) if character.isdigit() else LETTERS.index(character) + 10
        remainder = (remainder * 10 + value) % 17
    return LETTERS[-remainder * 10 % 17]


def mint(kind: Kind, seven: str) -> str:
    """Make the ten characters of a code from its seven digits. Raises ValueError for anything but seven."""
    if not re.fullmatch("[0-9]{7}", seven):
        raise ValueError(f"Expected seven digits, got {shape(seven)}.")
    nine = kind + seven + damm(seven)
    return nine + check_letter(nine)


def draw(kind: Kind) -> str:
    """Draw a code with random digits, for kinds whose digits are a secret: cards, badges, slips."""
    return mint(kind, f"{secrets.randbelow(10**7):07d}")


def digits(code: str) -> str:
    """Return the eight digits of a code, which are what people are shown."""
    return code[1:9]


def spoken(code: str) -> str:
    """Return the eight digits as they are printed and said, in two groups: "0004 2177"."""
    return f"{code[1:5]} {code[5:9]}"


def holds(code: str) -> bool:
    """Tell whether both check characters are right. Raises ValueError for what `SHAPE` does not match."""
    return damm(digits(code)) == "0" and check_letter(code[:9]) == code[9]


def command_code(command: Command) -> str:
    """Return the code that the command card carries for a command."""
    return mint(Kind.COMMAND, _NUMBERS[command])


# --- what a scan can mean ---


@dataclass(frozen=True, slots=True)
class _Own:
    """A code of ours, both checks passed: ten characters. Two readings of the same code are equal."""

    kind: ClassVar[Kind]
    code: str
    raw: str = field(default="", compare=False, repr=False)

    @property
    def loggable(self) -> str:
        """What this was, in one line."""
        return f"{self.kind.name.lower()} {self.code}"


@dataclass(frozen=True, slots=True)
class _Credential(_Own):
    """A code that opens something for whoever knows it."""

    code: str = field(repr=False)
    raw: str = field(default="", compare=False, repr=False)

    @property
    def loggable(self) -> str:
        """Only that there was one."""
        return self.kind.name.lower()


@dataclass(frozen=True, slots=True)
class ItemCode(_Own):
    """One labelled piece."""

    kind = Kind.ITEM


@dataclass(frozen=True, slots=True)
class CardCode(_Credential):
    """A borrower's card."""

    kind = Kind.CARD


@dataclass(frozen=True, slots=True)
class ShelfCode(_Own):
    """A shelf or another place for things."""

    kind = Kind.SHELF


@dataclass(frozen=True, slots=True)
class ProductCode(_Own):
    """A line of the catalogue, as shelf labels carry it."""

    kind = Kind.PRODUCT


@dataclass(frozen=True, slots=True)
class SlipCode(_Own):
    """A slip of paper: a piece that waits for somebody, or guidance."""

    kind = Kind.SLIP


@dataclass(frozen=True, slots=True)
class CommandCode(_Own):
    """A field of the command card."""

    kind = Kind.COMMAND

    @property
    def command(self) -> Command | None:
        """What the field says; None for a card that is newer than this version."""
        return _COMMANDS.get(self.code[1:8])


@dataclass(frozen=True, slots=True)
class BadgeCode(_Credential):
    """A storekeeper's badge."""

    kind = Kind.BADGE


OwnCode: TypeAlias = ItemCode | CardCode | ShelfCode | ProductCode | SlipCode | CommandCode | BadgeCode

CLASSES: dict[str, type[OwnCode]] = {
    each.kind: each for each in (ItemCode, CardCode, ShelfCode, ProductCode, SlipCode, CommandCode, BadgeCode)
}
"""The kind letters of today and what each means."""

CREDENTIALS = frozenset({Kind.CARD, Kind.BADGE})
"""Kinds whose number opens something for whoever knows it."""
