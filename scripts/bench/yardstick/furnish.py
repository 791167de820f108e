"""Ledgers as years of lending leave them, made in a minute instead of an hour.

A ledger is founded, given the packaged catalogue and shelves through the ledger's own doors. Its past is then
written past them, into SQLite without journal and syncs: the same rows, the same bodies and the same chain of
hashes that the deeds would have written (the benchmark has the ledger check all of it on the smaller one), in
the order of time, so that the trees on disk grow as they grow in life. Every piece is lent, returned and
cleaned twenty times over, or as often as is asked for; every borrower has about ten loans behind them, none of
whose links is cut; every loan had a label; at the end a quarter of the pieces is out.
"""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Table
from uuid_utils import UUID, uuid5, uuid7

from depot import catalogue, clock, founding, journal, stock, tables
from depot.catalogue import Line
from depot.ledger import open_ledger
from depot.lending import LABEL_LAPSES, LOAN_LABEL
from depot.own import Kind, mint
from depot.settings import Settings, load
from depot.states import State

ROUNDS = 20
"""Loans of each piece, unless another number is asked for."""
_INSPECTED_EVERY = 5
LOANS_A_BORROWER = 10

_ROUND = timedelta(days=90)
_SWEEP_MS = _ROUND // 3 // timedelta(milliseconds=1)
_LAPSES_MS = LABEL_LAPSES // timedelta(milliseconds=1)
_BATCH = 5000

_Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class House:
    """A furnished ledger: its settings, how many loans, the pieces that are free and out, the cards."""

    settings: Settings
    loans: int
    free: tuple[str, ...]
    out: tuple[str, ...]
    cards: tuple[str, ...]

    @property
    def file(self) -> Path:
        """The ledger's file."""
        return self.settings.ledger_file

    def twin(self, file: Path) -> House:
        """Copy the ledger, which nobody may have open."""
        shutil.copy(self.file, file)
        return replace(self, settings=replace(self.settings, database=f"sqlite:///{file}"))


def environment(file: Path) -> dict[str, str]:
    """The settings as variables: a trusted clock, a label for each loan, room for a hundred lines a card.

    The printer is described in a file beside the ledger; no press runs, so nothing is printed.
    """
    described = file.with_name("bench.toml")
    described.write_text(
        f'[[printer]]\nname = "bench"\nuri = "folder://{file.parent.absolute()}/printed"\n', "utf-8"
    )
    return {
        "DEPOT_SETTINGS": str(described),
        "DEPOT_DATABASE": f"sqlite:///{file}",
        "DEPOT_STATION_CLOCK": "trusted",
        "DEPOT_STATION_PRINTER": "bench",
        "DEPOT_RULES_MAX_LINES": "100",
    }


def is_plain(line: Line) -> bool:
    """Say whether one scan lends a thing and one washes it: no staff, no inspection, no pair, not one person's."""
    is_one_persons = line.cleaning_class == stock.SINGLE_USER
    return line.self_service and not line.inspection_days and line.pieces == 1 and not is_one_persons


