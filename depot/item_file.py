"""Items from a CSV file, and to one: every row's fate is known before the first is written.

A file is checked whole, and with a single refused row nothing of it is written (`intake` writes the rest). The
event of a piece's arrival has a key made of the file's bytes and the row's number, so that the same file again,
after a power cut or for safety's sake, finds what is in and writes the rest, and no thing twice.

A row is of a piece that is there already when it has its code, its line's serial number, or stood in this very
file before. What differs then of serial, lot, owner and price is brought up to date, with a revision. A file
moves nothing that has been shelved: things move by being scanned, and the file may be older than the shelf.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from depot import clock, csv_file, item_row, journal
from depot.csv_file import Flaw, Sheet, guarded
from depot.fates import Change, Fate, Plan, RowFate, of_the_file
from depot.item_row import COLUMNS, NEEDED, Said, kroner
from depot.naming import Lines, Shelves
from depot.states import Fact, State
from depot.station import Station
from depot.stock import Arrival
from depot.tables import event, item, item_state

_KEYS = uuid.UUID("5d0f4b2e-7a55-5c57-9a5b-6f2f1c0f7d11")
"""The namespace of the keys that are made of a file's bytes and a row's number."""
_AT_ONCE = 500
_GONE = (State.WRITTEN_OFF.value, State.KEPT.value)
_FACTS = ("serial", "lot", "owner", "price")


@dataclass(frozen=True, slots=True)
class Stored:
    """A piece as the ledger knows it; its price in øre."""

    code: str
    product: str
    serial: str | None
    lot: str | None
    owner: str | None
    price_ore: int | None
    state: str | None
    shelf: str | None


@dataclass(frozen=True, slots=True)
class Piece:
    """What would be written of one row.

    Args:
        key: its arrival's event key; code: the label that it has already, if it has one.
        known: what the file says of it, whole; shelf: where to shelve it, if anywhere.
        before: the piece as the plan found it; None for a new one.
    """

    key: str
    code: str | None
    line: str
    known: Arrival
    shelf: str | None = None
    before: Stored | None = None


Fated: TypeAlias = RowFate[Piece]


def plan(conn: Connection, station: Station, data: bytes, *, now: datetime) -> Plan[Piece]:
    """Decide every row's fate; writes nothing, and never raises for what the file says.

    Args:
        station: where the things would arrive.
        data: the file's bytes (see `csv_file.load`).
        now: aware, UTC; nothing can have arrived later.
    """
    sheet = csv_file.read(data, COLUMNS, NEEDED)
    reading = _Reading(conn, station, sheet, now)
    fates = (*of_the_file(sheet.wrong), *reading.fates())
    return Plan(sheet.encoding, sheet.delimiter, tuple(sorted(fates, key=lambda one: one.row)))


def key_of(digest: str, row: int) -> str:
    """Make the key of a row's arrival from the file's digest and the row's number."""
    return str(uuid.uuid5(_KEYS, f"{digest} {row}"))


