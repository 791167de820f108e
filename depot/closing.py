"""Closing a depot for some days, and opening it on days when it is usually closed.

A closing moves every due date and every last day to fetch something that falls into it onto the open days
after it, and asks for the people to be rung. The order is kept, and the days are filled evenly: as many open
days as were closed, each up to the same number with what was due on it already, so that nobody faces two
weeks' returns on one morning. Also a loan that may fall due on a closed day is moved, for what was the
municipality's rule is that things can be brought on any day, and what it says now is that they cannot; and
no date is ever moved to before the closing, since that would shorten a loan.

The days and the moves of one call are one commit. Of very many, a call moves `BATCH` and leaves the rest: who
closes calls again until nothing is left. A closing that is begun and cut off is picked up by closing the
same days again, which changes nothing else.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from depot import founding, journal, looks, projection, reference, rings
from depot.calendar import YEAR, OpenDays, first_open
from depot.fold import HoldState, step
from depot.journal import Event, Pen
from depot.states import Fact
from depot.station import Station
from depot.tables import borrower, closed_day, hold, item_state, link, loan

log = logging.getLogger(__name__)

BATCH = 500
"""Loan lines, and holds, that one commit moves at most: 0.2 s (measured) in which nobody else writes."""

OURS, HOLIDAYS = "depot", "holidays"
"""Where a day of the calendar comes from: said here, or filled from the country's public holidays."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing moved: pieces on loan, and holds. `left` is how many of both still fall into it."""

    loans: int
    holds: int
    left: int = 0


def close(
    conn: Connection,
    station: Station,
    *,
    first: date,
    last: date,
    name: str,
    now: datetime,
    by: str | None = None,
) -> Closed:
    """Close this depot for some days, and move what falls into them.

    Weekends and public holidays may lie among the days; those are closed anyway. Nothing is moved to a day that
    is past, when the closing is noted afterwards. Where no day within a year after them is open, nothing can be
    moved: it is all `left`.

    Args:
        first: the first closed day; last: the last, at most a year later.
        name: why, for people: it stands in the calendar.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.

    Raises:
        ValueError: the last day is before the first, or more than a year after it.
    """
    days = days_from(first, last)
    known = calendar_of(conn, station)
    for day in days:
        if day not in known or known[day].open:
            row = {
                "depot": station.depot,
                "day": day.isoformat(),
                "name": name,
                "source": OURS,
                "open": False,
            }
            reference.put(conn, closed_day, row, now=now, by=by)
    head = journal.head_of(conn, station.id)
    pen = Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at), by=by)
    after = max(last, station.today(now) - timedelta(days=1)) if pen.trusted else last
    targets = list(_open_days_after(days, after, _with(station, known, closed=days), known))
    lines, holds = _due_within(conn, station, first, last), _fetched_within(conn, station, first, last)
    if not targets:
        return Closed(0, 0, sum(map(len, lines)) + len(holds))
    loans = _move_loans(conn, station, pen, lines, targets)
    moved = _move_holds(conn, station, pen, holds, targets)
    return Closed(loans, moved, sum(map(len, lines)) + len(holds) - loans - moved)


def days_from(first: date, last: date) -> list[date]:
    """List the days from one to another, both included.

    Raises:
        ValueError: the last is before the first, or more than a year after it.
    """
    number = (last - first).days
    if not 0 <= number < YEAR:
        raise ValueError(f"Expected a last day from {first} to at most a year after it, got {last}.")
    return [first + timedelta(days=more) for more in range(number + 1)]


def open_on(
    conn: Connection, station: Station, *, day: date, name: str, now: datetime, by: str | None = None
) -> None:
    """Open this depot on a day, whatever its weekday, and though it be a holiday or in a closing.

    No date is moved back: people were told another one.
    """
    row = {"depot": station.depot, "day": day.isoformat(), "name": name, "source": OURS, "open": True}
    reference.put(conn, closed_day, row, now=now, by=by)


