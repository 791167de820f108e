"""What waits in the depot, as values: what kinds there are, what is done about each, and a row of it.

Values only, so that the desk's screens, which know no database, can carry them; `today` makes them. None of
them names a person: a row about somebody has the key by which the desk opens them after a badge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What waits, in the order in which it is done. The names are what `depot today --kind` takes."""

    RECALLED = "recalled"
    INFECTED = "infected"
    TO_CLEAN = "to_clean"
    CLEANING = "cleaning"
    INSPECTION = "inspection"
    INSPECTION_DUE = "inspection_due"
    REPAIR = "repair"
    QUARANTINE = "quarantine"
    TO_SET_ASIDE = "to_set_aside"
    PARTNER = "partner"
    PAST_LAST_DAY = "past_last_day"
    AT_PICK_UP = "at_pick_up"
    OVERDUE = "overdue"
    TO_COLLECT = "to_collect"
    MISSING = "missing"
    FOREIGN = "foreign"
    PRESS = "press"
    UNLABELLED = "unlabelled"
    UNDER_MINIMUM = "under_minimum"
    OWED = "owed"
    INCOMPLETE_KIT = "incomplete_kit"
    DISCREPANCY = "discrepancy"
    RECOUNT = "recount"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    CALL_BACK = "call_back"
    RING = "ring"
    UNCONFIRMED = "unconfirmed"
    TO_MERGE = "to_merge"


class Next(StrEnum):
    """What is done about it."""

    SEE_TO_RECALL = "see_to_recall"
    DISINFECT = "disinfect"
    CLEAN = "clean"
    FINISH_CLEANING = "finish_cleaning"
    WRITE_OFF = "write_off"
    INSPECT = "inspect"
    CALL_IN = "call_in"
    REPAIR = "repair"
    END_QUARANTINE = "end_quarantine"
    SET_ASIDE = "set_aside"
    FETCH_PARTNER = "fetch_partner"
    END_HOLD = "end_hold"
    PUT_ON_SHELF = "put_on_shelf"
    ASK_FOR_IT = "ask_for_it"
    COLLECT = "collect"
    LOOK_FOR_IT = "look_for_it"
    HAND_OVER = "hand_over"
    SEE_TO_PRINTER = "see_to_printer"
    SEE_WHETHER_IT_CAME_OUT = "see_whether_it_came_out"
    LABEL_AND_SHELVE = "label_and_shelve"
    ORDER = "order"
    ASK_FOR_PART = "ask_for_part"
    FIND_PIECE = "find_piece"
    DECIDE = "decide"
    COUNT = "count"
    LOOK_AT_LABEL = "look_at_label"
    LOOK_INTO_IT = "look_into_it"
    RING = "ring"
    CONFIRM = "confirm"
    MERGE = "merge"


NEXT: dict[Kind, Next] = {
    Kind.RECALLED:       Next.SEE_TO_RECALL,
    Kind.INFECTED:       Next.DISINFECT,
    Kind.TO_CLEAN:       Next.CLEAN,
    Kind.CLEANING:       Next.FINISH_CLEANING,
    Kind.INSPECTION:     Next.INSPECT,
    Kind.INSPECTION_DUE: Next.CALL_IN,
    Kind.REPAIR:         Next.REPAIR,
    Kind.QUARANTINE:     Next.END_QUARANTINE,
    Kind.TO_SET_ASIDE:   Next.SET_ASIDE,
    Kind.PARTNER:        Next.FETCH_PARTNER,
    Kind.PAST_LAST_DAY:  Next.END_HOLD,
    Kind.AT_PICK_UP:     Next.PUT_ON_SHELF,
    Kind.OVERDUE:        Next.ASK_FOR_IT,
    Kind.TO_COLLECT:     Next.COLLECT,
    Kind.MISSING:        Next.LOOK_FOR_IT,
    Kind.FOREIGN:        Next.HAND_OVER,
    Kind.PRESS:          Next.SEE_TO_PRINTER,
    Kind.UNLABELLED:     Next.LABEL_AND_SHELVE,
    Kind.UNDER_MINIMUM:  Next.ORDER,
    Kind.OWED:           Next.ASK_FOR_PART,
    Kind.INCOMPLETE_KIT: Next.FIND_PIECE,
    Kind.DISCREPANCY:    Next.DECIDE,
    Kind.RECOUNT:        Next.COUNT,
    Kind.UNREADABLE:     Next.LOOK_AT_LABEL,
    Kind.REFUSED:        Next.LOOK_INTO_IT,
    Kind.CALL_BACK:      Next.RING,
    Kind.RING:           Next.RING,
    Kind.UNCONFIRMED:    Next.CONFIRM,
    Kind.TO_MERGE:       Next.MERGE,
}  # fmt: skip
"""What is done about each kind; a row of it may say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that waits. Never who has it, had it or wants it.

    Args:
        subject: what opens it: the code of a thing or line, the key of a loan, hold, job, event, ring or
            borrower, or the reason of a refusal.
        since: since when it waits; aware, UTC. Of what is counted in days, the midnight of that day here.
        age_days: civil days since then, by the depot's calendar; 0 for what is still to come.
        item: the thing's code; product: its line; name: the line's, or the missing part's, in words.
        place: the sign where it is or belongs while it waits, or the printer's name.
        shelf: its shelf's name; of a partner, where that is fetched.
        day: the day that counts: when it was due, the last day to fetch it or that its inspection is good.
        why: a code that says more: cleaning class, fault, reason, kind of discrepancy, article of NAV.
        count: how many the row stands for.
    """

    kind: Kind
    subject: str
    since: datetime
    age_days: int
    next: Next
    item: str | None = None
    product: str | None = None
    name: str = ""
    place: str | None = None
    shelf: str | None = None
    day: date | None = None
    why: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Pile:
    """All that waits of one kind: how many, the oldest's age in days, what is done, how many at which sign."""

    kind: Kind
    count: int
    oldest_days: int
    next: Next
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Today:
    """What waits: the rows in their order, and a pile for each kind of which there is any."""

    rows: tuple[Row, ...]
    piles: tuple[Pile, ...]

    def of(self, kind: Kind) -> tuple[Row, ...]:
        """Return the rows of a kind, the oldest first."""
        return tuple(row for row in self.rows if row.kind is kind)
