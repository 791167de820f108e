"""The story of one item, or of one hold, told from its events. Pure: no database, no clock.

`step` carries a story one event further; `fold` tells it from the beginning. Both are the same function,
so what the screen saw and what `depot rebuild` derives cannot differ. Whatever the order in which events
arrive and however often, `fold` sorts them by (tick, station, seq) and gives the same story.

The fold never refuses. What it cannot explain it notes as a discrepancy for a person, keyed by kind and
event. A scan proves possession, so a check-out or check-in always has its effect; any other fact that the
table of moves does not permit leaves the item as it was (never lendable by mistake).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from depot.journal import Event
from depot.states import Fact, State, destination, may_move


class Ended(StrEnum):
    """How a loan ended."""

    RETURNED = "returned"
    IMPLIED = "implied"
    LOST = "lost"
    KEPT = "kept"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ItemNow:
    """What the events so far say of an item."""

    item: str
    state: State = State.RECEIVED
    depot: str | None = None
    shelf: str | None = None
    loan: str | None = None
    hold: str | None = None
    infected: bool = False
    parked: bool = False
    inspected_on: str | None = None
    since: int = 0
    tick: int = 0
    station: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Loan:
    """One loan of one labelled item, with the terms that applied when it was made."""

    key: str
    item: str
    product: str
    deed: str
    depot: str | None
    out_at: int
    days: int
    policy: str
    due: str | None
    flags: str = ""
    renewals: int = 0
    returned_at: int | None = None
    ended: Ended | None = None


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that the fold cannot explain, for a person to decide."""

    kind: str
    event: str
    said: str


@dataclass(frozen=True, slots=True)
class OwedPart:
    """A part that stayed out when its item came home; in a `Step`, fewer than none are those that came back."""

    loan: str
    part: str
    pieces: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one event changed: the item, the loans it made or touched, what is owed, what is strange."""

    now: ItemNow
    loans: tuple[Loan, ...] = ()
    owed: tuple[OwedPart, ...] = ()
    strange: tuple[Discrepancy, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """An item's whole story: where it is now, its loans, what is owed, what a person must look at."""

    now: ItemNow
    loans: Mapping[str, Loan] = field(default_factory=dict)
    owed: tuple[OwedPart, ...] = ()
    strange: tuple[Discrepancy, ...] = ()


_UNREAD = "not_understood"


def step(
    now: ItemNow, loans: Mapping[str, Loan], happened: Event, *, answered: Mapping[str, int] | None = None
) -> Step:
    """Carry an item's story one event further.

    Args:
        now: the item as the events before left it.
        loans: at least its open loan and the loan that the event names.
        happened: the event; not an `undone`, which only `fold` can tell.
        answered: loans that an earlier check-in has named before their check-out was in the story (from
            another station's ledger), with the time of that check-in.
    """
    at = replace(now, tick=happened.tick, station=happened.station, seq=happened.seq)
    try:
        if happened.understood:
            return _told(now, at, loans, happened, answered or {})
    except (KeyError, TypeError, ValueError):
        pass  # a known kind, but not what this version writes of it: no more understood than an unknown one
    return Step(replace(at, parked=True), strange=(_strange(_UNREAD, happened),))


def _told(
    now: ItemNow, at: ItemNow, loans: Mapping[str, Loan], happened: Event, answered: Mapping[str, int]
) -> Step:
    kind = Fact(happened.kind)
    if kind is Fact.CHECK_OUT:
        return _checked_out(at, loans, happened, answered)
    if kind is Fact.CHECK_IN:
        return _checked_in(at, loans, happened)
    if kind is Fact.RECEIVED:
        return _received(now, at, happened)
    if not may_move(kind, now.state):
        return Step(at, strange=(_strange("illegal_move", happened, now.state),))
    if kind in _ON_A_LOAN:
        return _on_a_loan(kind, at, loans, happened)
    if kind is Fact.TO_REPAIR and happened.loan and "parts" in happened.facts:  # to be completed
        return _on_a_loan(Fact.PARTS_OWED, _moved(kind, at, happened), loans, happened)
    return Step(_moved(kind, at, happened))


_OF_PARTS = frozenset({Fact.PARTS_OWED, Fact.PARTS_BACK})
_ON_A_LOAN = _OF_PARTS | {Fact.RENEWED, Fact.DUE_SET, Fact.LOST, Fact.KEPT}


def _strange(kind: str, happened: Event, said: str = "") -> Discrepancy:
    return Discrepancy(kind, happened.key, f"{happened.kind} {said}".strip())


