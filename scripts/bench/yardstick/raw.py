"""The same deeds by hand: raw `sqlite3`, and nothing between it and the bytes.

What SQL a deed is made of is not copied here but overheard: one check-out and one check-in are done through
the ledger while somebody listens, and the twin runs those very statements in that order, in one transaction,
on a connection with the same settings, behind the same kind of lock, with the same JSON, hash, keys, anchor
and rests. What it leaves out is what the ledger is for: it asks no rule, trusts every clock, counts
every day as open and has no answer to anything that goes wrong.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from uuid_utils import uuid7

_PRAGMAS = (
    "temp_store=MEMORY",
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "wal_autocheckpoint=0",
    "journal_size_limit=16777216",
)
_LOOK, _EVENT, _STATE = "SELECT", "INSERT event", "UPDATE item_state"
_NEW_LOAN, _END_LOAN, _LINK, _LABEL = "INSERT loan", "UPDATE loan", "INSERT link", "INSERT label_job"
LEND = {_LOOK, _EVENT, _NEW_LOAN, _STATE, _LINK, _LABEL}
TAKE_HOME = {_LOOK, _EVENT, _END_LOAN, _STATE}
_LAPSES_MS = 10 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that was overheard: its SQL, what its parameters were, and how to put others in order."""

    sql: str
    said: Mapping[str, Any]
    in_order: Callable[[Mapping[str, Any]], tuple[Any, ...]]


Deed = Mapping[str, Statement]
"""A deed's statements by verb and table: `INSERT event`."""


@contextmanager
def overheard(wanted: set[str]) -> Iterator[dict[str, Statement]]:
    """Listen to what SQLAlchemy sends to SQLite in a block.

    Raises:
        RuntimeError: it was not each of the wanted statements once: the ledger's deed has changed, and the
            twin must learn the new one.
    """
    heard: dict[str, Statement] = {}
    names: list[str] = []

    def listen(_: Any, __: Any, sql: str, parameters: tuple[Any, ...], context: Any, ___: bool) -> None:
        verb, *words = sql.replace('"', "").split(maxsplit=3)
        name = verb if verb == _LOOK else f"{verb} {words[1 if verb == 'INSERT' else 0]}"
        order = context.compiled.positiontup if verb == _LOOK else _columns(sql)
        names.append(name)
        heard[name] = Statement(sql, dict(zip(order, parameters, strict=True)), itemgetter(*order))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    if sorted(names) != sorted(wanted):
        raise RuntimeError(f"a deed is {', '.join(names)}; the twin knows {', '.join(sorted(wanted))}")


def _columns(sql: str) -> list[str]:
    """Name the parameters of an INSERT or UPDATE after their columns."""
    if sql.startswith("INSERT"):
        return re.findall(r"\w+", sql[sql.index("(") : sql.index(")")])
    return re.findall(r'(\w+)"?\s*=\s*\?', sql)