def reopen(
    conn: Connection, station: Station, *, first: date, last: date, now: datetime, by: str | None = None
) -> int:
    """Take back what was said of some days here: they are as their weekday and the holidays make them.

    No date is moved back: people were told another one.

    Returns:
        Of how many days something had been said.

    Raises:
        ValueError: as `days_from`.
    """
    known = calendar_of(conn, station)
    ours = [day for day in days_from(first, last) if day in known and known[day].source == OURS]
    for day in ours:
        key = {"depot": station.depot, "day": day.isoformat()}
        reference.drop(conn, closed_day, key, now=now, by=by)
    founding.fill_holidays(conn, station.depot, station.country, now=now)  # one may have been written over
    return len(ours)


def calendar_of(conn: Connection, station: Station) -> dict[date, Row[Any]]:
    """Read the days on which this depot is closed, or open, other than by its weekdays."""
    rows = conn.execute(
        select(closed_day).where(closed_day.c.depot == station.depot).order_by(closed_day.c.day)
    )
    return {date.fromisoformat(row.day): row for row in rows}


# --- which days ---


def _with(station: Station, known: Mapping[date, Row[Any]], *, closed: Iterable[date]) -> OpenDays:
    """Tell when the depot is open once these days are closed; its usual weekdays are as the station knows them."""
    new = frozenset(closed)
    return OpenDays(
        weekdays=station.open_days.weekdays,
        closed=frozenset(day for day, row in known.items() if not row.open) | new,
        opened=frozenset(day for day, row in known.items() if row.open) - new,
    )


def _open_days_after(
    days: Sequence[date], day: date, open_days: OpenDays, known: Mapping[date, Row[Any]]
) -> Iterator[date]:
    """Find the first open days after a day for a closing: as many as would have been open in it, and at least one."""
    lost = sum(_would_be_open(one, open_days, known.get(one)) for one in days)
    for _ in range(max(1, lost)):
        found = first_open(day + timedelta(days=1), open_days)
        if found is None:
            log.warning("closing=%s warning=no_open_day_within_a_year", day)
            return
        yield (day := found)


def _would_be_open(day: date, open_days: OpenDays, said: Row[Any] | None) -> bool:
    """Say whether a day is open but for the closing, also when the closing stands in the calendar already."""
    if said is not None and (said.open or said.source == HOLIDAYS):
        return bool(said.open)
    return day.weekday() in open_days.weekdays


def _spread(number: int, targets: Sequence[date], load: Mapping[date, int]) -> Iterator[date]:
    """Give each of so many, in their order, one of the days, so that all days come up to the same level.

    Where a part of them was moved before and is in the load, the rest get the days that they would have had.
    """
    level = 0
    while sum(max(0, level - load.get(day, 0)) for day in targets) < number:
        level += 1
    room = {day: max(0, level - 1 - load.get(day, 0)) for day in targets}
    over = number - sum(room.values())
    for day in targets:
        if over and load.get(day, 0) < level:
            room[day] += 1
            over -= 1
    return (day for day in targets for _ in range(room[day]))


# --- what falls into them ---


@dataclass(frozen=True, slots=True)
class _Due:
    """A piece on loan whose date is to be moved."""

    loan: str
    item: str


def _due_within(conn: Connection, station: Station, first: date, last: date) -> list[list[_Due]]:
    """Read the open loan lines due in a closing, the first due first; a pair stays together."""
    rows = conn.execute(
        select(loan.c.key, loan.c.item, loan.c.deed, loan.c.product)
        .where(
            loan.c.ended.is_(None),
            loan.c.depot == station.depot,
            loan.c.due.between(first.isoformat(), last.isoformat()),
        )
        .order_by(loan.c.due, loan.c.out_at, loan.c.key)
    )
    lines: dict[tuple[str, str], list[_Due]] = {}
    for row in rows:
        lines.setdefault((row.deed, row.product), []).append(_Due(row.key, row.item))
    return list(lines.values())


