"""One joined look at everything that a deed needs to know, and where a thing belongs.

The SQL is built once at import: building it per call costs more than running it. The look for a check-out
also reads the card, the borrower's standing and counts, and whether a recall is open; it never reads who
the borrower is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
)

from depot import clock, journal
from depot.fold import Ended, HoldNow, HoldState, ItemNow, Loan
from depot.states import Fact, State
from depot.station import Station
from depot.tables import (
    borrower,
    card,
    event,
    hold,
    item,
    item_state,
    link,
    loan,
    place,
    product,
    recall,
    shelf,
)

_HEAD = journal.HEAD.subquery("head")
_SEEN = event.alias("seen")
_HOLD_LINK = link.alias("hold_link")
_LOAN_LINK = link.alias("loan_link")
_OPEN = loan.alias("open_loan")
_THEIRS = loan.alias("theirs")
_THEIR_LINK = link.alias("their_link")
_THEIR_HOLD = hold.alias("their_hold")
_THEIR_HOLD_LINK = link.alias("their_hold_link")
_OF_HOLD = hold.alias("of_hold")
_CARDS = card.alias("cards")

# The fold's own values in their own order, filled by place: by name a look takes 15 microseconds longer.
_STATE_COLUMNS = [
    item_state.c[one.name].label(f"state_{one.name}") for one in fields(ItemNow) if one.name != "item"
]
_LOAN_COLUMNS = [
    _OPEN.c[one.name].label(f"open_{one.name}")
    for one in fields(Loan)
    if one.name not in ("returned_at", "ended")
]
_THING_COLUMNS = [
    *_STATE_COLUMNS,
    *_LOAN_COLUMNS,
    _HEAD.c.seq.label("head_seq"),
    _HEAD.c.hash.label("head_hash"),
    _HEAD.c.at.label("head_at"),
    item.c.code,
    item.c.product,
    product.c.loan_days,
    product.c.self_service,
    product.c.inspection_days,
    product.c.cleaning_class,
    product.c.pieces,
    place.c.name.label("place"),
    shelf.c.name.label("shelf_name"),
    _SEEN.c.body.label("seen_body"),
]
_STATE = slice(0, len(_STATE_COLUMNS))
_OPEN_LOAN = slice(_STATE.stop, _STATE.stop + len(_LOAN_COLUMNS))


def _thing(code: Any) -> Any:
    """Join everything that any deed needs to know to one item's code, which need not be one of ours."""
    asked = select(code.label("code")).subquery("asked")
    return (
        asked.outerjoin(_HEAD, _HEAD.c.seq.is_not(None))
        .outerjoin(item, item.c.code == asked.c.code)
        .outerjoin(product, product.c.code == item.c.product)
        .outerjoin(item_state, item_state.c.item == asked.c.code)
        .outerjoin(_OPEN, _OPEN.c.key == item_state.c.loan)
        .outerjoin(
            place, and_(place.c.depot == bindparam("depot"), place.c.purpose == product.c.cleaning_class)
        )
        .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
        .outerjoin(_SEEN, _SEEN.c.key == bindparam("key"))
    )


def _their_loans(*what: Any) -> Any:
    return (
        select(*what)
        .select_from(_THEIR_LINK.join(_THEIRS, _THEIRS.c.key == _THEIR_LINK.c.key))
        .where(_THEIR_LINK.c.borrower == card.c.borrower)
    )


def _is_recalled(items: FromClause) -> ColumnElement[bool]:
    return exists().where(
        recall.c.product == items.c.product,
        recall.c.closed_at.is_(None),
        is_of_lot(items, recall.c.lot),
        is_of_serial(items, recall.c.serial, recall.c.serial_to),
    )


def is_of_lot(items: FromClause, lot: Any) -> ColumnElement[bool]:
    """Say that a recall of a lot, or of none in particular, is about a piece."""
    return or_(lot.is_(None), items.c.lot == lot)


def is_of_serial(items: FromClause, serial: Any, serial_to: Any) -> ColumnElement[bool]:
    """Say that a recall of a serial number, of a range of them, or of none in particular, is about a piece."""
    in_range = in_serial_range(items.c.serial, serial, serial_to)
    return or_(serial.is_(None), items.c.serial == serial, in_range)


