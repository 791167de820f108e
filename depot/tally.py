"""The story of a line that is counted and not labelled, at one depot, told from its events. Pure.

Ferrules, spikes and trays: nobody labels them, so there is no loan and no borrower, only how many there are.
What was received or brought back adds, what was taken takes away, and a count says how many there really
are, whatever was believed before. As for things (`fold`), any order of arrival and any repetition of events
tell the same story, and nothing is refused: whoever takes one has it in hand. A shelf cannot hold fewer
than none, so what is taken beyond the count leaves none and is noted for a person, who counts the shelf.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from depot.fold import Discrepancy, in_order
from depot.journal import Event
from depot.states import Fact

_ADDS = {Fact.QUANTITY_RECEIVED: 1, Fact.QUANTITY_BACK: 1, Fact.QUANTITY_TAKEN: -1}
KINDS = frozenset({*_ADDS, Fact.QUANTITY_COUNTED})
_SHORT, _UNKNOWN, _LATE = "more_taken_than_counted", "quantity_not_understood", "quantity_undo_too_late"
STRANGE = (_SHORT, _UNKNOWN, _LATE)
"""The discrepancies that a count may have."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a line there are at a depot, as far as the events so far say; `station` is empty before the first.

    `shelf` is the code of the shelf that an event has named last.
    """

    depot: str
    product: str
    n: int = 0
    tick: int = 0
    station: str = ""
    seq: int = 0
    shelf: str | None = None


def subject_of(happened: Event) -> tuple[str, str] | None:
    """Say which depot's count of which line an event is about; None for an event about something else.

    One that does not say it is about nowhere and nothing, and is not understood there.
    """
    about_a_thing = happened.item is not None or happened.hold is not None
    if about_a_thing or happened.kind not in (*KINDS, Fact.UNDONE):
        return None
    depot, line = happened.facts.get("depot"), happened.facts.get("product")
    if isinstance(depot, str) and isinstance(line, str):
        return depot, line
    return None if happened.kind == Fact.UNDONE else ("", "")


def step_tally(now: Tally, happened: Event) -> tuple[Tally, tuple[Discrepancy, ...]]:
    """Carry a count one event further; not an `undone`, which only `fold_tally` can tell."""
    at = _at(now, happened)
    number, kind, shelf = happened.facts.get("n"), Fact(happened.kind), happened.facts.get("shelf")
    lowest = 0 if kind is Fact.QUANTITY_COUNTED else 1
    if not (now.depot and happened.understood and isinstance(number, int) and number >= lowest):
        return at, (Discrepancy(_UNKNOWN, happened.key, happened.kind),)
    there = number if kind is Fact.QUANTITY_COUNTED else now.n + _ADDS[kind] * number
    after = replace(at, n=max(0, there), shelf=shelf if isinstance(shelf, str) else now.shelf)
    short = Discrepancy(_SHORT, happened.key, f"{happened.kind} {-there}")
    return after, (short,) if there < 0 else ()


def _at(now: Tally, happened: Event) -> Tally:
    """Note which event was the last; of nowhere and nothing there is no last one."""
    if not now.depot:
        return now
    return replace(now, tick=happened.tick, station=happened.station, seq=happened.seq)


def fold_tally(depot: str, product: str, events: Iterable[Event]) -> tuple[Tally, tuple[Discrepancy, ...]]:
    """Tell a count from the beginning, whatever the order and repetition of `events`.

    An `undone` takes back any event that no later count has overtaken: of two who each took one, the first
    may think better of it after the second. Otherwise it is noted as `quantity_undo_too_late`.
    """
    ordered = in_order(events)
    told, strange = standing(ordered)
    now = Tally(depot, product)
    for happened in told:
        now, noted = step_tally(now, happened)
        strange += noted
    return (_at(now, ordered[-1]) if ordered else now), tuple(strange)


def standing(ordered: Iterable[Event]) -> tuple[list[Event], list[Discrepancy]]:
    """Leave out what was taken back, and name each taking-back that came too late.

    Args:
        ordered: a count's events in their order.
    """
    told, strange = list[Event](), list[Discrepancy]()
    for happened in ordered:
        if happened.kind != Fact.UNDONE:
            told.append(happened)
        elif not happened.understood:
            strange.append(Discrepancy(_UNKNOWN, happened.key, happened.kind))
        elif may_take_back(told, happened.undoes):
            told = [one for one in told if one.key != happened.undoes]
        else:
            strange.append(Discrepancy(_LATE, happened.key, happened.kind))
    return told, strange


def may_take_back(told: list[Event], key: str | None) -> bool:
    """Say whether an event is among those that stand, and no count came after it."""
    for happened in reversed(told):
        if happened.key == key:
            return True
        if happened.kind == Fact.QUANTITY_COUNTED:
            return False
    return False
