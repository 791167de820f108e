"""Every invariant of the ledger, each checked by itself: what is broken, and where.

Reads only, in one snapshot, so it can run while people borrow; and it does not open the ledger, because one
too damaged to be opened is what somebody wants to have checked. What must never happen is mostly refused by
the tables' own constraints; here is what it takes a second table, the journal or the file to see. Nothing
that is said here names a person or a card.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, exists, func, select
from sqlalchemy.exc import DBAPIError

from depot import invariants, journal, projection
from depot import tables as t
from depot.beside import anchor_of
from depot.errors import LedgerError, LedgerMissing
from depot.invariants import Broken
from depot.ledger import SCHEMA
from depot.sqlite import PAGE_SIZE, read_only


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. Discrepancies wait for a person to decide; they are no fault of the ledger's."""

    broken: tuple[Broken, ...]
    events: int = 0
    items: int = 0
    loans: int = 0
    discrepancies: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


def check(file: Path) -> Report:
    """Check a ledger's file and everything in it; of one that cannot be read, say that.

    Raises:
        LedgerMissing: there is no such file.
    """
    try:
        with read_only(file) as conn:
            anchored = _anchored(conn, file)
            broken = [one for made in (*_CHECKS, anchored) for one in _made(made, conn)]
            if OTHER_SCHEMA in {one.where for one in broken}:  # then it lacks what another version has
                broken = [one for one in broken if not one.what.startswith(_LACKING)]
            return Report((*_permissions(file), *broken), *_counts(conn))
    except LedgerMissing:
        raise
    except LedgerError as unreadable:
        return Report((Broken(str(unreadable), str(file)),))


Check = Callable[[Connection], Iterator[Broken]]

OTHER_SCHEMA = "the file; an older one is brought up to date by: depot init"
_NOT_CHECKED = "this could not be checked: "
_LACKING = f"{_NOT_CHECKED}no such "


def _made(check_of: Check, conn: Connection) -> Iterator[Broken]:
    """Make one check. One that cannot be made tells of damage, too, and the others are made all the same."""
    try:
        yield from check_of(conn)
    except (DBAPIError, LookupError, TypeError, ValueError) as failed:
        why = failed.orig if isinstance(failed, DBAPIError) else failed
        yield Broken(f"{_NOT_CHECKED}{why}", (check_of.__doc__ or "").rstrip("."))


def _counts(conn: Connection) -> tuple[int, int, int, int]:
    decided = and_(t.resolution.c.kind == t.discrepancy.c.kind, t.resolution.c.event == t.discrepancy.c.event)
    waiting = select(func.count()).select_from(t.discrepancy).where(~exists().where(decided))
    tables = (select(func.count()).select_from(table) for table in (t.event, t.item, t.loan))
    events, items, loans, discrepancies = (conn.scalar(one) or 0 for one in (*tables, waiting))
    return events, items, loans, discrepancies


# --- the file ---


def _permissions(file: Path) -> Iterator[Broken]:
    for part in (file, Path(f"{file}-wal")):
        if part.exists() and stat.S_IMODE(part.stat().st_mode) & 0o077:
            yield Broken("others than its owner can read or write the file", str(part))


def _file(conn: Connection) -> Iterator[Broken]:
    """The file's own structure."""
    for (said,) in conn.exec_driver_sql("PRAGMA quick_check"):
        if said != "ok":
            yield Broken("SQLite finds the file damaged", str(said))
    for pragma, wanted in (("page_size", PAGE_SIZE), ("journal_mode", "wal")):
        got = conn.exec_driver_sql(f"PRAGMA {pragma}").scalar()
        if got != wanted:
            yield Broken(f"wanted {pragma} {wanted}, got {got}", "the file")
    schema = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if schema != SCHEMA:
        yield Broken(f"wanted schema {SCHEMA}, got {schema}", OTHER_SCHEMA)


# --- the journal ---


