"""Whom somebody should ring: a row for the desk, until there are notices that send themselves.

A row is made in the commit that gives the reason, and only for somebody who can be told: never for the dead.
It names a hold or a loan, never a person; who that is stands in `link`. Nothing has to close a row whose
reason is gone: what was set aside and fetched, expired or cancelled is no longer listed, nor a loan that has come home,
and is again when that is taken back. Whoever asked at a kiosk to be rung (`call_back`) is on the same list.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, tuple_, update
from uuid_utils import UUID, uuid5

from depot import clock
from depot.fold import Ended, HoldState
from depot.journal import Event
from depot.tables import borrower, call_back, card, hold, link, loan, note, ring
from depot.writes import Write

_add_ring = Write(insert(ring))

CALL_BACK = "call_back"
"""Why somebody is rung who typed a number at the kiosk's help and asked for it."""


class Why(StrEnum):
    """What somebody is told."""

    HOLD_READY = "hold_ready"
    PICK_UP_MOVED = "pick_up_moved"
    DUE_MOVED = "due_moved"
    KEPT = "kept"


def add(conn: Connection, why: Why, happened: Event, *, subject: str) -> None:
    """Ask for somebody to be rung, in the transaction that gives the reason.

    Args:
        happened: the event that is the reason; the row's key follows from it, so that one reason is one row.
        subject: the key of the hold or loan that it is about.
    """
    row = {"key": str(uuid5(UUID(happened.key), "ring")), "why": why.value, "subject": subject}
    _add_ring(conn, {**row, "made_at": happened.at, "done_at": None, "done_by": None})


@dataclass(frozen=True, slots=True)
class Call:
    """One person to be rung. `day` is the last day to fetch it, or the loan's due date (ISO).

    `card`, `name` and `phone` are the person's, and None unless contact was asked for.
    """

    key: str
    why: str
    subject: str | None
    product: str | None
    item: str | None
    day: str | None
    made_at: int
    done_at: int | None
    card: str | None = None
    name: str | None = None
    phone: str | None = None


_NEWER = ring.alias("newer")
# What is kept is no news about when it was due: where that is taken back, the other row is told again.
_IS_NEWEST = (
    ~select(_NEWER.c.key)
    .where(
        _NEWER.c.subject == ring.c.subject,
        _NEWER.c.done_at.is_(None),
        (_NEWER.c.why == Why.KEPT.value) == (ring.c.why == Why.KEPT.value),
        tuple_(_NEWER.c.made_at, _NEWER.c.key) > tuple_(ring.c.made_at, ring.c.key),
    )
    .exists()
)
_STILL_MEANS_SOMETHING = or_(
    hold.c.state == HoldState.READY.value,
    (ring.c.why == Why.KEPT.value) & (loan.c.ended == Ended.KEPT.value),
    (ring.c.why == Why.DUE_MOVED.value) & loan.c.ended.is_(None),
)
_CARD = (
    select(func.min(card.c.code))
    .where(card.c.borrower == borrower.c.id)
    .correlate(borrower)
    .scalar_subquery()
)
_CALLS = (
    select(
        ring.c.key,
        ring.c.why,
        ring.c.subject,
        func.coalesce(hold.c.product, loan.c.product).label("product"),
        func.coalesce(hold.c.item, loan.c.item).label("item"),
        func.coalesce(hold.c.pick_up_by, loan.c.due).label("day"),
        ring.c.made_at,
        ring.c.done_at,
        _CARD.label("card"),
        borrower.c.name,
        borrower.c.phone,
    )
    .select_from(
        ring.outerjoin(hold, hold.c.key == ring.c.subject)
        .outerjoin(loan, loan.c.key == ring.c.subject)
        .outerjoin(link, link.c.key == ring.c.subject)
        .outerjoin(borrower, borrower.c.id == link.c.borrower)
    )
    .where(borrower.c.died_on.is_(None))
    .order_by(ring.c.made_at, ring.c.key)
)