class _Reading:
    """One file beside the ledger as it stands: who is meant, what is there, what stands twice."""

    def __init__(self, conn: Connection, station: Station, sheet: Sheet, now: datetime) -> None:
        self._conn, self._station, self._sheet = conn, station, sheet
        self._today = station.today(now)
        self._lines, self._shelves = Lines(conn), Shelves(conn)
        self._stored = {one.code: one for one in stored(conn)}
        self._serials: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in self._stored.values():
            if one.serial:
                self._serials[one.product, one.serial].append(one.code)
        self._rows_of: dict[tuple[str, ...], int] = {}
        """The first row of each code, each line's serial number, and each piece that is there."""

    @cached_property
    def _arrivals(self) -> dict[str, date]:
        return arrivals(self._conn, self._station)

    def fates(self) -> Iterator[Fated]:
        """Tell every row's fate, in their order."""
        told = [item_row.said(row, today=self._today) for row in self._sheet.rows]
        before = self._taken_in(says for says, _ in told)
        drawn = [self._fate(says, flaws, before.get(says.row)) for says, flaws in told]
        mentioned = {one.code for one in drawn if one.code}
        return (self._unless_anothers(one, mentioned) for one in drawn)

    def _taken_in(self, told: Iterable[Said]) -> dict[int, str]:
        """Find what an earlier run of this very file has made of the rows that have no code."""
        rows = {key_of(self._sheet.digest, says.row): says.row for says in told if says.code is None}
        keys, found = list(rows), dict[int, str]()
        for start in range(0, len(keys), _AT_ONCE):
            asked = select(event.c.key, event.c.item).where(event.c.key.in_(keys[start : start + _AT_ONCE]))
            found |= {rows[row.key]: row.item for row in self._conn.execute(asked)}
        return found

    def _fate(self, says: Said, wrong: tuple[Flaw, ...], before: str | None) -> Fated:
        flaws = list(wrong)
        line = self._lines.meant(says.product) if says.product else None
        shelf = self._shelves.meant(says.shelf) if says.shelf else None
        flaws += [one for one in (line, shelf) if isinstance(one, Flaw)]
        line, shelf = (None if isinstance(one, Flaw) else one for one in (line, shelf))
        there = self._there(says, line, before)
        if isinstance(there, Flaw):
            return self._refused(says, [*flaws, there])
        flaws += self._twice(says, line, there)
        if there is not None:
            flaws += self._contradictions(says, line, there)
        moves = shelf is not None and (there is None or there.state == State.RECEIVED)
        if shelf is not None and moves and not self._shelves.is_at(shelf, self._station.depot):
            flaws.append(Flaw("shelf", f"{self._shelves.name(shelf)} is another depot's"))
        if flaws or line is None:
            return self._refused(says, flaws, there)
        if there is None:
            return self._new(says, line, shelf)
        return self._old(says, there, shelf)

    def _there(self, says: Said, line: str | None, before: str | None) -> Stored | Flaw | None:
        """Find the piece that a row is of, if it is there already."""
        if says.code or before:
            return self._stored.get(says.code or before or "")
        pieces = self._serials.get((line or "", says.serial or ""), [])
        if len(pieces) > 1:
            several = ", ".join(sorted(pieces))
            return Flaw("serial", f"{several} all have it; write the code of the one that is meant")
        return self._stored[pieces[0]] if pieces else None

    def _twice(self, says: Said, line: str | None, there: Stored | None) -> Iterator[Flaw]:
        """Name what stands in an earlier row, too."""
        marks: list[tuple[str, tuple[str, ...], str]] = []
        if says.code:
            marks.append(("code", ("code", says.code), says.code))
        if line and says.serial:
            marks.append(("serial", ("serial", line, says.serial), f"serial {says.serial!r} of {line}"))
        if there is not None and not says.code:
            marks.append(("", ("code", there.code), f"this piece, {there.code},"))
        for column, mark, what in marks:
            first = self._rows_of.setdefault(mark, says.row)
            if first != says.row:
                yield Flaw(column, f"{what} stands in row {first} already")

    def _contradictions(self, says: Said, line: str | None, there: Stored) -> Iterator[Flaw]:
        """Name what no file can change of a piece that is there: its line, and the day of its arrival."""
        if line is not None and line != there.product:
            yield Flaw("product", f"{there.code} is of the line {there.product}, got {line}")
        if says.received_on is not None:
            arrived = self._arrivals.get(there.code)
            if arrived != says.received_on:
                got = f"got {says.received_on.isoformat()}; leave it empty"
                yield Flaw("received_on", f"{there.code} arrived on {arrived}, {got}")

    def _unless_anothers(self, fated: Fated, mentioned: set[str]) -> Fated:
        """Refuse a serial number that a piece has of which the file says nothing."""
        piece = fated.what
        if piece is None or not piece.known.serial:
            return fated
        if piece.before is not None and piece.before.serial == piece.known.serial:
            return fated
        others = set(self._serials.get((piece.line, piece.known.serial), [])) - mentioned
        if not others:
            return fated
        flaw = Flaw("serial", f"{piece.known.serial!r} of {piece.line} is {', '.join(sorted(others))}'s")
        return replace(fated, fate=Fate.REFUSED, what=None, changes=(), flaws=(flaw,))

    def _refused(self, says: Said, flaws: Iterable[Flaw], there: Stored | None = None) -> Fated:
        return RowFate(says.row, Fate.REFUSED, there.code if there else says.code, flaws=tuple(flaws))

    def _new(self, says: Said, line: str, shelf: str | None) -> Fated:
        known = Arrival(says.serial, says.lot, says.owner, says.price_ore, says.received_on)
        key = key_of(self._sheet.digest, says.row)
        return RowFate(says.row, Fate.NEW, says.code, Piece(key, says.code, line, known, shelf))

    def _old(self, says: Said, there: Stored, shelf: str | None) -> Fated:
        """Compare a row with the piece that it is of. A column that the file does not have says nothing."""
        has = set(self._sheet.columns)
        known = Arrival(
            serial=says.serial if "serial" in has else there.serial,
            lot=says.lot if "lot" in has else there.lot,
            owner=says.owner if "owner" in has else there.owner,
            price_ore=says.price_ore if "price" in has else there.price_ore,
        )
        cells = zip(_FACTS, _cells(there), _cells(known), strict=True)
        changes = [Change(name, old, new) for name, old, new in cells if old != new]
        note = ""
        if shelf == there.shelf:
            shelf = None
        elif shelf is not None and there.state != State.RECEIVED:
            note = f"it is not moved to {self._shelves.name(shelf)}: what was shelved moves by being scanned"
            shelf = None
        elif shelf is not None:
            changes.append(Change("shelf", "", self._shelves.name(shelf)))
        piece = Piece(key_of(self._sheet.digest, says.row), there.code, there.product, known, shelf, there)
        fate = Fate.CHANGED if changes else Fate.UNCHANGED
        return RowFate(says.row, fate, there.code, piece, tuple(changes), note=note)