def furnish(
    file: Path,
    loans: int,
    *,
    now: datetime,
    rounds: int = ROUNDS,
    of: Callable[[Line], bool] = is_plain,
) -> House:
    """Make a ledger with a past.

    Args:
        file: where; there must be nothing yet.
        loans: how many, a multiple of four times the rounds.
        now: when the past ends; aware, UTC.
        rounds: how often each piece was lent.
        of: which lines of the catalogue there are pieces of. One with a timed inspection passes it every fifth
            time that it has come home, a fifth of them each time: that is every 15 months.
    """
    settings = load(environment(file))
    first = now - (rounds + 1) * _ROUND
    founding.found_ledger(settings, now=first, name="Bench")
    with open_ledger(settings, built_floor=False) as ledger:
        ledger.perform(lambda conn, _: catalogue.store(conn, catalogue.packaged(), now=first))
        names = ("A1", "A2", "B1", "B2")
        shelves = ledger.perform(
            lambda conn, here: [stock.add_shelf(conn, here, name=name, now=first) for name in names]
        )
        ledger.perform(lambda conn, here: founding.fill_holidays(conn, here.depot, here.country, now=now))
        lines = [line for line in catalogue.packaged() if of(line)]
        past = _Past(ledger.station.id, ledger.station.depot, shelves, lines, loans // rounds, rounds, first)
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        for pragma in (
            "journal_mode=OFF",
            "synchronous=OFF",
            "locking_mode=EXCLUSIVE",
            "cache_size=-1000000",
        ):
            raw.execute(f"PRAGMA {pragma}").fetchall()
        raw.execute("BEGIN")
        past.write(raw)
        raw.execute("COMMIT")
    return House(settings, loans, tuple(past.free), tuple(past.out), tuple(past.cards))


def _body(kind: str, *, loan: str | None = None, **facts: str) -> str:
    """Return what bodies of a kind look like, to be filled by `%`: in the ledger's own hand."""
    said: dict[str, Any] = {"station": "%(station)s", "key": "%(key)s", "deed": "%(key)s", "item": "%(item)s"}
    numbers: dict[str, Any] = {"seq": "%(seq)d", "tick": "%(at)d"}
    happened = journal.Event(kind=kind, at=0, loan=loan, facts=facts, **said, **numbers)
    body = journal.body_of(happened).replace(clock.iso(clock.from_millis(0)), "%(time)s")
    return re.sub(r'"(%\(\w+\)d)"', r"\1", body)


_LOAN = "%(loan)s"
_TERMS = {"days": "%(days)d", "policy": "next_open_day", "due": "%(due)s"}
_BODIES = {
    "received": _body("received", depot="%(depot)s", product="%(product)s", inspected_on="%(day)s"),
    "shelved": _body("shelved", depot="%(depot)s", shelf="%(shelf)s"),
    "check_out": _body("check_out", depot="%(depot)s", product="%(product)s", **_TERMS),
    "check_in": _body("check_in", depot="%(depot)s", loan=_LOAN),
    "cleaned": _body("cleaned", **{"class": "%(cleaning)s", "to": "%(to)s"}),
    "inspected": _body("inspected", on="%(day)s"),
}


@dataclass(slots=True)
class _Piece:
    """A piece as its newest event has left it."""

    code: str
    line: Line
    shelf: str
    state: State = State.AVAILABLE
    loan: str | None = None
    inspected_on: str = ""
    at: int = 0
    seq: int = 0


class _Past:
    """Writes what happened: pieces arrive, people come, things go out and come home."""

    def __init__(
        self,
        station: str,
        depot: str,
        shelves: list[str],
        lines: list[Line],
        pieces: int,
        rounds: int,
        first: datetime,
    ) -> None:
        self._station, self._depot, self._rounds = station, depot, rounds
        self._first, self._day = clock.millis(first), first.date()
        self._chance = random.Random(pieces * rounds)  # noqa: S311 - the same past every time
        self._events: list[_Row] = []
        self._pieces = [
            _Piece(
                mint(Kind.ITEM, f"{number:07d}"),
                lines[number % len(lines)],
                shelves[number % len(shelves)],
                inspected_on=self._day.isoformat(),
            )
            for number in range(1, pieces + 1)
        ]
        self._borrowers = [_key(self._first) for _ in range(pieces * rounds // LOANS_A_BORROWER)]
        self.cards = [mint(Kind.CARD, f"{number:07d}") for number in range(len(self._borrowers))]
        quarter = len(self._pieces) // 4
        self._stay_out, self._come_home = self._pieces[:quarter], self._pieces[quarter:]

    @property
    def out(self) -> list[str]:
        """The codes of the pieces that are out at the end."""
        return [piece.code for piece in self._stay_out]

    @property
    def free(self) -> list[str]:
        """The codes of the others."""
        return [piece.code for piece in self._come_home]

    def write(self, raw: sqlite3.Connection) -> None:
        """Write all of it into a ledger that has been founded and nothing more."""
        self._raw = raw
        newest = raw.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        self._seq, self._hash = newest
        self._people()
        self._arrivals()
        for number in range(self._rounds):
            self._round(number, is_last=number == self._rounds - 1)
        self._flush()
        self._states()

    def _people(self) -> None:
        at = self._first
        people = (
            (who, "confirmed", "Kari Testesen", f"+479{number:07d}", at, at)
            for number, who in enumerate(self._borrowers)
        )
        self._put(tables.borrower, "id standing name phone made_at confirmed_at", people)
        given = ((code, who, at, at) for code, who in zip(self.cards, self._borrowers, strict=True))
        self._put(tables.card, "code borrower printed_at given_at", given)

    def _arrivals(self) -> None:
        known = (
            (piece.code, piece.line.code, f"SN{number:06d}", f"L{number // 24:04d}")
            for number, piece in enumerate(self._pieces)
        )
        self._put(tables.item, "code product serial lot", known)
        for number, piece in enumerate(self._pieces):
            at = self._first + 2 * number
            self._event(piece, "received", at, product=piece.line.code, day=self._day.isoformat())
            self._event(piece, "shelved", at + 1, shelf=piece.shelf)

    def _round(self, number: int, *, is_last: bool) -> None:
        """Lend every piece, take it home, clean it, each in a month; at last a quarter stays out."""
        begins = self._first + (3 * number + 3) * _SWEEP_MS
        to_inspect = {piece.code for piece in self._pieces[number % _INSPECTED_EVERY :: _INSPECTED_EVERY]}
        lent = [(self._lend(piece, at), at) for piece, at in self._sweep(self._pieces, begins)]
        home = self._come_home if is_last else self._pieces
        returned = {self._take_home(piece, at): at for piece, at in self._sweep(home, begins + _SWEEP_MS)}
        for piece, at in self._sweep(home, begins + 2 * _SWEEP_MS):
            self._clean(piece, at, is_inspected=piece.code in to_inspect)
        columns = "key item product deed depot out_at days policy due flags renewals returned_at ended"
        ends = ((*row, returned.get(row[0]), "returned" if row[0] in returned else None) for row, _ in lent)
        self._put(tables.loan, columns, ends)
        tied = ((row[0], self._chance.choice(self._borrowers), self._station, at) for row, at in lent)
        self._put(tables.link, "key borrower station made_at", tied)
        labels = [(_label(row[0]), row[0], LOAN_LABEL, at, at + _LAPSES_MS, "printed") for row, at in lent]
        self._put(tables.label_job, "key event design made_at lapses_at state", sorted(labels))

    def _sweep(self, pieces: list[_Piece], begins: int) -> Iterator[tuple[_Piece, int]]:
        """Go through pieces in random order, once in a month."""
        pace = _SWEEP_MS // len(pieces)
        for number, piece in enumerate(self._chance.sample(pieces, len(pieces))):
            yield piece, begins + number * pace

    def _lend(self, piece: _Piece, at: int) -> _Row:
        line = piece.line
        due = (self._day + timedelta(days=line.loan_days, milliseconds=at - self._first)).isoformat()
        key = self._event(piece, "check_out", at, product=line.code, days=line.loan_days, due=due)
        piece.state, piece.loan = State.ON_LOAN, key
        return key, piece.code, line.code, key, self._depot, at, line.loan_days, "next_open_day", due, "", 0

    def _take_home(self, piece: _Piece, at: int) -> str:
        loan = piece.loan or ""
        self._event(piece, "check_in", at, loan=loan)
        piece.state, piece.loan = State.AVAILABLE, None
        return loan

    def _clean(self, piece: _Piece, at: int, *, is_inspected: bool) -> None:
        to = State.INSPECTION if is_inspected and piece.line.inspection_days else State.AVAILABLE
        self._event(piece, "cleaned", at, cleaning=piece.line.cleaning_class, to=to.value)
        if to is State.INSPECTION:
            piece.inspected_on = _iso(at)[:10]
            self._event(piece, "inspected", at + 1, day=piece.inspected_on)

    def _event(self, piece: _Piece, kind: str, at: int, **facts: object) -> str:
        """Record one event; returns its key."""
        self._seq += 1
        key, time = _key(at), _iso(at)
        named = {"station": self._station, "depot": self._depot, "seq": self._seq, "item": piece.code}
        body = _BODIES[kind] % {**named, **facts, "key": key, "at": at, "time": time}
        self._hash = journal.chained(self._hash, body)
        told = (key, key, kind, at, time, piece.code, facts.get("loan"), body, self._hash)
        self._events.append((self._station, self._seq, *told))
        piece.at, piece.seq = at, self._seq
        if len(self._events) == _BATCH:
            self._flush()
        return key

    def _flush(self) -> None:
        self._put(tables.event, "station seq key deed kind tick at item loan body hash", self._events)
        self._events.clear()

    def _states(self) -> None:
        columns = "item state depot shelf loan inspected_on since tick infected parked station seq"
        named = (False, False, self._station)
        rows = (
            (
                one.code,
                one.state.value,
                self._depot,
                one.shelf,
                one.loan,
                one.inspected_on,
                one.at,
                one.at,
                *named,
                one.seq,
            )
            for one in self._pieces
        )
        self._put(tables.item_state, columns, rows)

    def _put(self, table: Table, columns: str, rows: Iterable[_Row]) -> None:
        names = columns.split()
        marks = ", ".join("?" * len(names))
        quoted = ", ".join(f'"{name}"' for name in names)
        self._raw.executemany(f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks})', rows)  # noqa: S608 - our own names


def _iso(at: int) -> str:
    """Write a time as `clock.iso` does; three million times that would take ten seconds more."""
    seconds, thousandths = divmod(at, 1000)
    days, second = divmod(seconds, 86_400)
    return f"{_day(days)}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{thousandths:03}Z"


@cache
def _day(days: int) -> str:
    return clock.iso(clock.from_millis(days * 86_400_000))[:10]


def _key(at: int) -> str:
    return str(uuid7(nanoseconds=at * 1_000_000))


def _label(event: str) -> str:
    return str(uuid5(UUID(event), LOAN_LABEL))