def listing(conn: Connection, *, everything: bool = False, contact: bool = False) -> Iterator[Call]:
    """List who is to be rung, the longest waiting first; never somebody who has died.

    Args:
        everything: also what is done and what is no longer to be told.
        contact: with card, name and number; the caller logs each by `borrowers.log_look_up` in the same
            transaction.
    """
    wanted = () if everything else (ring.c.done_at.is_(None), _STILL_MEANS_SOMETHING, _IS_NEWEST)
    asked = select(call_back).order_by(call_back.c.asked_at, call_back.c.key)
    if not everything:
        asked = asked.where(call_back.c.done_at.is_(None))
    calls = [Call(**row._mapping) for row in conn.execute(_CALLS.where(*wanted))]
    calls += [_asked_for(row) for row in conn.execute(asked)]
    for call in sorted(calls, key=lambda one: (one.made_at, one.key)):
        yield call if contact else _without_contact(call)


def _asked_for(row: Row[Any]) -> Call:
    return Call(
        key=row.key,
        why=CALL_BACK,
        subject=None,
        product=None,
        item=None,
        day=None,
        made_at=row.asked_at,
        done_at=row.done_at,
        phone=row.phone,
    )


def _without_contact(call: Call) -> Call:
    return Call(
        call.key, call.why, call.subject, call.product, call.item, call.day, call.made_at, call.done_at
    )


def rung(conn: Connection, key: str, *, by: str, now: datetime) -> bool:
    """Note that somebody was rung, or that it is settled otherwise; older rows about the same thing are, too.

    A newer one is not: what it tells was not known yet when the list was read.

    Args:
        key: of a row of `listing`.
        by: the pseudonym of who rang.
        now: aware, UTC.

    Returns:
        False where that was noted before.

    Raises:
        LookupError: there is no such row.
    """
    at = clock.millis(now)
    row = conn.execute(select(ring.c.subject, ring.c.made_at).where(ring.c.key == key)).first()
    if row is not None:
        about_it = (ring.c.subject == row.subject, ring.c.done_at.is_(None), ring.c.made_at <= row.made_at)
        return conn.execute(update(ring).where(*about_it).values(done_at=at, done_by=by)).rowcount > 0
    if conn.scalar(select(call_back.c.key).where(call_back.c.key == key)) is None:
        raise LookupError(f"nobody is to be rung under {key}")
    of_it = (call_back.c.key == key, call_back.c.done_at.is_(None))
    return conn.execute(update(call_back).where(*of_it).values(done_at=at)).rowcount > 0


def take_back(conn: Connection, key: str) -> None:
    """Say that nobody was rung after all, about what `rung` has noted at once under a key; nothing for no row."""
    row = conn.execute(select(ring.c.subject, ring.c.done_at).where(ring.c.key == key)).first()
    if row is not None and row.done_at is not None:
        noted = (ring.c.subject == row.subject, ring.c.done_at == row.done_at)
        conn.execute(update(ring).where(*noted).values(done_at=None, done_by=None))
    conn.execute(update(call_back).where(call_back.c.key == key).values(done_at=None))


# --- calls that were made ---


class Tried(StrEnum):
    """How a call went; what is noted of it."""

    REACHED = "rung_reached"
    NOT_REACHED = "rung_not_reached"


def tried(conn: Connection, subject: str, how: Tried, *, by: str, now: datetime) -> str:
    """Note that somebody was rung, and how it went. What is said of a person is never noted.

    Args:
        subject: the key of a row of `listing`, or a borrower's id; never a loan's key, which would tie the two.
        by: the pseudonym of who rang.
        now: aware, UTC.

    Returns:
        The note's key, for `not_tried`.
    """
    key, (_, before) = str(uuid.uuid4()), tries(conn).get(subject, (None, 0))
    at = max(clock.millis(now), before + 1)  # the last one counts, whatever the clock says
    row = {"key": key, "subject": subject, "at": at, "by": by, "text": how.value}
    conn.execute(insert(note).values(row))
    return key


def not_tried(conn: Connection, key: str) -> None:
    """Take a note of `tried` back."""
    conn.execute(delete(note).where(note.c.key == key))


def tries(conn: Connection) -> dict[str, tuple[Tried, int]]:
    """Say how the last call about each subject went, and when, in milliseconds since 1970."""
    asked = select(note.c.subject, note.c.text, note.c.at).where(note.c.text.in_([str(one) for one in Tried]))
    return {
        row.subject: (Tried(row.text), row.at) for row in conn.execute(asked.order_by(note.c.at, note.c.key))
    }
