"""When a piece may come free: what is out or in the house, and whose turn it may be.

Nobody promises a day: people bring things early and late. But somebody who stands before an empty shelf asks
"when?", and the loans' due dates are the best answer that there is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, func, or_, select

from depot.calendar import DuePolicy, OpenDays, due_date
from depot.looks import IS_RECALLED
from depot.states import State
from depot.station import Station
from depot.tables import item, item_state, loan


def expected_on(
    place: int,
    due: Iterable[date],
    in_house: int,
    *,
    today: date,
    turnaround_days: int,
    open_days: OpenDays,
) -> date | None:
    """Say on which day a piece may come free for whoever has a place in the queue.

    The piece that comes home as the place-th from now: one in the house comes today, one that is late, too,
    the others on their due dates. Then it is cleaned, and handed out on an open day. Nobody promises it:
    people bring things early and late.

    Args:
        place: 1 or more.
        due: the due dates of the open loans, in any order.
        in_house: how many pieces are home and not ready yet.
        today: the depot's local date.
        turnaround_days: from coming home to being free, 0 or more civil days.

    Returns:
        None where fewer pieces are to come than people want one.
    """
    coming = sorted([today] * in_house + [max(day, today) for day in due])
    if place > len(coming):
        return None
    return due_date(coming[place - 1], turnaround_days, DuePolicy.NEXT_OPEN_DAY, open_days).day


def competes(other: FromClause, asked: Any) -> ColumnElement[bool]:
    """Say that a waiting hold wants a piece of the depot that is asked about; one may want any depot's."""
    return or_(other.c.depot.is_(None), other.c.depot == asked)


def may_be_served(who: FromClause) -> ColumnElement[bool]:
    """Say that a hold's turn can come: nobody sets anything aside for the dead, or for who is blocked.

    A hold that another station wrote has no borrower here, and its turn comes.
    """
    return who.c.blocked.is_(None) & who.c.died_on.is_(None)


COMING = (State.ON_LOAN, State.RETURNED, State.CLEANING, State.INSPECTION)
"""From here a thing becomes free by itself. What is in repair or quarantine may not come back at all."""


@dataclass(frozen=True, slots=True)
class Coming:
    """The pieces of one line that are to come to a depot: the due dates of its loans, and how many are in the house."""

    due: tuple[date, ...] = ()
    in_house: int = 0

    def expected(self, place: int, station: Station, *, now: datetime) -> date | None:
        """Say when the place-th of them may be free (see `expected_on`)."""
        return expected_on(
            place,
            self.due,
            self.in_house,
            today=station.today(now),
            turnaround_days=station.rules.turnaround_days,
            open_days=station.open_days,
        )


COMES = (
    select(item.c.product, item_state.c.depot, item_state.c.state, loan.c.due, func.count().label("n"))
    .select_from(
        item.join(item_state, item_state.c.item == item.c.code).outerjoin(
            loan, loan.c.key == item_state.c.loan
        )
    )
    .where(
        item_state.c.state.in_([one.value for one in COMING]), item_state.c.parked.is_(False), ~IS_RECALLED
    )
    .group_by(item.c.product, item_state.c.depot, item_state.c.state, loan.c.due)
)
_COMES_OF = COMES.where(item.c.product.in_(bindparam("lines", expanding=True)))


def coming(conn: Connection, lines: Iterable[str]) -> dict[tuple[str, str | None], Coming]:
    """Gather what is to come of some lines, by line and depot; under (line, None) what comes to any depot.

    A loan without a date, from a clock that could not be trusted, tells nothing.
    """
    rows = conn.execute(_COMES_OF, {"lines": sorted(set(lines))}).all()
    return gathered((row.product, row.depot, row.state, row.due, row.n) for row in rows)


def gathered(
    rows: Iterable[tuple[str, str | None, str, str | None, int]],
) -> dict[tuple[str, str | None], Coming]:
    """Put rows of line, depot, state, due date and number together, as `coming` gives them."""
    due: dict[tuple[str, str | None], list[date]] = defaultdict(list)
    in_house = Counter[tuple[str, str | None]]()
    for line, where, state, day, n in rows:
        for key in {(line, where), (line, None)}:
            if state != State.ON_LOAN:
                in_house[key] += n
            elif day is not None:
                due[key] += [date.fromisoformat(day)] * n
    return {key: Coming(tuple(due[key]), in_house[key]) for key in {*due, *in_house}}
