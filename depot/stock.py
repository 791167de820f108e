"""The things: their arrival, and every move of their life that is not a loan.

Each deed is one arrow of `states.MOVES`: look, ask the table, record the fact. The benches of the
storekeeper's room are built on these; `next_job` says which one is due, so that `depot done ITEM` and a
scan at the desk mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from depot import aside, codes, journal, lending, looks, projection, reference, refusals, workshop
from depot.fold import ItemNow, step
from depot.outcomes import Moved, Outcome, Reason, Refused, Undone
from depot.rules import inspection_expired
from depot.states import STAYS, Fact, State, destination, may_move
from depot.station import Station
from depot.tables import item, product, series, shelf

SINGLE_USER = "single_user"
"""The cleaning class of what one person has used and nobody is lent after them."""


def mint(conn: Connection, kind: codes.Kind) -> str:
    """Mint the next code of a kind from this station's series; a full series takes the next.

    Args:
        kind: ITEM, SHELF or PRODUCT. Cards are random: see `borrowers.print_cards`.
    """
    code = _next_of_series(conn, kind)
    while _is_taken(conn, kind, code):  # by a printed label from elsewhere that was bound to a piece here
        code = _next_of_series(conn, kind)
    return code


_PER_SERIES = 999
_EVERY = series.alias()
_NEXT = (
    update(series)
    .where(
        series.c.kind == bindparam("of_kind"),
        series.c.series
        == select(func.max(_EVERY.c.series)).where(_EVERY.c.kind == bindparam("of_kind")).scalar_subquery(),
    )
    .values(next=series.c.next + 1)
    .returning(series.c.series, series.c.next)
)


def _next_of_series(conn: Connection, kind: codes.Kind) -> str:
    row = conn.execute(_NEXT, {"of_kind": kind.value}).first()
    if row is None:
        raise LookupError(f"no series for codes of kind {kind}")
    if row.next > _PER_SERIES + 1:
        conn.execute(insert(series).values(kind=kind.value, series=row.series + 1, next=2))
        return codes.mint(kind, f"{row.series + 1:04d}001")
    return codes.mint(kind, f"{row.series:04d}{row.next - 1:03d}")


_TAKEN = {
    kind: select(column).where(column == bindparam("of_code"))
    for kind, column in (
        (codes.Kind.ITEM, item.c.code),
        (codes.Kind.SHELF, shelf.c.code),
        (codes.Kind.PRODUCT, product.c.label),
    )
}


def _is_taken(conn: Connection, kind: codes.Kind, code: str) -> bool:
    return conn.scalar(_TAKEN[kind], {"of_code": code}) is not None


def add_shelf(conn: Connection, station: Station, *, name: str, now: datetime, by: str | None = None) -> str:
    """Put a shelf up in this station's depot.

    Args:
        name: what its sign says, e.g. "B2"; outcomes tell people to put a thing there by this name.

    Returns:
        The code of its label.
    """
    code = mint(conn, codes.Kind.SHELF)
    reference.put(conn, shelf, {"code": code, "depot": station.depot, "name": name}, now=now, by=by)
    return code


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of a piece when it arrives, beside its line.

    `received_on` is the day of its arrival, where that is not the day on which it is recorded.
    """

    serial: str | None = None
    lot: str | None = None
    owner: str | None = None
    price_ore: int | None = None
    received_on: date | None = None


_START = select(
    journal.HEAD.subquery("head"),
    select(product.c.code).where(product.c.code == bindparam("line")).scalar_subquery().label("line"),
)


def receive(
    conn: Connection,
    station: Station,
    *,
    line: str,
    now: datetime,
    code: str | None = None,
    arrival: Arrival | None = None,
    by: str | None = None,
    key: str | None = None,
) -> Moved:
    """Take a new piece into the ledger: its code is minted unless a pre-printed label is bound to it.

    Args:
        line: the product's code in the catalogue; it must exist.
        now: aware, UTC. The day of its arrival, today unless `arrival` says otherwise, is also that of its
            first inspection.
        code: the pre-printed label's code.
        key: the event's key, when the doer brings one, who has looked whether it is in the journal.

    Raises:
        LookupError: there is no such line.
    """
    start = conn.execute(_START, {"station": station.id, "line": line}).one()
    if start.line is None:
        raise LookupError(f"no product {line}")
    head = journal.Head.read(start.seq, start.hash, start.at)
    code = code or mint(conn, codes.Kind.ITEM)
    known = arrival or Arrival()
    row = {"code": code, "product": line, "serial": known.serial, "lot": known.lot, "owner": known.owner}
    reference.put(conn, item, {**row, "price_ore": known.price_ore}, now=now, by=by)
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at), by=by)
    day = (known.received_on or station.today(now)).isoformat()
    facts = {"product": line, "depot": station.depot, "inspected_on": day}
    facts |= {"received_on": day} if known.received_on else {}
    happened = pen.write(Fact.RECEIVED, key=key, item=code, facts=facts)
    before = ItemNow(code)
    projection.write_step(conn, before, {}, step(before, {}, happened))
    return Moved(item=code, product=line, key=happened.key, deed=happened.deed, state=State.RECEIVED)


