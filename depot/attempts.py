"""How often something was tried that must not be tried without end; counted on disk, so over restarts too."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select

from depot import clock
from depot.tables import attempt


class Kind(StrEnum):
    """What was tried."""

    CARD_STARTED = "card_started"
    CARD_TYPED = "card_typed"
    LAST_FOUR = "last_four"
    PIN = "pin"


UNKNOWN_CARDS = 10
PAUSE = timedelta(minutes=10)
"""Ten typed cards that we do not know, within ten minutes, pause typed cards for ten minutes."""

TRIES = 5
TRIES_LAST = timedelta(hours=1)
"""Five wrong answers for one card or badge; the first may be forgotten after an hour."""


@dataclass(frozen=True, slots=True)
class CardLimits:
    """How many cards may be started for one phone number in a day, and in an hour at all."""

    per_number: int
    per_hour: int


def note(conn: Connection, kind: Kind, subject: str, *, now: datetime) -> None:
    """Count one try. What is older than a day is forgotten."""
    forget_old(conn, now=now)
    conn.execute(
        insert(attempt).values(key=str(uuid.uuid4()), kind=kind.value, subject=subject, at=clock.millis(now))
    )


def tried(conn: Connection, kind: Kind, subject: str | None, *, now: datetime, within: timedelta) -> int:
    """Count the tries of a kind, for one subject or for all, since a time before now."""
    since = clock.millis(now - within)
    asked = (
        select(func.count()).select_from(attempt).where(attempt.c.kind == kind.value, attempt.c.at > since)
    )
    return conn.scalar(asked if subject is None else asked.where(attempt.c.subject == subject)) or 0


def forget(conn: Connection, kind: Kind, subject: str) -> None:
    """Forget the tries of one subject: the right answer was given."""
    conn.execute(delete(attempt).where(attempt.c.kind == kind.value, attempt.c.subject == subject))


def forget_old(conn: Connection, *, now: datetime) -> None:
    """Forget the tries that are older than a day."""
    conn.execute(delete(attempt).where(attempt.c.at < clock.millis(now - timedelta(days=1))))


def may_start(conn: Connection, number: str, limits: CardLimits, *, now: datetime) -> bool:
    """Say whether another card may be started for this number, at this hour."""
    theirs = tried(conn, Kind.CARD_STARTED, number, now=now, within=timedelta(days=1))
    all_of_them = tried(conn, Kind.CARD_STARTED, None, now=now, within=timedelta(hours=1))
    return theirs < limits.per_number and all_of_them < limits.per_hour


def may_type_a_card(conn: Connection, *, now: datetime) -> bool:
    """Say whether cards may be typed by hand at the moment."""
    return tried(conn, Kind.CARD_TYPED, None, now=now, within=PAUSE) < UNKNOWN_CARDS


def has_tries_left(conn: Connection, kind: Kind, subject: str, *, now: datetime) -> bool:
    """Say whether one more answer may be given for a card or badge."""
    return tried(conn, kind, subject, now=now, within=TRIES_LAST) < TRIES
