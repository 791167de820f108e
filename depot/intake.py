"""A planned file of items is written: a few rows a commit, each whole or not at all.

A row's piece arrives, and is shelved where the row names a shelf, in one commit. A commit takes few rows, because
thousands in one would hold the writers' lock while somebody waits at the kiosk. Between the plan and the commit
somebody else may have written: each commit looks again, and stops where the plan is no longer true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from depot import reference, stock
from depot.errors import ImportRefused
from depot.fates import Fate, Plan
from depot.item_file import Fated, Piece, Stored
from depot.outcomes import Refused
from depot.station import Station
from depot.stock import Arrival
from depot.tables import event, item

_BATCH = 10
"""Rows of one commit. They hold the writers' lock for 15 to 25 ms, measured on a busy machine of two cores."""


def batches(planned: Plan[Piece]) -> Iterator[Sequence[Fated]]:
    """Say which rows are to be written in one commit each, and in which order.

    First what gives a serial number free, then the labels that are glued on already, so that no new code
    that is minted for the rest is one of theirs.
    """
    new = planned.having(Fate.NEW)
    rows = [
        *planned.having(Fate.CHANGED),
        *(one for one in new if one.code is not None),
        *(one for one in new if one.code is None),
    ]
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def take_in(
    conn: Connection, station: Station, rows: Sequence[Fated], *, now: datetime, by: str | None = None
) -> dict[int, str]:
    """Write some rows of a plan; a row that is in already is left alone.

    Args:
        rows: new and changed ones, none of them refused; see `batches`.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.

    Returns:
        The code of each row's piece, by the row's number.

    Raises:
        ImportRefused: what a row would change or take is no longer as it was planned.
    """
    there = _There.look(conn, [row.what for row in rows if row.what is not None])
    return {row.row: _written(conn, station, row, there, now=now, by=by) for row in rows}


@dataclass(frozen=True, slots=True)
class _There:
    """What stands in the way of some rows by now, or is what they are of; somebody may have written since the plan.

    Args:
        arrived: pieces by the key of their arrival; rows: the items' rows, by code.
        serials: whose a line's serial number is.
    """

    arrived: Mapping[str, str]
    rows: Mapping[str, Mapping[str, Any]]
    serials: Mapping[tuple[str, str], str]

    @classmethod
    def look(cls, conn: Connection, pieces: Sequence[Piece]) -> _There:
        keys = conn.execute(_ARRIVED, {"keys": [one.key for one in pieces]})
        rows = conn.execute(_ITEMS, {"codes": [one.code for one in pieces if one.code]})
        lines = list({one.line for one in pieces if one.known.serial})
        numbers = [one.known.serial for one in pieces if one.known.serial]
        same = conn.execute(_SERIALS, {"lines": lines, "serials": numbers})
        return cls(
            {row.key: row.item for row in keys},
            {row.code: row._asdict() for row in rows},
            {(row.product, row.serial): row.code for row in same},
        )


_ARRIVED = select(event.c.key, event.c.item).where(event.c.key.in_(bindparam("keys", expanding=True)))
_ITEMS = select(item).where(item.c.code.in_(bindparam("codes", expanding=True)))
_SERIALS = select(item.c.code, item.c.product, item.c.serial).where(
    item.c.product.in_(bindparam("lines", expanding=True)),
    item.c.serial.in_(bindparam("serials", expanding=True)),
)


def _written(
    conn: Connection, station: Station, row: Fated, there: _There, *, now: datetime, by: str | None
) -> str:
    piece = row.what
    if piece is None:
        raise ValueError(f"row {row.row} is refused")
    if piece.key in there.arrived:
        return there.arrived[piece.key]
    if piece.before is not None:
        _put_right(conn, row.row, piece.known, piece.before, there, now=now, by=by)
        code = piece.before.code
    else:
        _must_be_free(row.row, piece, there)
        code = stock.receive(
            conn,
            station,
            line=piece.line,
            now=now,
            code=piece.code,
            arrival=piece.known,
            by=by,
            key=piece.key,
        ).item
    if piece.shelf is not None:
        shelved = stock.shelve(conn, station, item=code, shelf=piece.shelf, now=now, by=by)
        if isinstance(shelved, Refused):
            raise _meanwhile(row.row, f"shelf: {code} was shelved")
    return code


def _meanwhile(row: int, what: str) -> ImportRefused:
    return ImportRefused(((row, f"{what} while the file was taken in"),))


def _must_be_free(row: int, piece: Piece, there: _There) -> None:
    if piece.code in there.rows:
        raise _meanwhile(row, f"code: {piece.code} was received")
    if piece.known.serial and (other := there.serials.get((piece.line, piece.known.serial))):
        raise _meanwhile(row, f"serial: {piece.known.serial!r} became {other}'s")


def _put_right(
    conn: Connection,
    row: int,
    known: Arrival,
    before: Stored,
    there: _There,
    *,
    now: datetime,
    by: str | None,
) -> None:
    """Bring a piece's facts up to date, with a revision, if they are still those of the plan."""
    facts = {name: getattr(known, name) for name in ("serial", "lot", "owner", "price_ore")}
    stands = there.rows[before.code]
    after = {**stands, **facts}
    if stands == after:
        return
    if any(stands[name] != getattr(before, name) for name in facts):
        raise _meanwhile(row, f"{before.code} was changed")
    reference.put(conn, item, after, now=now, by=by)
