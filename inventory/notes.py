"""What somebody has written down about a thing or an order: free text, which no event may hold."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from depot import clock
from depot.tables import note

LONGEST = 200
"""Characters of one note."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `by` is the pseudonym of who wrote it."""

    at: datetime
    by: str | None
    text: str


def add(conn: Connection, subject: str, text: str, *, by: str | None, now: datetime) -> str:
    """Write something down; returns the note's key.

    Args:
        subject: what it is about: the code of a thing or the key of an order; never a person.
        text: 1 to `LONGEST` printable characters.
        now: aware, UTC.

    Raises:
        ValueError: the text is none of the kind.
    """
    text = text.strip()
    if not text or len(text) > LONGEST or not text.isprintable():
        raise ValueError(f"wanted 1 to {LONGEST} printable characters")
    key = str(uuid.uuid4())
    row = {"key": key, "subject": subject, "at": clock.millis(now), "by": by, "text": text}
    conn.execute(insert(note).values(row))
    return key


def take_back(conn: Connection, key: str) -> None:
    """Take away what was written by a slip."""
    conn.execute(delete(note).where(note.c.key == key))


def about(conn: Connection, subject: str) -> tuple[Note, ...]:
    """Read what was written about something, the oldest first."""
    rows = conn.execute(select(note).where(note.c.subject == subject).order_by(note.c.at, note.c.key))
    return tuple(Note(clock.from_millis(row.at), row.by, row.text) for row in rows)