def _received(before: ItemNow, at: ItemNow, happened: Event) -> Step:
    if before.tick:
        return Step(at, strange=(_strange("received_twice", happened, before.state),))
    return Step(
        replace(
            at,
            depot=happened.facts.get("depot"),
            inspected_on=happened.facts.get("inspected_on"),
            since=happened.when,
        )
    )


def _checked_out(
    at: ItemNow, loans: Mapping[str, Loan], happened: Event, answered: Mapping[str, int]
) -> Step:
    said = happened.facts
    made = Loan(
        key=happened.key,
        item=at.item,
        product=said.get("product", ""),
        deed=happened.deed,
        depot=said.get("depot"),
        out_at=happened.when,
        days=said.get("days", 0),
        policy=said.get("policy", ""),
        due=said.get("due"),
        flags=",".join(said.get("flags", ())),
    )
    if happened.key in answered:  # it came home before we heard that it had left
        return Step(at, (replace(made, returned_at=answered[happened.key], ended=Ended.RETURNED),))
    touched: tuple[Loan, ...] = (made,)
    strange: tuple[Discrepancy, ...] = ()
    if at.loan is not None:
        older = replace(loans[at.loan], returned_at=happened.when, ended=Ended.IMPLIED)
        touched, strange = (older, made), (_strange("implied_return", happened, older.key),)
    elif not may_move(Fact.CHECK_OUT, at.state):
        strange = (_strange("illegal_move", happened, at.state),)
    elif at.hold is not None and at.hold != happened.hold:
        strange = (_strange("lent_past_its_hold", happened, at.hold),)
    return Step(
        replace(at, state=State.ON_LOAN, loan=happened.key, hold=None, since=happened.when),
        touched,
        (),
        strange,
    )


def _checked_in(at: ItemNow, loans: Mapping[str, Loan], happened: Event) -> Step:
    """Close what is open at this place; a loan that is named but not open here was closed or is not known yet."""
    home = replace(_placed(at, happened), state=State.RETURNED, loan=None, hold=None, since=happened.when)
    if at.loan is not None:
        how = Ended.IMPLIED if happened.facts.get("implied") else Ended.RETURNED
        return Step(home, (replace(loans[at.loan], returned_at=happened.when, ended=how),))
    if at.state in (
        State.AVAILABLE,
        State.MISSING,
        State.WRITTEN_OFF,
        State.KEPT,
        State.IN_TRANSIT,
        State.SET_ASIDE,
    ):
        return Step(home)
    return Step(at, strange=(_strange("return_without_loan", happened, at.state),))


def _on_a_loan(kind: Fact, at: ItemNow, loans: Mapping[str, Loan], happened: Event) -> Step:
    key = happened.loan or at.loan
    meant = loans.get(key) if key else None
    if meant is None:
        return Step(at, strange=(_strange("loan_not_known", happened, key or ""),))
    said = happened.facts
    if kind in _OF_PARTS:
        return Step(at, owed=_owed(meant.key, said, back=kind is Fact.PARTS_BACK))
    if meant.ended is not None:
        return Step(at, strange=(_strange("loan_already_closed", happened, meant.key),))
    if kind is Fact.RENEWED:
        return Step(at, (_kept_longer(meant, said),))
    if kind is Fact.DUE_SET:
        return Step(at, (replace(meant, due=said.get("due")),))
    how = Ended.LOST if kind is Fact.LOST else Ended.KEPT
    gone = replace(at, state=destination(kind), loan=None, since=happened.when)
    return Step(gone, (replace(meant, returned_at=happened.when, ended=how),))


def _owed(key: str, said: Mapping[str, Any], *, back: bool) -> tuple[OwedPart, ...]:
    """Read which parts an event speaks of. `instead_of` are those that it now calls by their names."""
    told = [(part, number, -1 if back else 1) for part, number in said.get("parts", ())]
    told += [(part, number, -1) for part, number in said.get("instead_of", ())]
    if not all(isinstance(part, str) and isinstance(number, int) and number > 0 for part, number, _ in told):
        raise ValueError("no parts and their number")
    return tuple(OwedPart(key, part, sign * number) for part, number, sign in told)


def _kept_longer(meant: Loan, said: Mapping[str, Any]) -> Loan:
    """Give a loan its new date; what it was flagged for stands beside what its renewal is flagged for."""
    flags = dict.fromkeys([*filter(None, meant.flags.split(",")), *said.get("flags", ())])
    return replace(
        meant,
        due=said.get("due"),
        renewals=said.get("count", meant.renewals + 1),
        flags=",".join(flags),
    )


