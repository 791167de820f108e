"""What is free now, by line: on which shelves, how many wait, and when the next one may be here.

A kiosk asks this while somebody stands before an empty shelf, so it is three statements whatever the
catalogue's size, and nothing is stored: it follows from the things, the loans' due dates and the queue. What
a rule would refuse is not free: a piece whose inspection has run out, that is recalled or that nobody
understands. Whether somebody may take a line without staff is told beside it.

The kinds of thing are ours, after the classes of ISO 9999; an accessory stands with what it
suits, where people look for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)

from depot import clock, journal, quantities
from depot.calendar import day_of
from depot.coming import COMES, COMING, Coming, competes, gathered, may_be_served
from depot.looks import IS_FREE, in_queue, ready_holds
from depot.rules import inspection_expired
from depot.standing import Kind, LineNow
from depot.states import State
from depot.station import Station
from depot.tables import (
    borrower,
    depot,
    hold,
    item,
    item_state,
    link,
    loan,
    product,
    product_relation,
    quantity,
    recall,
    shelf,
)

__all__ = ["Kind", "LineNow", "free_now", "kind_of", "line_now", "on_shelf"]

# ISO 9999: class and subclass, the longest first
_KINDS = (
    ("12 03", Kind.WALKING),    ("12 06", Kind.WALKING),    ("12 07", Kind.WALKING),
    ("12 22", Kind.WHEELCHAIR), ("12 23", Kind.WHEELCHAIR), ("12 24", Kind.WHEELCHAIR),
    ("18 30", Kind.WHEELCHAIR), ("09 12", Kind.TOILET),     ("09 33", Kind.BATH),
    ("18 12", Kind.BED),        ("18 15", Kind.BED),        ("12 31", Kind.TRANSFER),
    ("12 36", Kind.TRANSFER),   ("18 09", Kind.SITTING),    ("18 10", Kind.SITTING),
    ("04 33", Kind.SITTING),    ("09", Kind.DAILY),         ("15", Kind.DAILY),
    ("24", Kind.DAILY),
)  # fmt: skip


def kind_of(iso9999: str) -> Kind:
    """Say which kind of thing a class of ISO 9999 is, its groups of two digits with blanks or without."""
    digits = iso9999.replace(" ", "")
    return next((kind for prefix, kind in _KINDS if digits.startswith(prefix.replace(" ", ""))), Kind.OTHER)


# --- the lines as they are now ---

_HEAD = journal.HEAD.subquery("head")
_WAITING = (
    select(func.count())
    .select_from(
        hold.outerjoin(link, link.c.key == hold.c.key).outerjoin(borrower, borrower.c.id == link.c.borrower)
    )
    .where(
        hold.c.product == product.c.code,
        in_queue(hold),
        hold.c.state == "waiting",
        competes(hold, bindparam("here")),
        may_be_served(borrower),
    )
    .correlate(product)
    .scalar_subquery()
)
_HOST = product.alias("host")
_HOST_CLASS = (
    select(_HOST.c.iso9999)
    .join(product_relation, product_relation.c.product == _HOST.c.code)
    .where(product_relation.c.other == product.c.code, product_relation.c.kind == "suits")
    .order_by(_HOST.c.code)
    .limit(1)
    .correlate(product)
    .scalar_subquery()
)
_LINES = select(
    product.c.code,
    product.c.label,
    product.c.iso9999,
    product.c.self_service,
    product.c.counted,
    product.c.inspection_days,
    product.c.max_weight_kg,
    product.c.pieces,
    case((product.c.pieces > 1, ready_holds(product.c.code, bindparam("here"))), else_=0).label("ready"),
    _WAITING.label("waiting"),
    _HOST_CLASS.label("host_class"),
    select(_HEAD.c.at).scalar_subquery().label("head_at"),
).order_by(product.c.code)

# A day of inspection only where it matters: of a line that has none, all free pieces of a shelf are one row.
_INSPECTED = case((product.c.inspection_days > 0, item_state.c.inspected_on), else_=null())
_FREE = (
    select(
        literal("free").label("what"),
        item.c.product.label("product"),
        item_state.c.depot.label("depot"),
        depot.c.name.label("depot_name"),
        shelf.c.name.label("shelf"),
        _INSPECTED.label("day"),
        func.count().label("n"),
    )
    .select_from(
        item.join(item_state, item_state.c.item == item.c.code)
        .join(product, product.c.code == item.c.product)
        .join(depot, depot.c.id == item_state.c.depot)
        .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
    )
    .where(IS_FREE)
    .group_by(item.c.product, item_state.c.depot, depot.c.name, shelf.c.name, _INSPECTED)
)
_ON_THE_WAY = COMES.with_only_columns(
    item_state.c.state,
    item.c.product,
    item_state.c.depot,
    null(),
    null(),
    loan.c.due,
    func.count(),
)
_COUNTED = (
    select(
        literal("counted"),
        quantity.c.product,
        quantity.c.depot,
        depot.c.name,
        null(),
        null(),
        quantity.c.n,
    )
    .select_from(quantity.join(depot, depot.c.id == quantity.c.depot))
    .where(~exists().where(recall.c.product == quantity.c.product, recall.c.closed_at.is_(None)))
)
# What goes with what, and the signs of the shelves, on the same errand; the other line stands in `depot_name`.
_RELATED = select(
    product_relation.c.kind,
    product_relation.c.product,
    null(),
    product_relation.c.other,
    null(),
    null(),
    literal(0),
)
_SIGNS = select(literal("sign"), shelf.c.code, null(), shelf.c.name, null(), null(), literal(0))


def _of_one(statement: Select[Any], column: ColumnElement[str]) -> Select[Any]:
    return statement.where(column == bindparam("line"))


_PIECES = union_all(_FREE, _ON_THE_WAY, _COUNTED, _RELATED, _SIGNS)
_PIECES_OF_ONE = union_all(
    _of_one(_FREE, item.c.product),
    _of_one(_ON_THE_WAY, item.c.product),
    _of_one(_COUNTED, quantity.c.product),
    _RELATED,
    _SIGNS,
)
_ONE_LINE = _of_one(_LINES, product.c.code)


def free_now(conn: Connection, station: Station, *, now: datetime) -> tuple[LineNow, ...]:
    """Say of every line in the catalogue what is free of it, by kind and then by code; three statements.

    Args:
        now: aware, UTC. While this machine's clock cannot be trusted no date is expected.
    """
    here = {"here": station.depot, "station": station.id}
    lines = conn.execute(_LINES, here).all()
    return _told(conn, lines, conn.execute(_PIECES).all(), station, now)


def line_now(
    conn: Connection, station: Station, *, line: str | None = None, label: str | None = None, now: datetime
) -> LineNow | None:
    """Say of one line what is free of it; None where the catalogue has no such line.

    Args:
        line: its code in the catalogue; or label: the code on its shelf label.
        now: as for `free_now`.
    """
    if line is None:
        line = conn.scalar(select(product.c.code).where(product.c.label == label))
    here = {"here": station.depot, "station": station.id, "line": line}
    lines = conn.execute(_ONE_LINE, here).all()
    pieces = conn.execute(_PIECES_OF_ONE, {"line": line}).all()
    return next(iter(_told(conn, lines, pieces, station, now)), None)


_STANDS = (
    select(item.c.product)
    .join(item_state, item_state.c.item == item.c.code)
    .where(
        item_state.c.shelf == bindparam("shelf"),
        item_state.c.state.not_in([one.value for one in (State.WRITTEN_OFF, State.KEPT, State.MISSING)]),
    )
    .union(select(shelf.c.product).where(shelf.c.code == bindparam("shelf"), shelf.c.product.is_not(None)))
)


def on_shelf(conn: Connection, station: Station, *, shelf: str, now: datetime) -> tuple[LineNow, ...]:
    """Say of every line that belongs on a shelf what is free of it, be the shelf as empty as it may.

    Args:
        shelf: the code of its label.
        now: as for `free_now`.
    """
    lines = set(conn.scalars(_STANDS, {"shelf": shelf}))
    lines |= {line for line, code in quantities.shelves(conn, station.depot).items() if code == shelf}
    return tuple(one for one in free_now(conn, station, now=now) if one.product in lines) if lines else ()


# --- put together ---

_Row = Row[*tuple[Any, ...]]


def _related(rows: Sequence[_Row]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Say what each line needs, and what each goes with, whichever of the two is the accessory."""
    needs, suits = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for line, other, kind in sorted((row.product, row.depot_name, row.what) for row in rows):
        if kind == "needs":
            needs[line].append(other)
            suits[other].append(line)
        elif kind == "suits":
            suits[line].append(other)
            suits[other].append(line)
    return needs, suits


