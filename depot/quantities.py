"""Lines that are counted and not labelled: taken, brought back, received, counted.

Nobody borrows a ferrule: there is no card, no due date and no limit. Whoever takes some has them in hand, so
taking is never refused for the count's sake; what is taken beyond it is recorded, leaves none, and is a
discrepancy for whoever counts the shelf (`tally` tells the story). Two things do refuse, because the line
itself is not for anybody to take: it needs staff, or it is recalled; pieces without a label cannot be told
apart, so a recall of one lot stops them all.

Where they stand is said by the event that received or counted them last with a shelf named: they lie on
their line's own place on it, and several lines may share a shelf.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, exists, select

from depot import journal, projection, refusals
from depot.fold import in_order
from depot.outcomes import Reason, Refused, Taken, Tallied, Undone
from depot.states import Fact
from depot.station import Station
from depot.tables import discrepancy, event, product, quantity, recall, shelf
from depot.tally import KINDS, Tally, fold_tally, may_take_back, standing, step_tally, subject_of

MOST = 999
"""Pieces of one deed: more is a slip of the finger, or a number that was scanned."""

_ASKED = select(bindparam("line").label("line")).subquery("asked")
_HEAD = journal.HEAD.subquery("head")
_SEEN = event.alias("seen")
_LOOK = select(
    _HEAD.c.seq.label("head_seq"),
    _HEAD.c.hash.label("head_hash"),
    _HEAD.c.at.label("head_at"),
    product.c.code,
    product.c.counted,
    product.c.self_service,
    exists().where(recall.c.product == product.c.code, recall.c.closed_at.is_(None)).label("recalled"),
    quantity.c.n,
    quantity.c.tick,
    quantity.c.station,
    quantity.c.seq,
    _SEEN.c.body.label("seen_body"),
).select_from(
    _ASKED.outerjoin(_HEAD, _HEAD.c.seq.is_not(None))
    .outerjoin(product, product.c.code == _ASKED.c.line)
    .outerjoin(quantity, and_(quantity.c.product == _ASKED.c.line, quantity.c.depot == bindparam("depot")))
    .outerjoin(_SEEN, _SEEN.c.key == bindparam("key"))
)


class Why(StrEnum):
    """Why staff take some of a counted line away, where nobody borrows them."""

    USED = "used"
    """Put on a thing, or used in the house."""
    THROWN_AWAY = "thrown_away"


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a line: what happened to how many, on which shelf, under which key, by which member of staff.

    `why` is a code for what they were taken for, where staff took them.
    """

    kind: Fact
    line: str
    n: int
    shelf: str | None
    key: str | None
    by: str | None
    why: str | None = None


def take(
    conn: Connection,
    station: Station,
    *,
    line: str,
    n: int,
    now: datetime,
    key: str | None = None,
    by: str | None = None,
    why: Why | None = None,
) -> Taken | Refused:
    """Somebody takes some of a counted line, whether or not the count says that there are so many.

    Args:
        line: the product's code in the catalogue.
        n: how many, 1 to `MOST`.
        now: aware, UTC.
        key: the event's key, when the doer brings one; the same again gives the first outcome, and other
            content under it is refused as `key_reused`.
        by: the pseudonym of the member of staff who did it; without one, a line that needs staff is refused.
        why: what staff took them for; then neither a recall nor a line that needs staff refuses.

    Raises:
        ValueError: not that many can be meant.
    """
    told = _tell(conn, station, _Said(Fact.QUANTITY_TAKEN, line, n, None, key, by, why), now=now)
    if isinstance(told, Refused):
        return told
    return Taken(
        item="", product=line, key=told.key, deed=told.deed, n=told.n, left=told.left, shelf=told.shelf
    )


def bring_back(
    conn: Connection,
    station: Station,
    *,
    line: str,
    n: int,
    now: datetime,
    key: str | None = None,
    by: str | None = None,
) -> Tallied | Refused:
    """Somebody brings some of a counted line back. The arguments are those of `take`; nothing is refused."""
    return _tell(conn, station, _Said(Fact.QUANTITY_BACK, line, n, None, key, by), now=now)


def received(
    conn: Connection,
    station: Station,
    *,
    line: str,
    n: int,
    now: datetime,
    shelf: str | None = None,
    key: str | None = None,
    by: str | None = None,
) -> Tallied | Refused:
    """New pieces of a counted line have arrived. Arguments as for `take`; `shelf` is the code of where they stand."""
    return _tell(conn, station, _Said(Fact.QUANTITY_RECEIVED, line, n, shelf, key, by), now=now)


def counted(
    conn: Connection,
    station: Station,
    *,
    line: str,
    n: int,
    now: datetime,
    shelf: str | None = None,
    key: str | None = None,
    by: str | None = None,
) -> Tallied | Refused:
    """Somebody has counted: so many there are, 0 to `MOST`, whatever was believed. Other arguments as for `received`."""
    return _tell(conn, station, _Said(Fact.QUANTITY_COUNTED, line, n, shelf, key, by), now=now)


