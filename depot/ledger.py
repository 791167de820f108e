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
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    PoolProxiedConnection,
    QueuePool,
    create_engine,
    select,
    update,
)
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError

from depot import calendar, clock, journal, tables
from depot.errors import (
    Conflict,
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
from depot.outcomes import Reason
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
        self._wal = f"{file}-wal"
        self.station = station
        self._conn: Connection | None = connection
        self._turns = turns
        self._ballast = ballast
        self._readers: Engine | None = None
        self._claim: int | None = None
        self._rested: tuple[int, int] | None = None

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
            raise conflict_of(stopped) from stopped
        except DBAPIError as failed:
            raise self._broken(failed) from failed
        self._after_commit(connection)
        return outcome

    def _after_commit(self, connection: Connection) -> None:
        """Note the newest event beside the ledger; shorten a long WAL. The deed stands, whatever fails."""
        written = connection.info.pop(journal.WRITTEN, None)
        if written is not None:
            _drop_anchor(self.file, self.station.id, written)
        stamp = self._wal_stamp()
        if stamp is not None and stamp[0] > _WAL_TOO_LONG:
            self._tidy(connection)

    def _broken(self, failed: DBAPIError) -> LedgerError:
        """Say what a failure means; after an I/O error close, so that the next deed begins by looking again.

        The deed may or may not be in the file now. It is never repeated blindly: the person scans again,
        and the rules, which read what is really stored, answer.
        """
        meaning = meaning_of(failed, self.file)
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
            _checkpoint(connection, self.station.id)
            _verify(connection, self.station, self.file)

        self._conn, _ = _opened(self.file, look_again)
        return self._conn

    def _tidy(self, connection: Connection) -> None:
        """Checkpoint in one's turn. If that fails only the connection is lost: the WAL still holds it all."""
        try:
            _checkpoint(connection, self.station.id)
        except (DBAPIError, sqlite3.Error) as failed:
            log.warning("checkpoint=failed error=%s", meaning_of(failed, self.file))
            self._let_go()

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
            self._forget_readers()
            raise meaning_of(failed, self.file) from failed

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
            depot, country, open_days = _surroundings(conn, self.station.depot)
        self.station = replace(self.station, depot=depot, country=country, open_days=open_days)

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


class Turns:
    """The lock file behind which all writers of one ledger take turns.

    Args:
        patience: how many seconds to wait for a turn.
    """

    def __init__(self, file: Path, patience: float) -> None:
        self._handle: int | None = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._patience = patience
        self._here = threading.Lock()  # flock keeps processes apart, not the threads of one

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn for the length of a block.

        Raises:
            LedgerBusy: nobody gave it up in time.
        """
        until = time.monotonic() + self._patience
        if not self._here.acquire(timeout=self._patience):
            raise self._too_long()
        try:
            with self._flocked(until):
                yield
        finally:
            self._here.release()

    @contextlib.contextmanager
    def _flocked(self, until: float) -> Iterator[None]:
        handle = self._handle
        if handle is None:
            yield
            return
        pause = 0.0002
        while not _try_flock(handle):
            if time.monotonic() > until:
                raise self._too_long()
            time.sleep(pause)
            pause = min(pause * 1.5, 0.005)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)

    def _too_long(self) -> LedgerBusy:
        return LedgerBusy(f"another writer has held the ledger for {self._patience:g} s")

    def close(self) -> None:
        """Give up the lock file, which stays for the next."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


def _try_flock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Ballast:
    """A reserve of disk space: given up when the disk is full, so that what is out can still come home."""

    def __init__(self, file: Path, megabytes: int) -> None:
        self._file = Path(f"{file}.ballast")
        self._wanted = megabytes * 1024 * 1024

    def fill(self) -> None:
        """Reserve the space, if it can be had. Call in one's turn."""
        if not self._wanted or (self._file.exists() and self._file.stat().st_size >= self._wanted):
            return
        try:
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(handle, 0, self._wanted)
            finally:
                os.close(handle)
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
        log.error("disk=full ballast=dropped")
        return True


def connect(file: Path) -> Connection:
    """Open the one writing connection of a process. The caller holds the turn."""
    return _engine(file, writing=True).connect()


@contextlib.contextmanager
def read_only(file: Path) -> Iterator[Connection]:
    """Look at a ledger's file without opening the ledger: for lists, and for one too damaged to open.

    Raises:
        LedgerError: there is no such file, or it cannot be read.
    """
    if not file.exists():
        raise LedgerMissing(str(file))
    engine = _engine(file, writing=False)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as failed:
        raise meaning_of(failed, file) from failed
    finally:
        engine.dispose()


_WRITING = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "wal_autocheckpoint=0")
_WAL_STAYS = f"journal_size_limit={_WAL_TOO_LONG}"  # else one long WAL would be long for ever


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
        try:
            for pragma in ("temp_store=MEMORY", *((*_WRITING, _WAL_STAYS) if writing else ())):
                raw.execute(f"PRAGMA {pragma}")
        except BaseException:
            raw.close()
            raise
        return raw

    # Parameters are hidden from errors, which are logged: among them are cards and telephone numbers.
    pool = NullPool if writing else QueuePool  # closing the writer closes the file
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    return create_engine(
        "sqlite+ledger://", creator=open_file, poolclass=pool, hide_parameters=True, begin=begin
    )


