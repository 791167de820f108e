"""The doorway to the ledger's file: one deed, one transaction, one commit, and what to do when that fails.

Every station works on its own SQLite file. A deed is stored when `perform` returns, and not before: WAL
with synchronous=FULL, one fsync a deed. The measured reasons for the settings below:

- BEGIN IMMEDIATE: with the default, three writers met "database is locked" 282,758 times in 4 s.
- One lock file for all writers and checkpoints: SQLite before 3.51.3 can corrupt a WAL when two
  connections write or checkpoint at the same instant; and SQLite's own busy handler is unfair (4 s worst).
- page_size 2048: a deed writes 29 to 39 kB of WAL, against 49 to 66 at 4096.
- No automatic checkpoint: it would land in the middle of somebody's scan. It is made when idle. After each
  one an empty "touch" commit pays for the new WAL header, so that a deed costs exactly one fsync.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, select, update
from sqlalchemy.exc import DBAPIError

from depot import calendar, clock, journal, tables
from depot.errors import (
    DiskFull,
    LedgerBusy,
    LedgerDamaged,
    LedgerError,
    LedgerFault,
    LedgerInUse,
    LedgerMissing,
    LedgerReadOnly,
    LedgerTooNew,
)
from depot.settings import Settings
from depot.station import Station

log = logging.getLogger(__name__)

T = TypeVar("T")

SCHEMA = "0001"
"""The newest migration this version knows; a test ties it to Alembic's head."""
KNOWN_SCHEMAS = ("0001",)

PAGE_SIZE = 2048
_WAL_TOO_LONG = 16 * 1024 * 1024
_TURN_SECONDS = 10.0
_CHAIN_AT_START = 1000


