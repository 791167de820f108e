"""The doorway to the ledger's file: one deed, one transaction, one commit, and what to do when that fails.

Every station works on its own SQLite file (see `sqlite`), with a lock, a reserve and an anchor beside it (see
`beside`). A deed is stored when `perform` returns, and not before: WAL with synchronous=FULL, one fsync a deed.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    func,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError

from depot import calendar, clock, journal, sqlite, tables
from depot.beside import Ballast, Turns, anchor_of, drop_anchor
from depot.errors import (
    DiskFull,
    LedgerBusy,
    LedgerDamaged,
    LedgerError,
    LedgerInUse,
    LedgerMissing,
    LedgerReadOnly,
    LedgerTooNew,
)
from depot.settings import Settings
from depot.station import Station

log = logging.getLogger(__name__)

T = TypeVar("T")

SCHEMA = "0005"
"""The newest migration this version knows; a test ties it to Alembic's head."""
KNOWN_SCHEMAS = ("0001", "0002", "0003", "0004", "0005")

_TURN_SECONDS = 10.0
_CHAIN_AT_START = 1000


class Ledger:
    """An open ledger that can be read and written. Make one with `open_ledger`."""

    def __init__(
        self, file: Path, station: Station, connection: Connection, turns: Turns, ballast: Ballast
    ) -> None:
        self.file = file
        self._wal = f"{file}-wal"
        self.station = station
        self._conn: Connection | None = connection
        self._turns = turns
        self._ballast = ballast
        self._readers: Engine | None = None
        self._claim: int | None = None
        self._rested: tuple[int, int] | None = None
        self._learnt: int | None = None

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
                return self._attempt(deed)

    def _attempt(self, deed: Callable[[Connection, Station], T]) -> T:
        connection = self._conn or self._reopen()
        connection.info.pop(journal.WRITTEN, None)  # a deed that was given up has written nothing
        try:
            with connection.begin():
                outcome = deed(connection, self.station)
        except IntegrityError as stopped:
            raise sqlite.conflict_of(stopped) from stopped
        except DBAPIError as failed:
            raise self._broken(failed) from failed
        self._after_commit(connection)
        return outcome

    def _after_commit(self, connection: Connection) -> None:
        """Note the newest event beside the ledger; shorten a long WAL. The deed stands, whatever fails."""
        written = connection.info.pop(journal.WRITTEN, None)
        if written is not None:
            drop_anchor(self.file, self.station.id, written)
        stamp = self._wal_stamp()
        if stamp is not None and stamp[0] > sqlite.WAL_TOO_LONG:
            self._tidy(connection)

    def _broken(self, failed: DBAPIError) -> LedgerError:
        """Say what a failure means; after an I/O error close, so that the next deed begins by looking again.

        The deed may or may not be in the file now. It is never repeated blindly: the person scans again,
        and the rules, which read what is really stored, answer.
        """
        meaning = sqlite.meaning_of(failed, self.file)
        log.error("ledger=%s error=%s", type(meaning).__name__, meaning)
        self._let_go()
        return meaning

    def _let_go(self) -> None:
        connection, self._conn = self._conn, None
        if connection is not None:
            with contextlib.suppress(DBAPIError, sqlite3.Error):
                connection.invalidate()
                connection.close()

    def _reopen(self) -> Connection:
        """Open again after a failure and look at what is stored.

        What the WAL holds goes to the file and is synced before anything is told: a failed fsync leaves
        pages that read well and are not on the disk.
        """

        def look_again(connection: Connection) -> None:
            sqlite.checkpoint(connection, self.station.id)
            _verify(connection, self.station, self.file)

        self._conn, _ = _opened(self.file, look_again)
        return self._conn

    def _tidy(self, connection: Connection) -> None:
        """Checkpoint in one's turn. If that fails only the connection is lost: the WAL still holds it all."""
        try:
            sqlite.checkpoint(connection, self.station.id)
        except (DBAPIError, sqlite3.Error) as failed:
            log.warning("checkpoint=failed error=%s", sqlite.meaning_of(failed, self.file))
            self._let_go()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look at the ledger without taking a turn; nothing can be written through this connection.

        Raises:
            LedgerError: the file cannot be read.
        """
        if self._readers is None:
            self._readers = sqlite.engine(self.file, writing=False)
        try:
            with self._readers.connect() as connection:
                yield connection
        except DBAPIError as failed:
            self._forget_readers()
            raise sqlite.meaning_of(failed, self.file) from failed

    def _forget_readers(self) -> None:
        readers, self._readers = self._readers, None
        if readers is not None:
            readers.dispose()

    def rest(self) -> None:
        """Use an idle moment: move the WAL into the file when anybody has written since the last time.

        The WAL's size would not tell: SQLite begins it anew and leaves the file as long as it was.

        Raises:
            LedgerBusy: another writer did not let go in time.
        """
        if self._conn is None or self._wal_stamp() == self._rested:
            return
        with self._turns.turn():
            self._tidy(self._conn)
            self._rested = self._wal_stamp()

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
        """Read again what others may have changed around the station: the depot and its closed days."""
        with self.reading() as conn:
            changes = _changes(conn)
            depot, country, open_days = _surroundings(conn, self.station.depot)
        self.station = replace(self.station, depot=depot, country=country, open_days=open_days)
        self._learnt = changes

    def has_news(self) -> bool:
        """Say whether somebody has closed or opened days since `learn`, or nothing was learnt yet.

        Raises:
            LedgerError: the file cannot be read.
        """
        with self.reading() as conn:
            return _changes(conn) != self._learnt

    def mind_the_clock(self) -> None:
        """Believe this machine's clock from now on, if NTP has answered since the ledger was opened."""
        if not self.station.steady and clock.keeps_time():
            self.station = replace(self.station, steady=True)

    def close(self) -> None:
        """Close the file, in one's turn: the last one to close writes. Closing twice is no harm."""
        self._forget_readers()
        try:
            with self._turns.turn():
                self._let_go()
        except LedgerBusy:  # whoever holds the turn has the file open as well, so this close is not the last
            self._let_go()
        finally:
            self._turns.close()
            claim, self._claim = self._claim, None
            if claim is not None:
                os.close(claim)

    def _wal_stamp(self) -> tuple[int, int] | None:
        """Return the WAL's length in bytes and the time of its last change; None where there is none."""
        try:
            wal = os.stat(self._wal)  # noqa: PTH116 - in every deed, and a Path takes three times as long
        except OSError:
            return None
        return wal.st_size, wal.st_mtime_ns

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_ledger(settings: Settings, *, built_floor: bool = True, patience: float = _TURN_SECONDS) -> Ledger:
    """Open the ledger that the settings name, for reading and writing.

    An older schema is brought up to date first, with a backup beside the file. The newest 1,000 events
    are checked against their chain, and the chain's length against the anchor.

    Args:
        built_floor: whether a clock before the build date is mistrusted; the demo depot, which lives
            through a year of past clocks, says no.
        patience: how many seconds to wait for other writers, here and at every deed.

    Raises:
        LedgerError: it is missing, damaged, too new, not writable or held by a stuck writer.
    """
    file = settings.ledger_file
    if not file.exists():
        raise LedgerMissing(str(file))
    if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK):
        raise LedgerReadOnly(f"{file}: the file or its folder cannot be written")
    if Path(f"{file}-journal").exists():  # SQLite would play it back; a ledger of ours never has one
        raise LedgerDamaged(f"{file}-journal: a journal lies there that is not the ledger's; move it away")
    try:
        turns = Turns(file, patience)
    except OSError as unwritable:
        raise LedgerReadOnly(f"{file}: {unwritable.strerror}") from unwritable

    def begin(connection: Connection) -> Station:
        station = _station(connection, settings, built_floor=built_floor)
        _verify(connection, station, file)
        sqlite.touch(connection, station.id)
        return station

    ballast = Ballast(file, settings.station.ballast_mb)
    try:
        with turns.turn():
            try:
                connection, station = _opened(file, begin)
            except DiskFull:
                if not ballast.drop():
                    raise
                connection, station = _opened(file, begin)
            else:
                ballast.fill()
    except BaseException:
        turns.close()
        raise
    return Ledger(file, station, connection, turns, ballast)