def _fetched_within(conn: Connection, station: Station, first: date, last: date) -> list[Row[Any]]:
    """Read the ready holds of this depot whose last day falls into a closing, the first such first."""
    ready = (
        select(hold)
        .join(item_state, (item_state.c.item == hold.c.item) & (item_state.c.hold == hold.c.key))
        .where(
            hold.c.state == HoldState.READY.value,
            item_state.c.depot == station.depot,
            hold.c.pick_up_by.between(first.isoformat(), last.isoformat()),
        )
    )
    order = (hold.c.pick_up_by, hold.c.placed_at, hold.c.placed_by_station, hold.c.placed_seq)
    return list(conn.execute(ready.order_by(*order)).all())


def _to_be_rung(conn: Connection, keys: Sequence[str]) -> set[str]:
    """Say whose loans and holds of these belong to somebody who can be told: not to the dead."""
    alive = select(link.c.key).join(borrower, borrower.c.id == link.c.borrower)
    return set(conn.scalars(alive.where(link.c.key.in_(keys), borrower.c.died_on.is_(None))))


# --- the moves ---


def _move_loans(
    conn: Connection, station: Station, pen: Pen, lines: list[list[_Due]], targets: Sequence[date]
) -> int:
    due = select(loan.c.due, func.count(loan.c.deed.distinct())).where(
        loan.c.ended.is_(None), loan.c.depot == station.depot, loan.c.due.in_(_iso(targets))
    )
    load = _load(conn.execute(due.group_by(loan.c.due)))
    days, batch = _spread(len(lines), targets, load), lines[:BATCH]
    told = _to_be_rung(conn, [line[0].loan for line in batch])
    for line, day in zip(batch, days, strict=False):
        events = [_set_due(conn, station, pen, piece, day) for piece in line]
        if line[0].loan in told:
            rings.add(conn, rings.Why.DUE_MOVED, events[0], subject=line[0].loan)
    return sum(map(len, batch))


def _set_due(conn: Connection, station: Station, pen: Pen, piece: _Due, day: date) -> Event:
    seen = looks.for_check_in(conn, station, piece.item)
    facts = {"due": day.isoformat(), "why": "closed"}
    happened = pen.write(Fact.DUE_SET, after=seen.now.tick, item=piece.item, loan=piece.loan, facts=facts)
    projection.write_step(conn, seen.now, seen.loans, step(seen.now, seen.loans, happened))
    return happened


def _move_holds(
    conn: Connection, station: Station, pen: Pen, holds: list[Row[Any]], targets: Sequence[date]
) -> int:
    ready = (
        select(hold.c.pick_up_by, func.count())
        .join(item_state, (item_state.c.item == hold.c.item) & (item_state.c.hold == hold.c.key))
        .where(hold.c.state == HoldState.READY.value, item_state.c.depot == station.depot)
        .where(hold.c.pick_up_by.in_(_iso(targets)))
    )
    load = _load(conn.execute(ready.group_by(hold.c.pick_up_by)))
    days, batch = _spread(len(holds), targets, load), holds[:BATCH]
    told = _to_be_rung(conn, [row.key for row in batch])
    for row, day in zip(batch, days, strict=False):
        facts = {"pick_up_by": day.isoformat(), "why": "closed"}
        happened = pen.write(Fact.PICK_UP_MOVED, after=row.tick, hold=row.key, facts=facts)
        projection.carry_hold(conn, projection.hold_of_row(row), happened)
        if row.key in told:
            rings.add(conn, rings.Why.PICK_UP_MOVED, happened, subject=row.key)
    return len(batch)


def _iso(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _load(rows: Iterable[Row[str | None, int]]) -> Counter[date]:
    return Counter({date.fromisoformat(day): number for day, number in rows if day})
