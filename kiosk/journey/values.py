"""What the journey speaks of: what happens, what the ledger answers, the visit, and what follows.

All frozen. What is asked of the ledger stands in `asked`, what is shown in `shown`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from depot.calendar import OpenDays
from depot.codes import Scan
from depot.outcomes import CheckedOut, Met, Outcome, Peeked, Started, Undone
from depot.settings import Phone as HelpPhone
from kiosk.journey.asked import Request
from kiosk.journey.shown import Screen, Welcome
from kiosk.terminal.sounds import Sound

# --- what happens ---


class Key(StrEnum):
    """The keys, by what they always mean."""

    DIGIT = "digit"
    YES = "yes"
    NO = "no"
    HELP = "help"
    ERASE = "erase"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Press:
    """A key was pressed; `digit` is 0 to 9 for a digit."""

    key: Key
    digit: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A little time has passed."""


class Fault(StrEnum):
    """Why the ledger could not do what was asked; nothing of it was stored."""

    NOT_STORED = "not_stored"
    OUT_OF_SERVICE = "out_of_service"


class Verdict(StrEnum):
    """How the last four digits of a phone number were answered."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_MORE = "no_more"


class Done(StrEnum):
    """What was done that has no outcome of its own."""

    CALL_BACK_NOTED = "call_back_noted"
    TYPED_CARDS_PAUSED = "typed_cards_paused"
    COUNTED = "counted"


Answer = Outcome | Peeked | Met | Started | tuple[Undone, ...] | Verdict | Done | Fault

Happening = Scan | Press | Tick


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens: seconds that only grow, and the depot's local time."""

    at: float
    local: datetime


# --- the visit ---


class Hint(StrEnum):
    """A line under whatever is shown: what the keys are, or what is wanted first."""

    KEYS = "keys"
    NUMBER_FIRST = "number_first"
    CARD_FIRST = "card_first"


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing of the visit's list. `line` is the deed of its loan line, or of its return."""

    item: str
    product: str | None
    line: str
    home: bool


NO_SCAN = (None, -1e9)
"""That no code was read yet."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's stay, from the first act to the blank screen.

    `pair` is the loan whose second piece is awaited; `waiting` is the thing that waits for a card or a
    number, and nothing waits once another screen has answered; `chose` says that the person chose the
    language. `paused` says that nobody had done anything for a while before the last act. `last_scan` is
    the last code and when it was read.
    """

    screen: Screen = field(default_factory=Welcome)
    language: str = "nb"
    chose: bool = False
    card: str | None = None
    listed: tuple[Listed, ...] = ()
    waiting: str | None = None
    pair: CheckedOut | None = None
    failed: int = 0
    hint: Hint | None = None
    paused: bool = False
    last_act: float = 0.0
    last_scan: tuple[Scan | None, float] = NO_SCAN

    @property
    def count(self) -> int:
        """How many things the visit has dealt with; a pair is one."""
        return self.lent + self.brought

    @property
    def lent(self) -> int:
        """How many loan lines it has made."""
        return len({one.line for one in self.listed if not one.home})

    @property
    def brought(self) -> int:
        """How many things it has brought home."""
        return len({one.item for one in self.listed if one.home})


@dataclass(frozen=True, slots=True)
class Setup:
    """What the journey needs to know of the place. Times in seconds.

    `cards_in_box` says that anybody may take a new card into use; else staff start it.
    """

    languages: tuple[str, ...] = ("nb", "en")
    language: str = "nb"
    idle: float = 60.0
    more_time: float = 30.0
    whose_card: float = 15.0
    twice_is_once: float = 2.0
    goodbye: float = 8.0
    phones: tuple[HelpPhone, ...] = ()
    open_days: OpenDays | None = None
    region: str = "NO"
    cards_in_box: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows: the visit as it is now, what to ask the ledger, what is heard."""

    visit: Visit
    request: Request | None = None
    sound: Sound | None = None