def _told(
    conn: Connection,
    lines: Sequence[_Row],
    pieces: Sequence[_Row],
    station: Station,
    now: datetime,
) -> tuple[LineNow, ...]:
    needs, suits = _related([row for row in pieces if row.what in ("needs", "suits")])
    stands = quantities.shelves(conn, station.depot) if any(row.counted for row in lines) else {}
    here, elsewhere = _free(lines, pieces, stands, station, now)
    comes = gathered(
        (row.product, row.depot, row.what, row.day, row.n) for row in pieces if row.what in COMING
    )
    newest = lines[0].head_at if lines else None
    trusted = station.trusts(now, clock.from_iso(newest) if newest else None)
    told = []
    for row in lines:
        free = _wholes(here[row.code].total(), row)
        soon = comes.get((row.code, station.depot), Coming())
        next_one = (row.waiting + 1) * row.pieces
        told.append(
            LineNow(
                product=row.code,
                label=row.label,
                kind=kind_of(row.host_class or row.iso9999),
                self_service=row.self_service,
                counted=row.counted,
                shelves=_fullest_first(here[row.code]),
                free=free,
                elsewhere=_fullest_first(elsewhere[row.code]),
                waiting=row.waiting,
                expected=soon.expected(next_one, station, now=now) if trusted and not free else None,
                max_weight_kg=row.max_weight_kg,
                needs=tuple(needs[row.code]),
                suits=tuple(suits[row.code]),
            )
        )
    order = list(Kind)
    return tuple(sorted(told, key=lambda one: (order.index(one.kind), one.product)))


def _wholes(free: int, row: _Row) -> int:
    """Count what a line's free pieces make, pairs of crutches, less the partners that are promised."""
    return int(max(0, free - (row.pieces - 1) * row.ready) // row.pieces)


def _free(
    lines: Sequence[_Row],
    pieces: Sequence[_Row],
    stands: Mapping[str, str],
    station: Station,
    now: datetime,
) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Count what stands free of each line: here by shelf, elsewhere by depot."""
    today, inspected_every = station.today(now), {row.code: row.inspection_days for row in lines}
    signs = {row.product: row.depot_name for row in pieces if row.what == "sign"}
    here, elsewhere = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    for row in pieces:
        if row.what == "free":
            if inspection_expired(inspected_every[row.product], day_of(row.day), today):
                continue
        elif row.what != "counted":
            continue
        if row.depot == station.depot:
            sign = row.shelf or signs.get(stands.get(row.product, ""), "")
            here[row.product][sign] += row.n
        else:
            elsewhere[row.product][row.depot_name] += row.n
    return here, elsewhere


def _fullest_first(count: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(
        sorted(((name, n) for name, n in count.items() if n and name), key=lambda one: (-one[1], one[0]))
    )