def _placed(at: ItemNow, happened: Event) -> ItemNow:
    """Where a thing is now: it keeps its shelf as long as it stays in its depot."""
    said = happened.facts
    if "depot" not in said:
        return at
    shelf = at.shelf if at.depot == said["depot"] else None
    return replace(at, depot=said["depot"], shelf=said.get("shelf", shelf))


def _moved(kind: Fact, at: ItemNow, happened: Event) -> ItemNow:
    said = happened.facts
    moved = _placed(at, happened)
    if kind is Fact.MOVED:
        return moved
    moved = replace(moved, state=destination(kind, said.get("to")), since=happened.when, hold=None)
    if kind is Fact.SET_ASIDE:
        if happened.hold is None:
            raise ValueError("set aside for no hold")
        return replace(moved, hold=happened.hold)
    if kind is Fact.INSPECTED:
        return replace(moved, inspected_on=said.get("on", moved.inspected_on))
    if kind is Fact.QUARANTINED:
        return replace(moved, infected=bool(said.get("infection")))
    if kind is Fact.CLEANED:
        return replace(moved, infected=False)
    return moved


@dataclass(frozen=True, slots=True)
class _Page:
    """What it takes to turn one event back."""

    key: str
    before: ItemNow
    touched: Mapping[str, Loan | None]
    owing: int
    named: str | None


def fold(item: str, events: Iterable[Event]) -> Story:
    """Tell an item's story from the beginning, whatever the order and repetition of `events`.

    An `undone` takes back the event it names if that is the last thing that has happened to the item
    (taking-backs aside); otherwise it is noted as `undo_too_late` and changes nothing.
    """
    now = ItemNow(item)
    loans: dict[str, Loan] = {}
    owed: list[tuple[Event, OwedPart]] = []
    strange: dict[str, tuple[Discrepancy, ...]] = {}
    answered: dict[str, int] = {}
    pages: list[_Page] = []
    for happened in in_order(events):
        if is_undo(happened):
            if pages and pages[-1].key == happened.undoes:
                page = pages.pop()
                _turn_back(page, loans, owed, happened.at)
                strange.pop(page.key)
                answered.pop(page.named or "", None)
                now = page.before
            else:
                strange[happened.key] = (_strange("undo_too_late", happened),)
            now = replace(now, tick=happened.tick, station=happened.station, seq=happened.seq)
            continue
        taken = step(now, loans, happened, answered=answered)
        named = _names_ahead(happened, loans) if _UNREAD not in (one.kind for one in taken.strange) else None
        if named is not None:
            answered[named] = happened.when
        pages.append(
            _Page(happened.key, now, {one.key: loans.get(one.key) for one in taken.loans}, len(owed), named)
        )
        loans.update({one.key: one for one in taken.loans})
        owed.extend((happened, part) for part in taken.owed)
        strange[happened.key] = taken.strange
        now = taken.now
    still_owed, unasked = _settled(owed)
    for one in unasked:
        strange[one.event] = (*strange.get(one.event, ()), one)
    return Story(now, loans, still_owed, tuple(one for found in strange.values() for one in found))


def _names_ahead(happened: Event, loans: Mapping[str, Loan]) -> str | None:
    """Read which loan a check-in names that the story has not come to yet."""
    return happened.loan if happened.kind == Fact.CHECK_IN and happened.loan not in loans else None


def _settled(told: Iterable[tuple[Event, OwedPart]]) -> tuple[tuple[OwedPart, ...], list[Discrepancy]]:
    """Say once of each part how many pieces are owed, however many events speak of it, and in which order.

    What came back is set against all that was ever owed of the part on that loan, not only against what
    was said before: a station whose clock is behind may tell of the return first. Whatever came back
    beyond that is strange, and nothing is ever owed less than not at all.
    """
    missing, back = dict[tuple[str, str], int](), dict[tuple[str, str], list[tuple[Event, int]]]()
    for happened, one in told:
        if one.pieces > 0:
            missing[one.loan, one.part] = missing.get((one.loan, one.part), 0) + one.pieces
        else:
            back.setdefault((one.loan, one.part), []).append((happened, -one.pieces))
    unasked: dict[str, Discrepancy] = {}
    for key, returns in back.items():
        for happened, number in returns:
            if number > missing.get(key, 0):
                unasked[happened.key] = _strange("parts_not_owed", happened, key[1])
            missing[key] = max(0, missing.get(key, 0) - number)
    owed = (OwedPart(loan, part, number) for (loan, part), number in missing.items() if number)
    return tuple(owed), list(unasked.values())


