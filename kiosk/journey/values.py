"""What the journey speaks of: what happens, what is shown, what is asked of the ledger, and the visit.

All frozen. A screen is a value that says what the person should see, not how; `sentences` makes words of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from depot.calendar import OpenDays
from depot.codes import Scan
from depot.outcomes import (
    CheckedIn,
    CheckedOut,
    Met,
    Moved,
    Outcome,
    Peeked,
    Refused,
    Started,
    Trouble,
    Undone,
)
from depot.phone import Phone
from depot.settings import Phone as HelpPhone
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


# --- what is asked of the ledger ---


@dataclass(frozen=True, slots=True)
class AskWhatItIs:
    """What is this thing, and has the open card got it? `typed`: its digits were, so its name is shown first."""

    item: str
    card: str | None = None
    typed: bool = False


@dataclass(frozen=True, slots=True)
class AskWhoseCard:
    """What is this card? `typed` says that its digits were typed, which is counted.

    `language` is what the person chose in this visit, for the card to remember; None if they chose none.
    """

    card: str
    typed: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Lend:
    """Lend this to the open card; `joins` is the loan line of which it is the second piece."""

    item: str
    card: str
    joins: str | None = None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take this home; `brought_back`: the person says so of a thing that the ledger believes at home."""

    item: str
    brought_back: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Something is wrong with what was just taken home."""

    item: str
    deed: str
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Undo:
    """Take the last deed back."""

    deed: str


@dataclass(frozen=True, slots=True)
class StartCard:
    """Give this unassigned card to the person with this number."""

    card: str
    phone: Phone
    language: str


@dataclass(frozen=True, slots=True)
class CheckLastFour:
    """Do these four digits end the number behind this card?"""

    card: str
    four: str


@dataclass(frozen=True, slots=True)
class NoteCallBack:
    """Somebody wants to be rung."""

    phone: Phone


@dataclass(frozen=True, slots=True)
class Count:
    """A scan or a thing that led to nothing: count each reason."""

    reasons: tuple[str, ...]
    product: str | None = None


@dataclass(frozen=True, slots=True)
class TakeForeign:
    """Take in a thing that is not ours."""

    label: Scan


Request = (
    AskWhatItIs
    | AskWhoseCard
    | Lend
    | TakeBack
    | Report
    | Undo
    | StartCard
    | CheckLastFour
    | NoteCallBack
    | Count
    | TakeForeign
)


# --- what is shown ---


class TypingFor(StrEnum):
    """What digits are being typed for."""

    ITEM = "item"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first screen: the gesture to make."""


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """The languages, each in its own name."""


@dataclass(frozen=True, slots=True)
class CardOpen:
    """A card was opened; nothing is shown of what it has but how much, and the nearest date."""

    met: Met
    just_started: bool = False


@dataclass(frozen=True, slots=True)
class AskCard:
    """A thing was scanned that can be borrowed: whose card?"""

    thing: Peeked


@dataclass(frozen=True, slots=True)
class TypePhone:
    """A card from the box: type a number that reaches you. `again` says that the last one was none."""

    card: str | None
    typed: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmPhone:
    """The number is shown back: is it right? `card` None means that it is for being rung."""

    card: str | None
    phone: Phone


@dataclass(frozen=True, slots=True)
class TypeCode:
    """Digits of a label or a card are being typed. `again` says that the last ones did not fit."""

    what: TypingFor
    typed: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmThing:
    """The name behind typed digits is shown: is it this one?"""

    thing: Peeked


