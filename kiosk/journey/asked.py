"""What the journey asks of the ledger: one frozen value a question or deed. `deeds` does them."""

from __future__ import annotations

from dataclasses import dataclass

from depot.codes import Scan
from depot.outcomes import Trouble
from depot.phone import Phone


@dataclass(frozen=True, slots=True)
class AskWhatItIs:
    """What is this thing, and has the open card got it?

    `typed`: its digits were, so its name is shown first; `told`: its page was shown already.
    """

    item: str
    card: str | None = None
    typed: bool = False
    told: bool = False


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
    """Something is wrong with what was just taken home; `parts` are codes of what is missing, and how many."""

    item: str
    deed: str
    trouble: Trouble
    parts: tuple[tuple[str, int], ...] = ()


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
class CheckBadge:
    """Is this the PIN of this badge?"""

    badge: str
    pin: str


@dataclass(frozen=True, slots=True)
class AskIfPin:
    """Has this card a PIN?"""

    card: str


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Is this the card's PIN?"""

    card: str
    pin: str


@dataclass(frozen=True, slots=True)
class AskForTheirs:
    """What is out on this card, and what waits for it? `to_keep`: all of it shall be kept longer."""

    card: str
    to_keep: bool = False


@dataclass(frozen=True, slots=True)
class RenewAll:
    """Everything that is out on this card shall be kept longer."""

    card: str


@dataclass(frozen=True, slots=True)
class Renew:
    """This shall be kept longer by the card that has it."""

    item: str
    card: str


@dataclass(frozen=True, slots=True)
class KeepForGood:
    """This stays where it is for good: the state has taken it over."""

    item: str
    card: str


Keeping = AskIfPin | AskForTheirs | RenewAll | Renew | KeepForGood
"""What is asked by somebody about what they have on loan."""


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


@dataclass(frozen=True, slots=True)
class LookWhatIsFree:
    """How does every line stand just now?"""


@dataclass(frozen=True, slots=True)
class LookAtShelf:
    """What is kept on the shelf with this label?"""

    shelf: str


@dataclass(frozen=True, slots=True)
class LookAtLine:
    """How does one line stand, by its shelf label or by its code in the catalogue?"""

    label: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class LookAtNumber:
    """Which line has the number that somebody else's label bears?"""

    label: Scan


@dataclass(frozen=True, slots=True)
class LookAtSlip:
    """Where does the hold with this slip stand? `typed`: its digits were."""

    slip: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class JoinQueue:
    """Put the holder of this card on a line's waiting list."""

    card: str
    product: str


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Take a hold off the waiting list, by its key."""

    key: str
    product: str | None


@dataclass(frozen=True, slots=True)
class TakeSome:
    """Somebody takes `n` of a counted line; no card. `back`: they bring them."""

    product: str
    n: int
    back: bool = False


Finding = (
    LookWhatIsFree | LookAtShelf | LookAtLine | LookAtNumber | LookAtSlip | JoinQueue | LeaveQueue | TakeSome
)
"""What is asked by somebody who looks for a thing."""

AtTheCounter = (
    CheckPin
    | AskWhatItIs
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
    | CheckBadge
)
"""What is asked about a thing that is here, a card or a person."""

Request = Finding | Keeping | AtTheCounter