def _chains(conn: Connection) -> Iterator[Broken]:
    """The journal's chains."""
    for one in conn.scalars(select(t.event.c.station).distinct()).all():
        yield from (Broken(found.what, found.where) for found in journal.breaks(conn, one))


def _anchored(conn: Connection, file: Path) -> Check:
    """Read the anchor, before the snapshot is taken: what is written meanwhile is then no contradiction."""
    ours = conn.scalar(select(t.station.c.id).where(t.station.c.ours.is_(True))) or ""
    conn.rollback()
    known = anchor_of(file, ours)

    def cut(conn: Connection) -> Iterator[Broken]:
        """The journal's end."""
        head = journal.head_of(conn, ours)
        if known > head.seq:
            what = (
                f"the journal ends at event {head.seq}, but event {known} was written: something was cut off"
            )
            yield Broken(what, f"station {ours}")

    return cut


def _stations(conn: Connection) -> Iterator[Broken]:
    """The stations."""
    ours = conn.scalars(select(t.station.c.id).where(t.station.c.ours.is_(True))).all()
    if len(ours) != 1:
        yield Broken(f"wanted one station of its own, got {len(ours)}", "station")
    for one in ours:
        first = conn.scalar(select(t.event.c.body).where(t.event.c.station == one, t.event.c.seq == 1))
        goes_on_from = journal.read_body(first).facts.get("continues") if first else None
        if goes_on_from is None:
            yield Broken("a station has no first event", f"station {one}")
        elif goes_on_from and not conn.scalar(
            select(t.event.c.seq).where(t.event.c.hash == bytes.fromhex(goes_on_from))
        ):
            yield Broken("a station goes on from an event that is not here", f"station {one}")
        shipped = conn.scalar(select(t.outbox.c.shipped_seq).where(t.outbox.c.station == one))
        if shipped is None or shipped > journal.head_of(conn, one).seq:
            yield Broken("more was shipped than was written, or nobody counts", f"station {one}")


_CREDENTIAL = re.compile(r"[BT][0-9]{8}[A-Z]")
_NO_CODE = re.compile(r"\s|.{65}", re.DOTALL)
"""No code or number of ours holds a blank or is longer than a hash in hexadecimal."""


def _personal(conn: Connection) -> Iterator[Broken]:
    """That no event holds personal data."""
    secrets = _secrets(conn)
    rows = conn.execute(
        select(t.event.c.station, t.event.c.seq, t.event.c.body), execution_options={"yield_per": 1000}
    )
    for row in rows:
        said = set(_leaves(json.loads(row.body)))
        if said & secrets or _CREDENTIAL.search(row.body):
            yield Broken("an event holds personal data", f"station {row.station}, event {row.seq}")
        elif any(_NO_CODE.search(text) for text in said):
            yield Broken("an event holds free text", f"station {row.station}, event {row.seq}")


def _secrets(conn: Connection) -> set[str]:
    """Gather what no event may hold: who borrows, their cards, and the ways to reach them."""
    persons = conn.execute(select(t.borrower.c.id, t.borrower.c.name, t.borrower.c.phone, t.borrower.c.email))
    known = {str(value) for row in persons for value in row if value}
    numbers = {number for number in known if number.startswith("+")}
    known |= {number[1:] for number in numbers} | {number[-8:] for number in numbers}
    known |= set(conn.scalars(select(t.card.c.code)))
    return known | {value for row in conn.execute(select(t.staff.c.name, t.staff.c.badge)) for value in row}


def _leaves(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict | list):
        for one in said.values() if isinstance(said, dict) else said:
            yield from _leaves(one)


# --- all of it ---


def _fold(conn: Connection) -> Iterator[Broken]:
    """That the tables say what the events say."""
    yield from (Broken(what, where) for what, where in projection.differences(conn))


_CHECKS: tuple[Check, ...] = (
    _file,
    _chains,
    _stations,
    _personal,
    _fold,
    invariants.references,
    invariants.agreement,
    invariants.own_codes,
)
