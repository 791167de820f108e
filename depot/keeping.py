"""A ledger's file as a whole: made, copied while it is in use, put back where it was lost.

A file appears at its place whole or not at all: it is made beside it, closed, and then renamed. What was at
the place before is moved aside, never deleted. A restored ledger goes on as a new station: the old one may
have written more after the backup was made, and two stations must never write under one name. Alembic is
imported only by what needs it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from depot import founding, journal
from depot.beside import Turns
from depot.errors import LedgerBusy, LedgerDamaged, LedgerFault, LedgerInTheWay, LedgerInUse, LedgerMissing
from depot.ledger import KNOWN_SCHEMAS, SCHEMA, open_ledger
from depot.settings import Settings
from depot.sqlite import connect, read_only, schema_of, touch
from depot.tables import about, event, item, loan, series, station

_PARTS = ("", "-wal", "-shm", ".anchor")
"""The parts of a ledger on disk, by what is added to its name."""
_OF_THE_PLACE = (".lock", ".kiosk", ".ballast")
"""Files beside it that belong to the place, whichever ledger is there."""
_PATIENCE = 60.0
"""Seconds to wait for somebody else who makes a ledger here: a small machine takes a while."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a ledger holds, and when its newest event happened (ISO 8601; None for an empty journal)."""

    events: int
    items: int
    loans: int
    newest: str | None


def held(conn: Connection) -> Held:
    """Count what a ledger holds."""
    events, items, loans = (
        conn.scalar(select(func.count()).select_from(table)) or 0 for table in (event, item, loan)
    )
    return Held(events, items, loans, conn.scalar(select(func.max(event.c.at))))


# --- made ---


def make(
    settings: Settings, *, now: datetime, demo: bool, name: str, station_name: str, first_series: int
) -> bool:
    """Make the ledger that the settings name.

    Args:
        now: aware, UTC.
        demo: furnish it as the practice depot, which has its own name and series.
        name: the depot's; station_name: this machine's; first_series: see `founding.found_ledger`.

    Returns:
        False where somebody else made one at the same time, which is left alone.
    """
    with _workshop(settings) as workshop:
        if settings.ledger_file.exists():
            return False
        if demo:
            from depot import demo as practice

            practice.found(workshop, now=now)
        else:
            founding.found_ledger(
                workshop, now=now, name=name, station_name=station_name, first_series=first_series
            )
        _put(workshop.ledger_file, settings.ledger_file)
    return True


def is_practice(conn: Connection) -> bool:
    """Say whether a ledger is for practice, with invented people in it."""
    return conn.scalar(select(about.c.value).where(about.c.name == "practice")) == "yes"


@contextlib.contextmanager
def _workshop(settings: Settings) -> Iterator[Settings]:
    """Settings for a ledger that is made beside its place, while nobody else writes at that place.

    Whatever is left of it afterwards is removed, and so is what a power cut may have left here before.
    """
    place = settings.ledger_file
    place.parent.mkdir(parents=True, exist_ok=True)
    file = place.with_name(f"{place.name}.making")
    turns = Turns(place, _PATIENCE)
    try:
        with turns.turn():
            _sweep(file)
            try:
                station = replace(settings.station, ballast_mb=0)
                yield replace(settings, database=f"sqlite:///{file}", station=station)
            finally:
                _sweep(file)
    finally:
        turns.close()


def _sweep(file: Path) -> None:
    for part in (*_PARTS, *_OF_THE_PLACE):
        Path(f"{file}{part}").unlink(missing_ok=True)


def _put(file: Path, place: Path, aside: Path | None = None) -> None:
    """Put a closed ledger at its place, in one's turn there; move what is there aside."""
    _settle(file)
    if aside is not None:
        _move_aside(place, aside)
    _no_remains(place)
    file.rename(place)
    _sync_folder(place.parent)


def _no_remains(place: Path) -> None:
    """Refuse a place where a WAL lies whose ledger is gone: SQLite would play it into the new one."""
    for part in ("-wal", "-journal"):
        if Path(f"{place}{part}").exists():
            raise LedgerDamaged(f"{place}{part} is left of a ledger that is gone; move it away first")


def _settle(file: Path) -> None:
    """Move all of a ledger's WAL into its file, which a renaming would leave behind."""
    with contextlib.closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA synchronous=FULL")
        busy, left, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy or left > 0:
        raise LedgerFault(f"{file}: what was written could not be brought together in one file")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- copied ---


def backup(settings: Settings, target: Path) -> Held:
    """Write a copy of the ledger while it is in use.

    Returns:
        What the copy holds, read from it.

    Raises:
        FileExistsError: the target is there already.
        LedgerError: the ledger cannot be read or the copy not be written.
    """
    if not settings.ledger_file.exists():
        raise LedgerMissing(str(settings.ledger_file))
    _copy(settings.ledger_file, target)
    _sync_folder(target.absolute().parent)
    with read_only(target) as conn:
        return held(conn)


