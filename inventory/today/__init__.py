"""Today: everything in the depot that waits for somebody, and what is done about each of it.

All of it is read off the ledger each time: a row is gone when the deed is done that it waits for, and nobody
ticks anything off. The kinds come in the order in which a storekeeper does them, the oldest first within each.
It never names a person: a row about somebody has the key by which the desk opens them after a badge.

A kind is one statement at most, whatever the number of things, and nothing is asked about a single row. What
the ledger holds few of beside what happens (lines, shelves, signs) is read once and looked up.

A kind more is a name in `inventory.waiting` with what is done about it, and a reader among the `READERS` of one
of the modules here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from depot.station import Station
from depot.stock import Job
from inventory.today import holds, out, people, press, stock, strange, things
from inventory.today.look import Look, Reader
from inventory.waiting import NEXT, Kind, Pile, Row, Today

JOBS: dict[Kind, Job] = {
    Kind.INFECTED: Job.CLEANING,
    Kind.TO_CLEAN: Job.CLEANING,
    Kind.CLEANING: Job.CLEANING,
    Kind.INSPECTION: Job.INSPECTION,
    Kind.REPAIR: Job.REPAIR,
    Kind.QUARANTINE: Job.QUARANTINE,
}
"""The kinds that are a thing's next job, which `stock.done` does."""

_READERS: tuple[Reader, ...] = (
    *things.READERS,
    *holds.READERS,
    *out.READERS,
    *press.READERS,
    *stock.READERS,
    *strange.READERS,
    *people.READERS,
)


def today(
    conn: Connection,
    station: Station,
    *,
    now: datetime,
    language: str = "en",
    kinds: Collection[Kind] | None = None,
) -> Today:
    """Say what waits at this station's depot: 24 statements, however much waits, and a few for each open recall.

    Args:
        now: aware, UTC.
        language: of the names; a line without one has its English or Norwegian name.
        kinds: only these; all by default.
    """
    wanted = frozenset(Kind) if kinds is None else frozenset(kinds)
    look = Look(conn, station, now=now, language=language)
    found: dict[Kind, list[Row]] = defaultdict(list)
    for of_kinds, read in _READERS:
        if wanted.isdisjoint(of_kinds):
            continue
        for row in read(look):
            found[row.kind].append(row)
    rows: list[Row] = []
    piles: list[Pile] = []
    for kind in Kind:
        if kind in wanted and found[kind]:
            in_order = sorted(found[kind], key=lambda row: (row.since, row.subject, row.why or ""))
            rows += in_order
            piles.append(_pile(kind, in_order))
    return Today(tuple(rows), tuple(piles))


def jobs(
    conn: Connection, station: Station, *, now: datetime, language: str = "en", only: Job | None = None
) -> tuple[Row, ...]:
    """List the things whose next job is due, one row each: cleaning, inspection, repair, quarantine.

    Args:
        now: aware, UTC; language: as for `today`.
        only: only this job.
    """
    kinds = [kind for kind, job in JOBS.items() if only in (None, job)]
    return today(conn, station, now=now, language=language, kinds=kinds).rows


def _pile(kind: Kind, rows: Sequence[Row]) -> Pile:
    signs = Counter[str]()
    for row in rows:
        if row.place is not None:
            signs[row.place] += row.count
    places = tuple(sorted(signs.items(), key=lambda one: (-one[1], one[0])))
    return Pile(kind, sum(row.count for row in rows), max(row.age_days for row in rows), NEXT[kind], places)
