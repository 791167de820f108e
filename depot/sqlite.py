"""The SQLite file: how it is opened, and what its errors mean. The measured reasons for the settings:

- BEGIN IMMEDIATE: with the default, three writers met "database is locked" 282,758 times in 4 s.
- page_size 2048: a deed writes 29 to 39 kB of WAL, against 49 to 66 at 4096.
- No automatic checkpoint: it would land in the middle of somebody's scan. It is made when idle. After each
  one an empty "touch" commit pays for the new WAL header, so that a deed costs exactly one fsync.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, NullPool, PoolProxiedConnection, QueuePool, create_engine, update
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

from depot import tables
from depot.errors import (
    Conflict,
    DiskFull,
    LedgerBusy,
    LedgerDamaged,
    LedgerError,
    LedgerFault,
    LedgerMissing,
    LedgerReadOnly,
)
from depot.outcomes import Reason

PAGE_SIZE = 2048
WAL_TOO_LONG = 16 * 1024 * 1024
"""Bytes at which a WAL is moved into the file without waiting for an idle moment."""


def connect(file: Path) -> Connection:
    """Open the one writing connection of a process. The caller holds the turn."""
    return engine(file, writing=True).connect()


@contextlib.contextmanager
def read_only(file: Path) -> Iterator[Connection]:
    """Look at a ledger's file without opening the ledger: for lists, and for one too damaged to open.

    Raises:
        LedgerError: there is no such file, or it cannot be read.
    """
    if not file.exists():
        raise LedgerMissing(str(file))
    readers = engine(file, writing=False)
    try:
        with readers.connect() as connection:
            yield connection
    except DBAPIError as failed:
        raise meaning_of(failed, file) from failed
    finally:
        readers.dispose()


_WRITING = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "wal_autocheckpoint=0")
_WAL_STAYS = f"journal_size_limit={WAL_TOO_LONG}"  # else one long WAL would be long for ever


def engine(file: Path, *, writing: bool) -> Engine:
    """Make an engine for a ledger's file: a writer whose one connection closes with it, or readers."""

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


def checkpoint(connection: Connection, station: str) -> None:
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