@dataclass(frozen=True, slots=True)
class TypeLastFour:
    """A card was typed by hand: the last four digits of its phone number."""

    card: str
    typed: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan was made. `second` says that the other piece of a pair is expected, `whole` that it has come."""

    loan: CheckedOut
    second: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class OnlyOne:
    """A pair was left at one piece, on purpose."""

    loan: CheckedOut


@dataclass(frozen=True, slots=True)
class Home:
    """A thing came home: is everything all right, and is all with it?"""

    outcome: CheckedIn


@dataclass(frozen=True, slots=True)
class AllRight:
    """Thanked for bringing it back."""

    product: str | None


@dataclass(frozen=True, slots=True)
class TroubleNoted:
    """What is wrong was noted, and where to put the thing."""

    what: Trouble
    outcome: Moved


@dataclass(frozen=True, slots=True)
class No:
    """A refusal: the thing, the reason, the next step."""

    refusal: Refused


@dataclass(frozen=True, slots=True)
class CardRefused:
    """A card that cannot be used."""

    refusal: Refused | None
    card_is: str


@dataclass(frozen=True, slots=True)
class AlreadyListed:
    """Scanned again in the same visit: nothing changes."""

    item: str
    product: str | None


@dataclass(frozen=True, slots=True)
class AlreadyHome:
    """Brought back, but it is at home already."""

    item: str
    product: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class GiveBackOrKeep:
    """The open card has this on loan since before: give it back, or was it scanned to look?"""

    thing: Peeked


@dataclass(frozen=True, slots=True)
class JustBorrowed:
    """Lent here a moment ago and scanned in a new visit: keep it, or give it back?"""

    thing: Peeked


@dataclass(frozen=True, slots=True)
class WhoseCard:
    """The card has been open for a while: shall this go on it, too?"""

    thing: Peeked


@dataclass(frozen=True, slots=True)
class AskUndo:
    """Shall the last deed be taken back? `home` says that it was a return."""

    deed: str
    product: str | None
    home: bool
    under: Screen


@dataclass(frozen=True, slots=True)
class Taken:
    """The last deed was taken back, and where the things belong now."""

    things: tuple[Undone, ...]


@dataclass(frozen=True, slots=True)
class UndoTooLate:
    """It cannot be taken back any more."""


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A thing of somebody else's. `place` is where it may stay, when it may."""

    nav: bool
    place: str | None


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A scan that gave nothing; after two the screen offers the digits. `under` is where the visit stands."""

    reason: str
    times: int
    under: Screen = field(default_factory=Welcome)


@dataclass(frozen=True, slots=True)
class ThisIs:
    """A code of ours that does not answer what was asked: a shelf's, a line's, a slip's, a badge."""

    kind: str
    under: Screen = field(default_factory=Welcome)


@dataclass(frozen=True, slots=True)
class Help:
    """Who answers the phone now (`calls`) or on which day somebody will, and two things that people ask."""

    calls: tuple[tuple[str, str], ...]
    next_day: date | None
    under: Screen


@dataclass(frozen=True, slots=True)
class HelpAbout:
    """One of the help texts: a thing without a label, or for somebody who has died."""

    topic: str
    under: Screen


@dataclass(frozen=True, slots=True)
class CallBackNoted:
    """We ring, on that day."""

    day: date | None


@dataclass(frozen=True, slots=True)
class MoreTime:
    """Do you need more time?"""

    under: Screen
    since: float


@dataclass(frozen=True, slots=True)
class Finished:
    """Goodbye, with what was done."""

    lent: int
    home: int
    since: float


@dataclass(frozen=True, slots=True)
class NotStored:
    """Something failed and nothing was stored: scan again."""


@dataclass(frozen=True, slots=True)
class OutOfService:
    """The ledger cannot be used: a phone number, calmly."""

    calls: tuple[tuple[str, str], ...]


Screen = (
    Welcome
    | ChooseLanguage
    | CardOpen
    | AskCard
    | TypePhone
    | ConfirmPhone
    | TypeCode
    | ConfirmThing
    | TypeLastFour
    | Lent
    | OnlyOne
    | Home
    | AllRight
    | TroubleNoted
    | No
    | CardRefused
    | AlreadyListed
    | AlreadyHome
    | GiveBackOrKeep
    | JustBorrowed
    | WhoseCard
    | AskUndo
    | Taken
    | UndoTooLate
    | NotOurs
    | NotUnderstood
    | ThisIs
    | Help
    | HelpAbout
    | CallBackNoted
    | MoreTime
    | Finished
    | NotStored
    | OutOfService
)

TYPING = (TypePhone, TypeCode, TypeLastFour)
"""The screens that ask for digits, so that a fast run of digits is typing and no scan."""


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
