"""What the journey asks of the ledger: one frozen value a question or deed. `deeds` does them."""

from __future__ import annotations

from dataclasses import dataclass

from depot.codes import Scan
from depot.outcomes import Trouble
from depot.phone import Phone


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
