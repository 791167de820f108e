"""What is shown: each screen is a frozen value that says what the person should see, not how.

`sentences` makes words of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from depot.codes import Scan
from depot.outcomes import Already, CheckedIn, CheckedOut, Held, Met, Moved, Peeked, Refused, Trouble, Undone
from depot.phone import Phone
from depot.standing import Kind, LineNow
from kiosk.journey.loans import LoansScreen, TypeToSee


class TypingFor(StrEnum):
    """What digits are being typed for."""

    ITEM = "item"
    CARD = "card"
    SLIP = "slip"


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
class WhichPart:
    """Which piece is missing? Asked after `under`."""

    under: Home | TroubleNoted

    @property
    def home(self) -> CheckedIn:
        """The return that it is asked about."""
        return self.under.outcome if isinstance(self.under, Home) else self.under.home

    @property
    def told(self) -> tuple[str, ...]:
        """The codes of those that were told already."""
        return () if isinstance(self.under, Home) else self.under.told


@dataclass(frozen=True, slots=True)
class AllRight:
    """Thanked for bringing it back."""

    product: str | None


@dataclass(frozen=True, slots=True)
class TroubleNoted:
    """What is wrong was noted, and where to put the thing.

    `home` is the return that it was said of; `told` are the codes of the parts that are missing, and `more`
    says that others may be.
    """

    what: Trouble
    outcome: Moved | Already
    home: CheckedIn
    told: tuple[str, ...] = ()
    more: bool = False


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
class AskWeight:
    """The thing bears less than many weigh: is that enough? Nothing about the person is stored."""

    thing: Peeked


@dataclass(frozen=True, slots=True)
class TooLight:
    """It does not bear enough, and goes back to its shelf."""

    product: str | None


@dataclass(frozen=True, slots=True)
class AskUndo:
    """Shall the last deed be taken back? `home` says that it was a return."""

    deed: str
    product: str | None
    home: bool
    under: Screen


@dataclass(frozen=True, slots=True)
class Taken:
    """The last deed was taken back, and where the things belong now. `some`: it was about a counted line."""

    things: tuple[Undone, ...]
    some: SomeTaken | None = None


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
    """A code that does not answer what was asked: a shelf's, a line's, a slip's, a maker's.

    `product` is the line whose number a maker's label bears.
    """

    kind: str
    under: Screen = field(default_factory=Welcome)
    product: str | None = None


@dataclass(frozen=True, slots=True)
class WhoseIsIt:
    """Six digits alone, which things of NAV's bear, and ours of the same line, too. `under` is what was shown."""

    label: Scan
    product: str
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
class BadgePin:
    """A badge was scanned: its PIN. `again` says that the last digits did not fit."""

    badge: str
    under: Screen
    typed: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class NoMoreTries:
    """This badge has been tried too often."""

    under: Screen


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The screen is the storekeeper's now."""


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


@dataclass(frozen=True, slots=True)
class Kinds:
    """What is free now: the kinds of things, each with a key."""

    lines: tuple[LineNow, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one kind, or of the shelf whose label was scanned (`kind` None); `page` counts from 0."""

    lines: tuple[LineNow, ...]
    kind: Kind | None = None
    page: int = 0
    under: Screen | None = None


@dataclass(frozen=True, slots=True)
class OneLine:
    """How one line stands: free where, or expected when, what it bears and needs."""

    line: LineNow
    under: Screen | None = None


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many of a counted line are taken, or brought `back`: one digit."""

    line: LineNow
    back: bool
    under: Screen


@dataclass(frozen=True, slots=True)
class SomeTaken:
    """Some of a counted line were taken, or brought `back`. `odd`: there should have been fewer."""

    product: str
    n: int
    shelf: str | None
    deed: str
    back: bool = False
    odd: bool = False


@dataclass(frozen=True, slots=True)
class AskUndoSome:
    """Shall what was noted of a counted line be taken back?"""

    under: SomeTaken


@dataclass(frozen=True, slots=True)
class AskCardToWait:
    """Who wants to be on the waiting list? A card is asked for."""

    line: LineNow
    under: Screen | None = None


@dataclass(frozen=True, slots=True)
class InQueue:
    """Where a hold stands. `placed`: it was made a moment ago."""

    held: Held
    placed: bool = False
    under: Screen | None = None


@dataclass(frozen=True, slots=True)
class AskLeaveQueue:
    """Is the thing not needed any more?"""

    held: Held
    under: Screen


@dataclass(frozen=True, slots=True)
class LeftQueue:
    """A hold was taken off the waiting list."""

    product: str | None


@dataclass(frozen=True, slots=True)
class NoSuchSlip:
    """A slip by which nobody waits: never known, or fetched, lapsed or given up. `under` is what goes on."""

    under: Screen | None = None


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
    | WhoseIsIt
    | Help
    | HelpAbout
    | CallBackNoted
    | BadgePin
    | NoMoreTries
    | HandedOver
    | MoreTime
    | Finished
    | NotStored
    | OutOfService
    | Kinds
    | Lines
    | OneLine
    | HowMany
    | SomeTaken
    | AskUndoSome
    | AskCardToWait
    | InQueue
    | AskLeaveQueue
    | LeftQueue
    | NoSuchSlip
    | WhichPart
    | AskWeight
    | TooLight
    | LoansScreen
)

TYPING = (TypePhone, TypeCode, TypeLastFour, TypeToSee, BadgePin)
"""The screens that ask for digits, so that a fast run of digits is typing and no scan."""
