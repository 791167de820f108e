"""The signs in the house: which place is meant by a cleaning class, or by what is said of a thing.

Outcomes name a place by its sign, so a sign that is called otherwise here is renamed here once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from depot import reference
from depot.station import Station
from depot.tables import place

PURPOSES = (
    "surface",
    "wet",
    "textile",
    "electric",
    "single_user",
    "repair",
    "infection",
    "pick_up",
    "nav",
    "unknown",
)
"""What there are signs for: the cleaning classes, then what is said of a thing, as `depot.looks` has it."""
LONGEST = 20
"""Characters of a sign: it stands in a sentence on a narrow screen."""


@dataclass(frozen=True, slots=True)
class Sign:
    """The place for a purpose; `name` is empty in a depot that has none."""

    purpose: str
    name: str


def listing(conn: Connection, station: Station) -> tuple[Sign, ...]:
    """List this depot's signs, in the order of `PURPOSES` and behind them any other."""
    rows = conn.execute(select(place.c.purpose, place.c.name).where(place.c.depot == station.depot))
    names = {row.purpose: row.name for row in rows}
    return tuple(Sign(one, names.get(one, "")) for one in (*PURPOSES, *sorted(names.keys() - {*PURPOSES})))


def rename(
    conn: Connection, station: Station, purpose: str, name: str, *, now: datetime, by: str | None = None
) -> None:
    """Say what the sign for a purpose is called here.

    Args:
        purpose: one of `PURPOSES`; name: 1 to `LONGEST` printable characters.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.

    Raises:
        ValueError: there is no such purpose, or the name is none.
    """
    name = name.strip()
    if purpose not in PURPOSES:
        raise ValueError(f"no purpose {purpose!r}")
    if not name or len(name) > LONGEST or not name.isprintable():
        raise ValueError(f"wanted 1 to {LONGEST} printable characters")
    row = {"depot": station.depot, "purpose": purpose, "name": name}
    reference.put(conn, place, row, now=now, by=by)