def in_serial_range(serial: Any, first: Any, last: Any) -> ColumnElement[bool]:
    """Say that a serial number lies in a maker's range, both ends among it; never where there is no last one.

    The shorter one comes first, and of equally long ones the one that comes first as a text: the order of
    their values for numbers with leading zeros or without, and for numbers behind letters that are all alike.
    """
    from_first = or_(
        func.length(serial) > func.length(first),
        and_(func.length(serial) == func.length(first), serial >= first),
    )
    to_last = or_(
        func.length(serial) < func.length(last),
        and_(func.length(serial) == func.length(last), serial <= last),
    )
    return and_(last.is_not(None), from_first, to_last)


def _is_free(items: FromClause, states: FromClause) -> ColumnElement[bool]:
    stands = states.c.state == State.AVAILABLE.value
    return stands & states.c.parked.is_(False) & ~_is_recalled(items)


IS_RECALLED = _is_recalled(item)
IS_FREE = _is_free(item, item_state)
"""What may be lent as far as SQL can see; whether a timed inspection has run out is left to the rules."""


def in_queue(holds: FromClause) -> ColumnElement[bool]:
    """Say that a hold waits or is ready, in the words of the index, which SQLite only then makes use of."""
    return holds.c.state.in_([literal_column("'waiting'"), literal_column("'ready'")])


# Of a line whose pieces belong together (crutches) one piece is set aside and its partners are promised with it:
# they stay on their shelf, and nobody else gets them, or who was rung would go home with one crutch.


def free_pieces(line: Any, at: Any, *, but: Any = None) -> ScalarSelect[int]:
    """Count the free pieces of a line in a depot, less one that is named."""
    pieces, states = item.alias(), item_state.alias()
    counted = (
        select(func.count())
        .select_from(pieces.join(states, states.c.item == pieces.c.code))
        .where(pieces.c.product == line, states.c.depot == at, _is_free(pieces, states))
    )
    return (counted if but is None else counted.where(pieces.c.code != but)).scalar_subquery()


def ready_holds(line: Any, at: Any, *, but_of: Any = None) -> ScalarSelect[int]:
    """Count the holds of a line for which a piece is set aside in a depot, less somebody's own."""
    holds, links = hold.alias(), link.alias()
    ready = (holds.c.product == line, in_queue(holds), holds.c.state == HoldState.READY.value)
    counted = select(func.count()).where(*ready, or_(holds.c.depot.is_(None), holds.c.depot == at))
    if but_of is not None:
        theirs = select(links.c.key).where(links.c.key == holds.c.key, links.c.borrower == but_of)
        counted = counted.where(~theirs.correlate_except(links).exists())
    return counted.scalar_subquery()


def makes_a_whole(pieces: Any, free: Any, ready: Any) -> ColumnElement[bool]:
    """Say that so many free pieces are enough for one more hold, beside the partners that are promised."""
    return or_(pieces == 1, free >= pieces + (pieces - 1) * ready)


# Somebody's own place in the line's queue.
_THEIR_PLACE = (
    select(_THEIR_HOLD.c.key)
    .select_from(_THEIR_HOLD.join(_THEIR_HOLD_LINK, _THEIR_HOLD_LINK.c.key == _THEIR_HOLD.c.key))
    .where(
        _THEIR_HOLD.c.product == item.c.product,
        in_queue(_THEIR_HOLD),
        _THEIR_HOLD_LINK.c.borrower == card.c.borrower,
    )
    .order_by(_THEIR_HOLD.c.placed_at, _THEIR_HOLD.c.placed_seq)
    .limit(1)
    .correlate(card, item)
    .scalar_subquery()
)
_HOLD_FIELDS = [one.name for one in fields(HoldNow)]
_HOLD_COLUMNS = [_OF_HOLD.c[one.name].label(f"hold_{one.name}") for one in fields(HoldNow)]

# A pair of crutches is two loans and one line: the deed is what is counted, and its days once.
_LINE_DAYS = (
    _their_loans(
        (
            func.max(func.coalesce(_THEIRS.c.returned_at, bindparam("now_ms"))) - func.min(_THEIRS.c.out_at)
        ).label("ms")
    )
    .where(
        _THEIRS.c.product == item.c.product,
        or_(_THEIRS.c.ended.is_(None), _THEIRS.c.ended != Ended.UNDONE.value),
    )
    .group_by(_THEIRS.c.deed)
    .correlate(card, item)
    .subquery("line_days")
)