def _opened(file: Path, begin: Callable[[Connection], T]) -> tuple[Connection, T]:
    """Open the writing connection and begin with it; whatever goes wrong, close it and say what it means."""
    _bring_up_to_date(file)
    try:
        connection = sqlite.connect(file)
    except DBAPIError as failed:
        raise sqlite.meaning_of(failed, file) from failed
    try:
        return connection, begin(connection)
    except BaseException as failed:
        connection.close()
        if isinstance(failed, DBAPIError | sqlite3.Error):
            raise sqlite.meaning_of(failed, file) from failed
        if isinstance(failed, _NONSENSE):
            raise LedgerDamaged(f"{file}: what is stored cannot be read; see: depot check") from failed
        raise


_NONSENSE = (ValueError, TypeError, AttributeError, InvalidRequestError)
"""What reading a damaged row may raise: a time that is none, a number that is a text, a row that is gone."""


def _bring_up_to_date(file: Path) -> None:
    found = sqlite.schema_of(file)
    if found == SCHEMA:
        return
    if found is None:
        raise LedgerDamaged(f"{file}: this is not a ledger of Depot")
    if found not in KNOWN_SCHEMAS:
        raise LedgerTooNew(found, SCHEMA)
    from depot import migrate

    try:
        migrate.upgrade(file, backup=True)
    except (DBAPIError, sqlite3.Error) as failed:
        raise sqlite.meaning_of(failed, file) from failed
    log.info("schema=%s upgraded_from=%s", SCHEMA, found)


