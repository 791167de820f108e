"""What a deed answers. Frozen values; a refusal is one of them, never an exception.

An outcome that was returned and committed is on disk. `Reason` is at once the name in `--json`, the
statistic and the key of a sentence on the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from depot.states import State


class Reason(StrEnum):
    """Why something is refused, or flagged, in the order in which people are told."""

    UNKNOWN_CODE = "unknown_code"
    NOT_OURS = "not_ours"
    NAV_LABEL = "nav_label"
    ON_LOAN_TO_OTHER = "on_loan_to_other"
    IN_CLEANING = "in_cleaning"
    IN_REPAIR = "in_repair"
    QUARANTINED = "quarantined"
    NOT_AVAILABLE = "not_available"
    STAFF_ONLY = "staff_only"
    INSPECTION_EXPIRED = "inspection_expired"
    RECALLED = "recalled"
    SET_ASIDE_FOR_OTHER = "set_aside_for_other"
    CARD_UNKNOWN = "card_unknown"
    CARD_BLOCKED = "card_blocked"
    TOO_MANY_LINES = "too_many_lines"
    OVERDUE = "overdue"
    CARD_EXPIRED = "card_expired"
    CARD_UNCONFIRMED = "card_unconfirmed"
    CAP_REACHED = "cap_reached"
    SOMEONE_WAITS = "someone_waits"
    RENEWALS_USED = "renewals_used"
    NOT_ON_LOAN = "not_on_loan"
    WRONG_STATE = "wrong_state"
    UNDO_TOO_LATE = "undo_too_late"
    KEY_REUSED = "key_reused"
    LEDGER_FULL = "ledger_full"


class NextStep(StrEnum):
    """What the person should do next; the screens make a sentence of it, with the place."""

    TAKE_IT = "take_it"
    PUT_IT_THERE = "put_it_there"
    PUT_IT_BACK = "put_it_back"
    TAKE_ANOTHER = "take_another"
    SCAN_AGAIN = "scan_again"
    ANOTHER_CARD = "another_card"
    START_THE_CARD = "start_the_card"
    CALL = "call"
    NOTHING = "nothing"


class Was(StrEnum):
    """What the ledger believed of a thing that came home."""

    ON_LOAN = "on_loan"
    UNREGISTERED = "unregistered"
    FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """The thing an outcome speaks of: its code and its line, as far as they are known."""

    item: str
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedOut(Thing):
    """A loan was made.

    `due` is None when the clock cannot be trusted: then only `days` is sure. `flags` are the soft reasons
    for which the loan was cut short. `pieces` make one loan line: the second crutch joins the first one's deed.
    """

    key: str
    deed: str
    due: date | None
    days: int
    flags: tuple[Reason, ...] = ()
    pieces: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn(Thing):
    """A thing came home; `place` is the name of the place where it should be put."""

    key: str
    deed: str
    was: Was
    loan: str | None
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Already(Thing):
    """Nothing was written: it is so already. `due` is the open loan's, `place` where a thing at home belongs."""

    key: str | None = None
    due: date | None = None
    place: str | None = None
    on_loan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Thing):
    """The answer is no, with all reasons in the order in which they should be told.

    `place` is where to put the thing (a working place or its own shelf); `others` are the shelves where
    the same line stands free, with how many; `checked_in` says that the attempt itself proved that the
    thing had come home, and was recorded so.
    """

    reasons: tuple[Reason, ...]
    next_step: NextStep = NextStep.NOTHING
    place: str | None = None
    others: tuple[tuple[str, int], ...] = ()
    checked_in: bool = False
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(Thing):
    """The last deed was taken back; `back_on_loan` says which way, `place` where the thing belongs now."""

    deed: str
    back_on_loan: bool
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Thing):
    """An upkeep deed was done: the state and the place where the thing is now."""

    key: str
    deed: str
    state: str
    place: str | None = None
    job: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed(Thing):
    """A loan line may be kept longer, until `due` (None when the clock cannot be trusted).

    `flags` are the soft reasons for which it was renewed for a short time only; `renewals` counts them all.
    """

    key: str
    deed: str
    due: date | None
    days: int
    renewals: int
    flags: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Thing):
    """Where a hold stands: its place in the queue, or the piece that was set aside for it.

    `item` is that piece's code, empty while it waits. `place` counts from 1; 0 once a piece is set aside.
    `expected` is the day on which a piece may come free, None where no due date tells; `slip` is the code
    of its slip; `shelf` is where the piece stands and `pick_up_by` the last day to fetch it.
    """

    key: str
    slip: str
    place: int
    expected: date | None = None
    pick_up_by: date | None = None
    shelf: str | None = None
    already: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied(Thing):
    """So many of a counted line were brought back, received or counted (`fact` says which), and `left` there are now.

    `item` is empty: they have no labels. `shelf` is the sign of where they stand, as far as that is known.
    """

    key: str
    deed: str
    fact: str
    n: int
    left: int
    shelf: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Thing):
    """Somebody took `n` of a counted line, and `left` are there now, as far as anybody has counted."""

    key: str
    deed: str
    n: int
    left: int
    shelf: str | None = None


class Trouble(StrEnum):
    """What the person who brings a thing back says is wrong with it."""

    BROKEN = "broken"
    MISSING_PART = "missing_part"
    SOILED = "soiled"


class CardIs(StrEnum):
    """What a scanned or typed card is to the ledger."""

    UNKNOWN = "unknown"
    UNASSIGNED = "unassigned"
    OPEN = "open"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Ready:
    """Something stands ready for a card: where, on which slip, and the last day to fetch it; not what it is."""

    slip: str
    shelf: str | None = None
    pick_up_by: date | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """What a card alone tells: how much is out and the nearest date, never what it is nor whose.

    `lines` counts open loan lines; `late` how many of them are past their date; `ready` is what stands
    ready to be fetched, the first to lapse first.
    """

    card: str
    what: CardIs
    lines: int = 0
    nearest_due: date | None = None
    late: int = 0
    language: str | None = None
    ready: tuple[Ready, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """A card from the box now belongs to somebody who gave a phone number."""

    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLoan(Thing):
    """One loan line that is out on a card; a pair is one line, of `item` and `others`, `pieces` in all.

    `due` is None where the clock could not be trusted; `late` says that it is past. `refused` is why it
    could not be renewed just now, empty where it could. `still_needed`: it has been out so long that the
    person is asked whether they still need it.
    """

    deed: str
    due: date | None
    late: bool = False
    renewals: int = 0
    refused: tuple[Reason, ...] = ()
    still_needed: bool = False
    pieces: int = 1
    others: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """The labels of all its pieces."""
        return (self.item, *self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peeked(Thing):
    """What a scanned thing is, before anything is done with it. `state` is None for one the ledger does not know.

    `theirs`: it is on loan to the card that is open. `just_lent`: it was lent at this station a moment ago.
    `refusal`: what about the thing itself, whoever asks, would stop a loan.
    """

    state: State | None = None
    theirs: bool = False
    just_lent: bool = False
    due: date | None = None
    refusal: Refused | None = None


Outcome = CheckedOut | CheckedIn | Already | Refused | Undone | Moved | Renewed | Held | Tallied | Taken