def _cells(known: Arrival | Stored) -> tuple[str, str, str, str]:
    return known.serial or "", known.lot or "", known.owner or "", kroner(known.price_ore)


def stored(conn: Connection, line: str | None = None) -> Iterator[Stored]:
    """Read the pieces that the ledger knows, by code.

    Args:
        line: only those of this line.
    """
    columns = (item.c[name] for name in ("code", "product", "serial", "lot", "owner", "price_ore"))
    asked = select(*columns, item_state.c.state, item_state.c.shelf).select_from(
        item.outerjoin(item_state, item_state.c.item == item.c.code)
    )
    if line is not None:
        asked = asked.where(item.c.product == line)
    for row in conn.execute(asked.order_by(item.c.code)):
        yield Stored(**row._asdict())


def arrivals(conn: Connection, station: Station) -> dict[str, date]:
    """Tell on which days pieces arrived, by the depot's calendar: as their file said, else as was recorded."""
    asked = select(event.c.body).join(item, item.c.code == event.c.item)
    asked = asked.where(event.c.kind == Fact.RECEIVED.value)
    told = sorted(map(journal.read_body, conn.scalars(asked)), key=lambda one: one.order, reverse=True)
    return {one.item: _day(one, station) for one in told if one.item}


def _day(arrival: journal.Event, station: Station) -> date:
    said = arrival.facts.get("received_on")
    return date.fromisoformat(said) if said else station.today(clock.from_millis(arrival.at))


# --- export ---


def rows(conn: Connection, station: Station, line: str | None = None) -> Iterator[dict[str, Any]]:
    """List what a file of items says, by code, without what was written off or went over to the state.

    Args:
        line: only pieces of this line.
    """
    shelves, days = Shelves(conn), arrivals(conn, station)
    for one in stored(conn, line):
        if one.state in _GONE:
            continue
        arrived = days.get(one.code)
        yield {
            "code": one.code,
            "product": one.product,
            "serial": one.serial,
            "lot": one.lot,
            "owner": one.owner,
            "price_ore": one.price_ore,
            "received_on": arrived.isoformat() if arrived else None,
            "shelf": shelves.name(one.shelf) or None,
        }


def written(rows: Iterable[dict[str, Any]]) -> bytes:
    """Write a file of items that can be taken in again and then changes nothing."""
    return csv_file.write(
        COLUMNS,
        (
            {
                "code": row["code"],
                "product": row["product"],
                **{name: guarded(row[name] or "") for name in ("serial", "lot", "owner", "shelf")},
                "price": kroner(row["price_ore"]),
                "received_on": row["received_on"] or "",
            }
            for row in rows
        ),
    )
