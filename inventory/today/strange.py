"""What a person must look at: what the ledger could not explain, and what people were told no about."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select

from depot import clock
from depot.codes import UnreadableReason
from depot.states import Fact
from depot.tables import discrepancy, event, hold, item, refusal, resolution
from depot.tally import STRANGE
from inventory.today.look import Look, Reader, Rows
from inventory.waiting import Kind

REFUSED_DAYS = 7
"""How many days of refusals are told, today among them: nobody takes a refusal off a list."""

_LATER = event.alias("later")


def _said(body: Any, name: str) -> ColumnElement[Any]:
    return func.json_extract(body.c.body, f"$.{name}")


_IS_OF_A_COUNT = discrepancy.c.kind.in_(STRANGE)
_COUNTED_SINCE = exists().where(
    _LATER.c.kind == Fact.QUANTITY_COUNTED.value,
    _LATER.c.item.is_(None),
    _LATER.c.hold.is_(None),
    _LATER.c.tick > event.c.tick,
    _said(_LATER, "product") == _said(event, "product"),
    _said(_LATER, "depot") == _said(event, "depot"),
)
_STRANGE = (
    select(
        discrepancy.c.kind,
        discrepancy.c.event,
        discrepancy.c.item,
        event.c.at,
        func.coalesce(item.c.product, hold.c.product, case((_IS_OF_A_COUNT, _said(event, "product")))).label(
            "product"
        ),
        _IS_OF_A_COUNT.label("of_a_count"),
    )
    .select_from(
        discrepancy.join(event, event.c.key == discrepancy.c.event)
        .outerjoin(item, item.c.code == discrepancy.c.item)
        .outerjoin(hold, hold.c.key == discrepancy.c.hold)
    )
    .where(
        ~exists().where(resolution.c.kind == discrepancy.c.kind, resolution.c.event == discrepancy.c.event),
        or_(
            ~_IS_OF_A_COUNT,
            and_(func.coalesce(_said(event, "depot"), "").in_((bindparam("here"), "")), ~_COUNTED_SINCE),
        ),
    )
)


def _discrepancies(look: Look) -> Rows:
    """What the ledger could not explain, and the counted lines that somebody should count again."""
    lines: dict[str, list[Any]] = defaultdict(list)
    for row in look.ask(_STRANGE, here=look.station.depot):
        at = clock.millis(clock.from_iso(row.at))
        if row.of_a_count and row.product is not None:
            lines[row.product].append((at, row.kind))
            continue
        about = {"item": row.item, "product": row.product, "why": row.kind}
        yield look.row(Kind.DISCREPANCY, row.event, at=at, **about)
    for code, told in lines.items():
        at, why = min(told)
        yield look.row(Kind.RECOUNT, code, at=at, product=code, why=why, count=len(told))


_SAID_NO = (
    select(
        refusal.c.reason,
        refusal.c.product,
        func.sum(refusal.c.n).label("n"),
        func.min(refusal.c.day).label("day"),
    )
    .where(refusal.c.day >= bindparam("first"), refusal.c.day <= bindparam("today"))
    .group_by(refusal.c.reason, refusal.c.product)
)
_SCANS = frozenset(str(reason) for reason in UnreadableReason)


def _refusals(look: Look) -> Rows:
    """Scans of this week that gave nothing, and what people were told no about, by reason and line."""
    first = look.today - timedelta(days=REFUSED_DAYS - 1)
    for row in look.ask(_SAID_NO, first=first.isoformat(), today=look.today.isoformat()):
        kind = Kind.UNREADABLE if row.reason in _SCANS else Kind.REFUSED
        about = {"product": row.product or None, "why": row.reason, "count": row.n}
        yield look.row(kind, row.reason, day=row.day, waits_from_day=True, **about)


READERS: tuple[Reader, ...] = (
    ((Kind.DISCREPANCY, Kind.RECOUNT), _discrepancies),
    ((Kind.UNREADABLE, Kind.REFUSED), _refusals),
)