def move(
    conn: Connection,
    station: Station,
    fact: Fact,
    *,
    item: str,
    now: datetime,
    by: str | None = None,
    key: str | None = None,
    facts: Mapping[str, Any] | None = None,
    deed: str | None = None,
) -> Outcome:
    """Record that one arrow of the table has been walked. The named deeds below say which.

    Args:
        fact: what happened.
        item: the item's code.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it.
        key: the event's key, when the doer brings one; the same key again gives the first outcome, and
            other content under it is refused as `key_reused`.
        facts: the kind's own codes and numbers.
        deed: the deed of this station's that it belongs to, which is undone with it; one of its own by default.

    Returns:
        What the piece is now, and where it is to be put if somebody waits for it.
    """
    look = looks.for_check_in(conn, station, item, key)
    return _walk(conn, station, look, fact, now=now, by=by, key=key, facts=facts, deed=deed)


def _walk(
    conn: Connection,
    station: Station,
    look: looks.Look,
    fact: Fact,
    *,
    now: datetime,
    by: str | None = None,
    key: str | None = None,
    facts: Mapping[str, Any] | None = None,
    deed: str | None = None,
) -> Outcome:
    item = look.now.item
    if not look.known:
        refusals.count(conn, station, (Reason.UNKNOWN_CODE,), None, now=now)
        return Refused(item=item, reasons=(Reason.UNKNOWN_CODE,))
    if look.row.seen_body is not None:
        return _as_before(conn, look, fact, journal.read_body(look.row.seen_body))
    if not may_move(fact, look.now.state):
        return Refused(
            item=item,
            product=look.row.product,
            reasons=(Reason.WRONG_STATE,),
            place=looks.where_it_belongs(conn, station, look),
        )
    trusted = station.trusts(now, look.head.at)
    pen = journal.Pen(conn, station.id, look.head, now=now, trusted=trusted, by=by, deed=deed)
    loan = look.now.loan
    happened = pen.write(fact, after=look.now.tick, key=key, item=item, loan=loan, facts=facts)
    taken = step(look.now, look.loans, happened)
    state, where, offered = taken.now.state, None, None
    if state is State.AVAILABLE:
        offered = aside.offer(conn, station, taken.now, look.row.product, pen, now=now)
    if offered is not None:
        state, where = State.SET_ASIDE, offered.place or look.row.shelf_name
    else:
        projection.write_step(conn, look.now, look.loans, taken)
    return Moved(
        item=item,
        product=look.row.product,
        key=happened.key,
        deed=happened.deed,
        state=state,
        place=where,
    )


def _as_before(conn: Connection, look: looks.Look, fact: Fact, first: journal.Event) -> Moved | Refused:
    """Answer a key that was used before: the first outcome again, or `key_reused` for another content."""
    item, line = look.now.item, look.row.product
    if (first.item, first.kind) != (item, fact):
        return Refused(item=item, product=line, reasons=(Reason.KEY_REUSED,), key=first.key)
    same_deed = journal.of_deed(conn, first.station, first.deed)
    state = look.now.state if fact in STAYS else destination(fact, first.facts.get("to"))
    if any(one.kind == Fact.SET_ASIDE and one.item == item for one in same_deed):
        state = State.SET_ASIDE
    return Moved(item=item, product=line, key=first.key, deed=first.deed, state=state)


# --- the arrows, by name ---


def shelve(
    conn: Connection, station: Station, *, item: str, shelf: str, now: datetime, by: str | None = None
) -> Outcome:
    """A received piece's label was scanned and it stands on its shelf: it can be lent."""
    facts = {"depot": station.depot, "shelf": shelf}
    return move(conn, station, Fact.SHELVED, item=item, now=now, by=by, facts=facts)


def put_on_shelf(
    conn: Connection, station: Station, *, item: str, shelf: str, now: datetime, by: str | None = None
) -> Outcome:
    """A piece stands on another shelf now, whatever its state."""
    facts = {"depot": station.depot, "shelf": shelf}
    return move(conn, station, Fact.MOVED, item=item, now=now, by=by, facts=facts)