def _tell(conn: Connection, station: Station, said: _Said, *, now: datetime) -> Tallied | Refused:
    lowest = 0 if said.kind is Fact.QUANTITY_COUNTED else 1
    if not lowest <= said.n <= MOST:
        raise ValueError(f"wanted {lowest} to {MOST} pieces, got {said.n}")
    look = {"station": station.id, "line": said.line, "depot": station.depot, "key": said.key}
    row = conn.execute(_LOOK, look).one()
    if row.seen_body is not None:
        return _as_before(conn, station, said, row)
    reason = _no(row, said)
    if reason is not None:
        refusals.count(conn, station, (reason,), row.code, now=now)
        return Refused(item="", product=row.code, reasons=(reason,))
    before = _tally(station, said.line, row)
    head = journal.Head.read(row.head_seq, row.head_hash, row.head_at)
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at), by=said.by)
    facts: dict[str, Any] = {"product": said.line, "depot": station.depot, "n": said.n}
    facts |= {name: what for name, what in (("shelf", said.shelf), ("why", said.why)) if what}
    happened = pen.write(said.kind, after=before.tick, key=said.key, facts=facts)
    after, strange = step_tally(before, happened)
    projection.write_tally(conn, after, strange, first=not before.station)
    return _told(conn, station, happened, after.n)


def _no(row: Row[Any], said: _Said) -> Reason | None:
    if row.code is None:
        return Reason.UNKNOWN_CODE
    if not row.counted:
        return Reason.WRONG_STATE
    if said.kind is not Fact.QUANTITY_TAKEN or said.by is not None or said.why is not None:
        return None
    if not row.self_service:
        return Reason.STAFF_ONLY
    return Reason.RECALLED if row.recalled else None


def _tally(station: Station, line: str, row: Row[Any]) -> Tally:
    if row.station is None:
        return Tally(station.depot, line)
    return Tally(station.depot, line, row.n, row.tick, row.station, row.seq)


def _told(conn: Connection, station: Station, happened: journal.Event, left: int) -> Tallied:
    line = happened.facts["product"]
    return Tallied(
        item="",
        product=line,
        key=happened.key,
        deed=happened.deed,
        fact=happened.kind,
        n=happened.facts["n"],
        left=left,
        shelf=_sign(conn, shelves(conn, station.depot, line).get(line)),
    )


def _as_before(conn: Connection, station: Station, said: _Said, row: Row[Any]) -> Tallied | Refused:
    first = journal.read_body(row.seen_body)
    same = (first.kind, first.facts.get("product"), first.facts.get("n"))
    if same != (said.kind, said.line, said.n):
        return Refused(item="", product=row.code, reasons=(Reason.KEY_REUSED,), key=first.key)
    return _told(conn, station, first, row.n or 0)


# --- how many there are, and where they stand ---


def counts(conn: Connection, depot: str) -> dict[str, int]:
    """Say how many of each counted line there are in a depot; 0 where nobody has said anything of it yet."""
    here = and_(quantity.c.product == product.c.code, quantity.c.depot == depot)
    asked = select(product.c.code, quantity.c.n).select_from(product.outerjoin(quantity, here))
    rows = conn.execute(asked.where(product.c.counted.is_(True)).order_by(product.c.code))
    return {row.code: row.n or 0 for row in rows}


def shelves(conn: Connection, depot: str, line: str | None = None) -> dict[str, str]:
    """Say on which shelf each counted line stands in a depot: the shelf's code by line, in one statement.

    A line that was never received or counted with a shelf named is not among them.

    Args:
        line: only this one; all of them by default.
    """
    stories: dict[str, list[journal.Event]] = {}
    for one in journal.of_quantities(conn, depot, line, takes=False):
        subject = subject_of(one)
        if subject is not None and subject[0] == depot:
            stories.setdefault(subject[1], []).append(one)
    told = {line: fold_tally(depot, line, story)[0].shelf for line, story in stories.items()}
    return {line: code for line, code in told.items() if code is not None}


def _sign(conn: Connection, code: str | None) -> str | None:
    return conn.scalar(select(shelf.c.name).where(shelf.c.code == code)) if code else None


# --- undo ---


def is_of_quantities(told: list[journal.Event]) -> bool:
    """Say whether a deed was one about a counted line."""
    return bool(told) and all(one.item is None and one.kind in KINDS for one in told)


def undo(
    conn: Connection,
    station: Station,
    told: list[journal.Event],
    *,
    now: datetime,
    by: str | None = None,
) -> tuple[Undone, ...] | Refused:
    """Take back a deed about a counted line. Too late once somebody has counted, or when it was taken back before.

    Args:
        told: the deed's events: one, as every deed here writes.
        now: aware, UTC.
    """
    (happened,) = told
    depot, line = subject_of(happened) or ("", "")
    story = [one for one in journal.of_quantities(conn, depot, line) if subject_of(one) == (depot, line)]
    stands, _ = standing(in_order(story))
    if not may_take_back(stands, happened.key):
        refusals.count(conn, station, (Reason.UNDO_TOO_LATE,), None, now=now)
        return Refused(item="", product=line, reasons=(Reason.UNDO_TOO_LATE,))
    before, strange_before = fold_tally(depot, line, story)
    head = journal.head_of(conn, station.id)
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at), by=by)
    facts = {"product": line, "depot": depot}
    undone = pen.write(Fact.UNDONE, after=before.tick, undoes=happened.key, facts=facts)
    after, strange = fold_tally(depot, line, [*story, undone])
    for one in set(strange_before) - set(strange):
        gone = (discrepancy.c.kind == one.kind, discrepancy.c.event == one.event)
        conn.execute(delete(discrepancy).where(*gone))
    projection.write_tally(conn, after, tuple(set(strange) - set(strange_before)))
    where = _sign(conn, after.shelf)
    return (Undone(item="", product=line, deed=undone.deed, back_on_loan=False, place=where),)
