"""What the journey speaks of: what happens, what the ledger answers, the visit, and what follows.

All frozen. What is asked of the ledger stands in `asked`, what is shown in `shown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from depot.calendar import OpenDays
from depot.codes import Scan
from depot.outcomes import CheckedOut, Held, Met, Outcome, Peeked, Ready, Started, Undone
from depot.settings import Phone as HelpPhone
from depot.settings import See
from depot.standing import LineNow
from kiosk.journey.loans import Kept, Theirs
from kiosk.journey.shown import Screen, Welcome
from kiosk.terminal.sounds import Sound

if TYPE_CHECKING:
    from kiosk.journey.asked import Request

# --- what happens ---


class Key(StrEnum):
    """The keys, by what they always mean."""

    DIGIT = "digit"
    YES = "yes"
    NO = "no"
    HELP = "help"
    ERASE = "erase"
    AGAIN = "again"
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
    """How the last four digits of a phone number, or a PIN, were answered."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_MORE = "no_more"


class Done(StrEnum):
    """What was done that has no outcome of its own."""

    CALL_BACK_NOTED = "call_back_noted"
    TYPED_CARDS_PAUSED = "typed_cards_paused"
    COUNTED = "counted"
    HAS_PIN = "has_pin"
    HAS_NO_PIN = "has_no_pin"


@dataclass(frozen=True, slots=True)
class LinesAre:
    """How lines stand: all of them, or those of one shelf."""

    lines: tuple[LineNow, ...]


@dataclass(frozen=True, slots=True)
class LineIs:
    """How one line stands; None for a label or code that is no line's."""

    line: LineNow | None


@dataclass(frozen=True, slots=True)
class NumberIs:
    """Which line has the number that a label bears, if one has; and whether a thing with that label may be NAV's."""

    label: Scan
    product: str | None
    navs: bool


@dataclass(frozen=True, slots=True)
class SlipIs:
    """The hold behind a slip; None where nobody waits by it."""

    held: Held | None


@dataclass(frozen=True, slots=True)
class ToHold:
    """A card is wanted for the waiting list of a line; `under` is what the person looked at before."""

    line: LineNow
    under: Screen | None = None


@dataclass(frozen=True, slots=True)
class ToSee:
    """A card is wanted to show what it has on loan, once what the house wants `asked` is answered."""

    asked: See


Errand = ToHold | ToSee
"""What a card is asked for, beside a thing that waits for one; see `errands`."""

Found = LinesAre | LineIs | NumberIs | SlipIs

Answer = (
    Found | Outcome | Peeked | Met | Started | tuple[Undone, ...] | Theirs | Kept | Verdict | Done | Fault
)

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
    NUMBER_THEN_SCAN = "number_then_scan"
    CARD_FIRST = "card_first"
    CARD_NEXT = "card_next"
    ANSWER_FIRST = "answer_first"
    VOICE_ON = "voice_on"
    VOICE_OFF = "voice_off"
    VOLUME = "volume"


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
    number, and nothing waits once another screen has answered, but for a return in between; `errand` is what
    else a card was asked for, and ends likewise; `chose` says that the person chose the
    language. `paused` says that nobody had done anything for a while before the last act. `last_scan` is
    the last code and when it was read. `ready` is what stood ready for the open card when it was opened.
    `seen_card` is the card whose digits or PIN were answered rightly.
    `voice` says that the screens are read aloud, and `volume` how loud, 1 to 3.
    """

    screen: Screen = field(default_factory=Welcome)
    language: str = "nb"
    chose: bool = False
    card: str | None = None
    listed: tuple[Listed, ...] = ()
    waiting: str | None = None
    errand: Errand | None = None
    pair: CheckedOut | None = None
    failed: int = 0
    hint: Hint | None = None
    paused: bool = False
    seen_card: str | None = None
    ready: tuple[Ready, ...] = ()
    last_act: float = 0.0
    last_scan: tuple[Scan | None, float] = NO_SCAN
    voice: bool = False
    volume: int = 2

    @property
    def seen(self) -> bool:
        """Whether the person has shown that the open card is theirs, so that its things may be named."""
        return self.card is not None and self.seen_card == self.card

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

    `cards_in_box` says that anybody may take a new card into use; else staff start it. `see` is what is
    asked before a card's things are named. `parts` are each line's pieces without a label, by code, with
    how many; `weights` what each line bears in kg, asked about below `weight_asked_below`.
    """

    languages: tuple[str, ...] = ("nb", "en")
    language: str = "nb"
    idle: float = 60.0
    more_time: float = 30.0
    whose_card: float = 15.0
    twice_is_once: float = 2.0
    goodbye: float = 8.0
    pin_wait: float = 20.0
    phones: tuple[HelpPhone, ...] = ()
    open_days: OpenDays | None = None
    region: str = "NO"
    cards_in_box: bool = True
    can_speak: bool = False
    see: See = See.PHONE4
    parts: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    weight_asked_below: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows: the visit as it is now, what to ask the ledger, what is heard.

    `again` says that the screen is to be read aloud once more, although nothing has changed.
    """

    visit: Visit
    request: Request | None = None
    sound: Sound | None = None
    again: bool = False