FOR_CHECK_OUT = select(
    *_THING_COLUMNS,
    card.c.code.label("card"),
    card.c.blocked.label("card_blocked"),
    card.c.expires_on,
    borrower.c.id.label("borrower"),
    borrower.c.standing,
    borrower.c.blocked.label("borrower_blocked"),
    borrower.c.died_on,
    borrower.c.made_at.label("borrower_made_at"),
    _LOAN_LINK.c.borrower.label("loan_borrower"),
    _LOAN_LINK.c.station.label("loan_station"),
    _HOLD_LINK.c.borrower.label("hold_borrower"),
    IS_RECALLED.label("recalled"),
    _their_loans(func.count(_THEIRS.c.deed.distinct()))
    .where(_THEIRS.c.ended.is_(None))
    .scalar_subquery()
    .label("open_lines"),
    _their_loans(func.count(_THEIRS.c.deed.distinct()))
    .where(_THEIRS.c.ended.is_(None), _THEIRS.c.due < bindparam("late_since"))
    .scalar_subquery()
    .label("late_loans"),
    select(func.sum(_LINE_DAYS.c.ms)).scalar_subquery().label("line_ms"),
    case(
        (
            and_(product.c.pieces > 1, item_state.c.state == State.AVAILABLE.value),
            free_pieces(item.c.product, item_state.c.depot)
            <= (product.c.pieces - 1)
            * ready_holds(item.c.product, item_state.c.depot, but_of=func.coalesce(borrower.c.id, "")),
        ),
        else_=false(),
    ).label("promised"),
    *_HOLD_COLUMNS,
).select_from(
    _thing(bindparam("item"))
    .outerjoin(card, card.c.code == bindparam("card"))
    .outerjoin(borrower, borrower.c.id == card.c.borrower)
    .outerjoin(_LOAN_LINK, _LOAN_LINK.c.key == item_state.c.loan)
    .outerjoin(_HOLD_LINK, _HOLD_LINK.c.key == item_state.c.hold)
    .outerjoin(
        _OF_HOLD,
        _OF_HOLD.c.key
        == case((_HOLD_LINK.c.borrower == card.c.borrower, item_state.c.hold), else_=_THEIR_PLACE),
    )
)

FOR_CHECK_IN = select(*_THING_COLUMNS).select_from(_thing(bindparam("item")))


def last_set_aside(holds: FromClause) -> ScalarSelect[str]:
    """Read the body of the event by which a piece was last set aside for a hold."""
    of_it = (event.c.hold == holds.c.key, event.c.kind == Fact.SET_ASIDE.value)
    told = select(event.c.body).where(*of_it).order_by(event.c.tick.desc()).limit(1)
    return told.correlate(holds).scalar_subquery()


def good_until(borrowers: ColumnElement[str]) -> ScalarSelect[str]:
    """Read the last day of the card that is good longest of somebody's; None where all are blocked."""
    until = select(func.max(func.coalesce(_CARDS.c.expires_on, date.max.isoformat())))
    return until.where(_CARDS.c.borrower == borrowers, _CARDS.c.blocked.is_(None)).scalar_subquery()


FOR_RELEASE: Select[Any] = select(
    *_THING_COLUMNS, *_HOLD_COLUMNS, last_set_aside(_OF_HOLD).label("set_aside")
).select_from(
    _thing(select(hold.c.item).where(hold.c.key == bindparam("hold")).scalar_subquery()).outerjoin(
        _OF_HOLD, _OF_HOLD.c.key == bindparam("hold")
    )
)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found: the row, and the item and its open loan as the fold takes them."""

    row: Row[Any]
    now: ItemNow
    loans: Mapping[str, Loan]

    @property
    def known(self) -> bool:
        """Whether the ledger has heard of the item."""
        return self.row.code is not None and self.row.state_state is not None

    @property
    def head(self) -> journal.Head:
        """The end of this station's chain."""
        return journal.Head.read(self.row.head_seq, self.row.head_hash, self.row.head_at)

    @property
    def hold(self) -> HoldNow | None:
        """In a look for a check-out, the borrower's own place in the line's queue; in one for a release, the hold."""
        if self.row.hold_key is None:
            return None
        first = self.row._fields.index("hold_key")
        said = dict(zip(_HOLD_FIELDS, self.row[first : first + len(_HOLD_FIELDS)], strict=True))
        return HoldNow(**{**said, "state": HoldState(said["state"])})


