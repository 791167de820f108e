"""What every kind of what waits needs to know, and how a row of it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select

from depot import clock
from depot.calendar import local_day
from depot.station import Station
from depot.tables import place, product, product_text, shelf
from inventory.waiting import NEXT, Kind, Row

_SAID, _EN, _NB = (product_text.alias(name) for name in ("said", "en", "nb"))


def _in(words: Any, language: Any) -> ColumnElement[bool]:
    return and_(words.c.product == product.c.code, words.c.language == language)


_LINES = select(
    product.c.code,
    func.coalesce(_SAID.c.name, _EN.c.name, _NB.c.name, "").label("name"),
    product.c.cleaning_class,
    product.c.inspection_days,
    product.c.pieces,
).select_from(
    product.outerjoin(_SAID, _in(_SAID, bindparam("language")))
    .outerjoin(_EN, _in(_EN, "en"))
    .outerjoin(_NB, _in(_NB, "nb"))
)
_SHELVES = select(shelf.c.code, shelf.c.name)
_SIGNS = select(place.c.purpose, place.c.name).where(place.c.depot == bindparam("here"))


def here(depot: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say that something is this depot's; what nobody has said the depot of is everybody's."""
    return or_(depot == bindparam("here"), depot.is_(None))


class Look:
    """What is read once: the lines, shelves and signs; and how a row is made of what a statement found."""

    def __init__(self, conn: Connection, station: Station, *, now: datetime, language: str) -> None:
        self._conn, self.station, self.now = conn, station, now
        self.today = station.today(now)
        self._days: dict[str, tuple[date, datetime, int]] = {}
        self.lines = {row.code: row for row in self.ask(_LINES, language=language)}
        self._shelves = {row.code: row.name for row in self.ask(_SHELVES)}
        self._signs = {row.purpose: row.name for row in self.ask(_SIGNS, here=station.depot)}
        self.language = language

    @property
    def conn(self) -> Connection:
        """The ledger, for questions that another module asks."""
        return self._conn

    def ask(self, statement: Any, **said: object) -> Sequence[Any]:
        """Ask the ledger one thing."""
        return self._conn.execute(statement, said).all()

    def sign(self, purpose: str | None) -> str | None:
        """Name the place for a purpose, a cleaning class or one of `looks`; None in a depot without it."""
        return self._signs.get(purpose) if purpose else None

    def shelf(self, code: str | None) -> str | None:
        """Name a shelf by its code."""
        return self._shelves.get(code) if code else None

    def row(
        self,
        kind: Kind,
        subject: str,
        *,
        at: int = 0,
        day: str | None = None,
        waits_from_day: bool = False,
        product: str | None = None,
        **said: Any,
    ) -> Row:
        """Make a row.

        Args:
            at: since when it waits, in milliseconds since 1970.
            day: the day that counts, ISO; `waits_from_day`: it waits since then, whatever `at` is.
            product: the line, which names it unless a name is said.
            said: the rest, as in `Row`.
        """
        on, midnight, age = self._day(day) if day else (None, None, 0)
        if midnight is not None and waits_from_day:
            since = midnight
        else:
            since = clock.from_millis(at)
            age = self._age(local_day(since, self.station.time_zone))
        line = self.lines.get(product) if product else None
        said.setdefault("name", line.name if line is not None else "")
        said.setdefault("next", NEXT[kind])
        return Row(kind=kind, subject=subject, since=since, age_days=age, day=on, product=product, **said)

    def _day(self, said: str) -> tuple[date, datetime, int]:
        """Read a day once: itself, its midnight here, how many days ago it was."""
        if said not in self._days:
            on = date.fromisoformat(said)
            midnight = datetime.combine(on, time(), self.station.time_zone).astimezone(UTC)
            self._days[said] = on, midnight, self._age(on)
        return self._days[said]

    def _age(self, on: date) -> int:
        return max(0, (self.today - on).days)


Rows: TypeAlias = Iterator[Row]
Reader: TypeAlias = tuple[tuple[Kind, ...], Callable[[Look], Iterable[Row]]]
"""Kinds, and what finds their rows: one statement for all of them, however many there are."""
