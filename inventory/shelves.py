"""One shelf as its card shows it: what stands there, for which line it is, and its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select

from depot import clock, quantities, reference
from depot.states import State
from depot.station import Station
from depot.tables import depot, item, item_state, product, quantity, shelf
from inventory import names

LONGEST_NAME = 40
"""Characters of a shelf's name, as on its sign."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A thing whose place a shelf is, there or out; or so many of a line that is counted (then `item` is empty)."""

    item: str
    product: str
    name: str
    state: State | None
    since: datetime | None
    number: int = 1


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shelf.

    Args:
        code: its label's; name: its sign's; depot: the name of its depot; here: whether that is this one.
        line, line_name: the line that it is kept for, if it is for one.
        things: what has its place there, what is free first.
    """

    code: str
    name: str
    depot: str
    here: bool
    line: str | None
    line_name: str
    things: tuple[Standing, ...]

    @property
    def free(self) -> int:
        """How many things stand there to be fetched, counted ones among them."""
        return sum(one.number for one in self.things if one.state in (State.AVAILABLE, None))


def find(conn: Connection, station: Station, code: str, *, language: str) -> Shelf | None:
    """Look a shelf up by its label's code; None where there is none."""
    row = conn.execute(
        select(shelf, depot.c.name.label("depot_name"))
        .select_from(shelf.outerjoin(depot, depot.c.id == shelf.c.depot))
        .where(shelf.c.code == code)
    ).first()
    if row is None:
        return None
    standing = conn.execute(
        select(item_state.c.item, item.c.product, item_state.c.state, item_state.c.since)
        .join(item, item.c.code == item_state.c.item)
        .where(
            item_state.c.shelf == code, item_state.c.state.not_in((State.WRITTEN_OFF.value, State.KEPT.value))
        )
        .order_by(item_state.c.state != State.AVAILABLE.value, item.c.product, item_state.c.item)
    ).all()
    lying = _counted(conn, row.depot, code)
    lines = [*(one.product for one in standing), *lying, *([row.product] if row.product else [])]
    called = names.of_lines(conn, lines, language)
    things = (
        *(Standing("", line, called[line], None, None, number) for line, number in lying.items()),
        *(
            Standing(
                one.item,
                one.product,
                called[one.product],
                State(one.state),
                clock.from_millis(one.since),
            )
            for one in standing
        ),
    )
    here = row.depot == station.depot
    line_name = called[row.product] if row.product else ""
    return Shelf(code, row.name, row.depot_name or "", here, row.product, line_name, things)


def _counted(conn: Connection, at: str, code: str) -> dict[str, int]:
    """Say how many of each counted line lie on a shelf."""
    lines = sorted(line for line, where in quantities.shelves(conn, at).items() if where == code)
    numbers = select(quantity.c.product, quantity.c.n).where(quantity.c.depot == at)
    told = {row.product: row.n for row in conn.execute(numbers.where(quantity.c.product.in_(lines)))}
    return {line: told.get(line, 0) for line in lines}


def named(conn: Connection, station: Station, name: str) -> str | None:
    """Find a shelf of this depot by its whole name, whatever the case; None where none is called so."""
    found = select(shelf.c.code).where(
        shelf.c.depot == station.depot, func.lower(shelf.c.name) == name.strip().lower()
    )
    code: str | None = conn.scalar(found.order_by(shelf.c.code).limit(1))
    return code


def rename(conn: Connection, *, code: str, name: str, now: datetime, by: str | None = None) -> str:
    """Give a shelf another name; its label's code stays, and the label says the new name when it is printed again.

    Args:
        name: 1 to `LONGEST_NAME` printable characters.

    Returns:
        The name that it had.

    Raises:
        LookupError: there is no such shelf.
    """
    before: str | None = conn.scalar(select(shelf.c.name).where(shelf.c.code == code))
    if before is None:
        raise LookupError(f"no shelf {code}")
    if before != name:
        reference.put(conn, shelf, {"code": code, "name": name}, now=now, by=by)
    return before


def keep_for(
    conn: Connection, *, code: str, line: str | None, now: datetime, by: str | None = None
) -> str | None:
    """Keep a shelf for a line, or with None for any.

    Returns:
        The line that it was kept for.

    Raises:
        LookupError: there is no such shelf or no such line.
    """
    row = conn.execute(select(shelf.c.product).where(shelf.c.code == code)).first()
    if row is None or (
        line is not None and conn.scalar(select(product.c.code).where(product.c.code == line)) is None
    ):
        raise LookupError(f"no shelf {code}, or no line {line}")
    if row.product != line:
        reference.put(conn, shelf, {"code": code, "product": line}, now=now, by=by)
    before: str | None = row.product
    return before


class Stays(StrEnum):
    """Why a shelf is not taken down."""

    NO_SHELF = "no_shelf"
    IN_USE = "in_use"
    """Something has its place there."""
    IN_THE_PAST = "in_the_past"
    """Only things that were written off or given away had: their lives name it."""


@dataclass(frozen=True, slots=True)
class Down:
    """A shelf that was taken down, as it was: enough to put it up again."""

    row: Mapping[str, Any]


def take_down(conn: Connection, *, code: str, now: datetime, by: str | None = None) -> Down | Stays:
    """Take a shelf away that nothing has or had its place on, or say why it stays; then nothing is changed."""
    row = conn.execute(select(shelf).where(shelf.c.code == code)).first()
    if row is None:
        return Stays.NO_SHELF
    states = set(conn.scalars(select(item_state.c.state).where(item_state.c.shelf == code).distinct()))
    if _counted(conn, row.depot, code) or states - {State.WRITTEN_OFF.value, State.KEPT.value}:
        return Stays.IN_USE
    if states:
        return Stays.IN_THE_PAST
    reference.drop(conn, shelf, {"code": code}, now=now, by=by)
    return Down(row._asdict())


def put_up_again(conn: Connection, down: Down, *, now: datetime, by: str | None = None) -> None:
    """Put a shelf up again that was taken down by a slip; its label means what it meant."""
    reference.put(conn, shelf, down.row, now=now, by=by)