class Raw:
    """Somebody who does deeds by hand on a ledger's file.

    Args:
        file: a furnished ledger that nobody else writes to meanwhile.
        lend, take_home: what was overheard of a check-out and of a check-in.
    """

    def __init__(self, file: Path, lend: Deed, take_home: Deed) -> None:
        self._lend, self._take_home = lend, take_home
        self._lock = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._anchor = f"{file}.anchor"
        self._db = sqlite3.connect(file, isolation_level=None, timeout=2)
        self._db.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")
        ours = self._db.execute("SELECT id, depot FROM station WHERE ours").fetchone()
        self._here = {"station": ours["id"], "depot": ours["depot"]}
        self.rest()

    def close(self) -> None:
        """Close the file."""
        with self._turn():
            self._db.close()
        os.close(self._lock)

    def rest(self) -> None:
        """Move the WAL into the file, and pay for its new header."""
        with self._turn():
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._db.execute("UPDATE station SET touched = touched + 1 WHERE ours")

    def lend(self, card: str, item: str) -> None:
        """Check a piece out, without asking whether it may leave."""
        now = datetime.now(UTC)
        at = _millis(now)
        with self._turn():
            self._db.execute("BEGIN IMMEDIATE")
            row = self._look(self._lend, item=item, card=card, now_ms=at)
            days, due = row["loan_days"], (now.date() + timedelta(days=row["loan_days"])).isoformat()
            terms = {"product": row["product"], "days": days, "policy": "next_open_day", "due": due}
            key, told = self._record(self._lend, "check_out", row, now, item, None, terms)
            open_loan = {"key": key, "item": item, "deed": key, "out_at": at, "flags": "", "renewals": 0}
            ends = {"returned_at": None, "ended": None}
            self._run(self._lend[_NEW_LOAN], {**self._here, **terms, **open_loan, **ends})
            self._move(self._lend, row, {**told, "state": "on_loan", "loan": key, "hold": None})
            tie = {"key": key, "borrower": row["borrower"], "made_at": at}
            self._run(self._lend[_LINK], {**self._here, **tie})
            label = str(uuid.uuid5(uuid.UUID(key), "loan"))
            job = {"key": label, "event": key, "design": "loan", "made_at": at, "lapses_at": at + _LAPSES_MS}
            self._run(self._lend[_LABEL], {**job, "state": "waiting"})
            self._db.execute("COMMIT")
            self._drop_anchor(told["seq"])

    def take_home(self, item: str) -> None:
        """Check a piece in."""
        now = datetime.now(UTC)
        with self._turn():
            self._db.execute("BEGIN IMMEDIATE")
            row = self._look(self._take_home, item=item)
            _, told = self._record(self._take_home, "check_in", row, now, item, row["state_loan"], {})
            kept = {"due": row["open_due"], "flags": row["open_flags"], "renewals": row["open_renewals"]}
            ends = {**kept, "ended": "returned"}
            closed = {"key": row["state_loan"], "returned_at": told["since"]}
            self._run(self._take_home[_END_LOAN], {**ends, **closed})
            self._move(self._take_home, row, {**told, "state": "returned", "loan": None, "hold": None})
            self._db.execute("COMMIT")
            self._drop_anchor(told["seq"])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def _run(self, statement: Statement, values: Mapping[str, Any]) -> sqlite3.Cursor:
        return self._db.execute(statement.sql, statement.in_order(values))

    def _look(self, deed: Deed, **asked: Any) -> sqlite3.Row:
        look = deed[_LOOK]
        row: sqlite3.Row = self._run(look, {**look.said, **self._here, **asked}).fetchone()
        return row

    def _record(
        self,
        deed: Deed,
        kind: str,
        row: sqlite3.Row,
        now: datetime,
        item: str,
        loan: str | None,
        facts: Mapping[str, Any],
    ) -> tuple[str, dict[str, Any]]:
        """Write the event; gives its key, and what the piece's row will say of it."""
        key, at, seq = str(uuid7()), _millis(now), row["head_seq"] + 1
        tick, station = max(at, row["state_tick"] + 1), self._here["station"]
        time = now.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
        named = {"v": 1, "station": station, "seq": seq, "key": key, "deed": key, "kind": kind, "tick": tick}
        body = {
            **facts,
            **named,
            "depot": self._here["depot"],
            "at": time,
            "clock_trusted": True,
            "item": item,
        }
        if loan is not None:
            body["loan"] = loan
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        digest = sha256(row["head_hash"] + text.encode()).digest()
        columns = {"fork": 0, "at": time, "trusted": True, "item": item, "loan": loan, "hold": None}
        self._run(deed[_EVENT], {**named, **columns, "body": text, "hash": digest})
        return key, {"since": at, "tick": tick, "station": station, "seq": seq, "item": item}

    def _move(self, deed: Deed, row: sqlite3.Row, now: Mapping[str, Any]) -> None:
        stays = ("shelf", "infected", "parked", "inspected_on")
        self._run(deed[_STATE], {**self._here, **{name: row[f"state_{name}"] for name in stays}, **now})

    def _drop_anchor(self, seq: int) -> None:
        handle = os.open(self._anchor, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(handle, f"{self._here['station']} {seq:>20}".encode("ascii"), 0)
        os.close(handle)


class Bare:
    """One fsync of so many bytes, into a file as long as a WAL may get, that has been written before."""

    _LONG = 16 * 1024 * 1024

    def __init__(self, file: Path) -> None:
        self._handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.pwrite(self._handle, os.urandom(self._LONG), 0)
        os.fsync(self._handle)
        self._at = 0

    def sync(self, data: bytes) -> None:
        """Write the bytes behind the last ones, and wait until they are on the disk."""
        self._at = 0 if self._at + len(data) > self._LONG else self._at
        os.pwrite(self._handle, data, self._at)
        os.fdatasync(self._handle)
        self._at += len(data)

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)


_EPOCH, _MS = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


def _millis(at: datetime) -> int:
    return (at - _EPOCH) // _MS