def in_order(events: Iterable[Event]) -> list[Event]:
    """Sort events into the one order in which stories are told, each once."""
    return sorted({one.key: one for one in events}.values(), key=lambda one: one.order)


def is_undo(happened: Event) -> bool:
    """Say whether an event takes another one back."""
    return happened.kind == Fact.UNDONE and happened.understood


def _turn_back(page: _Page, loans: dict[str, Loan], owed: list[tuple[Event, OwedPart]], at: int) -> None:
    """Restore the loans as they were; the loan that the event itself made stays, ended as undone."""
    for key, before in page.touched.items():
        loans[key] = before or replace(loans[key], returned_at=at, ended=Ended.UNDONE)
    del owed[page.owing :]


class HoldState(StrEnum):
    """Where a hold is in its life."""

    WAITING = "waiting"
    READY = "ready"
    FETCHED = "fetched"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class HoldNow:
    """What the events so far say of one hold. The place in the queue is (placed_at, station, seq)."""

    key: str
    product: str = ""
    depot: str | None = None
    slip: str = ""
    placed_at: int = 0
    placed_by_station: str = ""
    placed_seq: int = 0
    state: HoldState = HoldState.WAITING
    item: str | None = None
    pick_up_by: str | None = None
    tick: int = 0
    station: str = ""
    seq: int = 0


def step_hold(now: HoldNow, happened: Event) -> tuple[HoldNow, tuple[Discrepancy, ...]]:
    """Carry a hold's story one event further; what does not fit its state is strange and changes nothing."""
    at = replace(now, tick=happened.tick, station=happened.station, seq=happened.seq)
    try:
        if happened.understood:
            return _told_hold(now, at, happened)
    except (KeyError, TypeError, ValueError):
        pass  # as in `step`
    return at, (_strange("hold_not_understood", happened),)


def _told_hold(now: HoldNow, at: HoldNow, happened: Event) -> tuple[HoldNow, tuple[Discrepancy, ...]]:
    kind, said = Fact(happened.kind), happened.facts
    if kind is Fact.HOLD_PLACED and not now.tick:
        placed = replace(at, product=said["product"], depot=said.get("depot"), slip=said["slip"])
        return replace(
            placed, placed_at=happened.when, placed_by_station=happened.station, placed_seq=happened.seq
        ), ()
    if kind is Fact.SET_ASIDE and now.state is HoldState.WAITING:
        if happened.item is None:
            raise ValueError("no item set aside")
        return replace(at, state=HoldState.READY, item=happened.item, pick_up_by=said.get("pick_up_by")), ()
    if kind is Fact.CHECK_OUT and now.state in (HoldState.READY, HoldState.WAITING):
        return replace(at, state=HoldState.FETCHED, item=None), ()
    if kind is Fact.PICK_UP_MOVED and now.state is HoldState.READY:
        return replace(at, pick_up_by=said["pick_up_by"]), ()
    if kind is Fact.RELEASED and now.state is HoldState.READY:
        after = HoldState(said.get("then", HoldState.WAITING))
        return replace(at, state=after, item=None, pick_up_by=None), ()
    if kind is Fact.HOLD_CANCELLED and now.state is HoldState.WAITING:
        return replace(at, state=HoldState.CANCELLED), ()
    return at, (_strange("hold_out_of_step", happened, now.state),)


def fold_hold(key: str, events: Iterable[Event]) -> tuple[HoldNow, tuple[Discrepancy, ...]]:
    """Tell a hold's story from the beginning; the counterpart of `fold`.

    A place in the queue that is taken back was none: the hold stays, cancelled.
    """
    now = HoldNow(key)
    strange: dict[str, tuple[Discrepancy, ...]] = {}
    pages: list[tuple[str, HoldNow]] = []
    for happened in in_order(events):
        if is_undo(happened):
            if pages and pages[-1][0] == happened.undoes:
                undone, before = pages.pop()
                strange.pop(undone)
                now = before if before.tick else replace(now, state=HoldState.CANCELLED, item=None)
            else:
                strange[happened.key] = (_strange("hold_undo_too_late", happened),)
            now = replace(now, tick=happened.tick, station=happened.station, seq=happened.seq)
            continue
        pages.append((happened.key, now))
        now, strange[happened.key] = step_hold(now, happened)
    return now, tuple(one for found in strange.values() for one in found)