def for_check_in(conn: Connection, station: Station, code: str, key: str | None = None) -> Look:
    """Look at an item: where its story stands, its open loan, its line, the chain's end, the key's first use."""
    return _look(
        conn, FOR_CHECK_IN, {"item": code, "station": station.id, "depot": station.depot, "key": key}
    )


def for_check_out(
    conn: Connection, station: Station, code: str, card_code: str, *, key: str | None, now: datetime
) -> Look:
    """Look at an item and at the card that wants it."""
    late_since = station.today(now) - timedelta(days=station.rules.late_days)
    here = {"item": code, "station": station.id, "depot": station.depot, "key": key}
    who = {"card": card_code, "late_since": late_since.isoformat(), "now_ms": clock.millis(now)}
    return _look(conn, FOR_CHECK_OUT, {**here, **who})


def for_release(conn: Connection, station: Station, key: str) -> Look:
    """Look at a hold, in or out of its queue, and at the piece that is set aside for it, if one is."""
    asked = {"hold": key, "station": station.id, "depot": station.depot, "key": None}
    row = conn.execute(FOR_RELEASE, asked).one()
    return _seen(row, row.hold_item or "")


def _look(conn: Connection, statement: Select[Any], asked: Mapping[str, object]) -> Look:
    return _seen(conn.execute(statement, asked).one(), str(asked["item"]))


def _seen(row: Row[Any], code: str) -> Look:
    state, *rest = row[_STATE]
    if state is None:
        return Look(row, ItemNow(code), {})
    now = ItemNow(code, State(state), *rest)
    key, *terms = row[_OPEN_LOAN]
    return Look(row, now, {key: Loan(key, *terms)} if key else {})


UNKNOWN, REPAIR, INFECTION, NAV, PICK_UP = "unknown", "repair", "infection", "nav", "pick_up"
"""Purposes of places that are not a cleaning class."""


def where_it_belongs(
    conn: Connection, station: Station, seen: Look, *, checked_in: bool = False
) -> str | None:
    """Name the place for a thing in its present state: a working place, or its own shelf.

    What is set aside stands where it is fetched; in a depot that has no such sign, on its shelf.
    """
    state = State.RETURNED if checked_in else seen.now.state
    if state in (State.RETURNED, State.CLEANING, State.INSPECTION, State.ON_LOAN):
        return (
            place_for(conn, station, INFECTION) if seen.now.infected else cast("str | None", seen.row.place)
        )
    if state is State.REPAIR:
        return place_for(conn, station, REPAIR)
    if state is State.QUARANTINE:
        return place_for(conn, station, INFECTION)
    if state is State.SET_ASIDE and (sign := place_for(conn, station, PICK_UP)):
        return sign
    if state in (State.AVAILABLE, State.SET_ASIDE) and seen.row.shelf_name:
        return cast("str", seen.row.shelf_name)
    return place_for(conn, station, UNKNOWN)


def place_for(conn: Connection, station: Station, purpose: str) -> str | None:
    """Name this depot's place for a purpose: a cleaning class, or one of the constants above."""
    return conn.scalar(select(place.c.name).where(place.c.depot == station.depot, place.c.purpose == purpose))


_ELSEWHERE = (
    select(shelf.c.name, func.count())
    .select_from(item)
    .join(item_state, item_state.c.item == item.c.code)
    .join(shelf, shelf.c.code == item_state.c.shelf)
    .where(
        item.c.product == bindparam("line"),
        item.c.code != bindparam("but"),
        IS_FREE,
        item_state.c.depot == bindparam("depot"),
        func.coalesce(item_state.c.inspected_on, "") >= bindparam("inspected_since"),
    )
    .group_by(shelf.c.name)
    .order_by(func.count().desc(), shelf.c.name)
)


def free_elsewhere(
    conn: Connection, station: Station, seen: Look, *, now: datetime
) -> tuple[tuple[str, int], ...]:
    """Name the shelves of this depot where a person may fetch another piece of the same line, fullest first.

    Nobody is sent for a piece that would be refused, too: not for one that needs staff, whose inspection
    has expired or that is recalled.
    """
    row = seen.row
    if not row.self_service:
        return ()
    oldest = station.today(now) - timedelta(days=row.inspection_days)
    since = oldest.isoformat() if row.inspection_days else ""
    asked = {"line": row.product, "but": row.code, "depot": station.depot, "inspected_since": since}
    return tuple((name, number) for name, number in conn.execute(_ELSEWHERE, asked))