def _copy(file: Path, target: Path) -> None:
    from depot import migrate

    try:
        migrate.copy_to(file, target)
    except sqlite3.Error as failed:
        raise LedgerFault(f"{file} could not be copied to {target}: {failed}") from failed


# --- put back ---


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, the station that goes on from it, and where the ledger that was there is now."""

    held: Held
    station: str
    aside: Path | None


def restore(
    settings: Settings,
    source: Path,
    *,
    now: datetime,
    replace_it: bool = False,
    station_name: str | None = None,
) -> Restored:
    """Put a backup where the settings say, as a new station that goes on from it.

    Its codes come from a fresh series, because labels may have been printed after the backup was made.

    Args:
        source: a file that `backup` has written.
        now: aware, UTC.
        replace_it: move the ledger that is there aside.
        station_name: this machine's name; the old station's by default.

    Raises:
        LedgerInTheWay: there is a ledger, and it is not to be replaced.
        LedgerInUse, LedgerBusy: another process has that ledger open.
        LedgerError: the backup is not a ledger of this version or an older one, or its chain is broken.
    """
    place = settings.ledger_file
    with _workshop(settings) as workshop:
        there = place.exists()
        if there and not replace_it:
            raise LedgerInTheWay(str(place))
        aside = place.with_name(f"{place.name}.{now:%Y%m%dT%H%M%S%f}.replaced") if there else None
        file = workshop.ledger_file
        _copy(source, file)
        _bring_up_to_date(file, source)
        contents, ours = _go_on(file, source, now=now, station_name=station_name)
        _put(file, place, aside)
    open_ledger(settings).close()
    return Restored(contents, ours, aside)


def _bring_up_to_date(file: Path, source: Path) -> None:
    found = schema_of(file)
    if found is None or found not in KNOWN_SCHEMAS:
        raise LedgerDamaged(f"{source}: not a ledger that this version of Depot knows (schema {found})")
    if found != SCHEMA:
        from depot import migrate

        migrate.upgrade(file, backup=False)


def _go_on(file: Path, source: Path, *, now: datetime, station_name: str | None) -> tuple[Held, str]:
    """Make a new station in a copy, after its chains were followed to their ends."""
    connection = connect(file)
    try:
        with connection.begin():
            _verify(connection, source)
            contents = held(connection)
            old = connection.execute(select(station).where(station.c.ours.is_(True))).one()
            head = journal.head_of(connection, old.id)
            new = founding.open_station(
                connection, old.depot, station_name or old.name, now=now, continues=head.hash
            )
            _fresh_series(connection)
        touch(connection, new)
    finally:
        connection.close()
        connection.engine.dispose()
    return contents, new


def _verify(conn: Connection, source: Path) -> None:
    structure = conn.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if structure != "ok":
        raise LedgerDamaged(f"{source}: SQLite finds it damaged ({structure}); nothing was restored")
    for one in conn.scalars(select(event.c.station).distinct()).all():
        broken = next(journal.breaks(conn, one), None)
        if broken is not None:
            raise LedgerDamaged(f"{source}: {broken.what} ({broken.where}); nothing was restored")


def _fresh_series(conn: Connection) -> None:
    newest = select(series.c.kind, func.max(series.c.series).label("series")).group_by(series.c.kind)
    for row in conn.execute(newest).all():
        conn.execute(insert(series).values(kind=row.kind, series=row.series + 1, next=1))


def _move_aside(place: Path, aside: Path) -> None:
    _nobody_has(place)
    for part in _PARTS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{place}{part}").rename(f"{aside}{part}")


def _nobody_has(place: Path) -> None:
    """Make sure that no other process has a ledger open, and bring its WAL into its file.

    A process that had it open would go on writing to the file that is moved aside, and lose its deeds.
    SQLite leaves WAL mode only for whoever is alone with a file; holding the turn keeps it so.

    Raises:
        LedgerInUse: a kiosk has it; LedgerBusy: something else has.
    """
    kiosk = _kiosk_on(place)
    if kiosk is not None:
        raise LedgerInUse(kiosk)
    try:
        with contextlib.closing(sqlite3.connect(place, timeout=0)) as raw:
            raw.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as failed:
        if failed.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise LedgerBusy(f"{place}: another process has it open; close that first") from failed
    except sqlite3.DatabaseError:
        return  # too damaged even for this: its parts are moved aside as they are


def _kiosk_on(place: Path) -> str | None:
    """Return the number of the process that is the kiosk on a ledger, if one is."""
    try:
        handle = os.open(f"{place}.kiosk", os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(handle, 20).decode("ascii", "replace").strip()
    finally:
        os.close(handle)
    return None