def _station(connection: Connection, settings: Settings, *, built_floor: bool) -> Station:
    ours = connection.execute(select(tables.station).where(tables.station.c.ours.is_(True))).first()
    if ours is None:
        raise LedgerDamaged("the ledger has no station of its own")
    depot, country, open_days = _surroundings(connection, ours.depot)
    connection.rollback()
    clock_setting = settings.station.clock
    return Station(
        id=ours.id,
        name=ours.name,
        depot=depot,
        country=country,
        time_zone=settings.time_zone,
        rules=settings.rules.rules(),
        open_days=open_days,
        steady=clock.keeps_time() if clock_setting == "auto" else clock_setting == "trusted",
        built=clock.BUILT if built_floor else clock.from_millis(0),
        prints=bool(settings.station.printer),
    )


def _changes(conn: Connection) -> int:
    """Count how often the depot or its calendar was changed: revisions are only ever added."""
    changed = tables.revision.c.table.in_((tables.depot.name, tables.closed_day.name))
    return conn.scalar(select(func.count()).select_from(tables.revision).where(changed)) or 0


def _surroundings(conn: Connection, depot: str) -> tuple[str, str, calendar.OpenDays]:
    row = conn.execute(select(tables.depot).where(tables.depot.c.id == depot)).one()
    days = conn.execute(
        select(tables.closed_day.c.day, tables.closed_day.c.open).where(tables.closed_day.c.depot == depot)
    ).all()
    parsed = [(date.fromisoformat(day.day), day.open) for day in days]
    return (
        row.id,
        row.country,
        calendar.OpenDays(
            weekdays=frozenset(int(day) - 1 for day in row.open_weekdays),
            closed=frozenset(day for day, is_open in parsed if not is_open),
            opened=frozenset(day for day, is_open in parsed if is_open),
        ),
    )


# --- the chain at start, and the anchor ---


def _verify(connection: Connection, station: Station, file: Path) -> None:
    """Refuse a ledger that is not what was written. SQLite has no checksums; the chain is what detects it."""
    broken = next(journal.breaks(connection, station.id, last=_CHAIN_AT_START), None)
    head = journal.head_of(connection, station.id)
    connection.rollback()
    if broken:
        raise LedgerDamaged(f"{file}: {broken.what} ({broken.where}); see: depot check")
    anchored = anchor_of(file, station.id)
    if anchored > head.seq:
        raise LedgerDamaged(
            f"{file}: the journal ends at event {head.seq} but event {anchored} was written;"
            " a file was cut or lost"
        )
    drop_anchor(file, station.id, head.seq)
