"""What a person sees of their own loans, and what the ledger answers about them.

The open card alone tells how many things are out and lets all of them be kept longer. What they are is
shown only once the person has answered what `kiosk.see` asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from depot.outcomes import Already, Held, OpenLoan, Refused, Renewed

LINES_A_PAGE = 4
"""Each needs two rows of the twelve, or three in a language with long words; others say that there is more."""
SHORTEST_PIN, LONGEST_PIN = 4, 8


@dataclass(frozen=True, slots=True)
class Theirs:
    """Answered: what is out on a card, and what waits or stands ready for it."""

    loans: tuple[OpenLoan, ...]
    holds: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """Answered: each line of a card that was to be kept longer, and how that went."""

    answers: tuple[Renewed | Already | Refused, ...]


def first_due(loans: tuple[OpenLoan, ...]) -> date | None:
    """Say when the first of some loans is due; None where no date is known."""
    return min((loan.due for loan in loans if loan.due is not None), default=None)


# --- seeing ---


@dataclass(frozen=True, slots=True)
class ShowTheCard:
    """My loans were asked for at the first screen: which card?"""


@dataclass(frozen=True, slots=True)
class TypeToSee:
    """The last four digits of the phone, or the PIN. `again` says that the last ones did not fit."""

    card: str
    pin: bool
    typed: str = ""
    again: bool = False

    @property
    def longest(self) -> int:
        """How many digits there can be."""
        return LONGEST_PIN if self.pin else 4


@dataclass(frozen=True, slots=True)
class NoPin:
    """The card has no PIN, so its things cannot be named here; they can be kept longer all the same."""


@dataclass(frozen=True, slots=True)
class NotSeen:
    """Answered wrongly too often; everything can be kept longer all the same."""


# --- the list ---


@dataclass(frozen=True, slots=True)
class MyLoans:
    """What is out and what waits, a page at a time."""

    theirs: Theirs
    page: int = 0

    @property
    def shown(self) -> tuple[OpenLoan | Held, ...]:
        """The lines of this page, in the order of their keys."""
        first = self.page * LINES_A_PAGE
        return self._all[first : first + LINES_A_PAGE]

    @property
    def next_page(self) -> int:
        """The page after this one; the first again after the last."""
        return 0 if (self.page + 1) * LINES_A_PAGE >= len(self._all) else self.page + 1

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-len(self._all) // LINES_A_PAGE)

    @property
    def goes_on(self) -> bool:
        """Whether there is more than a page of it."""
        return len(self._all) > LINES_A_PAGE

    @property
    def _all(self) -> tuple[OpenLoan | Held, ...]:
        return (*self.theirs.loans, *self.theirs.holds)


@dataclass(frozen=True, slots=True)
class OneLoan:
    """One line of the list, opened; `under` is the list."""

    loan: OpenLoan
    under: MyLoans | None = None


@dataclass(frozen=True, slots=True)
class AskKept:
    """Has the state taken it over, so that it stays at home? Asked once."""

    loan: OpenLoan
    under: OneLoan | StillNeeded


@dataclass(frozen=True, slots=True)
class KeptForGood:
    """Noted: it stays where it is, and somebody rings about it."""

    product: str | None


# --- keeping longer ---


@dataclass(frozen=True, slots=True)
class StillNeeded:
    """Before everything is kept longer: something has been out for long. Is it still needed?"""

    theirs: Theirs

    @property
    def long(self) -> tuple[OpenLoan, ...]:
        """What has been out for long."""
        return tuple(loan for loan in self.theirs.loans if loan.still_needed)


@dataclass(frozen=True, slots=True)
class BringItBack:
    """How to bring back what is not needed any more."""

    theirs: Theirs

    @property
    def rest(self) -> bool:
        """Whether there is something beside it, to be kept longer."""
        return any(not loan.still_needed for loan in self.theirs.loans)


@dataclass(frozen=True, slots=True)
class KeptLonger:
    """What may be kept until when, and what not and why. `named`: it is one thing, which the person has shown.

    `due` is when the first of them should have come back before; None where no date was known.
    """

    answers: tuple[Renewed | Already | Refused, ...]
    due: date | None
    named: bool = False

    @property
    def deed(self) -> str | None:
        """What can be undone."""
        return next((one.deed for one in self.answers if isinstance(one, Renewed)), None)

    @property
    def lengthened(self) -> int:
        """How many lines may be kept longer than before."""
        return sum(isinstance(one, Renewed) for one in self.answers)

    @property
    def asks_which(self) -> bool:
        """Whether the person must look which things cannot be kept longer."""
        return not self.named and any(isinstance(one, Refused) for one in self.answers)


@dataclass(frozen=True, slots=True)
class AskUndoRenewal:
    """Shall it be as it was before?"""

    under: KeptLonger


@dataclass(frozen=True, slots=True)
class AsBefore:
    """It was undone; `due` is when the first is to come back now."""

    due: date | None
    things: int


LoansScreen = (
    ShowTheCard
    | TypeToSee
    | NoPin
    | NotSeen
    | MyLoans
    | OneLoan
    | AskKept
    | KeptForGood
    | StillNeeded
    | BringItBack
    | KeptLonger
    | AskUndoRenewal
    | AsBefore
)