class Ledger:
    """An open ledger that can be read and written. Make one with `open_ledger`."""

    def __init__(
        self, file: Path, station: Station, connection: Connection, turns: Turns, ballast: Ballast
    ) -> None:
        self.file = file
        self.station = station
        self._conn: Connection | None = connection
        self._turns = turns
        self._ballast = ballast
        self._readers: Engine | None = None
        self._claim: int | None = None

    @property
    def is_full(self) -> bool:
        """Whether the disk has run out: the reserve is used, so things may come home but none may leave."""
        return self._ballast.is_used

    def perform(self, deed: Callable[[Connection, Station], T]) -> T:
        """Do one deed in one transaction and commit it. What it returns is on disk.

        Args:
            deed: called with the connection and the station; it records facts and does not commit.

        Raises:
            LedgerError: the deed could not be stored; nothing that it returned may be told to anybody.
        """
        with self._turns.turn():
            try:
                return self._attempt(deed)
            except DiskFull:
                if not self._ballast.drop():
                    raise
                log.error("disk=full ballast=dropped")
                return self._attempt(deed)

    def _attempt(self, deed: Callable[[Connection, Station], T]) -> T:
        connection = self._conn or self._reopen()
        try:
            with connection.begin():
                outcome = deed(connection, self.station)
            self._after_commit(connection)
        except DBAPIError as failed:
            raise self._broken(failed) from failed
        return outcome

    def _after_commit(self, connection: Connection) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self._wal.stat().st_size > _WAL_TOO_LONG:
                self._checkpoint(connection)
        written = connection.info.pop(journal.WRITTEN, None)
        if written is not None:
            _drop_anchor(self.file, self.station.id, written)

    def _broken(self, failed: DBAPIError) -> LedgerError:
        """Say what a failure means; after an I/O error close, so that the next deed begins by looking again.

        The deed may or may not be in the file now. It is never repeated blindly: the person scans again,
        and the rules, which read what is really stored, answer.
        """
        meaning = meaning_of(failed.orig if isinstance(failed.orig, sqlite3.Error) else None, self.file)
        log.error("ledger=%s error=%s", type(meaning).__name__, failed.orig)
        self._let_go()
        return meaning

    def _let_go(self) -> None:
        connection, self._conn = self._conn, None
        if connection is not None:
            with contextlib.suppress(DBAPIError, sqlite3.Error):
                connection.invalidate()
                connection.close()

    def _reopen(self) -> Connection:
        """Open again after a failure: what the WAL holds goes to the file and is synced before anything is told."""
        try:
            connection = connect(self.file)
            self._checkpoint(connection)
        except DBAPIError as failed:
            raise meaning_of(
                failed.orig if isinstance(failed.orig, sqlite3.Error) else None, self.file
            ) from failed
        self._conn = connection
        return connection

    def _checkpoint(self, connection: Connection) -> None:
        """Move the WAL into the file and pay for the new WAL header with an empty commit. Call in one's turn."""
        raw = connection.connection.dbapi_connection
        cast("sqlite3.Connection", raw).execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        touch(connection, self.station.id)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look at the ledger without taking a turn; nothing can be written through this connection.

        Raises:
            LedgerError: the file cannot be read.
        """
        if self._readers is None:
            self._readers = _engine(self.file, writing=False)
        try:
            with self._readers.connect() as connection:
                yield connection
        except DBAPIError as failed:
            raise meaning_of(
                failed.orig if isinstance(failed.orig, sqlite3.Error) else None, self.file
            ) from failed

    def rest(self) -> None:
        """Use an idle moment: move the WAL into the file when there is something to move."""
        with contextlib.suppress(FileNotFoundError):
            if self._conn is None or self._wal.stat().st_size < PAGE_SIZE * 64:
                return
        with self._turns.turn():
            if self._conn is not None:
                try:
                    self._checkpoint(self._conn)
                except (DBAPIError, sqlite3.Error) as failed:
                    log.warning("checkpoint=failed error=%s", failed)

    def claim(self) -> None:
        """Become the one kiosk on this file, until closed.

        Raises:
            LedgerInUse: another process is already; it names that process.
        """
        handle = os.open(f"{self.file}.kiosk", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            pid = os.read(handle, 20).decode("ascii", "replace").strip()
            os.close(handle)
            raise LedgerInUse(pid) from taken
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._claim = handle

    def learn(self) -> None:
        """Read again what the station needs to know and others may have changed: the depot and its closed days."""
        with self.reading() as conn:
            depot, open_days = _surroundings(conn, self.station.depot)
        self.station = replace(self.station, depot=depot, open_days=open_days)

    def close(self) -> None:
        """Close the file, in one's turn: the last one to close writes."""
        if self._readers is not None:
            self._readers.dispose()
        with self._turns.turn():
            self._let_go()
        self._turns.close()
        if self._claim is not None:
            os.close(self._claim)

    @property
    def _wal(self) -> Path:
        return Path(f"{self.file}-wal")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Turns:
    """The lock file behind which all writers of one ledger take turns."""

    def __init__(self, file: Path) -> None:
        self._handle = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn for the length of a block.

        Raises:
            LedgerBusy: nobody gave it up in 10 s.
        """
        self._take()
        try:
            yield
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def _take(self) -> None:
        pause, until = 0.0002, time.monotonic() + _TURN_SECONDS
        while True:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise LedgerBusy("another writer has held the ledger for 10 s") from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.005)
            else:
                return

    def close(self) -> None:
        """Give up the lock file."""
        os.close(self._handle)


class Ballast:
    """A reserve of disk space: given up when the disk is full, so that what is out can still come home."""

    def __init__(self, file: Path, megabytes: int) -> None:
        self._file = Path(f"{file}.ballast")
        self._wanted = megabytes * 1024 * 1024
        if self._wanted and not self._file.exists():
            self._fill()

    def _fill(self) -> None:
        try:
            with self._file.open("xb") as handle:
                os.posix_fallocate(handle.fileno(), 0, self._wanted)
        except OSError as full:
            log.error("ballast=none error=%s", full.strerror)
            self._file.unlink(missing_ok=True)

    @property
    def is_used(self) -> bool:
        """Whether the reserve is gone though one is wanted."""
        return bool(self._wanted) and not self._file.exists()

    def drop(self) -> bool:
        """Give the reserve up. Returns False when there was none."""
        if not self._file.exists():
            return False
        self._file.unlink()
        return True


def connect(file: Path) -> Connection:
    """Open the one writing connection of a process. The caller holds the turn."""
    return _engine(file, writing=True).connect()


def _engine(file: Path, *, writing: bool) -> Engine:
    def open_file() -> sqlite3.Connection:
        mode = "rw" if writing else "ro"
        raw = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=2,
            check_same_thread=False,
        )
        raw.execute("PRAGMA temp_store=MEMORY")
        if writing:
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "secure_delete=ON",
                "wal_autocheckpoint=0",
            ):
                raw.execute(f"PRAGMA {pragma}")
        return raw

    engine = create_engine("sqlite://", creator=open_file, poolclass=StaticPool)
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


_TOUCH = update(tables.station).values(touched=tables.station.c.touched + 1)


def touch(connection: Connection, station: str) -> None:
    """Make a commit that says nothing, so that the next one costs one fsync."""
    with connection.begin():
        connection.execute(_TOUCH.where(tables.station.c.id == station))


_MEANINGS: tuple[tuple[tuple[str, ...], type[LedgerError], str], ...] = (
    (("SQLITE_FULL",), DiskFull, "the disk is full"),
    (("SQLITE_BUSY", "SQLITE_LOCKED"), LedgerBusy, "another writer holds the file"),
    (("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"), LedgerReadOnly, "the file cannot be written"),
    (("SQLITE_CORRUPT", "SQLITE_NOTADB"), LedgerDamaged, "the file is not a sound ledger; see: depot check"),
)


def meaning_of(error: sqlite3.Error | None, file: Path) -> LedgerError:
    """Translate what SQLite says into what it means for the ledger."""
    name = getattr(error, "sqlite_errorname", "") or ""
    for starts, kind, meaning in _MEANINGS:
        if name.startswith(starts):
            return kind(f"{file}: {meaning} ({error})")
    if name.startswith("SQLITE_CANTOPEN"):
        if file.exists():
            return LedgerReadOnly(f"{file}: the file cannot be opened for writing ({error})")
        return LedgerMissing(str(file))
    return LedgerFault(f"{file}: reading or writing failed ({error})")


def open_ledger(settings: Settings, *, built_floor: bool = True) -> Ledger:
    """Open the ledger that the settings name, for reading and writing.

    An older schema is brought up to date first, with a backup beside the file. The newest 1,000 events
    are checked against their chain, and the chain's length against the anchor.

    Args:
        built_floor: whether a clock before the build date is mistrusted; the demo depot, which lives
            through a year of past clocks, says no.

    Raises:
        LedgerError: it is missing, damaged, too new, not writable or held by a stuck writer.
    """
    file = settings.ledger_file
    if not file.exists():
        raise LedgerMissing(str(file))
    if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK):
        raise LedgerReadOnly(f"{file}: the file or its folder cannot be written")
    try:
        turns = Turns(file)
    except OSError as unwritable:
        raise LedgerReadOnly(f"{file}: {unwritable.strerror}") from unwritable
    try:
        with turns.turn():
            _bring_up_to_date(settings, file)
            connection = connect(file)
            try:
                station = _station(connection, settings, built_floor=built_floor)
                _verify(connection, station, file)
                touch(connection, station.id)
            except BaseException:
                connection.close()
                raise
        return Ledger(file, station, connection, turns, Ballast(file, settings.station.ballast_mb))
    except DBAPIError as failed:
        turns.close()
        raise meaning_of(failed.orig if isinstance(failed.orig, sqlite3.Error) else None, file) from failed
    except LedgerError:
        turns.close()
        raise


def schema_of(file: Path) -> str | None:
    """Read which migration a ledger file is at; None for a file without one.

    Raises:
        LedgerError: the file is not a sound SQLite database.
    """
    try:
        with contextlib.closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=2)
        ) as raw:
            row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as failed:
        if "no such table" in str(failed):
            return None
        raise meaning_of(failed, file) from failed
    return str(row[0]) if row else None


def _bring_up_to_date(settings: Settings, file: Path) -> None:
    found = schema_of(file)
    if found == SCHEMA:
        return
    if found is None:
        raise LedgerDamaged(f"{file}: this is not a ledger of Depot")
    if found not in KNOWN_SCHEMAS:
        raise LedgerTooNew(found, SCHEMA)
    from depot import migrate

    migrate.upgrade(file, backup=True)
    log.info("schema=%s upgraded_from=%s", SCHEMA, found)


def _station(connection: Connection, settings: Settings, *, built_floor: bool) -> Station:
    ours = connection.execute(select(tables.station).where(tables.station.c.ours.is_(True))).first()
    if ours is None:
        raise LedgerDamaged("the ledger has no station of its own")
    depot, open_days = _surroundings(connection, ours.depot)
    connection.rollback()
    clock_setting = settings.station.clock
    return Station(
        id=ours.id,
        name=ours.name,
        depot=depot,
        time_zone=settings.time_zone,
        rules=settings.rules.rules(),
        open_days=open_days,
        steady=clock.keeps_time() if clock_setting == "auto" else clock_setting == "trusted",
        built=clock.BUILT if built_floor else clock.from_millis(0),
        prints=bool(settings.station.printer),
    )


def _surroundings(conn: Connection, depot: str) -> tuple[str, calendar.OpenDays]:
    row = conn.execute(select(tables.depot).where(tables.depot.c.id == depot)).one()
    days = conn.execute(
        select(tables.closed_day.c.day, tables.closed_day.c.open).where(tables.closed_day.c.depot == depot)
    ).all()
    parsed = [(date.fromisoformat(day.day), day.open) for day in days]
    return row.id, calendar.OpenDays(
        weekdays=frozenset(int(day) - 1 for day in row.open_weekdays),
        closed=frozenset(day for day, is_open in parsed if not is_open),
        opened=frozenset(day for day, is_open in parsed if is_open),
    )


# --- the chain at start, and the anchor ---


def _verify(connection: Connection, station: Station, file: Path) -> None:
    """Refuse to start on a ledger that is not what was written (SQLite has no checksums; the chain is the detector)."""
    broken = list(journal.breaks(connection, station.id, last=_CHAIN_AT_START))
    head = journal.head_of(connection, station.id)
    connection.rollback()
    if broken:
        raise LedgerDamaged(f"{file}: {broken[0].what} ({broken[0].where}); see: depot check")
    anchored = anchor_of(file, station.id)
    if anchored > head.seq:
        raise LedgerDamaged(
            f"{file}: the journal ends at event {head.seq} but event {anchored} was written; a file was cut or lost"
        )
    _drop_anchor(file, station.id, head.seq)


def anchor_of(file: Path, station: str) -> int:
    """Read the highest event number that this station is known to have written; 0 when nothing is known.

    The anchor is a small file beside the ledger, written after each commit and never synced: it cannot be
    ahead of the ledger, and it notices a `-wal` file that somebody deleted.
    """
    try:
        whose, seq = Path(f"{file}.anchor").read_text("ascii").split()
        return int(seq) if whose == station else 0
    except (OSError, ValueError):
        return 0


def _drop_anchor(file: Path, station: str, seq: int) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(f"{file}.anchor", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(handle, f"{station} {seq:>20}".encode("ascii"), 0)
        finally:
            os.close(handle)