class _Dialect(SQLiteDialect_pysqlite):
    """SQLite, begun with a statement of our own.

    SQLAlchemy's usual way is a listener to its event "begin"; but an engine that anybody listens to asks
    for listeners around every statement, which takes 5 microseconds each (measured).
    """

    supports_statement_cache = True

    def __init__(self, begin: str = "BEGIN", **options: Any) -> None:
        super().__init__(**options)
        self._begin = begin

    def do_begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        dbapi_connection.cursor().execute(self._begin)


registry.register("sqlite.ledger", __name__, _Dialect.__name__)


_TOUCH = update(tables.station).values(touched=tables.station.c.touched + 1)


def touch(connection: Connection, station: str) -> None:
    """Make a commit that says nothing, so that the next one costs one fsync."""
    with connection.begin():
        connection.execute(_TOUCH.where(tables.station.c.id == station))


def _checkpoint(connection: Connection, station: str) -> None:
    """Move the WAL into the file; where nothing is left, pay for the new WAL's header. Call in one's turn."""
    raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    _, frames, moved = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if frames == moved:  # somebody who reads an older page keeps the rest where it is
        touch(connection, station)


_REFUSALS = {
    "one_open_loan_per_item": Reason.ON_LOAN_TO_OTHER,
    "loan.item": Reason.ON_LOAN_TO_OTHER,
    "event.key": Reason.KEY_REUSED,
    "link.key": Reason.KEY_REUSED,
    "loan.key": Reason.KEY_REUSED,
}
"""What a constraint says, in a rule's words. SQLite names a unique index by its columns."""


def conflict_of(stopped: IntegrityError) -> Conflict:
    """Translate a broken constraint, by its name, into the refusal that a rule would have given."""
    said = str(stopped.orig)
    return Conflict(next((why for name, why in _REFUSALS.items() if name in said), Reason.WRONG_STATE), said)


_MEANINGS: tuple[tuple[tuple[str, ...], type[LedgerError], str], ...] = (
    (("SQLITE_FULL",), DiskFull, "the disk is full"),
    (("SQLITE_BUSY", "SQLITE_LOCKED"), LedgerBusy, "another writer holds the file"),
    (("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"), LedgerReadOnly, "the file cannot be written"),
    (("SQLITE_CORRUPT", "SQLITE_NOTADB"), LedgerDamaged, "the file is not a sound ledger; see: depot check"),
)


def meaning_of(failed: DBAPIError | sqlite3.Error, file: Path) -> LedgerError:
    """Translate what SQLite says into what it means for the ledger."""
    error = failed.orig if isinstance(failed, DBAPIError) else failed
    name = getattr(error, "sqlite_errorname", "") or ""
    if not name and "decode to UTF-8" in str(error):  # Python's own error, which quotes what is stored
        return LedgerDamaged(f"{file}: a stored text is not what was written; see: depot check")
    if name == "SQLITE_IOERR_SHMSIZE" and _has_no_room(file.parent):
        name = "SQLITE_FULL"  # it says the same of a disk that is full and of one that fails
    for starts, kind, meaning in _MEANINGS:
        if name.startswith(starts):
            return kind(f"{file}: {meaning} ({error})")
    if name.startswith("SQLITE_CANTOPEN"):
        if file.exists():
            return LedgerReadOnly(f"{file}: the file cannot be opened for writing ({error})")
        return LedgerMissing(str(file))
    return LedgerFault(f"{file}: reading or writing failed ({error})")


def _has_no_room(folder: Path) -> bool:
    """Say whether a disk has less room than SQLite asks for at a time: 32 kB of shared memory."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize < 32 * 1024


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
        touch(connection, station.id)
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
        connection = connect(file)
    except DBAPIError as failed:
        raise meaning_of(failed, file) from failed
    try:
        return connection, begin(connection)
    except BaseException as failed:
        connection.close()
        if isinstance(failed, DBAPIError | sqlite3.Error):
            raise meaning_of(failed, file) from failed
        if isinstance(failed, _NONSENSE):
            raise LedgerDamaged(f"{file}: what is stored cannot be read; see: depot check") from failed
        raise


_NONSENSE = (ValueError, TypeError, AttributeError, InvalidRequestError)
"""What reading a damaged row may raise: a time that is none, a number that is a text, a row that is gone."""


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


def _bring_up_to_date(file: Path) -> None:
    found = schema_of(file)
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
        raise meaning_of(failed, file) from failed
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
    _drop_anchor(file, station.id, head.seq)


def anchor_of(file: Path, station: str) -> int:
    """Read the highest event number that this station is known to have written; 0 when nothing is known.

    The anchor is a small file beside the ledger, written after each commit and never synced: it cannot be
    ahead of the ledger, and it notices a `-wal` file that somebody deleted. The number stands in it twice,
    because half of 67 written over 49 would be 69, and a sound ledger refused.
    """
    try:
        whose, seq, again = Path(f"{file}.anchor").read_text("ascii").split()
        return int(seq) if whose == station and seq == again else 0
    except (OSError, ValueError):
        return 0


def _drop_anchor(file: Path, station: str, seq: int) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(f"{file}.anchor", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(handle, f"{station} {seq:>20} {seq:>20}".encode("ascii"), 0)
        finally:
            os.close(handle)
