"""Work that takes longer than a visit to the desk: kept as it stands, and gone on with by whoever comes next.

A receiving that stopped at twelve of twenty-four, a wash run, a count. What it has done is in the ledger
already, deed by deed; here stands only what nobody could read off it: how many were expected, what lies in the
side list.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from depot import clock
from depot.station import Station
from depot.tables import desk_work


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work: `kind` says which bench goes on with it, `body` is that bench's own.

    `by` is the pseudonym of who began it.
    """

    key: str
    kind: str
    by: str
    begun_at: datetime
    changed_at: datetime
    body: Mapping[str, Any]


def begin(
    conn: Connection, station: Station, kind: str, body: Mapping[str, Any], *, by: str, now: datetime
) -> str:
    """Begin a piece of work at this station's depot; returns its key.

    Args:
        body: what can be written as JSON; never who borrows what.
        by: the pseudonym of who begins it; now: aware, UTC.
    """
    key, at = str(uuid.uuid4()), clock.millis(now)
    row = {"key": key, "depot": station.depot, "kind": kind, "by": by, "begun_at": at, "changed_at": at}
    conn.execute(insert(desk_work).values(row | {"body": _text(body)}))
    return key


# Built once: a scan of a run asks all three, and building them took a fifth of it.
_OF = desk_work.c.key == bindparam("of")
_KEEP = update(desk_work).where(_OF).values(body=bindparam("to"), changed_at=bindparam("at"))
_ENDED, _FIND = select(desk_work.c.ended_at).where(_OF), select(desk_work).where(_OF)


def keep(conn: Connection, key: str, body: Mapping[str, Any], *, now: datetime) -> None:
    """Keep how far a piece of work has come. In the same transaction as the deed that brought it there."""
    conn.execute(_KEEP, {"of": key, "to": _text(body), "at": clock.millis(now)})


def end(conn: Connection, key: str, *, now: datetime) -> None:
    """Say that a piece of work is done; it is offered no more."""
    at = clock.millis(now)
    conn.execute(update(desk_work).where(desk_work.c.key == key).values(ended_at=at, changed_at=at))


def reopen(conn: Connection, key: str, *, now: datetime) -> None:
    """Say that a piece of work that was done is not done after all; it is offered again."""
    at = clock.millis(now)
    conn.execute(update(desk_work).where(desk_work.c.key == key).values(ended_at=None, changed_at=at))


def is_ended(conn: Connection, key: str) -> bool:
    """Say whether a piece of work is done."""
    return conn.scalar(_ENDED, {"of": key}) is not None


def find(conn: Connection, key: str) -> Work | None:
    """Look up one piece of work, ended or not."""
    row = conn.execute(_FIND, {"of": key}).first()
    return _work(row) if row is not None else None


def unfinished(conn: Connection, station: Station) -> tuple[Work, ...]:
    """List what was begun at this depot and not ended, what was touched last first."""
    here = select(desk_work).where(desk_work.c.depot == station.depot, desk_work.c.ended_at.is_(None))
    return tuple(map(_work, conn.execute(here.order_by(desk_work.c.changed_at.desc()))))


def _work(row: Any) -> Work:
    begun, changed = clock.from_millis(row.begun_at), clock.from_millis(row.changed_at)
    return Work(row.key, row.kind, row.by, begun, changed, json.loads(row.body))


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