def begin_cleaning(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Outcome:
    """Somebody has begun to clean a piece that came home."""
    return move(conn, station, Fact.CLEANING_BEGUN, item=item, now=now, by=by)


def cleaned(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Outcome:
    """A piece was cleaned as its class asks. Where a timed inspection is due it goes there, else it is free again.

    Refused (`wrong_state`) for what is one person's only: nobody is lent it after them, so it is written off.
    """
    seen = looks.for_check_in(conn, station, item)
    if seen.known and seen.row.cleaning_class == SINGLE_USER:
        where = looks.where_it_belongs(conn, station, seen)
        return Refused(item=item, product=seen.row.product, reasons=(Reason.WRONG_STATE,), place=where)
    facts = {"class": seen.row.cleaning_class, "to": _after_cleaning(seen, station.today(now)).value}
    return _walk(conn, station, seen, Fact.CLEANED, now=now, by=by, facts=facts)


def _after_cleaning(seen: looks.Look, today: date) -> State:
    inspected_on = date.fromisoformat(seen.now.inspected_on) if seen.now.inspected_on else None
    return (
        State.INSPECTION
        if inspection_expired(seen.row.inspection_days or 0, inspected_on, today)
        else State.AVAILABLE
    )


def call_in(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Outcome:
    """A free piece's inspection is due: it leaves its shelf for the bench."""
    return move(conn, station, Fact.INSPECTION_DUE, item=item, now=now, by=by)


def inspected(
    conn: Connection,
    station: Station,
    *,
    item: str,
    now: datetime,
    by: str | None = None,
    deed: str | None = None,
) -> Outcome:
    """A piece passed its inspection today. `deed` as for `move`."""
    facts = {"on": station.today(now).isoformat()}
    return move(conn, station, Fact.INSPECTED, item=item, now=now, by=by, facts=facts, deed=deed)


def send_to_repair(
    conn: Connection,
    station: Station,
    *,
    item: str,
    fault: str,
    now: datetime,
    by: str | None = None,
    deed: str | None = None,
) -> Outcome:
    """A piece is broken or worn. `fault` is a code, never free text; `deed` as for `move`."""
    return move(conn, station, Fact.TO_REPAIR, item=item, now=now, by=by, facts={"fault": fault}, deed=deed)


def repaired(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Outcome:
    """A piece was repaired; it is cleaned before it is lent. Its repair order is done."""
    outcome = move(conn, station, Fact.REPAIRED, item=item, now=now, by=by)
    if isinstance(outcome, Moved):
        workshop.close(conn, item, Fact.REPAIRED, now=now, by=by)
    return outcome


def quarantine(
    conn: Connection,
    station: Station,
    *,
    item: str,
    infection: bool,
    now: datetime,
    by: str | None = None,
    deed: str | None = None,
) -> Outcome:
    """A piece is kept apart: it may carry an infection, or nobody knows yet what is wrong with it.

    `deed` as for `move`.
    """
    facts = {"infection": infection}
    return move(conn, station, Fact.QUARANTINED, item=item, now=now, by=by, facts=facts, deed=deed)


def end_quarantine(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Outcome:
    """A piece need not be kept apart any longer; it is cleaned before it is lent."""
    return move(conn, station, Fact.QUARANTINE_OVER, item=item, now=now, by=by)


def write_off(
    conn: Connection,
    station: Station,
    *,
    item: str,
    reason: str,
    now: datetime,
    by: str | None = None,
    value_ore: int | None = None,
    destination: str | None = None,
    deed: str | None = None,
) -> Outcome:
    """A piece will not be lent again. Its repair, if one was under way, is given up.

    Args:
        reason: a code, never free text; destination: a code for where it goes, where that is known.
        value_ore: what it was worth, in øre, 0 or more, where that is known.
        deed: as for `move`.
    """
    facts: dict[str, Any] = {"reason": reason}
    facts |= {} if value_ore is None else {"value_ore": value_ore}
    facts |= {} if destination is None else {"destination": destination}
    outcome = move(conn, station, Fact.WRITTEN_OFF, item=item, now=now, by=by, facts=facts, deed=deed)
    if isinstance(outcome, Moved):
        workshop.close(conn, item, Fact.WRITTEN_OFF, now=now, by=by)
    return outcome


def withdraw(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Outcome:
    """A piece that was set aside for somebody cannot be handed out after all; they are first in line again.

    What is the matter with it follows in the same deed: the piece is free until then.
    """
    seen = looks.for_check_in(conn, station, item)
    if not seen.known or seen.now.hold is None:
        return Refused(
            item=item,
            product=seen.row.product,
            reasons=(Reason.WRONG_STATE if seen.known else Reason.UNKNOWN_CODE,),
        )
    trusted = station.trusts(now, seen.head.at)
    pen = journal.Pen(conn, station.id, seen.head, now=now, trusted=trusted, by=by)
    lending.free_from_hold(conn, pen, seen.now, seen.loans, why="withdrawn")
    deed = pen.deed or ""
    return Moved(item=item, product=seen.row.product, key=deed, deed=deed, state=State.AVAILABLE)


def count_out(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Outcome:
    """A count did not find a piece that should stand on its shelf."""
    return move(conn, station, Fact.COUNTED_OUT, item=item, now=now, by=by)


def find_again(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Outcome:
    """A piece that was missing, written off or given up turned up."""
    return move(conn, station, Fact.FOUND, item=item, now=now, by=by, facts={"depot": station.depot})


def send(
    conn: Connection, station: Station, *, item: str, depot: str, now: datetime, by: str | None = None
) -> Outcome:
    """A free piece is on its way to another depot."""
    return move(conn, station, Fact.SENT, item=item, now=now, by=by, facts={"depot": depot})


def arrive(
    conn: Connection, station: Station, *, item: str, shelf: str | None, now: datetime, by: str | None = None
) -> Outcome:
    """A piece on its way was scanned here: onto a shelf when it is clean and whole, else to be cleaned."""
    facts: dict[str, Any] = {
        "depot": station.depot,
        "to": (State.AVAILABLE if shelf else State.RETURNED).value,
    }
    return move(
        conn,
        station,
        Fact.ARRIVED,
        item=item,
        now=now,
        by=by,
        facts=facts | ({"shelf": shelf} if shelf else {}),
    )


def lose(conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None) -> Outcome:
    """A piece on loan will not come back as far as anybody knows; its loan ends as lost."""
    return move(conn, station, Fact.LOST, item=item, now=now, by=by)


def keep(conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None) -> Outcome:
    """A piece on loan goes over to the state and stays where it is; its loan ends as kept."""
    return move(conn, station, Fact.KEPT, item=item, now=now, by=by)


class Job(StrEnum):
    """What a piece waits for in the house."""

    CLEANING = "cleaning"
    INSPECTION = "inspection"
    REPAIR = "repair"
    QUARANTINE = "quarantine"


_JOBS: dict[State, Job] = {
    State.RETURNED: Job.CLEANING,
    State.CLEANING: Job.CLEANING,
    State.INSPECTION: Job.INSPECTION,
    State.REPAIR: Job.REPAIR,
    State.QUARANTINE: Job.QUARANTINE,
}
_DONE = {
    Job.CLEANING: cleaned,
    Job.INSPECTION: inspected,
    Job.REPAIR: repaired,
    Job.QUARANTINE: end_quarantine,
}


def done(conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None) -> Outcome:
    """Say that a piece's next job is done, whichever that is; refused where nothing waits."""
    seen = looks.for_check_in(conn, station, item)
    job = _JOBS.get(seen.now.state) if seen.known else None
    if job is None:
        reason = Reason.WRONG_STATE if seen.known else Reason.UNKNOWN_CODE
        return Refused(item=item, product=seen.row.product, reasons=(reason,))
    outcome = _DONE[job](conn, station, item=item, now=now, by=by)
    return replace(outcome, job=job.value) if isinstance(outcome, Moved) else outcome


def undo(
    conn: Connection, station: Station, *, deed: str, now: datetime, by: str | None = None
) -> tuple[Undone, ...] | Refused:
    """Take back one of this station's deeds whole, whichever arrow it was: a recorded compensation.

    Everything of the deed is taken back: a piece that was set aside when it became free is nobody's again,
    and whoever waited for it is first in line again. An arrival cannot be taken back, because the label is
    bound to the piece from then on: write the piece off.

    Args:
        deed: the deed's id, as its outcome gave it; now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.

    Returns:
        For each thing of the deed where it belongs now; or a refusal: `undo_too_late` where something else
        has happened to one of them since, `wrong_state` for an arrival.
    """
    told = journal.of_deed(conn, station.id, deed)
    arrived = next((one.item for one in told if one.kind == Fact.RECEIVED), None)
    if arrived is not None:
        return Refused(item=arrived, reasons=(Reason.WRONG_STATE,))
    outcome = lending.undo(conn, station, deed=deed, now=now, by=by)
    if not isinstance(outcome, Refused):
        workshop.take_back(conn, told)
    return outcome
